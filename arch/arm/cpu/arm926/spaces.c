/* SPDX-FileCopyrightText: 2026 The Pecan authors
 * SPDX-License-Identifier: BSD-2-Clause */
/*
 * What the MMU has of a space: its table. The TLB does not know whose its
 * entries are, so it is emptied with each switch.
 */
#include <page_format.h>

static uint32_t vector_table[SMALL_ENTRIES] __attribute__((aligned(1024)));
extern char vector_page[]; /* vectors.S */

/* Still where the image was loaded. Users read the page. */
void paging_boot_more(uint32_t *table, word_t offset)
{
    uint32_t *vectors = (uint32_t *)((char *)vector_table + offset);
    paddr_t page = (word_t)vector_page + offset;

    vectors[VECTOR_PAGE >> 12 & (SMALL_ENTRIES - 1)] =
        page | PAGE_ENTRY | WRITTEN_THROUGH |
        (RIGHTS_USER * QUARTERS) << PAGE_RIGHTS_SHIFT;
    table[VECTOR_PAGE >> 20] = (word_t)vectors | TABLE_BITS;
}

bool paging_loaded(const struct space *s)
{
    return (read_ttbr0() & ~(word_t)0x3fff) == s->arch.ttbr;
}

static void load(word_t ttbr)
{
    dsb();
    write_ttbr0("switch_table", ttbr);
    write_tlbiall("switch_tlb");
}

void paging_load(struct space *s)
{
    if (!paging_loaded(s))
        load(s->arch.ttbr);
}

void paging_begin(struct space *s)
{
    s->arch.context = 0;
    s->arch.ttbr = virt_to_phys(s->arch.table);
}

void paging_end(struct space *s)
{
    if (paging_loaded(s))
        load(virt_to_phys(boot_table));
}

bool paging_is_consistent(const struct space *s)
{
    return s->arch.ttbr == virt_to_phys(s->arch.table);
}
