/* SPDX-FileCopyrightText: 2026 The Pecan authors
 * SPDX-License-Identifier: BSD-2-Clause */
#ifndef PECAN_ARCH_LAYOUT_H
#define PECAN_ARCH_LAYOUT_H
/*
 * What C and assembly both know: addresses, TCB offsets, call numbers. Only
 * plain numbers here; tcb.h and thread.c assert the offsets.
 */

/* ---- kernel addresses, docs/layout-riscv.md ---- */
#define LAYOUT_DIRECT_MAP       0xFFFFFFC000000000
#define LAYOUT_DIRECT_MAP_BYTES 0x2000000000
#define LAYOUT_TCBS             0xFFFFFFFFC0000000
#define LAYOUT_TCBS_LUI         0xC0000 /* lui sign-extends: the top 2 GiB */
#define LAYOUT_TCB_TABLES       64      /* of 2 MiB each: 2^18 * 512 bytes */
#define KERNEL_STACK_BYTES      8192

/* ---- struct tcb ---- */
#define TCB_ID       0
#define TCB_ACCEPT   8
#define TCB_SLOW     16
#define TCB_PRIO     24
#define TCB_SPACE    32
#define TCB_UTCB     40
#define TCB_LOCAL_ID 48
#define TCB_SENDERS  56
#define HOT_IP       64
#define HOT_SP       72
#define HOT_TP       80
#define HOT_SATP     88
#define HOT_CAUSE    96
#define HOT_VALUE    104
#define HOT_GP       112
#define HOT_T0       120
#define LINK_NEXT    176 /* of tcb.link */
#define LINK_PREV    184
#define TCB_REGS     288 /* struct arch_tcb */
#define REG_RA       (TCB_REGS + 0)
#define REG_T1       (TCB_REGS + 8)
#define REG_T2       (TCB_REGS + 16)
#define REG_S0       (TCB_REGS + 24)
#define REG_S1       (TCB_REGS + 32)
#define REG_A0       (TCB_REGS + 40)
#define REG_A1       (TCB_REGS + 48)
#define REG_A2       (TCB_REGS + 56)
#define REG_A3       (TCB_REGS + 64)
#define REG_A4       (TCB_REGS + 72)
#define REG_A5       (TCB_REGS + 80)
#define REG_A6       (TCB_REGS + 88)
#define REG_A7       (TCB_REGS + 96)
#define REG_S2       (TCB_REGS + 104)
#define REG_S3       (TCB_REGS + 112)
#define REG_S4       (TCB_REGS + 120)
#define REG_S5       (TCB_REGS + 128)
#define REG_S6       (TCB_REGS + 136)
#define REG_S7       (TCB_REGS + 144)
#define REG_S8       (TCB_REGS + 152)
#define REG_S9       (TCB_REGS + 160)
#define REG_S10      (TCB_REGS + 168)
#define REG_S11      (TCB_REGS + 176)
#define REG_T3       (TCB_REGS + 184)
#define REG_T4       (TCB_REGS + 192)
#define REG_T5       (TCB_REGS + 200)
#define REG_T6       (TCB_REGS + 208)
#define REG_RESUME   (TCB_REGS + 216)

/* ---- arch_tcb.resume ---- */
#define RESUME_FULL 0 /* every register as it is there                    */
#define RESUME_IPC  1 /* but message registers from the UTCB, gp from the id */

/* ---- struct cpu ---- */
#define CPU_TOP_PRIO  8
#define CPU_READY_MAP 120
#define CPU_READY     152

/* ---- message registers in processor registers: MR0 in a3, MR1.. in s2.. ----
 */
#define IPC_REGISTERS 8 /* MR1 to MR8 */

#define UTCB_MY_ID_OFFSET (-15 * 8) /* from MR0: MyGlobalId */

/* ---- calls: a7 = SYSCALL_FIRST - index, index as in the KIP ---- */
#define SYSCALL_KERNEL_INTERFACE (-1)
#define SYSCALL_FIRST            (-2)
#define SYSCALL_IPC              (SYSCALL_FIRST - 4)
#define SYSCALL_LIPC             (SYSCALL_FIRST - 5)
#define SYSCALL_COUNT            15 /* SpaceControl to Schedule, ArchSyscall0 to 3 */
#define SYSCALL_KDB              (-32)

/* ---- sstatus ---- */
#define SSTATUS_SPP (1 << 8)  /* the trap was the kernel's                 */
#define SSTATUS_VS  (3 << 9)  /* the vector unit; 0: off                   */
#define SSTATUS_FS  (3 << 13) /* the floating-point unit; 0: off           */
#define SSTATUS_SUM (1 << 18) /* the kernel may access user pages          */
#define SSTATUS_MXR (1 << 19) /* and read those that are only executable   */

/* ---- scause ---- */
#define CAUSE_ILLEGAL     2
#define CAUSE_BREAKPOINT  3
#define CAUSE_USER_CALL   8
#define CAUSE_FETCH_FAULT 12
#define CAUSE_LOAD_FAULT  13
#define CAUSE_STORE_FAULT 15
#define CAUSE_TIMER       5 /* with the sign bit */
#define CAUSE_EXTERNAL    9 /* with the sign bit */

#endif
