/* SPDX-FileCopyrightText: 2026 The Pecan authors
 * SPDX-License-Identifier: BSD-2-Clause */
#ifndef __L4_IA32_SYSCALLS_H__
#define __L4_IA32_SYSCALLS_H__
/*
 * The system calls on ia32: registers as docs/abi-ia32.md says, called through
 * the entries of the kernel interface page.
 */
#include <l4/types.h>

/* Absolute addresses of the entries, filled in by the start-up code; in the
 * order of the page: SpaceControl, ThreadControl, ProcessorControl,
 * MemoryControl, Ipc, Lipc, Unmap, ExchangeRegisters, SystemClock,
 * ThreadSwitch, Schedule, and ArchSyscall0 to 3. */
#ifdef __cplusplus
extern "C" {
#endif
extern L4_Word_t __l4_syscalls[17] __attribute__((__visibility__("hidden")));
/* Fills them in; again where the page is elsewhere (x2.md 4.14). */
void __L4_Init(void);
#ifdef __cplusplus
}
#endif

/* Address of MR0 in the own UTCB, which is the own local id. */
L4_INLINE L4_Word_t *__L4_Utcb(void)
{
    L4_Word_t *utcb;

    __asm__("movl %%fs:0, %0" : "=r"(utcb));
    return utcb;
}

/* Where the kernel interface page is, and three of its words (x2.md 2.2). */
L4_INLINE void *L4_KernelInterface(L4_Word_t *ApiVersion, L4_Word_t *ApiFlags,
                                   L4_Word_t *KernelId)
{
    void *base;
    L4_Word_t version, flags, id;

    __asm__ volatile("lock; nop"
                     : "=a"(base), "=c"(version), "=d"(flags), "=S"(id));
    if (ApiVersion)
        *ApiVersion = version;
    if (ApiFlags)
        *ApiFlags = flags;
    if (KernelId)
        *KernelId = id;
    return base;
}

/* ebp may be the compiler's frame pointer, so it is kept by hand. Message
 * registers are stored as they were received, and nothing else; those without
 * words go straight on. Ipc leaves the own UTCB's address in edi. */
L4_INLINE L4_MsgTag_t __L4_IpcEntry(const L4_Word_t *entry, L4_ThreadId_t to,
                                    L4_ThreadId_t FromSpecifier,
                                    L4_Word_t Timeouts, L4_ThreadId_t *from)
{
    __L4_AnybodyMayRun();
    L4_Word_t result = to.raw, spec = FromSpecifier.raw, mr1, utcb;
    L4_MsgTag_t tag;

    tag.raw = *__L4_Utcb();
    __asm__ volatile("pushl %%ebp\n\t"
                     "call *(%6)\n\t"
                     "movl %%esi, (%%edi)\n\t"
                     "testl $0x3f, %%esi\n\t"
                     "jnz 2f\n"
                     "1:\tpopl %%ebp\n\t"
                     ".subsection 1\n"
                     "2:\tmovl %%ebx, 4(%%edi)\n\t"
                     "testl $0x3e, %%esi\n\t"
                     "jz 1b\n\t"
                     "movl %%ebp, 8(%%edi)\n\t"
                     "jmp 1b\n\t"
                     ".previous"
                     : "+a"(result), "+S"(tag.raw), "=b"(mr1), "+c"(Timeouts),
                       "+d"(spec), "=D"(utcb)
                     : "r"(entry)
                     : "memory", "cc");
    if (FromSpecifier.raw != 0)
        from->raw = result;
    return tag;
}

/* Sends to `to` if not nil, then receives if asked; the tag (x2.md 2.10). */
L4_INLINE L4_MsgTag_t L4_Ipc(L4_ThreadId_t to, L4_ThreadId_t FromSpecifier,
                             L4_Word_t Timeouts, L4_ThreadId_t *from)
{
    return __L4_IpcEntry(&__l4_syscalls[4], to, FromSpecifier, Timeouts, from);
}

/* Ipc, meant for threads of the same space (x2.md 2.10.10). */
L4_INLINE L4_MsgTag_t L4_Lipc(L4_ThreadId_t to, L4_ThreadId_t FromSpecifier,
                              L4_Word_t Timeouts, L4_ThreadId_t *from)
{
    return __L4_IpcEntry(&__l4_syscalls[5], to, FromSpecifier, Timeouts, from);
}

/* Registers, state and pager of a thread of this space (x2.md 2.3).
 * All seven registers are arguments and results: they go through a block. */
