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

#endif
