/* SPDX-FileCopyrightText: 2026 The Pecan authors
 * SPDX-License-Identifier: BSD-2-Clause */
/*
 * Two threads in the middle of strings wait for a deaf pager, when their space
 * gets a redirector that listens. Their page faults go there when it is their
 * turn; one of them is told to give up before.
 * So does what a thread without quantum has to tell its scheduler.
 */
#include "calls.h"
#include "tap.h"
#include "worker.h"

enum { BYTES = 200, LABEL_PREEMPTION = -3 };

static char buffers[2][256] __attribute__((aligned(256)));
static struct job sends[2], listen;
static L4_ThreadId_t senders[2], receivers[2], redirector, deaf;
static volatile L4_Word_t turns;

static void sleeper(L4_Word_t arg)
{
    (void)arg;
    for (;;)
        L4_Receive(L4_MyGlobalId());
}

static void receiver(L4_Word_t i)
{
    L4_LoadBR(1, (L4_Word_t)BYTES << 10);
    L4_LoadBR(2, (L4_Word_t)buffers[i]);
    L4_LoadBR(0, 1);
    L4_Receive(senders[i]);
}

/* Sender i faults in its string, and its pager does not listen. */
static void stop_in_string(unsigned i)
{
    sends[i] =
        (struct job){ .to = receivers[i], .mr = { 2 << 6, BYTES << 10 } };
    sends[i].mr[2] = FREE_WINDOW;
    L4_ThreadControl(senders[i], senders[i], L4_nilthread, deaf, NO_UTCB);
    job_start(senders[i], &sends[i]);
}

static void turn(L4_Word_t arg)
{
    (void)arg;
    for (;;)
        turns++;
}

/* Its scheduler, the main thread, does not listen. */
static void out_of_quantum(void)
{
    L4_ThreadId_t t = thread_in_new_space(turn, 0, PRIO_MID);

    L4_Set_Timeslice(t, usec(2000), usec(5000));
    L4_Sleep(usec(20000));
    listen = (struct job){ .from = L4_anythread };
    job_start(redirector, &listen);
    space_control(t, L4_Nilpage, L4_Nilpage, redirector);
    ok(job_wait(&listen) && listen.sender.raw == t.raw &&
           protocol(listen.tag) == LABEL_PREEMPTION,
       "the end of a quantum is told the redirector");
    L4_Word_t before = turns;
    L4_Sleep(usec(20000));
    ok(before && turns == before, "and the thread does not run on");
    thread_delete(t);
}

int main(void)
{
    plan(8);
    support_init();
    deaf = thread_here(sleeper, 0, PRIO_MID);
    redirector = thread_in_new_space(worker, 0, PRIO_MID);
    senders[0] = thread_in_new_space(worker, 0, PRIO_MID);
    senders[1] = thread_in(senders[0], worker, 0, PRIO_MID);
    settle();
    for (unsigned i = 0; i < 2; i++)
        receivers[i] = thread_here(receiver, i, PRIO_MID);
    settle();
    for (unsigned i = 0; i < 2; i++)
        stop_in_string(i);
    listen = (struct job){ .from = L4_anythread };
    job_start(redirector, &listen);
    is(space_control(senders[0], L4_Nilpage, L4_Nilpage, redirector), 0,
       "their space gets a redirector");
    exregs_control(receivers[0], EX_RECV);
    ok(job_wait(&sends[0]) && job_error(&sends[0]) == E_ABORTED,
       "who is told to give up does so");
    ok(job_wait(&listen) && listen.sender.raw == senders[1].raw &&
           protocol(listen.tag) == LABEL_PAGE_FAULT,
       "the other one's page fault goes to the redirector");
    listen = (struct job){ .from = L4_anythread,
                           .timeouts = L4_Timeouts(L4_Never, usec(1000)) };
    job_start(redirector, &listen);
    ok(job_wait(&listen) && job_error(&listen) == E_TIMEOUT,
       "and nothing else does");
    exregs_control(receivers[1], EX_RECV);
    ok(job_wait(&sends[1]) && job_error(&sends[1]) == E_ABORTED,
       "the other one can be told, too");
    sends[0] = (struct job){ .from = L4_anythread,
                             .timeouts = L4_Timeouts(L4_Never, usec(1000)) };
    job_start(senders[0], &sends[0]);
    ok(job_wait(&sends[0]) && job_error(&sends[0]) == E_TIMEOUT,
       "both go on to work");
    out_of_quantum();
    return tap_status();
}
