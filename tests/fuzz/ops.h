/* SPDX-FileCopyrightText: 2026 The Pecan authors
 * SPDX-License-Identifier: BSD-2-Clause */
#ifndef OPS_H
#define OPS_H
/*
 * One random call after the other, with arguments that are nearly right.
 */
#include "machine.h"
#include "world.h"

static void worker_start(void);

struct self { /* the worker at work, on its stack */
    struct worker *w;
    unsigned index;
    bool privileged;
};

static uint32_t draw(struct self *s, uint32_t below)
{
    return next_random(&s->w->random) % below;
}

static bool chance(struct self *s, uint32_t percent)
{
    return draw(s, 100) < percent;
}

static void note(struct self *s, enum op op, L4_Word_t result)
{
    s->w->result[op][result & (RESULTS - 1)]++;
    s->w->count++;
}

static void note_call(struct self *s, enum op op, bool good)
{
    note(s, op, good ? 0 : L4_ErrorCode());
}

static bool on(enum op op)
{
    return !(config.off >> op & 1);
}

/* ---- arguments ----------------------------------------------------------- */

static const L4_Word_t odd[] = {
    0,         1,          0x3f,        0x40,       0xfff,
    0x1000,    ~0ul,       ~0ul - 0x3f, ~0ul << 12, ~0ul << 30,
    ~0ul >> 1, 0xc0000000, 0xbffff000,  0xe0000040, (~0ul >> 1) + 1,
};

static L4_Word_t odd_word(struct self *s)
{
    if (chance(s, 50))
        return odd[draw(s, sizeof odd / sizeof odd[0])];
    return (L4_Word_t)next_random(&s->w->random) << draw(s, 12) ^
           next_random(&s->w->random);
}

/* An address in the window: the first bytes of a page. */
static L4_Word_t window_address(struct self *s)
{
    return WINDOW + ((L4_Word_t)draw(s, 1024) << 12) + draw(s, 64) * 4;
}

static L4_Word_t address(struct self *s)
{
    switch (draw(s, 12)) {
    case 0:
        return odd_word(s) | ~(~0ul >> 1);
    case 1:
        return kip_address + draw(s, 64) * 4;
    default:
        return window_address(s);
    }
}

/* Which threads may be harmed: the workers without privilege. */
static unsigned harmless(struct self *s)
{
    return draw(s, FIRST_PERFORMER);
}

static L4_ThreadId_t worker_id(unsigned i)
{
    return L4_GlobalId(worker_number(i), 1);
}

/* A partner of IPC, or whatever else an id may be. */
static L4_ThreadId_t some_id(struct self *s)
{
    switch (draw(s, 24)) {
    case 0:
        return raw_id(odd_word(s));
    case 1:
        return L4_GlobalId(worker_number(harmless(s)), 2 + draw(s, 2));
    case 2:
        return L4_GlobalId(user_base + 90 + draw(s, 5), 1); /* nobody */
    case 3:
        return bystanders[draw(s, 2)];
    case 4:
        return fuzz_pager;
    case 5:
        return anchor_of(draw(s, SPACES));
    case 6:
        return worker_id(FIRST_PERFORMER + draw(s, PERFORMERS));
    case 7:
    case 8: /* a local id, of this space or not */
        return raw_id(worker_utcb(harmless(s)) + 64 * sizeof(L4_Word_t));
    case 9:
        return L4_GlobalId(draw(s, 8), 1); /* an interrupt */
    case 10:
    case 11:
        return raw_id(left_waiting[draw(s, LEFT)]);
    default:
        return worker_id(harmless(s));
    }
}

static L4_Word_t some_time(struct self *s, uint32_t never)
{
    if (chance(s, never))
        return TIME_NEVER;
    switch (draw(s, 8)) {
    case 0:
    case 1:
        return TIME_ZERO;
    case 2:
        return 0x8000 | draw(s, 0x8000); /* a point */
    default:
        return 1 + draw(s, 500);
    }
}

