/* SPDX-FileCopyrightText: 2026 The Pecan authors
 * SPDX-License-Identifier: BSD-2-Clause */
/*
 * What may happen between two steps of a transfer: others change the UTCBs that
 * describe it, or the transfer itself does; a wait that its fault has begun, a
 * quantum, a redirector or a pager comes to an end. Strings that are simply
 * interrupted: conformance/transfer.c.
 */
#include "calls.h"
#include "tap.h"
#include "worker.h"

enum {
    PIECES = 16,
    PIECE = 32 << 10,
    SENT = 8 * PAGE_SIZE,
    REDIRECTED = 1 << 13,
    PROPAGATED = 1 << 12,
    BRS = 33,
};
/* Nothing is there until somebody answers a fault. */
#define SOURCE (FREE_WINDOW + 0x200000)
#define TARGET (FREE_WINDOW + 0x300000)

struct side {
    L4_ThreadId_t id, to, from;
    L4_Word_t timeouts, xfer, br[BRS], mr[64];
    L4_MsgTag_t tag;
    L4_Word_t error;
    L4_ThreadId_t intended;
    volatile bool done;
};
static struct side s, r, far, by;
static char sent[SENT] __attribute__((aligned(SENT)));
static char got[SENT] __attribute__((aligned(SENT)));
static struct job proxy;

static void side_loop(L4_Word_t arg)
{
    struct side *side = (struct side *)arg;
    L4_ThreadId_t sender;

    for (;;) {
        if (L4_IpcFailed(L4_Receive(main_id)))
            continue;
        L4_Set_XferTimeouts(side->xfer);
        L4_LoadBRs(0, BRS, side->br);
        L4_LoadMRs(0, 64, side->mr);
        side->tag = L4_Ipc(side->to, side->from, side->timeouts, &sender);
        side->error = L4_ErrorCode();
        side->intended = L4_IntendedReceiver();
        L4_StoreMRs(0, 64, side->mr);
        side->done = true;
    }
}

static void side_start(struct side *side)
{
    side->done = false;
    L4_Set_MsgTag(L4_Niltag);
    L4_Send_Timeout(side->id, usec(20000));
    settle();
}

/* space: nil for a new one. Its faults are main's, once it has run: an Ipc that
 * fails and one that brings words, as their code may be in different pages. */
static void side_new(struct side *side, L4_ThreadId_t space)
{
    L4_Word_t arg = (L4_Word_t)side;

    *side = (struct side){ .timeouts = TIME_ZERO << 16 | TIME_ZERO };
    side->id = L4_IsNilThread(space)
                   ? thread_in_new_space(side_loop, arg, PRIO_MID)
                   : thread_in(space, side_loop, arg, PRIO_MID);
    settle();
    side_start(side);
    side->from = main_id;
    side->timeouts = 0;
    side_start(side);
    L4_Set_MsgTag((L4_MsgTag_t){ .raw = 4 });
    L4_Send_Timeout(side->id, usec(20000));
    settle();
    side->from = L4_nilthread;
    side->timeouts = TIME_ZERO << 16 | TIME_ZERO;
    L4_ThreadControl(side->id, side->id, L4_nilthread, main_id, NO_UTCB);
}

/* from sends a string of a page to `to`, which waits for anybody. */
static void prepare(struct side *from, L4_Word_t source, struct side *to,
                    L4_Word_t target)
{
    L4_StringItem_t item = L4_StringItem(PAGE_SIZE, (void *)source);

    L4_UnmapFpage(page_at((L4_Word_t)sent, L4_FullyAccessible));
    L4_UnmapFpage(page_at((L4_Word_t)got, L4_FullyAccessible));
    *from = (struct side){ .id = from->id, .to = to->id };
    from->mr[0] = 2 << 6;
    from->mr[1] = item.raw[0];
    from->mr[2] = item.raw[1];
    item = L4_StringItem(PAGE_SIZE, (void *)target);
    *to = (struct side){ .id = to->id, .from = L4_anythread };
    to->br[0] = 1;
    to->br[1] = item.raw[0];
    to->br[2] = item.raw[1];
}

static L4_Word_t error_of(const struct side *side)
{
    return !side->done               ? ~0ul
           : L4_IpcFailed(side->tag) ? side->error >> 1 & 7
                                     : 0;
}

/* Takes the fault of t that waits for us. */
static bool fault_of(L4_ThreadId_t t)
{
    L4_MsgTag_t tag = L4_Receive_Timeout(t, usec(20000));

    return L4_IpcSucceeded(tag) && protocol(tag) == LABEL_PAGE_FAULT;
}

