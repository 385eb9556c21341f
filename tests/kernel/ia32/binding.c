/* SPDX-FileCopyrightText: 2026 The Pecan authors
 * SPDX-License-Identifier: BSD-2-Clause */
/*
 * A program of strangers: it knows x2.md 1.17, 1.19 and Appendix A (ia32) and
 * nothing else, has constants and system-call stubs of its own, and writes to
 * the UART by itself. All it takes from here is that main() is called.
 */

typedef unsigned long word;
typedef _Bool boolean;

/* ---- what a stranger has read -------------------------------------------- */

/* Words of the kernel interface page. */
enum {
    K_VERSION = 1,
    K_FLAGS = 2,
    K_DESCRIPTION = 3,
    K_ROOT_LOW = 18,
    K_ROOT_HIGH = 19,
    K_THREADS = 49,
    K_SPACE_CONTROL = 52,
    K_THREAD_CONTROL,
    K_PROCESSOR_CONTROL,
    K_MEMORY_CONTROL,
    K_IPC,
    K_LIPC,
    K_UNMAP,
    K_EXCHANGE_REGISTERS,
    K_CLOCK,
    K_SWITCH,
    K_SCHEDULE
};
/* Words of the UTCB, from the local id. */
enum {
    U_BR0 = -16,
    U_ID = -15,
    U_HANDLE = -13,
    U_PAGER = -12,
    U_HANDLER = -11,
    U_ERROR = -9
};
enum { NIL = 0, NEVER = 0, ZERO = 0x0400, FAILED = 1 << 15 };
#define ANYTHREAD   (~0ul)
#define UNCHANGED   (~0ul)
#define TWO_MS      0x07E8ul
#define FPAGE(a, s) ((a) | (word)(s) << 4)
enum { READ_WRITE = 6, ALL_RIGHTS = 7 };
enum { STRING_ITEMS = 1, COMPLETE_WINDOW = 0x10, MAP_ITEM = 8 };

/* ---- the machine --------------------------------------------------------- */

enum { F_CARRY = 1, F_TRAP = 0x100, F_DOWN = 0x400 };
enum { F_ALIGN = 0x40000, F_ID = 0x200000 };
/* A root server has I/O privilege. */
enum { F_USUAL = 0x3202, F_STATUS = 0x8D5 };

struct cpu {
    word eax, ebx, ecx, edx, esi, edi, ebp, flags;
    word stack;         /* to be called on; 0: any */
    word before, after; /* stack pointers around the call */
};
enum { EAX = 1, EBX = 2, ECX = 4, EDX = 8, ESI = 16, EDI = 32, EBP = 64 };

/* Calls `entry` with these registers and stores what comes back. Needs no more
 * of the stack than the word that a call pushes. */
void enter(word entry, struct cpu *c);
__asm__("enter:\n\t"
        "pushal\n\t"
        "movl 36(%esp), %eax\n\t"
        "movl 40(%esp), %ebx\n\t"
        "movl %esp, %ecx\n\t"
        "cmpl $0, 32(%ebx)\n\t"
        "je 1f\n\t"
        "movl 32(%ebx), %esp\n"
        "1:\tpushl %ecx\n\t"
        "pushl %ebx\n\t"
        "pushl %eax\n\t"
        "movl %esp, 36(%ebx)\n\t"
        "pushl 28(%ebx)\n\t"
        "movl (%ebx), %eax\n\t"
        "movl 8(%ebx), %ecx\n\t"
        "movl 12(%ebx), %edx\n\t"
        "movl 16(%ebx), %esi\n\t"
        "movl 20(%ebx), %edi\n\t"
        "movl 24(%ebx), %ebp\n\t"
        "movl 4(%ebx), %ebx\n\t"
        "popfl\n\t"
        "call *(%esp)\n\t"
        "pushfl\n\t"
        "xchgl %ebp, 8(%esp)\n\t"
        "movl %eax, (%ebp)\n\t"
        "movl %ebx, 4(%ebp)\n\t"
        "movl %ecx, 8(%ebp)\n\t"
        "movl %edx, 12(%ebp)\n\t"
        "movl %esi, 16(%ebp)\n\t"
        "movl %edi, 20(%ebp)\n\t"
        "popl 28(%ebp)\n\t"
        "movl %esp, 40(%ebp)\n\t"
        "pushl $0x3202\n\t"
        "popfl\n\t"
        "movl 4(%esp), %eax\n\t"
        "movl %eax, 24(%ebp)\n\t"
        "movl 8(%esp), %esp\n\t"
        "popal\n\t"
        "ret\n"
        /* What is called instead of an entry to find the page. */
        "interface:\n\t"
        "lock; nop\n\t"
        "ret");
