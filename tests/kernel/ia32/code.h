/* SPDX-FileCopyrightText: 2026 The Pecan authors
 * SPDX-License-Identifier: BSD-2-Clause */
#ifndef CODE_H
#define CODE_H
/*
 * Instructions that raise an exception, for tests/kernel/page_end.c: hlt and
 * ud2.
 */
#define SHORT_TRAP  "\xf4"
#define LONG_TRAP   "\x0f\x0b"
#define CODE_BIT    0
#define SYNC_CODE() (void)0

#endif
