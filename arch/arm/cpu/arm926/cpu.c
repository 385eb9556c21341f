/* SPDX-FileCopyrightText: 2026 The Pecan authors
 * SPDX-License-Identifier: BSD-2-Clause */
/*
 * The state of the processor before users run; caches.
 */
#include <arch/cpu.h>
#include <arch/trap.h>

#include "arch.h"
#include "sched.h"

void cpu_stacks(void); /* entry.S */
extern char end_svc[]; /* entry.S */

/* A word of the vector page. */
static inline volatile word_t *vector_word(unsigned offset)
{
    return (volatile word_t *)(VECTOR_PAGE + offset);
}

/* SCTLR says where they are. */
void cpu_vectors(void)
{
    cpu_stacks();
}
void cpu_end_vectors(void)
{
    enum { SVC = 2 };

    *vector_word(VECTOR_TARGETS + SVC * 4) = (word_t)end_svc;
    dsb();
}

void cpu_init(void)
{
    arch_fpu_enable(false);
}

void cpu_load_thread(const struct tcb *t)
{
    *vector_word(VECTOR_UTCB) = t->local_id;
    *vector_word(VECTOR_TLS) = t->hot.tls;
}

/* Users' memory is not cached, and the kernel writes its own through. */
void arch_sync_code(void *p, word_t bytes)
{
    (void)p;
    (void)bytes;
    dsb();
}

void cache_flush(void *p, word_t bytes)
{
    (void)p;
    (void)bytes;
    dsb();
}
