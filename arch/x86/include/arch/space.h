/* SPDX-FileCopyrightText: 2026 The Pecan authors
 * SPDX-License-Identifier: BSD-2-Clause */
#ifndef PECAN_ARCH_SPACE_H
#define PECAN_ARCH_SPACE_H
#include <arch/types.h>

struct arch_space {
    struct io_space *io; /* io.c; NULL: holds no port that another gave it   */
    uint32_t *directory; /* kernel address; its physical address is CR3      */
};

#endif
