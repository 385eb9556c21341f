/* SPDX-FileCopyrightText: 2026 The Pecan authors
 * SPDX-License-Identifier: BSD-2-Clause */
#ifndef PECAN_FRAME_H
#define PECAN_FRAME_H
/*
 * The port's part of a TCB where Ipc comes by a trap gate. The processor pushes
 * a user's registers to the stack that the task state segment names, and that
 * is the end of the running thread's TCB: what it leaves there need not be
 * stored any more, and who comes in learns from esp who it is. So cpu0.current
 * is not kept up to date by the short path; every other entry stores it.
 *
 * Below the frame there has to be room for what may come upon it before the
 * kernel is on its own stack (trap.S): a trap that cannot be masked, 13 words,
 * of which ten lie where the frame has registers that are dead by then, behind
 * up to three; and the four selectors more that an emulator pushes from virtual
 * 8086 mode (docs/abi-ia32.md).
 */
#define TCB_CR3    32
#define TCB_FLAGS  36
#define TCB_RESUME 40
#define TCB_FROM   44
#define TCB_OWN    48

/* In struct arch_tcb; tcb_arch is where that is in a TCB (trap.c). */
#define ARCH_FLAGS      0
#define ARCH_EDI        32
#define ARCH_ESI        36
#define ARCH_EBP        40
#define ARCH_EBX        48
#define ARCH_EDX        52
#define ARCH_ECX        56
#define ARCH_EAX        60
#define ARCH_IP         72
#define ARCH_IRET_FLAGS 80
#define ARCH_SP         84
#define ARCH_END        92
#define TCB_IP          tcb_arch + ARCH_IP
#define TCB_SP          tcb_arch + ARCH_SP
#define TCB_IRET_FLAGS  tcb_arch + ARCH_IRET_FLAGS
#define TCB_END         tcb_arch + ARCH_END
/* A field of the running thread's, while esp is where a trap without an error
 * code leaves it; gate.c sets tcb_self. */
#define MY(offset) (tcb_self + offset)(% esp)

#define TCB_SLOT_BYTES 256

/* Flags that Ipc comes back with, besides I/O privilege. */
#define FLAGS_OF_LEAVING FLAG_IF

/* Ipc's place in the order of the calls. */
#define VECTOR_IPC 0x94

#ifndef __ASSEMBLER__
struct arch_hot {
    word_t cr3;    /* page directory of the thread's space, or its segment    */
    word_t flags;  /* after an Ipc: IF, IOPL                                  */
    word_t resume; /* enum resume                                            */
    word_t from;   /* result of Ipc, if RESUME_IPC                           */
    word_t own;    /* what a partner's cr3 is compared with, if spaces may be
                      small (cpu/pentium/switch.h)                           */
};

struct arch_tcb {
    word_t flags;    /* the user's, valid like regs                           */
    word_t tls_base; /* valid if SLOW_TLS                                    */
    word_t below[6];
    /* The frame, as a trap leaves it; regs are stored by trap.S, unless the
     * trap is an Ipc. */
    struct regs regs;
    word_t vector; /* of the exception being reported                    */
    word_t error_code;
    word_t ip, cs, iret_flags, sp, ss;
};
#endif

#endif
