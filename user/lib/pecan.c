/* SPDX-FileCopyrightText: 2026 The Pecan authors
 * SPDX-License-Identifier: BSD-2-Clause */
/*
 * Threads, spaces and memory for root tasks (pecan.h).
 */
#include <l4/bootinfo.h>
#include <l4/ipc.h>
#include <l4/kip.h>
#include <l4/schedule.h>
#include <l4/sigma0.h>
#include <l4/space.h>
#include <l4/thread.h>
#include <l4io.h>
#include <pecan.h>
#include <stdbool.h>

enum {
    FIRST_NUMBER = 16,   /* thread numbers from UserBase + this on */
    UTCB_AREA_BITS = 16, /* of spaces made here */
    PAGE = 4096,
    REGIONS = 16, /* what pecan_pages() gave */
    PAGER_STACK = 4096,
    PAGER_PRIO = 254, /* Schedule takes 255 for "unchanged" */
};

/* Only the root's first thread allocates, so nothing here is locked. */
static L4_Word_t next_number, next_utcb = 1;
static L4_ThreadId_t pager;
static char pager_stack[PAGER_STACK] __attribute__((aligned(16)));
/* Read by the pager thread: an entry is complete before the count grows. */
static struct {
    L4_Word_t low, high;
} region[REGIONS];
static volatile unsigned regions;

/* ---- Names and places ------------------------------------------------ */

L4_ThreadId_t pecan_new_id(void)
{
    if (next_number == 0)
        next_number =
            L4_ThreadIdUserBase(L4_GetKernelInterface()) + FIRST_NUMBER;
    return L4_GlobalId(next_number++, 1);
}

/* The UTCB area of the first thread's space starts with that thread's UTCB, so
 * any thread finds it from its own local id as long as the area has the
 * smallest size or the asker is the first thread; hence remembered. */
static L4_Word_t utcb_area_start(void *kip)
{
    static L4_Word_t start;

    if (start == 0)
        start = L4_MyLocalId().raw & ~(L4_UtcbAreaSize(kip) - 1);
    return start;
}

void *pecan_utcb(L4_Word_t n)
{
    void *kip = L4_GetKernelInterface();

    return (void *)(utcb_area_start(kip) + n * L4_UtcbSize(kip));
}

void *pecan_new_utcb(void)
{
    return pecan_utcb(next_utcb++);
}

L4_Fpage_t pecan_kip_area(void)
{
    void *kip = L4_GetKernelInterface();

    return L4_FpageLog2((L4_Word_t)kip, (int)L4_KipAreaSizeLog2(kip));
}

L4_Fpage_t pecan_utcb_area(void)
{
    return L4_FpageLog2((L4_Word_t)pecan_utcb(0), UTCB_AREA_BITS);
}

/* ---- Memory ---------------------------------------------------------- */

static void add_region(L4_Word_t low, L4_Word_t high)
{
    unsigned i;

    for (i = 0; i < regions; i++)
        if (low >= region[i].low && high <= region[i].high)
            return;
    if (regions == REGIONS)
        return;
    region[regions].low = low;
    region[regions].high = high;
    regions = regions + 1;
}

/* The pager may give away the image, all of which is mapped here since the
 * start (start.c). */
static void own_image(void)
{
    const L4_Word_t *kip = L4_GetKernelInterface();

    if (regions == 0)
        add_region(kip[18] & ~(PAGE - 1UL), kip[19]);
}

void *pecan_pages(L4_Word_t bits)
{
    L4_Fpage_t f;

    own_image();
    f = L4_Sigma0_GetAny(L4_nilthread, bits, L4_CompleteAddressSpace);
    if (L4_IsNilFpage(f))
        return NULL;
    add_region(L4_Address(f), L4_Address(f) + L4_Size(f));
    return (void *)L4_Address(f);
}

