/* SPDX-FileCopyrightText: 2026 The Pecan authors
 * SPDX-License-Identifier: BSD-2-Clause */
/*
 * The short IPC path: trap gate to iret for call, reply-and-wait and send of
 * untyped words to a partner that waits. Whatever is not certain here goes to
 * ipc_portable with the arguments as they came; generic/ipc.c is the
 * specification of every step.
 *
 *   in    eax to, edx from, ecx timeouts, esi MR0; esp = the frame in the
 *         caller's TCB, which is MY(...); ebp, edi free
 *   out   eax from, esi MR0, ebx MR1, ebp MR2, edi own UTCB (the partner's)
 *
 * The frame is where the processor left it and takes it from (frame.h): ip and
 * sp are neither stored nor loaded. Who has a reason in `slow` does not come
 * here: the gate leads him elsewhere (gate.c). Only ss is the kernel's, so that
 * is what every access to its data goes through; esp and ebp imply it.
 *
 * Nothing is written before the commit.
 */
#include <config.h>

#include <arch/asm.h>
#include <arch/layout.h>
#include <arch/site.h>
#include <model.h>
#include <switch.h>

#define YOUR(offset) LAYOUT_TCBS + offset(%ebp)

        .section .text.ipc, "ax"
        .balign 32
        .globl  entry_ipc, ipc_short, ipc_short_commit, ipc_short_end
entry_ipc:
ipc_short:
        /* The gate has done all of the trap. Check: read only. ebp = partner -
         * LAYOUT_TCBS. */
        STEP    check
        .rept   CONFIG_IPC_PAD
        nop
        .endr
        test    $TAG_NOT_SHORT, %esi
        jnz     slow
        test    %cx, %cx                /* receive timeout: never            */
        jnz     slow
        STEP    identify
        mov     %eax, %ebp              /* number * 256                      */
        shr     $6, %ebp
        and     $~0xFF, %ebp
        cmp     %eax, YOUR(TCB_ID)
        jne     no_global_id
        STEP    check
        cmp     %eax, %edx              /* wait for the same, or for anybody */
        jne     open_wait
checked_from:                           /* edx a global id, or -1            */
        mov     %ss:cpu0 + CPU_TOP_PRIO, %edi
        cmp     %edi, YOUR(TCB_PRIO)
        jb      slow
        mov     MY(TCB_ID), %eax
        cmp     %eax, YOUR(TCB_ACCEPT)
        jne     accepts_any
checked_accept:                         /* eax self's id; edi free           */

        /* Commit: nothing below fails. eax = sender as the partner sees it. */
ipc_short_commit:
        STEP    commit
        mov     %edx, MY(TCB_ACCEPT)
        movl    $0, YOUR(TCB_ACCEPT)
        STEP    switch
        mov     YOUR(TCB_CR3), %ecx
        SWITCH_SPACE                    /* the CPU model's (switch.h)        */
        /* eax sender, for the partner that ebp tells; ebx, ecx, edx, edi free */
switched:
        STEP    resume
        test    $TAG_WORDS, %esi
        jnz     words
        lea     YOUR(TCB_END), %ecx     /* the stack of its traps            */
        mov     %ecx, %ss:tss + TSS_ESP0
        mov     YOUR(TCB_FLAGS), %edx
        mov     %edx, YOUR(TCB_IRET_FLAGS)
        mov     YOUR(TCB_LOCAL_ID), %edi
        mov     %edi, %ss:user_word
        lea     YOUR(TCB_IP), %esp
        mov     $SEL_USER_DATA, %ecx
        mov     %ecx, %ds
        mov     %ecx, %es
        mov     $SEL_UTCB, %ebp         /* no kernel address leaves          */
        mov     %ebp, %fs
        mov     %ebp, %gs
        iret

open_wait:                              /* as at check; edx is not eax       */
        STEP    check
        cmp     $-1, %edx
        jne     ipc_short_send
        cmpl    $0, MY(TCB_SENDERS)     /* somebody is queued already        */
        je      checked_from
