# SPDX-FileCopyrightText: 2026 The Pecan authors
# SPDX-License-Identifier: BSD-2-Clause
# An NMI before the last instruction of the way back from the Ipc whose tag says
# so; the program finds a mark in ebx. One without: gdb's step over a breakpoint
# would hold interrupts off. And one where the next trap of a user's begins.
hbreak *fpu_init
continue
delete
thbreak *leave_ipc_last if $esi == 0x4e4d0000
continue
set $ebx = 0x4e4d
monitor nmi
thbreak *trap_common
continue
monitor nmi
continue
