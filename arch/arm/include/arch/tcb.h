/* SPDX-FileCopyrightText: 2026 The Pecan authors
 * SPDX-License-Identifier: BSD-2-Clause */
#ifndef PECAN_ARCH_TCB_H
#define PECAN_ARCH_TCB_H
/*
 * A thread's user registers. Those of the hot line are always valid, r0 to r9
 * while the thread is not in a plain wait.
 */
#include <arch/types.h>

struct arch_hot {
    word_t r10[3]; /* r10 to r12; one stm stores them with the banked ones   */
    word_t sp, lr;
    word_t ip, psr; /* in the order of srs and rfe                           */
    word_t tls;     /* TPIDRURO                                              */
};

struct arch_tcb {
    word_t r[10];
    word_t exception; /* EXCEPTION_*, of the exception being reported        */
    word_t code;      /* fault status register                               */
    word_t address;   /* valid if has_address                                */
    uint8_t has_address;
} __attribute__((aligned(64))); /* a line of its own; TCB_REGS depends on it */

#define ARCH_FPU_BYTES 512

#endif
