/* SPDX-FileCopyrightText: 2026 The Pecan authors
 * SPDX-License-Identifier: BSD-2-Clause */
#ifndef PECAN_ARCH_SMALL_H
#define PECAN_ARCH_SMALL_H
/*
 * Small spaces (cpu/pentium/small.c), for the rest of the port. A CPU model
 * without them has MODEL_SMALL 0, and calls none of this.
 */
#include <arch/trap.h>

/* The windows' page tables go to the directory of boot. */
void small_boot(uint32_t *directory);
/* The user's exception was for the window alone, or for the segment's end. */
bool small_trap(struct tcb *t, word_t vector, word_t error);
/* The kernel's page fault was for a window, which has the page now. */
bool small_window(vaddr_t linear);
/* t, which is small, is the next to run: its segments, and no ports. Any page
 * directory does. */
void small_segments(const struct tcb *t);
/* One that is large follows it. */
void small_segments_end(void);
/* t's space or its thread register is new. */
void small_thread(struct tcb *t);
/* What is mapped at va changed: the window forgets it. */
void small_forget(struct space *s, vaddr_t va);
/* s is large from now on. May be long (long.h). */
void small_leave(struct space *s);
/* Is what t has in hot.cr3 right? (check.c) */
bool small_word_ok(const struct tcb *t);

#endif
