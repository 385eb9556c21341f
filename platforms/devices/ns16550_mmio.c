/* SPDX-FileCopyrightText: 2026 The Pecan authors
 * SPDX-License-Identifier: BSD-2-Clause */
/*
 * NS16550 UART, memory mapped, one byte a register; polled. The firmware has
 * set its speed.
 */
#include <arch/board.h>

enum {
    DATA = 0,
    INTERRUPT_ENABLE = 1,
    FIFO = 2,
    LINE_CONTROL = 3,
    LINE_STATUS = 5
};
enum { STATUS_DATA = 0x01, STATUS_EMPTY = 0x20 };

static volatile uint8_t *reg(paddr_t uart, unsigned n)
{
    return (volatile uint8_t *)device(uart) + n;
}

void uart_init(paddr_t uart)
{
    *reg(uart, INTERRUPT_ENABLE) = 0;
    *reg(uart, LINE_CONTROL) = 3; /* 8 bits, no parity */
    *reg(uart, FIFO) = 1;
}

void uart_putc(paddr_t uart, char c)
{
    while (!(*reg(uart, LINE_STATUS) & STATUS_EMPTY))
        ;
    *reg(uart, DATA) = (uint8_t)c;
}

bool uart_ready(paddr_t uart)
{
    return *reg(uart, LINE_STATUS) & STATUS_DATA;
}

int uart_getc(paddr_t uart)
{
    if (!uart_ready(uart))
        return -1;
    return *reg(uart, DATA);
}