void *pecan_map(L4_Word_t address, L4_Word_t bytes)
{
    L4_Word_t low = address & ~(PAGE - 1UL), p;
    L4_Word_t last = (address + bytes - 1) & ~(PAGE - 1UL);

    own_image();
    for (p = low;; p += PAGE) {
        if (L4_IsNilFpage(L4_Sigma0_GetPage(L4_nilthread, L4_FpageLog2(p, 12))))
            return NULL;
        if (p == last)
            break;
    }
    add_region(low, last + PAGE);
    return (void *)address;
}

/* ---- The pager ------------------------------------------------------- */

static bool have(L4_Word_t address)
{
    unsigned i;

    for (i = 0; i < regions; i++)
        if (address >= region[i].low && address < region[i].high)
            return true;
    return false;
}

static void pager_thread(void)
{
    L4_ThreadId_t from, to = L4_nilthread;
    L4_MsgTag_t tag;
    L4_MapItem_t item;
    L4_Word_t address, ip;

    for (;;) {
        L4_Accept(L4_UntypedWordsAcceptor);
        tag = L4_ReplyWait(to, &from);
        to = L4_nilthread;
        if (L4_IpcFailed(tag) || (L4_SignedWord_t)tag.raw >> 20 != -2)
            continue;
        L4_StoreMR(1, &address);
        L4_StoreMR(2, &ip);
        if (!have(address) || L4_IsLocalId(from)) {
            printf("pager: thread %lx: no page at %lx (access %lu, ip %lx)\n",
                   from.raw, address, L4_Label(tag) & 7, ip);
            continue;
        }
        item = L4_MapItem(
            L4_FpageAddRights(L4_FpageLog2(address, 12), L4_FullyAccessible),
            address & ~(PAGE - 1UL));
        L4_LoadMR(0, 2 << 6);
        L4_LoadMRs(1, 2, item.raw);
        to = from;
    }
}

L4_ThreadId_t pecan_pager(void)
{
    L4_ThreadId_t t;

    if (!L4_IsNilThread(pager))
        return pager;
    own_image();
    t = pecan_new_id();
    /* Its own pager is whoever pages us; it has nothing left to fault on. */
    if (!L4_ThreadControl(t, L4_Myself(), L4_Myself(), L4_nilthread,
                          pecan_new_utcb()) ||
        !L4_ThreadControl(t, L4_Myself(), L4_nilthread, L4_Myself(),
                          (void *)~0UL))
        return L4_nilthread;
    (void)L4_Set_Priority(t, PAGER_PRIO);
    if (!pecan_start(t, pager_thread, pager_stack + sizeof(pager_stack)))
        return L4_nilthread;
    pager = t;
    return t;
}

/* ---- Threads --------------------------------------------------------- */

L4_Word_t pecan_activate(L4_ThreadId_t t, L4_ThreadId_t space, L4_Word_t utcb,
                         L4_ThreadId_t to_be_pager)
{
    if (L4_IsNilThread(to_be_pager))
        to_be_pager = pecan_pager();
    /* The start message comes from the pager at activation, which we are;
     * page faults go to the one set afterwards. */
    return L4_ThreadControl(t, space, L4_nilthread, L4_Myself(),
                            pecan_utcb(utcb)) &&
           L4_ThreadControl(t, space, L4_nilthread, to_be_pager, (void *)~0UL);
}

L4_Word_t pecan_start(L4_ThreadId_t t, void (*entry)(void), void *stack_top)
{
    /* Aligned as after a call: where calls push their return address, there is
     * one of 0. The new space need not have the stack yet, but we do. */
    L4_Word_t sp = (L4_Word_t)stack_top & ~15UL;
    L4_Word_t *top = (L4_Word_t *)sp - 4;

    top[0] = top[1] = top[2] = top[3] = 0;
#ifdef L4_ARCH_IA32
    sp -= sizeof(L4_Word_t);
#endif
    L4_LoadMR(0, 2);
    L4_LoadMR(1, (L4_Word_t)entry);
    L4_LoadMR(2, sp);
    return L4_IpcSucceeded(L4_Send(t));
}

