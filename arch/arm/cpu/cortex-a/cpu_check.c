/* SPDX-FileCopyrightText: 2026 The Pecan authors
 * SPDX-License-Identifier: BSD-2-Clause */
/*
 * Is this an ARMv7-A as the back end needs it? Runs on any ARM: sources.cmake.
 */
#include <arch/cpu.h>
#include <arch/trap.h>

static unsigned field(word_t w, unsigned shift)
{
    return w >> shift & 0xf;
}

static bool has_fpu(void)
{
    write_cpacr(CPACR_FPU);
    return (read_cpacr() & (CPACR_FPU | CPACR_FPU_LACKS)) == CPACR_FPU;
}

/* Wanted: the identification scheme of ARMv7, its MMU with access flags, page
 * walks through the caches, the generic timer, VFP and NEON. */
bool cpu_is_supported(void)
{
    return field(read_midr(), 16) == 0xf && field(read_id_mmfr0(), 0) >= 3 &&
           field(read_id_mmfr3(), 20) == 1 && field(read_id_pfr1(), 16) != 0 &&
           has_fpu();
}
