/* SPDX-FileCopyrightText: 2026 The Pecan authors
 * SPDX-License-Identifier: BSD-2-Clause */
#ifndef PECAN_TESTS_API_H
#define PECAN_TESTS_API_H
/*
 * The user API's types on the host, which has the word size of riscv64. The
 * C library's headers must come before.
 */
#define __riscv      1
#define __riscv_xlen 64
#include <l4/types.h>

#endif
