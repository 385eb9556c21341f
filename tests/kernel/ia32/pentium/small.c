/* SPDX-FileCopyrightText: 2026 The Pecan authors
 * SPDX-License-Identifier: BSD-2-Clause */
/*
 * Small spaces (x2.md 2.5; docs/decisions.md): nobody notices, but for what
 * SpaceControl says of them.
 *
 * chain: bochs
 * Segment limits are checked there alone; those promises hold on QEMU unseen.
 */
#include "tap.h"
#include "small.h"
#include "worker.h"

enum { SLOTS = 32, CALLS = 300, PORT = 0xE000 };
enum { IO_FAULT = -8, REACHED = 0x7eac, FREE = 0x60000 }; /* free and low */
#define WINDOWS ((L4_Word_t)0xF0000000)

static inline L4_Word_t code(unsigned slot)
{
    return L4_SmallSpace(4 * slot, 4);
}

/* ---- an emulator without limits -------------------------------------------
 */

/* QEMU says its name at the ports of its firmware's configuration. */
static bool limits_checked(void)
{
    unsigned char c;

    __asm__ volatile("outw %w0, %w1" : : "a"(0), "d"(0x510));
    __asm__ volatile("inb %w1, %b0" : "=a"(c) : "d"(0x511));
    return c != 'Q';
}

/* ---- a thread that does what it is told ------------------------------------
 */

static char pages[2][PAGE_SIZE] __attribute__((aligned(PAGE_SIZE)));

/* PASS: call thread `at`, then again with the order at `value`. */
/* clang-format off */
enum op { READ, WRITE, ECHO, IN8, CLOCK_IN8, CALL_IN8, CALL, LCALL, SET_TLS,
          READ_TLS, PEEK, JUMP, PASS };
/* clang-format on */

struct order {
    enum op op;
    L4_Word_t at, value;
};

static L4_Word_t tell_within(L4_ThreadId_t t, enum op op, L4_Word_t at,
                             L4_Word_t value, L4_Time_t wait)
{
    L4_Word_t v = 0;

    L4_LoadMR(0, 3);
    L4_LoadMR(1, op);
    L4_LoadMR(2, at);
    L4_LoadMR(3, value);
    if (L4_IpcFailed(L4_Call_Timeouts(t, L4_Never, wait)))
        return ~0ul;
    L4_StoreMR(1, &v);
    return v;
}

static L4_Word_t tell(L4_ThreadId_t t, enum op op, L4_Word_t at,
                      L4_Word_t value)
{
    return tell_within(t, op, at, value, L4_Never);
}

static L4_Word_t obey(const struct order *o)
{
    L4_ThreadId_t to = { .raw = o->at }, from = L4_nilthread;
    L4_Word_t v = 0;

    switch (o->op) {
    case READ:
        return *(volatile L4_Word_t *)o->at;
    case WRITE:
        *(volatile L4_Word_t *)o->at = o->value;
        return 0;
    case CALL_IN8: /* a call between */
        to.raw = o->value;
        L4_LoadMR(0, 0);
        L4_Call(to);
        __asm__ volatile("inb %w1, %b0" : "=a"(v) : "d"(o->at));
        return v;
    case CLOCK_IN8: /* a system call */
        L4_SystemClock();
        __asm__ volatile("inb %w1, %b0" : "=a"(v) : "d"(o->at));
        return v;
    case IN8:
        __asm__ volatile("inb %w1, %b0" : "=a"(v) : "d"(o->at));
        return v;
    case CALL:
        L4_LoadMR(0, 1);
        L4_LoadMR(1, o->value);
        if (L4_IpcFailed(L4_Call(to)))
            return 0;
        L4_StoreMR(1, &v);
        return v;
    case LCALL:
        L4_LoadMR(0, 4);
        for (int i = 1; i <= 4; i++)
            L4_LoadMR(i, o->value + (L4_Word_t)i);
        if (L4_IpcFailed(L4_Lipc(to, to, 0, &from)))
            return 0;
        L4_StoreMR(4, &v);
        return from.raw == to.raw ? v : 1;
    case PASS: {
        const struct order *next = (const struct order *)o->value;
        L4_LoadMR(0, 1);
        L4_Call(to);
        (void)*(volatile char *)pages[0];
        return tell(to, next->op, next->at, next->value);
    }
    case PEEK: /* with a segment without an end, into the first window */
        L4_Set_ThreadRegister(o->at);
        __asm__ volatile("movl %%gs:(%1), %0"
                         : "=r"(v)
                         : "r"(WINDOWS + (L4_Word_t)pages[0] - o->at));
        return v;
    case SET_TLS:
        L4_Set_ThreadRegister(o->at);
        return 0;
    case READ_TLS:
        __asm__ volatile("movl %%gs:0, %0" : "=r"(v));
        return v;
    case JUMP:
        return ((L4_Word_t(*)(void))o->at)();
    default:
        return o->value + 1;
    }
}

