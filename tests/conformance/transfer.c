/* SPDX-FileCopyrightText: 2026 The Pecan authors
 * SPDX-License-Identifier: BSD-2-Clause */
/*
 * Strings whose copy is interrupted: page faults on either side, transfer
 * timeouts, cancelling, halting and deleting in the middle. Those whose pages
 * are there are in typed.c.
 * clauses: 3850
 */
#include "calls.h"
#include "clause.h"
#include "worker.h"

enum { STRING_BYTES = 3 * PAGE_SIZE + 100 };

/* Two windows of addresses where nothing is until the pager puts a page of
 * `sent` or `got` there; a held pager takes faults and does not answer. */
enum { WINDOW_BYTES = 8 * PAGE_SIZE };
#define SOURCE (FREE_WINDOW + 0x200000)
#define TARGET (FREE_WINDOW + 0x300000)
static char sent[WINDOW_BYTES] __attribute__((aligned(PAGE_SIZE)));
static char got[WINDOW_BYTES] __attribute__((aligned(PAGE_SIZE)));
static volatile bool held;
static volatile unsigned faults, slowness; /* us until an answer */
static volatile L4_Word_t fault_label[16], fault_at[16], fault_ip[16];

struct side {
    L4_ThreadId_t id;
    L4_Word_t to, from, timeouts, xfer, br[8], mr[64];
    L4_MsgTag_t tag;
    L4_Word_t error;
    volatile bool done;
};
static struct side s, r, t;
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
        if (L4_IpcFailed(tag)) { /* who asked does not wait any more */
            tag = L4_Wait(&from);
            continue;
        }
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
        if (slowness)
            L4_Sleep(usec(slowness));
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

