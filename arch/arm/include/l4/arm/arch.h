/* SPDX-FileCopyrightText: 2026 The Pecan authors
 * SPDX-License-Identifier: BSD-2-Clause */
#ifndef __L4_ARM_ARCH_H__
#define __L4_ARM_ARCH_H__
/*
 * What only ARM has: nothing that the portable API does not say.
 * Exception messages: docs/abi-arm.md.
 */
#include <l4/types.h>

#define L4_ExceptionUndefined     1
#define L4_ExceptionForeignCall   2
#define L4_ExceptionPrefetchAbort 3
#define L4_ExceptionDataAbort     4

/* Attributes for MemoryControl: write-back, write-through, device, and memory
 * that is not cached. (x2.md 2.7, docs/abi-arm.md) */
#define L4_WriteBackMemory      1
#define L4_WriteThroughMemory   2
#define L4_UncacheableMemory    4
#define L4_WriteCombiningMemory 5

#endif
