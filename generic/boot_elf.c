/* SPDX-FileCopyrightText: 2026 The Pecan authors
 * SPDX-License-Identifier: BSD-2-Clause */
/*
 * Loading of sigma0 and the root task. They relocate themselves, so only the
 * program headers matter here.
 */
#include "elf.h"
#include "string.h"

enum {
    WIDE = WORD_BITS == 64,
    /* ELF header */
    E_TYPE = 16,
    E_ENTRY = 24,
    E_PHOFF = E_ENTRY + WORD_BYTES,
    E_PHENTSIZE = E_PHOFF + 2 * WORD_BYTES + 4 + 2,
    E_PHNUM = E_PHENTSIZE + 2,
    E_BYTES = WIDE ? 64 : 52,
    ET_DYN = 3,
    /* Program header; the flags stand elsewhere in the two widths. */
    P_TYPE = 0,
    P_OFFSET = WIDE ? 8 : 4,
    P_VADDR = P_OFFSET + WORD_BYTES,
    P_FILESZ = P_VADDR + 2 * WORD_BYTES,
    P_MEMSZ = P_FILESZ + WORD_BYTES,
    P_ALIGN = WIDE ? 48 : 28,
    P_BYTES = WIDE ? 56 : 32,
    PT_LOAD = 1,
    /* The largest image: a guard against nonsense, not a promise. */
    IMAGE_MAX = 1 << 28,
    ALIGN_MAX = 1 << 16,
    PAGE = 4096,
};

/* Files need not be aligned to anything. */
static word_t word_at(const uint8_t *p)
{
    word_t w;

    memcpy(&w, p, sizeof w);
    return w;
}
static unsigned half_at(const uint8_t *p)
{
    return p[0] | (unsigned)p[1] << 8;
}
static word_t word32_at(const uint8_t *p)
{
    return half_at(p) | (word_t)half_at(p + 2) << 16;
}

static const uint8_t *program_header(const uint8_t *file, unsigned n)
{
    return file + word_at(file + E_PHOFF) + n * P_BYTES;
}

static bool segment_ok(const uint8_t *p, word_t size)
{
    word_t offset = word_at(p + P_OFFSET), in_file = word_at(p + P_FILESZ);
    word_t vaddr = word_at(p + P_VADDR), in_memory = word_at(p + P_MEMSZ);

    return in_file <= in_memory && offset <= size && in_file <= size - offset &&
           vaddr <= IMAGE_MAX && in_memory <= IMAGE_MAX - vaddr;
}

static bool header_ok(const uint8_t *f, word_t size)
{
    static const uint8_t magic[] = { 0x7f, 'E', 'L', 'F' };

    if (size < E_BYTES || memcmp(f, magic, sizeof magic) != 0 ||
        f[4] != (WIDE ? 2 : 1) || f[5] != 1 || half_at(f + E_TYPE) != ET_DYN ||
        half_at(f + E_PHENTSIZE) != P_BYTES)
        return false;
    word_t at = word_at(f + E_PHOFF);
    return at <= size && half_at(f + E_PHNUM) <= (size - at) / P_BYTES;
}

bool elf_open(struct elf_image *e, const void *file, word_t size)
{
    const uint8_t *f = file;

    *e = (struct elf_image){ .file = f, .low = ~(word_t)0, .align = PAGE };
    if (!header_ok(f, size))
        return false;
    for (unsigned i = 0; i < half_at(f + E_PHNUM); i++) {
        const uint8_t *p = program_header(f, i);
        if (word32_at(p + P_TYPE) != PT_LOAD || word_at(p + P_MEMSZ) == 0)
            continue;
        if (!segment_ok(p, size))
            return false;
        word_t low = word_at(p + P_VADDR);
        word_t high = low + word_at(p + P_MEMSZ);
        word_t align = word_at(p + P_ALIGN);
        if (low < e->low)
            e->low = low;
        if (high > e->high)
            e->high = high;
        if (align > e->align && align <= ALIGN_MAX && !(align & (align - 1)))
            e->align = align;
    }
    e->entry = word_at(f + E_ENTRY);
    if (e->entry < e->low || e->entry >= e->high)
        return false; /* also when there was no segment at all */
    e->low &= ~(word_t)(PAGE - 1);
    e->high = (e->high + PAGE - 1) & ~(word_t)(PAGE - 1);
    return true;
}

void elf_load(const struct elf_image *e, void *to)
{
    const uint8_t *f = e->file;

    memset(to, 0, e->high - e->low);
    for (unsigned i = 0; i < half_at(f + E_PHNUM); i++) {
        const uint8_t *p = program_header(f, i);
        if (word32_at(p + P_TYPE) == PT_LOAD)
            memcpy((uint8_t *)to + (word_at(p + P_VADDR) - e->low),
                   f + word_at(p + P_OFFSET), word_at(p + P_FILESZ));
    }
}
