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

    if (c->long_op != LONG_NONE) {
        self->slow |= SLOW_CALL;
        return false;
    }
    c->long_op = LONG_RUNS;
    c->long_spent = 0;
    c->long_owner = self;
    return true;
}

void long_end(void)
{
    struct cpu *c = this_cpu();
    struct tcb *t = c->long_owner;

    c->long_op = LONG_NONE;
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

    if (c->long_op != LONG_RUNS) /* what runs is something else */
        return;
    c->long_spent += instructions;
    if (c->long_spent < STRETCH)
        return;
    c->long_spent = 0;
    if (c->long_owner)
        c->long_owner->slow |= SLOW_CALL;
    c->long_op = LONG_STOPPED;
    arch_long_stop();
    c->long_op = LONG_RUNS;
}

void long_go_on(struct tcb *t)
{
    if (long_busy())
        long_help();
    arch_system_call(t);
}

_Noreturn void long_help(void)
{
    arch_long_resume();
}

bool long_busy(void)
{
    return this_cpu()->long_op != LONG_NONE;
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
