/* SPDX-FileCopyrightText: 2026 The Pecan authors
 * SPDX-License-Identifier: BSD-2-Clause */
/*
 * The kernel interface page with its system-call stubs. User code calls them;
 * registers are those of docs/abi-ia32.md.
 */
#include <arch/layout.h>
#include <frame.h>

#define STUBS 0xC00

        .section .kip, "aw"
        .balign 4096
        .globl  kip_page
kip_page:
        .skip   52 * 4
        .long   stub_0 - kip_page       /* SpaceControl                      */
        .long   stub_1 - kip_page       /* ThreadControl                     */
        .long   stub_2 - kip_page       /* ProcessorControl                  */
        .long   stub_3 - kip_page       /* MemoryControl                     */
        .long   stub_ipc - kip_page     /* Ipc                               */
        .long   stub_ipc - kip_page     /* Lipc                              */
        .long   stub_6 - kip_page       /* Unmap                             */
        .long   stub_7 - kip_page       /* ExchangeRegisters                 */
        .long   stub_8 - kip_page       /* SystemClock                       */
        .long   stub_9 - kip_page       /* ThreadSwitch                      */
        .long   stub_10 - kip_page      /* Schedule                          */
        .skip   5 * 4
        .long   stub_11 - kip_page      /* ArchSyscall0: ThreadRegister      */
        .long   stub_12 - kip_page      /* ArchSyscall1: KernelMemory        */
        .long   stub_13 - kip_page      /* ArchSyscall2: MachineEnd          */
        .long   0

        .org    kip_page + STUBS
        .balign 16
stub_ipc:
#include <ipc_stub.inc>                 /* how Ipc comes in on this model    */

        .macro  STUB index
stub_\index:
        int     $VECTOR_SYSCALL + \index
        ret
        .endm
        .altmacro
        .irp    index, 0, 1, 2, 3, 6, 7, 8, 9, 10, 11, 12, 13
        .balign 4
        STUB    \index
        .endr
        .org    kip_page + 4096

        .section .note.GNU-stack, "", @progbits
