/* SPDX-FileCopyrightText: 2026 The Pecan authors
 * SPDX-License-Identifier: BSD-2-Clause */
/*
 * What user code can leave in flags and segment registers before it enters the
 * kernel: the kernel survives, the caller comes back with its own or canonical
 * ones, and a partner sees nothing of it (docs/abi-ia32.md).
 */
#include "tap.h"
#include "way_in.h"
#include "worker.h"

enum { USER_DATA = 0x23, UTCB_SEGMENT = 0x2B, TLS_SEGMENT = 0x33 };
enum { TF = 0x100, DF = 0x400, IOPL = 0x3000, NT = 0x4000, AC = 0x40000 };
enum { FLAGS_CANONICAL = 0x202, KERNEL = 0xC0000000 };

/* All that Ipc may leave behind, stored before C code touches it. */
struct seen {
    L4_Word_t eax, ebx, ecx, edx, esi, edi, ebp, flags, ds, es, fs, gs;
};

/* Ipc by hand, as the KIP does it: with `flags` or-ed in, and `segment` in all
 * four registers. */
static void __attribute__((noinline))
raw_ipc(L4_Word_t to, L4_Word_t from, L4_Word_t flags, L4_Word_t segment,
        struct seen *s)
{
    L4_Word_t block[5] = { to, from, flags, segment, (L4_Word_t)s };

    __asm__ volatile("pushal\n\t"
                     "pushl 16(%0)\n\t"
                     "pushl %0\n\t"
                     "movl 4(%0), %%edx\n\t"
                     "movl %%fs:0, %%esi\n\t"
                     "movl (%%esi), %%esi\n\t"
                     "call 1f\n"
                     "1:\tpopl %%ebx\n\t"
                     "addl $2f - 1b, %%ebx\n\t" /* where to return to */
                     "movl 8(%0), %%ecx\n\t"
                     "pushfl\n\t"
                     "orl %%ecx, (%%esp)\n\t"
                     "leal 4(%%esp), %%ebp\n\t"
                     "movl 12(%0), %%ecx\n\t"
                     "movl (%0), %%eax\n\t"
                     "movl %%ecx, %%ds\n\t"
                     "movl %%ecx, %%es\n\t"
                     "movl %%ecx, %%fs\n\t"
                     "movl %%ecx, %%gs\n\t"
                     "movl $0, %%ecx\n\t"
                     "popfl\n\t" /* a single step comes after the next one */
                     IPC_TRAP "2:\t"
                     "pushfl\n\t"
                     "pushl %%ebp\n\t"
                     "movl 12(%%esp), %%ebp\n\t" /* the block of results */
                     "movl %%eax, %%ss:(%%ebp)\n\t"
                     "movl %%ebx, %%ss:4(%%ebp)\n\t"
                     "movl %%ecx, %%ss:8(%%ebp)\n\t"
                     "movl %%edx, %%ss:12(%%ebp)\n\t"
                     "movl %%esi, %%ss:16(%%ebp)\n\t"
                     "movl %%edi, %%ss:20(%%ebp)\n\t"
                     "popl %%ss:24(%%ebp)\n\t"
                     "popl %%ss:28(%%ebp)\n\t"
                     "movl %%ds, %%eax\n\t"
                     "movl %%eax, %%ss:32(%%ebp)\n\t"
                     "movl %%es, %%eax\n\t"
                     "movl %%eax, %%ss:36(%%ebp)\n\t"
                     "movl %%fs, %%eax\n\t"
                     "movl %%eax, %%ss:40(%%ebp)\n\t"
                     "movl %%gs, %%eax\n\t"
                     "movl %%eax, %%ss:44(%%ebp)\n\t"
                     "addl $8, %%esp\n\t"
                     "popal"
                     :
                     : "a"(block)
                     : "memory", "cc");
}

static bool canonical(const struct seen *s, L4_Word_t io_privilege)
{
    return (s->flags & ~0x8D5ul) == (FLAGS_CANONICAL | io_privilege) &&
           s->ds == USER_DATA && s->es == USER_DATA && s->fs == UTCB_SEGMENT &&
           s->gs == UTCB_SEGMENT;
}

