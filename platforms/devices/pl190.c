/* SPDX-FileCopyrightText: 2026 The Pecan authors
 * SPDX-License-Identifier: BSD-2-Clause */
/*
 * ARM PrimeCell Vectored Interrupt Controller (PL190), without its vectors: 32
 * lines, told apart by their bits. They count from 32 on: below are, as on
 * other boards, the processor's own, of which there are none.
 */
#include <arch/board.h>

enum { STATUS = 0x00, SELECT = 0x0c, ENABLE = 0x10, DISABLE = 0x14 };
enum { FIRST = 32, LINES = 64 };

static volatile uint8_t *base;

static inline volatile uint32_t *reg(unsigned offset)
{
    return (volatile uint32_t *)(base + offset);
}

void irqc_init(void *const registers[2])
{
    base = registers[0];
    *reg(DISABLE) = ~(uint32_t)0;
    *reg(SELECT) = 0;
}

unsigned irqc_lines(void)
{
    return LINES;
}
bool irqc_is_shared(unsigned irq)
{
    return irq >= FIRST && irq < LINES;
}
void irqc_mask(unsigned irq)
{
    *reg(DISABLE) = (uint32_t)1 << (irq - FIRST);
}
void irqc_unmask(unsigned irq)
{
    *reg(ENABLE) = (uint32_t)1 << (irq - FIRST);
}
unsigned irqc_acknowledge(void)
{
    uint32_t status = *reg(STATUS);

    return status ? FIRST + (unsigned)__builtin_ctzl(status) : LINES;
}
void irqc_end(unsigned irq)
{
    (void)irq;
}
