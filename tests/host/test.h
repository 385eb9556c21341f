/* SPDX-FileCopyrightText: 2026 The Pecan authors
 * SPDX-License-Identifier: BSD-2-Clause */
#ifndef PECAN_TESTS_TEST_H
#define PECAN_TESTS_TEST_H
/*
 * A test program prints `ok N name` or `not ok N name` for each of its tests,
 * and the plan 1..N before. A test is named by the promise that it keeps.
 *
 *     TEST(flush_revokes_all_derived_mappings) { ... CHECK(...); }
 *     int main(void) { return RUN(flush_revokes_all_derived_mappings); }
 */
#include <stdbool.h>
#include <stdio.h>

typedef void test_fn(void);
struct test {
    test_fn *fn;
    const char *name;
};

#define TEST(name) static void name(void)
#define CHECK(x)   ((x) ? (void)0 : test_check_failed(#x, __FILE__, __LINE__))
#define ENTRY(name) \
    { \
        name, #name \
    }

void test_check_failed(const char *what, const char *file, int line);
/* Result: what main returns. */
int test_run(const struct test *tests, int count);

#define RUN_TESTS(tests) \
    test_run(tests, (int)(sizeof(tests) / sizeof((tests)[0])))

/* The same sequence in every run. */
unsigned long test_random(void);
void test_random_seed(unsigned long seed);

#endif
