/* SPDX-FileCopyrightText: 2026 The Pecan authors
 * SPDX-License-Identifier: BSD-2-Clause */
/*
 * Random calls by hostile threads (ops.h), on a kernel that checks its
 * invariants, next to bystanders whose messages all have to arrive.
 *
 * Arguments: the seed, the number of calls, a bit for each kind of call not to
 * be made, and 1 if the kernel is one that does not check. With the processor's
 * time counted in instructions, the same arguments give the same run.
 */
#include "ops.h"

#include <stdlib.h>

/* The kernel counts everything that enters it, we count calls. */
enum { KDB_CHECK = 0x7c, CHECK_PERIOD = 1000, CHECK_ENTRIES = 5000 };
enum { POLL_US = 1000, STUCK = 3 };
enum { GIVE_UP = 60 }; /* polls without a call of anybody */

/* ---- the pager of all spaces --------------------------------------------- */

static bool is_bystander(L4_ThreadId_t t)
{
    return t.raw == bystanders[0].raw || t.raw == bystanders[1].raw;
}

static bool writable_by_workers(L4_Word_t address)
{
    return address - (L4_Word_t)notes < sizeof notes ||
           address - (L4_Word_t)worker_stacks < sizeof worker_stacks;
}

/* Loads the answer. Result: false if there is to be none. */
static bool serve(L4_ThreadId_t from, L4_Word_t at, uint32_t *random)
{
    uint32_t roll = next_random(random) % 100;

    if (at >= image_low && at < image_high) {
        bool all = is_bystander(from) || writable_by_workers(at);
        load_map(page_at(at, all ? L4_FullyAccessible : L4_ReadeXecOnly), at);
    } else if (at - WINDOW < 1ul << SCRATCH_BITS && roll < 60) {
        L4_Word_t page = next_random(random) % 1024 * PAGE_SIZE;
        load_map(page_at(scratch + page,
                         roll < 15 ? L4_ReadeXecOnly : L4_FullyAccessible),
                 at);
    } else if (at - WINDOW < 1ul << SCRATCH_BITS && roll < 63) {
        load_map(L4_FpageAddRights(L4_FpageLog2(scratch, SCRATCH_BITS),
                                   L4_FullyAccessible),
                 WINDOW);
    } else if (roll < 75) {
        L4_LoadMR(0, 0); /* it will fault again */
    } else {
        if (at - WINDOW < 1ul << SCRATCH_BITS)
            left_waiting[roll % LEFT] = from.raw;
        return false;
    }
    return true;
}

static void pager(L4_Word_t arg)
{
    L4_ThreadId_t from;
    L4_MsgTag_t tag;
    uint32_t random;

    seed_random(&random, 1000 + arg);
    L4_LoadBR(0, 0);
    tag = L4_Wait(&from);
    for (;;) {
        L4_Word_t at = 0;

        L4_StoreMR(1, &at);
        if (L4_IpcFailed(tag) || protocol(tag) != LABEL_PAGE_FAULT ||
            !serve(from, at, &random)) {
            tag = L4_Wait(&from);
            continue;
        }
        L4_Ipc(from, L4_nilthread, TIME_ZERO << 16, &from);
        tag = L4_Wait(&from);
    }
}

/* ---- bystanders ---------------------------------------------------------- */

enum { TEXT = 600, WORDS = 8, PAUSE_US = 200 };

static union {
    struct {
        volatile uint32_t rounds, errors;
        unsigned char sent[TEXT], got[TEXT];
    };
    char page[PAGE_SIZE];
} by[2] __attribute__((aligned(PAGE_SIZE)));

static void bystander_load(unsigned who, uint32_t round)
{
    for (unsigned i = 0; i < TEXT; i++)
        by[who].sent[i] = (unsigned char)(round * 7 + i * 13 + who);
    L4_LoadMR(0, WORDS | 2 << 6 | (L4_Word_t)(round & 0xfff) << 16);
    for (unsigned i = 1; i <= WORDS; i++)
        L4_LoadMR((int)i, round * 31 + i + who);
    L4_LoadMR(WORDS + 1, (L4_Word_t)TEXT << 10);
    L4_LoadMR(WORDS + 2, (L4_Word_t)by[who].sent);
    L4_LoadBR(0, 1);
    L4_LoadBR(1, (L4_Word_t)TEXT << 10);
    L4_LoadBR(2, (L4_Word_t)by[who].got);
}

