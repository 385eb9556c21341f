/* SPDX-FileCopyrightText: 2026 The Pecan authors
 * SPDX-License-Identifier: BSD-2-Clause */
/*
 * The kernel interface page with its system-call stubs; docs/abi-arm.md.
 */
#include <arch/layout.h>

#define STUBS 0xC00

        .section .kip, "aw"
        .balign 4096
        .globl  kip_page
kip_page:
        .skip   52 * 4
        .word   space_control - kip_page
        .word   thread_control - kip_page
        .word   processor_control - kip_page
        .word   memory_control - kip_page
        .word   ipc - kip_page          @ Ipc
        .word   ipc - kip_page          @ Lipc
        .word   unmap - kip_page
        .word   exchange_registers - kip_page
        .word   clock - kip_page
        .word   thread_switch - kip_page
        .word   schedule - kip_page
        .skip   5 * 4
        .word   thread_register - kip_page
        .word   kernel_memory - kip_page
        .word   machine_end - kip_page
        .word   exception_registers - kip_page

        .macro  STUB name, number
\name:  mvn     r7, #-(\number) - 1
        svc     #0
        bx      lr
        .endm

        .org    kip_page + STUBS
        STUB    ipc, SYS_IPC
        STUB    space_control, SYS_SPACE_CONTROL
        STUB    thread_control, SYS_THREAD_CONTROL
        STUB    processor_control, SYS_PROCESSOR_CONTROL
        STUB    memory_control, SYS_MEMORY_CONTROL
        STUB    unmap, SYS_UNMAP
        STUB    exchange_registers, SYS_EXCHANGE_REGISTERS
        STUB    clock, SYS_CLOCK
        STUB    thread_switch, SYS_THREAD_SWITCH
        STUB    schedule, SYS_SCHEDULE
        STUB    thread_register, SYS_THREAD_REGISTER
        STUB    kernel_memory, SYS_KERNEL_MEMORY
        STUB    machine_end, SYS_MACHINE_END
        STUB    exception_registers, SYS_EXCEPTION_REGISTERS
        .org    kip_page + 4096
