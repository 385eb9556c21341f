/* SPDX-FileCopyrightText: 2026 The Pecan authors
 * SPDX-License-Identifier: BSD-2-Clause */
#ifndef PECAN_ARCH_LAYOUT_H
#define PECAN_ARCH_LAYOUT_H
/*
 * What C and assembly both know: addresses, selectors, vectors, bits.
 * Only plain numbers here; the structures beside them assert their offsets.
 */

/* ---- kernel addresses, docs/layout-x86.md ---- */
#define LAYOUT_DIRECT_MAP       0xC0000000
#define LAYOUT_DIRECT_MAP_BYTES 0x20000000
#define LAYOUT_TCBS             0xE0000000
#define LAYOUT_TCB_TABLES \
    16 /* page tables of the TCB array: 2^18 * 256 bytes */
#define LAYOUT_USER_WORD   0xE4000000 /* own local id, readable by users */
#define LAYOUT_TSS         0xE4400000 /* behind it the space's I/O permissions */
#define LAYOUT_SMALL       0xF0000000 /* windows of small spaces */
#define SMALL_BITS         22
#define SMALL_SLOTS        32
#define TSS_ESP0           4
#define TSS_IO_MAP         0x66
#define KERNEL_STACK_BYTES 8192

/* ---- selectors; sysenter and sysexit fix the order of the first four ---- */
#define SEL_KERNEL_CODE 0x08
#define SEL_KERNEL_DATA 0x10
#define SEL_USER_CODE   0x1B
#define SEL_USER_DATA   0x23
#define SEL_UTCB        0x2B /* 4 bytes at LAYOUT_USER_WORD */
#define SEL_TLS         0x33 /* the C library's; absent while its thread is not on */
#define SEL_TSS         0x38
#define GDT_ENTRIES     8
#define GDT_USER_CODE   (SEL_USER_CODE & ~3)
#define GDT_USER_DATA   (SEL_USER_DATA & ~3)

/* ---- halves of the users' descriptors that small spaces change ---- */
#define SEGMENT_LARGE_LOW  0x0000FFFF /* limit: the user area */
#define SEGMENT_LARGE_DATA 0x00CBF300
#define SEGMENT_SMALL_LOW  0x000003FF /* 4 MiB */
#define SEGMENT_SMALL_DATA 0x00C0F300 /* and the base */
#define SEGMENT_CODE       0x800
#define TSS_PORTS          0x1000 /* behind the segment's page: the permissions */
#define TSS_NO_PORTS       0xFFFF /* beyond its limit: none */

/* ---- vectors ---- */
#define VECTOR_DEBUG          1
#define VECTOR_NMI            2
#define VECTOR_INVALID_OPCODE 6
#define VECTOR_NO_FPU         7
#define VECTOR_STACK          12
#define VECTOR_PROTECTION     13
#define VECTOR_PAGE_FAULT     14
#define VECTOR_IRQ            0x20 /* 16 of them */
#define VECTOR_FOREIGN        0x80 /* other systems' call: exception IPC */
#define VECTOR_SYSCALL        0x90 /* + index of the call, as in the KIP */
#define VECTOR_KDB            0x9F
#define SYSCALL_ARCH0         11 /* index of ArchSyscall0 */
#define SYSCALL_VECTORS       14
#define SYSCALL_OUTGROW       14 /* no call: a small space turns large */

/* ---- flags ---- */
#define FLAG_ONE  0x2 /* always set */
#define FLAG_TF   0x100
#define FLAG_IF   0x200
#define FLAG_IOPL 0x3000
#define FLAG_VM   0x20000
/* What users may change: arithmetic, trap, direction, alignment, id. */
#define FLAGS_USER 0x240DD5

#endif
