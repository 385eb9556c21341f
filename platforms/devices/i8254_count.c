/* SPDX-FileCopyrightText: 2026 The Pecan authors
 * SPDX-License-Identifier: BSD-2-Clause */
/*
 * Channel 2 of the i8254 as the clock, for processors without a counter of
 * their own: 16 bits that come round every 55 ms, so somebody has to look more
 * often than that. The timer does, and who has interrupts off for longer (a
 * privileged thread can) makes the clock late.
 *
 * Microseconds are ticks * 10^6 / I8254_HZ: ticks * MULTIPLIER / 2^32, right to
 * 2^-32.
 */
#include "i8254.h"

enum { LOOPS = 2000, LOOP_CLOCKS = 4, CALIBRATE_TICKS = 12000 };
#define MULTIPLIER ((uint32_t)((1000000ull << 32) / I8254_HZ))

const uint32_t i8254_clock_ticks = 0x8000;

static uint64_t ticks; /* until the last look */
static uint16_t last;
static unsigned cpu_khz;

static uint64_t look(void)
{
    uint16_t count = i8254_channel2();

    ticks += (uint16_t)(last - count); /* it counts down */
    last = count;
    return ticks;
}

/* How fast is the processor? On an i486 each turn of the loop takes four
 * clocks; on what is not one, the figure is just that of an i486 as fast. */
static void calibrate(void)
{
    uint64_t from = look(), loops = 0;

    do {
        unsigned n = LOOPS;
        __asm__ volatile("1: dec %0\n\tjnz 1b" : "+r"(n));
        loops += LOOPS;
    } while (look() - from < CALIBRATE_TICKS);
    cpu_khz = (unsigned)i8254_divide(loops * LOOP_CLOCKS * (I8254_HZ / 1000),
                                     (uint32_t)(ticks - from));
}

void i8254_clock_init(void)
{
    i8254_start_channel2(true);
    last = i8254_channel2();
    calibrate();
    ticks = 0;
}

unsigned i8254_cpu_khz(void)
{
    return cpu_khz;
}

uint64_t i8254_clock_us(void)
{
    uint64_t t = look();
    uint64_t low = (uint64_t)(uint32_t)t * MULTIPLIER;

    return (t >> 32) * MULTIPLIER + (low >> 32);
}
