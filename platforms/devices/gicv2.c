/* SPDX-FileCopyrightText: 2026 The Pecan authors
 * SPDX-License-Identifier: BSD-2-Clause */
/*
 * ARM Generic Interrupt Controller, version 2: all interrupts to processor 0,
 * one priority, in the group that the processor's security state may use.
 */
#include <arch/board.h>
#include <arch/cpu.h>

enum { /* distributor */
       GICD_CTLR = 0x000,
       GICD_TYPER = 0x004,
       GICD_ENABLE = 0x100,
       GICD_DISABLE = 0x180,
       GICD_PRIORITY = 0x400,
       GICD_TARGETS = 0x800,
};
enum { /* processor interface */
       GICC_CTLR = 0x00,
       GICC_PMR = 0x04,
       GICC_IAR = 0x0c,
       GICC_EOIR = 0x10,
};
enum { FIRST_SHARED = 32, IAR_ID = 0x3ff, MAX_LINES = 1020 };

static volatile uint8_t *gicd, *gicc;
static unsigned lines;

static inline volatile uint32_t *reg(volatile uint8_t *base, unsigned offset)
{
    return (volatile uint32_t *)(base + offset);
}

/* registers: the distributor's, the processor interface's. */
void irqc_init(void *const registers[2])
{
    gicd = registers[0];
    gicc = registers[1];
    *reg(gicd, GICD_CTLR) = 0;
    lines = 32 * ((*reg(gicd, GICD_TYPER) & 0x1f) + 1);
    if (lines > MAX_LINES)
        lines = MAX_LINES;
    for (unsigned i = 0; i < lines; i += 32)
        *reg(gicd, GICD_DISABLE + i / 8) = ~(uint32_t)0;
    for (unsigned i = 0; i < lines; i += 4) {
        *reg(gicd, GICD_PRIORITY + i) = 0xa0a0a0a0;
        if (i >= FIRST_SHARED)
            *reg(gicd, GICD_TARGETS + i) = 0x01010101;
    }
    *reg(gicd, GICD_CTLR) = 1;
    *reg(gicc, GICC_PMR) = 0xff;
    *reg(gicc, GICC_CTLR) = 1;
}

unsigned irqc_lines(void)
{
    return lines;
}
bool irqc_is_shared(unsigned irq)
{
    return irq >= FIRST_SHARED && irq < lines;
}
void irqc_mask(unsigned irq)
{
    *reg(gicd, GICD_DISABLE + irq / 32 * 4) = (uint32_t)1 << irq % 32;
    dsb(); /* it cannot come again after its end is signalled */
}
void irqc_unmask(unsigned irq)
{
    *reg(gicd, GICD_ENABLE + irq / 32 * 4) = (uint32_t)1 << irq % 32;
}
unsigned irqc_acknowledge(void)
{
    return *reg(gicc, GICC_IAR) & IAR_ID;
}
void irqc_end(unsigned irq)
{
    *reg(gicc, GICC_EOIR) = irq;
}
