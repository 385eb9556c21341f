/* SPDX-FileCopyrightText: 2026 The Pecan authors
 * SPDX-License-Identifier: BSD-2-Clause */
/*
 * Timeouts of Ipc: zero, periods, time points.
 * clauses: 3150
 */
#include "calls.h"
#include "clause.h"
#include "worker.h"

enum { SEND_1 = E_TIMEOUT << 1, RECEIVE_1 = E_TIMEOUT << 1 | 1 };

static L4_ThreadId_t near, far;
static struct job job;

static L4_Word_t timeouts(L4_Word_t send, L4_Word_t receive)
{
    return send << 16 | receive;
}

/* ErrorCode of a wait with this receive timeout, and how long it took. */
static L4_Word_t wait_error(L4_Word_t receive, L4_Word64_t *took)
{
    L4_Word64_t start = L4_SystemClock().raw;
    L4_ThreadId_t from;
    L4_Word_t e = tag_error(
        L4_Ipc(L4_nilthread, L4_anythread, timeouts(0, receive), &from));

    *took = L4_SystemClock().raw - start;
    return e;
}

static L4_Word_t send_error(L4_Word_t send, L4_Word64_t *took)
{
    L4_Word64_t start = L4_SystemClock().raw;
    L4_Word_t e;

    L4_Set_MsgTag(L4_Niltag);
    e = tag_error(L4_Ipc(L4_Myself(), L4_nilthread, timeouts(send, 0), NULL));
    *took = L4_SystemClock().raw - start;
    return e;
}

static void test_zero(void)
{
    L4_Word64_t took;
    L4_ThreadId_t from;

    CLAUSE_IS(3150, "2.10.3; 1.6 special L4_ZeroTime; 2.10.8 e 1",
              "a receive with timeout zero and nobody there: error 1",
              wait_error(TIME_ZERO, &took), RECEIVE_1);
    CLAUSE(3151, "2.10.3", "a receive with timeout zero fails at once",
           took < 5000);
    CLAUSE_IS(3152, "2.10.3; 2.10.8 bits 0",
              "a send with timeout zero to one who does not wait: error 1",
              send_error(TIME_ZERO, &took), SEND_1);
    CLAUSE(3153, "2.10.3", "a send with timeout zero fails at once",
           took < 5000);
    job = (struct job){ .from = main_id };
    job_start(near, &job);
    L4_Set_MsgTag(L4_Niltag);
    CLAUSE_IS(3154, "2.10.3", "a send with timeout zero reaches one who waits",
              tag_error(L4_Reply(near)), 0);
    job = (struct job){ .to = main_id };
    job_start(far, &job);
    CLAUSE_IS(3155, "2.10.3",
              "a receive with timeout zero takes one who is queued",
              tag_error(L4_Wait_Timeout(L4_ZeroTime, &from)), 0);
    settle();
    CLAUSE(3156, "1.6; 5.3 # A2", "any period of mantissa 0 but never is zero",
           wait_error(0x0800, &took) == RECEIVE_1 && took < 5000 &&
               wait_error(31 << 10, &took) == RECEIVE_1 && took < 5000);
}

static void test_periods(void)
{
    L4_Word64_t took;
    bool good = true;

    CLAUSE_IS(3157, "2.10.3; 1.6 form period (relative), m mantissa",
              "a receive timeout of 5 ms ends a wait with error 1",
              wait_error(usec(5000).raw, &took), RECEIVE_1);
    CLAUSE(3158, "2.10.3", "a receive timeout does not end before its time",
           took >= 5000);
    CLAUSE(3159, "2.10.3; 1.17 field ClockInfo, 16..31",
           "it ends not much later", took < 5000 + 20000);
    CLAUSE_IS(3160, "2.10.3; 2.10.8 bits 0",
              "a send timeout of 5 ms ends a send with error 1",
              send_error(usec(5000).raw, &took), SEND_1);
    CLAUSE(3161, "2.10.3", "a send timeout does not end before its time",
           took >= 5000);
    L4_Word64_t start = L4_SystemClock().raw;
    L4_Sleep(usec(3000));
    CLAUSE(3162, "4.6; 2.10.2 to nil, own id", "L4_Sleep lasts its time",
           L4_SystemClock().raw - start >= 3000);
    for (L4_Word_t us = 3; us < 100000; us *= 4) {
        good &= wait_error(usec(us).raw, &took) == RECEIVE_1;
        good &= took >= us && took < us + 20000;
    }
    CLAUSE(3163, "1.6 form period (relative), e exponent",
           "timeouts of 3 us to 50 ms all last their time", good);
    CLAUSE(3164, "2.10.3; 1.6", "the longest period does not end in a moment",
           (job = (struct job){ .from = main_id, .timeouts = 31 << 10 | 1023 },
            job_start(near, &job), settle(), !job.done));
    exregs_control(near, EX_RECV);
    settle();
}

