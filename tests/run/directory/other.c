/* SPDX-FileCopyrightText: 2026 The Pecan authors
 * SPDX-License-Identifier: BSD-2-Clause */
int answer(void);

int answer(void)
{
    return 42;
}
