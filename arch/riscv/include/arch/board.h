/* SPDX-FileCopyrightText: 2026 The Pecan authors
 * SPDX-License-Identifier: BSD-2-Clause */
#ifndef PECAN_ARCH_BOARD_H
#define PECAN_ARCH_BOARD_H
/*
 * What a riscv64 board is: a constant structure, platforms/<board>/board.c.
 * The drivers it needs are in platforms/devices/. All addresses are physical.
 */
#include <arch/types.h>

struct board {
    paddr_t uart; /* of the kind whose driver it has                         */
    paddr_t plic;
    unsigned irqs;         /* sources, source 0 included, which is none    */
    unsigned plic_context; /* of hart 0 in supervisor mode; 2 a hart       */
    paddr_t test_device;   /* sifive_test.c                                */
    unsigned timebase_hz;  /* what the time register counts                */
    int monitor_hart;      /* one without supervisor mode; -1: none        */
};
extern const struct board board;

/* Where the kernel sees device registers: 0 until the MMU is on. */
extern word_t device_offset;
static inline volatile void *device(paddr_t p)
{
    return (volatile void *)(p + device_offset);
}

/* ns16550_mmio.c or sifive_uart.c; before the MMU is on as well. */
void uart_init(paddr_t uart);
void uart_putc(paddr_t uart, char c);
int uart_getc(paddr_t uart);
bool uart_ready(paddr_t uart);

/* plic.c; a source is masked by priority 0, because the controller ignores the
 * completion of a source that is not enabled. */
void plic_init(paddr_t plic, unsigned sources, unsigned context);
void plic_mask(unsigned source);
void plic_unmask(unsigned source);
unsigned plic_claim(void); /* 0: none is pending */
void plic_complete(unsigned source);

/* sifive_test.c or riscv_semihosting.S: the emulator ends with this status; or
 * this returns, because there is none. */
void emulator_end(unsigned status);

#endif
