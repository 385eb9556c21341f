/* SPDX-FileCopyrightText: 2026 The Pecan authors
 * SPDX-License-Identifier: BSD-2-Clause */
/*
 * Random IPC among threads of three spaces, so that it goes alike on the
 * tailored and on the portable path: tools/pecan/equal.py compares what this
 * prints on both kernels.
 *
 * Eight workers draw what they do from one sequence of random numbers, in the
 * order in which the kernel lets them run: who is run too early or too late
 * changes all that follows. After each call a worker notes what it sees:
 * message registers, sender, error, control registers, and the states of all
 * workers. When nobody can run, the conductor changes something: it deletes,
 * moves priorities, cancels, lets time pass. The notes of a round are one line,
 * a hash; of the round that the first module asks for they are all printed.
 *
 * Nothing depends on how long a path takes. Time slices have no end, and each
 * timeout of a round is a power of two of a unit that is longer than all the
 * round's computing: so no two can end together, whenever they began.
 */
#include <l4/bootinfo.h>
#include <pecan.h>
#include <stdint.h>

#include "calls.h"
#include "small.h"
#include "tap.h"

enum {
    WORKERS = 8,
    LOCALS = 4, /* of them in the root task's space */
    SPACES = 3,
    TURNS = 24,     /* of the conductor, a round */
    BURST = 40,     /* calls between two turns */
    TIME_UNIT = 16, /* log2 of microseconds */
    TIMES = 14,     /* timeouts a round */
    POOL_PAGES = 8,
    STRING_BYTES = 256,
    NOBODY = WORKERS,
    LOCAL_ID_OFFSET = 64 * sizeof(L4_Word_t)
};
/* Where each space has 16 pages that nobody touches. On an ARM926 no space
 * stays small that has some of the upper ones. */
static L4_Word_t windows[SPACES];
#define LOW_WINDOW ((L4_Word_t)0x01800000)

struct order {
    L4_Word_t seed, rounds, shown; /* shown: the round to print, or -1 */
};

static struct worker {
    L4_ThreadId_t id;
    unsigned slot, space, version;
    L4_ThreadId_t awaits; /* as far as it told; nil: it does not wait plainly */
    char buffer[STRING_BYTES];
} workers[WORKERS];
static L4_ThreadId_t anchors[SPACES], observer_id;
static bool may_be_small; /* all spaces but the first                       */
static L4_ThreadId_t redirector; /* of the last space */
static char pool[POOL_PAGES][PAGE_SIZE] __attribute__((aligned(PAGE_SIZE)));
static char source[STRING_BYTES];
static uint32_t random_state;
static L4_Word_t hash;
static L4_Word_t my_id_offset; /* of the global id in a UTCB */
static unsigned calls, reports, wild, burst, times;
static unsigned lent; /* whoever was switched to last and has not acted */
static bool shown;

/* ---- random numbers and notes -----------------------------------------------
 */

/* 0 to n - 1 (xorshift). */
static unsigned below(unsigned n)
{
    random_state ^= random_state << 13;
    random_state ^= random_state >> 17;
    random_state ^= random_state << 5;
    return (random_state >> 4) % n;
}

static bool percent(unsigned p)
{
    return below(100) < p;
}

static void note(L4_Word_t value)
{
    hash = (hash ^ value) * 0x01000193 + (hash >> 7);
    if (shown)
        printf(" %lx", value);
}

static void note_begin(unsigned who, const char *what)
{
    if (shown)
        printf("# %u %s", who, what);
    note(who);
    note((L4_Word_t)what[0] << 8 | (L4_Word_t)what[1]);
}

static void note_end(void)
{
    if (shown)
        printf("\n");
}

/* Where the root task lies in memory depends on the kernel's size. */
static void note_address(L4_Word_t word)
{
    note(word >= image_low && word < image_high ? word - image_low : word);
}

static L4_Word_t state_of(L4_ThreadId_t t)
{
    L4_Word_t old;

    return L4_Schedule(t, ~0ul, ~0ul, ~0ul, ~0ul, &old);
}

