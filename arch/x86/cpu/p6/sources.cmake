# SPDX-FileCopyrightText: 2026 The Pecan authors
# SPDX-License-Identifier: BSD-2-Clause
set(CPU_SOURCES_tailored
    arch/x86/cpu/p6/cpu.c
    arch/x86/cpu/p6/kip.S
    arch/x86/cpu/p6/ipc.S)
set(CPU_SOURCES_portable
    arch/x86/cpu/p6/cpu.c
    arch/x86/cpu/p6/kip.S
    arch/x86/cpu/p6/ipc_portable.S)
set(CPU_KERNEL_FLAGS -march=pentium3 -mtune=generic)
set(CPU_USER_FLAGS -march=pentium3)
