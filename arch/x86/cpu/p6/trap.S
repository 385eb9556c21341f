/* SPDX-FileCopyrightText: 2026 The Pecan authors
 * SPDX-License-Identifier: BSD-2-Clause */
/*
 * Into C and back where Ipc comes by sysenter: traps use the one kernel stack.
 */
#include <arch/asm.h>
#include <arch/layout.h>

        .text

/*
 * trap_common - on the kernel stack: vector, error code, what the CPU pushed
 *   the user may have left anything in the segment registers; the kernel works
 *   with the user's flat data segment, which is thus in place for the way back
 */
        .globl  trap_common
        .type   trap_common, @function
trap_common:
        pushal
        mov     $SEL_USER_DATA, %eax
        mov     %eax, %ds
        mov     %eax, %es
        cld
        mov     %esp, %eax              /* struct trap_frame *               */
        testb   $3, FRAME_CS(%esp)
        jz      2f
1:      call    trap_user
        jmp     kernel_leave
2:      testb   $FLAG_VM >> 16, FRAME_FLAGS + 2(%esp)
        jnz     1b                      /* cs is no selector then            */
        call    trap_kernel             /* goes back, if at all              */
        popal
        add     $8, %esp
        iret

/*
 * ipc_portable - Ipc in C, for the sysenter entry
 *   in    eax to, edx from, ecx timeouts, esi MR0; edi current thread, its ip
 *         and sp stored; segments canonical; flags still the user's
 */
        .globl  ipc_portable
        .type   ipc_portable, @function
ipc_portable:
        cld
        mov     TCB_UTCB(%edi), %ebx
        mov     %esi, (%ebx)
        push    %ecx
        mov     %edx, %ecx
        mov     %eax, %edx
        mov     %edi, %eax
        call    sys_ipc                 /* (self, to, from, timeouts)        */
        jmp     kernel_leave

/*
 * leave_ipc - ebp comes back from Ipc: ecx and edx are free, flags canonical
 *   in    ebp thread, ecx SEL_UTCB, in fs already
 */
        .globl  leave_ipc, leave_ipc_last
leave_ipc:
        mov     %ecx, %gs
        push    TCB_FLAGS(%ebp)
        mov     TCB_FROM(%ebp), %eax
        mov     TCB_IP(%ebp), %edx
        mov     TCB_SP(%ebp), %ecx
        mov     TCB_LOCAL_ID(%ebp), %edi
        mov     TCB_UTCB(%ebp), %ebp
        mov     (%ebp), %esi            /* MR0, MR1, MR2                     */
        mov     4(%ebp), %ebx
        mov     8(%ebp), %ebp
        popfl
        sti                             /* holds interrupts off for one more */
leave_ipc_last:
        sysexit

        .section .note.GNU-stack, "", @progbits
