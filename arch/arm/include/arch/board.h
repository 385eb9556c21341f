/* SPDX-FileCopyrightText: 2026 The Pecan authors
 * SPDX-License-Identifier: BSD-2-Clause */
#ifndef PECAN_ARCH_BOARD_H
#define PECAN_ARCH_BOARD_H
/*
 * What an ARM board is: a constant structure, platforms/<board>/board.c.
 * The drivers it names are in platforms/devices/. Registers are given by
 * physical address; the port maps them.
 */
#include <arch/types.h>
#include <stdbool.h>

struct board {
    paddr_t console;       /* a PL011                                       */
    uint16_t console_ibrd; /* its baud rate divisor: whole, and 64ths       */
    uint16_t console_fbrd;
    paddr_t gicd, gicc; /* a GICv2: distributor, processor interface     */
    unsigned timer_irq; /* the virtual generic timer's                   */
    void (*power_off)(void *registers); /* may return                       */
    paddr_t power_registers; /* for power_off; 0: it needs none              */
};
extern const struct board board;

/* pl011.c; they run on any CPU and before the MMU is on. */
void pl011_init(word_t base, unsigned ibrd, unsigned fbrd);
void pl011_putc(word_t base, char c);
int pl011_getc(word_t base);
bool pl011_ready(word_t base);

/* gicv2.c */
void gicv2_init(void *distributor, void *interface);
unsigned gicv2_lines(void);
void gicv2_mask(unsigned irq);
void gicv2_unmask(unsigned irq);
/* The interrupt to handle now, or one >= gicv2_lines() if there is none. */
unsigned gicv2_acknowledge(void);
void gicv2_end(unsigned irq);

/* generic_timer.c: the virtual timer as a one-shot, its count as the clock. */
void generic_timer_init(void);
uint64_t generic_timer_us(void);
void generic_timer_set(uint64_t deadline_us);

/* Ways to end the machine. */
void psci_off(void *unused);
void vexpress_off(void *system_registers);

#endif
