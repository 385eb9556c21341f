/* SPDX-FileCopyrightText: 2026 The Pecan authors
 * SPDX-License-Identifier: BSD-2-Clause */
/*
 * The kernel interface page and the root task's start: x2.md 1.17 to 1.19, 2.2,
 * 3.7; and the calls that do little: ProcessorControl, MemoryControl.
 */
#include "tap.h"
#include "worker.h"

#include <l4/misc.h>

enum { ERR_PRIVILEGE = 1, ERR_PARAM = 5 };

static bool equal(const char *a, const char *b)
{
    while (*a && *a == *b)
        a++, b++;
    return *a == *b;
}

static void test_header(const L4_Word_t *kip)
{
    L4_Word_t version = 0, flags = 9, id = 0;
    void *base = L4_KernelInterface(&version, &flags, &id);

    is((L4_Word_t)base, (L4_Word_t)kip, "KernelInterface gives the page");
    is(version, kip[1], "its version");
    is(flags, kip[2], "its flags");
    is(id, *(const L4_Word_t *)((const char *)kip + kip[3]), "its kernel id");
    ok(L4_KernelInterface(NULL, NULL, NULL) == base, "null pointers are fine");
    is(kip[0] & 0xffffffff, 0x4be6344c, "the magic");
    is(version >> 24, 0x84, "version X.2");
    is(flags, sizeof(L4_Word_t) == 8 ? 4 : 0, "word size and byte order");
    is((L4_Word_t)base & 0xfff, 0, "it is page aligned");
}

static void test_fields(void *kip)
{
    const L4_Word_t *words = kip;
    bool inside = true;

    is(L4_UtcbSize(kip), 128 * sizeof(L4_Word_t), "a UTCB has 128 words");
    is(L4_UtcbAreaSizeLog2(kip), 12, "the smallest UTCB area is a page");
    is(L4_KipAreaSizeLog2(kip), 12, "the KIP area is a page");
    is(L4_ThreadIdBits(kip), 18, "18 bits of thread number");
    ok(L4_ThreadIdUserBase(kip) > L4_ThreadIdSystemBase(kip) &&
           L4_ThreadIdSystemBase(kip) > 0,
       "interrupts, kernel threads, user threads");
    is(L4_ThreadNo(L4_Myself()), L4_ThreadIdUserBase(kip) + 2,
       "the root task is UserBase + 2");
    is(L4_Version(L4_Myself()), 1, "with version 1");
    is(L4_NumProcessors(kip), 1, "one processor");
    ok(L4_PageSizeMask(kip) & 0x1000, "pages of 4 KiB");
    ok(L4_ReadPrecision(kip) != 0 && L4_SchedulePrecision(kip) != 0,
       "the precision of clock and schedule");
    for (int i = 52; i <= 62; i++)
        inside &= words[i] != 0 && words[i] < 4096;
    ok(inside, "eleven entries of system calls inside the page");
    ok(L4_ProcDesc(kip, 0) != NULL && L4_ProcDesc(kip, 1) == NULL,
       "one processor descriptor");
    ok(L4_KernelVersionString(kip)[0] != 0, "a version string");
    ok(!equal(L4_KernelVersionString(kip), "x"), "that says something");
}

static void test_memory(void *kip)
{
    bool conventional = false, virtual = false, reserved = false;

    for (L4_Word_t i = 0; i < L4_NumMemoryDescriptors(kip); i++) {
        L4_MemoryDesc_t *m = L4_MemoryDesc(kip, i);
        L4_Word_t type = L4_MemoryDescType(m);
        if (L4_IsMemoryDescVirtual(m))
            virtual |= type == L4_ConventionalMemoryType;
        else if (type == L4_ConventionalMemoryType)
            conventional = true;
        else if (type == L4_ReservedMemoryType)
            reserved = true;
    }
    ok(conventional, "there is RAM");
    ok(virtual, "the user's address range is told");
    ok(reserved, "the kernel's own memory is reserved");
    ok(L4_MemoryDesc(kip, L4_NumMemoryDescriptors(kip)) == NULL,
       "and the list ends");
}

static void test_utcb(void)
{
    is(L4_LocalIdOf(L4_Myself()).raw, L4_MyLocalId().raw,
       "the local id is what the kernel says");
    is(L4_GlobalIdOf(L4_MyLocalId()).raw, L4_Myself().raw,
       "and leads to the global one");
    is(L4_Pager().raw, L4_GlobalId(user_base, 1).raw,
       "the root task's pager is sigma0");
    is(L4_ExceptionHandler().raw, 0, "it has no exception handler");
    is(L4_ProcessorNo(), 0, "it runs on processor 0");
    is(L4_XferTimeouts(), 0, "its xfer timeouts are never");
}

static volatile L4_Word_t result[4], error[4];

static void unprivileged(L4_Word_t arg)
{
    L4_Word_t attributes[4] = { 0 };

    (void)arg;
    result[0] = L4_ProcessorControl(0, ~0ul, ~0ul, ~0ul);
    error[0] = L4_ErrorCode();
    result[1] = L4_MemoryControl(0, attributes);
    error[1] = L4_ErrorCode();
    result[2] = L4_MachineEnd(3);
    error[2] = L4_ErrorCode();
}

static void test_small_calls(void)
{
    L4_Word_t attributes[4] = { 0 };
    L4_ThreadId_t t;

    is(L4_ProcessorControl(0, ~0ul, ~0ul, ~0ul), 1,
       "ProcessorControl that changes nothing succeeds");
    is(L4_ProcessorControl(1, ~0ul, ~0ul, ~0ul), 0, "no second processor");
    is(L4_ErrorCode(), ERR_PARAM, "error 5");
    is(L4_ProcessorControl(0, 1000, ~0ul, ~0ul), 0, "nor another frequency");
    is(L4_ErrorCode(), ERR_PARAM, "error 5");
    L4_LoadMR(0, 0);
    is(L4_MemoryControl(0, attributes), 1,
       "MemoryControl with default attributes succeeds");
    is(L4_MemoryControl(64, attributes), 0, "but not with too many fpages");
    is(L4_ErrorCode(), ERR_PARAM, "error 5");
    result[0] = result[1] = result[2] = 7;
    t = thread_in_new_space(unprivileged, 0, PRIO_MID);
    settle();
    is(result[0] << 8 | error[0], ERR_PRIVILEGE,
       "ProcessorControl is privileged: error 1");
    is(result[1] << 8 | error[1], ERR_PRIVILEGE,
       "MemoryControl is privileged: error 1");
    is(result[2] << 8 | error[2], ERR_PRIVILEGE,
       "MachineEnd is privileged: error 1");
    thread_delete(t);
}

int main(void)
{
    void *kip = L4_GetKernelInterface();

    plan(44);
    support_init();
    test_header(kip);
    test_fields(kip);
    test_memory(kip);
    test_utcb();
    test_small_calls();
    return tap_status();
}
