/* SPDX-FileCopyrightText: 2026 The Pecan authors
 * SPDX-License-Identifier: BSD-2-Clause */
/*
 * Traps into the kernel and the one way out of it (besides the short IPC path).
 * C functions get their first three arguments in eax, edx, ecx (-mregparm=3).
 */
#include <arch/asm.h>
#include <arch/layout.h>

        .text

/* ---- one stub a vector; trap_stubs lists them for the IDT ---- */

        .macro  STUB vector, dpl, has_error=0
        .pushsection .rodata
        .long   \vector | (\dpl) << 8, 1f
        .popsection
1:
        .if     !\has_error
        push    $0
        .endif
        push    $\vector
        jmp     trap_common
        .endm

        .pushsection .rodata
        .globl  trap_stubs
trap_stubs:
        .popsection
        .irp    vector, 0, 1, 2, 5, 6, 7, 9, 15, 16, 18, 19
        STUB    \vector, 0
        .endr
        .irp    vector, 3, 4                    /* int3, into                */
        STUB    \vector, 3
        .endr
        .irp    vector, 8, 10, 11, 12, 13, 14, 17
        STUB    \vector, 0, 1
        .endr
        .set    irq, 0
        .rept   16
        STUB    (VECTOR_IRQ + irq), 0
        .set    irq, irq + 1
        .endr
        STUB    VECTOR_FOREIGN, 3
        .irp    call, 0, 1, 2, 3, 6, 7, 8, 9, 10, 11, 12, 13
        STUB    (VECTOR_SYSCALL + \call), 3
        .endr
        STUB    VECTOR_KDB, 3
        .pushsection .rodata
        .globl  trap_stubs_end
trap_stubs_end:
        .popsection

/*
 * trap_common - on the kernel stack: vector, error code, what the CPU pushed
 *   the user may have left anything in the segment registers; the kernel works
 *   with the user's flat data segment, which is thus in place for the way back
 */
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
 * ipc_portable - Ipc in C, for the back end's sysenter entry
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

/*
 * kernel_leave - resume whom the scheduler chose; waits here when nobody is
 */
        .globl  kernel_leave
        .type   kernel_leave, @function
kernel_leave:
        mov     kernel_sp, %esp
        call    trap_resume
        mov     %eax, %ebp              /* the thread                        */
        mov     $SEL_UTCB, %ecx
        mov     %ecx, %fs
        cmpl    $0, TCB_RESUME(%ebp)
        je      1f

        /* From Ipc: ecx and edx are free, flags canonical. */
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
        sysexit

1:      testb   $1, TCB_SLOW+1(%ebp)    /* SLOW_TLS                          */
        jz      2f
        mov     $SEL_TLS, %ecx
2:      mov     %ecx, %gs
        push    $FLAG_ONE               /* iret takes nested task seriously  */
        popfl
        push    $SEL_USER_DATA
        push    TCB_SP(%ebp)
        lea     tcb_arch(%ebp), %edi
        mov     ARCH_FLAGS(%edi), %eax
        or      TCB_FLAGS(%ebp), %eax   /* I/O privilege                     */
        push    %eax
        push    $SEL_USER_CODE
        push    TCB_IP(%ebp)
        mov     ARCH_EAX(%edi), %eax
        mov     ARCH_EBX(%edi), %ebx
        mov     ARCH_ECX(%edi), %ecx
        mov     ARCH_EDX(%edi), %edx
        mov     ARCH_ESI(%edi), %esi
        mov     ARCH_EBP(%edi), %ebp
        mov     ARCH_EDI(%edi), %edi
        iret

/*
 * long_switch - the rest of arch_long_stop: this stack is put aside
 * arch_long_resume - and taken up again
 */
        .globl  long_switch
        .type   long_switch, @function
long_switch:
        push    %ebx
        push    %esi
        push    %edi
        push    %ebp
        mov     %esp, long_sp
        jmp     kernel_leave

        .globl  arch_long_resume
        .type   arch_long_resume, @function
arch_long_resume:
        mov     long_sp, %esp
        pop     %ebp
        pop     %edi
        pop     %esi
        pop     %ebx
        ret

        .bss
        .balign 4
long_sp:
        .skip   4

        .section .note.GNU-stack, "", @progbits
