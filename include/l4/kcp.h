/* SPDX-FileCopyrightText: 2026 The Pecan authors
 * SPDX-License-Identifier: BSD-2-Clause */
#ifndef __L4_KCP_H__
#define __L4_KCP_H__
/*
 * The kernel configuration page: what the KIP is before the kernel runs, for
 * boot loaders (docs/x2.md 4.11).
 */
#include <l4/types.h>

typedef struct {
    L4_Word_t sp, ip, low, high;
} L4_KernelRootServer_t;

/* clang-format off */
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wpedantic"

typedef struct {
    L4_Word_t magic;
    L4_Word_t __padding1[3];
    L4_KernelRootServer_t Kdebug;
    L4_KernelRootServer_t sigma0;
    L4_KernelRootServer_t sigma1;
    L4_KernelRootServer_t root_server;
    L4_Word_t __padding2;
    struct {
        struct {
            L4_BITFIELD2(L4_Word_t, n : L4_BITS_PER_WORD / 2,
                         MemDescPtr : L4_BITS_PER_WORD / 2);
        };
    } MemoryInfo;
    L4_Word_t Kdebug_config[2];
    struct {
        L4_Word_t low, high;
    } MainMem;
    L4_Word_t __padding3[4];
    struct {
        L4_Word_t low, high;
    } DedicatedMem[5];
    L4_Word_t __padding4[6];
    L4_Word_t BootInfo;
    L4_Word_t __padding5;
} L4_KernelConfigurationPage_t;

#pragma GCC diagnostic pop
/* clang-format on */

#endif