extern char interface[];

static void out(unsigned port, unsigned value)
{
    __asm__ volatile("outb %b0, %w1" : : "a"(value), "d"(port));
}

static unsigned in(unsigned port)
{
    unsigned char v;

    __asm__ volatile("inb %w1, %0" : "=a"(v) : "d"(port));
    return v;
}

static void print(const char *s)
{
    for (; *s; s++) {
        while (!(in(0x3fd) & 0x20))
            ;
        out(0x3f8, (unsigned char)*s);
    }
}

static void print_number(word n, unsigned base)
{
    char text[12], *p = text + sizeof(text);

    *--p = 0;
    do
        *--p = "0123456789abcdef"[n % base];
    while ((n /= base) != 0);
    print(p);
}

/* ---- results ------------------------------------------------------------- */

enum { PLANNED = 54 };
static word done, failures;

static boolean check(boolean good, const char *what)
{
    print(good ? "ok " : "not ok ");
    print_number(++done, 10);
    print(" - ");
    print(what);
    print("\r\n");
    failures += !good;
    return good;
}

static void check_is(word got, word want, const char *what)
{
    if (check(got == want, what))
        return;
    print("# got 0x");
    print_number(got, 16);
    print(", want 0x");
    print_number(want, 16);
    print("\r\n");
}

/* ---- stubs --------------------------------------------------------------- */

static const word *kip;

static word entry(int index)
{
    return (word)kip + kip[index];
}

static volatile word *utcb(void)
{
    volatile word *u;

    __asm__("movl %%gs:0, %0" : "=r"(u));
    return u;
}

/* As headers elsewhere do: EBX and EBP go to the UTCB whatever was received. */
static word ipc_by(word at, word to, word from, word timeouts, word tag,
                   word *who)
{
    volatile word *u = utcb();
    word mr1 = at, mr2 = timeouts, result = to, spec = from;
    volatile word *own = u;

    __asm__ volatile("pushl %%ebp\n\t"
                     "call *%%ebx\n\t"
                     "movl %%ebp, %%ecx\n\t"
                     "popl %%ebp"
                     : "+a"(result), "+b"(mr1), "+c"(mr2), "+d"(spec),
                       "+S"(tag), "+D"(own)
                     :
                     : "memory", "cc");
    u[0] = tag;
    if (from != NIL) {
        u[1] = mr1;
        u[2] = mr2;
        *who = result;
    }
    return tag;
}

static word ipc(word to, word from, word timeouts, word tag)
{
    word who;

    return ipc_by(entry(K_IPC), to, from, timeouts, tag, &who);
}

static void sleep(void)
{
    ipc(NIL, utcb()[U_ID], TWO_MS, 0);
}

static word thread_control(word dest, word space, word scheduler, word pager,
                           word location)
{
    word result = dest;

    __asm__ volatile("call *%5"
                     : "+a"(result), "+S"(space), "+d"(scheduler), "+c"(pager),
                       "+D"(location)
                     : "b"(entry(K_THREAD_CONTROL))
                     : "memory", "cc");
    return result;
}

static word space_control(word space, word kip_area, word utcb_area)
{
    word result = space, control = 0, redirector = ANYTHREAD;

    __asm__ volatile("call *%5"
                     : "+a"(result), "+c"(control), "+d"(kip_area),
                       "+S"(utcb_area), "+D"(redirector)
                     : "b"(entry(K_SPACE_CONTROL))
                     : "memory", "cc");
    return result;
}

/* ---- threads ------------------------------------------------------------- */

