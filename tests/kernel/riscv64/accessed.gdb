# SPDX-FileCopyrightText: 2026 The Pecan authors
# SPDX-License-Identifier: BSD-2-Clause
# This QEMU's processor sets the accessed and dirty bits itself. An ecall with
# 0x5ad0 + n in a7 becomes what a processor does that leaves them to software: a
# page fault with cause n at the address in a0, the ecall being over.
hbreak *kernel_main
continue
delete
hbreak *trap_handle if ((struct tcb *)$a0)->hot.cause == 8 && (((struct tcb *)$a0)->arch.a[7] & ~15) == 0x5ad0
commands
silent
set $t = (struct tcb *)$a0
set $t->hot.cause = $t->arch.a[7] & 15
set $t->hot.value = $t->arch.a[0]
set $t->hot.ip = $t->hot.ip + 4
continue
end
continue