L4_Word_t pecan_delete(L4_ThreadId_t t)
{
    return L4_ThreadControl(t, L4_nilthread, L4_nilthread, L4_nilthread,
                            (void *)~0UL);
}

L4_ThreadId_t pecan_create_space(void)
{
    L4_ThreadId_t t = pecan_new_id();
    L4_Word_t old, error;

    own_image();
    if (!L4_ThreadControl(t, t, L4_Myself(), L4_nilthread, (void *)~0UL))
        return L4_nilthread;
    if (L4_SpaceControl(t, 0, pecan_kip_area(), pecan_utcb_area(), L4_anythread,
                        &old))
        return t;
    error = L4_ErrorCode();
    (void)pecan_delete(t);
    __L4_TCR_Set(__L4_TCR_ERROR_CODE, error);
    return L4_nilthread;
}

/* t exists, inactive; the rest of its way. */
static L4_ThreadId_t launch(L4_ThreadId_t t, L4_ThreadId_t space,
                            L4_Word_t utcb, L4_ThreadId_t its_pager,
                            L4_Word_t prio, void (*entry)(void),
                            void *stack_top)
{
    L4_Word_t error;

    if (pecan_activate(t, space, utcb, its_pager) &&
        L4_Set_Priority(t, prio) != L4_SCHEDRESULT_ERROR &&
        pecan_start(t, entry, stack_top))
        return t;
    error = L4_ErrorCode();
    (void)pecan_delete(t);
    __L4_TCR_Set(__L4_TCR_ERROR_CODE, error);
    return L4_nilthread;
}

L4_ThreadId_t pecan_create_thread_in(L4_ThreadId_t space, L4_Word_t utcb,
                                     void (*entry)(void), void *stack_top,
                                     L4_Word_t prio, L4_ThreadId_t its_pager)
{
    L4_ThreadId_t t = pecan_new_id();

    own_image();
    if (!L4_ThreadControl(t, space, L4_Myself(), L4_nilthread, (void *)~0UL))
        return L4_nilthread;
    return launch(t, space, utcb, its_pager, prio, entry, stack_top);
}

L4_ThreadId_t pecan_create_local_thread(void (*entry)(void), void *stack_top,
                                        L4_Word_t prio)
{
    /* First, since it takes a UTCB too. */
    if (L4_IsNilThread(pecan_pager()))
        return L4_nilthread;
    return pecan_create_thread_in(L4_Myself(), next_utcb++, entry, stack_top,
                                  prio, L4_nilthread);
}

L4_ThreadId_t pecan_create_space_thread(void (*entry)(void), void *stack_top,
                                        L4_Word_t prio, L4_ThreadId_t its_pager)
{
    L4_ThreadId_t t = pecan_create_space();

    if (L4_IsNilThread(t))
        return t;
    return launch(t, t, 0, its_pager, prio, entry, stack_top);
}

/* ---- Boot info ------------------------------------------------------- */

void *pecan_boot_info(void)
{
    L4_Word_t where = L4_BootInfo(L4_GetKernelInterface());

    /* Its size is in its first page. */
    if (where == 0 || !pecan_map(where, sizeof(L4_BootInfo_t)) ||
        !L4_BootInfo_Valid((void *)where))
        return NULL;
    return pecan_map(where, L4_BootInfo_Size((void *)where));
}

const char *pecan_command_line(void)
{
    void *info = pecan_boot_info();
    L4_BootRec_t *r;
    L4_Word_t i;

    if (info == NULL)
        return NULL;
    r = L4_BootInfo_FirstEntry(info);
    for (i = 0; i < L4_BootInfo_Entries(info); i++) {
        /* The root task's own record comes first. */
        if (L4_BootRec_Type(r) == L4_BootInfo_Module)
            return L4_Module_Cmdline(r);
        r = L4_BootRec_Next(r);
    }
    return NULL;
}
