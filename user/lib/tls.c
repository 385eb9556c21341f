/* SPDX-FileCopyrightText: 2026 The Pecan authors
 * SPDX-License-Identifier: BSD-2-Clause */
/*
 * Thread-local variables of the compiler, as each processor's ABI lays them
 * out round the thread register: below it, or above it behind a header.
 */
#include <l4/kip.h>
#include <pecan.h>
#include <stddef.h>
#include <string.h>

#include "pecan_start.h"

#if defined(L4_ARCH_IA32)
enum { TLS_BELOW = 1, TLS_HEADER = sizeof(L4_Word_t) };
#elif defined(L4_ARCH_ARM)
enum { TLS_BELOW = 0, TLS_HEADER = 8 };
/* Where the compiler has no instruction for it; may change r0 only. */
__attribute__((naked)) void *__aeabi_read_tp(void);
__attribute__((naked)) void *__aeabi_read_tp(void)
{
    __asm__(__L4_READ_THREAD_REGISTER("r0") "\n\tbx lr");
}
#else
enum { TLS_BELOW = 0, TLS_HEADER = 0 };
#endif

/* Program header of type 7: the initial values. */
struct tls {
    L4_Word_t from, file_bytes, bytes, align;
};

/* The headers are loaded with the image; a program without them, or without
 * such variables, has bytes = 0. */
static struct tls find_tls(void)
{
    const unsigned char *elf = (const unsigned char *)__l4_loaded_at;
    struct tls t = { 0, 0, 0, 1 };
    L4_Word_t offset = *(const L4_Word_t *)(elf + 24 + sizeof(L4_Word_t));
    const L4_Word16_t *sizes =
        (const L4_Word16_t *)(elf + 24 + 3 * sizeof(L4_Word_t) + 4);
    unsigned i;

    if (elf[0] != 0x7F || elf[1] != 'E')
        return t;
    for (i = 0; i < sizes[2]; i++) {
        const unsigned char *header = elf + offset + i * sizes[1];
        /* Type, offset, address, address, sizes; alike in both formats. */
        const L4_Word_t *w = (const L4_Word_t *)header;

        if (*(const L4_Word32_t *)header != 7)
            continue;
        t.from = __l4_loaded_at + w[2];
        t.file_bytes = w[4];
        t.bytes = w[5];
        t.align = w[__L4_BITS(7, 6)];
        if (t.align == 0)
            t.align = 1;
    }
    return t;
}

static L4_Word_t round_up(L4_Word_t n, L4_Word_t align)
{
    return (n + align - 1) & ~(align - 1);
}

L4_Word_t pecan_tls_size(void)
{
    struct tls t = find_tls();

    return round_up(round_up(TLS_HEADER, t.align) + round_up(t.bytes, t.align) +
                        t.align,
                    16);
}

void pecan_tls_init(void *block)
{
    struct tls t = find_tls();
    L4_Word_t start = round_up((L4_Word_t)block, t.align);
    L4_Word_t tp, variables;

    if (TLS_BELOW) {
        tp = start + round_up(t.bytes, t.align);
        variables = start;
        *(L4_Word_t *)tp = tp;
    } else {
        tp = start;
        variables = start + round_up(TLS_HEADER, t.align);
    }
    memcpy((void *)variables, (const void *)t.from, t.file_bytes);
    memset((void *)(variables + t.file_bytes), 0, t.bytes - t.file_bytes);
    L4_Set_ThreadRegister(tp);
}

/* Programs without thread-local variables leave the register alone. */
void __l4_tls_start(void)
{
    static char block[1024] __attribute__((aligned(16)));

    if (find_tls().bytes != 0 && pecan_tls_size() <= sizeof(block))
        pecan_tls_init(block);
}
