/* SPDX-FileCopyrightText: 2026 The Pecan authors
 * SPDX-License-Identifier: BSD-2-Clause */
/*
 * The entry of a kernel without the short path: all goes the portable way.
 */
#include <arch/layout.h>
#include "entry.h"

        .text
        .balign 4
        .globl  trap_entry, trap_entry_slow
trap_entry:
trap_entry_slow:
        csrrw   tp, sscratch, tp
        sd      t0, HOT_T0(tp)
        TRAP_NOT_SHORT
