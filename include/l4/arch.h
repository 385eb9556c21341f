/* SPDX-FileCopyrightText: 2026 The Pecan authors
 * SPDX-License-Identifier: BSD-2-Clause */
#ifndef __L4_ARCH_H__
#define __L4_ARCH_H__
/*
 * What only one processor has (docs/x2.md 4.14).
 */
#include <l4/types.h>
#include __L4_INC_ARCH(arch.h)

#endif
