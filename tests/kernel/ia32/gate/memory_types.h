/* SPDX-FileCopyrightText: 2026 The Pecan authors
 * SPDX-License-Identifier: BSD-2-Clause */
#ifndef MEMORY_TYPES_H
#define MEMORY_TYPES_H
/*
 * The memory attributes of this model, for attribute.c.
 */
#include <l4/arch.h>
#include <l4/misc.h>

static const L4_Word_t known[] = { L4_WriteBackMemory, L4_WriteThroughMemory,
                                   L4_UncacheableMemory, L4_DefaultMemory };
static const L4_Word_t unknown[] = { 3, 5, 6, 7, 8, 9, 12, 256, ~0ul };

#endif
