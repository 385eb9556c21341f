/* SPDX-FileCopyrightText: 2026 The Pecan authors
 * SPDX-License-Identifier: BSD-2-Clause */
/*
 * Floating-point and vector registers (generic/fpu.h): not used yet, the unit
 * stays off and its instructions are exceptions.
 */
#include "arch.h"

void arch_fpu_enable(bool on)
{
    (void)on;
}

void arch_fpu_init(void *area)
{
    (void)area;
}

void arch_fpu_save(void *area)
{
    (void)area;
}

void arch_fpu_load(const void *area)
{
    (void)area;
}
