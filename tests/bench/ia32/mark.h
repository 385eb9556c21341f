/* SPDX-FileCopyrightText: 2026 The Pecan authors
 * SPDX-License-Identifier: BSD-2-Clause */
#ifndef BENCH_MARK_H
#define BENCH_MARK_H
/*
 * What the benchmark needs from ia32: markers (exchanges of a 16-bit register
 * with itself; tools/plugin/pecan_count.c knows them), the time-stamp counter
 * (one a instruction under icount), and I/O ports.
 */
#include <l4/types.h>

#define MARK_BEGIN ".byte 0x66, 0x87, 0xdb"
#define MARK_END   ".byte 0x66, 0x87, 0xc9"
#define MARK_ON    ".byte 0x66, 0x87, 0xd2"
#define MARK_OFF   ".byte 0x66, 0x87, 0xf6"
/* Raises an exception on every processor of the family. */
#define INVALID_INSTRUCTION ".byte 0x0f, 0x0b"

static inline L4_Word_t bench_counter(void)
{
    L4_Word_t low;

    __asm__ volatile("rdtsc" : "=a"(low) : : "edx", "memory");
    return low;
}

static inline L4_Word8_t port_in(unsigned port)
{
    L4_Word8_t value;

    __asm__ volatile("inb %w1, %0" : "=a"(value) : "Nd"(port));
    return value;
}

static inline void port_out(unsigned port, L4_Word8_t value)
{
    __asm__ volatile("outb %0, %w1" : : "a"(value), "Nd"(port) : "memory");
}

/* The bare copy of so many bytes, a multiple of 64 above 0; both aligned. */
static inline void bench_copy(void *to, const void *from, L4_Word_t bytes)
{
    bytes /= 4;
    __asm__ volatile("rep movsl"
                     : "+D"(to), "+S"(from), "+c"(bytes)
                     :
                     : "memory");
}

#endif
