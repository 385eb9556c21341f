/* SPDX-FileCopyrightText: 2026 The Pecan authors
 * SPDX-License-Identifier: BSD-2-Clause */
/*
 * What all boot shims share: collecting regions and modules, and failing.
 */
#include "boot.h"
#include "arch.h"
#include "kdb.h"

/* One string, walked, not an array of pointers: pointers would be absolute
 * addresses, and the MMU may still be off. */
static const char texts[] = "unknown error\0"
                            "no sigma0 module\0"
                            "no root task module\0"
                            "module outside memory\0"
                            "modules overlap\0"
                            "too little memory\0"
                            "bad memory map or device tree\0"
                            "wrong CPU for this kernel\0"
                            "wrong privilege level\0"
                            "bad image\0"
                            "unknown boot loader\0";
enum { LAST_TEXT = BOOT_WRONG_LOADER, BOOT_RAM = 1 };

_Noreturn void boot_fail(enum boot_error n, const char *detail)
{
    const char *text = texts;

    for (int i = (int)n <= (int)LAST_TEXT ? (int)n : 0; i > 0; i--) {
        while (*text++)
            ;
    }
    if (detail && *detail)
        kprintf("pecan: boot error %d: %s: %s\n", (int)n, text, detail);
    else
        kprintf("pecan: boot error %d: %s\n", (int)n, text);
    arch_machine_end(125);
}

void boot_add_region(struct boot *b, paddr_t low, paddr_t high, unsigned type)
{
    if (low == high)
        return;
    if (high == 0) /* the end of the address space itself has no address */
        high = ~(paddr_t)0xfff;
    if (low >= high)
        boot_fail(BOOT_BAD_MAP, "a region ends before it starts");
    if (b->regions == BOOT_REGIONS)
        boot_fail(BOOT_BAD_MAP, "too many regions");
    b->region[b->regions++] =
        (struct boot_region){ .low = low, .high = high, .type = (uint8_t)type };
}

void boot_add_module(struct boot *b, paddr_t start, word_t size,
                     const char *command_line)
{
    if (b->modules == BOOT_MODULES)
        boot_fail(BOOT_BAD_MAP, "too many modules");
    b->module[b->modules++] = (struct boot_module){
        .start = start, .size = size, .command_line = command_line
    };
}

bool boot_is_ram(const struct boot *b, paddr_t low, paddr_t high)
{
    unsigned i = 0;

    while (low < high && i < b->regions) {
        const struct boot_region *r = &b->region[i++];
        if (r->type == BOOT_RAM && low >= r->low && low < r->high) {
            low = r->high; /* what is left may continue in any other one */
            i = 0;
        }
    }
    return low >= high;
}

void boot_mapped(const struct boot *b, paddr_t *low, paddr_t *high)
{
    *low = ~(paddr_t)0;
    for (unsigned i = 0; i < b->regions; i++) {
        if (b->region[i].type == BOOT_RAM && b->region[i].low < *low)
            *low = b->region[i].low;
    }
    *low &= ~(paddr_t)0xfff;
    *high = *low + DIRECT_MAP_BYTES;
    if (*high < *low)
        *high = ~(paddr_t)0;
}
