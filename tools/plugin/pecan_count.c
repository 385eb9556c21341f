/* SPDX-FileCopyrightText: 2026 The Pecan authors
 * SPDX-License-Identifier: BSD-2-Clause */
/*
 * Counts what one operation of the guest executes - a plugin for QEMU's TCG.
 *
 * The guest marks what it measures by instructions that do nothing:
 *   BEGIN .. END  a section: many iterations of one operation, steady state;
 *   ON .. OFF     a window: the measured part of one iteration. What lies
 *                 between windows (loop counting, preparation) is not counted.
 *                 A window may open in one thread and close in another.
 * The markers themselves count in `all` only, for the guest's counter has them.
 * Each section gives one line:
 *   section N all=.. kernel=.. windows=.. win_all=.. win_kernel=.. short=..
 *   timer=.. irq=.. code_lines=.. data_lines=.. code_pages=.. data_pages=..
 * `all` and `kernel` count the whole section, the rest the windows; lines are
 * 64 bytes, pages 4 KiB, those of code by virtual, of data by physical address,
 * both only of instructions executed in the kernel. A user instruction that
 * faults and is repeated counts once, as in the guest's own counter.
 *
 * Arguments: base=ADDR, where the kernel begins (default: nothing is kernel);
 * end=ADDR, where its code ends (default: with the addresses);
 * short=ADDR, an instruction of the tailored path after its commit (several
 * allowed); timer=ADDR and irq=ADDR, first instructions of the functions that
 * take timer and device interrupts; trace=N: print what the kernel executed in
 * the windows of section N, in order of the first execution, one line for each
 * instruction, with what it touched:
 *   trace ADDRESS TIMES PHYSICAL_LINE...
 */
#include "qemu_plugin.h"

#include <inttypes.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* ---- sets of addresses --------------------------------------------------- */

enum { SET_SLOTS = 1 << 14 };

struct set {
    uint64_t slot[SET_SLOTS]; /* key + 1; 0 = free */
    unsigned count;
};

static void set_clear(struct set *s)
{
    memset(s, 0, sizeof(*s));
}

/* Result: was it new? A full set stops growing, and its count then says so. */
static bool set_add(struct set *s, uint64_t key)
{
    size_t i = (key * UINT64_C(0x9E3779B97F4A7C15)) >> 50;

    while (s->slot[i] != 0) {
        if (s->slot[i] == key + 1)
            return false;
        i = (i + 1) % SET_SLOTS;
    }
    if (s->count == SET_SLOTS - 1)
        return false;
    s->slot[i] = key + 1;
    s->count++;
    return true;
}

/* ---- state ----------------------------------------------------------------
 */

enum mark { MARK_NONE, MARK_BEGIN, MARK_END, MARK_ON, MARK_OFF };

/* What an executed instruction is; made once at its translation. */
struct place {
    uint64_t pc;
    uint8_t mark;
    bool kernel, is_short, is_timer, is_irq;
};

enum { MAX_SHORT = 8 };

static const char *target;
static uint64_t kernel_base = UINT64_MAX, kernel_end = UINT64_MAX;
static uint64_t short_pc[MAX_SHORT], timer_pc, irq_pc;
static unsigned shorts;
static long trace_section = -1;

static bool in_section, in_window;
static long section;
static struct {
    uint64_t all, kernel, windows, win_all, win_kernel, shorts, timer, irq;
} n;
static struct set code_lines, data_lines, code_pages, data_pages;

/* The traced section's instructions. Each touches few lines, or many: then
 * those beyond the first are not told. */
enum { MAX_TRACED = 1 << 12, MAX_TOUCHED = 16 };
static struct traced {
    uint64_t pc, times, line[MAX_TOUCHED];
    unsigned lines;
} traced[MAX_TRACED];
static unsigned traced_count;

/* Where user code was when the kernel was entered last, by whatever threads:
 * one that comes back to exactly that place has faulted and tries again. (After
 * a system call it comes back behind it.) */
enum { ENTRIES = 16 };
static struct {
    uint64_t pc;
    bool in_window;
} entered[ENTRIES];
static unsigned next_entry;
static uint64_t last_user_pc;
static bool last_in_kernel, last_in_window;

static void forget_entries(void)
{
    memset(entered, 0, sizeof(entered));
    last_in_kernel = false;
}

static void section_begin(void)
{
    memset(&n, 0, sizeof(n));
    set_clear(&code_lines);
    set_clear(&data_lines);
    set_clear(&code_pages);
    set_clear(&data_pages);
    traced_count = 0;
    forget_entries();
    in_section = true;
    in_window = false;
}

