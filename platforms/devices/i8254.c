/* SPDX-FileCopyrightText: 2026 The Pecan authors
 * SPDX-License-Identifier: BSD-2-Clause */
/*
 * i8254: channel 0 gives one interrupt at a time (mode 0), channel 2 measures
 * once how fast the time stamp counter runs, which is the clock from then on.
 *
 * Microseconds are counter * multiplier / 2^shift with the multiplier between
 * 2^31 and 2^32: right to 2^-31, and no product wraps in 64 bits as long as
 * the clock itself does not.
 */
#include <arch/board.h>
#include <arch/cpu.h>

enum { CHANNEL0 = 0x40, CHANNEL2 = 0x42, COMMAND = 0x43, GATE = 0x61 };
enum { HZ = 1193182, MAX_TICKS = 0xffff, CALIBRATE_TICKS = 48000 };

static uint64_t tsc_start;
static uint32_t multiplier;
static unsigned shift; /* 32 .. 63 */
static unsigned tsc_khz;
static uint64_t deadline; /* UINT64_MAX: none */

static uint16_t channel2_count(void)
{
    outb(COMMAND, 0x80); /* latch */
    uint16_t low = inb(CHANNEL2);
    return low | (uint16_t)(inb(CHANNEL2) << 8);
}

/* q = n / d, for any n; 64-bit division without a library. */
static uint64_t divide(uint64_t n, uint32_t d)
{
    uint32_t high = (uint32_t)(n >> 32), low = (uint32_t)n, rest = high % d;
    uint32_t q_low;

    __asm__("divl %4"
            : "=a"(q_low), "=d"(rest)
            : "0"(low), "1"(rest), "rm"(d)
            : "cc");
    return (uint64_t)(high / d) << 32 | q_low;
}

/* Count both for about 40 ms: channel 2's step then is 2 * 10^-5 of it. Few
 * reads, because each is slow. */
static void calibrate(void)
{
    outb(GATE, (inb(GATE) & 0xfc) | 1); /* counts, speaker off */
    outb(COMMAND, 0xb0);                /* channel 2, both bytes, mode 0 */
    outb(CHANNEL2, 0xff);
    outb(CHANNEL2, 0xff);

    uint16_t first = channel2_count(), count;
    uint64_t from = rdtsc(), to;
    do {
        for (volatile unsigned i = 0; i < 20000; i++)
            ;
        count = channel2_count();
        to = rdtsc();
    } while ((uint16_t)(first - count) < CALIBRATE_TICKS);

    uint16_t ticks = first - count;
    uint64_t hz = divide((to - from) * HZ, ticks);
    tsc_khz = (unsigned)divide(hz, 1000);

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

void i8254_init(void)
{
    deadline = UINT64_MAX;
    calibrate();
    tsc_start = rdtsc();
}

unsigned i8254_tsc_khz(void)
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

/* Start the counter for what is left, or for as much as it can. */
static void arm(uint64_t now)
{
    uint64_t left = deadline > now ? deadline - now : 0;
    uint32_t ticks = MAX_TICKS;

    if (left < 50000) /* rounded up, so that it is over when it fires */
        ticks = (uint32_t)divide(left * HZ, 1000000) + 2;
    outb(COMMAND, 0x30); /* channel 0, both bytes, mode 0 */
    outb(CHANNEL0, ticks & 0xff);
    outb(CHANNEL0, ticks >> 8);
}

void i8254_set(uint64_t deadline_us)
{
    deadline = deadline_us;
    if (deadline != UINT64_MAX)
        arm(i8254_clock_us());
}

bool i8254_expired(void)
{
    uint64_t now;

    if (deadline == UINT64_MAX)
        return false;
    now = i8254_clock_us();
    if (now < deadline) {
        arm(now);
        return false;
    }
    deadline = UINT64_MAX;
    return true;
}
