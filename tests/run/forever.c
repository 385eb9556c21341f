/* SPDX-FileCopyrightText: 2026 The Pecan authors
 * SPDX-License-Identifier: BSD-2-Clause */
/* Never ends. */
#include <l4io.h>

int main(void)
{
    printf("for ever\n");
    for (;;)
        ;
}
