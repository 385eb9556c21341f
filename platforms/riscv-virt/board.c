/* SPDX-FileCopyrightText: 2026 The Pecan authors
 * SPDX-License-Identifier: BSD-2-Clause */
/*
 * QEMU's generic riscv64 machine.
 */
#include <arch/board.h>

const struct board board = {
    .uart = 0x10000000,
    .plic = 0x0c000000,
    .irqs = 96,
    .plic_context = 1,
    .test_device = 0x100000,
    .timebase_hz = 10000000,
    .monitor_hart = -1,
};
