/* SPDX-FileCopyrightText: 2026 The Pecan authors
 * SPDX-License-Identifier: BSD-2-Clause */
/*
 * Versatile system registers: they can reset the board, not switch it off.
 */
#include <arch/board.h>

enum { SYS_LOCK = 0x20, SYS_RESETCTL = 0x40 };
enum { UNLOCK = 0xa05f, RESET = 0x105 };

void versatile_off(void *system_registers)
{
    volatile uint8_t *base = system_registers;

    *(volatile uint32_t *)(base + SYS_LOCK) = UNLOCK;
    *(volatile uint32_t *)(base + SYS_RESETCTL) = RESET;
}
