/* SPDX-FileCopyrightText: 2026 The Pecan authors
 * SPDX-License-Identifier: BSD-2-Clause */
/*
 * Small spaces: told apart by segments, so that a switch loads no page
 * directory and the TLBs stay. Liedtke, "Improved Address-Space Switching on
 * Pentium Processors by Transparently Multiplexing User Address Spaces", 1995.
 *
 * A slot is a window of 4 MiB in the kernel's part of all page directories. The
 * space that has it runs there, in segments that begin and end with the window,
 * whatever directory is loaded. Its own directory and tables stay the truth of
 * what it maps; the window's page table is filled from them by faults and
 * forgets a page whenever a TLB has to. So nothing is lost when the space turns
 * large, which it does unseen when it needs more than its segment: any access
 * beyond that tells. The window's entries are writable once the truth says that
 * the page was written, so what arch_status tells is exact.
 *
 * The windows' tables are there from boot, so directories never change for
 * them. Users' segments all end before the windows, but for that of
 * ThreadRegister, which has no end: so whoever has one runs with his own
 * directory, and that has no windows. Small spaces meet a page fault there, and
 * get another.
 *
 * What a thread's hot words say: switch.h. While a space turns small or large
 * some of its threads are the one and some the other, which does no harm.
 *
 * Ports: the processor looks up the permissions by the loaded directory, so
 * small spaces have none; one that uses a port it holds turns large.
 */
#include <arch/cpu.h>
#include <arch/small.h>

#include "arch.h"
#include "long.h"
#include "space.h"

enum { ENTRIES = 1024, PAGE = 4096, WINDOW = 1 << SMALL_BITS };
enum { PRESENT = 1, WRITE = 2, USER = 4, ACCESSED = 0x20, DIRTY = 0x40 };
enum { OWN_SMALL = 1 }; /* hot.own */
enum { FIRST_WINDOW = LAYOUT_SMALL >> 22 };

static uint32_t windows[SMALL_SLOTS][ENTRIES] __attribute__((aligned(PAGE)));
static struct space *owners[SMALL_SLOTS];

/* ---- slots and windows --------------------------------------------------- */

void small_boot(uint32_t *directory)
{
    for (unsigned i = 0; i < SMALL_SLOTS; i++)
        directory[FIRST_WINDOW + i] =
            virt_to_phys(windows[i]) | PRESENT | WRITE | USER;
}

static vaddr_t base_of(unsigned slot)
{
    return LAYOUT_SMALL + ((vaddr_t)slot << SMALL_BITS);
}

void small_forget(struct space *s, vaddr_t va)
{
    if (s->arch.small == 0 || va >= WINDOW)
        return;
    windows[s->arch.small - 1][va / PAGE] = 0;
    invlpg("small_forget", base_of(s->arch.small - 1) + va);
}

/* The owner of this slot touched va there, which is in it. Result: may it? If
 * so, the page is in the window. */
static bool fill(unsigned slot, vaddr_t va, word_t access)
{
    uint32_t *loaded = phys_to_virt(read_cr3());
    struct space *s = owners[slot];

    if (!(loaded[FIRST_WINDOW + slot] & PRESENT)) {
        write_cr3("small_window", virt_to_phys(boot_directory));
        return true;
    }
    if (!arch_touch(s, va, access))
        return false;
    uint32_t entry = paging_entry(s, va);
    if (!(entry & DIRTY))
        entry &= ~(uint32_t)WRITE;
    /* The processor need not write what nobody reads. */
    windows[slot][va / PAGE] = entry | ACCESSED | DIRTY;
    return true;
}

bool small_window(vaddr_t linear)
{
    unsigned slot = (linear - LAYOUT_SMALL) >> SMALL_BITS;

    return slot < SMALL_SLOTS && owners[slot] &&
           fill(slot, linear % WINDOW, RIGHT_W);
}

/* ---- threads ------------------------------------------------------------- */

static bool is_small(const struct tcb *t)
{
    return t->hot.own == OWN_SMALL;
}

static word_t segment_of(unsigned slot)
{
    word_t half = SEGMENT_SMALL_DATA | (base_of(slot) & 0xff000000) |
                  (base_of(slot) >> 16 & 0xff);

    return half >> 8 | half << 24;
}

static unsigned slot_of(const struct tcb *t)
{
    word_t half = t->hot.cr3 << 8 | t->hot.cr3 >> 24;

    return (((half & 0xff000000) | (half & 0xff) << 16) - LAYOUT_SMALL) >>
           SMALL_BITS;
}

static void set_segments(word_t low, word_t data)
{
    gdt[GDT_USER_DATA / 8] = (struct descriptor){ low, data };
    gdt[GDT_USER_CODE / 8] = (struct descriptor){ low, data | SEGMENT_CODE };
}

