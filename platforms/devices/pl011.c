/* SPDX-FileCopyrightText: 2026 The Pecan authors
 * SPDX-License-Identifier: BSD-2-Clause */
/*
 * ARM PL011 UART, polled: 8 bits, no parity, FIFOs on.
 */
#include <arch/board.h>

enum {
    UART_DR = 0x00,
    UART_FR = 0x18,
    UART_IBRD = 0x24,
    UART_FBRD = 0x28,
    UART_LCR_H = 0x2c,
    UART_CR = 0x30,
    UART_IMSC = 0x38,
};
enum { FR_RX_EMPTY = 1 << 4, FR_TX_FULL = 1 << 5 };
enum { LCR_FIFO = 1 << 4, LCR_8_BITS = 3 << 5 };
enum { CR_ENABLE = 1 << 0, CR_TX = 1 << 8, CR_RX = 1 << 9 };

static inline volatile uint32_t *reg(word_t base, unsigned offset)
{
    return (volatile uint32_t *)(base + offset);
}

void pl011_init(word_t base, unsigned ibrd, unsigned fbrd)
{
    *reg(base, UART_CR) = 0;
    *reg(base, UART_IMSC) = 0;
    *reg(base, UART_IBRD) = ibrd;
    *reg(base, UART_FBRD) = fbrd;
    *reg(base, UART_LCR_H) = LCR_FIFO | LCR_8_BITS;
    *reg(base, UART_CR) = CR_ENABLE | CR_TX | CR_RX;
}

void pl011_putc(word_t base, char c)
{
    while (*reg(base, UART_FR) & FR_TX_FULL)
        ;
    *reg(base, UART_DR) = (uint8_t)c;
}

bool pl011_ready(word_t base)
{
    return !(*reg(base, UART_FR) & FR_RX_EMPTY);
}

int pl011_getc(word_t base)
{
    if (!pl011_ready(base))
        return -1;
    return *reg(base, UART_DR) & 0xff;
}