/* The same with what another is to do. */
static void side_start_as(struct side *side, const struct side *as)
{
    L4_ThreadId_t id = side->id;

    *side = *as;
    side->id = id;
    side_start(side);
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

static bool both_succeed(void)
{
    return both_done() && !error_of(&s) && !error_of(&r) && arrived();
}

/* Every page of both strings was asked for once, and how. */
static bool fault_kinds(bool of_sender)
{
    bool good = faults == 8;

    for (unsigned i = 0; i < faults; i++) {
        bool source = fault_at[i] - SOURCE < WINDOW_BYTES;
        if (source != of_sender)
            continue;
        good &= source ? fault_label[i] == (0xffe0 | L4_Readable) &&
                             fault_ip[i] != ~(L4_Word_t)0
                       : fault_label[i] == (0xffe0 | L4_Writable) &&
                             fault_ip[i] == ~(L4_Word_t)0;
    }
    return good;
}

static void test_faults(void)
{
    prepare();
    side_start(&r);
    side_start(&s);
    CLAUSE(3850, "2.10.4",
           "a string whose pages are nowhere yet arrives, the receiver first",
           both_succeed());
    CLAUSE_IS(3851, "2.10.4", "each page of either side faults once", faults,
              8);
    CLAUSE(3852, "2.10.4; 3.3",
           "the sender's are read faults to its pager, with its ip",
           fault_kinds(true));
    CLAUSE(3853, "2.10.4; 3.3 register MR2",
           "the receiver's are write faults to its pager, with ip -1",
           fault_kinds(false));
    CLAUSE(3854, "2.10.4; 3", "these faults do not touch what has arrived",
           r.mr[1] == 4711 && r.mr[0] == (0x770000 | 2 << 6 | 1));
    prepare();
    side_start(&s);
    side_start(&r);
    CLAUSE(3855, "2.10.4",
           "a string whose pages are nowhere yet arrives, the sender first",
           both_succeed());
}

/* The pager holds the first fault back: both are stopped in the middle. */
static void stopped(L4_Word_t s_xfer, L4_Word_t r_xfer)
{
    prepare();
    held = true;
    s.xfer = s_xfer;
    r.xfer = r_xfer;
    side_start(&r);
    side_start(&s);
}

static bool both_are(L4_Word_t sender, L4_Word_t receiver)
{
    bool good = both_done() && error_of(&s) == sender &&
                error_of(&r) == receiver && (s.error & 1) == 0 &&
                (r.error & 1) == 1;

    if (!good)
        printf("# sender %lx, receiver %lx\n", s.error, r.error);
    return good;
}

static void test_states(void)
{
    stopped(0, 0);
    CLAUSE_IS(3856, "2.9 value 5",
              "the sender of a stopped transfer is in state 5",
              thread_state(s.id), L4_SCHEDRESULT_SENDING);
    CLAUSE_IS(3857, "2.9 value 7",
              "the receiver of a stopped transfer is in state 7",
              thread_state(r.id), L4_SCHEDRESULT_RECEIVING);
    L4_Sleep(usec(50000));
    CLAUSE(3858, "2.10.4; 1.19 word offset -8",
           "with transfer timeouts of never both wait as long as it takes",
           !s.done && !r.done);
    exregs_control(s.id, EX_SEND);
    both_done();
}

static void test_timeouts(void)
{
    L4_Word_t ms = usec(5000).raw, longer = usec(50000).raw;

    stopped(ms << 16, 0);
    CLAUSE(3859, "2.10.8 e 5; 2.10.8 e 6; 2.10.4",
           "the sender's send transfer timeout: 5 there, 6 at the receiver",
           both_are(E_XFER_OWN, E_XFER_PARTNER));
    stopped(0, ms);
    CLAUSE(3860, "2.10.8 e 5; 2.10.8 e 6; 2.10.4; 5.1 # K13",
           "the receiver's receive transfer timeout: 5 there, 6 at the sender",
           both_are(E_XFER_PARTNER, E_XFER_OWN));
    stopped(longer << 16, ms);
    CLAUSE(3861, "2.10.8 e 5; 2.10.8 e 6",
           "of two the shorter counts: the receiver's",
           both_are(E_XFER_PARTNER, E_XFER_OWN));
    stopped(ms << 16, longer);
    CLAUSE(3862, "2.10.8 e 5; 2.10.8 e 6",
           "of two the shorter counts: the sender's",
           both_are(E_XFER_OWN, E_XFER_PARTNER));
    stopped(TIME_ZERO << 16, 0);
    CLAUSE(3863, "2.10.4; 2.10.8 e 5",
           "zero ends a transfer at its first fault",
           both_are(E_XFER_OWN, E_XFER_PARTNER));
    prepare();
    L4_Word64_t start = L4_SystemClock().raw;
    s.xfer = r.xfer = (L4_Word_t)usec(2000).raw << 16 | usec(2000).raw;
    side_start(&r);
    side_start(&s);
    CLAUSE(3864, "2.10.4", "a limit that is not reached is none",
           both_succeed() && L4_SystemClock().raw > start);
    stopped(ms, ms << 16);
    L4_Sleep(usec(20000));
    CLAUSE(
        3865, "1.19 word offset -8; 2.10.4",
        "the sender's receive half and the receiver's send half do not count",
        !s.done && !r.done);
    L4_AbortIpc_and_stop(s.id);
    settle();
    CLAUSE(3866, "2.3", "a sender aborted and halted: its partner is told",
           r.done && error_of(&r) == E_ABORTED && !s.done);
    L4_Start(s.id);
    CLAUSE(3867, "2.3",
           "a sender aborted and halted learns of it when it is resumed",
           both_are(E_ABORTED, E_ABORTED));
}

static void test_whole_limit(void)
{
    prepare();
    slowness = 1000;
    s.xfer = (L4_Word_t)usec(5000).raw << 16;
    side_start(&r);
    side_start(&s);
    CLAUSE(3890, "2.10.4", "the limit is one for all faults of a transfer",
           both_are(E_XFER_OWN, E_XFER_PARTNER));
    slowness = 0;
    settle();
}

static void test_offset(void)
{
    prepare();
    side_start(&r);
    side_start(&s);
    both_done();
    L4_UnmapFpage(page_at((L4_Word_t)&sent[2 * PAGE_SIZE], L4_FullyAccessible));
    held = true;
    s.xfer = TIME_ZERO << 16;
    side_start(&r);
    side_start(&s);
    both_done();
    CLAUSE_IS(3868, "2.10.8 bits 4..N-1; 2.10.8 e 5",
              "the sender learns how many bytes were transferred", s.error >> 4,
              2 * PAGE_SIZE - 8);
    CLAUSE_IS(3869, "2.10.8 bits 4..N-1; 2.10.8 e 6",
              "the receiver learns it, too", r.error >> 4, 2 * PAGE_SIZE - 8);
    CLAUSE(3870, "2.10.8",
           "the received tag keeps the message's u, t and label, with E",
           r.tag.X.u == 1 && r.tag.X.t == 2 && r.tag.X.label == 0x77 &&
               L4_IpcFailed(r.tag));
}

/* s is near, r is far. */
static void test_abort(void)
{
    stopped(0, 0);
    CLAUSE_IS(3871, "2.3", "ExchangeRegisters sees the sender sending",
              exregs_control(s.id, EX_RECV), 4);
    settle();
    CLAUSE(3872, "2.3 bit 1", "R on the sender does not end a transfer",
           !s.done && !r.done);
    exregs_control(s.id, EX_SEND);
    CLAUSE(3873, "2.3 bit 2; 2.3 error 7; 2.10.8 e 7",
           "S on the sender ends it for both with error 7",
           both_are(E_ABORTED, E_ABORTED));
    side_new(&t, false);
    struct side far_side = r;
    r.id = t.id;
    prepare();
    held = true;
    side_start_as(&t, &r);
    side_start(&s);
    CLAUSE_IS(3874, "2.3", "ExchangeRegisters sees the receiver receiving",
              exregs_control(r.id, EX_SEND), 2);
    settle();
    CLAUSE(3875, "2.3 bit 2", "S on the receiver does not end a transfer",
           !s.done && !t.done);
    exregs_control(r.id, EX_RECV);
    settle();
    CLAUSE(3876, "2.3 bit 1; 2.3 error 7; 2.10.8 e 7",
           "R on the receiver ends it for both with error 7",
           s.done && t.done && error_of(&s) == E_ABORTED &&
               error_of(&t) == E_ABORTED);
    thread_delete(t.id);
    r = far_side;
}

/* Stopped at the receiver's first page: the sender's are all there. */
static void test_receiver_faults(void)
{
    prepare();
    for (unsigned i = 0; i < WINDOW_BYTES; i += PAGE_SIZE)
        got[i] = 0;
    side_start(&r);
    side_start(&s);
    both_done();
    for (unsigned i = 0; i < WINDOW_BYTES; i += PAGE_SIZE)
        L4_UnmapFpage(page_at((L4_Word_t)&got[i], L4_FullyAccessible));
    held = true;
    r.xfer = usec(5000).raw;
    side_start(&r);
    side_start(&s);
    CLAUSE(3886, "2.9 value 7; 3.3",
           "a receiver whose page is missing is in state 7, its sender in 5",
           thread_state(r.id) == L4_SCHEDRESULT_RECEIVING &&
               thread_state(s.id) == L4_SCHEDRESULT_SENDING);
    CLAUSE(3887, "2.10.8 e 5; 2.10.8 e 6",
           "its own transfer timeout ends that as well",
           both_are(E_XFER_PARTNER, E_XFER_OWN));
    CLAUSE_IS(3888, "2.10.8 bits 4..N-1",
              "before the first page of the receiver no byte is transferred",
              r.error >> 4, 0);
    r.xfer = 0;
    side_start(&r);
    side_start(&s);
    exregs_control(s.id, EX_SEND);
    CLAUSE(
        3889, "2.3 error 7",
        "S on the sender ends a transfer that waits for the receiver's pager",
        both_are(E_ABORTED, E_ABORTED));
}

static void test_halt(void)
{
    stopped(0, 0);
    L4_Stop(s.id);
    CLAUSE_IS(3877, "2.3; 2.9 value 2", "a sender may be halted in a transfer",
              thread_state(s.id), L4_SCHEDRESULT_INACTIVE);
    /* The pager that took the fault and did not answer: now it has. */
    held = false;
    load_map(page_at((L4_Word_t)sent, L4_FullyAccessible), SOURCE);
    L4_MsgTag_t tag = L4_MsgTag();
    tag.raw |= 1 << 12;
    L4_Set_VirtualSender(lazy_id);
    L4_Set_MsgTag(tag);
    L4_Send_Timeout(s.id, usec(20000));
    settle();
    CLAUSE(3878, "2.3; 5.3 # A15",
           "a halted sender's transfer goes on to its end",
           r.done && error_of(&r) == 0 && arrived());
    CLAUSE(3879, "2.3",
           "halted in a transfer, it does not run when that is done", !s.done);
    L4_Start(s.id);
    settle();
    CLAUSE(3880, "2.3", "resumed it finds that it has sent",
           s.done && error_of(&s) == 0);
}

static void test_deleted(void)
{
    stopped(0, 0);
    thread_delete(s.id);
    settle();
    CLAUSE(3881, "2.4 error 7; 2.10.8 e 7",
           "the sender is deleted in a transfer: error 7 at the receiver",
           r.done && error_of(&r) == E_ABORTED);
    side_new(&s, false);
    stopped(0, 0);
    thread_delete(r.id);
    settle();
    CLAUSE(3882, "2.4 error 7; 2.10.8 e 7",
           "the receiver is deleted in a transfer: error 7 at the sender",
           s.done && error_of(&s) == E_ABORTED);
    side_new(&r, true);
    prepare();
    side_start(&r);
    side_start(&s);
    CLAUSE(3883, "2.4; 2.10.4", "transfers of others are as before",
           both_succeed());
}

static void test_no_pager(void)
{
    prepare();
    s.xfer = usec(5000).raw << 16;
    L4_Set_PagerOf(s.id, L4_nilthread);
    side_start(&r);
    side_start(&s);
    L4_Sleep(usec(10000));
    CLAUSE(3884, "3.3; 2.10.4",
           "a transfer fault that nobody serves ends by the transfer timeout",
           r.done && error_of(&r) == E_XFER_PARTNER);
    L4_Set_PagerOf(s.id, lazy_id);
    L4_Start(s.id);
    settle();
    prepare();
    L4_Set_PagerOf(s.id, L4_nilthread);
    side_start(&r);
    side_start(&s);
    L4_Sleep(usec(10000));
    CLAUSE(3885, "3.3; 2.10.4",
           "without a transfer timeout such a transfer does not end",
           !r.done && !s.done);
    L4_Set_PagerOf(s.id, lazy_id);
    L4_Start(s.id);
    settle();
}

int main(void)
{
    support_init();
    lazy_id = thread_here(lazy_pager, 0, PRIO_HIGH);
    side_new(&s, false);
    side_new(&r, true);
    test_faults();
    test_states();
    test_timeouts();
    test_whole_limit();
    test_offset();
    test_abort();
    test_receiver_faults();
    test_halt();
    test_deleted();
    test_no_pager();
    return CLAUSES_END();
}
