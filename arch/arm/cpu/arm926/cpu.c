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

enum { LINE = 32, LINES_OF_UTCB = UTCB_WORDS * WORD_BYTES / LINE };

/* A word of the vector page. */
static inline volatile word_t *vector_word(unsigned offset)
{
    return (volatile word_t *)(VECTOR_PAGE + offset);
}
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

    for (unsigned i = 0; i < LINES_OF_UTCB; i += 4, at += 4 * LINE) {
        write_invalidate_line("utcb_line", at);
        write_invalidate_line("utcb_line", at + LINE);
        write_invalidate_line("utcb_line", at + 2 * LINE);
        write_invalidate_line("utcb_line", at + 3 * LINE);
    }
}

/* Who has a reason in `slow` has another way into Ipc, so that ipc.S need not
 * ask. */
void cpu_load_thread(const struct tcb *t)
{
    forget_utcb(t);
    *vector_word(VECTOR_UTCB) = t->local_id;
    *vector_word(VECTOR_TLS) = t->hot.tls;
    set_svc(t->slow ? entry_svc_slow : entry_svc);
    short_top_prio = this_cpu()->top_prio;
    paging_enter(t->space);
}

/* Written through, and never fetched before by that address. */
void arch_sync_code(void *p, word_t bytes)
{
    (void)p;
    (void)bytes;
    dsb();
}
