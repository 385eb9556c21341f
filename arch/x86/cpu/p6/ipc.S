/* SPDX-FileCopyrightText: 2026 The Pecan authors
 * SPDX-License-Identifier: BSD-2-Clause */
/*
 * The short IPC path: sysenter to sysexit for call, reply-and-wait and send of
 * untyped words to a partner that waits. Whatever is not certain here goes to
 * ipc_portable with the arguments as they came; generic/ipc.c is the
 * specification of every step.
 *
 *   in    eax to, edx from, ecx timeouts, esi MR0; ebx ip, ebp sp; edi free
 *   out   eax from, esi MR0, ebx MR1, ebp MR2, edi own UTCB (the partner's)
 *
 * Nothing is written before the commit but what ipc_portable wants as well.
 */
#include <config.h>

#include <arch/asm.h>
#include <arch/layout.h>
#include <arch/site.h>
#include <model.h>

        .section .text.ipc, "ax"
        .balign 32
        .globl  entry_sysenter, entry_sysenter_step
        .globl  ipc_short, ipc_short_commit, ipc_short_end
entry_sysenter:
ipc_short:
        STEP    trap
        mov     $SEL_USER_DATA, %edi
entry_sysenter_step:                    /* a single step may stop here       */
        mov     %edi, %ds
        mov     %edi, %es
        .rept   CONFIG_IPC_PAD
        nop
        .endr
        mov     cpu0 + CPU_CURRENT, %edi
        mov     %ebx, TCB_IP(%edi)
        mov     %ebp, TCB_SP(%edi)

        /* Check: read only. edi = self, ebp = partner - LAYOUT_TCBS. */
        STEP    check
        test    $TAG_NOT_SHORT, %esi
        jnz     slow
        test    %cx, %cx                /* receive timeout: never            */
        jnz     slow
        STEP    identify
        mov     %eax, %ebp              /* number * 256                      */
        shr     $6, %ebp
        and     $~0xFF, %ebp
        cmp     %eax, LAYOUT_TCBS + TCB_ID(%ebp)
        jne     no_global_id
        STEP    check
        cmp     %eax, %edx              /* wait for the same, or for anybody */
        jne     open_wait
checked_from:                           /* edx a global id, or -1            */
        cmpl    $0, TCB_SLOW(%edi)
        jne     slow
        mov     LAYOUT_TCBS + TCB_PRIO(%ebp), %ebx
        cmp     cpu0 + CPU_TOP_PRIO, %ebx
        jb      slow
        mov     TCB_ID(%edi), %eax
        cmp     %eax, LAYOUT_TCBS + TCB_ACCEPT(%ebp)
        jne     accepts_any
checked_accept:                         /* eax self's id; ebx free           */

        /* Commit: nothing below fails. eax = sender as the partner sees it. */
ipc_short_commit:
        STEP    commit
        mov     %edx, TCB_ACCEPT(%edi)
        movl    $0, LAYOUT_TCBS + TCB_ACCEPT(%ebp)
        mov     LAYOUT_TCBS + TCB_CR3(%ebp), %ecx
        test    $TAG_WORDS, %esi
        jnz     words
        STEP    switch
        cmp     %ecx, TCB_CR3(%edi)
        je      same_space
        SITE    switch_short
        mov     %ecx, %cr3
        /* eax sender, for the partner that ebp tells; ebx, ecx, edx, edi free */
switched:
        STEP    resume
        add     $LAYOUT_TCBS, %ebp
        mov     %ebp, cpu0 + CPU_CURRENT
        mov     TCB_LOCAL_ID(%ebp), %edi
        mov     %edi, user_word
        mov     TCB_IP(%ebp), %edx
        mov     TCB_SP(%ebp), %ecx
        push    TCB_FLAGS(%ebp)
        popfl
        mov     $SEL_UTCB, %ebp         /* no kernel address leaves          */
        mov     %ebp, %fs
        mov     %ebp, %gs
        sti                             /* holds interrupts off for one more */
        sysexit

open_wait:                              /* as at check; edx is not eax       */
        STEP    check
        cmp     $-1, %edx
        jne     send_only
        cmpl    $0, TCB_SENDERS(%edi)   /* somebody is queued already        */
        je      checked_from
slow:                                   /* eax, edx, ecx, esi as they came   */
ipc_short_load_failed:
        jmp     ipc_portable

