/* SPDX-FileCopyrightText: 2026 The Pecan authors
 * SPDX-License-Identifier: BSD-2-Clause */
#ifndef PECAN_BOOT_H
#define PECAN_BOOT_H
/*
 * What a port's boot shim hands to the kernel, whatever the loader was.
 */
#include "types.h"

enum { BOOT_REGIONS = 48, BOOT_MODULES = 32 };

struct boot_region {
    paddr_t low, high; /* high is one past the last byte */
    uint8_t type; /* memory descriptor type, x2.md 1.18: 1 RAM, 2 reserved */
};
struct boot_module {
    paddr_t start;
    word_t size;
    const char *command_line; /* kernel address, NUL-terminated */
};
struct boot {
    unsigned regions, modules; /* modules[0] is sigma0, [1] the root task */
    struct boot_region region[BOOT_REGIONS]; /* RAM first, then specifics */
    struct boot_module module[BOOT_MODULES]; /* ELF images, then anything */
    paddr_t kernel_low, kernel_high;         /* the kernel image */
};

/* Numbered reasons for a boot that cannot go on; docs/boot-messages.md. */
enum boot_error {
    BOOT_NO_SIGMA0 = 1,
    BOOT_NO_ROOT = 2,
    BOOT_MODULE_OUTSIDE = 3,
    BOOT_MODULE_OVERLAP = 4,
    BOOT_LOW_MEMORY = 5,
    BOOT_BAD_MAP = 6, /* memory map or device tree missing or broken */
    BOOT_WRONG_CPU = 7,
    BOOT_WRONG_LEVEL = 8,   /* wrong privilege level */
    BOOT_BAD_IMAGE = 9,     /* sigma0 or root is no ELF image we can load, or
                               the initrd no archive */
    BOOT_WRONG_LOADER = 10, /* not entered by a protocol we know */
};
/* Prints "pecan: boot error N: text", detail included, and ends the machine
 * with status 125. Callable before the MMU is on. */
_Noreturn void boot_fail(enum boot_error n, const char *detail);

/* Append; both print BOOT_BAD_MAP / stop when the array is full. */
void boot_add_region(struct boot *b, paddr_t low, paddr_t high, unsigned type);
void boot_add_module(struct boot *b, paddr_t start, word_t size,
                     const char *command_line);

/* Is all of [low, high) RAM? It may lie in more than one region. */
bool boot_is_ram(const struct boot *b, paddr_t low, paddr_t high);
/* The physical addresses that the direct map reaches. */
void boot_mapped(const struct boot *b, paddr_t *low, paddr_t *high);

/* RAM is in b already.
 * An initrd in cpio "newc" format: each member is a module, its name is the
 * module's command line. */
void boot_cpio(struct boot *b, paddr_t start, word_t size);
/* A flattened device tree at kernel address fdt: memory, /memreserve/,
 * /reserved-memory, /chosen linux,initrd-start/-end (unpacked as cpio). */
void boot_fdt(struct boot *b, const void *fdt);

/* Never returns: checks b, fills the KIP, makes sigma0 and the root task, and
 * calls arch_start_users(). */
_Noreturn void kernel_main(struct boot *b);

#endif