static L4_Word_t some_timeouts(struct self *s)
{
    return some_time(s, 10) << 16 | some_time(s, 6);
}

static bool in_image(L4_Fpage_t f)
{
    L4_Word_t bits = f.raw >> 4 & 0x3f, size, base;

    if (bits < 10)
        return bits == 1;
    size = bits >= L4_BITS_PER_WORD ? ~0ul : (1ul << bits) - 1;
    base = f.raw & ~0x3fful & ~size;
    return base < image_high && base + size >= image_low;
}

/* Writable only if the image is not in it. */
static L4_Fpage_t some_fpage(struct self *s)
{
    L4_Fpage_t f;

    switch (draw(s, 10)) {
    case 0:
        f.raw = odd_word(s);
        break;
    case 1:
        f.raw = L4_CompleteAddressSpace.raw | L4_FullyAccessible;
        break;
    case 2:
        f.raw = worker_utcb(0) | 12 << 4 | 7;
        break;
    case 3:
        f.raw = kip_address | 12 << 4 | 7;
        break;
    case 4:
        f.raw = (image_low + (L4_Word_t)draw(s, 32) * PAGE_SIZE) | 12 << 4 | 5;
        break;
    default:
        f.raw = (WINDOW + ((L4_Word_t)draw(s, 1024) << 12)) |
                (chance(s, 70) ? 12u : 10 + draw(s, 13)) << 4 | draw(s, 8);
    }
    if (in_image(f))
        f.raw &= ~(L4_Word_t)2;
    return f;
}

/* ---- Ipc ----------------------------------------------------------------- */

static L4_Word_t string_bytes(struct self *s)
{
    return chance(s, 50) ? draw(s, 200) : draw(s, chance(s, 80) ? 9000 : 70000);
}

static L4_Word_t string_source(struct self *s)
{
    return chance(s, 50) ? image_low + draw(s, 0x4000) : address(s);
}

/* A typed item as message register i; result: the next one. Who is in the root
 * task's space sends none that is anything, since it could be a grant of the
 * image, or make one of the words that follow. */
static unsigned put_item(struct self *s, unsigned i)
{
    unsigned parts;

    switch (s->privileged ? 1 + draw(s, 7) : draw(s, 8)) {
    case 0:
        L4_LoadMR((int)i, odd_word(s));
        return i + 1;
    case 1:
    case 2:
    case 3:
        L4_LoadMR((int)i, string_bytes(s) << 10 | draw(s, 2));
        L4_LoadMR((int)i + 1, string_source(s));
        return i + 2;
    case 4:
        parts = 1 + draw(s, 3);
        L4_LoadMR((int)i, string_bytes(s) << 10 | (parts - 1) << 4 |
                              (chance(s, 20) ? 1 << 9 : 0));
        for (unsigned k = 1; k <= parts; k++)
            L4_LoadMR((int)(i + k), string_source(s));
        return i + 1 + parts;
    default:
        L4_LoadMR((int)i, (WINDOW + ((L4_Word_t)draw(s, 1024) << 12)) |
                              (s->privileged || chance(s, 70) ? 8 : 0xa));
        L4_LoadMR((int)i + 1, some_fpage(s).raw);
        return i + 2;
    }
}

static void put_message(struct self *s, L4_ThreadId_t to)
{
    unsigned u = chance(s, 90) ? draw(s, 12) : draw(s, 64), i = u + 1;

    if (chance(s, 15)) /* perhaps a start, or an exception's answer */
        u = 2, i = 3;
    for (unsigned k = 1; k <= u && k < 64; k++)
        L4_LoadMR((int)k, odd_word(s));
    if (u == 2) {
        L4_LoadMR(1, chance(s, 80) ? (L4_Word_t)worker_start : odd_word(s));
        L4_LoadMR(2, worker_index(to) < 0
                         ? 0
                         : worker_stack((unsigned)worker_index(to)));
    }
    if (chance(s, 35) && u < 30) {
        do
            i = put_item(s, i);
        while (i < 50 && chance(s, 30));
    }
    L4_Word_t typed = i - u - 1;
    if (chance(s, 2) && !s->privileged)
        typed = draw(s, 64);
    L4_LoadMR(0, u | typed << 6 | (L4_Word_t)draw(s, 0x8000) << 16 |
                     (chance(s, 12) ? 1 << 12 : 0) |
                     (chance(s, 5) ? (L4_Word_t)draw(s, 16) << 12 : 0));
}

