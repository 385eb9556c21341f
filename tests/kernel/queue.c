/* SPDX-FileCopyrightText: 2026 The Pecan authors
 * SPDX-License-Identifier: BSD-2-Clause */
/*
 * A receive that looks through a long queue of senders for the one whom it may
 * take from. It lets others run meanwhile, and what they do to the queue and to
 * the receiver does not confuse it.
 */
#include "calls.h"
#include "worker.h"
#include "tap.h"

enum { CROWD = 128, EVERY = 16, STACK = 512, DELAYS = 12, RECEIVES = 2 };

static char small_stacks[CROWD][STACK] __attribute__((aligned(16)));
static unsigned order[CROWD]; /* who is queued, the oldest first */
static unsigned versions[CROWD];
static L4_ThreadId_t victim, ours, home;
static struct job taken, ended, sent;

static L4_ThreadId_t id_of(unsigned i)
{
    return L4_GlobalId(thread_no(MAX_THREADS) + i, versions[i]);
}

static void sender(void)
{
    L4_Set_MsgTag(L4_Niltag);
    L4_Send(victim);
    for (;;)
        L4_Receive(L4_MyGlobalId());
}

/* Another foreigner that is queued at the victim. */
static bool create(unsigned i)
{
    L4_ThreadId_t t = (versions[i]++, id_of(i));

    return L4_ThreadControl(t, home, main_id, L4_nilthread, NO_UTCB) &&
           L4_ThreadControl(t, home, L4_nilthread, main_id,
                            (void *)utcb_start(MAX_THREADS + i)) &&
           L4_ThreadControl(t, home, L4_nilthread, pager_id, NO_UTCB) &&
           L4_IpcSucceeded(send_start(t, (L4_Word_t)sender,
                                      (L4_Word_t)small_stacks[i] + STACK - 16 -
                                          RETURN_ADDRESS));
}

static bool delete (unsigned i)
{
    return L4_ThreadControl(id_of(i), L4_nilthread, L4_nilthread, L4_nilthread,
                            NO_UTCB) == 1;
}

/* Wherever the receiver is between two of its turns, the one it looked at last
 * goes: every 16th of the queue. New ones take their place at its end. */
static unsigned replace(void)
{
    unsigned gone[CROWD / EVERY], n = 0, kept = 0;

    for (unsigned i = 0; i < CROWD; i++) {
        if (i % EVERY == EVERY - 1)
            gone[n++] = order[i];
        else
            order[kept++] = order[i];
    }
    unsigned good = 0;
    for (unsigned i = 0; i < n; i++)
        good += delete (gone[i]);
    for (unsigned i = 0; i < n; i++) {
        order[kept++] = gone[i];
        good += create(gone[i]);
    }
    return good;
}

/* The victim receives; after so many microseconds: is it in the midst? */
static bool search(struct job *job, L4_ThreadId_t from, unsigned delay)
{
    *job = (struct job){ .to = L4_nilthread,
                         .from = from,
                         .timeouts = L4_Timeouts(L4_Never, L4_Never) };
    L4_LoadMR(1, (L4_Word_t)job);
    L4_Set_MsgTag((L4_MsgTag_t){ .raw = 1 });
    L4_Send(victim);
    L4_Sleep(usec(delay));
    return (__L4_ExregsControl(victim, 0).control & RECEIVES) &&
           thread_state(victim) == L4_SCHEDRESULT_RUNNING;
}

static void come_and_go(void)
{
    unsigned amid = 0, right = 0, replaced = 0;

    for (unsigned delay = 1; delay <= DELAYS; delay++) {
        sent = (struct job){ .to = victim,
                             .timeouts = L4_Timeouts(L4_Never, L4_Never) };
        job_start(ours, &sent);
        amid += search(&taken, L4_anylocalthread, delay);
        replaced += replace();
        right += job_wait(&taken) && L4_IpcSucceeded(taken.tag) &&
                 L4_GlobalIdOf(taken.sender).raw == ours.raw;
        settle();
    }
    printf("# %u of %u times amid the search\n", amid, DELAYS);
    ok(amid >= 3, "others run while a receiver looks for its sender");
    is(replaced, DELAYS * 2 * (CROWD / EVERY), "queued senders come and go");
    is(right, DELAYS, "it finds the one of its own space each time");
}

/* Who is halted amid the search ends it, but runs no further. */
static void halted(void)
{
    unsigned early = 0, right = 0;

    for (unsigned delay = 1; delay <= DELAYS; delay++) {
        sent = (struct job){ .to = victim,
                             .timeouts = L4_Timeouts(L4_Never, L4_Never) };
        job_start(ours, &sent);
        bool amid = search(&taken, L4_anylocalthread, delay);
        L4_Stop(victim);
        settle();
        early += amid && taken.done;
        L4_Start(victim);
        right += job_wait(&taken) && L4_IpcSucceeded(taken.tag);
        settle();
    }
    is(early, 0, "halted amid the search, it does not run");
    is(right, DELAYS, "until it is resumed");
}

/* Lets the victim go on while the main thread waits for it. */
static void starter(L4_Word_t arg)
{
    (void)arg;
    for (;;) {
        L4_Receive(main_id);
        L4_Sleep(usec(500));
        L4_Start(victim);
    }
}

