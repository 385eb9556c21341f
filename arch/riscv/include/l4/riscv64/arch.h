/* SPDX-FileCopyrightText: 2026 The Pecan authors
 * SPDX-License-Identifier: BSD-2-Clause */
#ifndef __L4_RISCV64_ARCH_H__
#define __L4_RISCV64_ARCH_H__
/* Of riscv64 alone there is nothing in the API. */
#endif
