/* SPDX-FileCopyrightText: 2026 The Pecan authors
 * SPDX-License-Identifier: BSD-2-Clause */
/*
 * The time stamp counter as the clock. Channel 2 of the i8254 measures once how
 * fast it runs.
 *
 * Microseconds are counter * multiplier / 2^shift with the multiplier between
 * 2^31 and 2^32: right to 2^-31, and no product wraps in 64 bits as long as
 * the clock itself does not.
 */
#include "i8254.h"

enum { CALIBRATE_TICKS = 48000 };

const uint32_t i8254_clock_ticks = UINT32_MAX;

static uint64_t tsc_start;
static uint32_t multiplier;
static unsigned shift; /* 32 .. 63 */
static unsigned tsc_khz;

/* Count both for about 40 ms: channel 2's step then is 2 * 10^-5 of it. Few
 * reads, because each is slow. */
static void calibrate(void)
{
    i8254_start_channel2(false);

    uint16_t first = i8254_channel2(), count;
    uint64_t from = rdtsc(), to;
    do {
        for (volatile unsigned i = 0; i < 20000; i++)
            ;
        count = i8254_channel2();
        to = rdtsc();
    } while ((uint16_t)(first - count) < CALIBRATE_TICKS);

    uint16_t ticks = first - count;
    uint64_t hz = i8254_divide((to - from) * I8254_HZ, ticks);
    tsc_khz = (unsigned)i8254_divide(hz, 1000);

    /* multiplier = 10^6 * 2^shift / hz, by long division bit by bit. */
    uint64_t rest = 1000000;
    multiplier = 0;
    shift = 0;
    while (!(multiplier & 0x80000000)) {
        rest <<= 1;
        multiplier <<= 1;
        shift++;
        if (rest >= hz) {
            rest -= hz;
            multiplier |= 1;
        }
    }
}

void i8254_clock_init(void)
{
    calibrate();
    tsc_start = rdtsc();
}

unsigned i8254_cpu_khz(void)
{
    return tsc_khz;
}

uint64_t i8254_clock_us(void)
{
    uint64_t t = rdtsc() - tsc_start;
    uint64_t low = (uint64_t)(uint32_t)t * multiplier;
    uint64_t high = (t >> 32) * multiplier + (low >> 32);
    return high >> (shift - 32);
}