/* An order is three words; the answer is one. With more words it sends all of
 * them back, each one more. */
static void servant(L4_Word_t arg)
{
    static L4_Word_t mr[MAX_THREADS][64];
    L4_Word_t *m = mr[arg];
    L4_ThreadId_t from;
    L4_MsgTag_t tag = L4_Wait(&from);

    for (;;) {
        unsigned u = (unsigned)(tag.raw & 0x3f);
        L4_StoreMRs(1, (int)u, m);
        if (u == 3) {
            L4_Word_t v = obey(&(struct order){ (enum op)m[0], m[1], m[2] });
            L4_LoadMR(1, v);
            L4_LoadMR(0, 1);
        } else {
            for (unsigned i = 0; i < u; i++)
                L4_LoadMR((int)i + 1, m[i] + 1);
            L4_LoadMR(0, u);
        }
        tag = L4_ReplyWait(from, &from);
    }
}

/* Where no answer is expected: then ~0. */
static L4_Word_t try(L4_ThreadId_t t, enum op op, L4_Word_t at, L4_Word_t value)
{
    return tell_within(t, op, at, value, usec(100000));
}

/* t passes this order on to `to`. */
static L4_Word_t tell_through(L4_ThreadId_t t, L4_ThreadId_t to, enum op op,
                              L4_Word_t at, L4_Word_t value)
{
    static struct order o;

    o = (struct order){ op, at, value };
    return tell(t, PASS, to.raw, (L4_Word_t)&o);
}

static L4_ThreadId_t make(L4_Word_t control, L4_Word_t *old)
{
    return small_thread(control, servant, free_slot(), PRIO_MID, old);
}

/* ---- a pager that counts ---------------------------------------------------
 */

static volatile L4_Word_t faults, fault_at, fault_label, serve;
static L4_ThreadId_t counting_id;

static void counting_pager(L4_Word_t arg)
{
    L4_ThreadId_t from;
    L4_MsgTag_t tag = L4_Wait(&from);

    (void)arg;
    for (;;) {
        L4_Word_t address = 0;
        L4_StoreMR(1, &address);
        if (protocol(tag) == LABEL_PAGE_FAULT && address >= image_low &&
            address < image_high) {
            load_map(page_at(address, L4_FullyAccessible), address);
        } else {
            faults = faults + 1;
            fault_at = address;
            fault_label = (L4_Word_t)protocol(tag);
            if (protocol(tag) == IO_FAULT)
                load_map((L4_Fpage_t){ .raw = address | 7 }, 0);
            else
                load_map(page_at((L4_Word_t)pages[serve], L4_FullyAccessible),
                         address);
        }
        tag = L4_ReplyWait(from, &from);
    }
}

/* ---- what is promised ------------------------------------------------------
 */

