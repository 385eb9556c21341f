/* SPDX-FileCopyrightText: 2026 The Pecan authors
 * SPDX-License-Identifier: BSD-2-Clause */
/*
 * Other memory at an address, or the same in another way: nothing is seen of
 * what was there before, neither as data nor as code. No emulator shows that
 * caches are in the way; the oracle does.
 */
#include <l4/arch.h>
#include <l4/misc.h>

#include "tap.h"
#include "worker.h"

#include <string.h>

enum { SMALL = 12, SECTION = 20, PIECES = 16 };
enum { RETURN = 0xe12fff1e, MOVE = 0xe3a00000 }; /* bx lr; mov r0, #.. */
#define WINDOW FREE_WINDOW

static L4_Fpage_t window(unsigned bits)
{
    return L4_FpageLog2(WINDOW, (int)bits);
}

/* A function that returns n, at so many places of the window. */
static volatile L4_Word_t *place(unsigned bits, unsigned i)
{
    return (volatile L4_Word_t *)(WINDOW + (((L4_Word_t)i << bits) / PIECES));
}

static void fill(unsigned bits, unsigned base)
{
    for (unsigned i = 0; i < PIECES; i++) {
        place(bits, i)[0] = MOVE | (base + i);
        place(bits, i)[1] = RETURN;
    }
}

static bool reads(unsigned bits, unsigned base)
{
    bool good = true;

    for (unsigned i = 0; i < PIECES; i++)
        good &= place(bits, i)[0] == (MOVE | (base + i));
    return good;
}

static bool executes(unsigned bits, unsigned base)
{
    bool good = true;

    for (unsigned i = 0; i < PIECES; i++) {
        L4_Word_t (*fn)(void) = (L4_Word_t(*)(void))(L4_Word_t)place(bits, i);
        good &= fn() == base + i;
    }
    return good;
}

/* Memory, and it is in the window; nothing else is. */
static bool put(L4_Fpage_t f)
{
    L4_Flush(L4_FpageAddRights(window(SECTION), L4_FullyAccessible));
    return !L4_IsNilFpage(L4_Sigma0_GetPage_RcvWindow(
        L4_nilthread, f, window((unsigned)L4_SizeLog2(f))));
}

/* Some memory, that is nowhere. */
static L4_Fpage_t memory(unsigned bits)
{
    L4_Fpage_t f =
        L4_Sigma0_GetAny(L4_nilthread, bits, L4_CompleteAddressSpace);

    L4_Flush(L4_FpageAddRights(f, L4_FullyAccessible));
    return f;
}

static void test_other_memory(unsigned bits, const char *name)
{
    L4_Fpage_t a = memory(bits), b = memory(bits);

    printf("# %s\n", name);
    ok(put(a) && put(b), "memory");
    fill(bits, 100);
    put(a);
    fill(bits, 1);
    ok(reads(bits, 1), "what was written is read");
    ok(executes(bits, 1), "and executed");
    put(b);
    ok(reads(bits, 100), "so is other memory at its place");
    ok(executes(bits, 100), "and executed");
}

/* The memory that is in the window keeps its contents. */
static void test_attribute(unsigned bits)
{
    static const L4_Word_t attributes[] = { L4_WriteCombiningMemory,
                                            L4_DefaultMemory,
                                            L4_UncacheableMemory,
                                            L4_DefaultMemory };
    bool set = true, same = true;

    for (unsigned i = 0; i < 4; i++) {
        unsigned base = 10 * i;
        fill(bits, base);
        same &= reads(bits, base);
        set &= L4_Set_PageAttribute(window(bits), attributes[i]) == 1;
        same &= reads(bits, base);
        fill(bits, base + 5);
        same &= reads(bits, base + 5);
    }
    ok(set && same, "memory with another attribute keeps its contents");
}

/* sigma0 gives what it gave before, to another address: then it is in no cache,
 * as one may be read while the other is written. */
static void test_twice(unsigned bits)
{
    L4_Fpage_t f = memory(bits);
    L4_Fpage_t second = L4_FpageLog2(WINDOW + (2 << SECTION), (int)bits);
    volatile L4_Word_t *one = place(bits, 1);
    volatile L4_Word_t *other = one + (2 << SECTION) / sizeof(*one);
    bool same = put(f);

    *one = 0;
    same &=
        !L4_IsNilFpage(L4_Sigma0_GetPage_RcvWindow(L4_nilthread, f, second));
    for (L4_Word_t n = 0; n < 4; n++) {
        same &= *other == 2 * n;
        *one = 2 * n + 1;
        same &= *other == 2 * n + 1;
        *other = 2 * n + 2;
        same &= *one == 2 * n + 2;
    }
    ok(same, "memory at a second address is the same");
    L4_Flush(L4_FpageAddRights(second, L4_FullyAccessible));
}

/* A string from a small space; the large one's memory is below the reach of the
 * process id, which is the small one's meanwhile. */
