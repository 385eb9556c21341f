/* SPDX-FileCopyrightText: 2026 The Pecan authors
 * SPDX-License-Identifier: BSD-2-Clause */
/*
 * BCM2835 power management: the watchdog resets the machine, and what the
 * reset's status says then keeps the firmware from booting again.
 */
#include <arch/board.h>

enum { RSTC = 0x1c, RSTS = 0x20, WDOG = 0x24 };
#define PASSWORD 0x5a000000
enum {
    RSTS_HALT = 0x555,
    RSTC_FULL_RESET = 0x20,
    RSTC_KEPT = ~0x30 & 0xffffff
};
enum { SOON = 10 }; /* ticks of 16 us */

void bcm2835_off(void *power_registers)
{
    volatile uint8_t *base = power_registers;
    volatile uint32_t *rstc = (volatile uint32_t *)(base + RSTC);
    volatile uint32_t *rsts = (volatile uint32_t *)(base + RSTS);

    *rsts = PASSWORD | (*rsts & 0xffffff) | RSTS_HALT;
    *(volatile uint32_t *)(base + WDOG) = PASSWORD | SOON;
    *rstc = PASSWORD | (*rstc & RSTC_KEPT) | RSTC_FULL_RESET;
}