static void answer(L4_ThreadId_t t, void *page, L4_Word_t address)
{
    load_map(page_at((L4_Word_t)page, L4_FullyAccessible), address);
    L4_Send_Timeout(t, usec(20000));
    settle();
}

/* ---- the UTCB that describes it ------------------------------------------ */

enum { W = sizeof(L4_Word_t), CONTINUED = 1 << 9 };
static L4_Word_t words[40], first, rest[40], beyond[3];

/* One of n substrings, or the only one. */
static L4_Word_t header(L4_Word_t bytes, unsigned n)
{
    return bytes << 10 | (n - 1) << 4;
}

/* s sends words; r gets the first, then a buffer overwrites what is at `at` by
 * the second, which is meanwhile, and the rest follows. */
static void overwrite(L4_Word_t *at, L4_Word_t meanwhile)
{
    words[0] = 66;
    words[1] = meanwhile;
    words[2] = 77;
    first = rest[0] = beyond[0] = beyond[2] = 0;
    s.mr[1] = header(sizeof words, 1);
    s.mr[2] = (L4_Word_t)words;
    r.br[1] = header(W, 2) | CONTINUED;
    r.br[2] = (L4_Word_t)&first;
    r.br[3] = (L4_Word_t)at;
    r.br[4] = header(sizeof words, 1);
    r.br[5] = (L4_Word_t)rest;
    side_start(&r);
    side_start(&s);
}

static bool overflown(void)
{
    return error_of(&s) == E_OVERFLOW && error_of(&r) == E_OVERFLOW;
}

/* A receiver's buffer, whose header the string overwrites, goes on behind BR32:
 * with a part of its own, or with a part's third substring. */
static void own_buffers(void)
{
    L4_Word_t *br0 = (L4_Word_t *)L4_LocalIdOf(r.id).raw - 16;

    prepare(&s, 0, &r, 0);
    br0[-34] = header(3 * W, 1);
    br0[-35] = (L4_Word_t)beyond;
    overwrite(br0 - 1, header(0, 32) | CONTINUED);
    is(first, 66, "a buffer is overwritten by the string it gets");
    is(beyond[2], 0, "a string is no buffer behind the last one");
    ok(overflown(), "but too long");

    prepare(&s, 0, &r, 0);
    r.br[31] = header(W, 4);
    br0[-34] = (L4_Word_t)beyond;
    overwrite(br0 - 1, header(0, 29) | CONTINUED);
    ok(first == 66 && beyond[0] == 0 && overflown(),
       "nor is a substring behind it one");
}

/* So does the string itself, which overwrites its own header. */
static void own_string(void)
{
    L4_Word_t *mr0 = (L4_Word_t *)L4_LocalIdOf(s.id).raw;

    prepare(&s, 0, &r, 0);
    s.mr[34] = header(3 * W, 1);
    s.mr[35] = (L4_Word_t)words;
    overwrite(mr0 + 1, header(0, 32) | CONTINUED);
    ok(first == 66 && rest[0] == 0 && overflown(),
       "a string ends where its message does, which it overwrites");
}

/* What is behind a UTCB's message registers. */
static void mark(L4_Word_t *mr0)
{
    for (unsigned k = 64; k < 68; k++)
        mr0[k] = 4711;
}

static bool marked(const L4_Word_t *mr0)
{
    bool same = true;

    for (unsigned k = 64; k < 68; k++)
        same &= mr0[k] == 4711;
    return same;
}

/* The first string overwrites its sender's tag; the second is as long as the
 * new one allows. */
static void own_tag(void)
{
    static L4_Word_t tag = 63 << 6 | 63;
    L4_Word_t *mr0 = (L4_Word_t *)L4_LocalIdOf(r.id).raw;
    L4_StringItem_t item = L4_StringItem(sizeof tag, &tag);

    prepare(&s, 0, &r, 0);
    s.mr[0] = 4 << 6;
    s.mr[1] = item.raw[0];
    s.mr[2] = item.raw[1];
    s.mr[3] = 1 << 10 | 1 << 9 | 31 << 4;
    s.mr[36] = 1 << 10 | 31 << 4; /* its second part, to word 68 */
    r.br[1] = sizeof tag << 10 | 1;
    r.br[2] = L4_LocalIdOf(s.id).raw;
    mark(mr0);
    side_start(&r);
    side_start(&s);
    ok(marked(mr0), "nor does one that a string overwrites");
}

static volatile bool armed;
static L4_Word_t meddled[64];

/* More urgent than who sends; while a page is mapped, the message changes. */
static void meddle(L4_Word_t arg)
{
    (void)arg;
    for (;;) {
        L4_Sleep(usec(10));
        if (!armed || thread_state(s.id) == L4_SCHEDRESULT_WAITING)
            continue;
        L4_Word_t *mr0 = (L4_Word_t *)L4_LocalIdOf(s.id).raw;
        for (unsigned i = 0; i < 64; i++)
            mr0[i] = meddled[i];
    }
}

