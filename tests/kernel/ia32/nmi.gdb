# SPDX-FileCopyrightText: 2026 The Pecan authors
# SPDX-License-Identifier: BSD-2-Clause
# An NMI between sti and sysexit, on the way back from the Ipc whose tag says so;
# the program finds a mark in ebx. One without: gdb's step over a breakpoint
# would hold interrupts off.
hbreak *fpu_init
continue
delete
find /b &kernel_leave, +200, 0xfb, 0x0f, 0x35
thbreak *((char *)$_ + 1) if $esi == 0x4e4d0000
continue
set $ebx = 0x4e4d
monitor nmi
continue