static char text[256] = "from a small space", buffer[256];

static void send_text(L4_Word_t arg)
{
    (void)arg;
    (void)*(volatile char *)text; /* so that the transfer meets no fault */
    L4_LoadMR(0, 2 << 6);
    L4_LoadMR(1, sizeof(text) << 10);
    L4_LoadMR(2, (L4_Word_t)text);
    L4_Send(main_id);
    L4_Sleep(L4_Never);
}

static void test_string(void)
{
    L4_ThreadId_t t = thread_in_new_space(send_text, 0, PRIO_MID);

    *(volatile char *)buffer = '.';
    L4_LoadBR(1, sizeof(buffer) << 10);
    L4_LoadBR(2, (L4_Word_t)buffer);
    L4_LoadBR(0, 1);
    ok(L4_IpcSucceeded(L4_Receive(t)) && strcmp(buffer, text) == 0,
       "a string from a small space to a large one");
    L4_LoadBR(0, 0);
    thread_delete(t);
}

/* In a small space: the status after two writes, after none, and after one. */
static char scratch[PAGE_SIZE] __attribute__((aligned(PAGE_SIZE)));

static void ask_status(L4_Word_t arg)
{
    L4_Fpage_t f = L4_FpageLog2((L4_Word_t)scratch, SMALL);

    (void)arg;
    for (int i = 1; i <= 4; i++) {
        if (i != 3)
            *(volatile char *)scratch = 1;
        L4_LoadMR(i, L4_Rights(L4_UnmapFpage(f)));
    }
    L4_Set_MsgTag((L4_MsgTag_t){ .raw = 4 });
    L4_Send(main_id);
    L4_Sleep(L4_Never);
}

static void test_status(void)
{
    enum { WRITTEN = L4_FullyAccessible };
    static const L4_Word_t expected[] = { WRITTEN, WRITTEN, 0, WRITTEN };
    L4_ThreadId_t t = thread_in_new_space(ask_status, 0, PRIO_MID);
    bool good = L4_IpcSucceeded(L4_Receive(t));

    for (int i = 0; i < 4; i++) {
        L4_Word_t rights;
        L4_StoreMR(1 + i, &rights);
        good &= rights == expected[i];
    }
    ok(good, "status in a small space");
    thread_delete(t);
}

/* Two threads of a small space are refused a write, each to a page of its own.
 * These go, and a larger page comes in their place: nobody is refused any more.
 */
#define LOW_WINDOW ((L4_Word_t)0x01500000)
static volatile unsigned written;

static void write_there(L4_Word_t address)
{
    *(volatile char *)address = 1;
    written++;
    L4_Sleep(L4_Never);
}

/* Serves the thread up to its second fault in the window; there is a page to
 * read after the first. */
static bool refused(L4_ThreadId_t t)
{
    for (bool mapped = false;;) {
        L4_Word_t address;
        if (L4_IpcFailed(L4_Receive_Timeout(t, usec(20000))))
            return false;
        L4_StoreMR(1, &address);
        bool here = address - LOW_WINDOW < (L4_Word_t)1 << SECTION;
        if (here && mapped)
            return true;
        mapped |= here;
        load_map(here ? page_at((L4_Word_t)scratch, L4_Readable)
                      : page_at(address, L4_FullyAccessible),
                 address);
        L4_Send(t);
    }
}

static void test_refused(void)
{
    L4_Fpage_t large =
        L4_Sigma0_GetAny(L4_nilthread, SECTION, L4_CompleteAddressSpace);
    L4_ThreadId_t t[2];

    t[0] = thread_in_new_space(write_there, LOW_WINDOW, PRIO_MID);
    L4_ThreadControl(t[0], t[0], L4_nilthread, main_id, NO_UTCB);
    bool good = refused(t[0]);
    t[1] = thread_in(t[0], write_there, LOW_WINDOW + PAGE_SIZE, PRIO_MID);
    L4_ThreadControl(t[1], t[0], L4_nilthread, main_id, NO_UTCB);
    good &= refused(t[1]);
    ok(good, "two threads may not write to two pages");
    L4_UnmapFpage(page_at((L4_Word_t)scratch, L4_FullyAccessible));
    for (unsigned i = 0; i < 2; i++) {
        load_map(L4_FpageAddRights(large, L4_FullyAccessible), LOW_WINDOW);
        L4_Send(t[i]);
        settle();
    }
    is(written, 2, "both may write to a larger one in their place");
    thread_delete(t[1]);
    thread_delete(t[0]);
}

int main(void)
{
    plan(18);
    support_init();
    test_other_memory(SMALL, "a page");
    test_attribute(SMALL);
    test_other_memory(SECTION, "a section");
    test_attribute(SECTION);
    test_twice(SMALL);
    test_twice(SECTION);
    test_string();
    test_status();
    test_refused();
    return tap_status();
}
