/* SPDX-FileCopyrightText: 2026 The Pecan authors
 * SPDX-License-Identifier: BSD-2-Clause */
/*
 * The queue of those who want to send to one thread: who is in it, in which
 * order, and who leaves it early (x2.md 2.10.2, 2.10.8).
 * clauses: 3950
 */
#include "calls.h"
#include "clause.h"
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
    CLAUSE(3950, "2.10.2 to nil, any",
           "five open waits take five senders in the order they came", good);
    CLAUSE_IS(3951, "2.10.2", "after them the queue is empty",
              next(L4_anythread), 0);
    queue_all();
    CLAUSE_IS(3952, "2.10.2 to nil, T",
              "a closed wait takes the last of a queue", next(sender[4]), 104);
    CLAUSE_IS(3953, "2.10.2 to nil, T",
              "a closed wait takes the first of a queue", next(sender[0]), 100);
    CLAUSE_IS(3954, "2.10.2 to nil, T",
              "a closed wait takes one in the middle of a queue",
              next(sender[2]), 102);
    CLAUSE_IS(3955, "2.10.2", "a sender that was taken is not taken twice",
              next(sender[2]), 0);
    CLAUSE_IS(3956, "2.10.2", "those that no closed wait took are still queued",
              next(L4_anythread), 101);
    CLAUSE_IS(3957, "2.10.2",
              "those that no closed wait took are in their order",
              next(L4_anythread), 103);
    CLAUSE_IS(3958, "2.10.2",
              "after closed and open waits for all the queue is empty",
              next(L4_anythread), 0);
    settle();
    for (int i = 0; i < SENDERS; i++)
        good &= jobs[i].done && job_error(&jobs[i]) == 0;
    CLAUSE(3959, "2.10.2 to T, nil", "senders taken in any order have no error",
           good);
}

static void test_leave(void)
{
    bool good = true;

    queue_all();
    exregs_control(sender[0], EX_SEND);
    exregs_control(sender[2], EX_SEND);
    exregs_control(sender[4], EX_SEND);
    CLAUSE_IS(3960, "2.3 bit 2",
              "the first of a queue that is cancelled is out of it",
              next(L4_anythread), 101);
    CLAUSE_IS(3961, "2.3 bit 2",
              "one in the middle of a queue that is cancelled is out of it",
              next(L4_anythread), 103);
    CLAUSE_IS(3962, "2.3 bit 2",
              "the last of a queue that is cancelled is out of it",
              next(L4_anythread), 0);
    settle();
    for (int i = 0; i < SENDERS; i += 2)
        good &= jobs[i].done && job_error(&jobs[i]) == E_CANCELLED;
    CLAUSE(3963, "2.3 error 3; 2.10.8 e 3",
           "each of three senders cancelled in a queue has error 3", good);
    jobs[0] = (struct job){ .to = main_id, .timeouts = usec(5000).raw << 16 };
    job_start(sender[0], &jobs[0]);
    jobs[1] = (struct job){ .to = main_id, .mr = { 1, 101 } };
    job_start(sender[1], &jobs[1]);
    L4_Sleep(usec(10000));
    CLAUSE(3964, "2.10.3",
           "the first of a queue whose timeout ends has error 1",
           jobs[0].done && job_error(&jobs[0]) == E_TIMEOUT);
    CLAUSE_IS(3965, "2.10.3",
              "who queued behind a sender that gave up is taken",
              next(L4_anythread), 101);
    CLAUSE_IS(3966, "2.10.3", "nobody is left behind a sender that gave up",
              next(L4_anythread), 0);
}

/* Two queues: a closed wait takes nobody out of another's. */
static void test_elsewhere(void)
{
    jobs[0] = (struct job){ .to = busy, .mr = { 1, 7 } };
    job_start(sender[0], &jobs[0]);
    jobs[1] = (struct job){ .to = main_id, .mr = { 1, 101 } };
    job_start(sender[1], &jobs[1]);
    CLAUSE_IS(3967, "2.10.2",
              "a closed wait takes nobody who is queued at another",
              next(sender[0]), 0);
    CLAUSE(3968, "2.10.2", "who is queued at another stays so", !jobs[0].done);
    CLAUSE_IS(3969, "2.10.2", "an open wait takes those who are queued here",
              next(L4_anythread), 101);
    static struct job take;
    take = (struct job){ .from = sender[0] };
    job_start(busy, &take);
    CLAUSE_IS(3970, "2.10.2",
              "a closed wait there takes the one who was left alone",
              take.mr[1], 7);
    CLAUSE(3971, "2.10.2", "who was left alone has no error",
           jobs[0].done && job_error(&jobs[0]) == 0);
}

/* A thread that receives from us is in no queue. */
static void test_receiver(void)
{
    jobs[0] = (struct job){ .from = main_id };
    job_start(sender[0], &jobs[0]);
    CLAUSE_IS(3972, "2.10.2",
              "a closed wait does not take one who waits itself",
              next(sender[0]), 0);
    CLAUSE(3973, "2.10.2",
           "one who waits is not disturbed by a closed wait for it",
           !jobs[0].done);
    L4_Set_MsgTag(L4_Niltag);
    CLAUSE(3974, "2.10.2", "one who waits takes the message it waits for",
           L4_IpcSucceeded(L4_Send_Timeout(sender[0], L4_ZeroTime)));
    settle();
}

int main(void)
{
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
    return CLAUSES_END();
}
