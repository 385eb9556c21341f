/* SPDX-FileCopyrightText: 2026 The Pecan authors
 * SPDX-License-Identifier: BSD-2-Clause */
#ifndef PECAN_ARCH_TCB_H
#define PECAN_ARCH_TCB_H
/*
 * A thread's user registers. Instruction and stack pointer are always in the
 * hot line; the others are valid while the thread is not in a plain wait.
 */

#include <arch/types.h>

struct arch_hot {
    word_t ip, sp;
    word_t cr3;    /* page directory of the thread's space                    */
    word_t flags;  /* what resuming by sysexit loads, IF clear: IOPL          */
    word_t resume; /* enum resume                                            */
    word_t from;   /* result of Ipc, if RESUME_IPC                           */
};

/* In the order that pushal leaves them. */
struct regs {
    word_t edi, esi, ebp, esp_unused, ebx, edx, ecx, eax;
};

enum resume {
    RESUME_FULL = 0, /* every register as in `regs` and `flags`: iret        */
    RESUME_IPC,      /* sysexit: ecx and edx carry sp and ip                 */
};

struct arch_tcb {
    struct regs regs;
    word_t flags;
    word_t tls_base;   /* valid if SLOW_TLS                                  */
    word_t error_code; /* of the exception being reported                    */
    word_t vector;
};

/* Reasons of this port not to take the short path (tcb.slow). */
enum {
    SLOW_TLS = 1 << 8,   /* owns its %gs                                     */
    SLOW_FLAGS = 1 << 9, /* somebody set flags that must come back by iret   */
};

#define ARCH_FPU_BYTES 512

#endif
