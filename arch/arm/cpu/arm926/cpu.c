/* SPDX-FileCopyrightText: 2026 The Pecan authors
 * SPDX-License-Identifier: BSD-2-Clause */
/*
 * The state of the processor before users run; caches.
 */
#include <page_format.h>
#include <arch/trap.h>

#include "arch.h"
#include "sched.h"

#include "space.h"
#include "utcb.h"

void cpu_stacks(void);                     /* entry.S */
extern char end_svc[];                     /* entry.S */
extern char entry_svc[], entry_svc_slow[]; /* ipc.S */
extern word_t short_top_prio;              /* ipc.S */

/* Below BR0 the kernel writes nothing for users to read. */
enum {
    LINE = 32,
    FIRST_LINE = (UTCB_BR0 - UTCB_START) * WORD_BYTES,
    UTCB_BYTES = UTCB_WORDS * WORD_BYTES
};
_Static_assert(FIRST_LINE % LINE == 0 && (UTCB_BYTES - FIRST_LINE) % 64 == 0,
               "forget_utcb");

static void set_svc(const char *target)
{
    enum { SVC = 2 };

    *vector_word(VECTOR_TARGETS + SVC * 4) = (word_t)target;
}

/* SCTLR says where they are. */
void cpu_vectors(void)
{
    cpu_stacks();
}
void cpu_end_vectors(void)
{
    set_svc(end_svc);
    dsb();
}

void cpu_init(void)
{
    arch_fpu_enable(false);
}

/* Its UTCB is written by another address while the kernel is not on the short
 * path (docs/layout-arm.md): what it has cached of it is forgotten. */
static void forget_utcb(const struct tcb *t)
{
    vaddr_t at = t->space->arch.window + t->utcb_location;

    for (unsigned i = FIRST_LINE; i < UTCB_BYTES; i += 2 * LINE) {
        write_invalidate_line("utcb_line", at + i);
        write_invalidate_line("utcb_line", at + i + LINE);
    }
}

static inline bool is_fresh(const struct tcb *t)
{
    return *vector_word(VECTOR_FRESH) == (word_t)t;
}

/* Who has a reason in `slow` has another way into Ipc, so that ipc.S need not
 * ask. */
static inline struct tcb *load(struct tcb *t)
{
    cpu_fresh(NULL);
    *vector_word(VECTOR_UTCB) = t->local_id;
    *vector_word(VECTOR_TLS) = t->hot.tls;
    set_svc(t->slow ? entry_svc_slow : entry_svc);
    short_top_prio = this_cpu()->top_prio;
    paging_enter(t->space);
    return t;
}

/* First its space and the caches are made ready for it. */
static __attribute__((noinline)) struct tcb *catch_up_and_load(struct tcb *t)
{
    paging_load(t->space);
    if (paging_stale)
        paging_forget_now();
    if (!is_fresh(t))
        forget_utcb(t);
    return load(t);
}

struct tcb *cpu_load_thread(struct tcb *t)
{
    if (is_fresh(t) && paging_visible(t->space))
        return load(t);
    return catch_up_and_load(t);
}

/* Written through, and never fetched before by that address. */
void arch_sync_code(void *p, word_t bytes)
{
    (void)p;
    (void)bytes;
    dsb();
}
