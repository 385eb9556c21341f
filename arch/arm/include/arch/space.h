/* SPDX-FileCopyrightText: 2026 The Pecan authors
 * SPDX-License-Identifier: BSD-2-Clause */
#ifndef PECAN_ARCH_SPACE_H
#define PECAN_ARCH_SPACE_H
/*
 * What a port keeps of a space: of this one, what the back end's <cpu_space.h>
 * says. It begins with what the short IPC path loads.
 */
#include <cpu_space.h>

#endif
