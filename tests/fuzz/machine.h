/* SPDX-FileCopyrightText: 2026 The Pecan authors
 * SPDX-License-Identifier: BSD-2-Clause */
#ifndef MACHINE_H
#define MACHINE_H
/*
 * Instructions that a user may not use, or that raise exceptions, of each
 * processor; and ExceptionRegisters where it is (docs/x2.md 2.12).
 */
#include "calls.h"

#if defined(__i386__)

enum { HAS_EXCEPTION_REGISTERS = 0 };

static inline L4_Word_t exception_registers_of(L4_ThreadId_t t,
                                               L4_Word_t control)
{
    (void)t;
    (void)control;
    return 0;
}

static void raise(unsigned which, L4_Word_t value)
{
    switch (which % 16) {
    case 0:
        __asm__ volatile("cli");
        break;
    case 1:
        __asm__ volatile("hlt");
        break;
    case 2:
        __asm__ volatile("movl %0, %%cr3" : : "r"(value));
        break;
    case 3:
        __asm__ volatile("movl %%cr0, %0" : "=r"(value));
        break;
    case 4:
        __asm__ volatile("outb %%al, %%dx" : : "a"(value), "d"(value >> 16));
        break;
    case 5:
        __asm__ volatile("inl %%dx, %%eax" : "+a"(value) : "d"(value >> 8));
        break;
    case 6:
        __asm__ volatile("movw %w0, %%ds" : : "r"(value));
        break;
    case 7:
        __asm__ volatile("movw %w0, %%gs" : : "r"(value & ~7ul));
        break;
    case 8:
        __asm__ volatile("pushl %0\n\tpopfl" : : "r"(value) : "cc");
        break;
    case 9:
        __asm__ volatile("ltr %w0" : : "r"(value));
        break;
    case 10:
        __asm__ volatile("lidt (%0)" : : "r"(&value));
        break;
    case 11:
        __asm__ volatile("ud2");
        break;
    case 12:
        __asm__ volatile("int3");
        break;
    case 13:
        __asm__ volatile("wrmsr" : : "a"(value), "d"(value), "c"(0x174));
        break;
    case 14:
        __asm__ volatile("int $0x80" : "+a"(value) : : "memory");
        break;
    default:
        __asm__ volatile("movw %w0, %%ss" : : "r"(value));
    }
}

#elif defined(__arm__)

enum { HAS_EXCEPTION_REGISTERS = 1 };

static inline L4_Word_t exception_registers_of(L4_ThreadId_t t,
                                               L4_Word_t control)
{
    return L4_ExceptionRegisters(t, control);
}

static void raise(unsigned which, L4_Word_t value)
{
    switch (which % 8) {
    case 0:
        __asm__ volatile("mcr p15, 0, %0, c2, c0, 0" : : "r"(value));
        break;
    case 1:
        __asm__ volatile("mrc p15, 0, %0, c1, c0, 0" : "=r"(value));
        break;
    case 2:
        __asm__ volatile("msr cpsr_c, %0" : : "r"(value));
        break;
    case 3:
        __asm__ volatile(".inst 0xf10c00c0"); /* cpsid if */
        break;
    case 4:
        __asm__ volatile("bkpt #0");
        break;
    case 5:
        __asm__ volatile(".inst 0xe7f000f0");
        break;
    case 6:
        __asm__ volatile("msr cpsr_f, %0" : : "r"(value) : "cc");
        break;
    default: {
        register L4_Word_t r7 __asm__("r7") = 0x1000 + (value & 0xff);
        __asm__ volatile("svc #0" : "+r"(r7) : : "r0", "memory");
    }
    }
}

#else

enum { HAS_EXCEPTION_REGISTERS = 1 };

static inline L4_Word_t exception_registers_of(L4_ThreadId_t t,
                                               L4_Word_t control)
{
    return L4_ExceptionRegisters(t, control);
}

static void raise(unsigned which, L4_Word_t value)
{
    switch (which % 8) {
    case 0:
        __asm__ volatile("csrw satp, %0" : : "r"(value));
        break;
    case 1:
        __asm__ volatile("csrr %0, sstatus" : "=r"(value));
        break;
    case 2:
        __asm__ volatile("csrs sie, %0" : : "r"(value));
        break;
    case 3:
        __asm__ volatile("sfence.vma");
        break;
    case 4:
        __asm__ volatile("ebreak");
        break;
    case 5:
        __asm__ volatile("sret");
        break;
    case 6:
        __asm__ volatile(".word 0xffffffff");
        break;
    default: {
        register L4_Word_t a7 __asm__("a7") = 1000 + (value & 0xff);
        __asm__ volatile("ecall" : "+r"(a7) : : "a0", "memory");
    }
    }
}

#endif
#endif
