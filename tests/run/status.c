/* SPDX-FileCopyrightText: 2026 The Pecan authors
 * SPDX-License-Identifier: BSD-2-Clause */
/* Ends with a status, after a text: what `pecan run` gives on. */
#include <l4io.h>

int main(void)
{
    printf("a status of 42\n");
    return 42;
}
