/* SPDX-FileCopyrightText: 2026 The Pecan authors
 * SPDX-License-Identifier: BSD-2-Clause */
#ifndef PECAN_MODEL_H
#define PECAN_MODEL_H
/*
 * What the i486 has: one size of pages, no features to turn on.
 */
#define MODEL_PAGE_KINDS 1   /* 4 KiB                                    */
#define MODEL_PTE_GLOBAL 0   /* a load of CR3 empties the TLB            */
#define MODEL_ATTRIBUTES 4   /* rows of paging.c's table: without a PAT  */
#define ARCH_FPU_BYTES   128 /* fnsave takes 108                         */

#define SEL_KERNEL_DS SEL_USER_DATA /* for the kernel's C: users' flat one */
#define MODEL_SMALL   0             /* small spaces                        */
#define MODEL_FEATURE_STRINGS

#ifdef __ASSEMBLER__
/* clang-format off */
        .macro  MODEL_FEATURES          /* there is no CR4                   */
        .endm
        .macro  LEAVE_SEGMENTS reg      /* the kernel's are the user's       */
        .endm
/* clang-format on */
#endif

#endif
