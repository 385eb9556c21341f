/* SPDX-FileCopyrightText: 2026 The Pecan authors
 * SPDX-License-Identifier: BSD-2-Clause */
/*
 * The vector page. Its words that change are reached by its own address only.
 */
#include <arch/layout.h>
#include <arch/site.h>

        .macro  GO
        ldr     pc, [pc, #VECTOR_TARGETS - 8]
        .endm

        .data
        .balign 4096
        .globl  vector_page
vector_page:
        STEP    trap, VECTOR_PAGE
        .rept   8
        GO
        .endr
        .org    vector_page + VECTOR_TARGETS
        .word   vector_unused
        .word   entry_undefined
        .word   entry_svc
        .word   entry_prefetch
        .word   entry_data
        .word   vector_unused
        .word   entry_irq
        .word   entry_fiq
        /* r0 old, r1 wanted, r2 address: r0 = 0 and C if it was exchanged.
         * Up to the store only r3 and the flags change. */
        .org    vector_page + VECTOR_EXCHANGE
        ldr     r3, [r2]
        subs    r3, r3, r0
        streq   r1, [r2]
        rsbs    r0, r3, #0
        bx      lr
        .org    vector_page + VECTOR_GET_TLS
        ldr     r0, [pc, #VECTOR_TLS - VECTOR_GET_TLS - 8]
        bx      lr
        .org    vector_page + VECTOR_TLS
        .word   0
        .org    vector_page + VECTOR_UTCB
        .word   0
        .org    vector_page + VECTOR_HELPERS
        .word   2
        .globl  vector_page_end
vector_page_end:

        .text
vector_unused:
        b       .
