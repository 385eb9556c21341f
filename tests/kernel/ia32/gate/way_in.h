/* SPDX-FileCopyrightText: 2026 The Pecan authors
 * SPDX-License-Identifier: BSD-2-Clause */
#ifndef WAY_IN_H
#define WAY_IN_H
/*
 * How Ipc comes in on this model (docs/abi-ia32.md), for tests that do it by
 * hand: ebx holds the address to return to, which is just behind, and ebp the
 * stack pointer to return with.
 */
#define IPC_TRAP       "int $0x94\n"
#define IPC_WITH_STACK ".byte 0x89, 0xec\n\tint $0x94\n" /* movl %ebp, %esp */
#define IPC_WILD       ".byte 0xff, 0xe3\n" /* no kernel helps: jmp *%ebx     */

enum { IPC_INTERRUPT = 0x94 }; /* int n, if that is how          */

#endif
