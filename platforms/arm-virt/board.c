/* SPDX-FileCopyrightText: 2026 The Pecan authors
 * SPDX-License-Identifier: BSD-2-Clause */
/*
 * QEMU's virt machine with a 32-bit processor and GICv2.
 */
#include <arch/board.h>

const struct board board = {
    .console = 0x09000000,
    .console_ibrd = 13, /* 115200 baud of 24 MHz */
    .console_fbrd = 1,
    .irqc = { 0x08000000, 0x08010000 },
    .timer_irq = 27,
    .power_off = psci_off,
};
