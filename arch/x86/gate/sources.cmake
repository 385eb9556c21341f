# SPDX-FileCopyrightText: 2026 The Pecan authors
# SPDX-License-Identifier: BSD-2-Clause
# What CPU models share where Ipc comes by a trap gate.
set(GATE_SOURCES
    arch/x86/fpu_x87.c
    arch/x86/gate/gate.c
    arch/x86/gate/trap.S)
set(CPU_INCLUDES arch/x86/gate)
set(CPU_TESTS gate)
