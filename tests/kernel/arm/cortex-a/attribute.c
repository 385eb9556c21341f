/* SPDX-FileCopyrightText: 2026 The Pecan authors
 * SPDX-License-Identifier: BSD-2-Clause */
/*
 * The attributes of docs/abi-arm.md, in tests/kernel/attributes.h.
 */
#include <l4/arch.h>
#include <l4/misc.h>

enum { LARGE_BITS = 20, READ = L4_Readable };
static const L4_Word_t known[] = { L4_WriteBackMemory, L4_WriteThroughMemory,
                                   L4_UncacheableMemory,
                                   L4_WriteCombiningMemory, L4_DefaultMemory };
static const L4_Word_t unknown[] = { 3, 6, 7, 8, 9, 256, ~0ul };

#include "attributes.h"
