/* SPDX-FileCopyrightText: 2026 The Pecan authors
 * SPDX-License-Identifier: BSD-2-Clause */
/*
 * ThreadControl: x2.md 2.4.
 */
#include "tap.h"
#include "worker.h"

enum {
    ERR_PRIVILEGE = 1,
    ERR_THREAD,
    ERR_SPACE,
    ERR_SCHEDULER,
    ERR_PARAM,
    ERR_UTCB
};
enum { NO_PARTNER = 2 };

static L4_ThreadId_t near, far;
static struct job job;
static volatile L4_Word_t seen_pager, seen_id, seen_handler, runs;

/* The error of a ThreadControl, 0 for success. */
static L4_Word_t control(L4_ThreadId_t dest, L4_ThreadId_t space,
                         L4_ThreadId_t scheduler, L4_ThreadId_t pager,
                         L4_Word_t utcb)
{
    return L4_ThreadControl(dest, space, scheduler, pager, (void *)utcb)
               ? 0
               : L4_ErrorCode();
}

static L4_ThreadId_t fresh(unsigned n)
{
    return L4_GlobalId(user_base + 500 + n, 1);
}

static L4_ThreadId_t raw_id(L4_Word_t raw)
{
    L4_ThreadId_t t;

    t.raw = raw;
    return t;
}

static void reporter(L4_Word_t arg)
{
    seen_pager = L4_Pager().raw;
    seen_id = L4_Myself().raw;
    seen_handler = L4_ExceptionHandler().raw;
    runs = arg;
}

static void test_create(void)
{
    L4_ThreadId_t t = fresh(0), nil = L4_nilthread;

    is(control(t, nil, nil, nil, ~0ul), 0,
       "deleting a thread that does not exist succeeds");
    is(control(t, main_id, nil, nil, ~0ul), ERR_SCHEDULER,
       "creation without a scheduler: error 4");
    is(control(t, main_id, fresh(9), nil, ~0ul), ERR_SCHEDULER,
       "a scheduler that does not exist: error 4");
    is(control(t, fresh(9), main_id, nil, ~0ul), ERR_SPACE,
       "a space that does not exist: error 3");
    is(control(t, t, main_id, main_id, ~0ul), ERR_SPACE,
       "an active thread in a space of its own: error 3");
    is(control(L4_MyLocalId(), main_id, main_id, nil, ~0ul), ERR_THREAD,
       "a local id as dest: error 2");
    is(control(L4_GlobalId(user_base - 1, 1), main_id, main_id, nil, ~0ul),
       ERR_THREAD, "a kernel thread as dest: error 2");
    is(control(raw_id(fresh(0).raw & ~(L4_Word_t)0x3f), main_id, main_id, nil,
               ~0ul),
       ERR_THREAD, "a version with 6 low zero bits: error 2");
    is(thread_state(t), 1, "after all that the thread does not exist");
    is(control(t, main_id, main_id, nil, ~0ul), 0, "an inactive thread");
    is(thread_state(t), 1, "it is in state dead");
    is(L4_ExchangeRegisters(t, 1 << 9, 0, 0, 0, 0, nil, NULL, NULL, NULL, NULL,
                            NULL, NULL)
           .raw,
       0, "ExchangeRegisters does not know it");
    is(control(t, main_id, nil, main_id, ~0ul), ERR_UTCB,
       "activation without a UTCB location: error 6");
    is(control(t, main_id, nil, main_id, utcb_start(40) + 4), ERR_UTCB,
       "a misaligned UTCB: error 6");
    is(control(t, main_id, nil, main_id, FREE_WINDOW), ERR_UTCB,
       "a UTCB outside the area: error 6");
    is(control(t, main_id, nil, main_id, utcb_start(0)), ERR_UTCB,
       "the UTCB of another thread: error 6");
    is(control(t, main_id, nil, nil, utcb_start(40)), 0,
       "the location alone may be set before");
    is(control(t, main_id, nil, main_id, ~0ul), 0, "then activation succeeds");
    is(thread_state(t), 6, "and the thread waits for its start message");
    is(control(t, main_id, nil, nil, utcb_start(41)), ERR_UTCB,
       "an active thread's UTCB does not move: error 6");
    is(control(t, main_id, nil, nil, utcb_start(40)), 0,
       "naming its present place is no change");
    ok(thread_delete(t), "it can be deleted");
    is(thread_state(t), 1, "and is gone");
}

static void test_start(void)
{
    L4_ThreadId_t t;

    runs = 0;
    t = thread_here(reporter, 5, PRIO_MID);
    is(runs, 0, "a new thread of lower priority does not run at once");
    settle();
    is(runs, 5, "but when we sleep");
    is(seen_pager, pager_id.raw, "it finds its pager");
    is(seen_id, t.raw, "and its global id");
    is(seen_handler, 0, "and no exception handler");
    thread_delete(t);
    t = thread_in_new_space(reporter, 6, PRIO_MID);
    settle();
    is(runs, 6, "a thread in a new space runs");
    is(seen_id, t.raw, "and finds its global id");
    thread_delete(t);
}

static void test_uninitialised(void)
{
    L4_ThreadId_t t = fresh(1), u = fresh(2), nil = L4_nilthread;
    L4_Word_t e;

    is(control(t, t, main_id, nil, ~0ul), 0, "a thread in a new space");
    e = control(t, t, nil, main_id, utcb_start(40));
    ok(e == ERR_SPACE || e == ERR_UTCB,
       "no activation before SpaceControl: error 3 or 6");
    is(control(u, t, main_id, main_id, utcb_start(41)), ERR_SPACE,
       "nor creation of an active one there: error 3");
    is(control(u, t, main_id, nil, ~0ul), 0, "a second, inactive one is fine");
    ok(thread_delete(t) && thread_delete(u), "both go");
}

