/* SPDX-FileCopyrightText: 2026 The Pecan authors
 * SPDX-License-Identifier: BSD-2-Clause */
/*
 * What an abort was about: the processor does not say whether it was a write,
 * so the kernel looks at the instruction; and aborts that are no page faults
 * (docs/abi-arm.md).
 */
#include <l4/misc.h>

#include "tap.h"
#include "worker.h"

enum { READ = 4, WRITE = 2, THUMB = 1 };
enum { PREFETCH = 3, DATA = 4, ALIGNMENT = 1, DEBUG_EVENT = 2 };
#define CODE   (FREE_WINDOW + 0x40000)
#define BEHIND (CODE + PAGE_SIZE) /* where nothing is */

/* r0 points behind, r1 is 0. */
static const struct {
    L4_Word_t code, access;
} cases[] = {
    { 0xe5802000, WRITE },     /* str r2, [r0]                            */
    { 0xe5902000, READ },      /* ldr                                     */
    { 0xe5c02000, WRITE },     /* strb                                    */
    { 0xe1c020b0, WRITE },     /* strh                                    */
    { 0xe1d020f0, READ },      /* ldrsh                                   */
    { 0xe1c020d0, READ },      /* ldrd                                    */
    { 0xe1c020f0, WRITE },     /* strd                                    */
    { 0xe1002091, WRITE },     /* swp r2, r1, [r0]                        */
    { 0xe8800004, WRITE },     /* stm r0, {r2}                            */
    { 0xe8900004, READ },      /* ldm                                     */
    { 0x4801, READ | THUMB },  /* ldr r0, [pc, #4]                        */
    { 0x5042, WRITE | THUMB }, /* str r2, [r0, r1]                        */
    { 0x5242, WRITE | THUMB }, /* strh                                    */
    { 0x5442, WRITE | THUMB }, /* strb                                    */
    { 0x5642, READ | THUMB },  /* ldrsb                                   */
    { 0x5842, READ | THUMB },  /* ldr                                     */
    { 0x5e42, READ | THUMB },  /* ldrsh                                   */
    { 0x6002, WRITE | THUMB }, /* str r2, [r0]                            */
    { 0x6802, READ | THUMB },  /* ldr                                     */
    { 0x7002, WRITE | THUMB }, /* strb                                    */
    { 0x7802, READ | THUMB },  /* ldrb                                    */
    { 0x8002, WRITE | THUMB }, /* strh                                    */
    { 0x8802, READ | THUMB },  /* ldrh                                    */
    { 0xc004, WRITE | THUMB }, /* stmia r0!, {r2}                         */
    { 0xc804, READ | THUMB },  /* ldmia                                   */
};
enum { CASES = sizeof(cases) / sizeof(cases[0]) };

/* The last word of the page is the code, or two half words of it. */
static void run(L4_Word_t thumb)
{
    typedef void code(L4_Word_t, L4_Word_t);

    ((code *)(BEHIND - 4 + thumb))(BEHIND, 0);
}

/* Somebody executes this. Result: the tag of the IPC that comes of it, to us as
 * pager and handler. */
static L4_MsgTag_t meet(L4_Word_t code, L4_Word_t thumb)
{
    L4_ThreadId_t t;
    L4_MsgTag_t tag;

    *(volatile L4_Word_t *)(BEHIND - 4) = code;
    L4_Flush(L4_FpageLog2(CODE, 12)); /* only its status: out of the caches */
    t = thread_here(run, thumb, PRIO_MID);
    L4_Set_PagerOf(t, main_id);
    ((L4_Word_t *)L4_LocalIdOf(t).raw)[-11] = main_id.raw;
    tag = L4_Receive_Timeout(t, usec(20000));
    thread_delete(t);
    return L4_IpcSucceeded(tag) ? tag : L4_Niltag;
}

static void test_access(void)
{
    unsigned good = 0;

    for (unsigned i = 0; i < CASES; i++) {
        L4_Word_t address = 0;
        L4_MsgTag_t tag = meet(cases[i].code, cases[i].access & THUMB);
        L4_StoreMR(1, &address);
        bool same = protocol(tag) == LABEL_PAGE_FAULT &&
                    (tag.raw >> 16 & 7) == (cases[i].access & ~THUMB) &&
                    (address & ~7ul) == BEHIND;
        if (!same)
            printf("# %lx: %lx at %lx\n", cases[i].code, tag.raw, address);
        good += same;
    }
    is(good, CASES, "each load is a read, each store a write");
}

static bool raises(L4_Word_t code, L4_Word_t thumb, L4_Word_t number,
                   L4_Word_t status, L4_Word_t address)
{
    L4_Word_t mr[8];
    L4_MsgTag_t tag = meet(code, thumb);

    L4_StoreMRs(0, 8, mr);
    return protocol(tag) == LABEL_EXCEPTION && mr[1] == BEHIND - 4 &&
           mr[4] == number && mr[5] == status && mr[7] == address;
}

int main(void)
{
    plan(5);
    support_init();
    ok(!L4_IsNilFpage(
           L4_Sigma0_GetAny(L4_nilthread, 12, L4_FpageLog2(CODE, 12))),
       "a page for code");
    test_access();
    ok(raises(0xbe00, THUMB, PREFETCH, DEBUG_EVENT, BEHIND - 4),
       "a breakpoint is an exception");
    ok(raises(0xe5902001, 0, DATA, ALIGNMENT, BEHIND + 1),
       "so is an unaligned load");
    ok(raises(0xe5802002, 0, DATA, ALIGNMENT, BEHIND + 2),
       "and an unaligned store, where nothing is, too");
    return tap_status();
}
