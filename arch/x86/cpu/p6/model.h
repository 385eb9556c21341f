/* SPDX-FileCopyrightText: 2026 The Pecan authors
 * SPDX-License-Identifier: BSD-2-Clause */
#ifndef PECAN_MODEL_H
#define PECAN_MODEL_H
/*
 * What Pentium III and its successors have.
 */
#define MODEL_PAGE_KINDS 2     /* 4 KiB, 4 MiB                             */
#define MODEL_PTE_GLOBAL 0x100 /* kernel pages survive a load of CR3       */
#define MODEL_ATTRIBUTES 6     /* rows of paging.c's table: all, by the PAT */
#define ARCH_FPU_BYTES   512   /* fxsave                                   */

#define SEL_KERNEL_DS SEL_USER_DATA /* for the kernel's C: users' flat one */
#define MODEL_SMALL   0             /* small spaces                        */
#define MODEL_FEATURE_STRINGS

#ifdef __ASSEMBLER__
/* clang-format off */
        .macro  MODEL_FEATURES          /* may destroy eax                   */
        mov     $0x90, %eax             /* pages of 4 MiB, global pages      */
        mov     %eax, %cr4
        .endm
        .macro  LEAVE_SEGMENTS reg      /* the kernel's are the user's       */
        .endm
/* clang-format on */
#endif

#endif
