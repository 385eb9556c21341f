/* SPDX-FileCopyrightText: 2026 The Pecan authors
 * SPDX-License-Identifier: BSD-2-Clause */
#ifndef WAY_IN_H
#define WAY_IN_H
/*
 * How Ipc comes in on this model (docs/abi-ia32.md), for tests that do it by
 * hand: ebx holds the address to return to, which is just behind, and ebp the
 * stack pointer to return with.
 */
#define IPC_TRAP       "sysenter\n" /* esp is ebp already             */
#define IPC_WITH_STACK "sysenter\n" /* with whatever ebp says         */
#define IPC_WILD       "sysenter\n" /* back to whatever ebx says      */

enum { IPC_INTERRUPT = 0 }; /* int n, if that is how              */

#endif
