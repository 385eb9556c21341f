/* SPDX-FileCopyrightText: 2026 The Pecan authors
 * SPDX-License-Identifier: BSD-2-Clause */
/*
 * The last thread of a space moves itself to another: its space dies under it,
 * while the processor has its page tables.
 */
#include <stdlib.h>

#include "tap.h"
#include "worker.h"

/* In sigma0's space, which outlives ours: only who is privileged can end the
 * program. */
static void ender(L4_Word_t arg)
{
    L4_Word_t status = 1;

    (void)arg;
    if (L4_IpcSucceeded(L4_Receive(main_id)))
        L4_StoreMR(1, &status);
    exit((int)status);
}

int main(void)
{
    L4_ThreadId_t sigma0, end, t;
    L4_Word_t old;

    plan(4);
    support_init();
    sigma0 = L4_GlobalId(user_base, 1);
    end = thread_in(sigma0, ender, 0, PRIO_MID);
    t = L4_GlobalId(user_base + 100, 1);
    ok(!L4_IsNilThread(end), "a thread in sigma0's space");
    ok(L4_ThreadControl(t, t, L4_Myself(), L4_nilthread, NO_UTCB) &&
           L4_SpaceControl(t, 0, kip_area(), utcb_area(), L4_anythread, &old),
       "another space");
    thread_delete(pager_id);
    /* The image comes anew from sigma0, which is our pager there, too. */
    old = L4_ThreadControl(L4_Myself(), t, L4_nilthread, sigma0, NO_UTCB);
    ok(old != 0, "the only thread leaves its space");
    old = L4_ThreadControl(t, t, L4_nilthread, L4_nilthread, NO_UTCB);
    ok(old == 0 && L4_ErrorCode() == L4_ErrNoPrivilege,
       "and is where nobody has privileges");
    L4_LoadMR(1, (L4_Word_t)tap_status());
    L4_Set_MsgTag((L4_MsgTag_t){ .raw = 1 });
    L4_Send(end);
    for (;;)
        L4_Sleep(L4_Never);
}