/* What it accepts. No string of ours is received but in the window. */
static void put_acceptor(struct self *s)
{
    L4_Word_t window = 0;

    if (!s->privileged && chance(s, 75)) {
        window = L4_CompleteAddressSpace.raw;
        if (chance(s, 70))
            window = ((L4_Word_t)WINDOW | 22 << 4) & ~0xful;
        if (chance(s, 5))
            window = (odd_word(s) | ~(~0ul >> 1)) & ~0xful;
        if (chance(s, 5))
            window = kip_address | 12 << 4;
    }
    L4_LoadBR(0, window | (!s->privileged && chance(s, 70)));
    for (int i = 1; i < 7; i += 2) {
        L4_LoadBR(i, (string_bytes(s) + 100) << 10 | (i < 5));
        L4_LoadBR(i + 1, chance(s, 90) ? window_address(s) : ~0ul - 100);
    }
}

static L4_Word_t ipc_result(L4_MsgTag_t tag)
{
    L4_Word_t code = L4_IpcFailed(tag) ? L4_ErrorCode() & 15 : 0;

    return (code >> 1 & 7) + (code & 1 ? 8 : 0);
}

static void do_ipc(struct self *s, enum op op, L4_ThreadId_t to)
{
    L4_ThreadId_t from = L4_nilthread, spec = L4_nilthread;
    L4_MsgTag_t tag;

    switch (draw(s, 8)) {
    case 0:
    case 1:
        spec = L4_anythread;
        break;
    case 2:
        spec = chance(s, 70) ? some_id(s) : L4_anylocalthread;
        break;
    case 3:
    case 4:
        spec = to;
        break;
    }
    if (chance(s, 25)) {
        to = L4_nilthread;
        spec = chance(s, 60) ? L4_anythread : some_id(s);
    }
    put_acceptor(s);
    put_message(s, to);
    L4_Word_t timeouts = some_timeouts(s);
    if (to.raw == 0 && chance(s, 60)) /* long enough for somebody to come */
        timeouts = 500 + draw(s, 500);
    if (op == OP_LIPC)
        tag = L4_Lipc(to, spec, timeouts, &from);
    else
        tag = L4_Ipc(to, spec, timeouts, &from);
    note(s, op, ipc_result(tag));
    if (HAS_EXCEPTION_REGISTERS && L4_IpcSucceeded(tag) && spec.raw &&
        protocol(tag) == LABEL_EXCEPTION && on(OP_EXCEPTION_REGISTERS))
        note_call(s, OP_EXCEPTION_REGISTERS,
                  exception_registers_of(from, draw(s, 3)));
    /* Who sends us something often waits for an answer. */
    if (L4_IpcSucceeded(tag) && spec.raw && chance(s, 60) && on(OP_IPC)) {
        put_message(s, from);
        tag = L4_Ipc(from, L4_nilthread, TIME_ZERO << 16, &from);
        note(s, OP_IPC, ipc_result(tag));
    }
}

/* ---- calls about other threads ------------------------------------------- */

