/* SPDX-FileCopyrightText: 2026 The Pecan authors
 * SPDX-License-Identifier: BSD-2-Clause */
/* Two nested functions for a debugger's back trace. */
#include <l4io.h>

static volatile int depth;

__attribute__((noinline)) int debugged_inner(int n)
{
    depth = n;
    return n + 1;
}

__attribute__((noinline)) int debugged_outer(int n)
{
    return debugged_inner(n) * 2;
}

int main(void)
{
    printf("%d\n", debugged_outer(20));
    return 0;
}
