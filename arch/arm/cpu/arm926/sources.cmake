# SPDX-FileCopyrightText: 2026 The Pecan authors
# SPDX-License-Identifier: BSD-2-Clause
set(_common
    arch/arm/cpu/arm926/cpu.c
    arch/arm/cpu/arm926/cpu_check.c
    arch/arm/cpu/arm926/entry.S
    arch/arm/cpu/arm926/fault.c
    arch/arm/cpu/arm926/fpu.c
    arch/arm/cpu/arm926/mmu.S
    arch/arm/cpu/arm926/spaces.c
    arch/arm/cpu/arm926/vectors.S)
set(CPU_SOURCES_tailored ${_common} arch/arm/cpu/arm926/ipc.S)
set(CPU_SOURCES_portable ${_common} arch/arm/cpu/arm926/ipc_portable.S)
set(CPU_KERNEL_FLAGS -march=armv5te)
set(CPU_USER_FLAGS -march=armv5te)
set(CPU_USER_LIB_SOURCES arch/arm/cpu/arm926/atomic.c)