/* Is what arrived what the other one has sent in this round? */
static bool bystander_check(unsigned who, L4_MsgTag_t tag, uint32_t round)
{
    L4_Word_t other = 1 - who;
    bool good = L4_IpcSucceeded(tag) && tag.X.u == WORDS && tag.X.t == 2 &&
                tag.raw >> 16 == (round & 0xfff);

    for (unsigned i = 1; good && i <= WORDS; i++) {
        L4_Word_t word;
        L4_StoreMR((int)i, &word);
        good = word == round * 31 + i + other;
    }
    for (unsigned i = 0; good && i < TEXT; i++) {
        good = by[who].got[i] == (unsigned char)(round * 7 + i * 13 + other);
        by[who].got[i] = 0;
    }
    return good;
}

/* The first calls, the second answers. */
static void bystander(L4_Word_t arg)
{
    unsigned who = (unsigned)arg;
    L4_ThreadId_t other = bystanders[1 - who], from;
    L4_MsgTag_t tag = L4_Niltag;

    bystander_load(who, 1);
    if (who == 1)
        tag = L4_Ipc(L4_nilthread, other, 0, &from);
    for (uint32_t round = 1;; round++) {
        if (who == 1 && !bystander_check(who, tag, round))
            by[who].errors++;
        bystander_load(who, round);
        tag = L4_Ipc(other, other, 0, &from);
        if (who == 0 && !bystander_check(who, tag, round))
            by[who].errors++;
        by[who].rounds++;
        if (who == 0)
            L4_Sleep(usec(PAUSE_US));
    }
}

/* The workers' priority; they wait for each other, so slices are short. */
static void set_slice(L4_ThreadId_t t, L4_Word_t us)
{
    L4_Word_t old;

    L4_Schedule(t, us << 16, ~0ul, PRIO_MID, ~0ul, &old);
}

/* Two of them, with the pager of all the others. */
static bool start_bystanders(void)
{
    for (unsigned i = 0; i < 2; i++) {
        bystanders[i] = L4_nilthread;
        bystanders[i] = thread_in_new_space(bystander, i, PRIO_HIGH);
        if (bystanders[i].raw == 0)
            return false;
    }
    for (unsigned i = 0; i < 2; i++) {
        L4_ThreadControl(bystanders[i], bystanders[i], L4_nilthread, fuzz_pager,
                         NO_UTCB);
        set_slice(bystanders[i], 50);
    }
    return true;
}

/* ---- the watchdog: brings workers back ----------------------------------- */

static struct {
    uint32_t count; /* when looked at last */
    uint32_t stuck; /* polls since then    */
    uint32_t tries;
} watched[FIXED];
static L4_Word_t restarts, new_spaces;

static unsigned space_of(unsigned worker)
{
    return worker % SPACES;
}

/* The space, and all that its threads have, made anew. */
static bool new_space(unsigned space)
{
    L4_ThreadId_t anchor = anchor_of(space);
    L4_Word_t old;

    for (unsigned i = space; i < FIXED; i += SPACES)
        thread_delete(worker_id(i));
    thread_delete(anchor);
    new_spaces++;
    return L4_ThreadControl(anchor, anchor, main_id, L4_nilthread, NO_UTCB) &&
           L4_SpaceControl(anchor, 0, kip_area(), utcb_area(), L4_anythread,
                           &old);
}

static bool all_anew(void)
{
    unsigned made = 0;

    for (unsigned i = 0; i < SPACES; i++)
        made += new_space(i);
    return made == SPACES;
}

static bool start_in(unsigned i, L4_ThreadId_t space, L4_ThreadId_t scheduler)
{
    L4_ThreadId_t t = worker_id(i), from;

    if (!L4_ThreadControl(t, space, scheduler, main_id, (void *)worker_utcb(i)))
        return false;
    set_slice(t, 200);
    L4_ThreadControl(t, space, L4_nilthread, fuzz_pager, NO_UTCB);
    L4_LoadMR(0, 2);
    L4_LoadMR(1, (L4_Word_t)worker_start);
    L4_LoadMR(2, worker_stack(i));
    return L4_IpcSucceeded(L4_Ipc(t, L4_nilthread, TIME_ZERO << 16, &from));
}

static void restart(unsigned i)
{
    L4_ThreadId_t anchor = anchor_of(space_of(i));
    L4_Word_t used, limit, old;

    restarts++;
    thread_delete(worker_id(i));
    L4_SpaceControl(anchor, 0, L4_Nilpage, L4_Nilpage, L4_anythread, &old);
    L4_KernelMemory(anchor, ~0ul - 1, &used, &limit);
    if ((++watched[i].tries > 4 || !start_in(i, anchor, anchor)) &&
        new_space(space_of(i)))
        start_in(i, anchor, anchor);
    if (watched[i].tries > 4)
        watched[i].tries = 0;
}

