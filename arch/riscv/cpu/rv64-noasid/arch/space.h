/* SPDX-FileCopyrightText: 2026 The Pecan authors
 * SPDX-License-Identifier: BSD-2-Clause */
#ifndef PECAN_ARCH_SPACE_H
#define PECAN_ARCH_SPACE_H
#include <arch/types.h>

struct arch_space {
    word_t *root; /* kernel address of the root page table                   */
    word_t satp;  /* which never changes                                     */
};

#endif
