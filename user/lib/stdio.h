/* SPDX-FileCopyrightText: 2026 The Pecan authors
 * SPDX-License-Identifier: BSD-2-Clause */
#ifndef PECAN_STDIO_H
#define PECAN_STDIO_H
/* What there is of it; putc() has one argument here. */
#include <l4io.h>

#endif