static void exchange(struct self *s, L4_ThreadId_t t)
{
    struct regs r = { .flags = odd_word(s), .handle = odd_word(s) };
    L4_Word_t control = draw(s, 1024);
    int i = worker_index(t);

    if (L4_IsLocalId(t))
        i = (int)((t.raw - worker_utcb(0)) / utcb_bytes);
    if (i == (int)s->index)
        control &= ~(L4_Word_t)1;
    if (chance(s, 50))
        control &= ~(L4_Word_t)1;
    /* A stack and what runs on it go together. */
    control &= ~(L4_Word_t)(EX_SP | EX_IP);
    if (!s->privileged && i >= 0 && i < FIRST_PERFORMER && chance(s, 20)) {
        control |= EX_SP | EX_IP;
        r.ip = (L4_Word_t)worker_start;
        r.sp = worker_stack((unsigned)i);
    } else if (!s->privileged && chance(s, 5)) {
        control |= EX_IP;
        r.ip = odd_word(s) | ~(~0ul >> 1);
    }
    if (s->privileged && i < 0) /* the pager, the watchdog */
        control = 0;
    else if (s->privileged)
        control &= EX_FLAGS ^ 0x3ff;
    r.pager = chance(s, 85) ? fuzz_pager : some_id(s);
    note_call(s, OP_EXCHANGE_REGISTERS, exregs(t, control, &r).raw != 0);
}

static L4_Word_t some_utcb(struct self *s, unsigned i)
{
    switch (draw(s, 10)) {
    case 0:
        return odd_word(s);
    case 1:
        return worker_utcb(harmless(s));
    case 2:
        return worker_utcb(harmless(s)) + 4;
    case 3:
        return (L4_Word_t)-1;
    default:
        return worker_utcb(i);
    }
}

static L4_ThreadId_t nearly(struct self *s, L4_ThreadId_t t, uint32_t percent)
{
    return chance(s, percent) ? t : some_id(s);
}

/* Never into a space that is not the workers'. */
static L4_ThreadId_t some_space(struct self *s, L4_ThreadId_t dest)
{
    switch (draw(s, 8)) {
    case 0:
        return L4_nilthread;
    case 1:
    case 2:
        return dest;
    case 3:
        return worker_id(harmless(s));
    case 4:
        return L4_GlobalId(user_base + 90 + draw(s, 5), 1);
    default:
        return anchor_of(draw(s, SPACES));
    }
}

/* A thread whose number is none of ours: only the latest few stay, since nobody
 * else ends them and each has its piece of kernel memory. */
static void leave_stranger(L4_ThreadId_t t)
{
    enum { STRANGERS = 8 };
    static L4_ThreadId_t strangers[STRANGERS];
    static unsigned next;
    L4_ThreadId_t *oldest = &strangers[next++ % STRANGERS];

    thread_delete(*oldest);
    *oldest = t;
}

static void do_thread_control(struct self *s, L4_ThreadId_t dest)
{
    int i = worker_index(dest);
    bool own = i >= 0 && i < FIRST_PERFORMER;

    if (s->privileged && !own && L4_ThreadNo(dest) >= user_base &&
        L4_ThreadNo(dest) < user_base + 200)
        dest = worker_id((unsigned)(i = (int)harmless(s)));
    if (own && i < FIXED && chance(s, 70))
        dest = worker_id((unsigned)(i = FIRST_VICTIM + (int)draw(s, VICTIMS)));
    if (i >= 0 && chance(s, 10))
        dest = L4_GlobalId(L4_ThreadNo(dest), 1 + draw(s, 3));
    L4_ThreadId_t space = some_space(s, dest);
    L4_ThreadId_t scheduler =
        chance(s, 60) ? anchor_of(draw(s, SPACES)) : some_id(s);
    if (chance(s, 10))
        scheduler = L4_nilthread;
    L4_ThreadId_t pager = nearly(s, worker_id(harmless(s)), 60);
    /* Of who is none of ours nobody would notice that it never stops. */
    if (chance(s, 25) || (i < 0 && L4_ThreadNo(dest) >= user_base))
        pager = L4_nilthread;
    L4_Word_t used, limit;
    bool poor = s->privileged && chance(s, 20); /* for some of it there is */
    if (poor) {
        L4_KernelMemory(space, ~0ul, &used, &limit);
        L4_KernelMemory(space, used + draw(s, 6000), &used, &limit);
    }
    bool good =
        L4_ThreadControl(dest, space, scheduler, pager,
                         (void *)some_utcb(s, i < 0 ? 0 : (unsigned)i)) != 0;
    note_call(s, OP_THREAD_CONTROL, good);
    if (good && i < 0 && L4_ThreadNo(dest) >= user_base)
        leave_stranger(dest);
    if (poor)
        L4_KernelMemory(space, ~0ul - 1, &used, &limit);
}