static bool echoes(L4_ThreadId_t t, unsigned words)
{
    for (unsigned i = 1; i <= words; i++)
        L4_LoadMR((int)i, 100 * i + words);
    L4_LoadMR(0, words);
    if (L4_Call(t).raw != words)
        return false;
    for (unsigned i = 1; i <= words; i++) {
        L4_Word_t v;
        L4_StoreMR((int)i, &v);
        if (v != 100 * i + words + 1)
            return false;
    }
    return true;
}

static void messages(L4_ThreadId_t a, L4_ThreadId_t b, L4_ThreadId_t big)
{
    bool good = true;

    for (unsigned u = 0; u < 64; u++)
        good &= u == 3 || (echoes(a, u) && echoes(b, u));
    ok(good, "messages of every length between a large space and small ones");
    good = true;
    for (unsigned i = 0; i < CALLS; i++)
        good &=
            tell(i & 1 ? b : a, CALL, (i & 1 ? a : b).raw, 7 * i) == 7 * i + 1;
    ok(good, "messages between two small spaces");
    good = true;
    for (unsigned i = 0; i < CALLS; i++)
        good &= tell(i & 1 ? b : big, CALL, (i & 1 ? big : a).raw, i) == i + 1;
    ok(good, "messages between a small and another large one");
}

static void local(L4_ThreadId_t a)
{
    unsigned k = free_slot();
    L4_ThreadId_t other = small_thread_in(a, servant, k, PRIO_MID);
    L4_Word_t id = SMALL_UTCBS + k * utcb_bytes + 64 * sizeof(L4_Word_t);
    bool good = true;

    for (L4_Word_t i = 0; i < 10; i++)
        good &= tell(a, LCALL, id, i) == i + 5;
    ok(good, "local ids in a small space");
    is(tell(a, CALL, other.raw, 5), 6, "global ids there");
    thread_delete(other);
}

static void memory(L4_ThreadId_t a)
{
    L4_Fpage_t first = page_at((L4_Word_t)pages[0], L4_FullyAccessible);

    *(L4_Word_t *)pages[0] = 11;
    *(L4_Word_t *)pages[1] = 22;
    serve = faults = 0;
    is(tell(a, READ, FREE, 0), 11, "a page that its pager maps");
    is(fault_at, FREE, "the fault's address is the user's");
    is(faults, 1, "one fault");
    L4_UnmapFpage(first);
    serve = 1;
    is(tell(a, READ, FREE, 0), 22, "what was unmapped is gone");
    is(faults, 2, "so there is another fault");
    L4_UnmapFpage(page_at((L4_Word_t)pages[1], L4_FullyAccessible));
    serve = 0;

    tell(a, READ, FREE, 0);
    L4_UnmapFpage(L4_FpageAddRights(first, L4_NoAccess));
    tell(a, READ, FREE + 4, 0);
    L4_Fpage_t f = L4_UnmapFpage(
        L4_FpageAddRights(L4_FpageLog2((L4_Word_t)pages[0], 12), L4_NoAccess));
    is(f.raw & 7, 5, "it has read the page since, and not written");
    faults = 0;
    tell(a, READ, FREE, 0);
    tell(a, WRITE, FREE + 8, 33);
    f = L4_UnmapFpage(L4_FpageLog2((L4_Word_t)pages[0], 12));
    is(f.raw & 7, 7, "it has written it since");
    tell(a, READ, FREE, 0);
    f = L4_UnmapFpage(L4_FpageLog2((L4_Word_t)pages[0], 12));
    is(f.raw & 7, 5, "and has only read it since");
    L4_UnmapFpage(page_at((L4_Word_t)pages[0], L4_Writable));
    tell(a, READ, FREE, 0);
    is(faults, 0, "without a fault");
    tell(a, WRITE, FREE, 44);
    is(faults, 1, "a page that lost the right to be written");
    is(*(volatile L4_Word_t *)pages[0], 44, "is written again");
}

