/* SPDX-FileCopyrightText: 2026 The Pecan authors
 * SPDX-License-Identifier: BSD-2-Clause */
#ifndef __L4_ARM_REGISTERS_H__
#define __L4_ARM_REGISTERS_H__
/*
 * Where a thread finds its UTCB and its C library's thread register: in words
 * of the vector page, which users may read. docs/abi-arm.md
 */
#include <l4/types.h>

/* Address of MR0 in the own UTCB, which is the own local id. */
L4_INLINE L4_Word_t *__L4_Utcb(void)
{
    return *(L4_Word_t *const volatile *)0xffff0ff4;
}

/* In assembly: the thread register to register r. */
#define __L4_READ_THREAD_REGISTER(r) \
    "mvn " r ", #0xf000\n\tldr " r ", [" r ", #-15]"

#endif
