/* SPDX-FileCopyrightText: 2026 The Pecan authors
 * SPDX-License-Identifier: BSD-2-Clause */
/*
 * Ipc without typed items: x2.md 2.10. The partner is a worker in the same
 * space (`near`) or in another (`far`).
 */
#include "tap.h"
#include "worker.h"

enum {
    ZERO = 0x0400,
    TIMEOUT = 1,
    NO_PARTNER = 2,
    CANCELLED = 3,
    OVERFLOW = 4
};
enum { RECEIVE_PHASE = 1 };

static L4_ThreadId_t near, far, echo_near, echo_far;
static struct job job, job2;

static L4_Word_t timeouts(L4_Word_t send, L4_Word_t receive)
{
    return send << 16 | receive;
}

/* Answers each message with the same words, each plus one. */
static void echo(L4_Word_t arg)
{
    L4_ThreadId_t from;
    L4_MsgTag_t tag = L4_Wait(&from);

    (void)arg;
    for (;;) {
        if (L4_IpcFailed(tag)) {
            tag = L4_Wait(&from);
            continue;
        }
        for (unsigned i = 1; i <= tag.X.u; i++) {
            L4_Word_t w;
            L4_StoreMR((int)i, &w);
            L4_LoadMR((int)i, w + 1);
        }
        L4_Set_MsgTag(tag);
        tag = L4_ReplyWait(from, &from);
    }
}

/* Call with u words; do exactly these come back, each plus one? */
static bool echo_works(L4_ThreadId_t to, unsigned u)
{
    L4_MsgTag_t tag = { .raw = 0xabc0000 | u };
    L4_Word_t w;

    for (unsigned i = 1; i < 64; i++)
        L4_LoadMR((int)i, 1000 * u + i);
    L4_Set_MsgTag(tag);
    tag = L4_Call(to);
    if (L4_IpcFailed(tag) || tag.raw != (0xabc0000 | u))
        return false;
    for (unsigned i = 1; i < 64; i++) {
        L4_StoreMR((int)i, &w);
        if (w != 1000 * u + i + (i <= u)) {
            printf("# u %u: MR%u is %lu\n", u, i, w);
            return false;
        }
    }
    return true;
}

static void test_words(void)
{
    bool good = true;

    ok(echo_works(echo_near, 3), "a call within a space returns its answer");
    ok(echo_works(echo_far, 3), "a call to another space returns its answer");
    for (unsigned u = 0; u < 64; u++)
        good &= echo_works(echo_near, u);
    ok(good, "0 to 63 words arrive within a space, and no other MR changes");
    good = true;
    for (unsigned u = 0; u < 64; u++)
        good &= echo_works(echo_far, u);
    ok(good, "0 to 63 words arrive in another space, and no other MR changes");
    good = true;
    for (int i = 0; i < 500; i++)
        good &= echo_works(i & 1 ? echo_far : echo_near, (unsigned)i % 9);
    ok(good, "500 calls in turn to two partners");
}

static void test_ids(void)
{
    L4_ThreadId_t from = L4_nilthread;
    L4_MsgTag_t tag;

    L4_Set_MsgTag(L4_Niltag);
    tag = L4_Ipc(L4_LocalIdOf(echo_near), L4_LocalIdOf(echo_near), 0, &from);
    ok(L4_IpcSucceeded(tag), "a local id names a partner of the own space");
    is(from.raw, L4_LocalIdOf(echo_near).raw,
       "a partner of the own space is seen by its local id");
    L4_Set_MsgTag(L4_Niltag);
    tag = L4_Ipc(echo_near, echo_near, 0, &from);
    is(from.raw, L4_LocalIdOf(echo_near).raw,
       "the same when it was called by its global id");
    L4_Set_MsgTag(L4_Niltag);
    L4_Ipc(echo_far, echo_far, 0, &from);
    is(from.raw, echo_far.raw,
       "a partner of another space is seen by its global id");
    L4_Set_MsgTag(L4_Niltag);
    L4_Ipc(echo_near, echo_near, timeouts(0, usec(100000).raw), &from);
    is(from.raw, L4_LocalIdOf(echo_near).raw,
       "who waits with a timeout sees the local id, too");
    L4_Set_MsgTag(L4_Niltag);
    L4_Ipc(echo_far, echo_far, timeouts(0, usec(100000).raw), &from);
    is(from.raw, echo_far.raw, "or the global one");
}

