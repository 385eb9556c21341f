/* SPDX-FileCopyrightText: 2026 The Pecan authors
 * SPDX-License-Identifier: BSD-2-Clause */
/*
 * ARM generic timer: the virtual count is the clock, the virtual timer a
 * one-shot. The count's frequency is in CNTFRQ.
 */
#include <arch/board.h>
#include <arch/cpu.h>

#include "arch.h"
#include "boot.h"

enum { CTL_ENABLE = 1 };
enum { US_SHIFT = 32, COUNT_SHIFT = 20 };
/* Further away than this (36 minutes) the timer comes early and is set anew. */
#define FARTHEST_US ((uint64_t)1 << 31)

static uint64_t us_per_count;  /* times 2^32 */
static uint64_t counts_per_us; /* times 2^20, rounded up */
static uint64_t boot_count;

void timer_init(void *unused)
{
    enum { PFR1_GENERIC_TIMER = 0xf << 16 };

    (void)unused;
    if (!(read_id_pfr1() & PFR1_GENERIC_TIMER))
        boot_fail(BOOT_WRONG_CPU, "no generic timer");
    write_cntkctl(0); /* the timers are the kernel's */
    uint64_t hz = read_cntfrq();
    if (hz < 1000000)
        kernel_stop("CNTFRQ is not set");
    us_per_count = ((uint64_t)1000000 << US_SHIFT) / hz;
    counts_per_us = (hz << COUNT_SHIFT) / 1000000 + 1;
    boot_count = read_cntvct();
    write_cntv_ctl(0);
}

static uint64_t to_us(uint64_t count)
{
    return (count >> 32) * us_per_count +
           ((uint64_t)(uint32_t)count * us_per_count >> US_SHIFT);
}

uint64_t timer_us(void)
{
    return to_us(read_cntvct() - boot_count);
}

void timer_set(uint64_t deadline_us)
{
    if (deadline_us == UINT64_MAX) {
        write_cntv_ctl(0);
        isb();
        return;
    }
    uint64_t count = read_cntvct();
    uint64_t now = to_us(count - boot_count);
    uint64_t delta = deadline_us > now ? deadline_us - now : 0;

    if (delta > FARTHEST_US)
        delta = FARTHEST_US;
    write_cntv_cval(count + (delta * counts_per_us >> COUNT_SHIFT) + 1);
    write_cntv_ctl(CTL_ENABLE);
    isb();
}
