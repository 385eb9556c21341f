/* SPDX-FileCopyrightText: 2026 The Pecan authors
 * SPDX-License-Identifier: BSD-2-Clause */
/*
 * Filling the kernel interface page. x2.md 1.17 and 1.18.
 *
 * The header's system-call entries and the code behind them are the port's
 * (kip.S). Behind the header stand, in this order: kernel description,
 * processor descriptor, memory descriptors.
 */
#include "kip.h"
#include "arch.h"
#include "boot.h"
#include "kdb.h"
#include "space.h"
#include "string.h"
#include "thread.h"

enum {
    MAGIC = 0x4BE6344C,
    API_X2 = 0x84,
    API_REVISION = 5,
    API_FLAGS = WORD_BITS == 64 ? 1 << 2 : 0, /* little-endian */
    KERNEL_ID = 0x50, /* not among the registered ones */
    KERNEL_SUBID = 1,
    GEN_DAY = 22,
    GEN_MONTH = 11,
    GEN_YEAR = 26,
    PRECISION_READ_US = 1,
    PRECISION_SCHEDULE_US = 1000,
    PROC_DESC_BITS = WORD_BITS == 64 ? 5 : 4,
    KIB = 1024,
    PAGE = 4096,
};

enum memory_type {
    MEMORY_RAM = 1,
    MEMORY_RESERVED = 2,
    MEMORY_BOOT_LOADER = 0xe,
    MEMORY_VIRTUAL = 1 << 9, /* flag */
};

static const char supplier[4] = { 'P', 'C', 'A', 'N' };
/* Then the feature strings. The empty string that closes their list is the
 * literal's own NUL. */
static const char version[] = "Pecan " PECAN_VERSION " (" BOARD_CPU
                              ", " BOARD_BACKEND ")\0" ARCH_FEATURES;

word_t kip_processor_khz[2] = { 1000000, 1000000 };

/* "a.b.c" as ver, subver and subsubver. */
static word_t version_word(const char *s)
{
    word_t part[3] = { 0, 0, 0 };

    for (unsigned n = 0; *s && n < 3; s++) {
        if (*s >= '0' && *s <= '9')
            part[n] = part[n] * 10 + (word_t)(*s - '0');
        else
            n++;
    }
    return part[0] << 24 | part[1] << 16 | part[2];
}

/* Result: first free byte behind the description. */
static word_t put_description(word_t at)
{
    word_t *d = kip_page + at / WORD_BYTES;

    d[0] = (word_t)KERNEL_ID << 24 | (word_t)KERNEL_SUBID << 16;
    d[1] = GEN_DAY | GEN_MONTH << 5 | GEN_YEAR << 9;
    d[2] = version_word(PECAN_VERSION);
    memcpy(d + 3, supplier, sizeof supplier);
    memcpy(d + 4, version, sizeof version);
    kip_page[KIP_KERNEL_VER_PTR] = at;
    at += 4 * WORD_BYTES + sizeof version;
    return (at + 31) & ~(word_t)31;
}

static word_t put_processor(word_t at)
{
    word_t *d = kip_page + at / WORD_BYTES;

    d[0] = kip_processor_khz[0];
    d[1] = kip_processor_khz[1];
    kip_page[KIP_PROC_DESC_PTR] = at;
    kip_page[KIP_PROCESSOR_INFO] = (word_t)PROC_DESC_BITS << (WORD_BITS - 4);
    return at + ((word_t)1 << PROC_DESC_BITS);
}

struct descriptors {
    word_t at, count; /* byte offset of the first, and how many */
};

/* Whole pages: RAM loses what is no whole page, all else takes it. */
static void put_memory(struct descriptors *d, paddr_t low, paddr_t high,
                       word_t type)
{
    word_t at = d->at + d->count * 2 * WORD_BYTES;
    paddr_t last = high - 1;

    if (type == MEMORY_RAM) {
        if (low > ~(paddr_t)0 - (PAGE - 1))
            return;
        low = (low + PAGE - 1) & ~(paddr_t)(PAGE - 1);
        high &= ~(paddr_t)(PAGE - 1);
        if (low >= high)
            return;
        last = high - 1;
    }
    if (at + 2 * WORD_BYTES > KIP_CODE)
        boot_fail(BOOT_BAD_MAP, "too many memory descriptors");
    kip_page[at / WORD_BYTES] = (low & ~(word_t)(PAGE - 1)) | type;
    kip_page[at / WORD_BYTES + 1] = (last | (PAGE - 1)) & ~(word_t)(KIB - 1);
    d->count++;
}

/* Later descriptors override earlier ones (x2.md 1.18). */
static void put_memories(const struct boot *b, paddr_t pool_low,
                         paddr_t pool_high, word_t at)
{
    struct descriptors d = { .at = at };

    for (unsigned i = 0; i < b->regions; i++)
        put_memory(&d, b->region[i].low, b->region[i].high, b->region[i].type);
    for (unsigned i = 1; i < b->modules; i++) {
        const struct boot_module *m = &b->module[i];
        if (m->size)
            put_memory(&d, m->start, m->start + m->size, MEMORY_BOOT_LOADER);
    }
    put_memory(&d, b->kernel_low, b->kernel_high, MEMORY_RESERVED);
    put_memory(&d, pool_low, pool_high, MEMORY_RESERVED);
    put_memory(&d, 0, USER_END, MEMORY_RAM | MEMORY_VIRTUAL);
    kip_page[KIP_MEMORY_INFO] = d.at << (WORD_BITS / 2) | d.count;
}

void kip_init(const struct boot *b, paddr_t pool_low, paddr_t pool_high)
{
    word_t page_sizes = 0;

    for (unsigned kind = 0; kind < PAGE_KINDS; kind++)
        page_sizes |= (word_t)1 << page_bits(kind);
    kip_page[KIP_MAGIC] = MAGIC;
    kip_page[KIP_API_VERSION] = (word_t)API_X2 << 24 | API_REVISION << 16;
    kip_page[KIP_API_FLAGS] = API_FLAGS;
    kip_page[KIP_UTCB_INFO] =
        UTCB_AREA_MIN_BITS << 16 | UTCB_ALIGN_BITS << 10 | 1;
    kip_page[KIP_KIP_INFO] = 12;
    kip_page[KIP_CLOCK_INFO] = PRECISION_SCHEDULE_US << 16 | PRECISION_READ_US;
    kip_page[KIP_THREAD_INFO] =
        thread_user_base() << 20 | (word_t)arch_irq_count() << 8 | THREAD_BITS;
    kip_page[KIP_PAGE_INFO] = page_sizes | PAGE_RIGHTS;

    word_t at = put_processor(put_description(KIP_DATA));
    put_memories(b, pool_low, pool_high, at);
}

void kip_interface(const struct space *s, word_t result[4])
{
    result[0] = fpage_base(s->kip_area);
    result[1] = kip_page[KIP_API_VERSION];
    result[2] = kip_page[KIP_API_FLAGS];
    result[3] = kip_page[kip_page[KIP_KERNEL_VER_PTR] / WORD_BYTES];
}
