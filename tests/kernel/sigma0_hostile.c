/* SPDX-FileCopyrightText: 2026 The Pecan authors
 * SPDX-License-Identifier: BSD-2-Clause */
/*
 * A client that tries to use up sigma0's book-keeping: it asks for every second
 * page of a range. sigma0 refuses it at some point, and others still get what
 * they ask for.
 */
#include "tap.h"
#include "support.h"

enum { REQUESTS = 4000, TABLE = 2048 };

static volatile L4_Word_t granted, refused;
static volatile bool done;
static L4_Word_t next_page;

static L4_Word_t request(L4_Fpage_t f)
{
    return L4_Sigma0_GetPage_RcvWindow(L4_nilthread, f,
                                       L4_FpageLog2(FREE_WINDOW, 12))
        .raw;
}

static void hostile(L4_Word_t n)
{
    /* Device memory that nothing describes: as much as one likes. */
    for (L4_Word_t i = 0; i < n; i++) {
        L4_Word_t f = request(L4_FpageLog2(next_page, 12));

        if (f != 0)
            granted++;
        else
            refused++;
        next_page += 2 * PAGE_SIZE;
    }
    done = true;
}

static void wait_for(void)
{
    for (int i = 0; i < 2000 && !done; i++)
        L4_Sleep(usec(2000));
}

int main(void)
{
    bool all = true;
    L4_Word_t before;

    plan(7);
    support_init();
    next_page = 0x50000000;
    thread_in_new_space(hostile, REQUESTS, PRIO_MID);
    wait_for();
    ok(done, "4,000 requests are answered");
    ok(granted > 0 && granted < TABLE, "a part of them is granted");
    ok(refused > 0, "the rest is refused");
    before = granted;

    done = false;
    thread_in_new_space(hostile, 10, PRIO_MID);
    wait_for();
    is(granted, before + 10, "but another client still gets some");

    for (int i = 0; i < 16; i++)
        all &= !L4_IsNilFpage(
            L4_Sigma0_GetAny(L4_nilthread, 12, L4_CompleteAddressSpace));
    ok(all, "and the root task gets pages");
    ok(!L4_IsNilFpage(
           L4_Sigma0_GetAny(L4_nilthread, 20, L4_CompleteAddressSpace)),
       "and larger pieces");
    ok(request(L4_FpageLog2(0x3e000000, 12)) != 0, "and what it names");
    return tap_status();
}
