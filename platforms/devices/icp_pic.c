/* SPDX-FileCopyrightText: 2026 The Pecan authors
 * SPDX-License-Identifier: BSD-2-Clause */
/*
 * Integrator/CP primary interrupt controller.
 */
enum { STATUS = 0x00, ENABLE = 0x08, DISABLE = 0x0c, FAST = 0x2c };
#define FAST_NONE (~(uint32_t)0) /* of a register that disables */

#include "irq_bits.h"