/* Of all workers; only threads of the root task's space may ask. */
static void note_states(void)
{
    L4_Word_t all = 0;

    for (unsigned i = 0; i < WORKERS; i++)
        all = all << 4 | state_of(workers[i].id);
    if (shown)
        printf(" :");
    note(all);
}

static void observer(L4_Word_t arg)
{
    L4_ThreadId_t from;

    (void)arg;
    L4_Wait(&from);
    for (;;) {
        note_states();
        L4_Set_MsgTag(L4_Niltag);
        L4_ReplyWait(from, &from);
    }
}

static void note_registers(void)
{
    note(L4_XferTimeouts());
    note(L4_UserDefinedHandle());
    note(L4_Pager().raw);
    note(L4_ExceptionHandler().raw);
}

/* ---- what workers do
 * ---------------------------------------------------------- */

/* One that takes much longer than all those before, zero, or never. */
static L4_Time_t some_time(unsigned finite)
{
    if (times < TIMES && percent(finite))
        return L4_TimePeriod((uint64_t)1 << (TIME_UNIT + times++));
    return percent(20) ? L4_ZeroTime : L4_Never;
}

static L4_Word_t utcb_of(const struct worker *w)
{
    return w->space && may_be_small ? SMALL_UTCBS + w->slot * utcb_bytes
                                    : utcb_start(w->slot);
}

static L4_ThreadId_t name_of(unsigned me, unsigned who)
{
    struct worker *w = &workers[who];

    if (who == NOBODY)
        return L4_nilthread;
    if (w->space == workers[me].space && percent(20))
        return raw_id(utcb_of(w) + LOCAL_ID_OFFSET);
    return w->id;
}

/* Most often one who waits for it, now and then anyone. Result: NOBODY if
 * nobody waits. */
static unsigned partner(unsigned me)
{
    unsigned first = below(WORKERS);

    if (percent(6))
        return first;
    for (unsigned i = 0; i < WORKERS; i++) {
        unsigned who = (first + i) % WORKERS;
        L4_Word_t awaits = workers[who].awaits.raw;
        if (who != me &&
            (awaits == L4_anythread.raw || awaits == workers[me].id.raw))
            return who;
    }
    return NOBODY;
}

static L4_Word_t window_of(unsigned me)
{
    return windows[workers[me].space];
}

static bool in_window(unsigned me, L4_Fpage_t f)
{
    return f.raw - window_of(me) < 16 * PAGE_SIZE;
}

static L4_Fpage_t some_page(unsigned me)
{
    L4_Word_t at = workers[me].space == 0 && percent(60)
                       ? (L4_Word_t)pool[below(POOL_PAGES)]
                       : window_of(me) + below(16) * PAGE_SIZE;

    return page_at(at, below(8));
}

/* Typed words behind u others; result: how many. */
static unsigned load_items(unsigned me, unsigned u)
{
    unsigned t = 0;

    do {
        L4_Fpage_t f = some_page(me);
        if (percent(30)) {
            L4_LoadMR((int)(u + t + 1), (below(STRING_BYTES + 1) << 10));
            L4_LoadMR((int)(u + t + 2), (L4_Word_t)source);
        } else {
            bool grant = in_window(me, f) && percent(30);
            L4_LoadMR((int)(u + t + 1),
                      below(16) * PAGE_SIZE | (grant ? 0xa : 8));
            L4_LoadMR((int)(u + t + 2), f.raw);
        }
        t += 2;
    } while (percent(30) && t < 6);
    return t;
}

