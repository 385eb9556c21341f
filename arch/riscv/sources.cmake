# SPDX-FileCopyrightText: 2026 The Pecan authors
# SPDX-License-Identifier: BSD-2-Clause
# What this port adds to the kernel and to user programs.
# No jump tables in the kernel: parts of it run before the MMU is on, where
# absolute addresses are wrong.
set(ARCH_L4_NAME riscv64)
set(ARCH_SOURCES
    generic/exception_registers.c
    arch/riscv/start.S
    arch/riscv/trap.S
    arch/riscv/kip.S
    arch/riscv/boot.c
    arch/riscv/copy.c
    arch/riscv/fpu.S
    arch/riscv/fpu.c
    arch/riscv/machine.c
    arch/riscv/paging.c
    arch/riscv/syscall.c
    arch/riscv/thread.c
    arch/riscv/trap.c)
set(ARCH_KERNEL_FLAGS
    -mabi=lp64 -misa-spec=2.2 -mcmodel=medany -mno-relax -fno-jump-tables
    -fno-pic -fno-pie -fno-stack-protector -fno-asynchronous-unwind-tables)
set(ARCH_USER_FLAGS -mabi=lp64d -misa-spec=2.2 -mcmodel=medany)
set(ARCH_USER_SOURCES arch/riscv/crt0.S)
# The bare-metal linker makes no position-independent programs; the one from
# binutils-riscv64-linux-gnu, same version, does.
set(ARCH_USER_LINK_FLAGS -B/usr/riscv64-linux-gnu/bin -Wl,-melf64lriscv)
