/* SPDX-FileCopyrightText: 2026 The Pecan authors
 * SPDX-License-Identifier: BSD-2-Clause */
#ifndef __L4_RISCV64_SYSCALLS_H__
#define __L4_RISCV64_SYSCALLS_H__
/*
 * The system calls on riscv64: registers as docs/abi-riscv.md says, called
 * through the entries of the kernel interface page. gp is the UTCB pointer, so
 * programs are linked without a global pointer.
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

    __asm__("mv %0, gp" : "=r"(utcb));
    return utcb;
}

/* What a call but Ipc changes besides its results. */
#define __L4_CLOBBERS "ra", "t0", "t1", "t2", "t3", "t4", "t5", "t6", "memory"
#define __L4_ARG(name, register_name, value) \
    register L4_Word_t name __asm__(register_name) = (value)

/* Where the kernel interface page is, and three of its words (x2.md 2.2). */
L4_INLINE void *L4_KernelInterface(L4_Word_t *ApiVersion, L4_Word_t *ApiFlags,
                                   L4_Word_t *KernelId)
{
    __L4_ARG(a0, "a0", 0);
    __L4_ARG(a1, "a1", 0);
    __L4_ARG(a2, "a2", 0);
    __L4_ARG(a3, "a3", 0);
    __L4_ARG(a7, "a7", (L4_Word_t)-1);

    __asm__ volatile("ecall"
                     : "+r"(a0), "+r"(a1), "+r"(a2), "+r"(a3)
                     : "r"(a7)
                     : "memory");
    if (ApiVersion)
        *ApiVersion = a1;
    if (ApiFlags)
        *ApiFlags = a2;
    if (KernelId)
        *KernelId = a3;
    return (void *)a0;
}

/*
 * MR0 travels in a3, MR1 to MR8 in s2 to s9. Those sent are loaded all or not
 * at all; of those received, of which t0 says whether there are any, exactly u
 * are stored: the jump goes u instructions of 4 bytes before label 3. Every
 * other register is lost; s0, which may be the compiler's frame pointer, is
 * kept by hand, below sp, where the kernel never writes. What the entry of the
 * kernel interface page does stands behind the code that calls it, so that one
 * jump gets there and leaves in ra where to go on. call: its number, as a
 * string.
 */
#define __L4_IPC(call) \
    __asm__ volatile("ld a3, 0(gp)\n\t" \
                     "sd s0, -16(sp)\n\t" \
                     "andi t0, a3, 63\n\t" \
                     "beqz t0, 1f\n\t" \
                     "ld s2, 8(gp)\n\t" \
                     "ld s3, 16(gp)\n\t" \
                     "ld s4, 24(gp)\n\t" \
                     "ld s5, 32(gp)\n\t" \
                     "ld s6, 40(gp)\n\t" \
                     "ld s7, 48(gp)\n\t" \
                     "ld s8, 56(gp)\n\t" \
                     "ld s9, 64(gp)\n" \
                     "1:\tjal ra, 4f\n\t" \
                     "ld s0, -16(sp)\n\t" \
                     "sd a3, 0(gp)\n\t" \
                     "beqz t0, 3f\n\t" \
                     "li t1, 8\n\t" \
                     "bgeu t1, t0, 2f\n\t" \
                     "mv t0, t1\n" \
                     "2:\tlla t1, 3f\n\t" \
                     "slli t0, t0, 2\n\t" \
                     "sub t1, t1, t0\n\t" \
                     "jr t1\n\t" \
                     ".option push\n\t" \
                     ".option norvc\n\t" \
                     "sd s9, 64(gp)\n\t" \
                     "sd s8, 56(gp)\n\t" \
                     "sd s7, 48(gp)\n\t" \
                     "sd s6, 40(gp)\n\t" \
                     "sd s5, 32(gp)\n\t" \
                     "sd s4, 24(gp)\n\t" \
                     "sd s3, 16(gp)\n\t" \
                     "sd s2, 8(gp)\n\t" \
                     ".option pop\n" \
                     "3:\n\t" \
                     ".subsection 1\n" \
                     "4:\tli a7, " call "\n\t" \
                     "ecall\n\t" \
                     ".previous" \
                     : "+r"(a0), "+r"(a1), "+r"(a2), "=r"(a3) \
                     : \
                     : "ra", "t0", "t1", "t2", "t3", "t4", "t5", "t6", "a4", \
                       "a5", "a6", "a7", "s1", "s2", "s3", "s4", "s5", "s6", \
                       "s7", "s8", "s9", "s10", "s11", "memory")

/* The sender, if there was a receive phase. One that is not nil says that there
 * was, so that mostly nobody has to remember the specifier. */
L4_INLINE void __L4_Set_From(L4_ThreadId_t *from, L4_ThreadId_t specifier,
                             L4_Word_t sender)
{
    if (!__builtin_constant_p(specifier.raw) && sender != 0)
        from->raw = sender;
    else if (specifier.raw != 0)
        from->raw = sender;
}

