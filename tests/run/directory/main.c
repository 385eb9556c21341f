/* SPDX-FileCopyrightText: 2026 The Pecan authors
 * SPDX-License-Identifier: BSD-2-Clause */
/* A program with a CMakeLists.txt and two files. */
#include <l4io.h>

int answer(void);

int main(void)
{
    printf("answer %d\n", answer());
    return answer() - 42;
}
