/* SPDX-FileCopyrightText: 2026 The Pecan authors
 * SPDX-License-Identifier: BSD-2-Clause */
#ifndef PECAN_ARCH_TYPES_H
#define PECAN_ARCH_TYPES_H
/*
 * Words and addresses on riscv64 with Sv39, and the kernel's part of the
 * address space (docs/layout-riscv.md).
 */
#include <stdbool.h>
#include <stdint.h>

#include <arch/layout.h>

#define WORD_BITS 64
typedef uint64_t word_t;
typedef uint64_t vaddr_t;
typedef uint64_t paddr_t;

#define USER_END ((vaddr_t)1 << 38)
enum { ADDRESS_BITS = 39, PAGE_KINDS = 3, TABLE_LEVELS = PAGE_KINDS };
static inline unsigned page_bits(unsigned kind)
{
    return 12 + 9 * kind;
}
enum { PAGE_RIGHTS = 7 };

#define DIRECT_MAP_BYTES ((word_t)LAYOUT_DIRECT_MAP_BYTES)
static inline void *phys_to_virt(paddr_t p)
{
    return (void *)(p + LAYOUT_DIRECT_MAP);
}
static inline paddr_t virt_to_phys(const void *v)
{
    return (paddr_t)v - LAYOUT_DIRECT_MAP;
}
/* Is there RAM at p? The direct map covers devices and holes as well. */
bool phys_reachable(paddr_t p);
/* Caches know memory by its physical address. */
struct space;
static inline void *phys_to_user(const struct space *s, vaddr_t va, paddr_t p)
{
    (void)s;
    (void)va;
    return phys_to_virt(p);
}
static inline void *phys_to_utcb(paddr_t p)
{
    return phys_to_virt(p);
}
#define ARCH_SHARED_ATTRIBUTE 0

#define ARCH_TCB_BASE  ((word_t)LAYOUT_TCBS)
#define ARCH_TCB_BYTES ((word_t)512)
#define ARCH_HAS_IO    0
#define ARCH_FEATURES  ""

/* 4096 threads of 1 KiB, and a page, at the end of the user area. */
#define BOOT_UTCB_AREA ((word_t)0x3FFFC00000 | 22 << 4)
#define BOOT_KIP_AREA  ((word_t)0x3FFFBFF000 | 12 << 4)
enum { UTCB_ALIGN_BITS = 10, UTCB_AREA_MIN_BITS = 12 };

#endif
