/* SPDX-FileCopyrightText: 2026 The Pecan authors
 * SPDX-License-Identifier: BSD-2-Clause */
/*
 * ARM Power State Coordination Interface, served by the hypervisor's level.
 */
#include <arch/board.h>

#define SYSTEM_OFF 0x84000008

void psci_off(void *unused)
{
    register word_t r0 __asm__("r0") = SYSTEM_OFF;

    (void)unused;
    __asm__ volatile(".arch_extension virt\n\thvc #0"
                     : "+r"(r0)
                     :
                     : "r1", "r2", "r3", "memory");
}
