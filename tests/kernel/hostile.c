/* SPDX-FileCopyrightText: 2026 The Pecan authors
 * SPDX-License-Identifier: BSD-2-Clause */
/*
 * Arguments meant to hurt. The promise of each line is that the kernel goes on
 * and so do we; a program without privilege is tried where it matters most.
 */
#include "accessor.h"
#include "tap.h"
#include "worker.h"

static struct accessor a;
static volatile L4_Word_t done;

static const L4_Word_t odd[] = {
    0,
    1,
    2,
    0x3f,
    0x40,
    0x1234,
    0xfff,
    0x1000,
    0x7fffffff,
    0x80000000,
    0xbfffffff,
    0xc0000000,
    0xc0001040,
    0xe0000040,
    0xffff0000,
    0xffffffc0,
    ~0ul,
    ~0ul - 0x3f,
    ~0ul << 12,
    ~0ul << 20,
    ~0ul << 30,
    ~0ul >> 1,
    (~0ul >> 1) + 1,
    ~0ul << (L4_BITS_PER_WORD / 2),
};
enum { ODDS = sizeof(odd) / sizeof(odd[0]) };

static L4_ThreadId_t raw_id(L4_Word_t raw)
{
    L4_ThreadId_t t;

    t.raw = raw;
    return t;
}

/* Every pair of odd words as partners, all with timeouts of zero. */
static void odd_ipc(L4_Word_t arg)
{
    L4_ThreadId_t from;

    (void)arg;
    for (int i = 0; i < ODDS; i++) {
        for (int k = 0; k < ODDS; k++) {
            L4_Set_MsgTag(L4_Niltag);
            L4_Ipc(raw_id(odd[i]), raw_id(odd[k]), 0x04000400, &from);
        }
        L4_ThreadSwitch(raw_id(odd[i]));
    }
    done++;
}

static void odd_exregs(L4_Word_t arg)
{
    (void)arg;
    for (int i = 0; i < ODDS; i++) {
        for (L4_Word_t control = 0; control < 0x400; control += 7) {
            if (odd[i] != L4_Myself().raw)
                L4_ExchangeRegisters(raw_id(odd[i]), control, odd[i], odd[i],
                                     odd[i], odd[i], raw_id(odd[i]), NULL, NULL,
                                     NULL, NULL, NULL, NULL);
        }
    }
    done++;
}

static void odd_schedule(L4_Word_t arg)
{
    L4_Word_t old;

    (void)arg;
    for (int i = 0; i < ODDS; i++)
        L4_Schedule(raw_id(odd[i]), 0x8000, 5, 3, 7, &old);
    done++;
}

static void odd_unmap(L4_Word_t arg)
{
    (void)arg;
    for (int i = 0; i < ODDS; i++) {
        L4_Fpage_t f = { .raw = odd[i] };
        if ((odd[i] & 0x3f0) == 0x10)
            continue; /* all of our own space is not odd but suicide */
        if (L4_Address(f) < image_high &&
            L4_Address(f) + L4_Size(f) > image_low)
            continue;
        L4_LoadMR(0, odd[i]);
        L4_Unmap(odd[i] & 0x40);
    }
    done++;
}

static void odd_control(L4_Word_t arg)
{
    L4_Word_t old;

    (void)arg;
    for (int i = 0; i < ODDS; i++) {
        L4_Fpage_t f = { .raw = odd[i] };
        L4_ThreadControl(raw_id(odd[i]), raw_id(odd[i]), raw_id(odd[i]),
                         raw_id(odd[i]), (void *)odd[i]);
        L4_SpaceControl(raw_id(odd[i]), odd[i], f, f, raw_id(odd[i]), &old);
        L4_ProcessorControl(odd[i], odd[i], odd[i], odd[i]);
        L4_MemoryControl(odd[i], odd);
        L4_KernelMemory(raw_id(odd[i]), odd[i], &old, &old);
        L4_MachineEnd(odd[i]);
    }
    done++;
}

static void try(thread_fn *fn, const char *name)
{
    L4_ThreadId_t t = thread_in_new_space(fn, 0, PRIO_MID);

    done = 0;
    for (int i = 0; i < 100 && !done; i++)
        L4_Sleep(usec(1000));
    is(done, 1, name);
    thread_delete(t);
}

/* Accesses by user code to what is not its own end in a halt, not in data. */
static void peek(L4_Word_t address)
{
    done = *(volatile L4_Word_t *)address;
}

static void poke(L4_Word_t address)
{
    *(volatile L4_Word_t *)address = 1;
    done = 77;
}

