/* SPDX-FileCopyrightText: 2026 The Pecan authors
 * SPDX-License-Identifier: BSD-2-Clause */
/*
 * SiFive's UART, registers of 32 bits; polled. The firmware has set its speed.
 * Reading RX_DATA takes a character; whether one is there, only the interrupt's
 * pending bit tells without taking it.
 */
#include <arch/board.h>

enum {
    TX_DATA = 0x00,
    RX_DATA = 0x04,
    TX_CONTROL = 0x08,
    RX_CONTROL = 0x0c,
    INTERRUPT_ENABLE = 0x10,
    INTERRUPT_PENDING = 0x14,
};
enum { ENABLE = 1, PENDING_RX = 2 };
#define NOT_NOW ((uint32_t)1 << 31) /* TX: full; RX: empty */

static volatile uint32_t *reg(paddr_t uart, word_t offset)
{
    return (volatile uint32_t *)device(uart + offset);
}

void uart_init(paddr_t uart)
{
    *reg(uart, INTERRUPT_ENABLE) = 0;
    *reg(uart, TX_CONTROL) = ENABLE;
    *reg(uart, RX_CONTROL) = ENABLE; /* pending: more than 0 */
}

void uart_putc(paddr_t uart, char c)
{
    while (*reg(uart, TX_DATA) & NOT_NOW)
        ;
    *reg(uart, TX_DATA) = (uint8_t)c;
}

bool uart_ready(paddr_t uart)
{
    return *reg(uart, INTERRUPT_PENDING) & PENDING_RX;
}

int uart_getc(paddr_t uart)
{
    uint32_t data = *reg(uart, RX_DATA);

    return data & NOT_NOW ? -1 : (int)(data & 0xff);
}