enum { STACK = 4096, THREADS = 8 };
static char stacks[THREADS][STACK] __attribute__((aligned(16)));
static word me, first_utcb, user_base, pager;

static word utcb_area(void)
{
    return FPAGE(first_utcb, 17); /* 256 of 512 bytes */
}

static word id_of(unsigned n)
{
    return (user_base + 40 + n) << 14 | 1;
}

/* Number n runs `function` here, or in a space of its own. */
static boolean start(unsigned n, void (*function)(void), boolean far)
{
    word t = id_of(n), space = far ? t : me;
    volatile word *u = utcb();

    if (!thread_control(t, space, me, NIL, UNCHANGED) ||
        (far && !space_control(t, FPAGE((word)kip, 12), utcb_area())) ||
        !thread_control(t, space, NIL, me, first_utcb + n * 512) ||
        !thread_control(t, space, NIL, pager ? pager : me, UNCHANGED))
        return 0;
    u[1] = (word)function;
    u[2] = (word)stacks[n] + STACK - 4;
    return !(ipc(t, NIL, NEVER, 2) & FAILED);
}

static void stop(unsigned n)
{
    thread_control(id_of(n), NIL, NIL, NIL, UNCHANGED);
}

/* Maps the pages of this program at their own addresses. */
static void page(void)
{
    word who, to = NIL, tag = 0;

    for (;;) {
        tag = ipc_by(entry(K_IPC), to, ANYTHREAD, NEVER, tag, &who);
        volatile word *u = utcb();
        word address = u[1] & ~0xffful;
        to = who;
        u[1] = address | MAP_ITEM;
        u[2] = FPAGE(address, 12) | ALL_RIGHTS;
        tag = 2 << 6;
    }
}

/* ---- registers ----------------------------------------------------------- */

static struct cpu c, was;

static void fresh(void)
{
    c = (struct cpu){ 0x10000001, 0x20000002, 0x30000003, 0x40000004,
                      0x50000005, 0x60000006, 0x70000007, F_USUAL,
                      0,          0,          0 };
}

/* The call; result: it left all but `changed` as they were. */
static boolean call(word at, unsigned changed)
{
    was = c;
    enter(at, &c);
    return (changed & EAX || c.eax == was.eax) &&
           (changed & EBX || c.ebx == was.ebx) &&
           (changed & ECX || c.ecx == was.ecx) &&
           (changed & EDX || c.edx == was.edx) &&
           (changed & ESI || c.esi == was.esi) &&
           (changed & EDI || c.edi == was.edi) &&
           (changed & EBP || c.ebp == was.ebp) && c.flags == was.flags &&
           c.before == c.after;
}

static void test_interface(void)
{
    fresh();
    boolean kept = call((word)interface, EAX | ECX | EDX | ESI);
    kip = (const word *)c.eax;
    check(kip[0] == 0x4BE6344C, "lock; nop finds the kernel interface page");
    check(c.ecx == kip[K_VERSION] && c.edx == kip[K_FLAGS] &&
              c.esi == *(const word *)((word)kip + kip[K_DESCRIPTION]),
          "and its version, flags and kernel id");
    check(kept, "and keeps all other registers and the flags");
    boolean good = 1;
    for (int i = K_SPACE_CONTROL; i <= K_SCHEDULE; i++)
        good &= kip[i] != 0 && kip[i] < 4096;
    check(good, "eleven entries, as offsets in the page");
    user_base = kip[K_THREADS] >> 20;
    me = utcb()[U_ID];
    check_is(me, (user_base + 2) << 14 | 1, "gs:0 leads to the own id");
    word fs;
    __asm__("movl %%fs:0, %0" : "=r"(fs));
    check_is(fs, (word)utcb(), "so does fs:0");
    first_utcb = (word)utcb() - 64 * sizeof(word);
    for (word a = kip[K_ROOT_LOW]; a < kip[K_ROOT_HIGH]; a += 4096)
        (void)*(volatile char *)a;
}

