/* SPDX-FileCopyrightText: 2026 The Pecan authors
 * SPDX-License-Identifier: BSD-2-Clause */
/*
 * The library's printf against the host's, for every combination of flags,
 * width, precision, length and conversion.
 * sources: tests/host/printf_renamed.c
 */
#include <stdarg.h>
#include <stdint.h>
#include <string.h>

#include "test.h"

int user_printf(const char *format, ...);
int user_puts(const char *s);
int user_putc(int c);
int user_getc(void);
int user_snprintf(char *to, size_t size, const char *format, ...);
int user_vsnprintf(char *to, size_t size, const char *format, va_list args);
extern char user_console[];

enum { ROOM = 96 };

/* Both write the same into `size` bytes, and say the same. */
static bool same(size_t size, const char *format, ...)
{
    char x[ROOM], y[ROOM];
    va_list args, again;
    int a, b;

    memset(x, '#', ROOM);
    memset(y, '#', ROOM);
    va_start(args, format);
    va_copy(again, args);
    a = user_vsnprintf(x, size, format, args);
    b = vsnprintf(y, size, format, again);
    va_end(again);
    va_end(args);
    if (a == b && memcmp(x, y, ROOM) == 0)
        return true;
    fprintf(stderr, "%s: %d \"%.90s\", not %d \"%.90s\"\n", format, a, x, b, y);
    return false;
}

static const char *const sizes[] = { "", "1", "7", "12", "*" };
static const char *const precisions[] = { "", ".", ".0", ".1", ".4", ".9" };

/* Every set of flags with every width and precision, then `tail`. */
static bool every(const char *tail, uint64_t value)
{
    bool good = true;

    for (unsigned flags = 0; flags < 32; flags++)
        for (unsigned w = 0; w < 5; w++)
            for (unsigned p = 0; p < 6; p++) {
                char format[40];

                snprintf(format, sizeof(format), "<%%%s%s%s%s%s%s%s%s>",
                         flags & 1 ? "-" : "", flags & 2 ? "0" : "",
                         flags & 4 ? "+" : "", flags & 8 ? " " : "",
                         flags & 16 ? "#" : "", sizes[w], precisions[p], tail);
                good &= w == 4 ? same(ROOM, format, flags & 2 ? -9 : 9, value)
                               : same(ROOM, format, value);
            }
    return good;
}

TEST(integers_as_the_host_prints_them)
{
    static const char *const tails[] = {
        "d",   "i",   "u",  "x",  "X",  "o",   "ld",  "lu",  "lx",
        "llu", "lld", "hd", "hx", "hu", "hhd", "hhu", "hhx", "zu",
        "zx",  "td",  "jd", "jx", "lo", "lX",  "ho",  "hho", "llo",
        "llX", "zd",  "zo", "tu", "ju", "Lx",  "qd",
    };

    for (unsigned i = 0; i < sizeof(tails) / sizeof(tails[0]); i++) {
        CHECK(every(tails[i], 0));
        CHECK(every(tails[i], 8));
        CHECK(every(tails[i], 0x8070605040302010));
        CHECK(every(tails[i], UINT64_MAX));
    }
}

TEST(texts_and_characters_as_the_host_prints_them)
{
    CHECK(every("s", (uintptr_t) "hello"));
    CHECK(every("s", (uintptr_t) ""));
    CHECK(every("c", 'x'));
    CHECK(every("c", 0));
    CHECK(same(ROOM, "100%% %s%c", "sure", '!'));
    CHECK(same(ROOM, "%.*s|%.*s|%-*s|", 2, "abc", -1, "abc", 5, "abc"));
    CHECK(same(ROOM, "%s", (char *)NULL));
    CHECK(same(ROOM, "%p %20p|%-20p|", (void *)1, (void *)0xABC, (void *)2));
}

TEST(no_room_cuts_and_counts)
{
    for (size_t size = 0; size < 12; size++)
        CHECK(same(size, "%s %d", "abcdef", 12));
    CHECK(user_snprintf(NULL, 0, "%d", 12345) == 5);
}

TEST(console_output)
{
    CHECK(user_printf("%s=%d;", "a", 1) == 4);
    CHECK(user_putc('x') == 'x');
    CHECK(user_puts("yz") >= 0);
    CHECK(strcmp(user_console, "a=1;xyz\n") == 0);
    CHECK(user_getc() == 'k');
}

int main(void)
{
    static const struct test tests[] = {
        ENTRY(integers_as_the_host_prints_them),
        ENTRY(texts_and_characters_as_the_host_prints_them),
        ENTRY(no_room_cuts_and_counts),
        ENTRY(console_output),
    };

    return RUN_TESTS(tests);
}
