/* SPDX-FileCopyrightText: 2026 The Pecan authors
 * SPDX-License-Identifier: BSD-2-Clause */
#ifndef PECAN_ARCH_CPU_H
#define PECAN_ARCH_CPU_H
/*
 * Single instructions that C cannot say.
 */
#include <arch/site.h>
#include <arch/types.h>

static inline void outb(uint16_t port, uint8_t v)
{
    __asm__ volatile("outb %0, %1" : : "a"(v), "Nd"(port));
}
static inline uint8_t inb(uint16_t port)
{
    uint8_t v;
    __asm__ volatile("inb %1, %0" : "=a"(v) : "Nd"(port));
    return v;
}
static inline uint64_t rdtsc(void)
{
    uint64_t t;
    __asm__ volatile("rdtsc" : "=A"(t));
    return t;
}
static inline void wrmsr(uint32_t msr, uint64_t v)
{
    __asm__ volatile("wrmsr" : : "c"(msr), "A"(v));
}
static inline word_t read_cr2(void)
{
    word_t v;
    __asm__ volatile("mov %%cr2, %0" : "=r"(v));
    return v;
}
static inline word_t read_cr3(void)
{
    word_t v;
    __asm__ volatile("mov %%cr3, %0" : "=r"(v));
    return v;
}
/* site: a name (arch/site.h). */
#define write_cr3(site, value) \
    __asm__ volatile inline(SITE(site) "mov %0, %%cr3" \
                            : \
                            : "r"((word_t)(value)) \
                            : "memory")
#define invlpg(site, va) \
    __asm__ volatile inline(SITE(site) "invlpg (%0)" \
                            : \
                            : "r"((vaddr_t)(va)) \
                            : "memory")

#endif