static void send_fails(L4_ThreadId_t to, L4_Word_t e, const char *name)
{
    L4_Set_MsgTag(L4_Niltag);
    L4_MsgTag_t tag = L4_Ipc(to, L4_nilthread, timeouts(ZERO, ZERO), NULL);

    is(L4_IpcFailed(tag) ? L4_ErrorCode() : 0, e << 1, name);
}

static void receive_fails(L4_ThreadId_t from, L4_Word_t e, const char *name)
{
    L4_ThreadId_t sender;
    L4_MsgTag_t tag = L4_Ipc(L4_nilthread, from, timeouts(ZERO, ZERO), &sender);

    is(L4_IpcFailed(tag) ? L4_ErrorCode() : 0, e << 1 | RECEIVE_PHASE, name);
}

static L4_ThreadId_t raw_id(L4_Word_t raw)
{
    L4_ThreadId_t t;

    t.raw = raw;
    return t;
}

static void test_bad_partners(void)
{
    L4_ThreadId_t wrong = L4_GlobalId(L4_ThreadNo(near), 3);

    send_fails(L4_GlobalId(user_base + 900, 1), NO_PARTNER,
               "send to a thread that does not exist: error 2");
    send_fails(wrong, NO_PARTNER, "send to a wrong version: error 2");
    send_fails(L4_anythread, NO_PARTNER, "send to anythread: error 2");
    send_fails(L4_anylocalthread, NO_PARTNER,
               "send to anylocalthread: error 2");
    send_fails(raw_id(L4_MyLocalId().raw + 200 * utcb_bytes), NO_PARTNER,
               "send to a local id without a thread: error 2");
    send_fails(raw_id(0x1240), NO_PARTNER,
               "send to garbage that looks local: error 2");
    send_fails(raw_id(~(L4_Word_t)0 << 12), NO_PARTNER,
               "send to a local id in the kernel area: error 2");
    receive_fails(L4_GlobalId(user_base + 900, 1), NO_PARTNER,
                  "receive from a thread that does not exist: error 2");
    receive_fails(wrong, NO_PARTNER, "receive from a wrong version: error 2");
    receive_fails(raw_id(0x1240), NO_PARTNER,
                  "receive from garbage that looks local: error 2");
    L4_MsgTag_t tag = L4_Call(wrong);
    is(L4_IpcFailed(tag) ? L4_ErrorCode() : 0, NO_PARTNER << 1,
       "after a failed send phase there is no receive phase");
}

static void test_timeouts(void)
{
    L4_Clock_t start, end;
    L4_MsgTag_t tag;
    L4_ThreadId_t from;

    send_fails(echo_near, 0, "send with timeout zero reaches a waiting thread");
    L4_Receive(echo_near);
    send_fails(L4_Myself(), TIMEOUT, "send to oneself times out");
    receive_fails(L4_Myself(), TIMEOUT, "receive from oneself times out");
    receive_fails(echo_far, TIMEOUT, "receive with timeout zero: error 1");
    receive_fails(L4_anythread, TIMEOUT,
                  "open wait with timeout zero: error 1");
    start = L4_SystemClock();
    tag =
        L4_Ipc(L4_nilthread, L4_anythread, timeouts(0, usec(5000).raw), &from);
    end = L4_SystemClock();
    ok(L4_IpcFailed(tag) && L4_ErrorCode() == 3, "a receive timeout ends it");
    ok(end.raw - start.raw >= 5000, "and not before its time");
    start = L4_SystemClock();
    L4_Set_MsgTag(L4_Niltag);
    tag = L4_Ipc(L4_Myself(), L4_nilthread, timeouts(usec(5000).raw, 0), NULL);
    end = L4_SystemClock();
    ok(L4_IpcFailed(tag) && L4_ErrorCode() == 2, "a send timeout ends it");
    ok(end.raw - start.raw >= 5000, "and not before its time");
    start = L4_SystemClock();
    L4_Sleep(usec(3000));
    end = L4_SystemClock();
    ok(end.raw - start.raw >= 3000, "L4_Sleep lasts its time");
    L4_Set_MsgTag(L4_Niltag);
    tag = L4_Call_Timeouts(echo_far, usec(100000), usec(100000));
    ok(L4_IpcSucceeded(tag), "a call with finite timeouts succeeds");
    L4_Sleep(usec(1000));
    ok(echo_works(echo_far, 5), "and leaves no timeout behind");
    tag = L4_Ipc(L4_nilthread, L4_anythread, timeouts(0, 0x0800), &from);
    ok(L4_IpcFailed(tag) && L4_ErrorCode() == 3,
       "any period of mantissa 0 is zero");
}