static void watch(void)
{
    for (unsigned i = 0; i < FIXED; i++) {
        uint32_t count = notes[i].worker.count;
        if (count != watched[i].count) {
            watched[i].count = count;
            watched[i].stuck = watched[i].tries = 0;
        } else if (++watched[i].stuck >= STUCK) {
            watched[i].stuck = 0;
            restart(i);
        }
    }
}

/* A performer waits for ever, or runs what it must not: it starts anew. */
static void watch_performers(void)
{
    static uint32_t counts[PERFORMERS];

    for (unsigned p = 0; p < PERFORMERS; p++) {
        unsigned i = FIRST_PERFORMER + p;
        uint32_t count = notes[i].worker.count;
        if (count == counts[p]) {
            thread_delete(worker_id(i));
            start_in(i, main_id, main_id);
        }
        counts[p] = count;
    }
}

/* ---- the run ------------------------------------------------------------- */

static L4_Word_t calls_done(void)
{
    L4_Word_t n = 0;

    for (unsigned i = 0; i < WORKERS; i++)
        n += notes[i].worker.count;
    return n;
}

static void delete_victims(void)
{
    for (unsigned i = FIRST_VICTIM; i < FIRST_PERFORMER; i++)
        thread_delete(worker_id(i));
}

/* What the threads do when none of them goes on. */
static void print_states(void)
{
    L4_Word_t old;

    printf("# nobody goes on; states: pager %lu",
           L4_Schedule(fuzz_pager, ~0ul, ~0ul, ~0ul, ~0ul, &old));
    for (unsigned i = 0; i < WORKERS; i++)
        printf(" %u:%lu", i,
               L4_Schedule(worker_id(i), ~0ul, ~0ul, ~0ul, ~0ul, &old));
    printf("\n");
}

static bool run(void)
{
    L4_Word_t calls, checked = 0, last = 0;
    unsigned idle = 0;

    for (unsigned polls = 0; (calls = calls_done()) < config.calls; polls++) {
        if (calls / CHECK_PERIOD != checked) {
            checked = calls / CHECK_PERIOD;
            __L4_Kdb(KDB_CHECK, CHECK_ENTRIES);
        }
        idle = calls == last ? idle + 1 : 0;
        last = calls;
        if (idle > GIVE_UP) {
            print_states();
            return false;
        }
        if (idle > STUCK) /* perhaps one of these has the processor */
            delete_victims();
        L4_Sleep(usec(POLL_US));
        watch();
        if (polls % 4 == 0)
            watch_performers();
    }
    return true;
}

static const struct {
    const char *name;
    uint16_t results; /* bits of those that have to occur */
    bool target;      /* of a thread, in each state       */
} cells[OPS] = {
    [OP_IPC] = { "Ipc", 0xfeff, true },
    [OP_LIPC] = { "Lipc", 0xfeff, true },
    [OP_EXCHANGE_REGISTERS] = { "ExchangeRegisters", 1 | 1 << 2, true },
    [OP_THREAD_CONTROL] = { "ThreadControl", 1 | 0x5e | 1 << 8, true },
    [OP_SPACE_CONTROL] = { "SpaceControl", 1 | 2 | 8 | 3 << 6 | 1 << 8, true },
    [OP_SCHEDULE] = { "Schedule", 1 | 2 | 4 | 32, true },
    [OP_THREAD_SWITCH] = { "ThreadSwitch", 1, true },
    [OP_UNMAP] = { "Unmap", 1, false },
    [OP_CLOCK] = { "SystemClock", 1, false },
    [OP_KERNEL_INTERFACE] = { "KernelInterface", 1, false },
    [OP_PROCESSOR_CONTROL] = { "ProcessorControl", 1 | 2 | 32, false },
    [OP_MEMORY_CONTROL] = { "MemoryControl", 1 | 2 | 32, false },
    [OP_KERNEL_MEMORY] = { "KernelMemory", 1 | 2 | 8, true },
    [OP_MACHINE_END] = { "MachineEnd", 2, false },
    [OP_THREAD_REGISTER] = { "ThreadRegister", 1, false },
    [OP_EXCEPTION_REGISTERS] = { "ExceptionRegisters",
                                 HAS_EXCEPTION_REGISTERS ? 1 | 4 | 32 : 0,
                                 false },
    [OP_ACCESS] = { "accesses", 1, false },
    [OP_EXCEPTION] = { "exceptions", 1, false },
    [OP_CONTROL_REGISTERS] = { "control registers", 0, false },
};

