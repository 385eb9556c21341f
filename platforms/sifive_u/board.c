/* SPDX-FileCopyrightText: 2026 The Pecan authors
 * SPDX-License-Identifier: BSD-2-Clause */
/*
 * QEMU's model of SiFive's HiFive Unleashed. Hart 0 has no supervisor mode; the
 * firmware keeps it, and those of the others that it did not choose to boot.
 */
#include <arch/board.h>

const struct board board = {
    .uart = 0x10010000,
    .plic = 0x0c000000,
    .irqs = 54,
    .plic_context = 0, /* hart 0 has one only, so hart 1 has 1 and 2 */
    .timebase_hz = 1000000,
    .monitor_hart = 0,
};
