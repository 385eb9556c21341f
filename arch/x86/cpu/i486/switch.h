/* SPDX-FileCopyrightText: 2026 The Pecan authors
 * SPDX-License-Identifier: BSD-2-Clause */
#ifndef PECAN_SWITCH_H
#define PECAN_SWITCH_H
/*
 * How the short path (gate/ipc.S) gets from space to space: by page directory.
 */
/* clang-format off */
#define USER_SEGMENT_REGISTER %ss

        .macro  USER_SEGMENT
        .endm

/* ecx = the partner's page directory; goes to same_space, or on */
        .macro  SWITCH_SPACE
        cmp     %ecx, MY(TCB_CR3)
        je      same_space
        SITE    switch_short
        mov     %ecx, %cr3
        .endm

        .macro  SWITCH_SMALL
        .endm
/* clang-format on */

#endif
