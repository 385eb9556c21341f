/* SPDX-FileCopyrightText: 2026 The Pecan authors
 * SPDX-License-Identifier: BSD-2-Clause */
#ifndef CODE_H
#define CODE_H
/*
 * Instructions that raise an exception, for tests/kernel/page_end.c: udf and
 * udf.w of Thumb code.
 */
#define SHORT_TRAP  "\x00\xde"
#define LONG_TRAP   "\xf0\xf7\x00\xa0"
#define CODE_BIT    1
#define SYNC_CODE() (void)0 /* the first execution does it */

#endif
