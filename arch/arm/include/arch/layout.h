/* SPDX-FileCopyrightText: 2026 The Pecan authors
 * SPDX-License-Identifier: BSD-2-Clause */
#ifndef PECAN_ARCH_LAYOUT_H
#define PECAN_ARCH_LAYOUT_H
/*
 * What C and assembly both know: addresses, offsets, numbers. Plain numbers
 * only; trap.c asserts the offsets.
 */
#include <cpu_layout.h> /* of each back end */

/* ---- kernel addresses, docs/layout-arm.md ---- */
#define LAYOUT_DIRECT_MAP  0xC0000000
#define LAYOUT_TCBS        0xE0000000
#define LAYOUT_TCB_TABLES  64 /* sections of the TCB array: 2^18 * 256 bytes */
#define KERNEL_STACK_BYTES 8192
#define FAULT_STACK_BYTES  2048

/* ---- struct tcb; hot part, then struct arch_tcb ---- */
#define TCB_ID       0
#define TCB_ACCEPT   4
#define TCB_SLOW     8
#define TCB_PRIO     12
#define TCB_SPACE    16
#define TCB_UTCB     20
#define TCB_LOCAL_ID 24
#define TCB_SENDERS  28
#define TCB_R10      32
#define TCB_SP       44
#define TCB_LR       48
#define TCB_IP       52 /* while a thread runs, sp_svc points here */
#define TCB_PSR      56
#define TCB_TLS      60
#define TCB_NEXT     96
#define TCB_PREV     100
#define TCB_REGS     192
/* ---- struct cpu ---- */
#define CPU_CURRENT   0
#define CPU_TOP_PRIO  4
#define CPU_READY_MAP 80
#define CPU_READY     112

/* ---- system calls: r7 at the svc; anything else is a foreign call ---- */
#define SYS_KERNEL_INTERFACE    -1
#define SYS_IPC                 -2
#define SYS_SPACE_CONTROL       -3
#define SYS_THREAD_CONTROL      -4
#define SYS_PROCESSOR_CONTROL   -5
#define SYS_MEMORY_CONTROL      -6
#define SYS_UNMAP               -7
#define SYS_EXCHANGE_REGISTERS  -8
#define SYS_CLOCK               -9
#define SYS_THREAD_SWITCH       -10
#define SYS_SCHEDULE            -11
#define SYS_THREAD_REGISTER     -12
#define SYS_KERNEL_MEMORY       -13
#define SYS_MACHINE_END         -14
#define SYS_KDB                 -15
#define SYS_EXCEPTION_REGISTERS -16

/* ---- exception numbers in exception IPC ---- */
#define EXCEPTION_UNDEFINED 1
#define EXCEPTION_FOREIGN   2
#define EXCEPTION_PREFETCH  3
#define EXCEPTION_DATA      4
#define EXCEPTION_IRQ       6

/* ---- program status ---- */
#define PSR_MODE       0x1F
#define PSR_MODE_USER  0x10
#define PSR_MODE_SVC   0x13
#define PSR_THUMB      0x20
#define PSR_FIQ_OFF    0x40
#define PSR_IRQ_OFF    0x80
#define PSR_IT         0x0600FC00
#define PSR_JAZELLE    0x01000000 /* with T: ThumbEE */
#define PSR_USER_FLAGS 0xF80F0000 /* conditions, Q, GE */
#define PSR_USER       (PSR_MODE_USER | PSR_FIQ_OFF)

#define TAG_WORDS 0x3F

#endif