L4_INLINE L4_ThreadId_t
L4_ExchangeRegisters(L4_ThreadId_t dest, L4_Word_t control, L4_Word_t sp,
                     L4_Word_t ip, L4_Word_t flags, L4_Word_t UserDefHandle,
                     L4_ThreadId_t pager, L4_Word_t *old_control,
                     L4_Word_t *old_sp, L4_Word_t *old_ip, L4_Word_t *old_flags,
                     L4_Word_t *old_UserDefHandle, L4_ThreadId_t *old_pager)
{
    __L4_AnybodyMayRun();
    L4_Word_t x[8];
    L4_Word_t *block = x;
    L4_ThreadId_t result;

    x[0] = dest.raw;
    x[1] = control;
    x[2] = sp;
    x[3] = ip;
    x[4] = flags;
    x[5] = UserDefHandle;
    x[6] = pager.raw;
    x[7] = __l4_syscalls[7];
    __asm__ volatile("pushl %%ebp\n\t"
                     "pushl %%eax\n\t" /* the block */
                     "pushl 28(%%eax)\n\t"
                     "movl 4(%%eax), %%ecx\n\t"
                     "movl 8(%%eax), %%edx\n\t"
                     "movl 12(%%eax), %%esi\n\t"
                     "movl 16(%%eax), %%edi\n\t"
                     "movl 20(%%eax), %%ebx\n\t"
                     "movl 24(%%eax), %%ebp\n\t"
                     "movl (%%eax), %%eax\n\t"
                     "call *(%%esp)\n\t"
                     "movl %%ebp, (%%esp)\n\t"
                     "movl 4(%%esp), %%ebp\n\t"
                     "movl %%eax, (%%ebp)\n\t"
                     "movl %%ecx, 4(%%ebp)\n\t"
                     "movl %%edx, 8(%%ebp)\n\t"
                     "movl %%esi, 12(%%ebp)\n\t"
                     "movl %%edi, 16(%%ebp)\n\t"
                     "movl %%ebx, 20(%%ebp)\n\t"
                     "popl 24(%%ebp)\n\t"
                     "popl %%eax\n\t"
                     "popl %%ebp"
                     : "+a"(block)
                     :
                     : "ebx", "ecx", "edx", "esi", "edi", "memory", "cc");
    result.raw = x[0];
    if (old_control)
        *old_control = x[1];
    if (old_sp)
        *old_sp = x[2];
    if (old_ip)
        *old_ip = x[3];
    if (old_flags)
        *old_flags = x[4];
    if (old_UserDefHandle)
        *old_UserDefHandle = x[5];
    if (old_pager)
        old_pager->raw = x[6];
    return result;
}

/* Creates, changes, moves or deletes a thread; 0: failed (x2.md 2.4). */
L4_INLINE L4_Word_t L4_ThreadControl(L4_ThreadId_t dest,
                                     L4_ThreadId_t SpaceSpecifier,
                                     L4_ThreadId_t Scheduler,
                                     L4_ThreadId_t Pager, void *UtcbLocation)
{
    __L4_AnybodyMayRun();
    L4_Word_t result = dest.raw, space = SpaceSpecifier.raw;
    L4_Word_t scheduler = Scheduler.raw, pager = Pager.raw;

    __asm__ volatile("call *%5"
                     : "+a"(result), "+S"(space), "+d"(scheduler), "+c"(pager),
                       "+D"(UtcbLocation)
                     : "b"(__l4_syscalls[1])
                     : "memory", "cc");
    return result;
}

/* Gives a space its areas and its redirector; 0: failed (x2.md 2.5). */
L4_INLINE L4_Word_t L4_SpaceControl(L4_ThreadId_t SpaceSpecifier,
                                    L4_Word_t control,
                                    L4_Fpage_t KernelInterfacePageArea,
                                    L4_Fpage_t UtcbArea,
                                    L4_ThreadId_t redirector,
                                    L4_Word_t *old_control)
{
    __L4_AnybodyMayRun();
    L4_Word_t result = SpaceSpecifier.raw, kip = KernelInterfacePageArea.raw;
    L4_Word_t utcb = UtcbArea.raw, redirect = redirector.raw;

    __asm__ volatile("call *%5"
                     : "+a"(result), "+c"(control), "+d"(kip), "+S"(utcb),
                       "+D"(redirect)
                     : "b"(__l4_syscalls[0])
                     : "memory", "cc");
    if (old_control)
        *old_control = control;
    return result;
}

/* Frequencies in kHz, voltage in mV; 0: failed (x2.md 2.6). */
L4_INLINE L4_Word_t L4_ProcessorControl(L4_Word_t ProcessorNo,
                                        L4_Word_t InternalFrequency,
                                        L4_Word_t ExternalFrequency,
                                        L4_Word_t voltage)
{
    __L4_AnybodyMayRun();
    __asm__ volatile("call *%4"
                     : "+a"(ProcessorNo), "+c"(InternalFrequency),
                       "+d"(ExternalFrequency), "+S"(voltage)
                     : "b"(__l4_syscalls[2])
                     : "memory", "cc");
    return ProcessorNo;
}

/* Attributes of the pages in MR 0 to MR control; 0: failed (x2.md 2.7).
 * Attributes in ecx, edx, ebx, ebp; the entry on the stack. */
