/* SPDX-FileCopyrightText: 2026 The Pecan authors
 * SPDX-License-Identifier: BSD-2-Clause */
#ifndef BENCH_UART_H
#define BENCH_UART_H
/*
 * A device interrupt that software can raise and end at will: the UART's
 * "transmitter is empty", which holds whenever nobody prints. The board says
 * which UART it has, where, and on which interrupt (its user_defines).
 */
#include <l4/types.h>

#include "bench_arch.h"

#if defined(UART_KIND_PL011)

enum { UART_IMSC = 0x38, UART_TXIM = 1 << 5, UART_DEVICE_PAGES = 1 };
/* The interrupt exists once a character was sent: printing did that. */
static inline void uart_irq(bool on)
{
    *(volatile L4_Word32_t *)(UART_BASE + UART_IMSC) = on ? UART_TXIM : 0;
}

#elif defined(UART_KIND_NS16550)

enum { UART_IER = 1, UART_THRI = 2, UART_DEVICE_PAGES = 1 };
static inline void uart_irq(bool on)
{
    *(volatile L4_Word8_t *)(UART_BASE + UART_IER) = on ? UART_THRI : 0;
}

#elif defined(UART_KIND_NS16550_IO)

enum { UART_IER = 1, UART_THRI = 2, UART_MCR = 4, UART_DEVICE_PAGES = 0 };
/* OUT2 connects a PC's UART with its interrupt line. */
static inline void uart_irq(bool on)
{
    port_out(UART_BASE + UART_MCR, 0x0b);
    port_out(UART_BASE + UART_IER, on ? UART_THRI : 0);
}

#elif defined(UART_KIND_SIFIVE)

enum { UART_TXCTRL = 0x08, UART_IE = 0x10, UART_DEVICE_PAGES = 1 };
enum { UART_TXEN = 1, UART_TXCNT_1 = 1 << 16, UART_IE_TX = 1 };
/* "Fewer than one to send". */
static inline void uart_irq(bool on)
{
    *(volatile L4_Word32_t *)(UART_BASE + UART_TXCTRL) =
        UART_TXEN | UART_TXCNT_1;
    *(volatile L4_Word32_t *)(UART_BASE + UART_IE) = on ? UART_IE_TX : 0;
}

#else
#error "the board's user_defines name no UART"
#endif

#endif
