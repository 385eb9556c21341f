/* SPDX-FileCopyrightText: 2026 The Pecan authors
 * SPDX-License-Identifier: BSD-2-Clause */
#ifndef PECAN_ARCH_CSR_H
#define PECAN_ARCH_CSR_H
/*
 * Control registers, translation fences, calls of the firmware (SBI).
 */
#include <arch/site.h>
#include <arch/types.h>

#define csr_read(name) \
    ({ \
        word_t csr_value; \
        __asm__ volatile("csrr %0, " name : "=r"(csr_value) : : "memory"); \
        csr_value; \
    })
#define csr_write(name, value) \
    __asm__ volatile("csrw " name ", %0" : : "r"((word_t)(value)) : "memory")

/* Bits of a control register, without touching the others. */
#define csr_set(name, bits) \
    __asm__ volatile("csrs " name ", %0" : : "r"((word_t)(bits)) : "memory")
#define csr_clear(name, bits) \
    __asm__ volatile("csrc " name ", %0" : : "r"((word_t)(bits)) : "memory")

/* Users may read cycle, time and instret. */
enum { SCOUNTEREN_ALL = 7 };

#define CSR_STIMECMP "0x14d" /* extension Sstc */

#define SATP_SV39 ((word_t)8 << 60)
enum { SATP_ASID_SHIFT = 44, SATP_ASID_BITS = 16 };
static inline word_t satp_asid(word_t satp)
{
    return satp >> SATP_ASID_SHIFT & ((1 << SATP_ASID_BITS) - 1);
}

enum { SIE_TIMER = 1 << 5, SIE_EXTERNAL = 1 << 9 };

/* site: a name (arch/site.h). */
#define satp_write(site, value) \
    __asm__ volatile inline(SITE(site) "csrw satp, %0" \
                            : \
                            : "r"((word_t)(value)) \
                            : "memory")
#define tlb_flush_all(site) \
    __asm__ volatile inline(SITE(site) "sfence.vma" : : : "memory")
#define tlb_flush_kernel(site, va) \
    __asm__ volatile inline(SITE(site) "sfence.vma %0" : : "r"(va) : "memory")
#define tlb_flush(site, va, asid) \
    __asm__ volatile inline(SITE(site) "sfence.vma %0, %1" \
                            : \
                            : "r"((vaddr_t)(va)), "r"((word_t)(asid)) \
                            : "memory")

/* Tables of this space changed, not just what its pages are. */
#define tlb_flush_asid(site, asid) \
    __asm__ volatile inline(SITE(site) "sfence.vma zero, %0" \
                            : \
                            : "r"((word_t)(asid)) \
                            : "memory")
/* A table is full before anything points to it. */
static inline void table_filled(void)
{
    __asm__ volatile("fence w, w" : : : "memory");
}

enum sbi_extension {
    SBI_TIME = 0x54494D45,
    SBI_RESET = 0x53525354,
    SBI_HART = 0x48534D, /* hart state management */
};
enum { SBI_HART_START = 0 };
static inline long sbi_call(word_t extension, word_t function, word_t arg0,
                            word_t arg1)
{
    register word_t a0 __asm__("a0") = arg0;
    register word_t a1 __asm__("a1") = arg1;
    register word_t a6 __asm__("a6") = function;
    register word_t a7 __asm__("a7") = extension;

    __asm__ volatile("ecall"
                     : "+r"(a0), "+r"(a1)
                     : "r"(a6), "r"(a7)
                     : "memory");
    return (long)a0;
}

#endif
