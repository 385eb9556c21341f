/* SPDX-FileCopyrightText: 2026 The Pecan authors
 * SPDX-License-Identifier: BSD-2-Clause */
#ifndef PECAN_CPU_OPS_H
#define PECAN_CPU_OPS_H
/*
 * Single instructions of ARMv7-A, for <arch/cpu.h>, which includes this; and
 * what every back end has: dsb(), isb(), cpu_wait(), cpu_interrupts().
 */
CP15_READ(clidr, 1, c0, c0, 1)
CP15_READ(ccsidr, 1, c0, c0, 0)
CP15_WRITE(csselr, 2, c0, c0, 0)
CP15_READ(id_pfr0, 0, c0, c1, 0)
CP15_READ(id_pfr1, 0, c0, c1, 1)
CP15_READ(id_mmfr0, 0, c0, c1, 4)
CP15_READ(id_mmfr3, 0, c0, c1, 7)
CP15_READ(actlr, 0, c1, c0, 1)
CP15_WRITE(actlr, 0, c1, c0, 1)
CP15_READ(cpacr, 0, c1, c0, 2)
CP15_WRITE(cpacr, 0, c1, c0, 2)
CP15_READ(ifar, 0, c6, c0, 2)
CP15_READ(isr, 0, c12, c1, 0) /* interrupts that are pending */
CP15_WRITE(pmcr, 0, c9, c12, 0)
CP15_WRITE(pmcntenset, 0, c9, c12, 1)
CP15_WRITE(pmuserenr, 0, c9, c14, 0)
CP15_WRITE(vbar, 0, c12, c0, 0)
CP15_WRITE(tpidrurw, 0, c13, c0, 2)
CP15_WRITE(tpidruro, 0, c13, c0, 3)
CP15_WRITE(tpidrprw, 0, c13, c0, 4)
CP15_READ(cntfrq, 0, c14, c0, 0)
CP15_WRITE(cntkctl, 0, c14, c1, 0)
CP15_WRITE(cntv_ctl, 0, c14, c3, 1)

#define write_iciallu(site)       CP15_AT(site, 0, 0, c7, c5, 0)
#define write_bpiall(site)        CP15_AT(site, 0, 0, c7, c5, 6)
#define write_dccimvac(site, v)   CP15_AT(site, v, 0, c7, c14, 1)
#define write_dccmvau(site, v)    CP15_AT(site, v, 0, c7, c11, 1)
#define write_dccsw(site, v)      CP15_AT(site, v, 0, c7, c10, 2)
#define write_tlbiall(site)       CP15_AT(site, 0, 0, c8, c7, 0)
#define write_tlbimva(site, v)    CP15_AT(site, v, 0, c8, c7, 1)
#define write_tlbiasid(site, v)   CP15_AT(site, v, 0, c8, c7, 2)
#define write_ttbr0(site, v)      CP15_AT(site, v, 0, c2, c0, 0)
#define write_contextidr(site, v) CP15_AT(site, v, 0, c13, c0, 1)

/* CPACR: coprocessors 10 and 11, which are VFP and NEON; and what reads as one
 * where these, or the registers d16 to d31, do not exist. */
enum { CPACR_FPU = 0xf << 20 };
#define CPACR_FPU_LACKS (3u << 30)

static inline void dsb(void)
{
    __asm__ volatile("dsb" : : : "memory");
}
static inline void isb(void)
{
    __asm__ volatile("isb" : : : "memory");
}
static inline uint64_t read_cntvct(void)
{
    uint64_t v;
    __asm__ volatile("isb\n\tmrrc p15, 1, %Q0, %R0, c14" : "=r"(v));
    return v;
}
static inline void write_teecr(word_t v)
{
    __asm__ volatile("mcr p14, 6, %0, c0, c0, 0" : : "r"(v));
}
static inline void write_cntv_cval(uint64_t v)
{
    __asm__ volatile("mcrr p15, 3, %Q0, %R0, c14" : : "r"(v));
}

/* Caches have UTCBs by one physical address. */
static inline void cpu_fresh(const void *thread)
{
    (void)thread;
}

/* Is an interrupt pending? */
static inline _Bool cpu_interrupts(void)
{
    return read_isr() != 0;
}
/* Until there is an interrupt, also a masked one. */
static inline void cpu_wait(void)
{
    __asm__ volatile("wfi");
}

#endif
