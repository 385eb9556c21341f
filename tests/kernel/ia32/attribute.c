/* SPDX-FileCopyrightText: 2026 The Pecan authors
 * SPDX-License-Identifier: BSD-2-Clause */
/*
 * The attributes of docs/abi-ia32.md, in tests/kernel/attributes.h.
 */
#include "memory_types.h"

enum { LARGE_BITS = 22, READ = L4_ReadeXecOnly };

#include "attributes.h"
