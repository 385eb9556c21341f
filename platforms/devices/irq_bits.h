/* SPDX-FileCopyrightText: 2026 The Pecan authors
 * SPDX-License-Identifier: BSD-2-Clause */
#ifndef PECAN_IRQ_BITS_H
#define PECAN_IRQ_BITS_H
/*
 * An interrupt controller of 32 lines, told apart by their bits. They count
 * from 32 on: below are, as on other boards, the processor's own, of which
 * there are none. Who includes this says where its registers are: STATUS,
 * ENABLE, DISABLE, and FAST, which makes no line a fast interrupt when it is
 * FAST_NONE.
 */
#include <arch/board.h>

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
    *reg(FAST) = FAST_NONE;
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

#endif
