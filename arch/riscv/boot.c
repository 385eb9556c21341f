/* SPDX-FileCopyrightText: 2026 The Pecan authors
 * SPDX-License-Identifier: BSD-2-Clause */
/*
 * From the loader's registers to struct boot.
 */
#include "boot.h"

#include <arch/board.h>
#include <arch/csr.h>
#include <arch/trap.h>

#include "kdb.h"
#include "tlb.h"

enum { DESCRIPTOR_RAM = 1 };
#define FDT_MAGIC_BYTES 0xedfe0dd0 /* as this processor reads them */

static struct boot boot;

/* Ends with the MMU on, this code where it was and the kernel mapped. */
void boot_check(bool machine_mode)
{
    uart_init(board.uart);
    kprintf("Pecan " PECAN_VERSION " board " BOARD_NAME " cpu " BOARD_CPU
            " backend " BOARD_BACKEND "\n");
    if (machine_mode)
        boot_fail(BOOT_WRONG_LEVEL, "in machine mode, not supervisor mode");
    word_t satp = paging_boot();
    tlb_flush_all("boot_flush"); /* what the loader left; the table is seen */
    satp_write("boot_table", satp);
    if (csr_read("satp") != satp)
        boot_fail(BOOT_WRONG_CPU, "no Sv39 translation");
}

bool phys_reachable(paddr_t p)
{
    for (unsigned i = 0; i < boot.regions; i++)
        if (boot.region[i].type == DESCRIPTOR_RAM && p >= boot.region[i].low &&
            p < boot.region[i].high)
            return true;
    return false;
}

/* OpenSBI can leave a hart without supervisor mode waiting with an interrupt
 * pending that never goes: it spins. Told to start, it takes that one, finds
 * that it cannot, and sleeps for ever. */
static void put_to_sleep(word_t hart)
{
    (void)sbi_call(SBI_HART, SBI_HART_START, hart, 0);
}

_Noreturn void boot_main(word_t hart, paddr_t fdt)
{
    device_offset = LAYOUT_DIRECT_MAP;
    paging_boot_done();
    tlb_boot();
    if (board.monitor_hart >= 0)
        put_to_sleep((word_t)board.monitor_hart);
    plic_init(board.plic, board.irqs, board.plic_context + 2 * (unsigned)hart);
    csr_write("sie", SIE_TIMER | SIE_EXTERNAL);
    time_init();

    if (fdt == 0 || fdt % 8 != 0 || fdt >= LAYOUT_DIRECT_MAP_BYTES ||
        *(const uint32_t *)phys_to_virt(fdt) != FDT_MAGIC_BYTES)
        boot_fail(BOOT_BAD_MAP, "no device tree");
    boot_fdt(&boot, phys_to_virt(fdt));
    boot.kernel_low = virt_to_phys(kernel_start);
    boot.kernel_high = virt_to_phys(kernel_end);
    kernel_main(&boot);
}
