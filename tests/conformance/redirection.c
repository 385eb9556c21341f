/* SPDX-FileCopyrightText: 2026 The Pecan authors
 * SPDX-License-Identifier: BSD-2-Clause */
/*
 * Redirection: a space whose messages go through another thread.
 * clauses: 3700
 */
#include "calls.h"
#include "clause.h"
#include "worker.h"

enum { P = 0x1000 };

/* client and sibling share a redirected space; target has its own; redirector
 * is in the main thread's space, upper in a space of its own. */
static L4_ThreadId_t client, sibling, target, redirector, upper;
static struct job sent, got, seen;

static L4_Word_t timeouts(L4_Word_t send, L4_Word_t receive)
{
    return send << 16 | receive;
}

static L4_Word_t redirect(L4_ThreadId_t of, L4_ThreadId_t to)
{
    return space_control(of, L4_Nilpage, L4_Nilpage, to);
}

static void expect(L4_ThreadId_t w, struct job *job)
{
    *job = (struct job){ .from = L4_anythread };
    job_start(w, job);
}

/* w sends a word. */
static void send(L4_ThreadId_t w, L4_ThreadId_t to, L4_Word_t word,
                 L4_Word_t send_timeout)
{
    sent = (struct job){ .to = to,
                         .timeouts = timeouts(send_timeout, 0),
                         .mr = { 1, word } };
    job_start(w, &sent);
}

/* w sends a word in the client's name. */
static void pass_on(L4_ThreadId_t w, L4_ThreadId_t to, L4_Word_t word)
{
    sent = (struct job){ .to = to,
                         .virtual = client,
                         .timeouts = timeouts(usec(20000).raw, 0),
                         .mr = { P | 1, word } };
    job_start(w, &sent);
}

static bool heard(const struct job *job, L4_ThreadId_t from, L4_Word_t flags,
                  L4_Word_t word)
{
    bool good = job->done && !job_error(job) && job->sender.raw == from.raw &&
                job->tag.X.flags == flags && job->mr[1] == word;

    if (!good)
        printf("# done %d, tag 0x%lx, from 0x%lx, word %lu\n", job->done,
               job->tag.raw, job->sender.raw, job->mr[1]);
    return good;
}

/* Let w, who waits still, go. */
static void release(L4_ThreadId_t w)
{
    L4_Set_MsgTag(L4_Niltag);
    L4_Reply(w);
    settle();
}

static void test_direct(void)
{
    expect(target, &got);
    send(client, target, 1, 0);
    CLAUSE(3700, "2.5 parameter redirector; 2.10.7",
           "a new space is not redirected", heard(&got, client, 0, 1));
    CLAUSE_IS(3701, "2.5 parameter redirector", "a redirector is set",
              redirect(client, redirector), 0);
    expect(sibling, &got);
    send(client, sibling, 2, 0);
    CLAUSE(3702, "2.10.7", "within a redirected space messages go direct",
           got.done && L4_IsLocalId(got.sender) && got.mr[1] == 2 &&
               got.tag.X.flags == 0);
    L4_ThreadId_t from = L4_nilthread;
    send(client, main_id, 3, 0);
    L4_MsgTag_t tag = L4_Wait_Timeout(L4_ZeroTime, &from);
    CLAUSE(3703, "2.10.7",
           "messages to threads of the redirector's space go direct",
           L4_IpcSucceeded(tag) && !L4_IpcRedirected(tag) &&
               from.raw == client.raw);
    settle();
    expect(redirector, &seen);
    send(client, redirector, 4, 0);
    CLAUSE(3704, "2.10.7", "messages to the redirector itself go direct",
           heard(&seen, client, 0, 4));
}

static void test_redirected(void)
{
    expect(target, &got);
    expect(redirector, &seen);
    send(client, target, 11, 0);
    CLAUSE(3705, "2.10.7; 1.7 flag r",
           "what leaves the space goes to the redirector, with r",
           heard(&seen, client, 2, 11));
    CLAUSE_IS(3706, "2.10.7; 1.19 word offset -7",
              "IntendedReceiver is whom it was meant for, by its global id",
              seen.intended.raw, target.raw);
    CLAUSE(3707, "2.10.7",
           "whom a redirected message was meant for gets nothing yet",
           !got.done);
    pass_on(redirector, target, 12);
    CLAUSE(3708, "2.10.7; 2.10.6",
           "the redirector may speak for the space: p, and no r",
           heard(&got, client, 1, 12));
    CLAUSE_IS(3709, "2.10.7", "ActualSender is the redirector", got.actual.raw,
              redirector.raw);
    expect(client, &got);
    send(target, client, 13, 0);
    CLAUSE(3710, "2.10.7", "messages into the space go direct",
           heard(&got, target, 0, 13));
    /* A whole call. */
    static struct job call;
    call = (struct job){ .to = target, .from = target, .mr = { 1, 14 } };
    expect(target, &got);
    expect(redirector, &seen);
    job_start(client, &call);
    pass_on(redirector, target, 14);
    CLAUSE(3711, "2.10.7; 2.10.2", "a call is passed on as well",
           heard(&got, client, 1, 14) && !call.done);
    send(target, client, 15, TIME_ZERO);
    CLAUSE(3712, "2.10.7; 2.10.2",
           "the answer to a redirected call is taken direct",
           job_wait(&call) && call.sender.raw == target.raw &&
               call.mr[1] == 15);
}

