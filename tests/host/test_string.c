/* SPDX-FileCopyrightText: 2026 The Pecan authors
 * SPDX-License-Identifier: BSD-2-Clause */
/*
 * The kernel's own memory functions against the host's, at every alignment.
 * sources: tests/host/string_renamed.c
 */
#include <string.h>

#include "arch.h"
#include "test.h"

void *kernel_memcpy(void *, const void *, size_t);
void *kernel_memmove(void *, const void *, size_t);
void *kernel_memset(void *, int, size_t);
int kernel_memcmp(const void *, const void *, size_t);
size_t kernel_strlen(const char *);
int kernel_strcmp(const char *, const char *);

enum { ROOM = 256 };
static unsigned char x[ROOM], y[ROOM], from[ROOM];

static void fill(void)
{
    for (int i = 0; i < ROOM; i++) {
        x[i] = y[i] = (unsigned char)test_random();
        from[i] = (unsigned char)test_random();
    }
}

static int sign(int v)
{
    return (v > 0) - (v < 0);
}

void arch_copy(void *to, const void *source, word_t blocks)
{
    CHECK(((uintptr_t)to | (uintptr_t)source) % WORD_BYTES == 0);
    memmove(to, source, blocks * COPY_BLOCK);
}

TEST(copies_at_every_alignment)
{
    for (int a = 0; a < 9; a++)
        for (int b = 0; b < 9; b++)
            for (size_t n = 0; n < 200; n++) {
                fill();
                CHECK(kernel_memcpy(x + a, from + b, n) == x + a);
                memcpy(y + a, from + b, n);
                CHECK(memcmp(x, y, ROOM) == 0);
            }
}

TEST(moves_overlapping_ranges)
{
    for (int a = 0; a < 20; a++)
        for (int b = 0; b < 20; b++)
            for (size_t n = 0; n < 70; n += 3) {
                fill();
                CHECK(kernel_memmove(x + a, x + b, n) == x + a);
                memmove(y + a, y + b, n);
                CHECK(memcmp(x, y, ROOM) == 0);
            }
}

TEST(sets_bytes)
{
    for (int a = 0; a < 9; a++)
        for (size_t n = 0; n < 100; n++) {
            fill();
            CHECK(kernel_memset(x + a, 0x1c3, n) == x + a);
            memset(y + a, 0xc3, n);
            CHECK(memcmp(x, y, ROOM) == 0);
        }
}

TEST(compares_as_unsigned_bytes)
{
    for (int i = 0; i < 2000; i++) {
        fill();
        memcpy(x, from, ROOM);
        x[test_random() % ROOM] ^= (unsigned char)test_random();
        size_t n = test_random() % (ROOM + 1);
        CHECK(sign(kernel_memcmp(x, from, n)) == sign(memcmp(x, from, n)));
    }
    CHECK(kernel_strcmp("a", "b") < 0 && kernel_strcmp("b", "a") > 0);
    CHECK(kernel_strcmp("ab", "a") > 0 && kernel_strcmp("", "") == 0);
    CHECK(kernel_strcmp("\x80", "a") > 0);
    CHECK(kernel_strlen("") == 0 && kernel_strlen("abc") == 3);
}

int main(void)
{
    static const struct test tests[] = {
        ENTRY(copies_at_every_alignment),
        ENTRY(moves_overlapping_ranges),
        ENTRY(sets_bytes),
        ENTRY(compares_as_unsigned_bytes),
    };
    return RUN_TESTS(tests);
}
