/* SPDX-FileCopyrightText: 2026 The Pecan authors
 * SPDX-License-Identifier: BSD-2-Clause */
/*
 * Into C and back where traps use the end of the running thread's TCB as their
 * stack (frame.h). Until the kernel is on its own stack, it touches nothing but
 * through ss: the user may have left anything in the other segment registers.
 */
#include <arch/asm.h>
#include <arch/layout.h>
#include <model.h>

        .text

/*
 * trap_common - esp: vector, error code, what the CPU pushed
 *   from user mode all that is in the TCB; what is left of the user's registers
 *   is stored below it
 */
        .globl  trap_common
        .type   trap_common, @function
trap_common:
        push    %eax
        testb   $3, FRAME_CS - ARCH_EAX + ARCH_EDI(%esp)
        jz      from_kernel
from_user:                              /* eax = struct trap_frame *         */
        lea     ARCH_EDI - ARCH_EAX(%esp), %eax
        mov     %ss:kernel_sp, %esp
        mov     %ecx, %ss:ARCH_ECX - ARCH_EDI(%eax)
        mov     %edx, %ss:ARCH_EDX - ARCH_EDI(%eax)
        mov     %ebx, %ss:ARCH_EBX - ARCH_EDI(%eax)
        mov     %ebp, %ss:ARCH_EBP - ARCH_EDI(%eax)
        mov     %esi, %ss:ARCH_ESI - ARCH_EDI(%eax)
        mov     %edi, %ss:(%eax)
        mov     $SEL_KERNEL_DS, %ecx
        mov     %ecx, %ds
        mov     %ecx, %es
        cld
        mov     %eax, %ecx
        and     $-TCB_SLOT_BYTES, %ecx
        mov     %ecx, cpu0 + CPU_CURRENT
        call    trap_user
        jmp     kernel_leave

/*
 * from_kernel - esp: eax, then as above. It is the kernel's own stack, or still
 *   that of a TCB: in the short path, and where traps begin and end. There the
 *   data segments may be the user's.
 */
from_kernel:
        testb   $FLAG_VM >> 16, FRAME_FLAGS - ARCH_EAX + ARCH_EDI + 2(%esp)
        jnz     from_user               /* cs is no selector then            */
        pop     %eax
        pushal
        mov     %ds, %esi
        mov     %es, %edi
        mov     $SEL_KERNEL_DS, %eax
        mov     %eax, %ds
        mov     %eax, %es
        cld
        mov     %esp, %eax              /* struct trap_frame *               */
        mov     %esp, %ebx
        cmp     $LAYOUT_TCBS, %esp
        jb      1f
        mov     kernel_sp, %esp         /* nothing is on it                  */
1:      call    trap_kernel             /* goes back, if at all              */
        mov     %ebx, %esp
        mov     %esi, %ds
        mov     %edi, %es
        popal
        add     $8, %esp
        iret

/*
 * entry_ipc_slow - Ipc of a thread with a reason in `slow`
 * ipc_portable - Ipc in C, for whom the short path cannot help
 *   in    eax to, edx from, ecx timeouts, esi MR0; esp as the gate left it
 */
        .globl  entry_ipc_slow, ipc_portable
        .type   ipc_portable, @function
entry_ipc_slow:
ipc_portable:
        mov     $SEL_KERNEL_DS, %edi
        mov     %edi, %ds
        mov     %edi, %es
        cld
        lea     (tcb_self)(%esp), %edi
        mov     kernel_sp, %esp
        mov     %edi, cpu0 + CPU_CURRENT
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
        mov     TCB_FLAGS(%ebp), %edx
        mov     %edx, TCB_IRET_FLAGS(%ebp)
        mov     TCB_FROM(%ebp), %eax
        mov     TCB_LOCAL_ID(%ebp), %edi
        mov     TCB_UTCB(%ebp), %edx
        lea     TCB_IP(%ebp), %esp
        mov     %ss:(%edx), %esi        /* MR0, MR1, MR2                     */
        mov     %ss:4(%edx), %ebx
        mov     %ss:8(%edx), %ebp
        mov     %ecx, %edx              /* no kernel address leaves          */
leave_ipc_last:
        iret

        .section .note.GNU-stack, "", @progbits
