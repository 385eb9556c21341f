/* SPDX-FileCopyrightText: 2026 The Pecan authors
 * SPDX-License-Identifier: BSD-2-Clause */
#ifndef PECAN_CPU_SPACE_H
#define PECAN_CPU_SPACE_H
#include <arch/types.h>
#include <stdbool.h>

struct arch_space {
    /* What the short IPC path loads, in this order: */
    word_t window;    /* FCSE: the slot's address; 0: none                    */
    word_t domains;   /* DACR; DOMAINS_NONE: the MMU has nothing of the space */
    uint32_t *table;  /* first level, kernel address                          */
    uint32_t present; /* which of the first 32 entries are not 0             */
    bool large;       /* it had something behind a slot's end                 */
};

#endif
