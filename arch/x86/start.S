/* SPDX-FileCopyrightText: 2026 The Pecan authors
 * SPDX-License-Identifier: BSD-2-Clause */
/*
 * Entry from a multiboot 1 loader: protected mode, flat segments, no paging.
 *
 * The kernel is linked at 3 GiB + its load address. Segments with base 1 GiB
 * make up for the difference (3 GiB + 1 GiB wraps to 0), so all C code runs
 * before paging is on, the console and boot_fail() included.
 */
#include <arch/layout.h>
#include <arch/site.h>
#include <model.h>

#define MULTIBOOT_MAGIC 0x1BADB002
#define MULTIBOOT_FLAGS 3 /* modules on page boundaries; memory map */
#define CR0_KERNEL 0x8001003B /* PG, WP, NE, ET, TS, MP, PE; AM: abi-ia32.md */

        .section .boot, "ax"
        .balign 4
        .long   MULTIBOOT_MAGIC, MULTIBOOT_FLAGS
        .long   -(MULTIBOOT_MAGIC + MULTIBOOT_FLAGS)

boot_gdt:                               /* base 0x40000000, limit 4 GiB      */
        .quad   0
        .quad   0x40CF9A000000FFFF
        .quad   0x40CF92000000FFFF
boot_gdt_pointer:
        .word   . - boot_gdt - 1
        .long   boot_gdt

/*
 * _start       in  eax  loader's magic; ebx  physical address of its record
 */
        .globl  _start
_start:
        cli
        cld
        lgdt    boot_gdt_pointer
        ljmp    $SEL_KERNEL_CODE, $start_high

        .text
start_high:
        mov     $SEL_KERNEL_DATA, %ecx
        mov     %ecx, %ds
        mov     %ecx, %es
        mov     %ecx, %ss
        mov     $kernel_stack_top, %esp
        call    boot_check              /* (magic): console, first line, CPU */
        call    paging_boot

        MODEL_FEATURES
        mov     $boot_directory - LAYOUT_DIRECT_MAP, %eax
        SITE    boot_table
        mov     %eax, %cr3
        mov     $CR0_KERNEL, %eax
        mov     %eax, %cr0              /* the low 4 MiB are mapped twice    */
        call    gdt_init                /* flat segments                     */
        call    paging_boot_done
        mov     %ebx, %eax
        call    boot_main               /* (record), never returns           */

        .bss
        .balign 16
        .globl  kernel_stack, kernel_stack_top
kernel_stack:                           /* the second one, then the first    */
        .skip   2 * KERNEL_STACK_BYTES
kernel_stack_top:

        .section .note.GNU-stack, "", @progbits
