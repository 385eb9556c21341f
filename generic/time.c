/* SPDX-FileCopyrightText: 2026 The Pecan authors
 * SPDX-License-Identifier: BSD-2-Clause */
/*
 * Time values (x2.md 1.6): 16 bits, a period or a point.
 */
#include "ipc.h"

uint64_t time_period_us(unsigned time)
{
    if (time == TIME_NEVER)
        return UINT64_MAX;
    return (uint64_t)(time & 0x3ff) << (time >> 10 & 0x1f);
}

unsigned time_from_us(uint64_t us)
{
    unsigned e = 0;

    if (us == UINT64_MAX)
        return TIME_NEVER;
    if (us == 0)
        return TIME_ZERO;
    while (us > 0x3ff) {
        us = (us + 1) / 2;
        e++;
    }
    return e > 31 ? TIME_NEVER : e << 10 | (unsigned)us;
}

/* A point: the next or the one after next instant whose distance from a
 * multiple of 2^(e+10) is m * 2^e; the carry bit tells which multiple. */
static uint64_t time_point_deadline(unsigned time, uint64_t now_us)
{
    unsigned e = time >> 11 & 0xf, carry = time >> 10 & 1;
    uint64_t grid = (uint64_t)1 << (e + 10);
    uint64_t base = now_us & ~(grid - 1);
    uint64_t offset = (uint64_t)(time & 0x3ff) << e;

    if ((now_us >> (e + 10) & 1) != carry)
        base += grid;
    uint64_t point = base + offset;
    if (point <= now_us || point - now_us > (uint64_t)1023 << e)
        return 0;
    return point;
}

uint64_t time_deadline(unsigned time, uint64_t now_us)
{
    if (time == TIME_NEVER)
        return UINT64_MAX;
    if (time & TIME_POINT)
        return time_point_deadline(time, now_us);
    uint64_t length = time_period_us(time);
    return length ? now_us + length : 0;
}