static void test_simple(void)
{
    unsigned long long then, now;

    fresh();
    check(call(entry(K_CLOCK), EAX | EDX), "SystemClock keeps registers");
    then = (unsigned long long)c.edx << 32 | c.eax;
    sleep();
    fresh();
    call(entry(K_CLOCK), EAX | EDX);
    now = (unsigned long long)c.edx << 32 | c.eax;
    check(now - then >= 2000 && now - then < 1000000,
          "and counts microseconds in EDX:EAX");
    fresh();
    c.eax = NIL;
    check(call(entry(K_SWITCH), EAX), "ThreadSwitch");
    fresh();
    c.eax = 0;
    c.ecx = c.edx = c.esi = UNCHANGED;
    check(call(entry(K_PROCESSOR_CONTROL), EAX) && c.eax == 1,
          "ProcessorControl: EAX, ECX, EDX, ESI");
    fresh();
    c.eax = 1; /* there is no such processor */
    c.ecx = c.edx = c.esi = UNCHANGED;
    call(entry(K_PROCESSOR_CONTROL), EAX);
    check(c.eax == 0 && utcb()[U_ERROR] == 5, "and its error");
    fresh();
    c.eax = me;
    c.ecx = c.edx = c.esi = c.edi = UNCHANGED;
    check(call(entry(K_SCHEDULE), EAX | EDX) && c.eax == 3,
          "Schedule of oneself: running");
    check(c.edx >> 26 != 63 && c.edx != UNCHANGED, "and the old times in EDX");
    fresh();
    c.eax = me;
    c.ecx = c.esi = c.edi = UNCHANGED;
    c.edx = 0x80008000;
    call(entry(K_SCHEDULE), EAX | EDX);
    check(c.eax == 0 && utcb()[U_ERROR] == 5, "time points in EDX: no");
    fresh();
    c.eax = me;
    c.ecx = c.edx = c.edi = UNCHANGED;
    c.esi = 1;
    call(entry(K_SCHEDULE), EAX | EDX);
    check(c.eax == 0 && utcb()[U_ERROR] == 5, "a processor in ESI: none");
}

static void idle(void)
{
    for (;;)
        ipc(NIL, me, NEVER, 0);
}

static void test_threads(void)
{
    word t = id_of(7);

    fresh();
    c.eax = t;
    c.esi = me;
    c.edx = me;
    c.ecx = NIL;
    c.edi = UNCHANGED;
    check(call(entry(K_THREAD_CONTROL), EAX) && c.eax == 1,
          "ThreadControl: EAX, ESI, EDX, ECX, EDI");
    fresh();
    c.eax = t;
    c.esi = me;
    c.edx = NIL;
    c.ecx = me;
    c.edi = first_utcb + 7 * 512 + 4;
    check(call(entry(K_THREAD_CONTROL), EAX) && c.eax == 0 &&
              utcb()[U_ERROR] == 6,
          "a UTCB in EDI, misaligned");
    fresh();
    c.eax = t;
    c.esi = NIL;
    c.edx = c.ecx = NIL;
    c.edi = UNCHANGED;
    check(call(entry(K_THREAD_CONTROL), EAX) && c.eax == 1, "and it is gone");
    fresh();
    c.eax = t;
    c.ecx = 0;
    check(call(entry(K_SPACE_CONTROL), EAX | ECX) && c.eax == 0 &&
              utcb()[U_ERROR] == 3,
          "SpaceControl of nobody");
    thread_control(t, t, me, NIL, UNCHANGED);
    fresh();
    c.eax = t;
    c.ecx = 0;
    c.edx = FPAGE((word)kip, 12);
    c.esi = FPAGE(first_utcb, 11); /* too small */
    c.edi = ANYTHREAD;
    call(entry(K_SPACE_CONTROL), EAX | ECX);
    check(c.eax == 0 && utcb()[U_ERROR] == 6, "a UTCB area in ESI");
    fresh();
    c.eax = t;
    c.ecx = 0;
    c.edx = FPAGE((word)kip, 11);
    c.esi = utcb_area();
    c.edi = ANYTHREAD;
    call(entry(K_SPACE_CONTROL), EAX | ECX);
    check(c.eax == 0 && utcb()[U_ERROR] == 7, "a KIP area in EDX");
    fresh();
    c.eax = t;
    c.ecx = 0;
    c.edx = FPAGE((word)kip, 12);
    c.esi = utcb_area();
    c.edi = ANYTHREAD;
    check(call(entry(K_SPACE_CONTROL), EAX | ECX) && c.eax == 1 && c.ecx == 0,
          "SpaceControl: EAX and the old control in ECX");
    thread_control(t, NIL, NIL, NIL, UNCHANGED);
}