static void test_phases(void)
{
    L4_MsgTag_t tag;

    job = (struct job){ .from = main_id };
    job_start(far, &job);
    L4_Set_MsgTag(L4_Niltag);
    L4_Word64_t start = L4_SystemClock().raw, took;
    tag = L4_Call_Timeouts(far, usec(30000), usec(4000));
    took = L4_SystemClock().raw - start;
    CLAUSE(3165, "2.10.3; 2.10.1 parameter Timeouts",
           "a call whose answer does not come ends by its receive timeout",
           tag_error(tag) == RECEIVE_1 && took >= 4000 && took < 25000);
    L4_Set_MsgTag(L4_Niltag);
    start = L4_SystemClock().raw;
    tag = L4_Call_Timeouts(L4_Myself(), usec(4000), usec(90000));
    took = L4_SystemClock().raw - start;
    CLAUSE(3166, "2.10.3",
           "a call that is not taken ends by its send timeout, without a "
           "receive phase",
           tag_error(tag) == SEND_1 && took >= 4000 && took < 25000);
    /* The send phase takes 20 ms, the receive phase has 10 of its own. */
    job = (struct job){ .to = main_id,
                        .from = main_id,
                        .timeouts = timeouts(0, usec(10000).raw) };
    job_start(near, &job);
    L4_Sleep(usec(20000));
    L4_Receive_Timeout(near, L4_ZeroTime);
    L4_Sleep(usec(2000));
    CLAUSE(3167, "2.10.3", "the receive timeout begins with the receive phase",
           !job.done);
    CLAUSE(3168, "2.10.3", "the receive timeout ends the receive phase",
           job_wait(&job) && job_error(&job) == E_TIMEOUT &&
               job_phase(&job) == 1);
    L4_Set_MsgTag(L4_Niltag);
    job = (struct job){ .from = main_id, .timeouts = usec(500000).raw };
    job_start(far, &job);
    CLAUSE_IS(3169, "2.10.3", "a partner who waits with a timeout is reached",
              tag_error(L4_Send_Timeout(far, usec(100000))), 0);
    settle();
}

static void test_upper_half(void)
{
    L4_ThreadId_t from;

    CLAUSE(3173, "2.10.1 parameter Timeouts; 5.3 # A19",
           "on 64 bits the upper half of Timeouts is ignored",
           sizeof(L4_Word_t) == 4 ||
               tag_error(L4_Ipc(L4_nilthread, L4_anythread,
                                ~(L4_Word_t)0xffffffff | TIME_ZERO, &from)) ==
                   RECEIVE_1);
}

/* A raw time point m * 2^e into the cell of 2^(e+10) that is now, or into the
 * next one. */
static L4_Word_t time_point(L4_Word_t m, L4_Word_t e, bool next)
{
    L4_Word_t carry = (L4_SystemClock().raw >> (e + 10) & 1) ^ next;

    return 0x8000 | e << 11 | carry << 10 | m;
}

/* Sleep until we are in the first part of a cell. */
static L4_Word64_t early_in_cell(L4_Word_t e)
{
    L4_Word64_t g = (L4_Word64_t)1 << (e + 10), now = L4_SystemClock().raw;

    while ((now & (g - 1)) > g / 8) {
        L4_Sleep(usec((L4_Word_t)(g / 32)));
        now = L4_SystemClock().raw;
    }
    return now & ~(g - 1);
}

static void test_points(void)
{
    enum { EXPONENT = 4 };
    L4_Word64_t cell = early_in_cell(EXPONENT), now, took;
    L4_Word_t e = wait_error(time_point(1000, EXPONENT, false), &took);

    now = L4_SystemClock().raw;
    CLAUSE(3174, "2.10.3; 1.6 form point (absolute), m mantissa; 5.1 # K2",
           "a time point as receive timeout",
           e == RECEIVE_1 && now >= cell + 16000 && now < cell + 16000 + 16000);
    cell = early_in_cell(EXPONENT);
    e = send_error(time_point(1000, EXPONENT, false), &took);
    now = L4_SystemClock().raw;
    CLAUSE(3175, "2.10.3; 1.6 form point (absolute), a = 1",
           "a time point as send timeout",
           e == SEND_1 && now >= cell + 16000 && now < cell + 16000 + 16000);
    /* Late in a cell, so that the next one's beginning is in reach. */
    cell = early_in_cell(EXPONENT);
    L4_Sleep(usec(12000));
    e = wait_error(time_point(100, EXPONENT, true), &took);
    now = L4_SystemClock().raw;
    CLAUSE(3176, "1.6 form point (absolute), c carry",
           "the carry bit puts a point into the next cell",
           e == RECEIVE_1 && now >= cell + (1024 + 100) * 16);
    CLAUSE(3177, "1.6; 2.10.3", "a point that has passed acts as zero",
           wait_error(time_point(0, EXPONENT, false), &took) == RECEIVE_1 &&
               took < 3000);
    early_in_cell(EXPONENT);
    CLAUSE(3178, "1.6", "a point beyond the reach has passed",
           wait_error(time_point(1023, EXPONENT, true), &took) == RECEIVE_1 &&
               took < 3000);
    cell = early_in_cell(2);
    e = wait_error(time_point(1023, 2, false), &took);
    CLAUSE(3179, "1.6 form point (absolute), e exponent",
           "the exponent gives the size of the cell",
           e == RECEIVE_1 && L4_SystemClock().raw >= cell + 4092 &&
               took < 20000);
}

int main(void)
{
    support_init();
    near = thread_here(worker, 0, PRIO_MID);
    far = thread_in_new_space(worker, 0, PRIO_MID);
    settle();
    test_zero();
    test_periods();
    test_phases();
    test_upper_half();
    test_points();
    return CLAUSES_END();
}
