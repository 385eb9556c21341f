/* SPDX-FileCopyrightText: 2026 The Pecan authors
 * SPDX-License-Identifier: BSD-2-Clause */
/*
 * Versatile Express with the Cortex-A9 daughterboard.
 */
#include <arch/board.h>

const struct board board = {
    .console = 0x10009000,
    .console_ibrd = 13, /* 115200 baud of 24 MHz */
    .console_fbrd = 1,
    .irqc = { 0x1e001000, 0x1e000100 },
    .timer = 0x1e000200,
    .timer_hz = 100000000,
    .timer_irq = 27,
    .power_off = vexpress_off,
    .power_registers = 0x10000000,
};
