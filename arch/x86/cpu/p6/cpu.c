/* SPDX-FileCopyrightText: 2026 The Pecan authors
 * SPDX-License-Identifier: BSD-2-Clause */
/*
 * Pentium III and its successors: what the kernel built for them needs, and the
 * registers of sysenter.
 */
#include <arch/cpu.h>
#include <arch/trap.h>

enum {
    MSR_SYSENTER_CS = 0x174,
    MSR_SYSENTER_ESP = 0x175,
    MSR_SYSENTER_EIP = 0x176,
    MSR_PAT = 0x277,
};
/* PSE, TSC, MSR, SEP, PGE, CMOV, PAT, FXSR, SSE. */
enum {
    NEEDED = 1 << 3 | 1 << 4 | 1 << 5 | 1 << 11 | 1 << 13 | 1 << 15 | 1 << 16 |
             1 << 24 | 1 << 25
};
enum { FLAG_ID = 1 << 21 };

__attribute__((target("arch=i486"))) bool cpu_is_supported(void)
{
    uint32_t before, after, eax, ebx, ecx, edx;

    /* cpuid exists if the flag can be changed. */
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
                     : "i"(FLAG_ID));
    if (!((before ^ after) & FLAG_ID))
        return false;
    eax = 0;
    __asm__ volatile("cpuid" : "+a"(eax), "=b"(ebx), "=c"(ecx), "=d"(edx));
    if (eax < 1)
        return false;
    eax = 1;
    __asm__ volatile("cpuid" : "+a"(eax), "=b"(ebx), "=c"(ecx), "=d"(edx));
    /* The Pentium Pro announces sysenter but has none. */
    if ((eax & 0xf00) == 0x600 && (eax & 0xff) < 0x33)
        return false;
    return (edx & NEEDED) == NEEDED;
}

/* Write-back, write-through, uncached, uncacheable as after a reset; then
 * write-combining and write-protected, which paging.c adds. */
#define PAT 0x0007050100070406ull

void cpu_set_stack(void *top)
{
    wrmsr(MSR_SYSENTER_ESP, (word_t)top);
}

void cpu_init(void)
{
    wrmsr(MSR_SYSENTER_CS, SEL_KERNEL_CODE);
    cpu_set_stack(kernel_stack_top);
    wrmsr(MSR_SYSENTER_EIP, (word_t)entry_sysenter);
    wrmsr(MSR_PAT, PAT);
}
