/* SPDX-FileCopyrightText: 2026 The Pecan authors
 * SPDX-License-Identifier: BSD-2-Clause */
/*
 * From what the loader hands over, a device tree or ATAGS, to struct boot.
 */
#include "boot.h"

#include <arch/board.h>
#include <arch/cpu.h>
#include <arch/paging.h>
#include <arch/trap.h>

#include "arch.h"
#include "kdb.h"

enum {
    FDT_MAGIC = 0xedfe0dd0, /* as a little-endian processor reads it */
    ATAG_NONE = 0,
    ATAG_CORE = 0x54410001,
    ATAG_MEM = 0x54410002,
    ATAG_INITRD2 = 0x54420005,
};
enum { DESCRIPTOR_RAM = 1, DESCRIPTOR_RESERVED = 2 };

struct atag {
    uint32_t words, tag;
    uint32_t data[]; /* of memory and initrd: bytes and address, or reverse */
};

word_t phys_offset;
static struct boot boot;
static word_t console;

void arch_console_putc(char c)
{
    if (c == '\n')
        pl011_putc(console, '\r');
    pl011_putc(console, c);
}
bool arch_console_ready(void)
{
    return pl011_ready(console);
}
int arch_console_getc(void)
{
    return pl011_getc(console);
}

/* Registers that a driver may need; 0: it does not. */
static void *map(paddr_t registers)
{
    return registers ? paging_map_device(registers) : NULL;
}

void arch_machine_end(unsigned status)
{
    void *registers = map(board.power_registers);

    cpu_end_vectors(); /* QEMU's, which returns if it refuses */
    semihosting_exit(status);
    board.power_off(registers);
    for (;;)
        cpu_wait();
}

static void read_atags(const struct atag *t)
{
    for (; t->tag != ATAG_NONE && t->words >= 2;
         t = (const struct atag *)((const uint32_t *)t + t->words)) {
        if (t->tag == ATAG_MEM)
            boot_add_region(&boot, t->data[1], t->data[1] + t->data[0],
                            DESCRIPTOR_RAM);
    }
}

static void read_atag_initrd(const struct atag *t)
{
    for (; t->tag != ATAG_NONE && t->words >= 2;
         t = (const struct atag *)((const uint32_t *)t + t->words)) {
        if (t->tag == ATAG_INITRD2)
            boot_cpio(&boot, t->data[0], t->data[1]);
    }
}

/* Could there be loader data at p? There need not be memory. */
static bool in_direct_map(paddr_t p)
{
    return (p & 3) == 0 && p - virt_to_phys((void *)LAYOUT_DIRECT_MAP) <
                               LAYOUT_DIRECT_MAP_BYTES;
}

/* handover: physical address of the device tree or of the ATAGS. */
_Noreturn void boot_main(paddr_t handover)
{
    console = (word_t)paging_map_device(board.console);
    cpu_vectors();
    cpu_init();
    if (handover == 0 || !in_direct_map(handover))
        boot_fail(BOOT_WRONG_LOADER, "neither device tree nor ATAGS");
    const void *data = phys_to_virt(handover);
    const struct atag *tags = data;
    if (*(const uint32_t *)data == FDT_MAGIC) {
        boot_fdt(&boot, data);
    } else if (tags->tag == ATAG_CORE) {
        read_atags(tags);
        read_atag_initrd(tags);
    } else {
        boot_fail(BOOT_WRONG_LOADER, "neither device tree nor ATAGS");
    }
    boot.kernel_low = virt_to_phys(kernel_start) & ~(paddr_t)0xfff;
    boot.kernel_high = virt_to_phys(kernel_end);
    boot_add_region(&boot, CPU_BOOT_UTCBS, CPU_BOOT_RESERVED,
                    DESCRIPTOR_RESERVED);
    paging_boot_done(&boot);
    timer_init(map(board.timer));
    irqc_init((void *[2]){ map(board.irqc[0]), map(board.irqc[1]) });
    irqc_unmask(board.timer_irq);
    kernel_main(&boot);
}
