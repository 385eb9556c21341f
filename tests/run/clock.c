/* SPDX-FileCopyrightText: 2026 The Pecan authors
 * SPDX-License-Identifier: BSD-2-Clause */
/* The clock goes on when the last deadline is over and nobody looks at it, also
 * where it is a counter that comes round every 55 ms. */
#include <l4/ipc.h>
#include <l4/schedule.h>
#include <l4io.h>

int main(void)
{
    L4_Clock_t start;
    unsigned long turns = 1;

    L4_Set_Timeslice(L4_Myself(), L4_Never, L4_Never);
    L4_Sleep(L4_TimePeriod(1000));
    do {
        turns *= 2;
        start = L4_SystemClock();
        for (volatile unsigned long i = 0; i < turns; i++)
            continue;
    } while (L4_SystemClock().raw - start.raw < 200000);
    printf("a fifth of a second\n");
    return 0;
}