static void growth(L4_ThreadId_t a, unsigned slot)
{
    L4_Word_t old;
    L4_ThreadId_t b;

    is(small_control(a, 0), code(slot), "SpaceControl says its slot");
    b = make(small_slot(slot), &old);
    is(old, 0, "nobody else gets that");
    is(tell(b, CALL, a.raw, 4), 5, "but stays large and works");
    faults = serve = 0;
    is(tell(a, READ, FREE_WINDOW, 0), *(L4_Word_t *)pages[0],
       "a small space reads beyond its end");
    is(faults, 1, "after one fault");
    is(fault_at, FREE_WINDOW, "at that address");
    is(small_control(a, 0), 0, "and is large now");
    is(small_control(b, small_slot(slot)), SMALL_APPLY, "its slot is free");
    is(tell(a, CALL, b.raw, 8), 9, "from the one that was small");
    is(tell(b, CALL, a.raw, 8), 9, "to the one that was small");
    is(small_control(b, SMALL_APPLY), SMALL_APPLY | code(slot),
       "a small space is made large");
    is(small_control(b, 0), 0, "so it is");
    is(tell(b, CALL, a.raw, 4), 5, "and works");
    is(small_control(b, small_slot(slot)), SMALL_APPLY, "and small again");
    is(small_control(b, small_slot(slot + 1)), SMALL_APPLY | code(slot),
       "and moves");
    is(tell(b, CALL, a.raw, 4), 5, "and works");
    is(small_control(b, SMALL_APPLY | L4_SmallSpace(24, 8)), code(slot + 1),
       "there is no other size");
    is(small_control(b, SMALL_APPLY | L4_SmallSpace(4 * SLOTS, 4)),
       code(slot + 1), "nor are there more slots");
    thread_delete(b);
    b = make(small_slot(slot + 1), &old);
    is(old, SMALL_APPLY, "who ends leaves his slot to others");
    serve = 1;
    faults = 0;
    is(tell(b, READ, FREE, 0), 22, "who do not find his pages");
    is(faults, 1, "there");
    thread_delete(b);
}

/* What a slot has is its owner's, though no directory is loaded between two. */
static void handed_over(void)
{
    L4_Word_t old;
    L4_ThreadId_t a = make(small_slot(0), &old), b = make(0, &old);

    *(L4_Word_t *)pages[0] = 11;
    *(L4_Word_t *)pages[1] = 22;
    serve = 1;
    tell(b, READ, FREE, 0);
    serve = 0;
    tell(a, READ, FREE, 0);
    tell(a, READ, FREE, 0);
    small_control(a, SMALL_APPLY);
    is(small_control(b, small_slot(0)), SMALL_APPLY, "a slot changes hands");
    is(tell(b, READ, FREE, 0), 22, "and shows the pages of its new owner");
    is(tell(a, READ, FREE, 0), 11, "who was there before keeps its own");
    thread_delete(a);
    thread_delete(b);
}

/* More spaces than slots; none runs. */
static void crowd(void)
{
    L4_Word_t old, good = 0;
    L4_Word_t first = thread_no(MAX_THREADS);

    for (unsigned i = 0; i < SLOTS + 8; i++) {
        L4_ThreadId_t t = L4_GlobalId(first + i, 1);
        if (!L4_ThreadControl(t, t, L4_Myself(), L4_nilthread, NO_UTCB) ||
            !L4_SpaceControl(t, small_slot(i % SLOTS),
                             L4_FpageLog2(SMALL_KIP, 12),
                             L4_FpageLog2(SMALL_UTCBS, 17), L4_anythread, &old))
            break;
        good += old == (i < SLOTS ? SMALL_APPLY : 0);
    }
    is(good, SLOTS + 8, "each slot is given once");
    for (unsigned i = 0; i < SLOTS + 8; i++)
        L4_ThreadControl(L4_GlobalId(first + i, 1), L4_nilthread, L4_nilthread,
                         L4_nilthread, NO_UTCB);
}

