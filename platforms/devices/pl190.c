/* SPDX-FileCopyrightText: 2026 The Pecan authors
 * SPDX-License-Identifier: BSD-2-Clause */
/*
 * ARM PrimeCell Vectored Interrupt Controller (PL190), without its vectors.
 */
enum { STATUS = 0x00, FAST = 0x0c, ENABLE = 0x10, DISABLE = 0x14 };
#define FAST_NONE 0

#include "irq_bits.h"