static void own_words(void)
{
    L4_Fpage_t large =
        L4_Sigma0_GetAny(L4_nilthread, 19, L4_CompleteAddressSpace);
    L4_Word_t *mr0 = (L4_Word_t *)L4_LocalIdOf(r.id).raw;
    L4_ThreadId_t urgent = thread_here(meddle, 0, PRIO_HIGH);
    bool same = true;

    for (L4_Word_t a = 0; a < L4_Size(large); a += PAGE_SIZE)
        *(volatile char *)(L4_Address(large) + a) = 1;
    for (unsigned i = 0; i < 6; i++) {
        prepare(&s, (L4_Word_t)got, &r, (L4_Word_t)sent);
        s.mr[0] = 4 << 6;
        s.mr[3] = s.mr[1];
        s.mr[4] = s.mr[2];
        s.mr[1] = 8;
        s.mr[2] = L4_FpageAddRights(large, L4_FullyAccessible).raw;
        r.br[0] = L4_FpageLog2(FREE_WINDOW, 19).raw | 1;
        for (unsigned k = 0; k < 64; k++)
            meddled[k] = s.mr[k];
        meddled[0] = 63 << 6 | 63;
        meddled[3] = 1 << 10 | 1 << 9 | 31 << 4;
        meddled[36] = 1 << 10 | 31 << 4; /* its second part, to word 68 */
        mark(mr0);
        side_start(&r);
        armed = true;
        side_start(&s);
        armed = false;
        same &= marked(mr0);
        exregs_control(s.id, EX_SEND);
        settle();
        L4_Flush(L4_FpageAddRights(L4_FpageLog2(FREE_WINDOW, 19),
                                   L4_FullyAccessible));
    }
    ok(same, "a tag that changes meanwhile lets nothing past MR63");
    thread_delete(urgent);
}

/* ---- waits, quanta, redirectors, pagers ---------------------------------- */

static void look_for_pager(L4_ThreadId_t w)
{
    prepare(&s, (L4_Word_t)sent, &r, TARGET);
    side_start(&r);
    side_start(&s); /* r is queued at us with its fault */
    proxy =
        (struct job){ .to = r.id, .virtual = main_id, .mr = { PROPAGATED } };
    job_start(w, &proxy); /* somebody answers in our name */
    bool good = L4_IpcSucceeded(L4_Receive_Timeout(r.id, L4_ZeroTime));
    /* r receives when it is its turn; now: */
    exregs_control(w, EX_SEND);
    exregs_control(s.id, EX_SEND);
    settle();
    ok(good && error_of(&s) == E_ABORTED && error_of(&r) == E_ABORTED,
       "a transfer ends while its fault's answer is being looked for");
}

static void long_string(void)
{
    prepare(&s, 0, &r, 0);
    s.mr[0] = (1 + PIECES) << 6;
    s.mr[1] = r.br[1] = PIECE << 10 | (PIECES - 1) << 4;
    for (unsigned i = 0; i < PIECES; i++) {
        s.mr[2 + i] = (L4_Word_t)sent;
        r.br[2 + i] = (L4_Word_t)got;
    }
}

static void quantum(void)
{
    long_string();
    side_start(&r);
    L4_Set_Timeslice(s.id, usec(5000), usec(100));
    side_start(&s);
    L4_Sleep(usec(20000));
    is(error_of(&r), 0, "a sender whose quantum ends sends all of its string");
    ok(!s.done && thread_state(s.id) == L4_SCHEDRESULT_RUNNING,
       "and then it stops");
    L4_MsgTag_t tag = L4_Receive_Timeout(s.id, L4_ZeroTime);
    ok(L4_IpcSucceeded(tag) && protocol(tag) == -3, "its scheduler is told");
    L4_Set_Timeslice(s.id, usec(5000), L4_Never);
    settle();
    is(error_of(&s), 0, "with a new quantum it goes on");
}

/* More urgent than who sends: when it has begun to, it asks for exceptions. */
static void provoke(L4_Word_t flags)
{
    for (;;) {
        L4_Sleep(usec(10));
        if (thread_state(s.id) == L4_SCHEDRESULT_SENDING)
            *(volatile L4_Word_t *)flags = 1 << 5 | 1 << 6; /* signal, delay */
    }
}