static void do_space_control(struct self *s, L4_ThreadId_t t)
{
    L4_Fpage_t kip = kip_area(), utcb = utcb_area();
    L4_ThreadId_t redirector = L4_anythread;
    L4_Word_t old, used, limit;

    if (s->privileged && chance(s, 60)) /* perhaps alone in its space */
        t = worker_id(FIRST_VICTIM + draw(s, VICTIMS));
    if (s->privileged && worker_index(t) < 0)
        t = nearly(s, worker_id(harmless(s)), 90);
    if (s->privileged && L4_ThreadNo(t) < user_base + NUMBER_OFFSET - 10)
        t = raw_id(odd_word(s) | ~(~0ul >> 1));
    if (s->privileged && worker_index(t) >= FIRST_PERFORMER)
        t = worker_id(harmless(s));
    if (chance(s, 25))
        kip.raw = chance(s, 50) ? utcb.raw : odd_word(s);
    if (chance(s, 25))
        utcb.raw = chance(s, 50) ? 0 : odd_word(s);
    if (chance(s, 20))
        redirector = chance(s, 50) ? worker_id(harmless(s)) : some_id(s);
    bool poor = s->privileged && chance(s, 20); /* no memory for its areas */
    if (poor)
        L4_KernelMemory(t, 0, &used, &limit);
    note_call(s, OP_SPACE_CONTROL,
              L4_SpaceControl(t, odd_word(s), kip, utcb, redirector, &old));
    if (poor)
        L4_KernelMemory(t, ~0ul - 1, &used, &limit);
}

static L4_Word_t some_length(struct self *s)
{
    if (chance(s, 10))
        return draw(s, 0x10000);
    return chance(s, 50) ? 0xffff : 50 + draw(s, 900);
}

static void do_schedule(struct self *s, L4_ThreadId_t t)
{
    L4_Word_t old, prio = ~0ul, preemption = ~0ul, time = ~0ul;

    if (s->privileged && worker_index(t) < 0)
        t = nearly(s, worker_id(harmless(s)), 50);
    int i = worker_index(t);
    bool ours = !s->privileged || (i >= 0 && i < FIRST_PERFORMER);
    if (ours && chance(s, 40))
        time = (50 + draw(s, 900)) << 16 | some_length(s);
    if (ours && chance(s, 5))
        time = odd_word(s);
    if (ours && chance(s, 30))
        prio = chance(s, 60) ? 100 : 60 + draw(s, 41);
    if (ours && chance(s, 20))
        preemption = draw(s, 200) << 16 | draw(s, 300);
    L4_Word_t processor = chance(s, 95) ? ~0ul : draw(s, 3);
    L4_Word_t state = L4_Schedule(t, time, processor, prio, preemption, &old);
    note_call(s, OP_SCHEDULE, state != 0);
    if (state && state < STATES)
        s->w->state[OP_SCHEDULE][state]++;
}

static void do_kernel_memory(struct self *s, L4_ThreadId_t t)
{
    L4_Word_t used, limit, new_limit = ~0ul;

    if (s->privileged &&
        (worker_index(t) < 0 || worker_index(t) >= FIRST_PERFORMER))
        t = chance(s, 80) ? worker_id(harmless(s)) : raw_id(~0ul);
    note_call(s, OP_KERNEL_MEMORY, L4_KernelMemory(t, ~0ul, &used, &limit));
    if (chance(s, 50))
        new_limit = chance(s, 60) ? used + draw(s, 40000) : ~0ul - 1;
    note_call(s, OP_KERNEL_MEMORY,
              L4_KernelMemory(t, new_limit, &used, &limit));
}

