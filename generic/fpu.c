/* SPDX-FileCopyrightText: 2026 The Pecan authors
 * SPDX-License-Identifier: BSD-2-Clause */
/*
 * Whose registers are in the floating-point unit, and is it on (fpu.h).
 */
#include "fpu.h"
#include "arch.h"
#include "kmem.h"

enum error fpu_use(struct tcb *t)
{
    struct cpu *c = this_cpu();

    if (t->fpu == NULL) {
        t->fpu = kmem_alloc(t->space, ARCH_FPU_BYTES);
        if (t->fpu == NULL)
            return ERR_NOMEM;
        arch_fpu_init(t->fpu);
    }
    arch_fpu_enable(true);
    if (c->fpu_owner != t) {
        if (c->fpu_owner)
            arch_fpu_save(c->fpu_owner->fpu);
        arch_fpu_load(t->fpu);
        c->fpu_owner = t;
    }
    c->fpu_on = t;
    t->slow |= SLOW_FPU;
    return OK;
}

void fpu_leave(struct cpu *c)
{
    c->fpu_on->slow &= ~(word_t)SLOW_FPU;
    c->fpu_on = NULL;
    arch_fpu_enable(false);
}

void fpu_forget(struct tcb *t)
{
    struct cpu *c = this_cpu();

    if (t->fpu == NULL)
        return;
    if (c->fpu_on == t)
        fpu_leave(c);
    if (c->fpu_owner == t)
        c->fpu_owner = NULL;
    kmem_free(t->space, t->fpu, ARCH_FPU_BYTES);
    t->fpu = NULL;
}
