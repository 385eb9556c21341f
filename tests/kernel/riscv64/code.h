/* SPDX-FileCopyrightText: 2026 The Pecan authors
 * SPDX-License-Identifier: BSD-2-Clause */
#ifndef CODE_H
#define CODE_H
/*
 * Instructions that raise an exception, for tests/kernel/page_end.c: c.ebreak
 * and ebreak.
 */
#define SHORT_TRAP  "\x02\x90"
#define LONG_TRAP   "\x73\x00\x10\x00"
#define CODE_BIT    0
#define SYNC_CODE() __asm__ volatile("fence.i" : : : "memory")

#endif