/* ---- the others ---------------------------------------------------------- */

static void do_unmap(struct self *s)
{
    unsigned k = chance(s, 80) ? 0 : draw(s, 6);
    bool flush = !s->privileged && chance(s, 50);

    for (unsigned i = 0; i <= k; i++) {
        L4_Fpage_t f = some_fpage(s);
        if (s->privileged)
            f.raw = (scratch + ((L4_Word_t)draw(s, 1024) << 12)) |
                    (12 + draw(s, 11)) << 4 | draw(s, 8);
        L4_LoadMR((int)i, f.raw);
    }
    L4_Unmap(k | (flush ? 0x40u : 0));
    note(s, OP_UNMAP, 0);
}

static void do_memory_control(struct self *s)
{
    L4_Word_t attributes[4] = { 0, draw(s, 3), draw(s, 9), odd_word(s) };
    unsigned k = draw(s, 3);

    for (unsigned i = 0; i <= k; i++)
        L4_LoadMR((int)i,
                  ((scratch + ((L4_Word_t)draw(s, 1024) << 12)) | 12 << 4) +
                      draw(s, 4));
    note_call(s, OP_MEMORY_CONTROL,
              L4_MemoryControl(k | (chance(s, 10) ? 0x40u : 0), attributes));
}

static void do_processor_control(struct self *s)
{
    L4_Word_t same = ~0ul;

    note_call(s, OP_PROCESSOR_CONTROL,
              L4_ProcessorControl(draw(s, 2), same, same,
                                  chance(s, 80) ? same : odd_word(s)));
}

static void do_access(struct self *s)
{
    volatile L4_Word_t *p = (L4_Word_t *)(address(s) & ~(sizeof *p - 1));

    if (chance(s, 50))
        (void)*p;
    else
        *p = odd_word(s);
    note(s, OP_ACCESS, 0);
}

/* What a user may write in his own UTCB. */
static void do_control_registers(struct self *s)
{
    L4_Set_XferTimeouts(some_timeouts(s));
    L4_Set_VirtualSender(some_id(s));
    L4_Set_ExceptionHandler(chance(s, 70) ? worker_id(harmless(s))
                                          : some_id(s));
    L4_Set_Pager(chance(s, 85) ? fuzz_pager : some_id(s));
    if (chance(s, 30)) {
        L4_Word_t *utcb = __L4_Utcb();
        utcb[-10] = draw(s, 256); /* preemption flags */
    }
    if (chance(s, 5)) {
        L4_Word_t *utcb = __L4_Utcb();
        utcb[-1 - (int)draw(s, 3)] = odd_word(s); /* the kernel's words */
    }
}

static void plain_call(struct self *s, enum op op)
{
    switch (op) {
    case OP_UNMAP:
        do_unmap(s);
        break;
    case OP_CLOCK:
        note(s, op, L4_SystemClock().raw == 0);
        break;
    case OP_KERNEL_INTERFACE:
        note(s, op, L4_GetKernelInterface() == NULL);
        break;
    case OP_PROCESSOR_CONTROL:
        do_processor_control(s);
        break;
    case OP_MEMORY_CONTROL:
        do_memory_control(s);
        break;
    case OP_MACHINE_END:
        if (!s->privileged)
            note_call(s, op, L4_MachineEnd(1));
        break;
    case OP_THREAD_REGISTER:
        L4_Set_ThreadRegister(odd_word(s));
        note(s, op, 0);
        break;
    case OP_EXCEPTION_REGISTERS:
        if (HAS_EXCEPTION_REGISTERS)
            note_call(s, op, exception_registers_of(some_id(s), draw(s, 3)));
        break;
    case OP_ACCESS:
        if (!s->privileged)
            do_access(s);
        break;
    case OP_EXCEPTION:
        if (!s->privileged) {
            note(s, op, 0); /* it may not come back */
            raise(draw(s, 64), odd_word(s));
        }
        break;
    default:
        do_control_registers(s);
    }
}

