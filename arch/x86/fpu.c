/* SPDX-FileCopyrightText: 2026 The Pecan authors
 * SPDX-License-Identifier: BSD-2-Clause */
/*
 * The unit is off while CR0.TS is set; its instructions then raise exception 7
 * (generic/fpu.h). What it holds: fpu_fxsave.c or fpu_x87.c.
 */
#include "arch.h"

enum { CR0_TS = 1 << 3 };

void arch_fpu_enable(bool on)
{
    word_t cr0;

    if (on) {
        __asm__ volatile("clts");
        return;
    }
    __asm__ volatile("mov %%cr0, %0" : "=r"(cr0));
    __asm__ volatile("mov %0, %%cr0" : : "r"(cr0 | CR0_TS));
}