accepts_any:                            /* eax self's id                     */
        cmpl    $-1, LAYOUT_TCBS + TCB_ACCEPT(%ebp)
        je      checked_accept
        mov     LAYOUT_TCBS + TCB_ID(%ebp), %eax
        jmp     ipc_portable

/*
 * A local id is the address of a UTCB, and that names its thread. The load may
 * meet anything: trap_kernel() sends a fault to slow, and the TCB decides.
 */
no_global_id:                           /* as at check; ebp, ebx free        */
        STEP    identify
        test    $0x3F, %al
        jnz     slow
        test    %eax, %eax
        jz      slow
        .globl  ipc_short_load, ipc_short_load_failed
ipc_short_load:                         /* edi self; ebx, ebp free           */
        mov     UTCB_MY_ID_BYTES(%eax), %ebx
        mov     %ebx, %ebp
        shr     $6, %ebp
        and     $~0xFF, %ebp
        cmp     %ebx, LAYOUT_TCBS + TCB_ID(%ebp)
        jne     slow
        cmp     %eax, LAYOUT_TCBS + TCB_LOCAL_ID(%ebp)
        jne     slow
        mov     TCB_SPACE(%edi), %ebx
        cmp     %ebx, LAYOUT_TCBS + TCB_SPACE(%ebp)
        jne     slow
        cmp     %eax, %edx
        jne     open_wait
        mov     LAYOUT_TCBS + TCB_ID(%ebp), %edx
        jmp     checked_from

same_space:                             /* eax free                          */
        STEP    switch
        mov     TCB_LOCAL_ID(%edi), %eax
        jmp     switched

/*
 * words - 1 to 63 untyped words
 *   in    as after the commit; ecx = partner's page directory
 */
words:
        STEP    switch
        cmp     %ecx, TCB_CR3(%edi)
        je      words_same_space
        SITE    switch_words
        mov     %ecx, %cr3
words_switched:                         /* eax sender; ebx, ecx, edx free    */
        STEP    resume
        movzwl  %si, %ecx               /* TAG_NOT_SHORT is clear        */
        mov     TCB_UTCB(%edi), %edx
        mov     LAYOUT_TCBS + TCB_LOCAL_ID(%ebp), %edi
        jmp     *copies(,%ecx,4)

words_same_space:                       /* eax free                          */
        STEP    switch
        mov     TCB_LOCAL_ID(%edi), %eax
        jmp     words_switched

/*
 * copy_long - more than eight
 * copy_N - MR N to MR 3; edx sender's UTCB, edi partner's, in its own space,
 *   which is loaded; the first two go by register
 */
copy_long:
        STEP    resume
        mov     %esi, %ebx
        lea     12(%edx), %esi
        add     $12, %edi
        sub     $2, %ecx
        cld
        rep movsl
        mov     %ebx, %esi
        mov     LAYOUT_TCBS + TCB_LOCAL_ID(%ebp), %edi
        jmp     copied
        .irp    n, 8, 7, 6, 5, 4, 3
copy_\n:
        mov     4 * \n(%edx), %ecx
        mov     %ecx, 4 * \n(%edi)
        .endr
copied:                                 /* edx, edi as above; ecx free       */
        add     $LAYOUT_TCBS, %ebp
        mov     %ebp, cpu0 + CPU_CURRENT
        mov     %edi, user_word
        mov     $SEL_UTCB, %ecx
        mov     %ecx, %fs
        mov     %ecx, %gs
        mov     TCB_SP(%ebp), %ecx
        push    TCB_FLAGS(%ebp)
        popfl
        mov     4(%edx), %ebx
        push    8(%edx)
        mov     TCB_IP(%ebp), %edx
        pop     %ebp
        sti                             /* holds interrupts off for one more */
        sysexit

/*
 * send_only - not an open wait; registers as at check, ip and sp are stored
 */
#define MY(offset)   offset(%edi)
#define YOUR(offset) LAYOUT_TCBS + offset(%ebp)
        .macro  SEND_SEGMENTS reg       /* they are the kernel's already     */
        .endm
send_only:
        STEP    check
        cmpl    $0, MY(TCB_SLOW)
        jne     slow
#include <arch/ipc_send.inc>
ipc_short_end:

        .balign 4
copies: .long   0, copied, copied, copy_3, copy_4, copy_5, copy_6, copy_7
        .long   copy_8
        .rept   TAG_WORDS - 8
        .long   copy_long
        .endr

        .section .note.GNU-stack, "", @progbits