static void test_kernel_memory(void)
{
    static const L4_Word_t where[] = { 0xc0000000, 0xffff0000, ~0ul << 12,
                                       ~0ul << 30 };
    bool peeked = false, poked = false;

    for (int i = 0; i < 4; i++) {
        L4_ThreadId_t t;
        L4_Word_t address = where[i];
        if (sizeof(L4_Word_t) == 8)
            address |= ~0ul << (L4_BITS_PER_WORD / 2);
        done = 123456;
        t = thread_in_new_space(peek, address, PRIO_MID);
        settle();
        peeked |= done != 123456;
        thread_delete(t);
        t = thread_in_new_space(poke, address, PRIO_MID);
        settle();
        poked |= done == 77;
        thread_delete(t);
    }
    ok(!peeked, "user code cannot read the kernel's memory");
    ok(!poked, "nor write it");
    done = 0;
    L4_ThreadId_t t = thread_in_new_space(poke, kip_address, PRIO_MID);
    settle();
    ok(done != 77, "nor write the KIP");
    thread_delete(t);
}

/* Send and receive windows that wrap or reach into the kernel. */
static void test_fpages(void)
{
    static L4_Word_t page[PAGE_SIZE / sizeof(L4_Word_t)]
        __attribute__((aligned(PAGE_SIZE)));

    for (int i = 0; i < ODDS; i++) {
        for (int k = 0; k < ODDS; k += 3) {
            L4_Fpage_t f = { .raw = odd[i] }, w = { .raw = odd[k] & ~0xful };
            if ((w.raw & 0x3f0) == 0x10 || L4_Address(w) < image_high)
                w.raw = FREE_WINDOW | 12 << 4;
            if ((f.raw & 0x3f0) == 0x10)
                continue;
            map_to(&a, w, f, odd[k]);
        }
    }
    ok(reads(&a, (L4_Word_t)page, 0), "odd fpages and windows");
    L4_Word_t old_utcb = act(&a, OP_READ, utcb_first, 0);
    (void)old_utcb;
    is(a.fault, 0, "leave a UTCB area readable");
}

/* A thread that destroys its own UTCB, the kernel's words in it included. */
static void scribble(L4_Word_t arg)
{
    volatile L4_Word_t *mr = (L4_Word_t *)L4_MyLocalId().raw;
    L4_Word_t id = mr[-15];
    L4_ThreadId_t from;

    (void)arg;
    for (int i = -64; i < 64; i++)
        mr[i] = 0x5a5a5a5a;
    mr[-12] = pager_id.raw;
    L4_Ipc(L4_nilthread, raw_id(id), 0x04000400, &from);
    L4_Set_MsgTag((L4_MsgTag_t){ .raw = ~0ul });
    L4_Ipc(main_id, L4_nilthread, 0x04000400, &from);
    done++;
}

/* The words that a fault saves, overwritten while it waits for its pager. */
static void test_scribble(void)
{
    L4_ThreadId_t t;
    L4_Word_t *saved;

    try(scribble, "a UTCB full of garbage");
    t = thread_here(poke, FREE_WINDOW + 0x200000, PRIO_MID);
    L4_Set_PagerOf(t, main_id);
    settle();
    saved = (L4_Word_t *)L4_LocalIdOf(t).raw - 64;
    for (int i = 0; i < 16; i++)
        saved[i] = ~0ul;
    thread_delete(t);
    ok(true, "the words a fault keeps there, overwritten");
}

static void test_privileged(void)
{
    L4_Word_t old;

    for (int i = 0; i < ODDS; i++) {
        L4_Word_t number = L4_ThreadNo(raw_id(odd[i]));
        if (number >= user_base && number < user_base + 60)
            continue; /* the test's own threads */
        if (number < user_base)
            continue; /* interrupts: the console's and the timer's */
        L4_ThreadControl(raw_id(odd[i]), main_id, main_id, L4_nilthread,
                         (void *)odd[i]);
        L4_ThreadControl(raw_id(odd[i]), raw_id(odd[i]), main_id, main_id,
                         (void *)odd[i]);
        L4_Fpage_t f = { .raw = odd[i] }, g = { .raw = odd[ODDS - 1 - i] };
        L4_SpaceControl(raw_id(odd[i]), 0, f, g, L4_anythread, &old);
        L4_ThreadControl(raw_id(odd[i]), L4_nilthread, L4_nilthread,
                         L4_nilthread, NO_UTCB);
    }
    ok(true, "ThreadControl and SpaceControl by a privileged thread");
}

int main(void)
{
    plan(14);
    support_init();
    accessor_init(&a);
    try(odd_ipc, "Ipc with 576 pairs of odd partners");
    try(odd_exregs, "ExchangeRegisters");
    try(odd_schedule, "Schedule");
    try(odd_unmap, "Unmap");
    try(odd_control, "the privileged calls without privilege");
    test_kernel_memory();
    test_fpages();
    test_scribble();
    test_privileged();
    ok(reads(&a, image_low, *(volatile L4_Word_t *)image_low),
       "and in the end all is as before");
    return tap_status();
}
