/* SPDX-FileCopyrightText: 2026 The Pecan authors
 * SPDX-License-Identifier: BSD-2-Clause */
/*
 * Raspberry Pi 2, model B.
 */
#include <arch/board.h>

const struct board board = {
    .console = 0x3f201000,
    .console_ibrd = 26, /* 115200 baud of 48 MHz */
    .console_fbrd = 3,
    .irqc = { 0x40000000, 0x3f00b000 },
    .timer_irq = 3, /* the virtual one */
    .power_off = bcm2835_off,
    .power_registers = 0x3f100000,
};
