/* SPDX-FileCopyrightText: 2026 The Pecan authors
 * SPDX-License-Identifier: BSD-2-Clause */
#ifndef PECAN_ARCH_TCB_H
#define PECAN_ARCH_TCB_H
/*
 * A thread's user registers. Instruction and stack pointer are always in the
 * hot line; the others are valid while the thread is not in a plain wait.
 */

/* Offsets from the TCB, words n * 4 (generic part: tcb.h). */
#define HOT_IP    (8 * 4)
#define HOT_SP    (9 * 4)
#define HOT_CR3   (10 * 4)
#define HOT_FLAGS (11 * 4)

#ifndef __ASSEMBLER__
#include <arch/types.h>

struct arch_hot {
    word_t ip, sp;
    word_t cr3;   /* page directory of the thread's space                    */
    word_t flags; /* what resuming by sysexit loads, IF clear: IOPL          */
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
    uint8_t vector;
    uint8_t resume; /* enum resume                                           */
};

/* Reasons of this port not to take the short path (tcb.slow). */
enum {
    SLOW_TLS = 1 << 8,   /* owns its %gs                                     */
    SLOW_FLAGS = 1 << 9, /* somebody set flags that must come back by iret   */
};
#endif
#endif
