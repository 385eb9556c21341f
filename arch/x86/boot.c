/* SPDX-FileCopyrightText: 2026 The Pecan authors
 * SPDX-License-Identifier: BSD-2-Clause */
/*
 * From the multiboot record to struct boot.
 */
#include "boot.h"

#include <arch/board.h>
#include <arch/cpu.h>
#include <arch/cpuid.h>
#include <arch/trap.h>

#include "arch.h"
#include "kdb.h"
#include "kip.h"

enum { LOADER_MAGIC = 0x2BADB002 };
enum { HAS_MODULES = 1 << 3, HAS_MAP = 1 << 6 };
enum { TYPE_RAM = 1 };
enum { DESCRIPTOR_RAM = 1, DESCRIPTOR_DEDICATED = 3 };

struct multiboot {
    uint32_t flags, memory_low, memory_high, boot_device, command_line;
    uint32_t modules, module_list, symbols[4], map_bytes, map;
};
struct multiboot_module {
    uint32_t start, end, string, reserved;
};
struct multiboot_region {
    uint32_t size; /* of what follows */
    uint64_t base, length;
    uint32_t type;
} __attribute__((packed));

void boot_check(uint32_t magic);
_Noreturn void boot_main(paddr_t record);

static char command_lines[4096];
static struct boot boot;

static ANY_CPU void early_print(const char *s)
{
    while (*s != '\0')
        ns16550_io_putc(board.console_port, *s++);
}

/* Still without MMU, and on a CPU that may lack what the compiler was told to
 * use; so boot_fail() has to wait until the CPU is known. */
ANY_CPU void boot_check(uint32_t magic)
{
    ns16550_io_init(board.console_port, board.console_divisor);
    early_print("Pecan " PECAN_VERSION " board " BOARD_NAME " cpu " BOARD_CPU
                " backend " BOARD_BACKEND "\n");
    if (!cpu_is_supported()) {
        early_print("pecan: boot error 7: wrong CPU for this kernel\n");
        for (;;) {
            if (board.exit_port != 0)
                outb(board.exit_port, 125);
            __asm__ volatile("cli; hlt");
        }
    }
    if (magic != LOADER_MAGIC)
        boot_fail(BOOT_WRONG_LOADER, "not multiboot");
}

static const char *keep_command_line(uint32_t string)
{
    static word_t used;
    const char *from = phys_to_virt(string);
    char *to = &command_lines[used];

    if (string == 0)
        return "";
    for (; used < sizeof(command_lines) - 1 && *from != '\0'; used++)
        command_lines[used] = *from++;
    used++; /* the array is zero */
    if (used >= sizeof(command_lines))
        boot_fail(BOOT_BAD_MAP, "command lines of modules too long");
    return to;
}

/* Loaders put a region's end at 4 GiB, or regions beyond it. */
static void add_region(uint64_t low, uint64_t high, unsigned type)
{
    const uint64_t top = 0xfffff000;

    if (high > top)
        high = top;
    if (low < high)
        boot_add_region(&boot, (paddr_t)low, (paddr_t)high, type);
}

static void read_map(const struct multiboot *mb)
{
    for (unsigned ram = 1; ram < 2; ram--) { /* RAM first, then specifics */
        uint32_t at = mb->map;
        while (at < mb->map + mb->map_bytes) {
            const struct multiboot_region *r = phys_to_virt(at);
            if ((r->type == TYPE_RAM) == ram)
                add_region(r->base, r->base + r->length,
                           ram ? DESCRIPTOR_RAM : DESCRIPTOR_DEDICATED);
            at += r->size + sizeof(r->size);
        }
    }
}

_Noreturn void boot_main(paddr_t record)
{
    const struct multiboot *mb = phys_to_virt(record);

    trap_init();
    cpu_init();
    fpu_init();
    i8259_init(VECTOR_IRQ, board.elcr);
    i8254_init();
    kip_processor_khz[1] = i8254_cpu_khz();

    if (!(mb->flags & HAS_MAP) || mb->map_bytes == 0)
        boot_fail(BOOT_BAD_MAP, "the loader gave no memory map");
    read_map(mb);
    if (mb->flags & HAS_MODULES) {
        const struct multiboot_module *m = phys_to_virt(mb->module_list);
        for (unsigned i = 0; i < mb->modules; i++, m++)
            boot_add_module(&boot, m->start, m->end - m->start,
                            keep_command_line(m->string));
    }
    boot.kernel_low = virt_to_phys(kernel_start);
    boot.kernel_high = virt_to_phys(kernel_end);
    kernel_main(&boot);
}