static void load_message(unsigned me, bool plain)
{
    unsigned u = percent(70) ? below(9) : below(64);
    unsigned t = 0;
    L4_MsgTag_t tag;

    for (unsigned i = 1; i <= u; i++)
        L4_LoadMR((int)i, random_state * i);
    if (!plain && percent(30)) {
        u = u > 57 ? 57 : u;
        t = load_items(me, u);
    }
    tag = (L4_MsgTag_t){ .raw = (L4_Word_t)below(0x4000) << 16 | t << 6 | u };
    if (!plain && percent(10)) {
        L4_Set_Propagation(&tag);
        L4_Set_VirtualSender(workers[below(WORKERS)].id);
    }
    L4_Set_MsgTag(tag);
}

static void load_acceptor(unsigned me)
{
    L4_Word_t accept = 0;

    if (percent(60))
        accept = L4_FpageLog2(window_of(me), 12 + (int)below(5)).raw;
    if (percent(50)) {
        accept |= 1;
        L4_LoadBR(1, (L4_Word_t)STRING_BYTES << 10);
        L4_LoadBR(2, (L4_Word_t)workers[me].buffer);
    }
    L4_LoadBR(0, accept);
}

/* The result of an Ipc, as far as x2.md defines it. */
static void note_result(unsigned me, L4_MsgTag_t tag, L4_ThreadId_t from)
{
    static L4_Word_t mr[64];
    unsigned count = (tag.raw & 63) + (tag.raw >> 6 & 63);

    workers[me].awaits = L4_nilthread;
    L4_StoreMRs(0, 64, mr);
    note(tag.raw);
    if (L4_IpcFailed(tag)) {
        note(L4_ErrorCode());
        return;
    }
    note(from.raw);
    if (L4_IpcPropagated(tag))
        note(L4_ActualSender().raw);
    if (L4_IpcRedirected(tag))
        note(L4_IntendedReceiver().raw);
    for (unsigned i = 1; i <= count && i < 64; i++) {
        /* The second word of an item is an address or a page. */
        if (i > (tag.raw & 63) && (i - (tag.raw & 63)) % 2 == 0)
            note_address(mr[i]);
        else
            note(mr[i]);
    }
    if (tag.raw >> 6 & 63) {
        L4_Word_t sum = 0;
        for (unsigned i = 0; i < STRING_BYTES; i++)
            sum = sum * 31 + (unsigned char)workers[me].buffer[i];
        note(sum);
    }
}

static void ipc(unsigned me, const char *what, L4_ThreadId_t to,
                L4_ThreadId_t from, L4_Word_t timeouts)
{
    L4_ThreadId_t sender = L4_nilthread;
    bool lipc = percent(10);

    /* Before it may be interrupted by whom it wakes. */
    note_begin(me, what);
    note(to.raw);
    note(from.raw);
    note(timeouts);
    note(L4_MsgTag().raw);
    note_end();
    workers[me].awaits = (timeouts & 0xffff) == 0 ? from : L4_nilthread;
    calls++;
    L4_MsgTag_t tag = lipc ? L4_Lipc(to, from, timeouts, &sender)
                           : L4_Ipc(to, from, timeouts, &sender);
    note_begin(me, "got");
    note_result(me, tag, sender);
}

static void do_call(unsigned me)
{
    L4_ThreadId_t to = name_of(me, partner(me));

    load_message(me, true);
    ipc(me, "call", to, to.raw ? to : L4_anythread,
        percent(50) ? 0 : 0x0400u << 16);
}

/* To a local id where a UTCB could be, but there is none; in its place memory
 * that names a thread of another space, or some thread or other. */
static void do_forged_call(unsigned me)
{
    struct worker *w = &workers[below(WORKERS)];
    L4_Word_t utcb = utcb_of(w);

    note_begin(me, "forge");
    if (w->space == workers[me].space ||
        (utcb ^ utcb_of(&workers[me])) & ~(L4_Word_t)0xfff)
        return; /* no memory there */
    unsigned named = percent(50) ? partner(me) : NOBODY;
    *(L4_Word_t *)(utcb + my_id_offset) =
        (named == NOBODY ? w : &workers[named])->id.raw;
    L4_Set_MsgTag(L4_Niltag);
    L4_ThreadId_t forged = raw_id(utcb + LOCAL_ID_OFFSET);
    ipc(me, "forged", forged, forged, 0);
}