/* No register holds an address of the kernel's. */
static bool clean(const struct seen *s)
{
    return s->ebx < KERNEL && s->ecx < KERNEL && s->edx < KERNEL &&
           s->edi < KERNEL && s->ebp < KERNEL;
}

/* ---- alone: Ipc(nil, nil), the portable path ------------------------------
 */

static const L4_Word_t bad_flags[] = { NT, TF, DF, AC, NT | DF | AC | TF };
static const L4_Word_t bad_segments[] = { 0, 3, TLS_SEGMENT & ~3,
                                          UTCB_SEGMENT };

static void test_alone(void)
{
    struct seen s;
    bool good = true;

    for (unsigned i = 0; i < sizeof(bad_flags) / sizeof(bad_flags[0]); i++) {
        L4_Set_MsgTag(L4_Niltag);
        raw_ipc(0, 0, bad_flags[i], USER_DATA, &s);
        good = good && canonical(&s, IOPL) && clean(&s);
        if (!good)
            printf("# flags %lx: %lx\n", bad_flags[i], s.flags);
    }
    ok(good, "NT, TF, DF, AC do not survive Ipc");
    good = true;
    for (unsigned i = 0; i < 2; i++) {
        L4_Set_MsgTag(L4_Niltag);
        raw_ipc(0, 0, 0, bad_segments[i], &s);
        good = good && canonical(&s, IOPL) && clean(&s);
    }
    ok(good, "nor does a null selector in DS, ES, FS, GS");
    L4_Set_MsgTag(L4_Niltag);
    raw_ipc(0, 0, 0, UTCB_SEGMENT, &s);
    ok(canonical(&s, IOPL), "nor a segment of four bytes");
    __asm__ volatile("movl %0, %%fs\n\tmovl %0, %%gs" : : "r"(0));
    L4_Clock_t before = L4_SystemClock();
    ok(L4_SystemClock().raw >= before.raw && L4_MyLocalId().raw != 0,
       "other calls restore them as well");
}

/* ---- two threads: what the partner sees -----------------------------------
 */

static struct seen client_seen, server_seen;
static volatile L4_Word_t rounds;

static void server(L4_Word_t arg)
{
    L4_ThreadId_t from;

    (void)arg;
    L4_Wait(&from);
    for (;;) {
        rounds++;
        L4_Set_MsgTag(L4_Niltag);
        raw_ipc(from.raw, ~0ul, 0, USER_DATA, &server_seen);
        from.raw = server_seen.eax;
    }
}

static L4_ThreadId_t server_id;
static volatile L4_Word_t client_flags, client_segment, client_done;

/* Not privileged: it cannot have I/O privilege whatever it asks for. */
static void client(L4_Word_t arg)
{
    (void)arg;
    for (;;) {
        L4_Set_MsgTag(L4_Niltag);
        raw_ipc(server_id.raw, server_id.raw, client_flags, client_segment,
                &client_seen);
        client_done = 1;
        L4_Receive(main_id);
    }
}

static bool round_trip(L4_ThreadId_t c, L4_Word_t flags, L4_Word_t segment)
{
    L4_Word_t before = rounds;

    client_flags = flags;
    client_segment = segment;
    client_done = 0;
    L4_Set_MsgTag(L4_Niltag);
    L4_Send(c);
    settle();
    return client_done && rounds > before;
}

static void test_partner(void)
{
    L4_ThreadId_t c;
    bool alive = true, server_good = true, client_good = true, secret = true;

    server_id = thread_in_new_space(server, 0, PRIO_MID);
    client_segment = USER_DATA;
    c = thread_in_new_space(client, 0, PRIO_MID);
    settle();
    for (unsigned i = 0; i < sizeof(bad_flags) / sizeof(bad_flags[0]); i++) {
        for (unsigned k = 0; k < 4; k++) {
            /* Null selectors, and after each the ordinary one. */
            alive =
                alive && round_trip(c, bad_flags[i],
                                    k & 1 ? USER_DATA : bad_segments[k / 2]);
            server_good = server_good && canonical(&server_seen, 0);
            client_good = client_good && canonical(&client_seen, 0);
            secret = secret && clean(&server_seen) && clean(&client_seen);
        }
    }
    ok(alive, "a hostile client is served");
    ok(server_good, "its server has canonical flags and segments");
    ok(client_good, "so has the client");
    ok(secret, "neither sees an address of the kernel's");
    thread_delete(c);
    thread_delete(server_id);
}

