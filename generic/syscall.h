/* SPDX-FileCopyrightText: 2026 The Pecan authors
 * SPDX-License-Identifier: BSD-2-Clause */
#ifndef PECAN_SYSCALL_H
#define PECAN_SYSCALL_H
/* What the control calls share: 1 or 0, and ErrorCode (x2.md 2.1). */
#include "tcb.h"
#include "utcb.h"

static inline word_t syscall_result(struct tcb *self, enum error e)
{
    if (e != OK)
        self->utcb[UTCB_ERROR] = e;
    return e == OK;
}

#endif
