/* SPDX-FileCopyrightText: 2026 The Pecan authors
 * SPDX-License-Identifier: BSD-2-Clause */
/*
 * There are no I/O ports here either.
 */
#include "../arm/iofpage.c"