static void test_version(void)
{
    L4_ThreadId_t old, new;
    L4_MsgTag_t tag;

    runs = 0;
    old = thread_here(worker, 0, PRIO_MID);
    settle();
    new = L4_GlobalId(L4_ThreadNo(old), 2);
    job = (struct job){ .from = old };
    job_start(far, &job);
    is(control(new, main_id, L4_nilthread, L4_nilthread, ~0ul), 0,
       "another version in dest changes the version");
    ok(job_wait(&job) && job_error(&job) == NO_PARTNER && job_phase(&job) == 1,
       "who waits for the old one gets error 2, receive phase");
    L4_Set_MsgTag(L4_Niltag);
    tag = L4_Send_Timeout(old, L4_ZeroTime);
    ok(L4_IpcFailed(tag) && L4_ErrorCode() == 4, "the old id is unknown");
    is(L4_ExchangeRegisters(L4_LocalIdOf(new), 1 << 9, 0, 0, 0, 0, L4_nilthread,
                            NULL, NULL, NULL, NULL, NULL, NULL)
           .raw,
       new.raw, "the local id leads to the new one");
    thread_delete(old);
    is(thread_state(new), 1, "deletion looks at the number only");
}

static void test_delete(void)
{
    L4_ThreadId_t t = thread_here(worker, 0, PRIO_MID);

    settle();
    /* t is busy sending to us, so that far queues at it. */
    static struct job send;
    send = (struct job){ .to = main_id };
    job_start(t, &send);
    job = (struct job){ .to = t };
    job_start(far, &job);
    ok(!job.done, "a sender queues at a busy thread");
    ok(thread_delete(t), "that thread is deleted while it sends");
    ok(job_wait(&job) && job_error(&job) == NO_PARTNER && job_phase(&job) == 0,
       "its sender gets error 2, send phase");
    L4_ThreadId_t from;
    L4_MsgTag_t tag = L4_Wait_Timeout(L4_ZeroTime, &from);
    ok(L4_IpcFailed(tag), "and it is out of our queue");
    is(control(main_id, L4_nilthread, L4_nilthread, L4_nilthread, ~0ul),
       ERR_THREAD, "nobody deletes himself: error 2");
}

static void test_pager(void)
{
    is(control(near, main_id, L4_nilthread, far, ~0ul), 0,
       "the pager of an active thread");
    is(L4_PagerOf(near).raw, far.raw, "is changed");
    is(control(near, main_id, far, L4_nilthread, ~0ul), 0, "its scheduler");
    is(control(near, main_id, main_id, pager_id, ~0ul), 0, "and back");
    is(control(near, fresh(9), L4_nilthread, L4_nilthread, ~0ul), ERR_SPACE,
       "a space that does not exist: error 3");
    is(control(near, main_id, fresh(9), L4_nilthread, ~0ul), ERR_SCHEDULER,
       "a scheduler that does not exist: error 4");
}

static volatile L4_Word_t unprivileged_result, unprivileged_error;

static void unprivileged(L4_Word_t arg)
{
    (void)arg;
    unprivileged_result = L4_ThreadControl(fresh(3), L4_Myself(), L4_Myself(),
                                           L4_nilthread, NO_UTCB);
    unprivileged_error = L4_ErrorCode();
}

static void test_privilege(void)
{
    L4_ThreadId_t t;

    unprivileged_result = 7;
    t = thread_in_new_space(unprivileged, 0, PRIO_MID);
    settle();
    is(unprivileged_result, 0, "an unprivileged thread gets 0");
    is(unprivileged_error, ERR_PRIVILEGE, "and error 1");
    thread_delete(t);
}

/* Creating and deleting leaves nothing behind. */
static void test_many(void)
{
    bool good = true;

    for (unsigned round = 0; round < 50; round++) {
        L4_ThreadId_t t = thread_in_new_space(reporter, 100 + round, PRIO_MID);
        L4_Sleep(usec(2000));
        good &= runs == 100 + round;
        good &= thread_delete(t);
    }
    ok(good, "50 spaces one after the other");
    for (unsigned n = 0; n < 300; n++)
        good &= control(fresh(n), main_id, main_id, L4_nilthread, ~0ul) == 0;
    ok(good, "300 threads at once");
    for (unsigned n = 0; n < 300; n++)
        good &= thread_delete(fresh(n));
    ok(good, "and none");
}

/* An active thread moves to another space and runs on there. */
static void test_move(void)
{
    L4_ThreadId_t t = thread_here(reporter, 9, PRIO_MID);

    is(control(t, far, L4_nilthread, L4_nilthread, ~0ul), 0,
       "a thread moves to another space");
    is(L4_LocalIdOf(t).raw, 0, "and has no local id here any more");
    thread_delete(t);
}

int main(void)
{
    plan(58);
    support_init();
    near = thread_here(worker, 0, PRIO_MID);
    far = thread_in_new_space(worker, 0, PRIO_MID);
    settle();
    test_create();
    test_start();
    test_uninitialised();
    test_version();
    test_delete();
    test_pager();
    test_privilege();
    test_many();
    test_move();
    return tap_status();
}
