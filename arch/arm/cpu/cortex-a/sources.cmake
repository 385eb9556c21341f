# SPDX-FileCopyrightText: 2026 The Pecan authors
# SPDX-License-Identifier: BSD-2-Clause
set(_common
    arch/arm/cpu/cortex-a/cpu.c
    arch/arm/cpu/cortex-a/cpu_check.c
    arch/arm/cpu/cortex-a/entry.S
    arch/arm/cpu/cortex-a/kip.S
    arch/arm/cpu/cortex-a/paging.c)
set(CPU_SOURCES_tailored ${_common} arch/arm/cpu/cortex-a/ipc.S)
set(CPU_SOURCES_portable ${_common} arch/arm/cpu/cortex-a/ipc_portable.S)
set(CPU_KERNEL_FLAGS -march=armv7-a)
set(CPU_USER_FLAGS -march=armv7-a)
set_source_files_properties(arch/arm/cpu/cortex-a/cpu_check.c
    PROPERTIES COMPILE_OPTIONS -march=armv5te)
