/* SPDX-FileCopyrightText: 2026 The Pecan authors
 * SPDX-License-Identifier: BSD-2-Clause */
/*
 * printf and its like, over one character sink.
 */
#include <l4/kdebug.h>
#include <l4io.h>
#include <stdbool.h>
#include <stdint.h>
#include <string.h>

/* A program's own of these names come before ours. */
#pragma weak printf
#pragma weak vprintf
#pragma weak snprintf
#pragma weak vsnprintf
#pragma weak putc
#pragma weak puts
#pragma weak getc

struct out {
    char *to;      /* NULL: the console */
    size_t size;   /* room at `to` */
    size_t length; /* characters so far, also those without room */
};

struct spec {
    bool left, zero, plus, space, alternate;
    int width, precision; /* precision < 0: none */
    int length;           /* bytes of an integer argument */
};

static void emit(struct out *o, char c)
{
    if (o->to == NULL)
        L4_KDB_PrintChar(c);
    else if (o->length + 1 < o->size)
        o->to[o->length] = c;
    o->length++;
}

static void pad(struct out *o, char c, int n)
{
    while (n-- > 0)
        emit(o, c);
}

static void emit_text(struct out *o, const struct spec *s, const char *text)
{
    size_t max = s->precision < 0 ? SIZE_MAX : (size_t)s->precision;
    int n = (int)strnlen(text != NULL ? text : "(null)", max);
    int i;

    if (text == NULL)
        text = "(null)";
    if (!s->left)
        pad(o, ' ', s->width - n);
    for (i = 0; i < n; i++)
        emit(o, text[i]);
    if (s->left)
        pad(o, ' ', s->width - n);
}

/* *v / base, with the rest as result: 16 bits at a time and with constant
 * divisors, so that no processor needs a library for it. */
static unsigned divide(uint64_t *v, unsigned base)
{
    uint32_t rest = 0;
    uint64_t quotient = 0;
    int shift;

    if (base != 10) {
        rest = (uint32_t)*v & (base - 1);
        *v >>= base == 16 ? 4 : 3;
        return rest;
    }
    for (shift = 48; shift >= 0; shift -= 16) {
        uint32_t part = rest << 16 | ((uint32_t)(*v >> shift) & 0xFFFF);

        quotient = quotient << 16 | part / 10;
        rest = part % 10;
    }
    *v = quotient;
    return rest;
}

/* prefix: sign or 0x. */
static void emit_number(struct out *o, const struct spec *s, uint64_t v,
                        unsigned base, bool upper, const char *prefix)
{
    const char *digits = upper ? "0123456789ABCDEF" : "0123456789abcdef";
    char text[24];
    int n = 0, zeros, blanks, prefix_length = (int)strlen(prefix);

    while (v != 0)
        text[n++] = digits[divide(&v, base)];
    zeros = (s->precision < 0 ? 1 : s->precision) - n;
    if (s->zero && !s->left && s->precision < 0 &&
        s->width - prefix_length - n > zeros)
        zeros = s->width - prefix_length - n;
    if (zeros < 0)
        zeros = 0;
    if (base == 8 && s->alternate && zeros == 0)
        zeros = 1;
    blanks = s->width - prefix_length - zeros - n;
    if (!s->left)
        pad(o, ' ', blanks);
    while (*prefix != 0)
        emit(o, *prefix++);
    pad(o, '0', zeros);
    while (n > 0)
        emit(o, text[--n]);
    if (s->left)
        pad(o, ' ', blanks);
}

/* Flags, width, precision, length; result: the conversion character. */
static const char *parse_number(const char *f, int *n)
{
    *n = 0;
    for (; *f >= '0' && *f <= '9'; f++)
        *n = *n * 10 + (*f - '0');
    return f;
}
static const char *parse_flags(const char *f, struct spec *s)
{
    for (;; f++) {
        switch (*f) {
        case '-':
            s->left = true;
            break;
        case '0':
            s->zero = true;
            break;
        case '+':
            s->plus = true;
            break;
        case ' ':
            s->space = true;
            break;
        case '#':
            s->alternate = true;
            break;
        default:
            return f;
        }
    }
}
static const char *parse_length(const char *f, struct spec *s)
{
    s->length = sizeof(int);
    for (;; f++) {
        switch (*f) {
        case 'h':
            s->length /= 2;
            break;
        case 'l':
            s->length = s->length == sizeof(int) && f[1] != 'l'
                            ? (int)sizeof(long)
                            : (int)sizeof(long long);
            break;
        case 'z':
        case 't':
            s->length = sizeof(size_t);
            break;
        case 'j':
        case 'L': /* for integers an extension, which old programs use */
        case 'q':
            s->length = sizeof(long long);
            break;
        default:
            return f;
        }
    }
}