/* ---- the trace ------------------------------------------------------------
 */

static bool tracing(void)
{
    return in_window && section == trace_section;
}

static struct traced *traced_at(uint64_t pc)
{
    unsigned i = 0;

    while (i < traced_count && traced[i].pc != pc)
        i++;
    if (i == MAX_TRACED)
        abort();
    if (i == traced_count)
        traced[traced_count++] = (struct traced){ .pc = pc };
    return &traced[i];
}

static void trace_line(struct traced *t, uint64_t line)
{
    for (unsigned i = 0; i < t->lines; i++) {
        if (t->line[i] == line)
            return;
    }
    if (t->lines < MAX_TOUCHED)
        t->line[t->lines++] = line;
}

static void trace_out(void)
{
    char text[64];

    for (unsigned i = 0; i < traced_count; i++) {
        const struct traced *t = &traced[i];
        snprintf(text, sizeof(text), "trace 0x%" PRIx64 " %" PRIu64, t->pc,
                 t->times);
        qemu_plugin_outs(text);
        for (unsigned l = 0; l < t->lines; l++) {
            snprintf(text, sizeof(text), " 0x%" PRIx64, t->line[l]);
            qemu_plugin_outs(text);
        }
        qemu_plugin_outs("\n");
    }
}

static void section_end(void)
{
    char text[512];

    if (!in_section)
        return;
    snprintf(text, sizeof(text),
             "section %ld all=%" PRIu64 " kernel=%" PRIu64 " windows=%" PRIu64
             " win_all=%" PRIu64 " win_kernel=%" PRIu64 " short=%" PRIu64
             " timer=%" PRIu64 " irq=%" PRIu64
             " code_lines=%u data_lines=%u code_pages=%u data_pages=%u\n",
             section, n.all, n.kernel, n.windows, n.win_all, n.win_kernel,
             n.shorts, n.timer, n.irq, code_lines.count, data_lines.count,
             code_pages.count, data_pages.count);
    qemu_plugin_outs(text);
    if (section == trace_section)
        trace_out();
    in_section = in_window = false;
    section++;
}

static void at_mark(enum mark mark)
{
    switch (mark) {
    case MARK_BEGIN:
        section_begin();
        break;
    case MARK_END:
        section_end();
        break;
    case MARK_ON:
        n.all++;
        if (in_section) {
            in_window = true;
            n.windows++;
        }
        break;
    case MARK_OFF:
        n.all++;
        in_window = false;
        break;
    case MARK_NONE:
        break;
    }
}

static void note_kernel_entry(void)
{
    entered[next_entry].pc = last_user_pc;
    entered[next_entry].in_window = last_in_window;
    next_entry = (next_entry + 1) % ENTRIES;
}

/* The first instruction after the kernel: was it counted when it faulted? */
static void note_kernel_exit(uint64_t pc)
{
    for (unsigned i = 0; i < ENTRIES; i++) {
        if (entered[i].pc != pc)
            continue;
        n.all--;
        n.win_all -= entered[i].in_window;
        entered[i].pc = 0;
        return;
    }
}

static void follow_user(const struct place *p)
{
    if (p->kernel && !last_in_kernel)
        note_kernel_entry();
    else if (!p->kernel && last_in_kernel)
        note_kernel_exit(p->pc);
    last_in_kernel = p->kernel;
    if (!p->kernel) {
        last_user_pc = p->pc;
        last_in_window = in_window;
    }
}

static void on_exec(unsigned cpu, void *data)
{
    const struct place *p = data;

    (void)cpu;
    if (p->mark != MARK_NONE) {
        at_mark(p->mark);
        return;
    }
    if (!in_section)
        return;
    follow_user(p);
    n.all++;
    n.kernel += p->kernel;
    n.timer += p->is_timer;
    n.irq += p->is_irq;
    if (!in_window)
        return;
    n.win_all++;
    n.shorts += p->is_short;
    if (p->kernel) {
        n.win_kernel++;
        set_add(&code_lines, p->pc >> 6);
        set_add(&code_pages, p->pc >> 12);
        if (tracing())
            traced_at(p->pc)->times++;
    }
}

static void on_mem(unsigned cpu, mem_info info, uint64_t addr, void *data)
{
    const struct place *p = data;
    struct qemu_plugin_hwaddr *h;

    (void)cpu;
    if (!in_window)
        return;
    h = qemu_plugin_get_hwaddr(info, addr);
    if (h != NULL)
        addr = qemu_plugin_hwaddr_phys_addr(h);
    set_add(&data_lines, addr >> 6);
    set_add(&data_pages, addr >> 12);
    if (tracing())
        trace_line(traced_at(p->pc), addr >> 6);
}

