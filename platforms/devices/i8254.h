/* SPDX-FileCopyrightText: 2026 The Pecan authors
 * SPDX-License-Identifier: BSD-2-Clause */
#ifndef I8254_H
#define I8254_H
/*
 * i8254, for its three files: i8254.c has the timer, and one of i8254_tsc.c and
 * i8254_count.c the clock.
 */
#include <arch/board.h>
#include <arch/cpu.h>

enum { I8254_CHANNEL0 = 0x40, I8254_CHANNEL2 = 0x42, I8254_COMMAND = 0x43 };
enum { I8254_GATE = 0x61, I8254_HZ = 1193182 };

/* Channel 2 counts down from 65536, again and again if so asked. */
static inline void i8254_start_channel2(bool again)
{
    outb(I8254_GATE, (inb(I8254_GATE) & 0xfc) | 1); /* counts, speaker off */
    outb(I8254_COMMAND, again ? 0xb4 : 0xb0);       /* mode 2, or 0 */
    outb(I8254_CHANNEL2, again ? 0 : 0xff);
    outb(I8254_CHANNEL2, again ? 0 : 0xff);
}

static inline uint16_t i8254_channel2(void)
{
    outb(I8254_COMMAND, 0x80); /* latch */
    uint16_t low = inb(I8254_CHANNEL2);
    return low | (uint16_t)(inb(I8254_CHANNEL2) << 8);
}

/* q = n / d, for any n; 64-bit division without a library. */
static inline uint64_t i8254_divide(uint64_t n, uint32_t d)
{
    uint32_t high = (uint32_t)(n >> 32), low = (uint32_t)n, rest = high % d;
    uint32_t q_low;

    __asm__("divl %4"
            : "=a"(q_low), "=d"(rest)
            : "0"(low), "1"(rest), "rm"(d)
            : "cc");
    return (uint64_t)(high / d) << 32 | q_low;
}

/* The clock's part. */
void i8254_clock_init(void);
/* The timer goes off after so many ticks at most, whether or not anybody has a
 * deadline: else the clock would lose time. */
extern const uint32_t i8254_clock_ticks;

#endif
