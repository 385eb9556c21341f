/* SPDX-FileCopyrightText: 2026 The Pecan authors
 * SPDX-License-Identifier: BSD-2-Clause */
/*
 * NS16550 UART in I/O space: the kernel's console, polled.
 * The first thing that works; a kernel on the wrong CPU still says so, hence
 * every function here keeps to the instructions of the oldest one.
 */
#include <arch/board.h>
#include <arch/cpu.h>

#define ANY_CPU __attribute__((target("arch=i486")))

enum { DATA = 0, IER = 1, FCR = 2, LCR = 3, MCR = 4, LSR = 5 };
enum { LSR_RECEIVED = 1, LSR_TRANSMIT_EMPTY = 0x20 };

ANY_CPU void ns16550_io_init(uint16_t port, uint16_t divisor)
{
    outb(port + IER, 0);
    outb(port + LCR, 0x80); /* divisor latch */
    outb(port + DATA, divisor & 0xff);
    outb(port + IER, divisor >> 8);
    outb(port + LCR, 0x03); /* 8n1 */
    outb(port + FCR, 0x07); /* FIFOs on and empty, receive trigger at 1 byte */
    outb(port + MCR, 0x0b); /* DTR, RTS, and OUT2, which gates the interrupt */
}

ANY_CPU void ns16550_io_putc(uint16_t port, char c)
{
    if (c == '\n')
        ns16550_io_putc(port, '\r');
    while (!(inb(port + LSR) & LSR_TRANSMIT_EMPTY))
        ;
    outb(port + DATA, (uint8_t)c);
}

bool ns16550_io_ready(uint16_t port)
{
    return inb(port + LSR) & LSR_RECEIVED;
}

ANY_CPU int ns16550_io_getc(uint16_t port)
{
    return inb(port + LSR) & LSR_RECEIVED ? inb(port + DATA) : -1;
}
