# SPDX-FileCopyrightText: 2026 The Pecan authors
# SPDX-License-Identifier: BSD-2-Clause
set(ARCH_L4_NAME arm)
set(ARCH_SOURCES
    generic/exception_registers.c
    arch/arm/start.S
    arch/arm/early.c
    arch/arm/boot.c
    arch/arm/copy.c
    arch/arm/kernel_map.c
    arch/arm/kip.S
    arch/arm/long.S
    arch/arm/paging.c
    arch/arm/thread.c
    arch/arm/trap.c)
set(ARCH_KERNEL_FLAGS -marm -mfloat-abi=soft -mno-unaligned-access)
set(ARCH_USER_FLAGS -marm -mfloat-abi=soft)
set(ARCH_USER_SOURCES arch/arm/crt0.S)
# What runs before the CPU is known.
set_source_files_properties(arch/arm/early.c platforms/devices/pl011.c
    PROPERTIES COMPILE_OPTIONS -march=armv5te)