slow:                                   /* eax, edx, ecx, esi as they came   */
ipc_short_load_failed:
        jmp     ipc_portable

accepts_any:                            /* eax self's id                     */
        cmpl    $-1, YOUR(TCB_ACCEPT)
        je      checked_accept
        mov     YOUR(TCB_ID), %eax
        jmp     ipc_portable

same_space:                             /* eax free                          */
        STEP    switch
        mov     MY(TCB_LOCAL_ID), %eax
        jmp     switched

        SWITCH_SMALL

/*
 * A local id is the address of a UTCB, and that names its thread. The load may
 * meet anything: trap_kernel() sends a fault to slow, and the TCB decides.
 */
no_global_id:                           /* as at check; edi, ebp free        */
        STEP    identify
        test    $0x3F, %al
        jnz     slow
        test    %eax, %eax
        jz      slow
        USER_SEGMENT
        .globl  ipc_short_load, ipc_short_load_failed
ipc_short_load:                         /* eax to; edi, ebp free             */
        mov     USER_SEGMENT_REGISTER:UTCB_MY_ID_BYTES(%eax), %edi
        mov     %edi, %ebp
        shr     $6, %ebp
        and     $~0xFF, %ebp
        cmp     %edi, YOUR(TCB_ID)
        jne     slow
        cmp     %eax, YOUR(TCB_LOCAL_ID)
        jne     slow
        mov     MY(TCB_SPACE), %edi
        cmp     %edi, YOUR(TCB_SPACE)
        jne     slow
        cmp     %eax, %edx
        jne     open_wait
        mov     YOUR(TCB_ID), %edx
        jmp     checked_from

/*
 * words - 1 to 63 untyped words
 * copy_long - more than eight
 * copy_N - MR N to MR 3; edx sender's UTCB, edi partner's as that sees it, so
 *   it is reached through its segment; the first two go by register
 */
words:                                  /* as at switched                    */
        mov     $SEL_USER_DATA, %ebx
        mov     %ebx, %ds
        mov     %ebx, %es
        movzwl  %si, %ecx               /* TAG_NOT_SHORT is clear        */
        mov     MY(TCB_UTCB), %edx
        mov     YOUR(TCB_LOCAL_ID), %edi
        jmp     *%ss:copies(,%ecx,4)

copy_long:
        mov     %esi, %ebx
        lea     12(%edx), %esi
        add     $12, %edi
        sub     $2, %ecx
        cld
        rep movsl %ss:(%esi), %es:(%edi)
        mov     %ebx, %esi
        mov     YOUR(TCB_LOCAL_ID), %edi
        jmp     copied
        .irp    n, 8, 7, 6, 5, 4, 3
copy_\n:
        mov     %ss:4 * \n(%edx), %ecx
        mov     %ecx, 4 * \n(%edi)
        .endr
copied:                                 /* edx, edi as above; ecx free       */
        mov     %ss:4(%edx), %ebx
        lea     YOUR(TCB_END), %ecx
        mov     %ecx, %ss:tss + TSS_ESP0
        mov     YOUR(TCB_FLAGS), %ecx
        mov     %ecx, YOUR(TCB_IRET_FLAGS)
        mov     %edi, %ss:user_word
        lea     YOUR(TCB_IP), %esp
        mov     $SEL_UTCB, %ecx
        mov     %ecx, %fs
        mov     %ecx, %gs
        mov     %ss:8(%edx), %ebp
        mov     %ecx, %edx              /* no kernel address leaves          */
        iret

        .macro  SEND_SEGMENTS reg
        mov     $SEL_KERNEL_DS, \reg
        mov     \reg, %ds
        mov     \reg, %es
        .endm
#include <arch/ipc_send.inc>
ipc_short_end:

        .balign 4
copies: .long   0, copied, copied, copy_3, copy_4, copy_5, copy_6, copy_7
        .long   copy_8
        .rept   TAG_WORDS - 8
        .long   copy_long
        .endr

        .section .note.GNU-stack, "", @progbits
