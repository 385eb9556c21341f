# SPDX-FileCopyrightText: 2026 The Pecan authors
# SPDX-License-Identifier: BSD-2-Clause
include(arch/x86/gate/sources.cmake)
list(APPEND GATE_SOURCES arch/x86/paging_small.c arch/x86/small_none.c
    arch/x86/cpu/i486/cpu.c)
set(CPU_SOURCES_tailored ${GATE_SOURCES} arch/x86/gate/ipc.S)
set(CPU_SOURCES_portable ${GATE_SOURCES} arch/x86/gate/ipc_portable.S)
set(CPU_KERNEL_FLAGS -march=i486)
set(CPU_USER_FLAGS -march=i486)
