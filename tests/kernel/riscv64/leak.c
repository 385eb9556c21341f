/* SPDX-FileCopyrightText: 2026 The Pecan authors
 * SPDX-License-Identifier: BSD-2-Clause */
/*
 * What is in the registers when an Ipc is over: nothing of the kernel's, and of
 * the partner's not what the kernel keeps for him (docs/abi-riscv.md).
 */
#include "tap.h"
#include "worker.h"

enum { REGISTERS = 32, RA = 1, SP = 2, GP = 3, TP = 4, IPC = 4, LIPC = 5 };
#define PARTNER_TP ((L4_Word_t)0x7e57000007e57)
#define OWN_TP     ((L4_Word_t)0x770077)
/* Addresses of the kernel; above them are numbers of calls and wildcards. */
#define KERNEL_LOW  (~(L4_Word_t)0 << 38)
#define KERNEL_HIGH (~(L4_Word_t)0 << 6)

struct call {
    L4_Word_t to, from, timeouts, tag, entry, tp;
};

/* Ipc with every other register a small number; all registers after it. */
void raw_ipc(const struct call *call, L4_Word_t out[REGISTERS]);
__asm__(".pushsection .text\n"
        "raw_ipc:\n\t"
        "addi sp, sp, -512\n\t"
        "sd a1, 384(sp)\n\tsd ra, 256(sp)\n\tsd tp, 360(sp)\n\t"
        ".irp n, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11\n\t"
        "sd s\\n, 264 + 8 * \\n(sp)\n\t.endr\n\t"
        ".irp n, 1, 5, 6, 7, 8, 9, 14, 15, 16, 18, 19, 20, 21, 22, 23, 24, 25, "
        "26, 27, 28, 29, 30, 31\n\t"
        "li x\\n, 0x100 + \\n\n\t.endr\n\t"
        "ld tp, 40(a0)\n\t"
        "ld a7, 32(a0)\n\tld a3, 24(a0)\n\tld a2, 16(a0)\n\tld a1, 8(a0)\n\t"
        "ld a0, 0(a0)\n\t"
        "jalr a7\n\t"
        ".irp n, 1, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, "
        "19, 20, 21, 22, 23, 24, 25, 26, 27, 28, 29, 30, 31\n\t"
        "sd x\\n, 8 * \\n(sp)\n\t.endr\n\t"
        "sd sp, 16(sp)\n\t"
        "ld a1, 384(sp)\n\tli t0, 32\n\tmv t1, sp\n"
        "1:\tld t2, 0(t1)\n\tsd t2, 0(a1)\n\t"
        "addi t1, t1, 8\n\taddi a1, a1, 8\n\taddi t0, t0, -1\n\tbnez t0, 1b\n\t"
        "ld ra, 256(sp)\n\tld tp, 360(sp)\n\t"
        ".irp n, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11\n\t"
        "ld s\\n, 264 + 8 * \\n(sp)\n\t.endr\n\t"
        "addi sp, sp, 512\n\tret\n\t.popsection");

static L4_Word_t entries[2];
static L4_ThreadId_t partner;
/* Times 3: our own older registers may hold what we looked at. */
static volatile L4_Word_t partner_sp;
static volatile unsigned words;

static void learn_entries(void)
{
    const L4_Word_t *kip = L4_GetKernelInterface();

    entries[0] = (L4_Word_t)kip + kip[52 + IPC];
    entries[1] = (L4_Word_t)kip + kip[52 + LIPC];
}

/* Answers everybody with `words` words; it floats as well. */
static void answer(L4_Word_t arg)
{
    struct call c = { 0, ~(L4_Word_t)0, 0, 0, entries[0], PARTNER_TP };
    L4_Word_t out[REGISTERS];

    (void)arg;
    for (;;) {
        raw_ipc(&c, out);
        partner_sp = out[SP] * 3;
        c.to = out[10];
        c.tag = words;
        c.timeouts = 0x0400 << 16;
    }
}

/* How many registers hold what they should not. */
static L4_Word_t dirt(const L4_Word_t *out)
{
    L4_Word_t n = 0;

    for (int i = 0; i < REGISTERS; i++) {
        bool bad = (out[i] >= KERNEL_LOW && out[i] < KERNEL_HIGH) ||
                   out[i] == PARTNER_TP ||
                   (i != SP && out[i] * 3 == partner_sp);
        if (bad)
            printf("# x%d 0x%lx\n", i, out[i]);
        n += bad;
    }
    return n;
}