/* A time point m * 2^e after the next multiple of 2^(e+10) that we are in. */
static void test_points(void)
{
    L4_Word_t e = 4, m = 1000, receive;
    L4_Clock_t now = L4_SystemClock();
    L4_MsgTag_t tag;
    L4_ThreadId_t from;

    /* Early in a grid cell, so that the point is ahead but within reach. */
    while ((now.raw & 0x3fff) > 2000) {
        L4_Sleep(usec(500));
        now = L4_SystemClock();
    }
    receive = 0x8000 | e << 11 | (now.raw >> 14 & 1) << 10 | m;
    tag = L4_Ipc(L4_nilthread, L4_anythread, timeouts(0, receive), &from);
    L4_Word64_t point = (now.raw & ~(L4_Word64_t)0x3fff) + (m << e);
    ok(L4_IpcFailed(tag) && L4_ErrorCode() == 3 &&
           L4_SystemClock().raw >= point &&
           L4_SystemClock().raw < point + 0x4000,
       "a time point as receive timeout");
    now = L4_SystemClock();
    receive = 0x8000 | e << 11 | (now.raw >> 14 & 1) << 10;
    tag = L4_Ipc(L4_nilthread, L4_anythread, timeouts(0, receive), &from);
    ok(L4_IpcFailed(tag) && L4_SystemClock().raw - now.raw < 3000,
       "a time point that has passed acts as zero");
}

static void test_nil(void)
{
    L4_ThreadId_t from = raw_id(77);
    L4_MsgTag_t tag = { .raw = 0x12345042 };

    L4_Set_MsgTag(tag);
    tag = L4_Ipc(L4_nilthread, L4_nilthread, 0, &from);
    is(tag.raw, 0x12345042, "an Ipc without phases keeps MR0");
    tag.raw = 0x123e000;
    L4_Set_MsgTag(tag);
    tag = L4_Ipc(echo_far, L4_nilthread, 0, NULL);
    is(tag.raw & 0xe000, 0, "stale flags r, X, E do not survive a send");
    L4_Receive_Timeout(echo_far, usec(20000));
    tag.raw = 0x123e000;
    L4_Set_MsgTag(tag);
    tag = L4_Call_Timeouts(echo_far, usec(20000), usec(20000));
    is(tag.raw, 0x1230000, "and do not arrive");
}

