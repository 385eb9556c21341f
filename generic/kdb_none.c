/* SPDX-FileCopyrightText: 2026 The Pecan authors
 * SPDX-License-Identifier: BSD-2-Clause */
/*
 * A release build has no debugger.
 */
#include "kdb.h"

void kdb_enter(struct tcb *self)
{
    (void)self;
}

word_t kdb_key(struct tcb *self, int key)
{
    (void)self;
    return (word_t)key;
}

void kdb_report_halt(struct tcb *t, const char *cause, word_t address,
                     const char *why)
{
    (void)t, (void)cause, (void)address, (void)why;
}
