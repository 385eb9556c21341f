/* SPDX-FileCopyrightText: 2026 The Pecan authors
 * SPDX-License-Identifier: BSD-2-Clause */
/*
 * Long operations: long.h says what they are.
 */
#include "long.h"
#include "arch.h"
#include "sched.h"

enum { STRETCH = 1000 }; /* instructions between two stops */

bool long_begin(struct tcb *self)
{
    struct cpu *c = this_cpu();

    if (c->long_runs) {
        self->slow |= SLOW_CALL;
        return false;
    }
    c->long_runs = true;
    c->long_spent = 0;
    c->long_owner = self;
    return true;
}

void long_end(void)
{
    struct cpu *c = this_cpu();
    struct tcb *t = c->long_owner;

    c->long_runs = false;
    c->long_owner = NULL;
    if (t == NULL || !(t->slow & SLOW_CALL))
        return;
    t->slow &= ~(word_t)SLOW_CALL;
    if (!(t->slow & SLOW_HALT) || (t->slow & SLOW_WORK))
        return;
    if (t == c->current) /* it was halted meanwhile */
        sched_block_current();
    else
        sched_dequeue(t);
}

void long_point(unsigned instructions)
{
    struct cpu *c = this_cpu();

    c->long_spent += instructions;
    if (!c->long_runs || c->long_spent < STRETCH)
        return;
    c->long_spent = 0;
    if (c->long_owner)
        c->long_owner->slow |= SLOW_CALL;
    arch_long_stop();
}

void long_go_on(struct tcb *t)
{
    if (long_stopped())
        long_help();
    arch_system_call(t);
}

_Noreturn void long_help(void)
{
    arch_long_resume();
}

bool long_stopped(void)
{
    return this_cpu()->long_runs;
}

void long_disown(struct tcb *t)
{
    struct cpu *c = this_cpu();

    if (c->long_owner != t)
        return;
    c->long_owner = NULL;
    t->slow &= ~(word_t)SLOW_CALL;
}

bool long_disowned(void)
{
    return this_cpu()->long_owner == NULL;
}
