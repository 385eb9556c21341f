/* SPDX-FileCopyrightText: 2026 The Pecan authors
 * SPDX-License-Identifier: BSD-2-Clause */
/*
 * Sends without a receive phase to threads that wait, which a short path may
 * take: who is ready then, in which order, with which message.
 */
#include "calls.h"
#include "tap.h"
#include "worker.h"

enum { RECEIVERS = 5, IDLER = 8, SENDER = 9 }; /* what they note */
enum { NOTES = 16, TAG_LABEL = 0x1234 << 16 };
enum { NEAR, FAR, FAR_TOO, LOW, HIGH }; /* receivers; two in other spaces */

static L4_ThreadId_t receivers[RECEIVERS], sender_id;
static volatile L4_Word_t order[NOTES], ordered;
static volatile bool idle; /* nobody else has been ready since the run began */
static struct {
    L4_ThreadId_t from;
    L4_Word_t mr[64];
} got[RECEIVERS];

/* What the sender does, whether its wait comes with one more message, to LOW,
 * and whether each send left it its own registers. */
static unsigned script[4], sends, words;
static bool reply_and_wait, sender_good;

static void note(L4_Word_t who)
{
    if (ordered < NOTES)
        order[ordered++] = who;
}

static void receiver(L4_Word_t n)
{
    for (;;) {
        L4_Wait(&got[n].from);
        note(n);
        L4_StoreMRs(0, 64, got[n].mr);
    }
}

static L4_Word_t word(unsigned n, unsigned i)
{
    return 0x10001 * (n + 1) * i;
}

static bool message_is(const L4_Word_t *mr, unsigned n)
{
    bool good = mr[0] == (TAG_LABEL | words);

    for (unsigned i = 1; i <= words; i++)
        good &= mr[i] == word(n, i);
    return good;
}

static void send(unsigned n)
{
    L4_ThreadId_t from = main_id;
    L4_Word_t mr[64];

    mr[0] = TAG_LABEL | words;
    for (unsigned i = 1; i < 64; i++)
        mr[i] = word(n, i);
    L4_LoadMRs(0, 64, mr);
    L4_MsgTag_t tag = L4_Ipc(receivers[n], L4_nilthread, 0, &from);
    note(SENDER);
    L4_StoreMRs(0, 64, mr);
    sender_good &= tag.raw == (TAG_LABEL | words) && message_is(mr, n);
}

static void sender(L4_Word_t arg)
{
    L4_ThreadId_t from;

    (void)arg;
    for (;;) {
        if (reply_and_wait)
            L4_ReplyWait(receivers[LOW], &from);
        else
            L4_Receive(main_id);
        for (unsigned i = 0; i < sends; i++)
            send(script[i]);
    }
}

/* Always ready, so that it shows who is forgotten until somebody wakes. */
static void idler(L4_Word_t arg)
{
    (void)arg;
    for (;;) {
        if (!idle) {
            idle = true;
            note(IDLER);
        }
    }
}

static void run(unsigned count, unsigned a, unsigned b, unsigned c)
{
    script[0] = a;
    script[1] = b;
    script[2] = c;
    sends = count;
    sender_good = true;
    ordered = 0;
    idle = false;
    L4_Set_MsgTag(L4_Niltag);
    L4_Send(sender_id);
    settle();
}

static bool order_is(const char *digits)
{
    L4_Word_t n = 0;

    for (; digits[n]; n++) {
        if (n >= ordered || order[n] != (L4_Word_t)(digits[n] - '0'))
            return false;
    }
    return n == ordered;
}

static void test_words(void)
{
    static const unsigned sizes[] = { 0, 1, 2, 3, 4, 5, 8, 9, 16, 40, 63 };
    bool arrived = true, kept = true;

    for (unsigned k = 0; k < sizeof(sizes) / sizeof(sizes[0]); k++) {
        words = sizes[k];
        run(2, FAR, NEAR, 0);
        for (unsigned n = NEAR; n <= FAR; n++)
            arrived &= message_is(got[n].mr, n);
        kept &= sender_good;
    }
    ok(arrived, "a message of any length arrives");
    ok(kept, "the sender keeps its message registers, and its tag");
    ok(got[FAR].from.raw == sender_id.raw, "from a global id to another space");
    ok(got[NEAR].from.raw == L4_LocalIdOf(sender_id).raw,
       "from a local one within a space");
    words = 3;
}

static void test_order(void)
{
    run(3, FAR_TOO, NEAR, FAR);
    ok(order_is("9992018"), "the sender goes on; then all run as they came");
    run(2, LOW, NEAR, 0);
    ok(order_is("99038"), "the more urgent one first");
    run(2, NEAR, LOW, 0);
    ok(order_is("99038"), "also if it came first");
    run(1, LOW, 0, 0);
    ok(order_is("938"), "or a less urgent one alone");
    run(3, NEAR, HIGH, FAR);
    ok(order_is("9499018"), "one more urgent than the sender runs at once");
    run(2, NEAR, NEAR, 0);
    ok(order_is("90098"), "nobody is ready twice: the second send waits");
    reply_and_wait = true;
    run(1, NEAR, 0, 0);
    ok(order_is("9038"), "a reply later does not hand over to one less urgent");
    reply_and_wait = false;
    run(0, 0, 0, 0);
}

/* They wait for others. */
static void test_refused(void)
{
    static struct job waits, sent;
    L4_ThreadId_t waiter = thread_here(worker, 0, PRIO_MID);
    L4_ThreadId_t other = thread_in_new_space(worker, 0, PRIO_MID);

    settle();
    waits = (struct job){ .from = sender_id };
    job_start(waiter, &waits);
    sent = (struct job){ .to = waiter, .timeouts = TIME_ZERO << 16 };
    job_start(other, &sent);
    is(job_error(&sent), 1, "a send to who waits for another");
    ok(!waits.done, "... does not end that wait");
    sent = (struct job){ .to = waiter, .from = sender_id };
    job_start(other, &sent);
    is(thread_state(other), 4, "... or is queued");
    thread_delete(other);
    thread_delete(waiter);
}

int main(void)
{
    plan(14);
    support_init();
    for (unsigned n = 0; n < RECEIVERS; n++) {
        unsigned prio = n == LOW    ? PRIO_MID - 1
                        : n == HIGH ? PRIO_MID + 1
                                    : PRIO_MID;
        receivers[n] = n == FAR || n == FAR_TOO
                           ? thread_in_new_space(receiver, n, prio)
                           : thread_here(receiver, n, prio);
    }
    sender_id = thread_here(sender, 0, PRIO_MID);
    thread_here(idler, 0, PRIO_LOW);
    settle();
    /* Later, a page fault would let others run. */
    for (unsigned n = 0; n < RECEIVERS; n++)
        run(1, n, 0, 0);
    test_words();
    test_order();
    test_refused();
    return tap_status();
}
