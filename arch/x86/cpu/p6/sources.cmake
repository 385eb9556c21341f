# SPDX-FileCopyrightText: 2026 The Pecan authors
# SPDX-License-Identifier: BSD-2-Clause
set(_common
    arch/x86/fpu_fxsave.c
    arch/x86/paging_large.c arch/x86/small_none.c
    arch/x86/cpu/p6/cpu.c
    arch/x86/cpu/p6/trap.S)
set(CPU_SOURCES_tailored ${_common} arch/x86/cpu/p6/ipc.S)
set(CPU_SOURCES_portable ${_common} arch/x86/cpu/p6/ipc_portable.S)
set(CPU_KERNEL_FLAGS -march=pentium3 -mtune=generic)
set(CPU_USER_FLAGS -march=pentium3)
set(CPU_TESTS sysenter)