/* Workers that wait or send, and who meets whom. */
static void test_matching(void)
{
    L4_ThreadId_t from = L4_nilthread;
    L4_MsgTag_t tag;
    L4_Word_t w = 0;

    job = (struct job){ .to = main_id, .mr = { 1, 11 } };
    job2 = (struct job){ .to = main_id, .mr = { 1, 22 } };
    job_start(far, &job);
    job_start(near, &job2);
    is(thread_state(far), 4, "a queued sender is in state pending send");
    tag = L4_Ipc(L4_nilthread, near, timeouts(0, ZERO), &from);
    L4_StoreMR(1, &w);
    ok(L4_IpcSucceeded(tag) && w == 22,
       "a closed wait takes its sender out of the middle of the queue");
    job_start(near, &job2);
    tag = L4_Ipc(L4_nilthread, L4_anylocalthread, timeouts(0, ZERO), &from);
    L4_StoreMR(1, &w);
    ok(L4_IpcSucceeded(tag) && w == 22,
       "anylocalthread takes the first sender of the own space");
    tag = L4_Ipc(L4_nilthread, L4_anylocalthread, timeouts(0, ZERO), &from);
    ok(L4_IpcFailed(tag), "anylocalthread does not take one of another space");
    job_start(near, &job2);
    tag = L4_Ipc(L4_nilthread, L4_anythread, timeouts(0, ZERO), &from);
    L4_StoreMR(1, &w);
    ok(L4_IpcSucceeded(tag) && w == 11 && from.raw == far.raw,
       "an open wait takes the oldest sender");
    tag = L4_Ipc(L4_nilthread, L4_anythread, timeouts(0, ZERO), &from);
    L4_StoreMR(1, &w);
    ok(L4_IpcSucceeded(tag) && w == 22, "then the next");
    settle();
    ok(job.done && job2.done && !job_error(&job) && !job_error(&job2),
       "and both senders have gone on");
}

static void test_waiting(void)
{
    job = (struct job){ .from = echo_near, .mr = { 0 } };
    job_start(far, &job);
    is(thread_state(far), 6, "a thread in a closed wait is in state waiting");
    send_fails(far, TIMEOUT, "a closed wait for another does not admit us");
    ok(!job.done, "and it still waits");
    send_fails(far, TIMEOUT, "a second try does not get through either");
}

static void test_reply_wait(void)
{
    L4_ThreadId_t from = L4_nilthread;
    L4_MsgTag_t tag;

    job = (struct job){ .to = main_id, .from = main_id, .mr = { 1, 7 } };
    job_start(near, &job);
    tag = L4_Wait_Timeout(L4_ZeroTime, &from);
    ok(L4_IpcSucceeded(tag), "a call waits in the queue");
    L4_LoadMR(1, 8);
    L4_Set_MsgTag((L4_MsgTag_t){ .raw = 1 });
    tag = L4_ReplyWait_Timeout(from, usec(2000), &from);
    ok(L4_IpcFailed(tag) && L4_ErrorCode() == 3,
       "reply and wait: the reply goes out, the wait times out");
    ok(job_wait(&job) && job.mr[1] == 8, "and the caller has its answer");
    L4_Set_MsgTag(L4_Niltag);
    tag = L4_ReplyWait_Timeout(main_id, usec(2000), &from);
    is(L4_IpcFailed(tag) ? L4_ErrorCode() : 0, TIMEOUT << 1,
       "a reply to nobody who waits fails at once, in the send phase");
}

