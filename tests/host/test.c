/* SPDX-FileCopyrightText: 2026 The Pecan authors
 * SPDX-License-Identifier: BSD-2-Clause */
#include "test.h"

static int failures; /* of the running test */
static unsigned long seed = 1;

void test_check_failed(const char *what, const char *file, int line)
{
    if (failures++ < 5)
        printf("# %s:%d: %s\n", file, line, what);
}

int test_run(const struct test *tests, int count)
{
    int bad = 0;

    (void)setvbuf(stdout, NULL, _IONBF, 0);
    printf("1..%d\n", count);
    for (int i = 0; i < count; i++) {
        failures = 0;
        tests[i].fn();
        printf("%s %d %s\n", failures ? "not ok" : "ok", i + 1, tests[i].name);
        bad += failures != 0;
    }
    return bad != 0;
}

void test_random_seed(unsigned long s)
{
    seed = s * 2654435761u + 1;
}

/* xorshift64* */
unsigned long test_random(void)
{
    seed ^= seed >> 12;
    seed ^= seed << 25;
    seed ^= seed >> 27;
    return (seed * 0x2545f4914f6cdd1dul) >> 16;
}
