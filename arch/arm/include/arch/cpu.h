/* SPDX-FileCopyrightText: 2026 The Pecan authors
 * SPDX-License-Identifier: BSD-2-Clause */
#ifndef PECAN_ARCH_CPU_H
#define PECAN_ARCH_CPU_H
/*
 * Single instructions that C cannot say.
 */
#include <arch/site.h>
#include <arch/types.h>

#define CP15_READ(name, op1, crn, crm, op2) \
    static inline word_t read_##name(void) \
    { \
        word_t v; \
        __asm__ volatile("mrc p15, " #op1 ", %0, " #crn ", " #crm ", " #op2 \
                         : "=r"(v)); \
        return v; \
    }
#define CP15_WRITE(name, op1, crn, crm, op2) \
    static inline void write_##name(word_t v) \
    { \
        __asm__ volatile("mcr p15, " #op1 ", %0, " #crn ", " #crm ", " #op2 \
                         : \
                         : "r"(v) \
                         : "memory"); \
    }

CP15_READ(midr, 0, c0, c0, 0)
CP15_READ(ctr, 0, c0, c0, 1)
CP15_READ(mpidr, 0, c0, c0, 5)
CP15_READ(ttbr0, 0, c2, c0, 0)
CP15_READ(dfsr, 0, c5, c0, 0)
CP15_READ(ifsr, 0, c5, c0, 1)
CP15_READ(dfar, 0, c6, c0, 0)

/* These have a site, a name (arch/site.h). */
#define CP15_AT(site, v, op1, crn, crm, op2) \
    __asm__ volatile inline(SITE(site) "mcr p15, " #op1 ", %0, " #crn \
                                       ", " #crm ", " #op2 \
                            : \
                            : "r"((word_t)(v)) \
                            : "memory")

#include <cpu_ops.h> /* of each back end */

#endif
