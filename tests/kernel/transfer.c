/* SPDX-FileCopyrightText: 2026 The Pecan authors
 * SPDX-License-Identifier: BSD-2-Clause */
/*
 * Strings whose copy is interrupted: page faults on either side, transfer
 * timeouts, cancelling, halting and deleting in the middle (x2.md 2.10.4, 2.3).
 * Plain strings are checked by the conformance suite.
 */
#include "tap.h"
#include "worker.h"

enum { ZERO = 0x0400, STRING_BYTES = 3 * PAGE_SIZE + 100 };
enum { OVERFLOW = 4, XFER_MINE = 5, XFER_PARTNER = 6, ABORTED = 7 };
enum { SENDING = 5, RECEIVING = 7, HALTED = 2 };

/* Two windows of addresses where nothing is until the pager puts a page of
 * `sent` or `got` there; a held pager takes faults and does not answer. */
enum { WINDOW_BYTES = 8 * PAGE_SIZE };
#define SOURCE (FREE_WINDOW + 0x200000)
#define TARGET (FREE_WINDOW + 0x300000)
static char sent[WINDOW_BYTES] __attribute__((aligned(PAGE_SIZE)));
static char got[WINDOW_BYTES] __attribute__((aligned(PAGE_SIZE)));
static volatile bool held;
static volatile unsigned faults;
static volatile L4_Word_t fault_label[16], fault_at[16], fault_ip[16];

struct side {
    L4_ThreadId_t id;
    L4_Word_t to, from, timeouts, xfer, br[8], mr[64];
    L4_MsgTag_t tag;
    L4_Word_t error;
    volatile bool done;
};
static struct side s, r;
static L4_ThreadId_t lazy_id;

static char *backing_of(L4_Word_t address)
{
    address &= ~(L4_Word_t)(PAGE_SIZE - 1);
    if (address - SOURCE < WINDOW_BYTES)
        return sent + (address - SOURCE);
    if (address - TARGET < WINDOW_BYTES)
        return got + (address - TARGET);
    return NULL;
}

static void lazy_pager(L4_Word_t arg)
{
    L4_ThreadId_t from;
    L4_MsgTag_t tag = L4_Wait(&from);

    (void)arg;
    for (;;) {
        L4_Word_t address, ip;
        L4_StoreMR(1, &address);
        L4_StoreMR(2, &ip);
        char *page = backing_of(address);
        bool answer = !(page && held);
        if (page) {
            fault_label[faults % 16] = tag.raw >> 16 & 0xffff;
            fault_at[faults % 16] = address;
            fault_ip[faults++ % 16] = ip;
        }
        if (page == NULL && address >= image_low && address < image_high)
            page = (char *)(address & ~(L4_Word_t)(PAGE_SIZE - 1));
        if (page == NULL || !answer) {
            tag = L4_Wait(&from);
            continue;
        }
        load_map(page_at((L4_Word_t)page, L4_FullyAccessible), address);
        tag = L4_ReplyWait(from, &from);
    }
}

static void side_loop(L4_Word_t arg)
{
    struct side *side = (struct side *)arg;
    L4_ThreadId_t sender;

    for (;;) {
        if (L4_IpcFailed(L4_Receive(main_id)))
            continue;
        L4_Set_XferTimeouts(side->xfer);
        L4_LoadBRs(0, 8, side->br);
        L4_LoadMRs(0, 64, side->mr);
        side->tag = L4_Ipc((L4_ThreadId_t){ .raw = side->to },
                           (L4_ThreadId_t){ .raw = side->from }, side->timeouts,
                           &sender);
        side->error = L4_ErrorCode();
        L4_StoreMRs(0, 64, side->mr);
        side->done = true;
    }
}

static void side_new(struct side *side, bool far)
{
    side->id = far ? thread_in_new_space(side_loop, (L4_Word_t)side, PRIO_MID)
                   : thread_here(side_loop, (L4_Word_t)side, PRIO_MID);
    L4_ThreadControl(side->id, side->id, L4_nilthread, lazy_id, NO_UTCB);
    settle();
}

static void side_start(struct side *side)
{
    side->done = false;
    L4_Set_MsgTag(L4_Niltag);
    L4_Send_Timeout(side->id, usec(20000));
    settle();
}

/* Nothing is in the windows, in no space. */
static void empty_windows(void)
{
    for (unsigned i = 0; i < WINDOW_BYTES; i += PAGE_SIZE) {
        L4_UnmapFpage(page_at((L4_Word_t)&sent[i], L4_FullyAccessible));
        L4_UnmapFpage(page_at((L4_Word_t)&got[i], L4_FullyAccessible));
    }
    faults = 0;
}

