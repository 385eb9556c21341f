# SPDX-FileCopyrightText: 2026 The Pecan authors
# SPDX-License-Identifier: BSD-2-Clause
set(_common
    arch/arm/cpu/cortex-a/cpu.c
    arch/arm/cpu/cortex-a/cpu_check.c
    arch/arm/cpu/cortex-a/entry.S
    arch/arm/cpu/cortex-a/fault.c
    arch/arm/cpu/cortex-a/fpu.c
    arch/arm/cpu/cortex-a/mmu.S
    arch/arm/cpu/cortex-a/spaces.c)
set(CPU_SOURCES_tailored ${_common} arch/arm/cpu/cortex-a/ipc.S)
set(CPU_SOURCES_portable ${_common} arch/arm/cpu/cortex-a/ipc_portable.S)
set(CPU_KERNEL_FLAGS -march=armv7-a)
set(CPU_USER_FLAGS -march=armv7-a -mtp=cp15)
set_source_files_properties(arch/arm/cpu/cortex-a/cpu_check.c
    PROPERTIES COMPILE_OPTIONS -march=armv5te)
# A program for VFP and NEON.
set_source_files_properties(tests/kernel/arm/cortex-a/float.c
    PROPERTIES COMPILE_OPTIONS "-mfpu=neon;-mfloat-abi=softfp")
