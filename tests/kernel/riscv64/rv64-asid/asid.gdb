# SPDX-FileCopyrightText: 2026 The Pecan authors
# SPDX-License-Identifier: BSD-2-Clause
# This QEMU has 65536 ASIDs, always: let the kernel find 16, the fewest it takes.
hbreak *asid_init
continue
delete
set $a0 = 15
continue
