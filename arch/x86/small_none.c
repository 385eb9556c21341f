/* SPDX-FileCopyrightText: 2026 The Pecan authors
 * SPDX-License-Identifier: BSD-2-Clause */
/*
 * All spaces are large: for CPU models where a switch by segments gains
 * nothing.
 */
#include "arch.h"

word_t arch_space_control(struct space *s, word_t control)
{
    (void)s;
    (void)control;
    return 0;
}
