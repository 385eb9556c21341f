/* SPDX-FileCopyrightText: 2026 The Pecan authors
 * SPDX-License-Identifier: BSD-2-Clause */
/*
 * The x87's registers alone (generic/fpu.h), in fnsave's format.
 */
#include <arch/trap.h>

#include "arch.h"

/* What is not zero in a new thread's registers: all exceptions masked, and all
 * registers empty. */
enum { AREA_CONTROL = 0, AREA_TAGS = 8 };
enum { CONTROL_DEFAULT = 0x37f, TAGS_EMPTY = 0xffff };

void fpu_init(void)
{
}

void arch_fpu_init(void *area)
{
    *(uint16_t *)((char *)area + AREA_CONTROL) = CONTROL_DEFAULT;
    *(uint16_t *)((char *)area + AREA_TAGS) = TAGS_EMPTY;
}

/* Whatever exception is pending goes along with the registers. */
void arch_fpu_save(void *area)
{
    __asm__ volatile("fnsave (%0)" : : "r"(area) : "memory");
}

/* fnclex: one that is pending for who died would be raised here. */
void arch_fpu_load(const void *area)
{
    __asm__ volatile("fnclex\n\tfrstor (%0)" : : "r"(area) : "memory");
}
