/* SPDX-FileCopyrightText: 2026 The Pecan authors
 * SPDX-License-Identifier: BSD-2-Clause */
/*
 * Segments: flat, but for the two through which user code finds its UTCB and
 * its thread-local data. Where there are small spaces, users' end where the
 * kernel's addresses begin, and small.c changes them. One task state segment;
 * it only names the stack and the I/O ports.
 */
#include <arch/trap.h>

#include "tcb.h"

/* Access byte and, in bits 20 to 23, granularity and size. "Accessed" is set,
 * so that no load of a segment register writes here. */
enum {
    CODE = 0xC0009B,
    DATA = 0xC00093,
    USER = 0x60,
    UTCB_DATA = 0x4000F0, /* read only, byte granular */
    TSS_AVAILABLE = 0x89,
};

enum { USER_LIMIT = MODEL_SMALL ? (USER_END >> 12) - 1 : 0xfffff };

/* The permissions for I/O ports are on the pages behind its own, and the
 * processor reads one more byte behind these (paging.c). On the rest of its
 * page are the segments, which are one cache line, and cpu0 (kernel.ld): all
 * that an Ipc touches but TCBs and the own local id. */
struct tss tss __attribute__((section(".data.tss")));
struct descriptor gdt[GDT_ENTRIES]
    __attribute__((section(".data.tss.gdt"), aligned(64)));
_Static_assert(sizeof(gdt) == 64, "a cache line");
_Static_assert(offsetof(struct tss, esp0) == TSS_ESP0, "gate/ipc.S");
_Static_assert(offsetof(struct tss, io_map) == TSS_IO_MAP, "Intel's manual 3");
enum { PAGE_BYTES = 4096, IO_MAP_BYTES = 8192 };
bool gdt_tls_on;

static struct descriptor descriptor(word_t base, word_t limit, word_t type)
{
    uint32_t low = (limit & 0xffff) | base << 16;
    uint32_t high = (base >> 16 & 0xff) | (type & 0xff) << 8 |
                    (limit & 0xf0000) | (type & 0xf00000) | (base & 0xff000000);
    return (struct descriptor){ low, high };
}

void gdt_init(void)
{
    struct {
        uint16_t limit;
        uint32_t base;
    } __attribute__((packed)) pointer = { sizeof(gdt) - 1, (word_t)gdt };

    gdt[SEL_KERNEL_CODE / 8] = descriptor(0, 0xfffff, CODE);
    gdt[SEL_KERNEL_DATA / 8] = descriptor(0, 0xfffff, DATA);
    gdt[SEL_USER_CODE / 8] = descriptor(0, USER_LIMIT, CODE | USER);
    gdt[SEL_USER_DATA / 8] = descriptor(0, USER_LIMIT, DATA | USER);
    gdt[SEL_UTCB / 8] = descriptor(LAYOUT_USER_WORD, 3, UTCB_DATA);
    gdt[SEL_TSS / 8] =
        descriptor(LAYOUT_TSS, PAGE_BYTES + IO_MAP_BYTES, TSS_AVAILABLE);
    gdt_set_stack(kernel_stack_top);
    tss.ss0 = SEL_KERNEL_DATA;
    tss.io_map = PAGE_BYTES;

    __asm__ volatile("lgdt %0\n\t"
                     "ljmp %1, $1f\n"
                     "1:\tmov %2, %%ss\n\t"
                     "mov %3, %%ds\n\t"
                     "mov %3, %%es\n\t"
                     "mov %4, %%fs\n\t"
                     "mov %4, %%gs\n\t"
                     "lldt %w5\n\t"
                     "ltr %w6"
                     :
                     : "m"(pointer), "i"(SEL_KERNEL_CODE), "r"(SEL_KERNEL_DATA),
                       "r"(SEL_KERNEL_DS), "r"(SEL_UTCB), "r"(0), "r"(SEL_TSS)
                     : "memory");
}

/* Absent for everybody else, so that no thread can look through the selector
 * of another. */
void gdt_tls_switch(const struct tcb *t)
{
    gdt_tls_on = t->slow & SLOW_TLS;
    gdt[SEL_TLS / 8] = gdt_tls_on
                           ? descriptor(t->arch.tls_base, 0xfffff, DATA | USER)
                           : (struct descriptor){ 0 };
}
