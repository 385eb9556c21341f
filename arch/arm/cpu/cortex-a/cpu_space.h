/* SPDX-FileCopyrightText: 2026 The Pecan authors
 * SPDX-License-Identifier: BSD-2-Clause */
#ifndef PECAN_CPU_SPACE_H
#define PECAN_CPU_SPACE_H
#include <arch/types.h>

struct arch_space {
    /* What the short IPC path loads, in this order: */
    word_t context;  /* CONTEXTIDR: the id                                   */
    word_t between;  /* TTBR0 meanwhile: the boot table                      */
    word_t ttbr;     /* TTBR0                                                */
    uint32_t *table; /* first level, kernel address                          */
};

#endif