static uint64_t truncate(uint64_t v, int bytes, bool with_sign)
{
    int shift = 64 - 8 * bytes;

    if (with_sign)
        return (uint64_t)((int64_t)(v << shift) >> shift);
    return v << shift >> shift;
}

/* va_list may be an array, so it travels inside a structure. */
struct arguments {
    va_list list;
};

static uint64_t integer_argument(struct arguments *a, const struct spec *s,
                                 bool with_sign)
{
    uint64_t v;

    if (s->length == sizeof(long long))
        v = va_arg(a->list, unsigned long long);
    else
        v = va_arg(a->list, unsigned int);
    return truncate(v, s->length, with_sign);
}

static void convert(struct out *o, struct spec *s, char c, struct arguments *a)
{
    uint64_t v;

    switch (c) {
    case 'd':
    case 'i':
        v = integer_argument(a, s, true);
        if ((int64_t)v < 0)
            emit_number(o, s, -v, 10, false, "-");
        else
            emit_number(o, s, v, 10, false,
                        s->plus    ? "+"
                        : s->space ? " "
                                   : "");
        break;
    case 'u':
        emit_number(o, s, integer_argument(a, s, false), 10, false, "");
        break;
    case 'o':
        emit_number(o, s, integer_argument(a, s, false), 8, false, "");
        break;
    case 'x':
    case 'X':
        v = integer_argument(a, s, false);
        emit_number(o, s, v, 16, c == 'X',
                    !s->alternate || v == 0 ? ""
                    : c == 'X'              ? "0X"
                                            : "0x");
        break;
    case 'p':
        emit_number(o, s, (uintptr_t)va_arg(a->list, void *), 16, false, "0x");
        break;
    case 'c':
        pad(o, ' ', s->left ? 0 : s->width - 1);
        emit(o, (char)va_arg(a->list, int));
        pad(o, ' ', s->left ? s->width - 1 : 0);
        break;
    case 's':
        emit_text(o, s, va_arg(a->list, const char *));
        break;
    default:
        emit(o, c);
        break;
    }
}

static const char *parse_width(const char *f, struct spec *s,
                               struct arguments *a)
{
    if (*f == '*') {
        s->width = va_arg(a->list, int);
        if (s->width < 0) {
            s->left = true;
            s->width = -s->width;
        }
        f++;
    } else {
        f = parse_number(f, &s->width);
    }
    s->precision = -1;
    if (*f != '.')
        return f;
    f++;
    if (*f == '*') {
        s->precision = va_arg(a->list, int);
        return f + 1;
    }
    return parse_number(f, &s->precision);
}

static int format_out(struct out *o, const char *f, va_list list)
{
    struct arguments a;

    va_copy(a.list, list);
    for (; *f != 0; f++) {
        struct spec s = { 0 };

        if (*f != '%') {
            emit(o, *f);
            continue;
        }
        f = parse_flags(f + 1, &s);
        f = parse_width(f, &s, &a);
        f = parse_length(f, &s);
        if (*f == 0)
            break;
        convert(o, &s, *f, &a);
    }
    va_end(a.list);
    return (int)o->length;
}

int vsnprintf(char *to, size_t size, const char *format, va_list args)
{
    char none;
    struct out o = { size != 0 ? to : &none, size, 0 };
    int n = format_out(&o, format, args);

    if (size != 0)
        to[(size_t)n < size ? (size_t)n : size - 1] = 0;
    return n;
}

int snprintf(char *to, size_t size, const char *format, ...)
{
    va_list args;
    int n;

    va_start(args, format);
    n = vsnprintf(to, size, format, args);
    va_end(args);
    return n;
}

int vprintf(const char *format, va_list args)
{
    struct out o = { NULL, 0, 0 };

    return format_out(&o, format, args);
}

int printf(const char *format, ...)
{
    va_list args;
    int n;

    va_start(args, format);
    n = vprintf(format, args);
    va_end(args);
    return n;
}

int putc(int c)
{
    L4_KDB_PrintChar((char)c);
    return c;
}

int puts(const char *s)
{
    while (*s != 0)
        L4_KDB_PrintChar(*s++);
    L4_KDB_PrintChar('\n');
    return 1;
}

int getc(void)
{
    return L4_KDB_ReadChar_Blocked();
}
