/* SPDX-FileCopyrightText: 2026 The Pecan authors
 * SPDX-License-Identifier: BSD-2-Clause */
#ifndef CODE_H
#define CODE_H
/*
 * Instructions that raise an exception, for tests/kernel/page_end.c: udf of
 * Thumb code. This processor has no longer ones that need not be aligned.
 */
#define SHORT_TRAP  "\x00\xde"
#define LONG_TRAP   SHORT_TRAP
#define CODE_BIT    1
#define SYNC_CODE() (void)0 /* it is not cached */

#endif