static void test_timeouts(void)
{
    expect(target, &got);
    send(client, target, 21, TIME_ZERO);
    CLAUSE(3713, "2.10.7; 2.10.8 e 1",
           "errors concern the redirector: when it does not wait, a timeout",
           sent.done && job_error(&sent) == E_TIMEOUT && !got.done);
    seen = (struct job){ .from = client };
    job_start(redirector, &seen);
    send(client, target, 22, TIME_ZERO);
    CLAUSE(3714, "2.10.7", "a closed wait of the redirector admits the sender",
           heard(&seen, client, 2, 22));
    seen = (struct job){ .from = target };
    job_start(redirector, &seen);
    send(client, target, 23, TIME_ZERO);
    CLAUSE(3715, "2.10.7",
           "a closed wait of the redirector for the intended receiver does not",
           sent.done && job_error(&sent) == E_TIMEOUT);
    exregs_control(redirector, EX_RECV);
    send(client, target, 24, 0);
    expect(redirector, &seen);
    CLAUSE(3716, "2.10.7", "a redirected sender queues at the redirector",
           heard(&seen, client, 2, 24) && seen.intended.raw == target.raw);
    send(client, fresh(0), 25, TIME_ZERO);
    CLAUSE(3717, "2.10.7; 2.10.8 e 2",
           "to a thread that does not exist: error 2 as ever",
           sent.done && job_error(&sent) == E_NO_PARTNER);
    release(target);
}

static void test_overflow(void)
{
    expect(redirector, &seen);
    sent = (struct job){ .to = target, .mr = { 2 << 6, 0xe, 0 } };
    job_start(client, &sent);
    CLAUSE(3718, "2.10.7; 2.10.4 error 4",
           "overflow is between sender and redirector",
           sent.done && job_error(&sent) == E_OVERFLOW && seen.done &&
               job_error(&seen) == E_OVERFLOW);
}

static void touch(L4_Word_t address)
{
    *(volatile L4_Word_t *)address = 1;
}

/* A fault in the redirected space, for a pager that is elsewhere. */
static void test_fault(void)
{
    L4_ThreadId_t t = thread_in(client, touch, FREE_WINDOW, PRIO_MID);

    L4_ThreadControl(t, t, L4_nilthread, target, NO_UTCB);
    expect(redirector, &seen);
    settle();
    CLAUSE(3719, "2.10.7; 3.3", "page faults are redirected",
           seen.done && !job_error(&seen) && seen.sender.raw == t.raw &&
               protocol(seen.tag) == LABEL_PAGE_FAULT &&
               L4_IpcRedirected(seen.tag));
    CLAUSE_IS(3720, "2.10.7; 3.3", "IntendedReceiver is the pager",
              seen.intended.raw, target.raw);
    thread_delete(t);
}

static void test_change(void)
{
    CLAUSE_IS(3721, "2.10.7; 2.5 parameter redirector",
              "an id that names no thread is no error",
              redirect(client, fresh(1)), 0);
    expect(redirector, &seen);
    send(client, target, 31, 0);
    CLAUSE(3722, "2.10.7", "a redirector that names no thread changes nothing",
           heard(&seen, client, 2, 31));
    CLAUSE_IS(3723, "2.5 parameter redirector", "nilthread is no error",
              redirect(client, L4_nilthread), 0);
    expect(redirector, &seen);
    send(client, target, 32, 0);
    CLAUSE(3724, "2.5 parameter redirector", "nilthread changes nothing",
           heard(&seen, client, 2, 32));
    /* Another redirector while a message waits for the first. */
    send(client, target, 33, 0);
    expect(upper, &got);
    redirect(client, upper);
    settle();
    CLAUSE(3725, "2.10.7", "a blocked send follows the new redirector",
           heard(&got, client, 2, 33));
    redirect(client, redirector);
    send(client, target, 34, 0);
    expect(target, &got);
    CLAUSE(3726, "2.10.7",
           "with the old redirector set again sends wait for it",
           !sent.done && !got.done);
    redirect(client, L4_anythread);
    settle();
    CLAUSE(3727, "2.10.7", "with anythread a blocked send goes direct",
           heard(&got, client, 0, 34));
    expect(target, &got);
    send(client, target, 35, 0);
    CLAUSE(3728, "2.5 parameter redirector; 2.10.7",
           "with anythread the space is not redirected",
           heard(&got, client, 0, 35));
    send(client, upper, 36, 0);
    expect(redirector, &seen);
    redirect(client, redirector);
    settle();
    CLAUSE(3739, "2.10.7",
           "a send that waits when a redirector is set goes to it",
           heard(&seen, client, 2, 36));
    CLAUSE_IS(3740, "2.10.7; 1.19 word offset -7",
              "and IntendedReceiver is whom it waited for", seen.intended.raw,
              upper.raw);
}

