/* SPDX-FileCopyrightText: 2026 The Pecan authors
 * SPDX-License-Identifier: BSD-2-Clause */
#ifndef __L4_ARM_REGISTERS_H__
#define __L4_ARM_REGISTERS_H__
/*
 * Where a thread finds its UTCB and its C library's thread register: in two
 * registers of the processor's.
 */
#include <l4/types.h>

/* Address of MR0 in the own UTCB, which is the own local id. */
L4_INLINE L4_Word_t *__L4_Utcb(void)
{
    L4_Word_t *utcb;

    __asm__("mrc p15, 0, %0, c13, c0, 2" : "=r"(utcb));
    return utcb;
}

/* In assembly: the thread register to register r. */
#define __L4_READ_THREAD_REGISTER(r) "mrc p15, 0, " r ", c13, c0, 3"

#endif
