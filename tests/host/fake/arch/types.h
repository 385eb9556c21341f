/* SPDX-FileCopyrightText: 2026 The Pecan authors
 * SPDX-License-Identifier: BSD-2-Clause */
#ifndef PECAN_ARCH_TYPES_H
#define PECAN_ARCH_TYPES_H
/*
 * A port that never existed: 64-bit words and 1 MiB of address space, so that
 * whole tables can be compared, and page sizes so near each other that a few
 * random operations meet all cases of splitting.
 */
#include <stdint.h>

#define WORD_BITS 64
typedef uint64_t word_t;
typedef uint64_t vaddr_t;
typedef uint64_t paddr_t;

#define USER_END ((vaddr_t)0xe8000)
enum { ADDRESS_BITS = 20, PAGE_KINDS = 3, TABLE_LEVELS = PAGE_KINDS };
static inline unsigned page_bits(unsigned kind)
{
    return 12 + 2 * kind;
}
enum { PAGE_RIGHTS = FAKE_PAGE_RIGHTS };

/* RAM from FAKE_RAM on; fake_ram[] stands for it. */
#define FAKE_RAM         ((paddr_t)0x40000000)
#define FAKE_RAM_BYTES   0x1000000
#define DIRECT_MAP_BYTES ((word_t)FAKE_RAM_BYTES)
extern unsigned char fake_ram[];
static inline void *phys_to_virt(paddr_t p)
{
    return fake_ram + (p - FAKE_RAM);
}
static inline paddr_t virt_to_phys(const void *v)
{
    return (paddr_t)((const unsigned char *)v - fake_ram) + FAKE_RAM;
}

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
static inline _Bool phys_reachable(paddr_t p)
{
    (void)p;
    return 1;
}

extern unsigned char fake_tcbs[];
#define ARCH_TCB_BASE         ((word_t)fake_tcbs)
#define ARCH_TCB_BYTES        ((word_t)512)
#define ARCH_HAS_IO           0
#define ARCH_SHARED_ATTRIBUTE FAKE_SHARED_ATTRIBUTE
#define ARCH_FEATURES         ""

#define BOOT_UTCB_AREA ((word_t)0xd0000 | 12 << 4)
#define BOOT_KIP_AREA  ((word_t)0xd4000 | 12 << 4)
enum { UTCB_ALIGN_BITS = 10, UTCB_AREA_MIN_BITS = 12 };

#endif
