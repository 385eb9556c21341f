/* SPDX-FileCopyrightText: 2026 The Pecan authors
 * SPDX-License-Identifier: BSD-2-Clause */
/*
 * Address space identifiers. One is given out once in a generation; when all
 * are, a new generation begins, in which every space gets another when it next
 * runs. What the TLB has of an ASID is flushed when it is given out. So
 * switching spaces is one write of satp, and nothing is flushed when a space
 * ends.
 *
 * Threads whose TCB has the satp of a generation are marked, and unmarked
 * before the next one begins: a few at a time, because there may be thousands,
 * with interrupts taken in between. Meanwhile others run that have theirs.
 *
 * ASID 0 belongs to the kernel's own table. A zero satp in a thread's TCB says
 * that its space has to be asked; then it is slow, too, so that no short path
 * switches to it.
 */
#include <arch/csr.h>
#include <arch/trap.h>

#include "boot.h"
#include "ipc.h"
#include "kdb.h"
#include "sched.h"
#include "tlb.h"

enum { FEWEST = 16 }; /* ASID 0 included: what every switch may cost */
enum { FORGOTTEN_AT_ONCE = 8, GROUP = WORD_BITS * WORD_BITS };
enum { GROUPS = (1 << THREAD_BITS) / GROUP };

static word_t asid_last, asid_next, generation;
/* By number: threads; words of `marked` that are not zero. */
static word_t marked[GROUPS * WORD_BITS], groups[GROUPS];

/* The highest one this CPU has. */
static word_t asid_probe(void)
{
    const word_t field = ((word_t)1 << SATP_ASID_BITS) - 1;

    satp_write("asid_probe", kernel_satp | field << SATP_ASID_SHIFT);
    word_t last = satp_asid(csr_read("satp"));
    satp_write("asid_probe", kernel_satp); /* all seen meanwhile is global */
    return last;
}

/* False: too few. For tests that let the CPU have fewer, a function. */
static __attribute__((noinline)) bool asid_init(word_t last)
{
    asid_last = last;
    asid_next = 1;
    generation = 1;
    return last >= FEWEST - 1;
}

void tlb_boot(void)
{
    if (!asid_init(asid_probe()))
        boot_fail(BOOT_WRONG_CPU, "too few ASIDs");
}

void tlb_space_init(struct space *s)
{
    s->arch.satp = 0;
}

void tlb_thread_moved(struct tcb *t)
{
    t->hot.satp = 0;
    t->slow |= SLOW_ASID;
}

static void mark(const struct tcb *t)
{
    word_t n = id_number(t->id);

    marked[n / WORD_BITS] |= (word_t)1 << n % WORD_BITS;
    groups[n / GROUP] |= (word_t)1 << n / WORD_BITS % WORD_BITS;
}

/* A marked thread may be gone, or be another by now that has none. */
static void forget(struct tcb *t)
{
    if (t->hot.satp == 0)
        return;
    ipc_leave_plain_wait(t);
    t->slow |= SLOW_ASID;
    t->hot.satp = 0;
}

/* Some of those that are marked. Result: were these all? */
static bool forget_some(void)
{
    unsigned left = FORGOTTEN_AT_ONCE;

    for (unsigned g = 0; g < GROUPS; g++) {
        while (groups[g]) {
            word_t w = g * WORD_BITS + (unsigned)__builtin_ctzl(groups[g]);
            if (left-- == 0)
                return false;
            forget(
                tcb_slot(w * WORD_BITS + (unsigned)__builtin_ctzl(marked[w])));
            marked[w] &= marked[w] - 1;
            if (marked[w] == 0)
                groups[g] &= groups[g] - 1;
        }
    }
    return true;
}

/* No thread has a satp of the old one. A space is told by the number of the
 * generation. Nor has the processor, which would fill its TLB meanwhile. */
static void new_generation(void)
{
    satp_write("asid_wrap_table", kernel_satp);
    asid_next = 1;
    generation++;
}

/* For assertions: s's ASID is one, and nobody else's. */
static bool asid_is_own(const struct space *s)
{
    word_t asid = satp_asid(s->arch.satp);

    for (const struct space *o = space_list; o; o = o->next)
        if (o != s && o->arch.generation == generation &&
            satp_asid(o->arch.satp) == asid)
            return false;
    return asid > 0 && asid <= asid_last;
}

bool tlb_right(const struct tcb *t)
{
    const struct space *s = t->space;

    return t->hot.satp == s->arch.satp && s->arch.generation == generation;
}

bool tlb_ready(struct tcb *t)
{
    struct space *s = t->space;

    if (t->hot.satp)
        return true;
    if (s->arch.generation != generation) {
        if (asid_next > asid_last) {
            if (!forget_some())
                return false;
            new_generation();
        }
        s->arch.generation = generation;
        s->arch.satp = SATP_SV39 | asid_next++ << SATP_ASID_SHIFT |
                       virt_to_phys(s->arch.root) >> 12;
        tlb_flush_asid("asid_new", satp_asid(s->arch.satp));
    }
    assert(asid_is_own(s));
    mark(t);
    t->hot.satp = s->arch.satp;
    t->slow &= ~(word_t)SLOW_ASID;
    return true;
}