/* The state of the call's target, as far as we may ask. */
static void ask_state(struct self *s, enum op op, L4_ThreadId_t t)
{
    L4_Word_t old, state = L4_Schedule(t, ~0ul, ~0ul, ~0ul, ~0ul, &old);

    note_call(s, OP_SCHEDULE, state != 0);
    if (state && state < STATES)
        s->w->state[op][state]++;
}

static void one_call(struct self *s, enum op op)
{
    L4_ThreadId_t t = some_id(s);

    if (!on(op))
        return;
    if (op <= OP_THREAD_SWITCH || op == OP_KERNEL_MEMORY) {
        if (chance(s, op == OP_IPC ? 25 : 50) && on(OP_SCHEDULE))
            ask_state(s, op, t);
    }
    switch (op) {
    case OP_IPC:
    case OP_LIPC:
        do_ipc(s, op, t);
        break;
    case OP_EXCHANGE_REGISTERS:
        exchange(s, t);
        break;
    case OP_THREAD_CONTROL:
        do_thread_control(s, t);
        break;
    case OP_SPACE_CONTROL:
        do_space_control(s, t);
        break;
    case OP_SCHEDULE:
        do_schedule(s, t);
        break;
    case OP_THREAD_SWITCH:
        L4_ThreadSwitch(t);
        note(s, op, 0);
        break;
    case OP_KERNEL_MEMORY:
        do_kernel_memory(s, t);
        break;
    default:
        plain_call(s, op);
    }
}

/* How often, in hundreds, with privilege and without. */
static const uint8_t weights[OPS][2] = {
    [OP_IPC] = { 14, 32 },
    [OP_LIPC] = { 4, 22 },
    [OP_EXCHANGE_REGISTERS] = { 3, 10 },
    [OP_THREAD_CONTROL] = { 32, 1 },
    [OP_SPACE_CONTROL] = { 9, 1 },
    [OP_SCHEDULE] = { 14, 5 },
    [OP_THREAD_SWITCH] = { 3, 4 },
    [OP_UNMAP] = { 2, 5 },
    [OP_CLOCK] = { 1, 1 },
    [OP_KERNEL_INTERFACE] = { 1, 1 },
    [OP_PROCESSOR_CONTROL] = { 2, 1 },
    [OP_MEMORY_CONTROL] = { 3, 1 },
    [OP_KERNEL_MEMORY] = { 9, 1 },
    [OP_MACHINE_END] = { 1, 1 },
    [OP_THREAD_REGISTER] = { 1, 1 },
    [OP_EXCEPTION_REGISTERS] = { 1, 2 },
    [OP_ACCESS] = { 0, 6 },
    [OP_EXCEPTION] = { 0, 1 },
    [OP_CONTROL_REGISTERS] = { 0, 4 },
};

static void work(unsigned index)
{
    struct self s = { .w = &notes[index].worker,
                      .index = index,
                      .privileged = index >= FIRST_PERFORMER };

    s.w->starts++;
    seed_random(&s.w->random, index + s.w->starts * WORKERS);
    for (;;) {
        int roll = (int)draw(&s, 100), op = 0;
        while (op < OPS - 1 && (roll -= weights[op][!s.privileged]) >= 0)
            op++;
        one_call(&s, (enum op)op);
    }
}

/* Any worker's first instructions. Who started it may have given it another's
 * stack, or taken a thread of another number. */
static void worker_start(void)
{
    L4_ThreadId_t me = L4_MyGlobalId();
    int i = worker_index(me);
    L4_Word_t here = (L4_Word_t)__builtin_frame_address(0);

    if (i >= 0 && here - (L4_Word_t)worker_stacks[i] < PAGE_SIZE)
        work((unsigned)i);
    for (;;)
        L4_Receive(me);
}

#endif
