/* SPDX-FileCopyrightText: 2026 The Pecan authors
 * SPDX-License-Identifier: BSD-2-Clause */
#ifndef WORKER_H
#define WORKER_H
/*
 * A worker does one Ipc call at a time for the main thread, so that a test can
 * look at a thread that is blocked in it.
 */
#include "support.h"

struct job {
    /* in */
    L4_ThreadId_t to, from;
    L4_Word_t timeouts;
    L4_ThreadId_t virtual; /* VirtualSender; nil: not written */
    L4_Word_t acceptor;    /* BR0 */
    L4_Word_t mr[64];      /* in and out */
    /* out */
    L4_MsgTag_t tag;
    L4_ThreadId_t sender, actual, intended;
    L4_Word_t error; /* ErrorCode */
    volatile bool done;
};

static UNUSED void worker(L4_Word_t arg)
{
    L4_Word_t p = 0;

    (void)arg;
    for (;;) {
        if (L4_IpcFailed(L4_Receive(main_id)))
            continue;
        L4_StoreMR(1, &p);
        struct job *job = (struct job *)p;
        L4_ThreadId_t sender = L4_nilthread;
        L4_LoadBR(0, job->acceptor);
        if (job->virtual.raw != 0)
            L4_Set_VirtualSender(job->virtual);
        L4_LoadMRs(0, 64, job->mr);
        job->tag = L4_Ipc(job->to, job->from, job->timeouts, &sender);
        job->error = L4_ErrorCode();
        job->sender = sender;
        job->actual = L4_ActualSender();
        job->intended = L4_IntendedReceiver();
        L4_StoreMRs(0, 64, job->mr);
        job->done = true;
    }
}

/* Let everybody of lower priority run until all are blocked. */
static UNUSED void settle(void)
{
    for (int i = 0; i < 3; i++)
        L4_Sleep(usec(1000));
}

/* The worker begins this call; afterwards it has ended or is blocked in it. */
static UNUSED void job_start(L4_ThreadId_t w, struct job *job)
{
    L4_MsgTag_t tag = { .raw = 1 };

    job->done = false;
    L4_LoadMR(1, (L4_Word_t)job);
    L4_Set_MsgTag(tag);
    /* A worker that is still in its last job loses this one: not done. */
    L4_Send_Timeout(w, usec(20000));
    settle();
}

static UNUSED bool job_wait(struct job *job)
{
    for (int i = 0; i < 200 && !job->done; i++)
        L4_Sleep(usec(1000));
    return job->done;
}

static inline L4_Word_t job_error(const struct job *job)
{
    return L4_IpcFailed(job->tag) ? job->error >> 1 & 7 : 0;
}

static inline L4_Word_t job_phase(const struct job *job)
{
    return job->error & 1;
}

/* What a Schedule that changes nothing says of t. */
static inline L4_Word_t thread_state(L4_ThreadId_t t)
{
    L4_Word_t old;

    return L4_Schedule(t, ~0ul, ~0ul, ~0ul, ~0ul, &old);
}

#endif
