/* SPDX-FileCopyrightText: 2026 The Pecan authors
 * SPDX-License-Identifier: BSD-2-Clause */
/*
 * Computes for a while without reading the console, then ends with a status
 * that says whether a key typed meanwhile was kept for it.
 */
#include <l4/schedule.h>
#include <l4io.h>

enum { BUSY_US = 6000000 };

int main(void)
{
    printf("busy\n");
    while (L4_SystemClock().raw < BUSY_US)
        ;
    return getc() == 'x' ? 42 : 1;
}