/* Sends to `to` if not nil, then receives if asked; the tag (x2.md 2.10). */
L4_INLINE L4_MsgTag_t L4_Ipc(L4_ThreadId_t to, L4_ThreadId_t FromSpecifier,
                             L4_Word_t Timeouts, L4_ThreadId_t *from)
{
    __L4_AnybodyMayRun();
    __L4_ARG(a0, "a0", to.raw);
    __L4_ARG(a1, "a1", FromSpecifier.raw);
    __L4_ARG(a2, "a2", Timeouts);
    register L4_Word_t a3 __asm__("a3");
    L4_MsgTag_t tag;

    __L4_IPC("-6");
    __L4_Set_From(from, FromSpecifier, a0);
    tag.raw = a3;
    return tag;
}

/* Ipc, meant for threads of the same space (x2.md 2.10.10). */
L4_INLINE L4_MsgTag_t L4_Lipc(L4_ThreadId_t to, L4_ThreadId_t FromSpecifier,
                              L4_Word_t Timeouts, L4_ThreadId_t *from)
{
    __L4_AnybodyMayRun();
    __L4_ARG(a0, "a0", to.raw);
    __L4_ARG(a1, "a1", FromSpecifier.raw);
    __L4_ARG(a2, "a2", Timeouts);
    register L4_Word_t a3 __asm__("a3");
    L4_MsgTag_t tag;

    __L4_IPC("-7");
    __L4_Set_From(from, FromSpecifier, a0);
    tag.raw = a3;
    return tag;
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
    __L4_ARG(a0, "a0", dest.raw);
    __L4_ARG(a1, "a1", control);
    __L4_ARG(a2, "a2", sp);
    __L4_ARG(a3, "a3", ip);
    __L4_ARG(a4, "a4", flags);
    __L4_ARG(a5, "a5", UserDefHandle);
    __L4_ARG(a6, "a6", pager.raw);
    __L4_ARG(a7, "a7", __l4_syscalls[7]);
    L4_ThreadId_t result;

    __asm__ volatile("jalr ra, 0(a7)"
                     : "+r"(a0), "+r"(a1), "+r"(a2), "+r"(a3), "+r"(a4),
                       "+r"(a5), "+r"(a6), "+r"(a7)
                     :
                     : __L4_CLOBBERS);
    if (old_control)
        *old_control = a1;
    if (old_sp)
        *old_sp = a2;
    if (old_ip)
        *old_ip = a3;
    if (old_flags)
        *old_flags = a4;
    if (old_UserDefHandle)
        *old_UserDefHandle = a5;
    if (old_pager)
        old_pager->raw = a6;
    result.raw = a0;
    return result;
}

/* A call of up to five arguments; results in r[0] to r[2]. */
L4_INLINE void __L4_Call5(L4_Word_t entry, L4_Word_t r[3], L4_Word_t x0,
                          L4_Word_t x1, L4_Word_t x2, L4_Word_t x3,
                          L4_Word_t x4)
{
    __L4_AnybodyMayRun();
    __L4_ARG(a0, "a0", x0);
    __L4_ARG(a1, "a1", x1);
    __L4_ARG(a2, "a2", x2);
    __L4_ARG(a3, "a3", x3);
    __L4_ARG(a4, "a4", x4);
    __L4_ARG(a7, "a7", entry);

    __asm__ volatile("jalr ra, 0(a7)"
                     : "+r"(a0), "+r"(a1), "+r"(a2), "+r"(a3), "+r"(a4),
                       "+r"(a7)
                     :
                     : "a5", "a6", __L4_CLOBBERS);
    r[0] = a0;
    r[1] = a1;
    r[2] = a2;
}

/* A call of one argument and one result. */
L4_INLINE L4_Word_t __L4_Call1(L4_Word_t entry, L4_Word_t x0)
{
    __L4_AnybodyMayRun();
    __L4_ARG(a0, "a0", x0);
    __L4_ARG(a7, "a7", entry);

    __asm__ volatile("jalr ra, 0(a7)"
                     : "+r"(a0), "+r"(a7)
                     :
                     : "a1", "a2", "a3", "a4", "a5", "a6", __L4_CLOBBERS);
    return a0;
}

/* Creates, changes, moves or deletes a thread; 0: failed (x2.md 2.4). */
L4_INLINE L4_Word_t L4_ThreadControl(L4_ThreadId_t dest,
                                     L4_ThreadId_t SpaceSpecifier,
                                     L4_ThreadId_t Scheduler,
                                     L4_ThreadId_t Pager, void *UtcbLocation)
{
    L4_Word_t r[3];

    __L4_Call5(__l4_syscalls[1], r, dest.raw, SpaceSpecifier.raw, Scheduler.raw,
               Pager.raw, (L4_Word_t)UtcbLocation);
    return r[0];
}

