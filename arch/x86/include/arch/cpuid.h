/* SPDX-FileCopyrightText: 2026 The Pecan authors
 * SPDX-License-Identifier: BSD-2-Clause */
#ifndef PECAN_ARCH_CPUID_H
#define PECAN_ARCH_CPUID_H
/*
 * Which processor is it? Runs on any, be it without cpuid.
 */
#include <stdbool.h>
#include <stdint.h>

#define ANY_CPU __attribute__((target("arch=i486")))
enum { FLAG_AC = 1 << 18, FLAG_ID = 1 << 21 };

/* Can this bit of the flags be changed? What came later than a flag is there
 * only if the flag is. */
static inline ANY_CPU bool flag_changes(uint32_t flag)
{
    uint32_t before, after;

    __asm__ volatile("pushfl\n\t"
                     "pop %0\n\t"
                     "mov %0, %1\n\t"
                     "xor %2, %1\n\t"
                     "push %1\n\t"
                     "popfl\n\t"
                     "pushfl\n\t"
                     "pop %1\n\t"
                     "push %0\n\t"
                     "popfl"
                     : "=&r"(before), "=&r"(after)
                     : "ri"(flag));
    return (before ^ after) & flag;
}

/* cpuid's leaf 1: the features in edx, the model in *eax; 0: there is none. */
static inline ANY_CPU uint32_t cpu_features(uint32_t *eax)
{
    uint32_t ebx, ecx, edx;

    if (!flag_changes(FLAG_ID))
        return 0;
    *eax = 0;
    __asm__ volatile("cpuid" : "+a"(*eax), "=b"(ebx), "=c"(ecx), "=d"(edx));
    if (*eax < 1)
        return 0;
    *eax = 1;
    __asm__ volatile("cpuid" : "+a"(*eax), "=b"(ebx), "=c"(ecx), "=d"(edx));
    return edx;
}

#endif
