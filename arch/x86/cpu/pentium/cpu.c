/* SPDX-FileCopyrightText: 2026 The Pecan authors
 * SPDX-License-Identifier: BSD-2-Clause */
/*
 * Pentium: a time stamp counter and pages of 4 MiB, but traps alone.
 */
#include <arch/cpuid.h>
#include <arch/trap.h>
#include <enter.h>

enum { PSE = 1 << 3, TSC = 1 << 4 };

ANY_CPU bool cpu_is_supported(void)
{
    uint32_t model;

    return (~cpu_features(&model) & (PSE | TSC)) == 0;
}

void cpu_init(void)
{
    enter_init();
}
