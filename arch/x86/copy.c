/* SPDX-FileCopyrightText: 2026 The Pecan authors
 * SPDX-License-Identifier: BSD-2-Clause */
/*
 * Copying memory: one string instruction.
 */
#include "arch.h"

void arch_copy(void *to, const void *from, word_t blocks)
{
    word_t words = blocks * (COPY_BLOCK / WORD_BYTES);

    __asm__ volatile("rep movsl"
                     : "+D"(to), "+S"(from), "+c"(words)
                     :
                     : "memory");
}