static void test_exchange(void)
{
    word t = id_of(7), local = first_utcb + 7 * 512 + 256;

    start(7, idle, 0);
    sleep();
    fresh();
    c.eax = t;
    c.ecx = 0x1F9; /* halt, and set everything */
    c.edx = 0x1111;
    c.esi = 0x2222;
    c.edi = F_CARRY;
    c.ebx = 0x3333;
    c.ebp = 0x44440001;
    check(call(entry(K_EXCHANGE_REGISTERS),
               EAX | EBX | ECX | EDX | ESI | EDI | EBP) &&
              c.eax == local && c.ecx == 2,
          "ExchangeRegisters: local id in EAX, it was receiving in ECX");
    fresh();
    c.eax = local;
    c.ecx = 0x200;
    call(entry(K_EXCHANGE_REGISTERS), EAX | EBX | ECX | EDX | ESI | EDI | EBP);
    check(c.eax == t && c.ecx == 3, "and the other way round, and halted");
    check(c.edx == 0x1111 && c.esi == 0x2222 && (c.edi & F_CARRY),
          "EDX, ESI, EDI: stack, instruction pointer, flags");
    check(c.ebx == 0x3333 && c.ebp == 0x44440001, "EBX, EBP: handle, pager");
    stop(7);
}

/* ---- memory -------------------------------------------------------------- */

static char pages[4][4096] __attribute__((aligned(4096)));

static void test_memory(void)
{
    volatile word *u = utcb();
    boolean good = 1;

    for (unsigned i = 0; i < 4; i++) {
        word attribute[4] = { 0, 0, 0, 0 };
        attribute[i] = 3; /* there is none of this number */
        fresh();
        c.eax = 0;
        c.esi = FPAGE((word)pages[0], 12) | i;
        c.ecx = attribute[0];
        c.edx = attribute[1];
        c.ebx = attribute[2];
        c.ebp = attribute[3];
        c.edi = (word)u;
        good &=
            call(entry(K_MEMORY_CONTROL), EAX) && c.eax == 0 && u[U_ERROR] == 5;
    }
    check(good, "MemoryControl: four attributes in ECX, EDX, EBX, EBP");
    fresh();
    c.eax = 0;
    c.esi = FPAGE((word)pages[0], 12);
    c.ecx = c.edx = c.ebx = c.ebp = 0;
    check(call(entry(K_MEMORY_CONTROL), EAX) && c.eax == 1,
          "the fpage in ESI; EDI need not be the UTCB");
    pages[0][0] = pages[1][0] = 1;
    u[0] = 0;
    u[1] = FPAGE((word)pages[1], 12);
    fresh();
    c.eax = 1;
    c.esi = FPAGE((word)pages[0], 12);
    c.edi = (word)u;
    check(call(entry(K_UNMAP), EAX | ESI), "Unmap keeps registers");
    check(c.esi == (FPAGE((word)pages[0], 12) | 7) &&
              u[1] == (FPAGE((word)pages[1], 12) | 7),
          "status in ESI and, of the second fpage, in the UTCB");
}

/* ---- messages ------------------------------------------------------------ */

static char string[16];
static volatile word served, server_map;

/* Answers with as many words as the first word says, or the same number; each
 * one more than it was. */
static void serve(void)
{
    word who, to = NIL, tag = 0;

    for (;;) {
        volatile word *u = utcb();
        u[U_BR0] = STRING_ITEMS | COMPLETE_WINDOW;
        u[U_BR0 - 1] = sizeof(string) << 10;
        u[U_BR0 - 2] = (word)string;
        tag = ipc_by(entry(K_IPC), to, ANYTHREAD, (word)ZERO << 16, tag, &who);
        if (!(tag & FAILED)) {
            served = tag;
            server_map = u[2];
        }
        to = who;
        tag &= 63;
        for (word i = 1; i <= tag; i++)
            u[i]++;
        tag |= 0x77770000;
    }
}

