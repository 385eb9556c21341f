/* SPDX-FileCopyrightText: 2026 The Pecan authors
 * SPDX-License-Identifier: BSD-2-Clause */
/*
 * The test finisher: a register that ends the emulator with a status.
 */
#include <arch/board.h>

enum { FAIL = 0x3333, PASS = 0x5555 };

void emulator_end(unsigned status)
{
    volatile uint32_t *finisher =
        (volatile uint32_t *)device(board.test_device);

    *finisher = status ? status << 16 | FAIL : PASS;
}