L4_INLINE L4_Word_t L4_MemoryControl(L4_Word_t control,
                                     const L4_Word_t attributes[4])
{
    __L4_AnybodyMayRun();
    L4_Word_t *mr = __L4_Utcb();
    L4_Word_t mr0 = mr[0];
    const L4_Word_t *block = attributes;
    L4_Word_t entry = __l4_syscalls[3];

    __asm__ volatile("pushl %%ebp\n\t"
                     "pushl %%edx\n\t"
                     "movl 12(%%ecx), %%ebp\n\t"
                     "movl 8(%%ecx), %%ebx\n\t"
                     "movl 4(%%ecx), %%edx\n\t"
                     "movl (%%ecx), %%ecx\n\t"
                     "call *(%%esp)\n\t"
                     "popl %%edx\n\t"
                     "popl %%ebp"
                     : "+a"(control), "+c"(block), "+d"(entry), "+S"(mr0),
                       "+D"(mr)
                     :
                     : "ebx", "memory", "cc");
    return control;
}

/* Takes back the fpages in MR 0 to MR control & 63 (x2.md 2.11). */
L4_INLINE void L4_Unmap(L4_Word_t control)
{
    __L4_AnybodyMayRun();
    L4_Word_t *mr = __L4_Utcb();
    L4_Word_t mr0 = mr[0];

    __asm__ volatile("call *%3"
                     : "+a"(control), "+S"(mr0), "+D"(mr)
                     : "b"(__l4_syscalls[6])
                     : "ecx", "edx", "memory", "cc");
    mr[0] = mr0;
}

/* Microseconds since the start (x2.md 2.8). */
L4_INLINE L4_Clock_t L4_SystemClock(void)
{
    __L4_AnybodyMayRun();
    L4_Clock_t clock;

    __asm__ volatile("call *%1"
                     : "=&A"(clock.raw)
                     : "b"(__l4_syscalls[8])
                     : "ecx", "memory", "cc");
    return clock;
}

/* Gives the rest of the time slice to dest (x2.md 2.8). */
L4_INLINE void L4_ThreadSwitch(L4_ThreadId_t dest)
{
    __L4_AnybodyMayRun();
    __asm__ volatile("call *%1"
                     : "+a"(dest.raw)
                     : "b"(__l4_syscalls[9])
                     : "ecx", "edx", "memory", "cc");
}

/* Priority, times and preemption; L4_SCHEDRESULT_... (x2.md 2.9). */
L4_INLINE L4_Word_t L4_Schedule(L4_ThreadId_t dest, L4_Word_t TimeControl,
                                L4_Word_t ProcessorControl,
                                L4_Word_t PrioControl,
                                L4_Word_t PreemptionControl,
                                L4_Word_t *old_TimeControl)
{
    __L4_AnybodyMayRun();
    L4_Word_t result = dest.raw;

    __asm__ volatile("call *%5"
                     : "+a"(result), "+d"(TimeControl), "+S"(ProcessorControl),
                       "+c"(PrioControl), "+D"(PreemptionControl)
                     : "b"(__l4_syscalls[10])
                     : "memory", "cc");
    if (old_TimeControl)
        *old_TimeControl = TimeControl;
    return result;
}

/* ---- ArchSyscalls, the same on all processors ---------------------------- */

/* Base of %gs for this thread from now on; %fs:0 stays the UTCB. */
L4_INLINE void L4_Set_ThreadRegister(L4_Word_t value)
{
    __L4_AnybodyMayRun();
    __asm__ volatile("call *%1"
                     : "+a"(value)
                     : "b"(__l4_syscalls[11])
                     : "ecx", "edx", "memory", "cc");
}

/* Reads and limits the kernel memory of a space; 0: failed (x2.md 2.12). */
L4_INLINE L4_Word_t L4_KernelMemory(L4_ThreadId_t space, L4_Word_t limit,
                                    L4_Word_t *used, L4_Word_t *old_limit)
{
    __L4_AnybodyMayRun();
    L4_Word_t result = space.raw, old;

    __asm__ volatile("call *%3"
                     : "+a"(result), "+c"(limit), "=d"(old)
                     : "b"(__l4_syscalls[12])
                     : "memory", "cc");
    if (used)
        *used = limit;
    if (old_limit)
        *old_limit = old;
    return result;
}

/* Ends the machine with a status; returns 0 if it may not (x2.md 2.12). */
L4_INLINE L4_Word_t L4_MachineEnd(L4_Word_t status)
{
    __L4_AnybodyMayRun();
    __asm__ volatile("call *%1"
                     : "+a"(status)
                     : "b"(__l4_syscalls[13])
                     : "ecx", "edx", "memory", "cc");
    return status;
}

/* The kernel debugger's own trap. */
L4_INLINE L4_Word_t __L4_Kdb(L4_Word_t op, L4_Word_t arg)
{
    __asm__ volatile("int $0x9f" : "+a"(op) : "c"(arg) : "memory", "cc");
    return op;
}

#endif
