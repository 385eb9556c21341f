/* SPDX-FileCopyrightText: 2026 The Pecan authors
 * SPDX-License-Identifier: BSD-2-Clause */
/*
 * Start of a program, after crt0.S gave it a stack: the image moves itself to
 * where it was loaded, finds the system calls, runs constructors and main().
 *
 * Programs are static PIE files without a dynamic linker. Until relocate() is
 * done nothing here may touch data that holds an address.
 */
#include <l4/kip.h>
#include <stdint.h>
#include <stdlib.h>

#include "pecan_start.h"

/* Absolute addresses of the system call entries; the stubs go through them. */
L4_Word_t __l4_syscalls[17] __attribute__((visibility("hidden")));
/* Whom a system call may let run, for the compiler (types.h); nobody calls it.
 */
void __attribute__((weak)) __l4_anybody(void)
{
}

/* Where the image is, for tls.c. */
L4_Word_t __l4_loaded_at __attribute__((visibility("hidden")));

int main(int argc, char **argv);

/* Tags of the dynamic section. */
enum {
    DT_NULL = 0,
    DT_RELA = 7,
    DT_RELASZ = 8,
    DT_REL = 17,
    DT_RELSZ = 18,
    DT_INIT_ARRAY = 25,
    DT_INIT_ARRAYSZ = 27,
    DT_COUNT = 28,
};
enum { PAGE = 4096 };
struct dynamic {
    L4_Word_t tag, value;
};

/* The first entry with this tag, or 0. */
static inline L4_Word_t dynamic_value(const struct dynamic *d, L4_Word_t tag)
{
    for (; d->tag != DT_NULL; d++)
        if (d->tag == tag)
            return d->value;
    return 0;
}

/* Programs link everything statically, so that every relocation is "add the
 * base": with the addend in place (REL) or in the table (RELA). */
static inline void relocate(L4_Word_t base, const struct dynamic *d)
{
    L4_Word_t at = dynamic_value(d, DT_REL);
    L4_Word_t end = at + dynamic_value(d, DT_RELSZ);

    for (; at < end; at += 2 * sizeof(L4_Word_t)) {
        const L4_Word_t *rel = (const L4_Word_t *)(base + at);

        if ((rel[1] & 0xFF) != 0)
            *(L4_Word_t *)(base + rel[0]) += base;
    }
    at = dynamic_value(d, DT_RELA);
    end = at + dynamic_value(d, DT_RELASZ);
    for (; at < end; at += 3 * sizeof(L4_Word_t)) {
        const L4_Word_t *rela = (const L4_Word_t *)(base + at);

        if ((rela[1] & 0xFF) != 0)
            *(L4_Word_t *)(base + rela[0]) = base + rela[2];
    }
}

void __L4_Init(void)
{
    L4_Word_t base = (L4_Word_t)L4_GetKernelInterface();
    const L4_Word_t *kip = (const L4_Word_t *)base;
    int i;

    /* Words 52..62, then the processor's own, 68..71. */
    for (i = 0; i < 11; i++)
        __l4_syscalls[i] = base + kip[52 + i];
    for (i = 0; i < 4; i++)
        __l4_syscalls[11 + i] = base + kip[68 + i];
}

static void run_constructors(L4_Word_t base, const struct dynamic *d)
{
    L4_Word_t array = dynamic_value(d, DT_INIT_ARRAY);
    L4_Word_t bytes = dynamic_value(d, DT_INIT_ARRAYSZ);
    L4_Word_t i;

    for (i = 0; i < bytes / sizeof(L4_Word_t); i++)
        ((void (*const *)(void))(base + array))[i]();
}

/* The root server's first thread, which this is, reads each page of the image
 * once: sigma0 gives them to this thread and to no other, so that a thread that
 * met one first would fault on it for ever (x2.md 3.6). A program that another
 * one loaded has that one's pager, and gets what it needs. */
static void own_image(L4_Word_t base)
{
    const L4_Word_t *kip = L4_GetKernelInterface();
    L4_Word_t low = kip[18] & ~(PAGE - 1UL), high = kip[19], p;

    if (base < low || base >= high)
        return;
    for (p = low; p < high; p += PAGE)
        (void)*(volatile char *)p;
}

/* Not inlined: nothing of it may move before the relocation. */
static void __attribute__((noinline, noreturn))
run(L4_Word_t base, const struct dynamic *d)
{
    static char *arguments[] = { NULL };

    __l4_loaded_at = base;
    __L4_Init();
    own_image(base);
    __l4_tls_start();
    run_constructors(base, d);
    exit(main(0, arguments));
}

void __l4_start(void *image_base, void *dynamic)
{
    relocate((L4_Word_t)image_base, dynamic);
    __asm__ volatile("" ::: "memory");
    run((L4_Word_t)image_base, dynamic);
}
