/* SPDX-FileCopyrightText: 2026 The Pecan authors
 * SPDX-License-Identifier: BSD-2-Clause */
/*
 * The kernel's own part of the address space (docs/layout-arm.md): the boot
 * table, whose upper quarter every space's table has a copy of. It is complete
 * before the first space exists and never changes after that.
 */
#include <page_format.h>

#include "arch.h"
#include "boot.h"
#include "kmem.h"
#include "tcb.h"

enum { RAM_REGIONS = 8 };

uint32_t boot_table[TABLE_ENTRIES] __attribute__((aligned(16384)));
static uint32_t tcb_tables[LAYOUT_TCB_TABLES][SMALL_ENTRIES]
    __attribute__((aligned(1024)));
static const uint32_t no_tcb[1024] __attribute__((aligned(4096)));

static struct boot_region ram[RAM_REGIONS]; /* memory; all else is devices */
static unsigned rams;

/* Still where the image was loaded: every address needs the offset. */
void paging_boot(word_t offset)
{
    uint32_t *table = (uint32_t *)((char *)boot_table + offset);
    uint32_t *tcbs = (uint32_t *)((char *)tcb_tables + offset);
    word_t *own_offset = (word_t *)((char *)&phys_offset + offset);
    paddr_t start = LAYOUT_DIRECT_MAP + offset;
    uint32_t hole = kernel_page((word_t)no_tcb + offset, true);

    *own_offset = offset;
    for (unsigned i = 0; i < LAYOUT_DIRECT_MAP_BYTES >> 20; i++)
        table[KERNEL_FIRST + i] =
            kernel_section(start + (i << 20), false, i == 0);
    for (unsigned i = 0; i < LAYOUT_TCB_TABLES * SMALL_ENTRIES; i++)
        tcbs[i] = hole;
    for (unsigned i = 0; i < LAYOUT_TCB_TABLES; i++)
        table[(LAYOUT_TCBS >> 20) + i] =
            ((word_t)tcbs + i * sizeof(tcb_tables[0])) | TABLE_BITS;
    paging_boot_more(table, offset);
    /* Where the processor is until it jumps to the kernel's addresses. */
    table[start >> 20] = kernel_section(start, false, true);
}

void paging_boot_done(const struct boot *b)
{
    for (unsigned i = 0; i < b->regions && rams < RAM_REGIONS; i++)
        if (b->region[i].type == 1)
            ram[rams++] = b->region[i];
    for (unsigned i = 0; i < KERNEL_FIRST; i++)
        boot_table[i] = 0;
    for (unsigned i = 0; i < LAYOUT_DIRECT_MAP_BYTES >> 20; i++) {
        void *va = (void *)(LAYOUT_DIRECT_MAP + (i << 20));
        if (!phys_reachable(virt_to_phys(va)))
            boot_table[KERNEL_FIRST + i] = 0;
    }
    paging_boot_done_more();
    dsb();
    write_tlbiall("boot_done");
    dsb();
    isb();
}

bool paging_is_ram(paddr_t pa)
{
    for (unsigned i = 0; i < rams; i++)
        if (pa >= ram[i].low && pa < ram[i].high)
            return true;
    return false;
}

bool phys_reachable(paddr_t pa)
{
    return pa - virt_to_phys((void *)LAYOUT_DIRECT_MAP) <
               LAYOUT_DIRECT_MAP_BYTES &&
           paging_is_ram(pa);
}

void *paging_map_device(paddr_t pa)
{
    unsigned i = LAYOUT_DEVICES >> 20;
    uint32_t entry = kernel_section(pa & ~(paddr_t)(SECTION - 1), true, false);
    uint32_t *table = phys_to_virt(read_ttbr0() & ~(word_t)0x3fff);

    while (table[i] != 0 && table[i] != entry)
        i++;
    table[i] = entry;
    dsb();
    isb();
    return (void *)(i << 20 | (pa & (SECTION - 1)));
}

enum error arch_tcb_back(word_t number)
{
    vaddr_t va = (vaddr_t)tcb_slot(number);
    uint32_t *entry =
        &tcb_tables[(va - LAYOUT_TCBS) >> 20][va >> 12 & (SMALL_ENTRIES - 1)];

    if (!kernel_page_read_only(*entry))
        return OK;
    void *page = kmem_alloc(NULL, 4096);
    if (page == NULL)
        return ERR_NOMEM;
    *entry = 0; /* break before make */
    dsb();
    write_tlbimva("tcb_back", va);
    dsb();
    *entry = kernel_page(virt_to_phys(page), false);
    dsb();
    isb();
    return OK;
}
