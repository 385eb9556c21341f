/* SPDX-FileCopyrightText: 2026 The Pecan authors
 * SPDX-License-Identifier: BSD-2-Clause */
/*
 * Operations that many small things make long: a string in as many pieces as
 * there are words for, senders whose right to speak for another is far to seek,
 * threads whose quantum is used up when their turn comes. What they do is
 * right, and the marks are for tools/plugin/pecan_latency.c.
 */
#include "../bench/bench_arch.h"
#include "calls.h"
#include "worker.h"
#include "tap.h"

#define BEGIN() __asm__ volatile(MARK_BEGIN : : : "memory")
#define END()   __asm__ volatile(MARK_END : : : "memory")

enum { PIECES = 61, PROPAGATED = 1 << 12, CROWD = 16, SPENT = 24 };

static char text[PIECES], got[PIECES + 1];
static volatile L4_Word_t received;

static void begin(const char *what)
{
    printf("# latency: %s\n", what);
    BEGIN();
}

static void take_string(L4_Word_t arg)
{
    (void)arg;
    L4_LoadBR(0, 1);
    L4_LoadBR(1, 2 << 10 | 30 << 4);
    for (unsigned i = 0; i < 31; i++)
        L4_LoadBR(2 + (int)i, (L4_Word_t)&got[2 * i]);
    L4_ThreadId_t from;
    received = L4_IpcSucceeded(L4_Wait(&from));
}

static void pieces(void)
{
    bool same = true;
    L4_ThreadId_t t = thread_here(take_string, 0, PRIO_MID);

    settle();
    for (unsigned i = 0; i < PIECES; i++)
        text[i] = (char)(i + 1);
    L4_LoadMR(1, 1 << 10 | 1 << 9 | 31 << 4);
    for (unsigned i = 0; i < PIECES; i++)
        L4_LoadMR((int)(i < 32 ? 2 + i : 3 + i), (L4_Word_t)&text[i]);
    L4_LoadMR(34, 1 << 10 | 28 << 4);
    L4_Set_MsgTag(words_tag(0, 63));
    begin("a string in 61 pieces");
    L4_MsgTag_t tag = L4_Send(t);
    settle();
    END();
    for (unsigned i = 0; i < PIECES; i++)
        same &= got[i] == text[i];
    ok(L4_IpcSucceeded(tag) && received && same,
       "a string of 61 pieces arrives");
    thread_delete(t);
}

/* Spaces a and b are each other's redirectors; each of a crowd of threads of
 * other spaces, which are none, wants to speak for one of a. */
static void speakers(void)
{
    static struct job jobs[CROWD], job;
    L4_ThreadId_t a = thread_in_new_space(worker, 0, PRIO_MID);
    L4_ThreadId_t b = thread_in_new_space(worker, 0, PRIO_MID);
    L4_ThreadId_t c = thread_in_new_space(worker, 0, PRIO_MID);
    L4_ThreadId_t r = thread_in_new_space(worker, 0, PRIO_LOW);
    L4_ThreadId_t crowd[CROWD];

    space_control(a, L4_Nilpage, L4_Nilpage, b);
    space_control(b, L4_Nilpage, L4_Nilpage, a);
    for (unsigned i = 0; i < CROWD; i++) {
        crowd[i] = thread_in(c, worker, 0, PRIO_MID);
        jobs[i] = (struct job){ .to = r, .virtual = a, .mr = { PROPAGATED } };
        settle();
        job_start(crowd[i], &jobs[i]);
    }
    job = (struct job){ .from = pager_id, .timeouts = usec(5000).raw };
    begin("16 queued senders that may not speak for another");
    job_start(r, &job);
    END();
    ok(job_wait(&job) && job_error(&job) == E_TIMEOUT,
       "nobody speaks for a thread whose space he does not redirect");
    for (unsigned i = 0; i < CROWD; i++)
        thread_delete(crowd[i]);
    thread_delete(a);
    thread_delete(b);
    thread_delete(c);
    thread_delete(r);
}

static L4_ThreadId_t lenders[SPENT];

/* Lends its slice to who has asked for it. */
static void lender(L4_Word_t arg)
{
    L4_ThreadId_t from;

    (void)arg;
    for (;;) {
        L4_Wait(&from);
        L4_ThreadSwitch(from);
    }
}

/* Uses up the quantum of each, who is no more urgent then. */
static void spender(L4_Word_t arg)
{
    (void)arg;
    for (unsigned i = 0; i < SPENT; i++) {
        L4_Set_MsgTag(L4_Niltag);
        L4_Send(lenders[i]);
        L4_Set_Priority(lenders[i], PRIO_LOW - 1);
        L4_Word64_t end = L4_SystemClock().raw + 1000;
        while (L4_SystemClock().raw < end)
            ;
    }
    begin("24 threads whose quantum is used up");
}

static void quanta(void)
{
    unsigned told = 0;

    for (unsigned i = 0; i < SPENT; i++) {
        lenders[i] = thread_here(lender, 0, PRIO_MID);
        settle();
        L4_Set_Timeslice(lenders[i], usec(500), usec(500));
    }
    thread_here(spender, 0, PRIO_LOW);
    L4_Sleep(usec(100000));
    END();
    for (unsigned i = 0; i < SPENT; i++)
        told += L4_IpcSucceeded(L4_Receive_Timeout(lenders[i], L4_ZeroTime));
    is(told, SPENT, "each of 24 threads stops whose quantum another used up");
}

int main(void)
{
    plan(3);
    support_init();
    pieces();
    speakers();
    quanta();
    return tap_status();
}
