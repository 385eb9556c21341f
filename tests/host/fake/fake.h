/* SPDX-FileCopyrightText: 2026 The Pecan authors
 * SPDX-License-Identifier: BSD-2-Clause */
#ifndef PECAN_TESTS_FAKE_H
#define PECAN_TESTS_FAKE_H
/*
 * The fake port's machine, as the tests see it. Every arch_ function checks
 * what the contract promises to it; a broken promise fails the running test.
 */
#include <setjmp.h>

#include "arch.h"
#include "space.h"

/* An access by the user: does the page table allow it? Notes the status. */
bool fake_access(struct space *s, vaddr_t va, word_t right);
/* The next n calls that need memory for page tables succeed, then one fails;
 * -1: none fails. */
extern int fake_tables_left;
/* Console output since the last fake_console_clear(). */
extern char fake_console[];
void fake_console_clear(void);
/* Run f(arg); result: the status that the machine ended with, -1 if f came
 * back, -2 if the kernel stopped. */
int fake_run(void (*f)(void *), void *arg);

#endif
