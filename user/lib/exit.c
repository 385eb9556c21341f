/* SPDX-FileCopyrightText: 2026 The Pecan authors
 * SPDX-License-Identifier: BSD-2-Clause */
#include <l4/ipc.h>
#include <l4io.h>
#include <stdlib.h>

/* A program's own of these names come before ours. */
#pragma weak exit
#pragma weak _Exit
#pragma weak atexit
#pragma weak abort
#pragma weak abs
#pragma weak atoi
#pragma weak strtoul
#pragma weak __dso_handle
#pragma weak __cxa_atexit
#pragma weak __aeabi_atexit

/* ---- What is to be done at the end ------------------------------------- */

enum { AT_EXIT = 32 }; /* as many as C promises */
static struct {
    void (*call)(void *argument);
    void *argument;
} at_exit[AT_EXIT];
static unsigned at_exits;

void *__dso_handle = NULL;

/* The names that compilers know, for destructors of global objects: only the
 * order of the arguments differs. Result: 0, or -1 if there is no room. */
int __cxa_atexit(void (*call)(void *), void *argument, void *dso);
int __cxa_atexit(void (*call)(void *), void *argument, void *dso)
{
    (void)dso;
    if (at_exits == AT_EXIT)
        return -1;
    at_exit[at_exits].call = call;
    at_exit[at_exits].argument = argument;
    at_exits++;
    return 0;
}
int __aeabi_atexit(void *argument, void (*call)(void *), void *dso);
int __aeabi_atexit(void *argument, void (*call)(void *), void *dso)
{
    return __cxa_atexit(call, argument, dso);
}

static void call_plain(void *function)
{
    ((void (*)(void))(L4_Word_t)function)();
}
int atexit(void (*call)(void))
{
    return __cxa_atexit(call_plain, (void *)(L4_Word_t)call, NULL);
}

void exit(int status)
{
    while (at_exits > 0) {
        at_exits--;
        at_exit[at_exits].call(at_exit[at_exits].argument);
    }
    _Exit(status);
}

void _Exit(int status)
{
    /* The kernel refuses this to all but the root task. */
    (void)L4_MachineEnd((L4_Word_t)(unsigned)status & 0xFF);
    for (;;)
        L4_Sleep(L4_Never);
}

void abort(void)
{
    _Exit(134);
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
