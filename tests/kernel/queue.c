/* SPDX-FileCopyrightText: 2026 The Pecan authors
 * SPDX-License-Identifier: BSD-2-Clause */
/*
 * The queue of those who want to send to one thread: who is in it, in which
 * order, and who leaves it early (x2.md 2.10.2, 2.10.8).
 */
#include "calls.h"
#include "tap.h"
#include "worker.h"

enum { SENDERS = 5 };

static L4_ThreadId_t sender[SENDERS], busy;
static struct job jobs[SENDERS];

/* All want to send their number to the main thread. */
static void queue_all(void)
{
    for (L4_Word_t i = 0; i < SENDERS; i++) {
        jobs[i] = (struct job){ .to = main_id, .mr = { 1, 100 + i } };
        job_start(sender[i], &jobs[i]);
    }
}

/* The number of the next sender, 0 if there is none. */
static L4_Word_t next(L4_ThreadId_t from)
{
    L4_ThreadId_t who;
    L4_Word_t n = 0;
    L4_MsgTag_t tag = L4_Ipc(L4_nilthread, from, TIME_ZERO, &who);

    if (L4_IpcFailed(tag))
        return 0;
    L4_StoreMR(1, &n);
    return n;
}

static void test_order(void)
{
    bool good = true;

    queue_all();
    for (L4_Word_t i = 0; i < SENDERS; i++)
        good &= next(L4_anythread) == 100 + i;
    ok(good, "an open wait takes the oldest, five times");
    is(next(L4_anythread), 0, "then nobody is left");
    queue_all();
    is(next(sender[4]), 104, "a closed wait takes the last");
    is(next(sender[0]), 100, "or the first");
    is(next(sender[2]), 102, "or one in the middle");
    is(next(sender[2]), 0, "once");
    is(next(L4_anythread), 101, "the others are there still");
    is(next(L4_anythread), 103, "in their order");
    is(next(L4_anythread), 0, "and nobody else");
    settle();
    for (int i = 0; i < SENDERS; i++)
        good &= jobs[i].done && job_error(&jobs[i]) == 0;
    ok(good, "no sender noticed anything");
}

static void test_leave(void)
{
    bool good = true;

    queue_all();
    exregs_control(sender[0], EX_SEND);
    exregs_control(sender[2], EX_SEND);
    exregs_control(sender[4], EX_SEND);
    is(next(L4_anythread), 101, "cancelled senders are out of the queue");
    is(next(L4_anythread), 103, "the first, the middle and the last one");
    is(next(L4_anythread), 0, "and the queue is empty");
    settle();
    for (int i = 0; i < SENDERS; i += 2)
        good &= jobs[i].done && job_error(&jobs[i]) == E_CANCELLED;
    ok(good, "each of them has error 3");
    jobs[0] = (struct job){ .to = main_id, .timeouts = usec(5000).raw << 16 };
    job_start(sender[0], &jobs[0]);
    jobs[1] = (struct job){ .to = main_id, .mr = { 1, 101 } };
    job_start(sender[1], &jobs[1]);
    L4_Sleep(usec(10000));
    ok(jobs[0].done && job_error(&jobs[0]) == E_TIMEOUT,
       "a sender whose time is over");
    is(next(L4_anythread), 101, "is out of the queue as well");
    is(next(L4_anythread), 0, "which is empty");
}

/* Two queues: a closed wait takes nobody out of another's. */
static void test_elsewhere(void)
{
    jobs[0] = (struct job){ .to = busy, .mr = { 1, 7 } };
    job_start(sender[0], &jobs[0]);
    jobs[1] = (struct job){ .to = main_id, .mr = { 1, 101 } };
    job_start(sender[1], &jobs[1]);
    is(next(sender[0]), 0, "who sends to another does not send to us");
    ok(!jobs[0].done, "and still waits for the other");
    is(next(L4_anythread), 101, "who sends to us does");
    static struct job take;
    take = (struct job){ .from = sender[0] };
    job_start(busy, &take);
    is(take.mr[1], 7, "the other gets its message");
    ok(jobs[0].done && job_error(&jobs[0]) == 0, "and its sender goes on");
}

/* A thread that receives from us is in no queue. */
static void test_receiver(void)
{
    jobs[0] = (struct job){ .from = main_id };
    job_start(sender[0], &jobs[0]);
    is(next(sender[0]), 0, "who waits for us does not send to us");
    ok(!jobs[0].done, "and still waits");
    L4_Set_MsgTag(L4_Niltag);
    ok(L4_IpcSucceeded(L4_Send_Timeout(sender[0], L4_ZeroTime)),
       "for our message");
    settle();
}

int main(void)
{
    plan(25);
    support_init();
    for (int i = 0; i < SENDERS; i++)
        sender[i] = i & 1 ? thread_in_new_space(worker, 0, PRIO_MID)
                          : thread_here(worker, 0, PRIO_MID);
    busy = thread_in_new_space(worker, 0, PRIO_MID);
    settle();
    test_order();
    test_leave();
    test_elsewhere();
    test_receiver();
    return tap_status();
}
