/* SPDX-FileCopyrightText: 2026 The Pecan authors
 * SPDX-License-Identifier: BSD-2-Clause */
/*
 * What the kernel prints, and how it stops.
 */
#include <stdarg.h>

#include "arch.h"
#include "kdb.h"
#include "sched.h"

static void print_string(const char *s)
{
    while (*s) {
        if (*s == '\n')
            arch_console_putc('\r');
        arch_console_putc(*s++);
    }
}

static void print_number(word_t value, unsigned base)
{
    char digits[WORD_BITS / 3 + 2], *p = digits + sizeof digits;

    *--p = 0;
    do {
        *--p = "0123456789abcdef"[value % base];
        value /= base;
    } while (value);
    print_string(p);
}

static void print_signed(long value)
{
    if (value < 0)
        arch_console_putc('-');
    print_number(value < 0 ? -(word_t)value : (word_t)value, 10);
}

void kprintf(const char *format, ...)
{
    va_list args;

    va_start(args, format);
    for (const char *f = format; *f; f++) {
        char text[2] = { *f, 0 };
        if (*f != '%') {
            print_string(text);
            continue;
        }
        bool wide = *++f == 'l';
        f += wide;
        switch (*f) {
        case 's':
            print_string(va_arg(args, const char *));
            break;
        case 'c':
            text[0] = (char)va_arg(args, int);
            print_string(text);
            break;
        case 'd':
            print_signed(wide ? va_arg(args, long) : va_arg(args, int));
            break;
        case 'u':
        case 'x':
            print_number(wide ? va_arg(args, unsigned long)
                              : va_arg(args, unsigned),
                         *f == 'u' ? 10 : 16);
            break;
        case 'p':
            print_string("0x");
            print_number((word_t)va_arg(args, void *), 16);
            break;
        default:
            text[0] = *f;
            print_string(text);
            if (*f == 0)
                f--;
        }
    }
    va_end(args);
}

void kernel_stop(const char *why)
{
    struct tcb *t = this_cpu()->current;

    kprintf("\npecan: stopped: %s\n", why);
    if (CONFIG_DEBUG && t) {
        kprintf("current thread %lx\n", t->id);
        arch_print_registers(t);
    }
    if (CONFIG_DEBUG)
        arch_backtrace();
    arch_machine_end(125);
}

void assert_failed(const char *what, const char *file, unsigned line)
{
    kprintf("\npecan: assertion %s, %s:%u\n", what, file, line);
    kernel_stop("assertion failed");
}
