/* SPDX-FileCopyrightText: 2026 The Pecan authors
 * SPDX-License-Identifier: BSD-2-Clause */
/*
 * Code by chance, run without privilege in a space that has nothing but it, a
 * stack, and pages that come where it touches memory: whatever it does, the
 * kernel goes on, and so do we. Chance likes instructions that change segments,
 * flags, privilege and the unit. Without iret, since QEMU obeys one that asks
 * for virtual 8086 mode and even for interrupts off; no processor does.
 */
#include "calls.h"
#include "tap.h"
#include "worker.h"

enum { ROUNDS = 4000, SLOT = 20, PAGES_GIVEN = 4, KDB = 0x9f, IRET = 0xcf };
enum { CODE = 0x20000000, STACK = CODE + 0x1000, STACK_TOP = CODE + 0x1800 };
_Static_assert(CODE == FREE_WINDOW, "prelude");

static unsigned char code[4096] __attribute__((aligned(4096)));
static L4_Word_t stack[1024] __attribute__((aligned(4096)));
static char scratch[4096] __attribute__((aligned(4096)));
static L4_ThreadId_t victim;
static L4_Word_t counts[4];
enum { EXCEPTIONS, FAULTS, PORTS, ENDLESS };

static L4_Word_t chance(L4_Word_t n)
{
    static L4_Word_t state = 2463534242ul;

    state ^= state << 13;
    state ^= state >> 17;
    state ^= state << 5;
    return state % n;
}

static const unsigned char likely[] = {
    0xcd, 0xcd, 0x0f, 0x0f, 0x0f, 0x9d, 0x9c, 0x8e, 0x8c, 0xcb, 0xca, 0xea,
    0x9a, 0xf0, 0xf2, 0xf3, 0x66, 0x67, 0x2e, 0x64, 0x65, 0xdb, 0xdd, 0xd9,
    0x6c, 0x6d, 0x6e, 0x6f, 0xe4, 0xe5, 0xe6, 0xec, 0xee, 0xf1, 0xcc, 0xce,
    0x17, 0x1f, 0x07, 0xa1, 0xc4, 0xc5, 0x62, 0xf4, 0xfa, 0xfb, 0x5c, 0x54,
    0x94, 0xff, 0xa4, 0xa5, 0xab, 0xfd, 0xc8, 0xc9, 0x90,
};
static const unsigned char after_0f[] = {
    0x00, 0x01, 0x02, 0x03, 0x05, 0x06, 0x08, 0x0b, 0x20, 0x21, 0x22, 0x23,
    0x30, 0x31, 0x32, 0x33, 0x34, 0x34, 0x34, 0x35, 0xa0, 0xa1, 0xa2, 0xa8,
    0xa9, 0xae, 0xae, 0xb2, 0xb4, 0xb5, 0xc7, 0x28, 0x58, 0x77,
};
static const L4_Word_t words[] = {
    0x1b,      0x23,      0x2b,       0x33,       0x38,       0x3b,       8,
    0x10,      0,         7,          3,          0x202,      0x4302,     CODE,
    CODE + 64, STACK_TOP, 0xC0100000, 0xE0000000, 0xE4000000, 0xFFFFFFFF,
};
enum { WORDS = sizeof(words) / sizeof(words[0]) };

/* The victim's handler is main: movl %fs:0, %eax; movl $id, -44(%eax). */
static unsigned prelude(void)
{
    static const unsigned char bytes[] = { 0x64, 0xa1, 0,    0,   0,
                                           0,    0xc7, 0x40, 0xd4 };
    unsigned n = 0;

    for (; n < sizeof(bytes); n++)
        code[n] = bytes[n];
    for (unsigned i = 0; i < 4; i++)
        code[n++] = (unsigned char)(main_id.raw >> 8 * i);
    return n;
}

static void compose(void)
{
    unsigned n = prelude();

    while (n < 13 + SLOT) {
        unsigned char c = likely[chance(sizeof(likely))];
        if (chance(4) == 0)
            c = (unsigned char)chance(256);
        code[n++] = c;
        if (c == 0x0f)
            code[n++] = after_0f[chance(sizeof(after_0f))];
        if (c == 0xcd)
            code[n++] = (unsigned char)chance(256);
    }
    for (unsigned i = 13; i < n; i++) {
        if (code[i] == IRET || (code[i - 1] == 0xcd && code[i] == KDB))
            code[i] = 0x90;
    }
    code[n++] = 0x0f;
    code[n++] = 0x0b;
    for (int i = 0; i < 1024; i++)
        stack[i] = words[chance(WORDS)];
}

static bool start(void)
{
    L4_Word_t old;
    unsigned k = free_slot();

    victim = L4_GlobalId(thread_no(k), 1);
    return L4_ThreadControl(victim, victim, main_id, L4_nilthread, NO_UTCB) &&
           L4_SpaceControl(victim, 0, kip_area(), utcb_area(), L4_anythread,
                           &old) &&
           L4_ThreadControl(victim, victim, L4_nilthread, main_id,
                            (void *)utcb_start(k)) &&
           L4_Set_Priority(victim, PRIO_MID) &&
           L4_IpcSucceeded(send_start(victim, CODE, STACK_TOP));
}

static bool again(void)
{
    L4_ThreadControl(victim, L4_nilthread, L4_nilthread, L4_nilthread, NO_UTCB);
    compose();
    return start();
}

/* What the victim may touch, in our memory. */
static L4_Word_t frame(L4_Word_t address)
{
    if (address >= CODE && address < CODE + 4096)
        return (L4_Word_t)code;
    if (address >= STACK && address < STACK + 4096)
        return (L4_Word_t)stack;
    return (L4_Word_t)scratch;
}

/* Until an exception, which ends it, or something that never ends. */
static bool attend(void)
{
    L4_Word_t mr[13];
    unsigned given = 0;

    for (;;) {
        L4_MsgTag_t tag = L4_Receive_Timeout(victim, usec(200));
        L4_StoreMRs(0, 13, mr);
        if (L4_IpcFailed(tag)) {
            counts[ENDLESS]++;
            return again();
        }
        if (protocol(tag) == LABEL_EXCEPTION) {
            counts[EXCEPTIONS]++;
            mr[0] = 12;
            mr[1] = CODE;
            mr[2] = 0;
            for (unsigned i = 5; i <= 12; i++)
                mr[i] = i == 8 ? (L4_Word_t)STACK_TOP : words[chance(WORDS)];
            compose();
            L4_LoadMRs(0, 13, mr);
            return L4_IpcSucceeded(L4_Send(victim));
        }
        if (protocol(tag) != LABEL_PAGE_FAULT || given++ == PAGES_GIVEN) {
            counts[PORTS]++;
            return again();
        }
        counts[FAULTS]++;
        load_map(page_at(frame(mr[1]), L4_FullyAccessible), mr[1]);
        L4_Send(victim);
    }
}

int main(void)
{
    bool good;

    plan(2);
    support_init();
    compose();
    good = start();
    for (int i = 0; i < ROUNDS && good; i++)
        good = attend();
    printf("# %lu exceptions, %lu faults, %lu ports or many faults, "
           "%lu without an end\n",
           counts[EXCEPTIONS], counts[FAULTS], counts[PORTS], counts[ENDLESS]);
    ok(good, "4,000 pieces of code by chance");
    ok(counts[EXCEPTIONS] > ROUNDS / 4, "most of them do something");
    return tap_status();
}