/* ---- virtual 8086 mode ----------------------------------------------------
 * Processors ignore that iret asks for it; then the selector is wrong. QEMU
 * obeys, and the first fetch faults: cs has the low bits of the kernel's there.
 */

static void virtual_8086(L4_Word_t arg)
{
    (void)arg;
    L4_Set_ExceptionHandler(main_id);
    __asm__ volatile("pushl $0\n\t" /* gs, fs, ds, es, ss, sp */
                     "pushl $0\n\t"
                     "pushl $0\n\t"
                     "pushl $0\n\t"
                     "pushl $0\n\t"
                     "pushl $0x800\n\t"
                     "pushl $0x20202\n\t" /* VM, IF */
                     "pushl $0x1000\n\t"
                     "pushl $0x234\n\t"
                     "iret");
}

static void test_virtual_8086(void)
{
    L4_ThreadId_t t = thread_in_new_space(virtual_8086, 0, PRIO_MID), from;
    L4_MsgTag_t tag;
    L4_Word_t ip;

    L4_ThreadControl(t, t, L4_nilthread, main_id, NO_UTCB);
    do { /* its faults on the way are ours to answer */
        tag = L4_Receive_Timeout(t, usec(100000));
        L4_StoreMR(2, &ip);
        if (ip < image_low)
            break;
        L4_StoreMR(1, &ip);
        load_map(page_at(ip, L4_FullyAccessible), ip);
    } while (protocol(tag) == LABEL_PAGE_FAULT &&
             L4_IpcSucceeded(L4_Ipc(t, L4_nilthread, L4_ZeroTime.raw, &from)));
    ok(L4_IpcSucceeded(tag), "asking for virtual 8086 mode is a fault");
    ok(protocol(tag) != LABEL_PAGE_FAULT || ip == 0x234,
       "if one of that mode, at its ip");
    thread_delete(t);
}

/* ---- what is no thread ----------------------------------------------------
 */

static void test_ids(void)
{
    static const L4_Word_t ids[] = {
        0x40,       0x1000,     0x7FFFFFC0, 0xBF000040, 0xBFF00000,
        0xC0000000, 0xC0100000, 0xE0000000, 0xE0003200, 0xE4000040,
        0xF0000000, 0xFFFFFFC0, 0xFFFFFFFF, 0x80000001,
    };
    struct seen s;
    bool good = true;

    for (unsigned i = 0; i < sizeof(ids) / sizeof(ids[0]); i++) {
        L4_Set_MsgTag(L4_Niltag);
        raw_ipc(ids[i], ids[i], 0, USER_DATA, &s);
        if (!(s.esi & 0x8000) || L4_ErrorCode() != 4) {
            good = false;
            printf("# %lx: tag %lx error %lu\n", ids[i], s.esi, L4_ErrorCode());
        }
    }
    ok(good, "an id that names nobody: error 2 in the send phase");
}

/* ---- the translation buffer, without a switch of spaces in between --------
 */

static volatile L4_Word_t scratch[1024] __attribute__((aligned(4096)));

/* Revoke `rights` of our own page. Result: what was accessed since last time.
 */
static L4_Word_t revoke(L4_Word_t rights)
{
    L4_Word_t f;

    L4_LoadMR(0, L4_FpageLog2((L4_Word_t)scratch, 12).raw | rights);
    L4_Unmap(0x40);
    L4_StoreMR(0, &f);
    return f & 7;
}

static void test_tlb(void)
{
    scratch[0] = 1;
    revoke(0);
    is(revoke(0), 0, "no access, no status");
    scratch[0] = 2;
    is(revoke(0), 7, "a write is seen after the status was reset");
    revoke(7);
    scratch[0] = 3; /* faults, and sigma0 maps the page again */
    is(revoke(0), 7, "nothing is written through a page that is gone");
    ok(scratch[0] == 3, "the page is there again");
}

int main(void)
{
    plan(15);
    support_init();
    test_alone();
    test_partner();
    test_virtual_8086();
    test_ids();
    test_tlb();
    return tap_status();
}
