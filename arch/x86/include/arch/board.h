/* SPDX-FileCopyrightText: 2026 The Pecan authors
 * SPDX-License-Identifier: BSD-2-Clause */
#ifndef PECAN_ARCH_BOARD_H
#define PECAN_ARCH_BOARD_H
/*
 * What an x86 board is: a constant structure, platforms/<board>/board.c.
 * The drivers it names are in platforms/devices/.
 */
#include <arch/types.h>
#include <stdbool.h>

struct board {
    uint16_t console_port; /* an NS16550 in I/O space                        */
    uint16_t console_divisor;
    uint16_t exit_port; /* ends the emulator: status in one byte; 0: none */
    bool elcr;          /* i8259 with trigger mode registers 4D0h, 4D1h   */
};
extern const struct board board;

/* ns16550_io.c; they run on any CPU and before the MMU is on. */
void ns16550_io_init(uint16_t port, uint16_t divisor);
void ns16550_io_putc(uint16_t port, char c);
int ns16550_io_getc(uint16_t port);
bool ns16550_io_ready(uint16_t port);

/* i8259.c: two of them, IRQ 0 to 15 at vectors `base` on. */
void i8259_init(uint8_t base, bool elcr);
void i8259_mask(unsigned irq);
void i8259_unmask(unsigned irq);
/* Is irq really in service? Else it was spurious and needs no i8259_eoi. */
bool i8259_in_service(unsigned irq);
void i8259_eoi(unsigned irq);

/* i8254.c: channel 0 as a one-shot timer on IRQ 0; and the clock, i8254_tsc.c
 * or i8254_count.c. */
void i8254_init(void);
uint64_t i8254_clock_us(void);
void i8254_set(uint64_t deadline_us);
/* IRQ 0 came. Is the deadline over, or was it too far for the counter? */
bool i8254_expired(void);
/* Has the timer to run always, deadline or not, for the sake of the clock? */
bool i8254_always(void);
unsigned i8254_cpu_khz(void);

#endif