static void ports(void)
{
    L4_Word_t old;
    L4_ThreadId_t a = make(small_slot(0), &old);
    L4_ThreadId_t b = make(0, &old), c = make(small_slot(1), &old);

    faults = 0;
    tell(b, IN8, PORT, 0);
    is(faults, 1, "a large space gets a port by a fault");
    tell(b, IN8, PORT, 0);
    is(faults, 1, "and has it then");
    /* b's page directory is loaded when a uses the port. */
    tell(a, ECHO, 0, 0);
    tell(c, ECHO, 0, 0);
    is(tell(b, CALL, a.raw, 1), 2, "it calls a small one");
    tell(b, CALL_IN8, PORT, a.raw);
    is(faults, 1, "and has the port still");
    tell_through(b, a, IN8, PORT, 0);
    is(faults, 2, "the small one has not");
    is(fault_label, (L4_Word_t)IO_FAULT, "but an I/O fault");
    is(small_control(a, 0), 0, "and is large with a port");
    is(small_control(a, small_slot(0)), 0, "for ever");
    is(small_control(c, 0), code(1), "unlike another");
    tell_through(b, c, CLOCK_IN8, PORT, 0);
    is(faults, 3, "which has none behind a system call, either");
    thread_delete(a);
    thread_delete(b);
    thread_delete(c);
}

static void thread_registers(void)
{
    L4_Word_t old;
    static L4_Word_t block = 123;
    L4_ThreadId_t a = make(small_slot(0), &old);
    L4_ThreadId_t b = make(0, &old);
    L4_ThreadId_t c = small_thread_in(a, servant, free_slot(), PRIO_MID);

    serve = 1;
    *(L4_Word_t *)pages[1] = 456;
    tell(a, SET_TLS, (L4_Word_t)&block, 0);
    is(tell_through(c, b, SET_TLS, FREE, 0), 0,
       "and one in a large space, set while a small one uses its directory");
    is(tell(a, READ_TLS, 0, 0), 123, "a thread register in a small space");
    is(small_control(a, 0), code(0), "which stays small");
    bool good = true;
    for (unsigned i = 0; i < CALLS; i++) {
        good &= tell(b, CALL, c.raw, i) == i + 1;
        good &= tell(c, CALL, b.raw, i) == i + 1;
        good &= tell(a, CALL, c.raw, i) == i + 1;
    }
    ok(good, "messages between those who have one and a small space");
    is(tell(b, READ_TLS, 0, 0), 456, "and in a large one");
    is(small_control(b, small_slot(1)), SMALL_APPLY, "which is made small");
    is(tell(b, READ_TLS, 0, 0), 456, "and keeps it");
    is(small_control(b, 0), code(1), "and stays");
    thread_delete(b);

    b = make(0, &old);
    tell(b, READ_TLS, 0, 0); /* from now on it has the code */
    tell(c, READ, (L4_Word_t)pages[0], 0);
    *(L4_Word_t *)pages[0] = 1234;
    static struct order peek;
    peek = (struct order){ PEEK, (L4_Word_t)&block, 0 };
    is(try(c, PASS, b.raw, (L4_Word_t)&peek), ~0ul,
       "windows are not to be seen through such a segment");
    thread_delete(c);
    thread_delete(a);
    thread_delete(b);
}

/* What only a processor with limits keeps apart. */
static void limits(void)
{
    L4_Word_t old;
    bool checked = limits_checked();
    L4_ThreadId_t a = make(small_slot(0), &old), b = make(small_slot(1), &old);
    L4_ThreadId_t c = make(0, &old);

    *(L4_Word_t *)pages[1] = 22;
    serve = 0;
    tell(a, ECHO, 0, 0);
    tell(b, WRITE, FREE, 55);
    faults = 0;
    serve = 1;
    is(checked ? tell(a, READ, SMALL_BYTES + FREE, 0) : 22, 22,
       "the next window is not part of a small space");
    is(checked ? fault_at : SMALL_BYTES + FREE, SMALL_BYTES + FREE,
       "which is told where it wanted to read");
    is(checked ? small_control(a, 0) : 0, 0, "and is large");
    tell(b, WRITE, FREE, 66);
    is(checked ? tell(b, WRITE, SMALL_BYTES - 2, 77) : 0, 0,
       "a word across the end");
    is(checked ? small_control(b, 0) : 0, 0, "makes it large as well");
    thread_delete(a);
    a = make(small_slot(0), &old);
    tell(a, READ, FREE, 0);
    is(small_control(a, 0), code(0), "there is a window in use");
    /* An exception without a handler: it does not come back. */
    is(checked ? try(c, READ, WINDOWS + FREE, 0) : ~0ul, ~0ul,
       "windows are beyond the end of large spaces");
    thread_delete(a);
    thread_delete(b);
    thread_delete(c);
}

