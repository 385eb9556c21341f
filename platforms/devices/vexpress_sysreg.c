/* SPDX-FileCopyrightText: 2026 The Pecan authors
 * SPDX-License-Identifier: BSD-2-Clause */
/*
 * Versatile Express system registers: the power switch.
 */
#include <arch/board.h>

enum { SYS_CFGDATA = 0xa0, SYS_CFGCTRL = 0xa4 };
#define CFG_WRITE 0xc0000000 /* start, write */
enum { CFG_SHUTDOWN = 8 << 20 };

void vexpress_off(void *system_registers)
{
    volatile uint8_t *base = system_registers;

    *(volatile uint32_t *)(base + SYS_CFGDATA) = 0;
    *(volatile uint32_t *)(base + SYS_CFGCTRL) = CFG_WRITE | CFG_SHUTDOWN;
}
