/* SPDX-FileCopyrightText: 2026 The Pecan authors
 * SPDX-License-Identifier: BSD-2-Clause */
/*
 * The global timer of a Cortex-A9 MPCore: a count of 64 bits as the clock, and
 * its comparator as a one-shot. The board says how fast it counts.
 */
#include <arch/board.h>
#include <arch/cpu.h>

#include "arch.h"

enum {
    COUNT_LOW = 0x00,
    COUNT_HIGH = 0x04,
    CONTROL = 0x08,
    STATUS = 0x0c,
    COMPARE_LOW = 0x10,
    COMPARE_HIGH = 0x14,
};
enum { CONTROL_ENABLE = 1, CONTROL_COMPARE = 2, CONTROL_IRQ = 4 };
enum { STATUS_EVENT = 1 };
enum { US_SHIFT = 32, COUNT_SHIFT = 20 };
/* Further away than this (36 minutes) the timer comes early and is set anew. */
#define FARTHEST_US ((uint64_t)1 << 31)

static volatile uint8_t *base;
static uint64_t us_per_count;  /* times 2^32 */
static uint64_t counts_per_us; /* times 2^20, rounded up */
static uint64_t boot_count;

static inline volatile uint32_t *reg(unsigned offset)
{
    return (volatile uint32_t *)(base + offset);
}

/* The halves are read one by one: again if the upper one moved meanwhile. */
static uint64_t count_now(void)
{
    uint32_t high, low;

    do {
        high = *reg(COUNT_HIGH);
        low = *reg(COUNT_LOW);
    } while (high != *reg(COUNT_HIGH));
    return (uint64_t)high << 32 | low;
}

void timer_init(void *registers)
{
    base = registers;
    us_per_count = ((uint64_t)1000000 << US_SHIFT) / board.timer_hz;
    counts_per_us = ((uint64_t)board.timer_hz << COUNT_SHIFT) / 1000000 + 1;
    *reg(CONTROL) = CONTROL_ENABLE;
    *reg(STATUS) = STATUS_EVENT;
    boot_count = count_now();
}

static uint64_t to_us(uint64_t count)
{
    return (count >> 32) * us_per_count +
           ((uint64_t)(uint32_t)count * us_per_count >> US_SHIFT);
}

uint64_t timer_us(void)
{
    return to_us(count_now() - boot_count);
}

/* The event is cleared after the comparator has its new value: some A9 raise it
 * again in between. */
void timer_set(uint64_t deadline_us)
{
    *reg(CONTROL) = CONTROL_ENABLE;
    if (deadline_us == UINT64_MAX) {
        *reg(STATUS) = STATUS_EVENT;
        dsb();
        return;
    }
    uint64_t count = count_now();
    uint64_t now = to_us(count - boot_count);
    uint64_t delta = deadline_us > now ? deadline_us - now : 0;

    if (delta > FARTHEST_US)
        delta = FARTHEST_US;
    count += (delta * counts_per_us >> COUNT_SHIFT) + 1;
    *reg(COMPARE_LOW) = (uint32_t)count;
    *reg(COMPARE_HIGH) = (uint32_t)(count >> 32);
    *reg(STATUS) = STATUS_EVENT;
    *reg(CONTROL) = CONTROL_ENABLE | CONTROL_COMPARE | CONTROL_IRQ;
    dsb();
}