static void do_reply_and_wait(unsigned me)
{
    L4_ThreadId_t to = name_of(me, partner(me));

    load_message(me, true);
    ipc(me, "reply", to, L4_anythread, 0x0400u << 16);
}

/* Messages alone: who gets one is ready beside the sender, who goes on unless
 * somebody is more urgent by now. Then it waits, or does what comes next. */
static void do_sends(unsigned me, bool waits)
{
    do {
        L4_ThreadId_t to = name_of(me, partner(me));
        load_message(me, true);
        ipc(me, "send", to, L4_nilthread, percent(30) ? 0 : 0x0400u << 16);
    } while (percent(waits ? 75 : 30));
    if (waits && percent(50))
        ipc(me, "wait", L4_nilthread, L4_anythread, 0);
    else if (waits)
        do_reply_and_wait(me);
}

/* Of everything that an Ipc can be. */
static void do_any(unsigned me)
{
    L4_ThreadId_t to = L4_nilthread, from = L4_nilthread;
    L4_Time_t send = some_time(20), receive = some_time(30);

    if (percent(70))
        to = name_of(me, partner(me));
    if (percent(70))
        from = percent(40)   ? L4_anythread
               : percent(10) ? L4_anylocalthread
                             : name_of(me, below(WORKERS));
    if (percent(2) && percent(50)) {
        to = raw_id(0x10000040); /* a local id, if there were memory */
        wild++;
    } else if (percent(2)) {
        to = L4_GlobalId(L4_ThreadNo(workers[me].id) + 1, 99);
    }
    load_acceptor(me);
    load_message(me, false);
    ipc(me, "any", to, from, L4_Timeouts(send, receive));
}

static void do_switch(unsigned me)
{
    note_begin(me, "switch");
    note_end();
    lent = percent(30) ? NOBODY : below(WORKERS);
    L4_ThreadSwitch(lent == NOBODY ? L4_nilthread : workers[lent].id);
    note_begin(me, "back");
}

static void do_exchange(unsigned me)
{
    static const L4_Word_t controls[] = {
        EX_RECV,   EX_SEND, EX_RECV | EX_SEND, EX_HALT_VALID,
        EX_HANDLE, 0,       EX_DELIVER,        EX_HALT_VALID | EX_RECV
    };
    unsigned who = below(WORKERS);
    L4_Word_t control = controls[below(8)];
    struct regs r = { .handle = random_state };

    note_begin(me, "exregs");
    note(who);
    note(control);
    L4_Word_t result =
        exregs(workers[who].id, control & ~(L4_Word_t)EX_DELIVER, &r).raw;
    note(result);
    if (result == 0)
        note(L4_ErrorCode());
    else
        note(r.control & 7);
}

static void do_unmap(unsigned me)
{
    L4_Fpage_t f = some_page(me);

    note_begin(me, "unmap");
    note_address(f.raw);
    /* The root task keeps the pool, of which all are made. */
    note_address(
        (in_window(me, f) && percent(50) ? L4_Flush(f) : L4_UnmapFpage(f)).raw);
}

static void do_own_registers(unsigned me)
{
    note_begin(me, "own");
    L4_Set_XferTimeouts(below(0x10000));
    L4_Set_XferTimeouts(0);
    L4_Set_UserDefinedHandle(random_state);
    L4_Set_ExceptionHandler(workers[below(WORKERS)].id);
}

static void act(unsigned me)
{
    unsigned what = below(100);

    if (percent(3))
        load_acceptor(me);
    if (me == lent) { /* it may have another's priority, which ends with it */
        lent = NOBODY;
        do_sends(me, false);
    } else if (what < 44)
        do_call(me);
    else if (what < 82)
        do_reply_and_wait(me);
    else if (what < 86)
        do_sends(me, what < 85);
    else if (what < 92)
        do_any(me);
    else if (what < 94)
        do_switch(me);
    else if (what < 95)
        do_exchange(me);
    else if (what < 96)
        do_unmap(me);
    else if (what < 99)
        do_forged_call(me);
    else
        do_own_registers(me);
    note_registers();
    if (workers[me].space == 0) {
        note_states();
    } else if (redirector.raw == L4_anythread.raw) {
        reports++;
        L4_Set_MsgTag(L4_Niltag);
        L4_Call(observer_id);
    }
    note_end();
}