static void code_beyond(void)
{
    L4_Word_t old;
    static const unsigned char program[] = {
        0xb8, REACHED & 0xff, REACHED >> 8, 0, 0, 0xc3
    };
    L4_ThreadId_t a = make(small_slot(0), &old);

    for (unsigned i = 0; i < sizeof program; i++)
        pages[1][i] = (char)program[i];
    serve = 1;
    is(tell(a, JUMP, FREE_WINDOW, 0), REACHED, "a jump beyond the end");
    is(small_control(a, 0), 0, "makes large as well");
    thread_delete(a);
}

/* Each has code of its own at one address. */
static void code_within(void)
{
    L4_Word_t old;
    L4_ThreadId_t a = make(small_slot(0), &old), b = make(small_slot(1), &old);
    bool good = true;

    for (unsigned p = 0; p < 2; p++) { /* mov $p + 1, %eax; ret */
        const unsigned char program[] = { 0xb8, (unsigned char)(p + 1), 0, 0, 0,
                                          0xc3 };
        for (unsigned i = 0; i < sizeof program; i++)
            pages[p][i] = (char)program[i];
        serve = p;
        tell(p ? b : a, JUMP, FREE, 0);
    }
    for (unsigned i = 0; i < 10; i++) {
        good &= tell(a, JUMP, FREE, 0) == 1;
        good &= tell(b, JUMP, FREE, 0) == 2;
        good &= tell_through(a, b, JUMP, FREE, 0) == 2;
    }
    ok(good && small_control(a, 0) == code(0) && small_control(b, 0) == code(1),
       "each small space executes its own code");
    thread_delete(a);
    thread_delete(b);
}

/* Areas that are no part of a window. */
static void areas(void)
{
    L4_ThreadId_t t = L4_GlobalId(thread_no(MAX_THREADS), 1);
    L4_Word_t old[2] = { 1, 1 };

    for (unsigned i = 0; i < 2; i++) {
        L4_ThreadControl(t, t, L4_Myself(), L4_nilthread, NO_UTCB);
        L4_SpaceControl(
            t, small_slot(0), i ? kip_area() : L4_FpageLog2(SMALL_KIP, 12),
            i ? small_utcb_area() : utcb_area(), L4_anythread, &old[i]);
        thread_delete(t);
    }
    is(old[0], 0, "with UTCBs further up no space is small");
    is(old[1], 0, "nor with the KIP there");
}

int main(void)
{
    L4_Word_t old;
    L4_ThreadId_t a, b, big;

    plan(76);
    support_init();
    small_init();
    counting_id = thread_here(counting_pager, 0, PRIO_HIGH);
    pager_id = counting_id;
    ok(small_known(), "the KIP says that there are small ones");
    a = make(small_slot(0), &old);
    is(old, SMALL_APPLY, "a space is made small");
    b = make(small_slot(5), &old);
    is(old, SMALL_APPLY, "and another one");
    big = make(0, &old);
    is(old, 0, "and one is not");
    messages(a, b, big);
    local(a);
    memory(a);
    growth(a, 0);
    thread_delete(a);
    thread_delete(b);
    thread_delete(big);
    handed_over();
    crowd();
    ports();
    thread_registers();
    code_beyond();
    code_within();
    areas();
    limits();
    return tap_status();
}
