# SPDX-FileCopyrightText: 2026 The Pecan authors
# SPDX-License-Identifier: BSD-2-Clause
set(CPU_SOURCES_tailored arch/riscv/ipc.S)
set(CPU_SOURCES_portable arch/riscv/ipc_portable.S)
set(CPU_KERNEL_FLAGS -march=rv64imac)
set(CPU_USER_FLAGS -march=rv64gc)
