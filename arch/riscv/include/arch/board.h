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
    paddr_t uart; /* an NS16550, registers one byte apart                    */
    paddr_t plic;
    unsigned irqs;         /* sources, source 0 included, which is none    */
    unsigned plic_context; /* of hart 0 in supervisor mode; 2 a hart       */
    paddr_t test_device;   /* ends the machine; 0: the firmware does       */
    unsigned timebase_hz;  /* what the time register counts                */
};
extern const struct board board;

/* Where the kernel sees device registers: 0 until the MMU is on. */
extern word_t device_offset;
static inline volatile void *device(paddr_t p)
{
    return (volatile void *)(p + device_offset);
}

/* ns16550_mmio.c; before the MMU is on as well. */
void ns16550_mmio_init(paddr_t uart);
void ns16550_mmio_putc(paddr_t uart, char c);
int ns16550_mmio_getc(paddr_t uart);
bool ns16550_mmio_ready(paddr_t uart);

/* plic.c; a source is masked by priority 0, because the controller ignores the
 * completion of a source that is not enabled. */
void plic_init(paddr_t plic, unsigned sources, unsigned context);
void plic_mask(unsigned source);
void plic_unmask(unsigned source);
unsigned plic_claim(void); /* 0: none is pending */
void plic_complete(unsigned source);

/* sifive_test.c: the emulator ends with this status. */
void sifive_test_end(paddr_t device, unsigned status);

#endif
