/* SPDX-FileCopyrightText: 2026 The Pecan authors
 * SPDX-License-Identifier: BSD-2-Clause */
#ifndef PECAN_ARCH_TCB_H
#define PECAN_ARCH_TCB_H
/*
 * A thread's user registers. Where they lie is for the way in to decide: the
 * CPU model's frame.h has struct arch_hot and struct arch_tcb.
 */

#include <arch/types.h>

/* In the order that pushal leaves them. */
struct regs {
    word_t edi, esi, ebp, esp_unused, ebx, edx, ecx, eax;
};

enum resume {
    RESUME_FULL = 0, /* every register as in `regs` and `flags`: iret        */
    RESUME_IPC,      /* as Ipc comes back: message registers and the sender  */
};

#include <frame.h>

/* Reasons of this port not to take the short path (tcb.slow). */
enum {
    SLOW_TLS = 1 << 16,   /* owns its %gs                                    */
    SLOW_FLAGS = 1 << 17, /* somebody set flags that must come back by iret  */
};

#endif