/* The same, with a preemption exception that nobody takes. */
static void preempted(void)
{
    volatile L4_Word_t *mr0 = (L4_Word_t *)L4_LocalIdOf(s.id).raw;
    L4_ThreadId_t urgent =
        thread_here(provoke, (L4_Word_t)(mr0 - 10), PRIO_HIGH);

    long_string();
    L4_Set_PreemptionDelay(s.id, PRIO_HIGH, 0);
    mr0[-11] = main_id.raw; /* ExceptionHandler */
    side_start(&r);
    side_start(&s);
    L4_Sleep(usec(20000));
    is(error_of(&r), 0, "nor does it stop for an exception");
    thread_delete(urgent);
    mr0[-10] = 0;
    exregs_control(s.id, EX_SEND | EX_RECV);
    settle();
    is(error_of(&s), 0, "which comes behind it");
}

static bool redirect(L4_ThreadId_t space, L4_ThreadId_t to)
{
    return space_control(space, L4_Nilpage, L4_Nilpage, to) == 0;
}

static void redirectors(void)
{
    side_new(&far, L4_nilthread);
    side_new(&by, far.id);
    redirect(far.id, main_id);
    prepare(&far, SOURCE, &by, (L4_Word_t)got);
    side_start(&by);
    side_start(&far);
    bool good = fault_of(far.id);
    answer(far.id, sent, SOURCE);
    good &= fault_of(by.id) || by.done;
    if (!by.done)
        answer(by.id, got, (L4_Word_t)got);
    ok(good && error_of(&by) == 0, "a string inside a space with a redirector");
    ok(!(by.tag.raw & REDIRECTED), "its fault does not make it redirected");

    redirect(far.id, L4_anythread);
    prepare(&far, SOURCE, &r, (L4_Word_t)got);
    side_start(&r);
    side_start(&far);
    good = fault_of(far.id);
    redirect(far.id, main_id);
    answer(far.id, sent, SOURCE);
    ok(good && error_of(&r) == 0 && !(r.tag.raw & REDIRECTED),
       "a redirector that comes meanwhile has no part in a message");

    side_new(&by, L4_nilthread);
    redirect(far.id, r.id);
    prepare(&far, SOURCE, &r, (L4_Word_t)got);
    far.to = by.id;
    side_start(&r);
    side_start(&far);
    good = fault_of(far.id);
    redirect(far.id, L4_anythread);
    answer(far.id, sent, SOURCE);
    ok(good && error_of(&r) == 0 && (r.tag.raw & REDIRECTED) &&
           r.intended.raw == by.id.raw,
       "one that goes meanwhile knows for whom the message was");

    /* The fault, too, is redirected: to one who is busy, then to one who takes
     * it and does not answer. */
    struct side busy, silent;
    side_new(&busy, L4_nilthread);
    side_new(&silent, L4_nilthread);
    L4_ThreadControl(far.id, far.id, L4_nilthread, busy.id, NO_UTCB);
    prepare(&far, SOURCE, &r, (L4_Word_t)got);
    far.xfer = usec(10000).raw << 16;
    silent.from = L4_anythread;
    silent.timeouts = 0;
    side_start(&silent);
    side_start(&r);
    side_start(&far);
    good = !silent.done;
    redirect(far.id, silent.id);
    settle();
    good &= silent.done && error_of(&silent) == 0 && !far.done;
    L4_Sleep(usec(30000));
    ok(good && error_of(&far) == E_XFER_OWN && error_of(&r) == E_XFER_PARTNER,
       "a fault that is redirected anew keeps its time limit");
}

static void sleeper(L4_Word_t arg)
{
    (void)arg;
}

static void pagers(void)
{
    L4_ThreadId_t pager = thread_here(sleeper, 0, PRIO_MID);

    settle();
    prepare(&s, (L4_Word_t)sent, &r, TARGET);
    L4_ThreadControl(r.id, r.id, L4_nilthread, pager, NO_UTCB);
    side_start(&r);
    side_start(&s);
    thread_delete(pager);
    settle();
    ok(!s.done && !r.done && thread_state(r.id) == L4_SCHEDRESULT_INACTIVE,
       "a receiver whose pager is gone is halted in its transfer");
    L4_ThreadControl(r.id, r.id, L4_nilthread, main_id, NO_UTCB);
    exregs_control(r.id, EX_HALT_VALID);
    bool good = fault_of(r.id);
    answer(r.id, got, TARGET);
    ok(good && error_of(&s) == 0 && error_of(&r) == 0,
       "resumed, it asks its new one");
}

int main(void)
{
    plan(21);
    support_init();
    L4_ThreadId_t w = thread_here(worker, 0, PRIO_MID);
    side_new(&s, main_id);
    side_new(&r, main_id);
    own_buffers();
    own_string();
    own_words();
    own_tag();
    look_for_pager(w);
    quantum();
    preempted();
    redirectors();
    pagers();
    return tap_status();
}
