/* SPDX-FileCopyrightText: 2026 The Pecan authors
 * SPDX-License-Identifier: BSD-2-Clause */
#ifndef BENCH_ARCH_H
#define BENCH_ARCH_H
/*
 * Markers and counter of the processor: <processor>/mark.h beside this file.
 */
#include <l4/types.h>
#include <stdbool.h>

/* A path is no division. */
/* clang-format off */
#define BENCH_STRING_(x) #x
#define BENCH_STRING(x) BENCH_STRING_(x)
#define BENCH_MARK_FILE(dir) BENCH_STRING(dir/mark.h)
/* clang-format on */
#include BENCH_MARK_FILE(__L4_ARCH__)

#endif
