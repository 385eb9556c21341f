/* SPDX-FileCopyrightText: 2026 The Pecan authors
 * SPDX-License-Identifier: BSD-2-Clause */
/*
 * i486: traps alone.
 */
#include <arch/cpuid.h>
#include <arch/trap.h>
#include <enter.h>

/* Its predecessor has no alignment check, and no invlpg either. */
bool cpu_is_supported(void)
{
    return flag_changes(FLAG_AC);
}

void cpu_init(void)
{
    enter_init();
}