static void aborted(void)
{
    L4_ThreadId_t helper = thread_here(starter, 0, PRIO_MID);
    unsigned amid = 0, right = 0, found = 0;

    /* Somebody speaks for another one: so it has to look at each. */
    sent = (struct job){ .to = victim,
                         .timeouts = L4_Timeouts(L4_Never, L4_Never),
                         .virtual = ours,
                         .mr = { 1 << 12 } };
    for (unsigned delay = 1; delay <= DELAYS; delay++) {
        for (unsigned i = 0; i < CROWD; i++)
            delete (i);
        job_start(ours, &sent); /* the first in the queue */
        for (unsigned i = 0; i < CROWD; i++)
            create(i);
        settle();
        if (search(&ended, pager_id, delay))
            amid++;
        else
            settle();
        L4_AbortReceive_and_stop(victim);
        L4_Set_MsgTag(L4_Niltag);
        L4_Send(helper);
        /* The next job is queued before the victim waits for one: so that wait
         * looks at nobody. */
        search(&taken, L4_anylocalthread, 1000);
        right += ended.done && job_error(&ended) == 3 && job_phase(&ended) == 1;
        found += taken.done && L4_GlobalIdOf(taken.sender).raw == ours.raw;
    }
    ok(amid >= 3, "one who looks for a sender is in its receive phase");
    is(right, DELAYS, "and this ends like any other");
    is(found, DELAYS, "the next receive looks at all senders again");
}

/* Whom it looks for comes, or ceases to be, in the midst of it. Those whom it
 * has looked at go before it receives anew. */
static void met(void)
{
    static struct job there;
    unsigned amid = 0, right = 0, next = 0;

    for (unsigned delay = 1; delay <= 2 * DELAYS; delay++) {
        bool comes = delay % 2;
        L4_ThreadId_t sought = thread_here(worker, 0, PRIO_MID);
        job_start(ours, &sent); /* in another one's name */
        for (unsigned i = 0; i < CROWD; i++)
            create(i);
        settle();
        there = (struct job){ .to = victim };
        amid += search(&ended, sought, (delay + 1) / 2);
        exregs_control(victim, EX_HALT_VALID | EX_HALT);
        if (comes)
            job_start(sought, &there);
        else
            thread_delete(sought);
        settle();
        for (unsigned i = 0; i < CROWD; i++)
            delete (i);
        exregs_control(victim, EX_HALT_VALID);
        right += job_wait(&ended) &&
                 (comes ? L4_IpcSucceeded(ended.tag)
                        : ended.error == (E_NO_PARTNER << 1 | 1));
        search(&taken, ours, 1000);
        next += job_wait(&taken) && L4_IpcSucceeded(taken.tag);
        if (comes)
            thread_delete(sought);
    }
    ok(amid >= 3, "others come and go while it looks for them");
    is(right, 2 * DELAYS, "it gets the message of him who came");
    is(next, 2 * DELAYS, "and forgets whom it looked at last");
}

static L4_ThreadId_t clerk;

/* Answers at once, or not at all. */
static void server(L4_Word_t arg)
{
    L4_ThreadId_t from;

    (void)arg;
    L4_Wait(&from);
    for (;;) {
        L4_Set_MsgTag(L4_Niltag);
        L4_ReplyWait(from, &from);
    }
}

/* Has the clerk answer. */
static void forwarder(L4_Word_t arg)
{
    L4_ThreadId_t from;

    (void)arg;
    for (;;) {
        L4_Wait(&from);
        L4_Set_VirtualSender(from);
        L4_Set_MsgTag((L4_MsgTag_t){ .raw = 1 << 12 });
        L4_Send(clerk);
    }
}

/* Who calls is ready for the answer, however many are queued at him. */
static void called(void)
{
    L4_ThreadId_t desk = thread_here(forwarder, 0, PRIO_MID);
    unsigned direct = 0, forwarded = 0;

    clerk = thread_here(server, 0, PRIO_MID);
    job_start(ours, &sent); /* in another one's name */
    for (unsigned i = 0; i < CROWD; i++)
        create(i);
    settle();
    for (unsigned i = 0; i < DELAYS; i++) {
        taken = (struct job){ .to = clerk, .from = clerk };
        job_start(victim, &taken);
        direct += taken.done && L4_IpcSucceeded(taken.tag);
        if (!taken.done)
            exregs_control(victim, EX_RECV);
        taken = (struct job){ .to = desk, .from = desk };
        job_start(victim, &taken);
        forwarded += taken.done && L4_IpcSucceeded(taken.tag);
        if (!taken.done)
            exregs_control(victim, EX_RECV);
    }
    is(direct, DELAYS, "an answer comes while the caller looks for it");
    is(forwarded, DELAYS, "also from whom the call was passed on to");
}

int main(void)
{
    unsigned good = 0;

    plan(14);
    support_init();
    victim = thread_here(worker, 0, PRIO_LOW);
    ours = thread_here(worker, 0, PRIO_LOW);
    home = thread_in_new_space(worker, 0, PRIO_LOW);
    settle();
    for (unsigned i = 0; i < CROWD; i++)
        good += create(order[i] = i);
    settle();
    is(good, CROWD, "128 foreigners are queued");
    come_and_go();
    halted();
    aborted();
    for (unsigned i = 0; i < CROWD; i++)
        delete (i);
    met();
    called();
    return tap_status();
}
