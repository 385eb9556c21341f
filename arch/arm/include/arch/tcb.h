/* SPDX-FileCopyrightText: 2026 The Pecan authors
 * SPDX-License-Identifier: BSD-2-Clause */
#ifndef PECAN_ARCH_TCB_H
#define PECAN_ARCH_TCB_H
/*
 * A thread's user registers. What the processor banks is always in the hot
 * line; r0 to r12 are valid while the thread is not in a plain wait.
 */
#include <arch/types.h>

struct arch_hot {
    word_t sp, lr;
    word_t ip, psr; /* in the order of srs and rfe                           */
    word_t tls;     /* TPIDRURO                                              */
};

struct arch_tcb {
    word_t r[13];
    word_t exception; /* EXCEPTION_*, of the exception being reported        */
    word_t code;      /* fault status register, or the call's number         */
    word_t address;   /* valid if has_address                                */
    uint8_t has_address;
};

#endif
