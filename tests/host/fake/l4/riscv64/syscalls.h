/* SPDX-FileCopyrightText: 2026 The Pecan authors
 * SPDX-License-Identifier: BSD-2-Clause */
/*
 * The API's headers on the host: types and what is read from memory, no calls.
 */
extern void *L4_KernelInterface(L4_Word_t *version, L4_Word_t *flags,
                                L4_Word_t *id);
