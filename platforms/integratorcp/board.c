/* SPDX-FileCopyrightText: 2026 The Pecan authors
 * SPDX-License-Identifier: BSD-2-Clause */
/*
 * Integrator/CP. Of its three timers the last two count microseconds.
 */
#include <arch/board.h>

void integrator_off(void *core_module);

const struct board board = {
    .console = 0x16000000,
    .console_ibrd = 8, /* 115200 baud of 14.7456 MHz */
    .console_fbrd = 0,
    .irqc = { 0x14000000 },
    .timer = 0x13000100,
    .timer_irq = 32 + 7,
    .power_off = integrator_off,
    .power_registers = 0x10000000,
};