static L4_Word_t call_once(struct call *c, L4_Word_t *kept)
{
    L4_Word_t out[REGISTERS];

    raw_ipc(c, out);
    *kept += out[TP] == OWN_TP && out[GP] == L4_MyLocalId().raw;
    return dirt(out);
}

static void test_answers(bool far, bool local, unsigned entry, const char *name)
{
    static const unsigned sizes[] = { 0, 1, 8, 9, 40, 63 };
    L4_Word_t bad = 0, kept = 0;

    partner = far ? thread_in_new_space(answer, 0, PRIO_MID)
                  : thread_here(answer, 0, PRIO_MID);
    settle();
    L4_Word_t to = local ? L4_LocalIdOf(partner).raw : partner.raw;
    (void)L4_LocalIdOf(pager_id); /* the last one told us the partner's sp */
    for (int i = 0; i < 6; i++) {
        for (int mine = 0; mine < 6; mine++) {
            struct call c = { to, to, 0, sizes[mine], entries[entry], OWN_TP };
            words = sizes[i];
            bad += call_once(&c, &kept);
        }
    }
    printf("# %s\n", name);
    is(bad, 0, "after a call, no address of the kernel's, no sp or tp");
    is(kept, 36, "and own tp and local id");
    thread_delete(partner);
}

/* Those who wait until somebody is there, or in vain. */
static void test_others(void)
{
    L4_Word_t bad = 0, kept = 0;
    struct call c = { 0, 0, 0, 0, entries[0], OWN_TP };

    partner_sp = 1;
    bad += call_once(&c, &kept);
    is(bad * 10 + kept, 1, "after an Ipc of nothing");
    bad = kept = 0;
    for (int i = 0; i < 3; i++) {
        c.from = i == 2 ? ~(L4_Word_t)0 : main_id.raw;
        c.timeouts = i == 0 ? 0x0400 : usec(100).raw;
        bad += call_once(&c, &kept);
    }
    is(bad * 10 + kept, 3, "after receives that time out");
    bad = kept = 0;
    c.to = L4_GlobalId(user_base + 700, 1).raw;
    bad += call_once(&c, &kept);
    c.to = FREE_WINDOW;
    bad += call_once(&c, &kept);
    is(bad * 10 + kept, 2, "after calls to nobody");
}

/* Messages to one who is not to run before us. */
static void test_sends(void)
{
    static const unsigned sizes[] = { 0, 1, 8, 9, 40, 63 };
    L4_Word_t bad = 0, kept = 0;
    struct call c = { 0, 0, 0, 0, entries[0], OWN_TP };

    partner_sp = 1;
    for (int far = 0; far < 2; far++) {
        partner = far ? thread_in_new_space(answer, 0, PRIO_LOW)
                      : thread_here(answer, 0, PRIO_LOW);
        for (int i = 0; i < 6; i++) {
            settle();
            c.to = partner.raw;
            c.tag = sizes[i];
            bad += call_once(&c, &kept);
        }
        thread_delete(partner);
    }
    is(bad * 100 + kept, 12, "after messages that nobody answers");
}

static void test_preempted(void)
{
    L4_Word_t bad = 0, kept = 0;
    struct call c = { 0, 0, 0, 0, entries[0], OWN_TP };

    partner = thread_in_new_space(answer, 0, PRIO_LOW);
    settle();
    c.to = c.from = partner.raw;
    words = 0;
    for (int i = 0; i < 20; i++) {
        c.timeouts = i & 1 ? (L4_Word_t)usec(5000).raw : 0;
        bad += call_once(&c, &kept);
    }
    is(bad, 0, "after calls to who may not run at once");
    is(kept, 20, "own tp and local id");
    thread_delete(partner);
}

int main(void)
{
    plan(4 * 2 + 3 + 1 + 2);
    support_init();
    learn_entries();
    test_answers(true, false, 0, "two spaces");
    test_answers(false, false, 0, "one space");
    test_answers(false, true, 0, "one space, local ids");
    test_answers(false, true, 1, "one space, Lipc");
    test_others();
    test_sends();
    test_preempted();
    return tap_status();
}
