/* SPDX-FileCopyrightText: 2026 The Pecan authors
 * SPDX-License-Identifier: BSD-2-Clause */
/*
 * ARM dual timer (SP804), or two such timers at some distance: the first counts
 * down for ever and is the clock, the second is a one-shot. Both count
 * microseconds.
 */
#include <arch/board.h>

#include "arch.h"

enum { CLOCK = 0x00, SHOT = SP804_DISTANCE };
enum { LOAD = 0x00, VALUE = 0x04, CONTROL = 0x08, CLEAR = 0x0c };
enum {
    ONE_SHOT = 1 << 0,
    BITS_32 = 1 << 1,
    INTERRUPT = 1 << 5,
    ENABLE = 1 << 7,
};
/* The clock is looked at before it has gone round, and no shot is longer. */
#define LONGEST ((uint32_t)1 << 31)

static volatile uint8_t *base;
static uint32_t last; /* the clock's count when it was looked at */
static uint64_t counts;

static inline volatile uint32_t *reg(unsigned timer, unsigned offset)
{
    return (volatile uint32_t *)(base + timer + offset);
}

void timer_init(void *registers)
{
    base = registers;
    *reg(SHOT, CONTROL) = 0;
    *reg(CLOCK, CONTROL) = 0;
    *reg(CLOCK, LOAD) = ~(uint32_t)0;
    *reg(CLOCK, CONTROL) = BITS_32 | ENABLE;
    last = *reg(CLOCK, VALUE);
}

uint64_t timer_us(void)
{
    uint32_t now = *reg(CLOCK, VALUE);

    counts += last - now;
    last = now;
    return counts;
}

/* Also without a deadline it comes before the clock has gone round. */
void timer_set(uint64_t deadline_us)
{
    uint64_t now = timer_us();
    uint64_t us = deadline_us > now ? deadline_us - now : 0;
    uint64_t shot = LONGEST;

    if (us < LONGEST)
        shot = us + 1;
    *reg(SHOT, CONTROL) = 0;
    *reg(SHOT, CLEAR) = 0;
    *reg(SHOT, LOAD) = (uint32_t)shot;
    *reg(SHOT, CONTROL) = ONE_SHOT | BITS_32 | INTERRUPT | ENABLE;
}
