/* SPDX-FileCopyrightText: 2026 The Pecan authors
 * SPDX-License-Identifier: BSD-2-Clause */
/*
 * The clock goes on while nobody looks at it and nobody has a deadline, also
 * where it is a counter of 16 bits that comes round every 55 ms.
 */
#include "support.h"
#include "tap.h"

enum { TURNS = 1000000, TIMES = 100 };

static L4_Word_t spin(L4_Word_t turns)
{
    L4_Clock_t start = L4_SystemClock();

    __asm__ volatile("1: decl %0\n\tjnz 1b" : "+r"(turns) : : "cc");
    return (L4_Word_t)(L4_SystemClock().raw - start.raw);
}

int main(void)
{
    L4_Word_t once, all;

    plan(3);
    support_init();
    once = spin(TURNS);
    all = spin(TURNS * TIMES);
    printf("# %lu us, then %lu us\n", once, all);
    ok(once > 0 && all > once * (TIMES - 1) && all < once * (TIMES + 1),
       "a hundred times as long takes a hundred times as long");
    once = (L4_Word_t)L4_SystemClock().raw;
    L4_Sleep(L4_TimePeriod(1000000));
    all = (L4_Word_t)L4_SystemClock().raw - once;
    ok(all >= 999424 && all < 1001000, "a second's sleep is a second");
    spin(TURNS * 10);
    L4_Clock_t last = L4_SystemClock();
    unsigned back = 0;
    for (int i = 0; i < 20000; i++) {
        L4_Clock_t now = L4_SystemClock();
        back += now.raw < last.raw;
        last = now;
    }
    is(back, 0, "it never goes back");
    return tap_status();
}