/* A call of u words to the server; the registers afterwards are in c. */
static boolean message(word to, unsigned u_words)
{
    volatile word *u = utcb();
    boolean good = 1;

    for (unsigned i = 1; i <= u_words; i++)
        u[i] = 1000 * i;
    fresh();
    c.eax = c.edx = to;
    c.ecx = NEVER;
    c.esi = u_words;
    call(entry(K_IPC), ~0u);
    if (u_words >= 1)
        u[1] = c.ebx;
    if (u_words >= 2)
        u[2] = c.ebp;
    for (unsigned i = 1; i <= u_words; i++)
        good &= u[i] == 1000 * i + 1;
    return good && c.eax == to && c.esi == (0x77770000 | u_words) &&
           c.edi == (word)u && c.before == c.after &&
           (c.flags & ~(word)F_STATUS) == F_USUAL;
}

static void test_messages(word to, boolean far)
{
    boolean good = 1;

    check(message(to, 0), far ? "far: no words" : "near: no words");
    check(message(to, 1), "one, in EBX");
    check(message(to, 2), "two, in EBX and EBP");
    for (unsigned u = 3; u < 64; u++)
        good &= message(to, u);
    check(good, "three to 63, in the UTCB");
}

static void test_forms(word near, word far)
{
    volatile word *u = utcb();
    word local = first_utcb + 2 * 512 + 256, who = NIL;

    for (int i = 1; i < 64; i++)
        u[i] = i;
    fresh();
    c.eax = c.edx = NIL;
    c.esi = 5 | 0xABCD0000;
    call(entry(K_IPC), ~0u);
    check(c.esi == (5 | 0xABCD0000) && c.ebx == 1 && c.ebp == 2,
          "neither to nor from: ESI, MR1, MR2 as they were");
    fresh();
    c.eax = near;
    c.edx = NIL;
    c.ecx = NEVER;
    c.esi = 0x12340001;
    call(entry(K_IPC), ~0u);
    sleep();
    check(c.esi == 0x12340001 && served == 0x12340001 && c.edi == (word)u,
          "a send: the tag that was sent");
    check_is(ipc_by(entry(K_LIPC), local, local, NEVER, 2, &who), 0x77770002,
             "Lipc to a local id");
    check_is(who, local, "from a local id");
    fresh();
    c.eax = c.edx = id_of(30);
    c.ecx = NEVER;
    c.esi = 0;
    call(entry(K_IPC), ~0u);
    check((c.esi & FAILED) && u[U_ERROR] == 4 && c.eax == NIL,
          "to nobody: error 2 in the send phase");
    fresh();
    c.eax = NIL;
    c.edx = near;
    c.ecx = TWO_MS;
    c.esi = 0;
    call(entry(K_IPC), ~0u);
    check((c.esi & FAILED) && u[U_ERROR] == 3, "from nobody in time: 1");
    u[1] = 11 << 10; /* a string item of eleven bytes */
    u[2] = (word) "a stranger";
    ipc(far, far, NEVER, 2 << 6);
    check(served == 2 << 6 && string[0] == 'a' && string[9] == 'r',
          "a string to another space");
    u[1] = 0x5000000 | MAP_ITEM;
    u[2] = FPAGE((word)pages[3], 12) | READ_WRITE;
    ipc(far, far, NEVER, 2 << 6);
    check(server_map == (FPAGE((word)pages[3], 12) | READ_WRITE),
          "a map item stays what it is where EBX and EBP are stored");
    fresh();
    c.eax = 0;
    c.esi = FPAGE((word)pages[3], 12) | ALL_RIGHTS;
    pages[3][0] = 1;
    call(entry(K_UNMAP), EAX | ESI);
    check((c.esi & 7) == 7, "and can be unmapped");
}

/* ---- stacks and flags ---------------------------------------------------- */

