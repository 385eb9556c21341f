/* SPDX-FileCopyrightText: 2026 The Pecan authors
 * SPDX-License-Identifier: BSD-2-Clause */
/* Raises an exception that nobody handles. */
#include <l4io.h>

int main(void)
{
    printf("and now\n");
    __builtin_trap();
}