static void worker(L4_Word_t me)
{
    for (;;) {
        if (burst++ < BURST)
            act(me);
        else
            L4_Receive(main_id);
    }
}

/* ---- the conductor
 * --------------------------------------------------------------- */

static bool start_worker(unsigned i)
{
    struct worker *w = &workers[i];

    w->id = L4_GlobalId(thread_no(w->slot), w->version++);
    w->awaits = L4_nilthread;
    for (unsigned b = 0; b < STRING_BYTES; b++)
        w->buffer[b] = 0;
    return thread_control(w->id, anchors[w->space], main_id, L4_nilthread,
                          (L4_Word_t)NO_UTCB) == 0 &&
           L4_Set_Timeslice(w->id, L4_Never, L4_Never) &&
           (w->space && may_be_small ? small_start : slot_start)(
               w->slot, w->id, anchors[w->space], worker, i, 60 + below(3));
}

static void stop_worker(unsigned i)
{
    thread_delete(workers[i].id);
}

static void redirect(L4_ThreadId_t to)
{
    redirector = to;
    note(space_control(anchors[SPACES - 1], L4_Nilpage, L4_Nilpage, to));
}

/* To several who may wait, before any of them runs; the first of them does so
 * at the highest priority. */
static void wake_workers(void)
{
    unsigned first = below(WORKERS), woken = 1 + below(WORKERS);

    L4_Set_Priority(main_id, PRIO_HIGH);
    for (unsigned i = 0; i < woken; i++) {
        load_message(0, true);
        note(L4_Send_Timeout(workers[(first + i) % WORKERS].id, L4_ZeroTime)
                 .raw);
    }
    lent = first;
    L4_ThreadSwitch(workers[first].id);
    L4_Set_Priority(main_id, PRIO_LOW);
}

static void conduct(void)
{
    unsigned who = below(WORKERS), what = below(100);
    L4_ThreadId_t t = workers[who].id;
    L4_Word_t old;

    burst = 0;
    note_begin(9, "turn");
    note(what);
    note(who);
    note_states();
    note_end();
    if (what < 25) {
        stop_worker(who);
        start_worker(who);
    } else if (what < 40) {
        L4_Schedule(t, ~0ul, ~0ul, 60 + below(4), ~0ul, &old);
    } else if (what < 60 && workers[who].space == 0) {
        exregs_control(t, EX_HALT_VALID | EX_RECV | EX_SEND);
    } else if (what < 62) {
        redirect(workers[below(LOCALS)].id);
    } else if (what < 72) {
        redirect(L4_anythread);
    } else if (what < 76) {
        wake_workers();
    } else if (what < 85) {
        load_message(0, true);
        L4_Send_Timeout(t, L4_ZeroTime);
    } else if (times < TIMES) {
        L4_Sleep(L4_TimePeriod((uint64_t)1 << (TIME_UNIT + times++)));
    }
}

/* Of an ARM926's spaces one stays small, and the others in the first half of
 * the rounds. Where a space may be made small, each but the first is every
 * other time. */
static void shape_spaces(L4_Word_t round, L4_Word_t rounds)
{
    for (unsigned s = 0; s < SPACES; s++)
        windows[s] = s == 1 || round < rounds / 2 ? LOW_WINDOW : FREE_WINDOW;
    for (unsigned s = 1; may_be_small && s < SPACES; s++)
        small_control(anchors[s],
                      round >> (s - 1) & 1 ? small_slot(s) : SMALL_APPLY);
}