/* One string of STRING_BYTES from SOURCE + 8 to TARGET + 16. */
static void prepare(void)
{
    L4_StringItem_t item;

    empty_windows();
    held = false;
    for (unsigned i = 0; i < WINDOW_BYTES; i++) {
        sent[i] = (char)(i * 7 + (i >> 8));
        got[i] = 0;
    }
    s.to = r.id.raw;
    s.from = L4_nilthread.raw;
    s.timeouts = s.xfer = 0;
    item = L4_StringItem(STRING_BYTES, (void *)(SOURCE + 8));
    s.mr[0] = 0x770000 | 2 << 6 | 1;
    s.mr[1] = 4711;
    s.mr[2] = item.raw[0];
    s.mr[3] = item.raw[1];
    r.to = L4_nilthread.raw;
    r.from = s.id.raw;
    r.timeouts = r.xfer = 0;
    item = L4_StringItem(STRING_BYTES + 50, (void *)(TARGET + 16));
    r.br[0] = 1;
    r.br[1] = item.raw[0];
    r.br[2] = item.raw[1];
}

static bool both_done(void)
{
    for (int i = 0; i < 100 && !(s.done && r.done); i++)
        L4_Sleep(usec(1000));
    return s.done && r.done;
}

static bool arrived(void)
{
    const char *from = &sent[8], *to = &got[16];

    for (unsigned i = 0; i < STRING_BYTES; i++) {
        if (from[i] != to[i]) {
            printf("# byte %u differs\n", i);
            return false;
        }
    }
    return to[-1] == 0 && to[STRING_BYTES] == 0;
}

static L4_Word_t error_of(const struct side *side)
{
    return L4_IpcFailed(side->tag) ? side->error >> 1 & 7 : 0;
}

static void test_faults(const char *name, bool receiver_first)
{
    bool reads = true, writes = true;

    prepare();
    side_start(receiver_first ? &r : &s);
    side_start(receiver_first ? &s : &r);
    ok(both_done() && !error_of(&s) && !error_of(&r) && arrived(), name);
    is(faults, 8, "each page faulted once");
    for (unsigned i = 0; i < faults; i++) {
        if (fault_at[i] - SOURCE < WINDOW_BYTES)
            reads &= fault_label[i] == (0xffe0 | L4_Readable) &&
                     fault_ip[i] != ~(L4_Word_t)0;
        else
            writes &= fault_label[i] == (0xffe0 | L4_Writable) &&
                      fault_ip[i] == ~(L4_Word_t)0;
    }
    ok(reads, "the sender's are read faults at its ip");
    ok(writes, "the receiver's are write faults with ip -1");
    is(r.mr[1], 4711, "the faults do not touch the words that arrived");
    is(r.mr[0], 0x770000 | 2 << 6 | 1, "nor the tag");
}

/* The pager holds the first fault back; what do both look like, and what does
 * `end` do to them? */
static void stopped(L4_Word_t s_xfer, L4_Word_t r_xfer)
{
    prepare();
    held = true;
    s.xfer = s_xfer;
    r.xfer = r_xfer;
    side_start(&r);
    side_start(&s);
}

static void test_states(void)
{
    stopped(0, 0);
    is(thread_state(s.id), SENDING, "the sender of a stopped transfer sends");
    is(thread_state(r.id), RECEIVING, "the receiver receives");
    ok(!s.done && !r.done, "both wait");
}

static void both_are(L4_Word_t sender, L4_Word_t receiver, const char *name)
{
    ok(both_done() && error_of(&s) == sender && error_of(&r) == receiver &&
           (s.error & 1) == 0 && (r.error & 1) == 1,
       name);
    if (error_of(&s) != sender || error_of(&r) != receiver)
        printf("# sender %lx, receiver %lx\n", s.error, r.error);
}

static void test_timeouts(void)
{
    L4_Word_t ms = usec(5000).raw, longer = usec(50000).raw;

    stopped(ms << 16, 0);
    both_are(XFER_MINE, XFER_PARTNER, "the sender's transfer timeout");
    stopped(0, ms);
    both_are(XFER_PARTNER, XFER_MINE, "the receiver's");
    stopped(longer << 16, ms);
    both_are(XFER_PARTNER, XFER_MINE, "the shorter counts");
    stopped(ms << 16, longer);
    both_are(XFER_MINE, XFER_PARTNER, "whosever it is");
    stopped(ZERO << 16, 0);
    both_are(XFER_MINE, XFER_PARTNER, "zero ends it at the first fault");
    stopped(ms, ms << 16);
    L4_Sleep(usec(20000));
    ok(!s.done && !r.done, "the other halves of both words mean nothing here");
    L4_AbortIpc_and_stop(s.id);
    settle();
    ok(r.done && error_of(&r) == ABORTED && !s.done,
       "but the transfer can be aborted, and the sender halted");
    L4_Start(s.id);
    both_are(ABORTED, ABORTED, "which then learns of it");
}

