/* SPDX-FileCopyrightText: 2026 The Pecan authors
 * SPDX-License-Identifier: BSD-2-Clause */
/*
 * Versatile Platform Baseboard.
 */
#include <arch/board.h>

const struct board board = {
    .console = 0x101f1000,
    .console_ibrd = 13, /* 115200 baud of 24 MHz */
    .console_fbrd = 1,
    .irqc = { 0x10140000 },
    .timer = 0x101e2000,
    .timer_irq = 32 + 4,
    .power_off = versatile_off,
    .power_registers = 0x10000000,
};
