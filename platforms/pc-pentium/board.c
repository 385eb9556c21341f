/* SPDX-FileCopyrightText: 2026 The Pecan authors
 * SPDX-License-Identifier: BSD-2-Clause */
/*
 * The classic PC. QEMU's exit device sits where real machines have nothing.
 */
#include <arch/board.h>

const struct board board = {
    .console_port = 0x3f8,
    .console_divisor = 1, /* 115200 baud */
    .exit_port = 0xf4,
    .elcr = true,
};
