/* SPDX-FileCopyrightText: 2026 The Pecan authors
 * SPDX-License-Identifier: BSD-2-Clause */
#ifndef PECAN_ARCH_TCB_H
#define PECAN_ARCH_TCB_H
/*
 * A thread's user registers. ip, sp and tp are always right while the thread is
 * not running. The others are, unless it waits in a short-path Ipc: such a
 * thread has lost them, as its call says (docs/abi-riscv.md), and finds its own
 * older ones here instead of another's.
 */
#include <arch/types.h>

struct arch_hot {
    word_t ip, sp;
    word_t tp;    /* the C library's thread register                         */
    word_t satp;  /* of its space; the back end may keep 0 here (tlb_ready)  */
    word_t cause; /* scause of the last entry                                */
    word_t value; /* stval of it                                             */
    word_t gp;    /* the UTCB pointer of native programs                     */
    word_t t0;    /* entry needs one register before it knows anything       */
};

struct arch_tcb {
    word_t ra;
    word_t t1, t2; /* x6 on, in the order of their numbers */
    word_t s0, s1;
    word_t a[8];
    word_t s[10]; /* s2 to s11 */
    word_t t3, t4, t5, t6;
    word_t resume; /* RESUME_* (layout.h)                                    */
};

#define ARCH_FPU_BYTES 512

#endif
