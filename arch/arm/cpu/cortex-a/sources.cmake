# SPDX-FileCopyrightText: 2026 The Pecan authors
# SPDX-License-Identifier: BSD-2-Clause
set(_common
    arch/arm/cpu/cortex-a/cpu.c
    arch/arm/cpu/cortex-a/entry.S
    arch/arm/cpu/cortex-a/kip.S
    arch/arm/cpu/cortex-a/paging.c)
set(CPU_SOURCES_tailored ${_common} arch/arm/cpu/cortex-a/ipc.S)
set(CPU_SOURCES_portable ${_common} arch/arm/cpu/cortex-a/ipc_portable.S)
set(CPU_KERNEL_FLAGS -march=armv7-a+mp+sec)
set(CPU_USER_FLAGS -march=armv7-a)
