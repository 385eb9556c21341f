/* SPDX-FileCopyrightText: 2026 The Pecan authors
 * SPDX-License-Identifier: BSD-2-Clause */
/*
 * Integrator core module registers: they can reset the board, not switch it
 * off.
 */
#include <arch/board.h>

enum { CM_CTRL = 0x0c, RESET = 1 << 3 };

void integrator_off(void *core_module)
{
    volatile uint32_t *control =
        (volatile uint32_t *)((volatile uint8_t *)core_module + CM_CTRL);

    *control |= RESET;
}
