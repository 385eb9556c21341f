/* SPDX-FileCopyrightText: 2026 The Pecan authors
 * SPDX-License-Identifier: BSD-2-Clause */
#ifndef PECAN_LONG_H
#define PECAN_LONG_H
/*
 * Long operations: whatever may take longer than an interrupt should wait.
 * Flushing, mapping and dividing many pages, ending threads and spaces.
 *
 * Such an operation begins like any other, on the stack of the kernel. When it
 * has gone on for some steps, that stack is put aside with all that is on it,
 * and the kernel goes on with its second stack: interrupts are taken, and
 * whoever is the most urgent runs. The thread in whose name the operation is
 * made stays ready; when it is chosen to run, its operation goes on.
 *
 * At most one operation is stopped. While one is, nobody begins another, but
 * first carries that one on in his own time: so nobody sees a mapping tree half
 * done, and none waits for a less urgent thread to run.
 */
#include "types.h"

struct tcb;

enum long_op { LONG_NONE, LONG_RUNS, LONG_STOPPED };

/* self, running, begins an operation that may be long. False: another one is
 * stopped. self has SLOW_CALL now; it goes on when it is chosen to run. */
bool long_begin(struct tcb *self) MUST_USE;
/* It is over. */
void long_end(void);
/* Between two steps, of which the last took about so many instructions: */
enum {
    STEP_LOOKS = 300,  /* 16 looks at something                             */
    STEP_NODE = 400,   /* a mapping node made, moved or removed             */
    STEP_THREAD = 600, /* a thread told, or a page of its space freed       */
    STEP_PAGE = 1200,  /* a page mapped, with all that belongs to it        */
};
/* All that others may look at is consistent here. No-op if no operation has
 * begun. */
void long_point(unsigned instructions);
/* The same after every 16th look. */
static inline void long_look(unsigned i)
{
    if (i % 16 == 0)
        long_point(STEP_LOOKS);
}
/* t, with SLOW_CALL, is chosen to run. */
void long_go_on(struct tcb *t);
/* Has one begun that has not ended? */
bool long_busy(void);
/* It is stopped: carry it on. What called this is forgotten. */
_Noreturn void long_help(void);
/* The operation made in t's name, if any, is nobody's from now on: it goes on,
 * but what comes after it does not happen. */
void long_disown(struct tcb *t);
bool long_disowned(void);

#endif
