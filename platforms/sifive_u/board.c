/* SPDX-FileCopyrightText: 2026 The Pecan authors
 * SPDX-License-Identifier: BSD-2-Clause */
/*
 * QEMU's model of SiFive's HiFive Unleashed. Hart 0 has no supervisor mode; the
 * firmware keeps it, and those of the others that it did not choose to boot.
 */
#include <arch/board.h>
#include <arch/csr.h>

/* OpenSBI can leave hart 0 in its loop of waiting with an interrupt pending
 * that never goes: it spins. Told to start, it takes that one, finds that it
 * has no supervisor mode, and sleeps for ever. */
static void put_to_sleep(void)
{
    enum { HART_START = 0 };

    (void)sbi_call(SBI_HART, HART_START, 0, 0);
}

const struct board board = {
    .uart = 0x10010000,
    .plic = 0x0c000000,
    .irqs = 54,
    .plic_context = 0, /* hart 0 has one only, so hart 1 has 1 and 2 */
    .timebase_hz = 1000000,
    .boot = put_to_sleep,
};
