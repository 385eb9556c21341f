# SPDX-FileCopyrightText: 2026 The Pecan authors
# SPDX-License-Identifier: BSD-2-Clause
# What this port adds to the kernel and to user programs.
set(ARCH_L4_NAME ia32)
set(ARCH_SOURCES
    arch/x86/start.S
    arch/x86/entry.S
    arch/x86/boot.c
    arch/x86/copy.c
    arch/x86/fpu.c
    arch/x86/gdt.c
    arch/x86/io.c
    arch/x86/kip.S
    arch/x86/machine.c
    arch/x86/paging.c
    arch/x86/thread.c
    arch/x86/trap.c)
set(ARCH_KERNEL_FLAGS
    -m32 -mregparm=3 -mpreferred-stack-boundary=2 -mno-mmx -mno-sse -mno-80387 -fno-pic -fno-pie
    -fno-stack-protector -fno-asynchronous-unwind-tables -fcf-protection=none)
set(ARCH_USER_FLAGS -m32 -mno-mmx -mno-sse -fcf-protection=none)
set(ARCH_USER_SOURCES arch/x86/crt0.S)
