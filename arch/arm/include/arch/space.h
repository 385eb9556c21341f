/* SPDX-FileCopyrightText: 2026 The Pecan authors
 * SPDX-License-Identifier: BSD-2-Clause */
#ifndef PECAN_ARCH_SPACE_H
#define PECAN_ARCH_SPACE_H
#include <arch/types.h>

struct arch_space {
    word_t context;  /* CONTEXTIDR, the address space id; and                */
    word_t ttbr;     /* TTBR0: what the short IPC path loads                 */
    uint32_t *table; /* first level, kernel address                          */
};

#endif
