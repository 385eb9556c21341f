/* SPDX-FileCopyrightText: 2026 The Pecan authors
 * SPDX-License-Identifier: BSD-2-Clause */
/*
 * i8254 as the timer: channel 0 gives one interrupt at a time (mode 0).
 */
#include "i8254.h"

enum { MAX_TICKS = 0xffff };

static uint64_t deadline; /* UINT64_MAX: none */

void i8254_init(void)
{
    deadline = UINT64_MAX;
    i8254_clock_init();
}

/* Does the clock stop when the timer does? */
bool i8254_always(void)
{
    return i8254_clock_ticks <= MAX_TICKS;
}

/* Start the counter for what is left, or for as much as it can. */
static void arm(uint64_t now)
{
    uint64_t left = deadline > now ? deadline - now : 0;
    uint32_t ticks = i8254_always() ? i8254_clock_ticks : MAX_TICKS;

    if (left < 50000) { /* rounded up, so that it is over when it fires */
        uint32_t n = (uint32_t)i8254_divide(left * I8254_HZ, 1000000) + 2;
        ticks = n < ticks ? n : ticks;
    }
    outb(I8254_COMMAND, 0x30); /* channel 0, both bytes, mode 0 */
    outb(I8254_CHANNEL0, ticks & 0xff);
    outb(I8254_CHANNEL0, ticks >> 8);
}

void i8254_set(uint64_t deadline_us)
{
    deadline = deadline_us;
    if (deadline != UINT64_MAX || i8254_always())
        arm(i8254_clock_us());
}

bool i8254_expired(void)
{
    uint64_t now;

    if (deadline == UINT64_MAX && !i8254_always())
        return false;
    now = i8254_clock_us();
    bool expired = now >= deadline;
    if (expired)
        deadline = UINT64_MAX;
    if (!expired || i8254_always())
        arm(now);
    return expired;
}
