/* SPDX-FileCopyrightText: 2026 The Pecan authors
 * SPDX-License-Identifier: BSD-2-Clause */
#include <l4/kip.h>
#include <l4/thread.h>
#include <l4io.h>

int main(void)
{
    void *kip = L4_GetKernelInterface();

    printf("Hello from thread %lu\n", L4_ThreadNo(L4_Myself()));
    printf("The kernel calls itself: %s\n", L4_KernelVersionString(kip));
    return 0;
}
