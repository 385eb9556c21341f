/* SPDX-FileCopyrightText: 2026 The Pecan authors
 * SPDX-License-Identifier: BSD-2-Clause */
/*
 * The kernel interface page with its system-call stubs. User code calls them;
 * registers are those of docs/abi-riscv.md.
 */
#include <arch/layout.h>

#define STUBS 0xC00

        .section .kip, "aw"
        .balign 4096
        .globl  kip_page
kip_page:
        .skip   52 * 8
        .dword  stub_0 - kip_page       /* SpaceControl                      */
        .dword  stub_1 - kip_page       /* ThreadControl                     */
        .dword  stub_2 - kip_page       /* ProcessorControl                  */
        .dword  stub_3 - kip_page       /* MemoryControl                     */
        .dword  stub_4 - kip_page       /* Ipc                               */
        .dword  stub_5 - kip_page       /* Lipc                              */
        .dword  stub_6 - kip_page       /* Unmap                             */
        .dword  stub_7 - kip_page       /* ExchangeRegisters                 */
        .dword  stub_8 - kip_page       /* SystemClock                       */
        .dword  stub_9 - kip_page       /* ThreadSwitch                      */
        .dword  stub_10 - kip_page      /* Schedule                          */
        .skip   5 * 8
        .dword  stub_11 - kip_page      /* ArchSyscall0: ThreadRegister      */
        .dword  stub_12 - kip_page      /* ArchSyscall1: KernelMemory        */
        .dword  stub_13 - kip_page      /* ArchSyscall2: MachineEnd          */
        .dword  stub_14 - kip_page      /* ArchSyscall3: ExceptionRegisters  */

        .org    kip_page + STUBS
/* The kernel returns to ra, so nothing follows the trap. */
        .macro  STUB index
        .balign 16
stub_\index:
        li      a7, SYSCALL_FIRST - \index
        ecall
        .endm
        .altmacro
        .irp    index, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14
        STUB    \index
        .endr
        .org    kip_page + 4096
