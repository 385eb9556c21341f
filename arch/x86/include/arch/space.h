/* SPDX-FileCopyrightText: 2026 The Pecan authors
 * SPDX-License-Identifier: BSD-2-Clause */
#ifndef PECAN_ARCH_SPACE_H
#define PECAN_ARCH_SPACE_H
#include <arch/types.h>

struct arch_space {
    struct io_table *io; /* io.c; NULL: never got a port                  */
    uint32_t *io_map; /* page table of the I/O permissions, or NULL          */
    uint32_t *directory; /* kernel address; its physical address is CR3      */
    unsigned small; /* number of its slot, from 1 on (small.h); 0: large     */
};

#endif
