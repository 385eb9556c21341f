/* SPDX-FileCopyrightText: 2026 The Pecan authors
 * SPDX-License-Identifier: BSD-2-Clause */
#ifndef PECAN_UART_H
#define PECAN_UART_H
/*
 * The receiving side of the board's UART, for a driver in user mode. Which
 * UART it is, where, and its interrupt come from the board's user_defines:
 * UART_KIND_..., UART_BASE and UART_IRQ. Sending is left to the kernel console,
 * which shares the device.
 */
#include <l4/types.h>

#if defined(UART_KIND_PL011)

enum { UART_DR = 0x00, UART_FR = 0x18, UART_IMSC = 0x38, UART_ICR = 0x44 };
enum { UART_FR_RXFE = 1 << 4, UART_RX = 1 << 4, UART_RT = 1 << 6 };
#define UART_IS_MEMORY 1

static inline volatile L4_Word32_t *uart_register(L4_Word_t offset)
{
    return (volatile L4_Word32_t *)(UART_BASE + offset);
}
static inline void uart_enable(void)
{
    *uart_register(UART_IMSC) = UART_RX | UART_RT;
}
/* -1: nothing there. Reading the last character ends the interrupt. */
static inline int uart_read(void)
{
    if (*uart_register(UART_FR) & UART_FR_RXFE)
        return -1;
    return (int)(*uart_register(UART_DR) & 0xFF);
}

#elif defined(UART_KIND_NS16550) || defined(UART_KIND_NS16550_IO)

enum { UART_RBR = 0, UART_IER = 1, UART_MCR = 4, UART_LSR = 5 };
enum { UART_IER_RX = 1, UART_MCR_OUT2 = 0x0B, UART_LSR_DR = 1 };

#ifdef UART_KIND_NS16550_IO
#define UART_IS_MEMORY 0
static inline L4_Word_t uart_get(L4_Word_t offset)
{
    L4_Word8_t value;

    __asm__ volatile("inb %1, %0"
                     : "=a"(value)
                     : "Nd"((L4_Word16_t)(UART_BASE + offset)));
    return value;
}
static inline void uart_set(L4_Word_t offset, L4_Word_t value)
{
    __asm__ volatile("outb %0, %1"
                     :
                     : "a"((L4_Word8_t)value),
                       "Nd"((L4_Word16_t)(UART_BASE + offset)));
}
#else
#define UART_IS_MEMORY 1
static inline L4_Word_t uart_get(L4_Word_t offset)
{
    return *(volatile L4_Word8_t *)(UART_BASE + offset);
}
static inline void uart_set(L4_Word_t offset, L4_Word_t value)
{
    *(volatile L4_Word8_t *)(UART_BASE + offset) = (L4_Word8_t)value;
}
#endif

/* OUT2 connects a PC's UART with its interrupt line. */
static inline void uart_enable(void)
{
    uart_set(UART_MCR, UART_MCR_OUT2);
    uart_set(UART_IER, UART_IER_RX);
}
static inline int uart_read(void)
{
    if (!(uart_get(UART_LSR) & UART_LSR_DR))
        return -1;
    return (int)uart_get(UART_RBR);
}

#elif defined(UART_KIND_SIFIVE)

enum { UART_RXDATA = 0x04, UART_RXCTRL = 0x0c, UART_IE = 0x10 };
enum { UART_RXEN = 1, UART_IE_RX = 2 };
#define UART_IS_MEMORY 1

static inline volatile L4_Word32_t *uart_register(L4_Word_t offset)
{
    return (volatile L4_Word32_t *)(UART_BASE + offset);
}
static inline void uart_enable(void)
{
    *uart_register(UART_RXCTRL) = UART_RXEN;
    *uart_register(UART_IE) = UART_IE_RX;
}
static inline int uart_read(void)
{
    L4_Word32_t data = *uart_register(UART_RXDATA);

    return data >> 31 ? -1 : (int)(data & 0xFF);
}

#else
#error "the board's user_defines name no UART"
#endif

#endif
