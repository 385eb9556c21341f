/* SPDX-FileCopyrightText: 2026 The Pecan authors
 * SPDX-License-Identifier: BSD-2-Clause */
#ifndef PECAN_ARCH_TCB_H
#define PECAN_ARCH_TCB_H
#include <arch/types.h>

struct arch_hot {
    word_t ip;
};
struct arch_tcb {
    word_t sp, flags;
};

#endif