static void test_overflow(void)
{
    L4_Word_t soon = timeouts(usec(20000).raw, 0);
    L4_MsgTag_t tag;
    L4_ThreadId_t from;

    /* u + t = 64: one word more than there are registers. */
    job = (struct job){ .from = main_id,
                        .acceptor = L4_CompleteAddressSpace.raw };
    job_start(near, &job);
    L4_Set_MsgTag((L4_MsgTag_t){ .raw = 62 | 2 << 6 });
    L4_LoadMR(63, 8);
    tag = L4_Ipc(near, L4_nilthread, soon, NULL);
    is(L4_IpcFailed(tag) ? L4_ErrorCode() & 15 : 0, OVERFLOW << 1,
       "1 + u + t > 64: the sender sees overflow");
    ok(job_wait(&job) && job_error(&job) == OVERFLOW && job_phase(&job) == 1,
       "and so does the receiver, in its receive phase");
    job = (struct job){ .from = main_id };
    job_start(near, &job);
    L4_Set_MsgTag((L4_MsgTag_t){ .raw = 1 | 2 << 6 });
    L4_LoadMR(1, 99);
    L4_LoadMR(2, 0xe);
    L4_LoadMR(3, 0);
    tag = L4_Ipc(near, L4_nilthread, soon, NULL);
    is(L4_IpcFailed(tag) ? L4_ErrorCode() & 15 : 0, OVERFLOW << 1,
       "an item of the reserved type: overflow");
    ok(job_wait(&job) && job_error(&job) == OVERFLOW && job.mr[1] == 99,
       "but the untyped words have arrived");
    job = (struct job){ .from = main_id };
    job_start(near, &job);
    L4_Set_MsgTag((L4_MsgTag_t){ .raw = 2 << 6 });
    L4_LoadMR(1, 16 << 10);
    L4_LoadMR(2, (L4_Word_t)&job);
    tag = L4_Ipc(near, L4_nilthread, soon, NULL);
    is(L4_IpcFailed(tag) ? L4_ErrorCode() & 15 : 0, OVERFLOW << 1,
       "a string item and no buffer: overflow");
    ok(job_wait(&job) && job_error(&job) == OVERFLOW,
       "at the receiver as well");
    job = (struct job){ .to = main_id, .mr = { 1 << 6, 8 } };
    job_start(near, &job);
    tag = L4_Wait_Timeout(L4_ZeroTime, &from);
    is(L4_IpcFailed(tag) ? L4_ErrorCode() & 15 : 0, OVERFLOW << 1 | 1,
       "an item that does not end within t: overflow");
    settle();
}

static void test_cancel(void)
{
    L4_Word_t control;

    job = (struct job){ .from = echo_near };
    job_start(near, &job);
    L4_ExchangeRegisters(near, 1 << 2, 0, 0, 0, 0, L4_nilthread, &control, NULL,
                         NULL, NULL, NULL, NULL);
    is(control, 2, "ExchangeRegisters sees that a thread receives");
    settle();
    ok(!job.done, "S does not touch a receive");
    L4_ExchangeRegisters(near, 1 << 1, 0, 0, 0, 0, L4_nilthread, &control, NULL,
                         NULL, NULL, NULL, NULL);
    ok(job_wait(&job) && job_error(&job) == CANCELLED && job_phase(&job) == 1,
       "R cancels a receive: error 3, receive phase");
    job = (struct job){ .to = main_id };
    job_start(near, &job);
    L4_ExchangeRegisters(near, 1 << 1, 0, 0, 0, 0, L4_nilthread, &control, NULL,
                         NULL, NULL, NULL, NULL);
    is(control, 4, "ExchangeRegisters sees that a thread sends");
    settle();
    ok(!job.done, "R does not touch a send");
    L4_ExchangeRegisters(near, 1 << 2, 0, 0, 0, 0, L4_nilthread, &control, NULL,
                         NULL, NULL, NULL, NULL);
    ok(job_wait(&job) && job_error(&job) == CANCELLED && job_phase(&job) == 0,
       "S cancels a send: error 3, send phase");
    receive_fails(L4_anythread, TIMEOUT, "and it is in no queue any more");
}

static void test_inactive(void)
{
    L4_ThreadId_t t = L4_GlobalId(user_base + 600, 1);

    ok(L4_ThreadControl(t, main_id, main_id, L4_nilthread, NO_UTCB) != 0,
       "an inactive thread");
    send_fails(t, TIMEOUT, "a send to an inactive thread waits");
    receive_fails(t, TIMEOUT, "so does a receive from it");
    thread_delete(t);
}

int main(void)
{
    plan(72);
    support_init();
    near = thread_here(worker, 0, PRIO_MID);
    far = thread_in_new_space(worker, 0, PRIO_MID);
    echo_near = thread_here(echo, 0, PRIO_MID);
    echo_far = thread_in_new_space(echo, 0, PRIO_MID);
    settle();
    test_words();
    test_ids();
    test_bad_partners();
    test_timeouts();
    test_points();
    test_nil();
    test_matching();
    test_reply_wait();
    test_overflow();
    test_cancel();
    test_inactive();
    test_waiting();
    return tap_status();
}
