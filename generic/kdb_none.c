/* SPDX-FileCopyrightText: 2026 The Pecan authors
 * SPDX-License-Identifier: BSD-2-Clause */
/*
 * A release build has no debugger.
 */
#include "kdb.h"
#include "arch.h"

void kdb_enter(struct tcb *self)
{
    (void)self;
}

int kdb_getc(void)
{
    return arch_console_getc();
}

void kdb_report_halt(struct tcb *t, const char *cause, word_t address,
                     const char *why)
{
    (void)t, (void)cause, (void)address, (void)why;
}
