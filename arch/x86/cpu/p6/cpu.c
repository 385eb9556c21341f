/* SPDX-FileCopyrightText: 2026 The Pecan authors
 * SPDX-License-Identifier: BSD-2-Clause */
/*
 * Pentium III and its successors: what the kernel built for them needs, and the
 * registers of sysenter.
 */
#include <arch/asm.h>
#include <arch/cpu.h>
#include <arch/cpuid.h>
#include <arch/trap.h>
#include <enter.h>

#define AT(type, field, offset) \
    _Static_assert(offsetof(struct type, field) == (offset), #field)
AT(tcb, hot.ip, TCB_IP);
AT(tcb, hot.sp, TCB_SP);
AT(tcb, hot.cr3, TCB_CR3);
AT(tcb, hot.flags, TCB_FLAGS);
AT(tcb, hot.resume, TCB_RESUME);
AT(tcb, hot.from, TCB_FROM);
AT(arch_tcb, regs.edi, ARCH_EDI);
AT(arch_tcb, regs.esi, ARCH_ESI);
AT(arch_tcb, regs.ebp, ARCH_EBP);
AT(arch_tcb, regs.ebx, ARCH_EBX);
AT(arch_tcb, regs.edx, ARCH_EDX);
AT(arch_tcb, regs.ecx, ARCH_ECX);
AT(arch_tcb, regs.eax, ARCH_EAX);
AT(arch_tcb, flags, ARCH_FLAGS);

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

ANY_CPU bool cpu_is_supported(void)
{
    uint32_t model, features = cpu_features(&model);

    if ((features & NEEDED) != NEEDED)
        return false;
    /* The Pentium Pro announces sysenter but has none. */
    return (model & 0xf00) != 0x600 || (model & 0xff) >= 0x33;
}

/* Write-back, write-through, uncached, uncacheable as after a reset; then
 * write-combining and write-protected, which paging.c adds. */
#define PAT 0x0007050100070406ull

void enter_stack(void *top)
{
    gdt_set_stack(top);
    wrmsr(MSR_SYSENTER_ESP, (word_t)top);
}

void cpu_init(void)
{
    wrmsr(MSR_SYSENTER_CS, SEL_KERNEL_CODE);
    enter_stack(kernel_stack_top);
    wrmsr(MSR_SYSENTER_EIP, (word_t)entry_sysenter);
    wrmsr(MSR_PAT, PAT);
}
