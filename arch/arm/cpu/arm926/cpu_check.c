/* SPDX-FileCopyrightText: 2026 The Pecan authors
 * SPDX-License-Identifier: BSD-2-Clause */
/*
 * Is this an ARM926EJ-S? Runs on any ARM.
 */
#include <arch/cpu.h>
#include <arch/trap.h>

bool cpu_is_supported(void)
{
    return (read_midr() & 0xff00fff0) == 0x41009260;
}
