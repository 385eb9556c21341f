/* SPDX-FileCopyrightText: 2026 The Pecan authors
 * SPDX-License-Identifier: BSD-2-Clause */
#ifndef __L4_ARM_SYSCALLS_H__
#define __L4_ARM_SYSCALLS_H__
/*
 * The system calls on ARM: registers as docs/abi-arm.md says, called through
 * the entries of the kernel interface page. r7 carries the call's number and is
 * lost; so is r9 in Ipc.
 */
#include <l4/types.h>

#include <l4/arm/registers.h> /* of each back end */

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

#define __L4_REGISTER(name, r, value) \
    register L4_Word_t name __asm__(#r) = (value)
/* A call with one to seven arguments that are results too, from r0 on; the
 * entry in r12. */
#define __L4_IO1 "+r"(r0)
#define __L4_IO2 __L4_IO1, "+r"(r1)
#define __L4_IO3 __L4_IO2, "+r"(r2)
#define __L4_IO4 __L4_IO3, "+r"(r3)
#define __L4_IO5 __L4_IO4, "+r"(r4)
#define __L4_IO7 __L4_IO5, "+r"(r5), "+r"(r6)
#define __L4_CALL(io) \
    __asm__ volatile("blx %[entry]" \
                     : io \
                     : [entry] "r"(__entry) \
                     : "r7", "lr", "memory", "cc")
#define __L4_ENTRY(index) \
    register L4_Word_t __entry __asm__("r12") = __l4_syscalls[index]

/* Where the kernel interface page is, and three of its words (x2.md 2.2). */
L4_INLINE void *L4_KernelInterface(L4_Word_t *ApiVersion, L4_Word_t *ApiFlags,
                                   L4_Word_t *KernelId)
{
    __L4_REGISTER(base, r0, 0);
    __L4_REGISTER(version, r1, 0);
    __L4_REGISTER(flags, r2, 0);
    __L4_REGISTER(id, r3, 0);

    __asm__ volatile("mvn r7, #0\n\tsvc #0"
                     : "+r"(base), "+r"(version), "+r"(flags), "+r"(id)
                     :
                     : "r7");
    if (ApiVersion)
        *ApiVersion = version;
    if (ApiFlags)
        *ApiFlags = flags;
    if (KernelId)
        *KernelId = id;
    return (void *)base;
}

/* r3 to r6 and r8 carry MR0 to MR4, whatever the message's length; of those
 * received only the message is stored. Ipc keeps r10, where the UTCB's address
 * is meanwhile. */
L4_INLINE L4_MsgTag_t __L4_IpcEntry(const L4_Word_t *entry, L4_ThreadId_t to,
                                    L4_ThreadId_t FromSpecifier,
                                    L4_Word_t Timeouts, L4_ThreadId_t *from)
{
    __L4_AnybodyMayRun();
    L4_Word_t *here = __L4_Utcb();
    __L4_REGISTER(result, r0, to.raw);
    __L4_REGISTER(spec, r1, FromSpecifier.raw);
    __L4_REGISTER(timeouts, r2, Timeouts);
    register L4_Word_t tag __asm__("r3");
    register L4_Word_t mr1 __asm__("r4");
    register L4_Word_t mr2 __asm__("r5");
    register L4_Word_t mr3 __asm__("r6");
    register L4_Word_t mr4 __asm__("r8");
    register L4_Word_t *mr __asm__("r10") = here;
    L4_MsgTag_t r;

    __asm__ volatile("ldr r7, %[entry]\n\t"
                     "ldmia %[mr], {r3, r4, r5, r6, r8}\n\tblx r7"
                     : "+r"(result), "+r"(spec), "+r"(timeouts), "=&r"(tag),
                       "=&r"(mr1), "=&r"(mr2), "=&r"(mr3), "=&r"(mr4)
                     : [entry] "m"(*entry), [mr] "r"(mr)
                     : "r7", "r9", "lr", "memory", "cc");
    mr[0] = r.raw = tag;
    if (r.raw & 0x3f) {
        mr[1] = mr1;
        if ((r.raw & 0x3f) > 1)
            mr[2] = mr2;
        if ((r.raw & 0x3f) > 2)
            mr[3] = mr3;
        if ((r.raw & 0x3f) > 3)
            mr[4] = mr4;
    }
    if (FromSpecifier.raw != 0)
        from->raw = result;
    return r;
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

/* Registers, state and pager of a thread of this space (x2.md 2.3). */
L4_INLINE L4_ThreadId_t
L4_ExchangeRegisters(L4_ThreadId_t dest, L4_Word_t control, L4_Word_t sp,
                     L4_Word_t ip, L4_Word_t flags, L4_Word_t UserDefHandle,
                     L4_ThreadId_t pager, L4_Word_t *old_control,
                     L4_Word_t *old_sp, L4_Word_t *old_ip, L4_Word_t *old_flags,
                     L4_Word_t *old_UserDefHandle, L4_ThreadId_t *old_pager)
{
    __L4_AnybodyMayRun();
    __L4_REGISTER(r0, r0, dest.raw);
    __L4_REGISTER(r1, r1, control);
    __L4_REGISTER(r2, r2, sp);
    __L4_REGISTER(r3, r3, ip);
    __L4_REGISTER(r4, r4, flags);
    __L4_REGISTER(r5, r5, UserDefHandle);
    __L4_REGISTER(r6, r6, pager.raw);
    __L4_ENTRY(7);
    L4_ThreadId_t result;

    __L4_CALL(__L4_IO7);
    result.raw = r0;
    if (old_control)
        *old_control = r1;
    if (old_sp)
        *old_sp = r2;
    if (old_ip)
        *old_ip = r3;
    if (old_flags)
        *old_flags = r4;
    if (old_UserDefHandle)
        *old_UserDefHandle = r5;
    if (old_pager)
        old_pager->raw = r6;
    return result;
}

/* Creates, changes, moves or deletes a thread; 0: failed (x2.md 2.4). */
L4_INLINE L4_Word_t L4_ThreadControl(L4_ThreadId_t dest,
                                     L4_ThreadId_t SpaceSpecifier,
                                     L4_ThreadId_t Scheduler,
                                     L4_ThreadId_t Pager, void *UtcbLocation)
{
    __L4_AnybodyMayRun();
    __L4_REGISTER(r0, r0, dest.raw);
    __L4_REGISTER(r1, r1, SpaceSpecifier.raw);
    __L4_REGISTER(r2, r2, Scheduler.raw);
    __L4_REGISTER(r3, r3, Pager.raw);
    __L4_REGISTER(r4, r4, (L4_Word_t)UtcbLocation);
    __L4_ENTRY(1);

    __L4_CALL(__L4_IO5);
    return r0;
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
    __L4_REGISTER(r0, r0, SpaceSpecifier.raw);
    __L4_REGISTER(r1, r1, control);
    __L4_REGISTER(r2, r2, KernelInterfacePageArea.raw);
    __L4_REGISTER(r3, r3, UtcbArea.raw);
    __L4_REGISTER(r4, r4, redirector.raw);
    __L4_ENTRY(0);

    __L4_CALL(__L4_IO5);
    if (old_control)
        *old_control = r1;
    return r0;
}

/* Frequencies in kHz, voltage in mV; 0: failed (x2.md 2.6). */
L4_INLINE L4_Word_t L4_ProcessorControl(L4_Word_t ProcessorNo,
                                        L4_Word_t InternalFrequency,
                                        L4_Word_t ExternalFrequency,
                                        L4_Word_t voltage)
{
    __L4_AnybodyMayRun();
    __L4_REGISTER(r0, r0, ProcessorNo);
    __L4_REGISTER(r1, r1, InternalFrequency);
    __L4_REGISTER(r2, r2, ExternalFrequency);
    __L4_REGISTER(r3, r3, voltage);
    __L4_ENTRY(2);

    __L4_CALL(__L4_IO4);
    return r0;
}

/* Attributes of the pages in MR 0 to MR control; 0: failed (x2.md 2.7). */
L4_INLINE L4_Word_t L4_MemoryControl(L4_Word_t control,
                                     const L4_Word_t attributes[4])
{
    __L4_AnybodyMayRun();
    L4_Word_t a0 = attributes[0], a1 = attributes[1], a2 = attributes[2],
              a3 = attributes[3];
    __L4_REGISTER(r0, r0, control);
    __L4_REGISTER(r1, r1, a0);
    __L4_REGISTER(r2, r2, a1);
    __L4_REGISTER(r3, r3, a2);
    __L4_REGISTER(r4, r4, a3);
    __L4_ENTRY(3);

    __L4_CALL(__L4_IO5);
    return r0;
}

/* Takes back the fpages in MR 0 to MR control & 63 (x2.md 2.11). */
L4_INLINE void L4_Unmap(L4_Word_t control)
{
    __L4_AnybodyMayRun();
    __L4_REGISTER(r0, r0, control);
    __L4_ENTRY(6);

    __L4_CALL(__L4_IO1);
}

/* Microseconds since the start (x2.md 2.8). */
L4_INLINE L4_Clock_t L4_SystemClock(void)
{
    __L4_AnybodyMayRun();
    __L4_REGISTER(r0, r0, 0);
    __L4_REGISTER(r1, r1, 0);
    __L4_ENTRY(8);
    L4_Clock_t clock;

    __L4_CALL(__L4_IO2);
    clock.raw = (L4_Word64_t)r1 << 32 | r0;
    return clock;
}

/* Gives the rest of the time slice to dest (x2.md 2.8). */
L4_INLINE void L4_ThreadSwitch(L4_ThreadId_t dest)
{
    __L4_AnybodyMayRun();
    __L4_REGISTER(r0, r0, dest.raw);
    __L4_ENTRY(9);

    __L4_CALL(__L4_IO1);
}

/* Priority, times and preemption; L4_SCHEDRESULT_... (x2.md 2.9). */
L4_INLINE L4_Word_t L4_Schedule(L4_ThreadId_t dest, L4_Word_t TimeControl,
                                L4_Word_t ProcessorControl,
                                L4_Word_t PrioControl,
                                L4_Word_t PreemptionControl,
                                L4_Word_t *old_TimeControl)
{
    __L4_AnybodyMayRun();
    __L4_REGISTER(r0, r0, dest.raw);
    __L4_REGISTER(r1, r1, TimeControl);
    __L4_REGISTER(r2, r2, ProcessorControl);
    __L4_REGISTER(r3, r3, PrioControl);
    __L4_REGISTER(r4, r4, PreemptionControl);
    __L4_ENTRY(10);

    __L4_CALL(__L4_IO5);
    if (old_TimeControl)
        *old_TimeControl = r1;
    return r0;
}

/* ---- ArchSyscalls, the same on all processors ---------------------------- */

/* The C library's thread register of this thread from now on. */
L4_INLINE void L4_Set_ThreadRegister(L4_Word_t value)
{
    __L4_AnybodyMayRun();
    __L4_REGISTER(r0, r0, value);
    __L4_ENTRY(11);

    __L4_CALL(__L4_IO1);
}

/* Reads and limits the kernel memory of a space; 0: failed (x2.md 2.12). */
L4_INLINE L4_Word_t L4_KernelMemory(L4_ThreadId_t space, L4_Word_t limit,
                                    L4_Word_t *used, L4_Word_t *old_limit)
{
    __L4_AnybodyMayRun();
    __L4_REGISTER(r0, r0, space.raw);
    __L4_REGISTER(r1, r1, limit);
    __L4_REGISTER(r2, r2, 0);
    __L4_ENTRY(12);

    __L4_CALL(__L4_IO3);
    if (used)
        *used = r1;
    if (old_limit)
        *old_limit = r2;
    return r0;
}

/* Ends the machine with a status; returns 0 if it may not (x2.md 2.12). */
L4_INLINE L4_Word_t L4_MachineEnd(L4_Word_t status)
{
    __L4_AnybodyMayRun();
    __L4_REGISTER(r0, r0, status);
    __L4_ENTRY(13);

    __L4_CALL(__L4_IO1);
    return r0;
}

/* r0 to r12, sp, lr, ip and CPSR of a thread whose exception message the caller
 * has received and not yet answered, to MR1 to MR17; with control 1 from there.
 * Result 1, or 0 with ErrorCode 2 or 5. docs/abi-arm.md */
L4_INLINE L4_Word_t L4_ExceptionRegisters(L4_ThreadId_t dest, L4_Word_t control)
{
    __L4_AnybodyMayRun();
    __L4_REGISTER(r0, r0, dest.raw);
    __L4_REGISTER(r1, r1, control);
    __L4_ENTRY(14);

    __L4_CALL(__L4_IO2);
    return r0;
}

/* The kernel debugger's own trap. */
L4_INLINE L4_Word_t __L4_Kdb(L4_Word_t op, L4_Word_t arg)
{
    __L4_REGISTER(r0, r0, op);
    __L4_REGISTER(r1, r1, arg);

    __asm__ volatile("mvn r7, #14\n\tsvc #0"
                     : "+r"(r0)
                     : "r"(r1)
                     : "r7", "memory");
    return r0;
}

#undef __L4_CALL
#undef __L4_IO1
#undef __L4_IO2
#undef __L4_IO3
#undef __L4_IO4
#undef __L4_IO5
#undef __L4_IO7
#undef __L4_ENTRY
#undef __L4_REGISTER

#endif