static bool begin_round(L4_Word_t seed)
{
    random_state = (uint32_t)(seed * 2654435761u) | 1;
    hash = 0;
    burst = times = 0;
    lent = NOBODY;
    calls = reports = wild = 0;
    for (unsigned i = 0; i < WORKERS; i++) {
        workers[i].version = 1;
        if (!start_worker(i))
            return false;
    }
    return true;
}

static void end_round(void)
{
    for (unsigned i = 0; i < WORKERS; i++)
        stop_worker(i);
    redirect(L4_anythread);
    (void)L4_Flush(L4_FpageLog2(windows[0], 16));
}

/* The image comes to a space before anybody there acts: later, a fault would
 * change who runs when, and a round would depend on those before. */
static void touch_image(L4_Word_t arg)
{
    (void)arg;
    for (L4_Word_t a = image_low; a < image_high; a += PAGE_SIZE)
        (void)*(volatile char *)a;
    L4_Set_MsgTag(L4_Niltag);
    L4_Send(main_id);
}

/* Spaces that live as long as the test: each has a thread that never runs. */
static bool create_spaces(void)
{
    L4_Word_t old;

    anchors[0] = main_id;
    for (unsigned s = 1; s < SPACES; s++) {
        unsigned k = free_slot();
        L4_ThreadId_t t = L4_GlobalId(thread_no(k), 1);
        threads[k].id = t;
        anchors[s] = t;
        if (!L4_ThreadControl(t, t, main_id, L4_nilthread, NO_UTCB) ||
            !L4_SpaceControl(
                t, 0, may_be_small ? L4_FpageLog2(SMALL_KIP, 12) : kip_area(),
                may_be_small ? small_utcb_area() : utcb_area(), L4_anythread,
                &old))
            return false;
        t = (may_be_small ? small_thread_in : thread_in)(t, touch_image, 0,
                                                         PRIO_HIGH);
        L4_Receive(t);
        thread_delete(t);
    }
    for (unsigned i = 0; i < WORKERS; i++) {
        workers[i].slot = free_slot();
        workers[i].space = i < LOCALS ? 0 : 1 + i % (SPACES - 1);
        threads[workers[i].slot].id = main_id; /* taken */
    }
    return true;
}

static const struct order *read_order(void)
{
    void *info = pecan_boot_info();
    L4_BootRec_t *r = info && L4_BootInfo_Entries(info) > 1
                          ? L4_BootRec_Next(L4_BootInfo_FirstEntry(info))
                          : NULL;

    if (r == NULL || L4_BootRec_Type(r) != L4_BootInfo_Module)
        return NULL;
    return pecan_map(L4_Module_Start(r), L4_Module_Size(r));
}

int main(void)
{
    const struct order *order;

    support_init();
    order = read_order();
    may_be_small = small_known();
    if (may_be_small)
        small_init();
    plan(2);
    if (!ok(order != NULL, "there is an order") ||
        !ok(create_spaces(), "there are spaces"))
        return 1;
    for (unsigned i = 0; i < STRING_BYTES; i++)
        source[i] = (char)(i * 7 + 1);
    while (*(L4_Word_t *)(utcb_first + my_id_offset) != main_id.raw)
        my_id_offset += sizeof(L4_Word_t);
    observer_id = thread_here(observer, 0, PRIO_HIGH);
    L4_Set_Timeslice(main_id, L4_Never, L4_Never);
    L4_Set_Priority(main_id, PRIO_LOW);
    for (L4_Word_t r = 0; r < order->rounds; r++) {
        if (order->shown != ~0ul && order->shown != r)
            continue;
        shown = order->shown == r;
        shape_spaces(r, order->rounds);
        if (!begin_round(order->seed + r))
            return 1;
        for (unsigned turn = 0; turn < TURNS; turn++)
            conduct();
        end_round();
        printf("round %lu: %u calls, %u reports, %u wild, %lx\n", r, calls,
               reports, wild, hash);
    }
    return tap_status();
}