static void test_stacks(word to)
{
    word border = (word)pages[2];
    boolean good = 1;

    fresh();
    c.eax = 0x40; /* flush the page below */
    c.esi = FPAGE((word)pages[1], 12) | ALL_RIGHTS;
    call(entry(K_UNMAP), EAX | ESI);
    for (int i = K_IPC; i <= K_CLOCK; i += K_CLOCK - K_IPC) {
        fresh();
        c.stack = border + 4 * sizeof(word);
        c.eax = c.edx = to;
        c.ecx = NEVER;
        c.esi = 0;
        call(entry(i), ~0u);
        good &= c.before == c.after;
    }
    fresh();
    c.eax = 0;
    c.esi = FPAGE((word)pages[1], 12);
    call(entry(K_UNMAP), EAX | ESI);
    check(good && (c.esi & 7) == 0, "one free word of stack is enough");
    good = 1;
    for (unsigned odd = 1; odd < 4; odd++) {
        fresh();
        c.stack = border + 1024 + odd;
        good &= call(entry(K_CLOCK), EAX | EDX);
        c.stack = border + 1024 + odd;
        c.eax = c.edx = to;
        c.ecx = NEVER;
        c.esi = 0;
        call(entry(K_IPC), ~0u);
        good &= c.before == c.after && c.eax == to;
    }
    check(good, "and it may be misaligned");
}

static volatile word steps, other_exceptions;

/* Lets every exception go on as it was. */
static void step(void)
{
    word who, to = NIL, tag = 0;

    for (;;) {
        tag = ipc_by(entry(K_IPC), to, ANYTHREAD, NEVER, tag, &who);
        if (utcb()[3] == 1)
            steps++;
        else
            other_exceptions++;
        to = who;
        tag = 12;
    }
}

static const int plain_calls[] = { K_CLOCK, K_SWITCH, K_PROCESSOR_CONTROL };

/* Calls and messages with these flags set. */
static boolean with_flags(word flags, word to)
{
    boolean good = 1;

    for (unsigned i = 0; i < 3; i++) {
        fresh();
        c.eax = 0;
        c.ecx = c.edx = c.esi = UNCHANGED;
        c.flags |= flags;
        good &= call(entry(plain_calls[i]), EAX | EDX);
    }
    fresh();
    c.flags |= flags;
    c.eax = c.edx = to;
    c.ecx = NEVER;
    c.esi = 3;
    call(entry(K_IPC), ~0u);
    return good && c.esi == 0x77770003 && c.eax == to &&
           (c.flags & ~(word)F_STATUS) == F_USUAL && c.before == c.after;
}

static void test_flags(word near, word far)
{
    check(with_flags(F_CARRY | F_DOWN | F_ALIGN | F_ID, near),
          "carry, direction, alignment, ID: calls keep them, Ipc clears them");
    check(with_flags(F_CARRY | F_DOWN | F_ALIGN | F_ID, far),
          "also to another space");
    start(4, step, 0);
    utcb()[U_HANDLER] = id_of(4);
    check(with_flags(F_TRAP, near) && steps > 12 && other_exceptions == 0,
          "a single step at a time");
    steps = 0;
    check(with_flags(F_TRAP | F_DOWN, far) && steps > 12 &&
              other_exceptions == 0,
          "also to another space");
    utcb()[U_HANDLER] = NIL;
    stop(4);
}

int main(void);
int main(void)
{
    print("1..");
    print_number(PLANNED, 10);
    print("\r\n");
    test_interface();
    test_simple();
    test_threads();
    test_exchange();
    test_memory();
    boolean good = start(1, page, 0);
    pager = id_of(1);
    good = good && start(2, serve, 0) && start(3, serve, 1);
    check(good, "threads here and in another space");
    sleep();
    test_messages(first_utcb + 2 * 512 + 256, 0);
    test_messages(id_of(3), 1);
    test_forms(id_of(2), id_of(3));
    test_stacks(id_of(3));
    test_flags(first_utcb + 2 * 512 + 256, id_of(3));
    return failures != 0 || done != PLANNED;
}
