/* SPDX-FileCopyrightText: 2026 The Pecan authors
 * SPDX-License-Identifier: BSD-2-Clause */
/*
 * Copying memory: eight registers at once.
 */
#include "arch.h"

void arch_copy(void *to, const void *from, word_t blocks)
{
    __asm__ volatile("1: ldmia %1!, {r3-r10}\n\t"
                     "stmia %0!, {r3-r10}\n\t"
                     "ldmia %1!, {r3-r10}\n\t"
                     "subs %2, %2, #1\n\t"
                     "stmia %0!, {r3-r10}\n\t"
                     "bne 1b"
                     : "+r"(to), "+r"(from), "+r"(blocks)
                     :
                     : "r3", "r4", "r5", "r6", "r7", "r8", "r9", "r10", "cc",
                       "memory");
}
