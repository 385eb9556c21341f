/* SPDX-FileCopyrightText: 2026 The Pecan authors
 * SPDX-License-Identifier: BSD-2-Clause */
#ifndef PECAN_FRAME_H
#define PECAN_FRAME_H
/*
 * The port's part of a TCB where Ipc comes by sysenter: instruction and stack
 * pointer are always in the hot line; the other registers, which traps leave on
 * the kernel stack, are valid while the thread is not in a plain wait.
 */
#define TCB_IP     32
#define TCB_SP     36
#define TCB_CR3    40
#define TCB_FLAGS  44
#define TCB_RESUME 48
#define TCB_FROM   52

#define ARCH_EDI   0
#define ARCH_ESI   4
#define ARCH_EBP   8
#define ARCH_EBX   16
#define ARCH_EDX   20
#define ARCH_ECX   24
#define ARCH_EAX   28
#define ARCH_FLAGS 32

/* Flags that the way back from Ipc sets by itself: sti before sysexit. */
#define FLAGS_OF_LEAVING 0

#ifndef __ASSEMBLER__
struct arch_hot {
    word_t ip, sp;
    word_t cr3;    /* page directory of the thread's space                    */
    word_t flags;  /* what resuming by sysexit loads, IF clear: IOPL          */
    word_t resume; /* enum resume                                            */
    word_t from;   /* result of Ipc, if RESUME_IPC                           */
};

struct arch_tcb {
    struct regs regs;
    word_t flags;
    word_t tls_base;   /* valid if SLOW_TLS                                  */
    word_t error_code; /* of the exception being reported                    */
    word_t vector;
};
#endif

#endif
