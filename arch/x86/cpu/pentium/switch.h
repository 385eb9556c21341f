/* SPDX-FileCopyrightText: 2026 The Pecan authors
 * SPDX-License-Identifier: BSD-2-Clause */
#ifndef PECAN_SWITCH_H
#define PECAN_SWITCH_H
/*
 * How the short path (gate/ipc.S) gets from space to space: by page directory,
 * or by segments if one of them is small (small.c).
 *
 * cr3 of a thread in a small space is the upper half of its data segment's
 * descriptor, rotated so that the access byte, F3, comes last; `own` is 1. Of a
 * large one both are the page directory, which ends in 00. So `own` of the one
 * less cr3 of the other ends in 00 if both are large, else in 0D, 01 or 0E: an
 * odd number of ones, which the comparison tells by the parity flag.
 */
/* clang-format off */
#define USER_SEGMENT_REGISTER %ds

/* The caller has left anything in ds. */
        .macro  USER_SEGMENT
        mov     $SEL_USER_DATA, %edi
        mov     %edi, %ds
        .endm

/* ecx = the partner's cr3; goes to same_space, to small, or on */
        .macro  SWITCH_SPACE
        cmp     %ecx, MY(TCB_OWN)
        je      same_space
        jnp     small
        SITE    switch_short
        mov     %ecx, %cr3
        .endm

/*
 * small - one of the two is, or both. Whatever page directory is loaded has the
 *   windows of all small spaces, so it stays; but a large one needs its own.
 */
        .macro  SWITCH_SMALL
small:
        STEP    switch
        cmp     %ecx, MY(TCB_CR3)
        je      same_space
        cmp     %cl, MY(TCB_CR3)        /* both are small                    */
        jne     one_small
new_base:
        rol     $8, %ecx
        mov     %ecx, %ss:gdt + GDT_USER_DATA + 4
        or      $SEGMENT_CODE, %ecx
        mov     %ecx, %ss:gdt + GDT_USER_CODE + 4
        jmp     switched

one_small:
        test    %cl, %cl
        jz      to_large
        movl    $SEGMENT_SMALL_LOW, %ss:gdt + GDT_USER_DATA
        movl    $SEGMENT_SMALL_LOW, %ss:gdt + GDT_USER_CODE
        movw    $TSS_NO_PORTS, %ss:tss + TSS_IO_MAP
        jmp     new_base

to_large:
        movl    $SEGMENT_LARGE_LOW, %ss:gdt + GDT_USER_DATA
        movl    $SEGMENT_LARGE_LOW, %ss:gdt + GDT_USER_CODE
        movl    $SEGMENT_LARGE_DATA, %ss:gdt + GDT_USER_DATA + 4
        movl    $SEGMENT_LARGE_DATA | SEGMENT_CODE, %ss:gdt + GDT_USER_CODE + 4
        movw    $TSS_PORTS, %ss:tss + TSS_IO_MAP
        mov     %cr3, %edi
        cmp     %edi, %ecx              /* it may be there still             */
        je      switched
        SITE    switch_large
        mov     %ecx, %cr3
        jmp     switched
        .endm
/* clang-format on */

#endif
