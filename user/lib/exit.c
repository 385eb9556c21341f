/* SPDX-FileCopyrightText: 2026 The Pecan authors
 * SPDX-License-Identifier: BSD-2-Clause */
#include <l4/ipc.h>
#include <l4io.h>
#include <stdlib.h>

void exit(int status)
{
    /* The kernel refuses this to all but the root task. */
    (void)L4_MachineEnd((L4_Word_t)(unsigned)status & 0xFF);
    for (;;)
        L4_Sleep(L4_Never);
}

void abort(void)
{
    exit(134);
}

int abs(int n)
{
    return n < 0 ? -n : n;
}

static int digit_value(char c)
{
    if (c >= '0' && c <= '9')
        return c - '0';
    if (c >= 'a' && c <= 'z')
        return c - 'a' + 10;
    if (c >= 'A' && c <= 'Z')
        return c - 'A' + 10;
    return 36;
}

unsigned long strtoul(const char *s, char **end, int base)
{
    unsigned long value = 0;

    while (*s == ' ')
        s++;
    if ((base == 0 || base == 16) && s[0] == '0' && (s[1] | 0x20) == 'x') {
        s += 2;
        base = 16;
    } else if (base == 0) {
        base = *s == '0' ? 8 : 10;
    }
    for (; digit_value(*s) < base; s++)
        value = value * (unsigned long)base + (unsigned long)digit_value(*s);
    if (end != NULL)
        *end = (char *)(L4_Word_t)s;
    return value;
}

int atoi(const char *s)
{
    while (*s == ' ')
        s++;
    if (*s == '-')
        return -(int)strtoul(s + 1, NULL, 10);
    return (int)strtoul(s, NULL, 10);
}
