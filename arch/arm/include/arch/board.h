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
    paddr_t irqc[2];    /* the interrupt controller; its driver says what */
    paddr_t timer;      /* 0: it is in the processor                     */
    uint32_t timer_hz;  /* counts a second; 0: it knows                  */
    unsigned timer_irq; /* of its one-shot                               */
    void (*power_off)(void *registers); /* may return                       */
    paddr_t power_registers; /* for power_off; 0: it needs none              */
};
extern const struct board board;

/* pl011.c; they run on any CPU and before the MMU is on. */
void pl011_init(word_t base, unsigned ibrd, unsigned fbrd);
void pl011_putc(word_t base, char c);
int pl011_getc(word_t base);
bool pl011_ready(word_t base);

/* The interrupt controller: gicv2.c, bcm2836_irq.c, pl190.c. All is masked at
 * first. */
void irqc_init(void *const registers[2]);
unsigned irqc_lines(void);
/* Is it for users, or one of the processor's own? */
bool irqc_is_shared(unsigned irq);
void irqc_mask(unsigned irq);
void irqc_unmask(unsigned irq);
/* The interrupt to handle now, or one >= irqc_lines() if there is none. */
unsigned irqc_acknowledge(void);
void irqc_end(unsigned irq);

/* A count as the clock, and a one-shot: generic_timer.c, a9_timer.c, sp804.c.
 * The first ends in boot error 7 where the processor lacks what it drives. */
void timer_init(void *registers);
uint64_t timer_us(void);
void timer_set(uint64_t deadline_us);

/* Ways to end the machine. */
void psci_off(void *unused);
void vexpress_off(void *system_registers);
void bcm2835_off(void *power_registers);
void versatile_off(void *system_registers);

#endif