static void test_offset(void)
{
    prepare();
    side_start(&r);
    side_start(&s);
    ok(both_done(), "all pages are there");
    L4_UnmapFpage(page_at((L4_Word_t)&sent[2 * PAGE_SIZE], L4_FullyAccessible));
    held = true;
    s.xfer = ZERO << 16;
    side_start(&r);
    side_start(&s);
    both_done();
    is(s.error >> 4, 2 * PAGE_SIZE - 8, "the sender learns how far it got");
    is(r.error >> 4, 2 * PAGE_SIZE - 8, "the receiver, too");
}

static void abort_by(L4_Word_t control, L4_ThreadId_t t)
{
    L4_Word_t w, state;
    L4_ThreadId_t p;

    L4_ExchangeRegisters(t, control, 0, 0, 0, 0, L4_nilthread, &state, &w, &w,
                         &w, &w, &p);
    is(state, control, "ExchangeRegisters tells the phase");
}

/* s is near, r is far or near. */
static void test_abort(void)
{
    stopped(0, 0);
    abort_by(4, s.id);
    both_are(ABORTED, ABORTED, "S on the sender ends it for both");
    stopped(0, 0);
    L4_Word_t w;
    L4_ThreadId_t p;
    L4_ExchangeRegisters(s.id, 2, 0, 0, 0, 0, L4_nilthread, &w, &w, &w, &w, &w,
                         &p);
    settle();
    ok(!s.done && !r.done, "R on the sender does not");
    abort_by(4, s.id);
    both_done();
}

static void test_halt(void)
{
    stopped(0, 0);
    L4_Stop(s.id);
    is(thread_state(s.id), HALTED, "the sender is halted meanwhile");
    held = false;
    /* The pager that took the fault and did not answer: from now on it does. */
    L4_Set_MsgTag(L4_Niltag);
    L4_ThreadId_t t = thread_here(side_loop, (L4_Word_t)&s, PRIO_MID);
    thread_delete(t);
    load_map(page_at((L4_Word_t)sent, L4_FullyAccessible), SOURCE);
    L4_MsgTag_t tag = L4_MsgTag();
    tag.raw |= 1 << 12;
    L4_Set_VirtualSender(lazy_id);
    L4_Set_MsgTag(tag);
    L4_Send_Timeout(s.id, usec(20000));
    settle();
    ok(r.done && error_of(&r) == 0 && arrived(), "its message goes through");
    ok(!s.done, "but it does not run");
    L4_Start(s.id);
    settle();
    ok(s.done && error_of(&s) == 0, "until it is resumed");
}

static void test_deleted(void)
{
    stopped(0, 0);
    thread_delete(s.id);
    settle();
    ok(r.done && error_of(&r) == ABORTED, "the sender is deleted: aborted");
    side_new(&s, false);
    stopped(0, 0);
    thread_delete(r.id);
    settle();
    ok(s.done && error_of(&s) == ABORTED, "the receiver is deleted: aborted");
    side_new(&r, true);
    prepare();
    side_start(&r);
    side_start(&s);
    ok(both_done() && error_of(&s) == 0 && arrived(), "others go on as before");
}

static void test_no_pager(void)
{
    prepare();
    s.xfer = usec(5000).raw << 16;
    L4_Set_PagerOf(s.id, L4_nilthread);
    side_start(&r);
    side_start(&s);
    L4_Sleep(usec(10000));
    ok(r.done && error_of(&r) == XFER_PARTNER,
       "without a pager only the timeout ends it");
    L4_Set_PagerOf(s.id, lazy_id);
    L4_Start(s.id);
    settle();
    prepare();
    L4_Set_PagerOf(s.id, L4_nilthread);
    side_start(&r);
    side_start(&s);
    ok(!r.done && !s.done, "or nothing does");
    L4_Set_PagerOf(s.id, lazy_id);
    L4_Start(s.id);
    ok(!r.done, "L4_Start ends it, too");
    settle();
}

int main(void)
{
    plan(41);
    support_init();
    lazy_id = thread_here(lazy_pager, 0, PRIO_HIGH);
    side_new(&s, false);
    side_new(&r, true);
    test_faults("between spaces, the receiver waits", true);
    test_faults("between spaces, the sender waits", false);
    test_states();
    abort_by(4, s.id);
    both_done();
    test_timeouts();
    test_offset();
    test_abort();
    test_halt();
    test_deleted();
    test_no_pager();
    return tap_status();
}