/* Gives a space its areas and its redirector; 0: failed (x2.md 2.5). */
L4_INLINE L4_Word_t L4_SpaceControl(L4_ThreadId_t SpaceSpecifier,
                                    L4_Word_t control,
                                    L4_Fpage_t KernelInterfacePageArea,
                                    L4_Fpage_t UtcbArea,
                                    L4_ThreadId_t redirector,
                                    L4_Word_t *old_control)
{
    L4_Word_t r[3];

    __L4_Call5(__l4_syscalls[0], r, SpaceSpecifier.raw, control,
               KernelInterfacePageArea.raw, UtcbArea.raw, redirector.raw);
    if (old_control)
        *old_control = r[1];
    return r[0];
}

/* Frequencies in kHz, voltage in mV; 0: failed (x2.md 2.6). */
L4_INLINE L4_Word_t L4_ProcessorControl(L4_Word_t ProcessorNo,
                                        L4_Word_t InternalFrequency,
                                        L4_Word_t ExternalFrequency,
                                        L4_Word_t voltage)
{
    L4_Word_t r[3];

    __L4_Call5(__l4_syscalls[2], r, ProcessorNo, InternalFrequency,
               ExternalFrequency, voltage, 0);
    return r[0];
}

/* Attributes of the pages in MR 0 to MR control; 0: failed (x2.md 2.7). */
L4_INLINE L4_Word_t L4_MemoryControl(L4_Word_t control,
                                     const L4_Word_t attributes[4])
{
    L4_Word_t r[3];

    __L4_Call5(__l4_syscalls[3], r, control, attributes[0], attributes[1],
               attributes[2], attributes[3]);
    return r[0];
}

/* Takes back the fpages in MR 0 to MR control & 63 (x2.md 2.11). */
L4_INLINE void L4_Unmap(L4_Word_t control)
{
    __L4_Call1(__l4_syscalls[6], control);
}

/* Microseconds since the start (x2.md 2.8). */
L4_INLINE L4_Clock_t L4_SystemClock(void)
{
    L4_Clock_t clock;

    clock.raw = __L4_Call1(__l4_syscalls[8], 0);
    return clock;
}

/* Gives the rest of the time slice to dest (x2.md 2.8). */
L4_INLINE void L4_ThreadSwitch(L4_ThreadId_t dest)
{
    __L4_Call1(__l4_syscalls[9], dest.raw);
}

/* Priority, times and preemption; L4_SCHEDRESULT_... (x2.md 2.9). */
L4_INLINE L4_Word_t L4_Schedule(L4_ThreadId_t dest, L4_Word_t TimeControl,
                                L4_Word_t ProcessorControl,
                                L4_Word_t PrioControl,
                                L4_Word_t PreemptionControl,
                                L4_Word_t *old_TimeControl)
{
    L4_Word_t r[3];

    __L4_Call5(__l4_syscalls[10], r, dest.raw, TimeControl, ProcessorControl,
               PrioControl, PreemptionControl);
    if (old_TimeControl)
        *old_TimeControl = r[1];
    return r[0];
}

/* ---- ArchSyscalls, the same on all processors ---------------------------- */

/* tp of this thread from now on; writing tp does the same. */
L4_INLINE void L4_Set_ThreadRegister(L4_Word_t value)
{
    __L4_Call1(__l4_syscalls[11], value);
}

/* Reads and limits the kernel memory of a space; 0: failed (x2.md 2.12). */
L4_INLINE L4_Word_t L4_KernelMemory(L4_ThreadId_t space, L4_Word_t limit,
                                    L4_Word_t *used, L4_Word_t *old_limit)
{
    L4_Word_t r[3];

    __L4_Call5(__l4_syscalls[12], r, space.raw, limit, 0, 0, 0);
    if (used)
        *used = r[1];
    if (old_limit)
        *old_limit = r[2];
    return r[0];
}

/* Ends the machine with a status; returns 0 if it may not (x2.md 2.12). */
L4_INLINE L4_Word_t L4_MachineEnd(L4_Word_t status)
{
    return __L4_Call1(__l4_syscalls[13], status);
}

/* Of riscv64 alone: x1 to x31 and the ip of a thread whose exception message
 * the caller has received and not yet answered, to MR1 to MR32; with control 1
 * from there. Result 1, or 0 with ErrorCode 2 or 5. docs/abi-riscv.md */
L4_INLINE L4_Word_t L4_ExceptionRegisters(L4_ThreadId_t dest, L4_Word_t control)
{
    L4_Word_t r[3];

    __L4_Call5(__l4_syscalls[14], r, dest.raw, control, 0, 0, 0);
    return r[0];
}

/* The kernel debugger's own trap; keeps all other registers. */
L4_INLINE L4_Word_t __L4_Kdb(L4_Word_t op, L4_Word_t arg)
{
    __L4_ARG(a0, "a0", op);
    __L4_ARG(a1, "a1", arg);
    __L4_ARG(a7, "a7", (L4_Word_t)-32);

    __asm__ volatile("ecall" : "+r"(a0) : "r"(a1), "r"(a7) : "memory");
    return a0;
}

#endif