void small_segments(const struct tcb *t)
{
    set_segments(SEGMENT_SMALL_LOW, t->hot.cr3 << 8 | t->hot.cr3 >> 24);
    tss.io_map = TSS_NO_PORTS;
}

void small_segments_end(void)
{
    set_segments(SEGMENT_LARGE_LOW, SEGMENT_LARGE_DATA);
    tss.io_map = TSS_PORTS;
}

static void set_large(struct tcb *t)
{
    t->hot.cr3 = t->hot.own = virt_to_phys(t->space->arch.directory);
}

static void set_small(struct tcb *t)
{
    if (t->slow & SLOW_TLS)
        return;
    t->hot.cr3 = segment_of(t->space->arch.small - 1);
    t->hot.own = OWN_SMALL;
}

/* s has a segment without an end now: no windows. */
static void close_windows(struct space *s)
{
    uint32_t *directory = s->arch.directory;

    if (directory[FIRST_WINDOW] == 0)
        return;
    for (unsigned i = 0; i < SMALL_SLOTS; i++)
        directory[FIRST_WINDOW + i] = 0;
    if (read_cr3() == virt_to_phys(directory))
        write_cr3("small_close", read_cr3());
}

void small_thread(struct tcb *t)
{
    set_large(t);
    if (t->slow & SLOW_TLS)
        close_windows(t->space);
    else if (t->space->arch.small)
        set_small(t);
}

bool small_word_ok(const struct tcb *t)
{
    if (is_small(t))
        return t->space->arch.small == slot_of(t) + 1;
    return t->hot.own == t->hot.cr3 &&
           t->hot.cr3 == virt_to_phys(t->space->arch.directory);
}

/* ---- small and large ----------------------------------------------------- */

static void each_thread(struct space *s, void (*set)(struct tcb *))
{
    struct tcb *t = s->threads;
    unsigned i = 0;

    if (t == NULL)
        return;
    do {
        if (t->utcb)
            set(t);
        long_look(i++);
        t = t->in_space.next;
    } while (t != s->threads);
}

void small_leave(struct space *s)
{
    if (s->arch.small == 0)
        return;
    unsigned slot = s->arch.small - 1;
    each_thread(s, set_large);
    for (unsigned i = 0; i < ENTRIES; i++) {
        windows[slot][i] = 0;
        long_look(i);
    }
    s->arch.small = 0;
    owners[slot] = NULL;
    write_cr3("small_leave", read_cr3());
}

static bool fits(fpage_t area)
{
    return fpage_base(area) < WINDOW &&
           fpage_bytes(area) <= WINDOW - fpage_base(area);
}

static bool may_be_small(const struct space *s)
{
    return space_initialised(s) && fits(s->kip_area) && fits(s->utcb_area) &&
           s->arch.io_map == NULL && !s->privileged;
}

/* The control word: x2.md 2.5. Bit 0 alone is the size, 4 MiB. */
word_t arch_space_control(struct space *s, word_t control)
{
    const word_t apply = (word_t)1 << 31;
    unsigned code = control & 0xff, slot = code >> 1;
    unsigned was = s->arch.small ? (s->arch.small - 1) << 1 | 1 : 0;
    bool good = may_be_small(s);

    if (s->arch.small && (!good || (control & apply && code == 0)))
        small_leave(s);
    if (!(control & apply))
        return was;
    if (code == 0 || code == was)
        return was | (code == 0 || s->arch.small ? apply : 0);
    if (!good || !(code & 1) || slot >= SMALL_SLOTS || owners[slot])
        return was;
    small_leave(s);
    owners[slot] = s;
    s->arch.small = slot + 1;
    each_thread(s, set_small);
    return was | apply;
}

/* ---- what user code meets ------------------------------------------------ */

/* As if it had asked to turn large: that may be long. */
static void outgrow(struct tcb *t)
{
    t->arch.vector = VECTOR_SYSCALL + SYSCALL_OUTGROW;
    arch_system_call(t);
}

bool small_trap(struct tcb *t, word_t vector, word_t error)
{
    enum { ERROR_WRITE = 2 };

    if (!is_small(t))
        return false;
    if (vector == VECTOR_PAGE_FAULT) {
        word_t access = error & ERROR_WRITE ? RIGHT_W : RIGHT_R;
        vaddr_t va = read_cr2() - base_of(slot_of(t));
        unsigned kind = 0;
        if (va >= WINDOW ||
            (arch_lookup(t->space, va, NULL, &kind, NULL) && kind > 0))
            outgrow(t); /* the emulator has no limits; or a page of 4 MiB */
        else if (!fill(slot_of(t), va, access))
            fault_page(t, va, access);
        return true;
    }
    if ((vector != VECTOR_STACK && vector != VECTOR_PROTECTION) || error != 0)
        return false;
    outgrow(t);
    return true;
}
