# SPDX-FileCopyrightText: 2026 The Pecan authors
# SPDX-License-Identifier: BSD-2-Clause
# An NMI before the last instruction of the way back from the first Ipc behind a
# call of the debugger; the program finds a mark in ebx. One without: gdb's step
# over a breakpoint would hold interrupts off. And one where the next trap of a
# user's begins. Then the first one again,
# and the last one with another trap.
hbreak *sys_kdb
continue
delete
thbreak *leave_ipc_last
continue
set $ebx = 0x4e4d
monitor nmi
thbreak *trap_common
continue
monitor nmi
hbreak *sys_kdb
continue
delete
thbreak *leave_ipc_last
continue
monitor nmi
hbreak *sys_kdb
continue
delete
thbreak *trap_common
continue
monitor nmi
continue