static L4_Word_t successes;
/* Targets by their states, of all calls. Those in the middle of a transfer are
 * few, so not every call has to meet them. */
static uint32_t targets[STATES];
enum { TRANSFERS = 1 << 5 | 1 << 7 };

/* Prints what occurred to a call; result: how many cells stayed empty. */
static unsigned histogram(enum op op)
{
    uint32_t result[RESULTS] = { 0 }, state[STATES] = { 0 };
    unsigned empty = 0;

    for (unsigned i = 0; i < WORKERS; i++) {
        for (unsigned k = 0; k < RESULTS; k++)
            result[k] += notes[i].worker.result[op][k];
        for (unsigned k = 0; k < STATES; k++)
            state[k] += notes[i].worker.state[op][k];
    }
    successes += result[0];
    printf("# %s:", cells[op].name);
    for (unsigned k = 0; k < RESULTS; k++) {
        bool wanted = cells[op].results >> k & 1;
        if (result[k] || wanted)
            printf(" %u:%lu", k, (L4_Word_t)result[k]);
        empty += wanted && result[k] == 0;
    }
    if (cells[op].target)
        printf("; states");
    for (unsigned k = 1; cells[op].target && k < STATES; k++) {
        printf(" %u:%lu", k, (L4_Word_t)state[k]);
        empty += state[k] == 0 && !(TRANSFERS >> k & 1);
        targets[k] += state[k];
    }
    printf(empty && on(op) ? " (not all)\n" : "\n");
    return on(op) ? empty : 0;
}

static void report(void)
{
    L4_Word_t calls = calls_done();
    unsigned empty = 0;

    for (unsigned op = 0; op < OPS; op++)
        empty += histogram((enum op)op);
    for (unsigned k = 1; k < STATES; k++)
        empty += targets[k] == 0;
    printf("# %lu calls, %lu succeed, %lu restarts, %lu spaces, %lu checks, "
           "%lu and %lu rounds of the bystanders\n",
           calls, successes, restarts, new_spaces, __L4_Kdb(KDB_CHECK, 0),
           (L4_Word_t)by[0].rounds, (L4_Word_t)by[1].rounds);
    ok(successes * 10 >= calls * 3, "three calls in ten succeed");
    if (config.calls >= 200000 && config.off == 0)
        is(empty, 0, "each error and each state of a target occurs");
    else
        ok(true, "each error and each state of a target: too few calls");
    L4_Word_t least = config.calls / 10000;
    ok(by[0].rounds > least && by[1].rounds > least,
       "bystanders exchange messages");
    is(by[0].errors + by[1].errors, 0, "and lose none");
}

static void arguments(void)
{
    const char *text = pecan_command_line();
    L4_Word_t *value = &config.seed;

    while (text && *text && *text != ' ')
        text++;
    for (unsigned i = 0; i < sizeof config / sizeof *value && text && *text;
         i++) {
        char *end;
        value[i] = strtoul(text, &end, 0);
        text = end;
    }
}

/* All that the run made is gone again. */
static void clean_up(void)
{
    for (unsigned i = 0; i < WORKERS; i++)
        thread_delete(worker_id(i));
    for (unsigned i = 0; i < SPACES; i++)
        thread_delete(anchor_of(i));
    for (unsigned i = 0; i < 2; i++)
        thread_delete(bystanders[i]);
    L4_UnmapFpage(L4_FpageAddRights(L4_FpageLog2(scratch, SCRATCH_BITS),
                                    L4_FullyAccessible));
    __L4_Kdb(KDB_CHECK, 0);
    L4_Sleep(usec(100));
}

int main(void)
{
    plan(8);
    arguments();
    support_init();
    fuzz_pager = thread_here(pager, 0, PRIO_HIGH - 1);
    L4_Fpage_t f =
        L4_Sigma0_GetAny(L4_nilthread, SCRATCH_BITS, L4_CompleteAddressSpace);
    scratch = L4_Address(f);
    bool checks = __L4_Kdb(KDB_CHECK, CHECK_ENTRIES) != ~0ul;
    if (!ok(checks != config.unchecked, "the kernel checks its invariants") ||
        !ok(start_bystanders() && !L4_IsNilFpage(f) && all_anew(),
            "all is made"))
        return 1;
    L4_Set_Priority(main_id, PRIO_HIGH);
    ok(run(), "the calls go on to the end");
    report();
    ok(all_anew(), "the kernel still has memory for new spaces");
    clean_up();
    return tap_status();
}