static void test_vanished(void)
{
    L4_ThreadId_t t = thread_here(worker, 0, PRIO_MID);

    settle();
    redirect(client, t);
    thread_delete(t);
    expect(target, &got);
    send(client, target, 41, usec(4000).raw);
    CLAUSE(3729, "2.10.7; 2.10.7 error 2",
           "when the redirector is deleted sends that leave the space wait",
           job_wait(&sent) && job_error(&sent) == E_TIMEOUT &&
               job_phase(&sent) == 0 && !got.done);
    send(client, target, 42, 0);
    expect(redirector, &seen);
    CLAUSE(3730, "2.10.7", "without a timeout they wait for ever", !sent.done);
    redirect(client, redirector);
    settle();
    CLAUSE(3731, "2.10.7", "they wait until another redirector is set",
           heard(&seen, client, 2, 42));
    t = thread_here(worker, 0, PRIO_MID);
    settle();
    redirect(client, t);
    send(client, target, 43, 0);
    thread_delete(t);
    settle();
    CLAUSE(3732, "2.10.7 error 2",
           "a send queued at a redirector that is deleted waits on: no error 2",
           !sent.done);
    redirect(client, L4_anythread);
    settle();
    CLAUSE(3733, "2.10.7", "a send that waited so goes direct with anythread",
           heard(&got, client, 0, 43));
    expect(target, &got);
    t = thread_here(worker, 0, PRIO_MID);
    settle();
    redirect(client, t);
    thread_control(L4_GlobalId(L4_ThreadNo(t), 2), main_id, L4_nilthread,
                   L4_nilthread, ~0ul);
    send(client, target, 44, usec(4000).raw);
    CLAUSE(3734, "2.10.7", "a new version of the redirector is none",
           job_wait(&sent) && job_error(&sent) == E_TIMEOUT && !got.done);
    thread_delete(t);
    redirect(client, L4_anythread);
    release(target);
}

/* client -> upper's space -> main's space */
static void test_chain(void)
{
    redirect(client, upper);
    redirect(upper, redirector);
    expect(upper, &seen);
    send(client, target, 51, 0);
    CLAUSE(3735, "2.10.7", "the first redirector of a chain gets the message",
           heard(&seen, client, 2, 51));
    expect(redirector, &got);
    pass_on(upper, target, 52);
    CLAUSE(3736, "2.10.7",
           "what it passes on goes to its own space's redirector",
           got.done && L4_IpcRedirected(got.tag) && got.mr[1] == 52 &&
               got.intended.raw == target.raw);
    expect(target, &got);
    pass_on(redirector, target, 53);
    CLAUSE(3737, "2.10.6; 2.10.7",
           "who is in the chain of redirectors may speak for the space",
           heard(&got, client, 1, 53) && got.actual.raw == redirector.raw);
    redirect(upper, L4_anythread);
    redirect(client, L4_anythread);
}

static volatile L4_Word_t their_result, their_error;

static void set_redirector(L4_Word_t arg)
{
    L4_Word_t old;

    (void)arg;
    their_result = L4_SpaceControl(L4_Myself(), 0, L4_Nilpage, L4_Nilpage,
                                   L4_Myself(), &old);
    their_error = L4_ErrorCode();
}

static void test_privilege(void)
{
    L4_ThreadId_t t = thread_in(target, set_redirector, 0, PRIO_MID);

    settle();
    CLAUSE(3738, "2.5 error 1; 2.10.7", "nobody sets a redirector unprivileged",
           their_result == 0 && their_error == L4_ErrNoPrivilege);
    thread_delete(t);
}

int main(void)
{
    support_init();
    client = thread_in_new_space(worker, 0, PRIO_MID);
    sibling = thread_in(client, worker, 0, PRIO_MID);
    target = thread_in_new_space(worker, 0, PRIO_MID);
    upper = thread_in_new_space(worker, 0, PRIO_MID);
    redirector = thread_here(worker, 0, PRIO_MID);
    settle();
    test_direct();
    test_redirected();
    test_timeouts();
    test_overflow();
    test_fault();
    test_change();
    test_vanished();
    test_chain();
    test_privilege();
    return CLAUSES_END();
}