/* ---- translation -----------------------------------------------------------
 */

struct marker {
    const char *target;
    size_t size;
    uint8_t bytes[4];
    enum mark mark;
};

/* xchg of a 16-bit register with itself; mov of a high register to itself;
 * slti to x0: no compiler or assembler emits them for padding. */
static const struct marker markers[] = {
    { "i386", 3, { 0x66, 0x87, 0xdb }, MARK_BEGIN },
    { "i386", 3, { 0x66, 0x87, 0xc9 }, MARK_END },
    { "i386", 3, { 0x66, 0x87, 0xd2 }, MARK_ON },
    { "i386", 3, { 0x66, 0x87, 0xf6 }, MARK_OFF },
    { "arm", 4, { 0x0a, 0xa0, 0xa0, 0xe1 }, MARK_BEGIN },
    { "arm", 4, { 0x0b, 0xb0, 0xa0, 0xe1 }, MARK_END },
    { "arm", 4, { 0x09, 0x90, 0xa0, 0xe1 }, MARK_ON },
    { "arm", 4, { 0x08, 0x80, 0xa0, 0xe1 }, MARK_OFF },
    { "riscv64", 4, { 0x13, 0x20, 0x00, 0x7f }, MARK_BEGIN },
    { "riscv64", 4, { 0x13, 0x20, 0x10, 0x7f }, MARK_END },
    { "riscv64", 4, { 0x13, 0x20, 0x20, 0x7f }, MARK_ON },
    { "riscv64", 4, { 0x13, 0x20, 0x30, 0x7f }, MARK_OFF },
};

static enum mark mark_of(const struct qemu_plugin_insn *insn)
{
    const void *bytes = qemu_plugin_insn_data(insn);
    size_t size = qemu_plugin_insn_size(insn);

    for (size_t i = 0; i < sizeof(markers) / sizeof(markers[0]); i++) {
        const struct marker *m = &markers[i];
        if (size == m->size && strcmp(target, m->target) == 0 &&
            memcmp(bytes, m->bytes, size) == 0)
            return m->mark;
    }
    return MARK_NONE;
}

static void on_translate(plugin_id id, struct qemu_plugin_tb *tb)
{
    size_t count = qemu_plugin_tb_n_insns(tb);
    struct place *places = calloc(count, sizeof(*places));

    (void)id;
    if (places == NULL)
        abort();
    for (size_t i = 0; i < count; i++) {
        struct qemu_plugin_insn *insn = qemu_plugin_tb_get_insn(tb, i);
        struct place *p = &places[i];

        p->pc = qemu_plugin_insn_vaddr(insn);
        p->kernel = p->pc >= kernel_base && p->pc < kernel_end;
        p->mark = p->kernel ? MARK_NONE : mark_of(insn);
        p->is_timer = p->kernel && p->pc == timer_pc;
        p->is_irq = p->kernel && p->pc == irq_pc;
        for (unsigned k = 0; k < shorts; k++)
            p->is_short |= p->pc == short_pc[k];
        qemu_plugin_register_vcpu_insn_exec_cb(insn, on_exec, CB_NO_REGS, p);
        if (p->kernel)
            qemu_plugin_register_vcpu_mem_cb(insn, on_mem, CB_NO_REGS, MEM_RW,
                                             p);
    }
}

/* Result: false if the argument is none of ours. */
static bool argument(const char *arg)
{
    const char *value = strchr(arg, '=');
    uint64_t number;

    if (value == NULL)
        return false;
    number = strtoull(value + 1, NULL, 0);
    if (strncmp(arg, "base=", 5) == 0)
        kernel_base = number;
    else if (strncmp(arg, "end=", 4) == 0)
        kernel_end = number;
    else if (strncmp(arg, "short=", 6) == 0 && shorts < MAX_SHORT)
        short_pc[shorts++] = number;
    else if (strncmp(arg, "timer=", 6) == 0)
        timer_pc = number;
    else if (strncmp(arg, "irq=", 4) == 0)
        irq_pc = number;
    else if (strncmp(arg, "trace=", 6) == 0)
        trace_section = (long)number;
    else
        return false;
    return true;
}

int qemu_plugin_install(plugin_id id, const struct qemu_info *info, int argc,
                        char **argv)
{
    target = strdup(info->target_name);
    for (int i = 0; i < argc; i++) {
        if (!argument(argv[i])) {
            fprintf(stderr, "pecan_count: bad argument %s\n", argv[i]);
            return -1;
        }
    }
    qemu_plugin_register_vcpu_tb_trans_cb(id, on_translate);
    return 0;
}
