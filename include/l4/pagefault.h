/* SPDX-FileCopyrightText: 2026 The Pecan authors
 * SPDX-License-Identifier: BSD-2-Clause */
#ifndef __L4_PAGEFAULT_H__
#define __L4_PAGEFAULT_H__
/*
 * Page-fault messages as structures (docs/x2.md 3.3 and 4.13).
 */
#include <l4/message.h>
#include <l4/types.h>

/* clang-format off */
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wpedantic"

/* From the faulting thread; u = 2, t = 0, wrx the access, protocol -2. */
typedef union {
    L4_Word_t raw[3];
    struct {
        L4_BITFIELD5(L4_Word_t, u : 6, t : 6, __zeros : 4, wrx : 4,
                     protocol : __L4_BITS(12, 44));
        L4_Word_t fault_address;
        L4_Word_t fault_ip;
    } X;
} L4_PfRequest_t;

/* The pager's answer; u = 0, t = 2. */
typedef union {
    L4_Word_t raw[3];
    struct {
        L4_BITFIELD4(L4_Word_t, u : 6, t : 6, __zeros : 4,
                     __rest : __L4_BITS(16, 48));
        L4_MapItem_t MapItem;
    } X;
} L4_PfReply_t;

#pragma GCC diagnostic pop
/* clang-format on */

#endif
