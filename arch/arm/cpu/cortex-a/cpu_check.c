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

/* The table walker looks into the caches: it says so, or it is made for more
 * than one processor, which includes that (early A9). */
static bool walks_caches(void)
{
    return field(read_id_mmfr3(), 20) == 1 || read_mpidr() >> 31;
}

/* Wanted: the identification scheme of ARMv7, its MMU with access flags, page
 * walks through the caches, VFP and NEON. The timer's driver asks for its own.
 */
bool cpu_is_supported(void)
{
    return field(read_midr(), 16) == 0xf && field(read_id_mmfr0(), 0) >= 3 &&
           walks_caches() && has_fpu();
}
