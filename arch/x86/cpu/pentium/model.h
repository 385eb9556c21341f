/* SPDX-FileCopyrightText: 2026 The Pecan authors
 * SPDX-License-Identifier: BSD-2-Clause */
#ifndef PECAN_MODEL_H
#define PECAN_MODEL_H
/*
 * What the Pentium has.
 */
#define MODEL_PAGE_KINDS 2   /* 4 KiB, 4 MiB                             */
#define MODEL_PTE_GLOBAL 0   /* a load of CR3 empties the TLBs           */
#define MODEL_ATTRIBUTES 4   /* rows of paging.c's table: without a PAT  */
#define ARCH_FPU_BYTES   128 /* fnsave takes 108                         */

#define SEL_KERNEL_DS         SEL_KERNEL_DATA /* for the kernel's C: users' end */
#define MODEL_SMALL           1 /* small spaces                   */
#define MODEL_FEATURE_STRINGS "smallspaces\0"

#ifdef __ASSEMBLER__
/* clang-format off */
        .macro  MODEL_FEATURES          /* may destroy eax                   */
        mov     $0x10, %eax             /* pages of 4 MiB                    */
        mov     %eax, %cr4
        .endm
        .macro  LEAVE_SEGMENTS reg      /* from here on ds is the user's     */
        mov     $SEL_USER_DATA, \reg
        mov     \reg, %ds
        mov     \reg, %es
        .endm
/* clang-format on */
#endif

#endif
