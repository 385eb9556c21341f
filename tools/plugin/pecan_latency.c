/* SPDX-FileCopyrightText: 2026 The Pecan authors
 * SPDX-License-Identifier: BSD-2-Clause */
/*
 * How long may an interrupt have to wait - a plugin for QEMU's TCG.
 *
 * An interrupt is taken in user mode, and where the kernel takes what is
 * pending. In between lie stretches of kernel instructions; this finds the
 * longest of each section (see pecan_count.c for the marks) and of all that is
 * outside any, boot excluded:
 *   latency N longest=.. entry=PC over=PC
 * N counts sections, -1 is the rest; entry: the first instruction of that
 * stretch; over: where it was when it went beyond the limit, 0 if it did not.
 *
 * Arguments: base=ADDR, where the kernel begins; end=ADDR, where its code ends
 * (default: with the addresses); start=ADDR, the end of booting; open=ADDR, an
 * instruction at which interrupts are or have just been taken, the first of a
 * trap too (several allowed); limit=N, instructions; firmware_low=ADDR,
 * firmware_high=ADDR: code of the firmware. What it does for the kernel ends no
 * stretch, and is not counted.
 */
#include "qemu_plugin.h"

#include <inttypes.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { MAX_OPEN = 8 };
enum mark { MARK_NONE, MARK_BEGIN, MARK_END };

struct place {
    uint64_t pc;
    uint8_t mark;
    bool kernel, firmware, open;
};
struct worst {
    uint64_t longest, entry, over;
};

static const char *target;
static uint64_t kernel_base = UINT64_MAX, kernel_end = UINT64_MAX,
                limit = UINT64_MAX;
static uint64_t firmware_low, firmware_high;
static uint64_t open_pc[MAX_OPEN];
static unsigned opens;

static uint64_t start_pc;
static bool users, in_section;
static unsigned kernel_cpu; /* others are in the firmware */
static long section;
static uint64_t length, entry, over;
static struct worst now, rest;

static void report(long n, const struct worst *w)
{
    char text[160];

    snprintf(text, sizeof(text),
             "latency %ld longest=%" PRIu64 " entry=0x%" PRIx64
             " over=0x%" PRIx64 "\n",
             n, w->longest, w->entry, w->over);
    qemu_plugin_outs(text);
}

static void stretch_ends(void)
{
    struct worst *w = in_section ? &now : &rest;

    if (length > w->longest)
        *w = (struct worst){ length, entry, over };
    length = over = 0;
}

static void on_exec(unsigned cpu, void *data)
{
    const struct place *p = data;

    if (p->kernel)
        kernel_cpu = cpu;
    else if (cpu != kernel_cpu || p->firmware)
        return;
    if (!p->kernel || p->open) {
        stretch_ends();
        if (p->mark == MARK_BEGIN) {
            in_section = true;
            memset(&now, 0, sizeof(now));
        } else if (p->mark == MARK_END && in_section) {
            report(section++, &now);
            in_section = false;
        }
        return;
    }
    users |= p->pc == start_pc;
    if (!users)
        return;
    if (length++ == 0)
        entry = p->pc;
    if (length == limit + 1)
        over = p->pc;
}

static void at_end(plugin_id id, void *data)
{
    (void)id;
    (void)data;
    report(-1, &rest);
}

static const struct {
    const char *target;
    size_t size;
    uint8_t bytes[4];
    enum mark mark;
} markers[] = {
    { "i386", 3, { 0x66, 0x87, 0xdb }, MARK_BEGIN },
    { "i386", 3, { 0x66, 0x87, 0xc9 }, MARK_END },
    { "arm", 4, { 0x0a, 0xa0, 0xa0, 0xe1 }, MARK_BEGIN },
    { "arm", 4, { 0x0b, 0xb0, 0xa0, 0xe1 }, MARK_END },
    { "riscv64", 4, { 0x13, 0x20, 0x00, 0x7f }, MARK_BEGIN },
    { "riscv64", 4, { 0x13, 0x20, 0x10, 0x7f }, MARK_END },
};

static enum mark mark_of(const struct qemu_plugin_insn *insn)
{
    for (size_t i = 0; i < sizeof(markers) / sizeof(markers[0]); i++) {
        if (qemu_plugin_insn_size(insn) == markers[i].size &&
            strcmp(target, markers[i].target) == 0 &&
            memcmp(qemu_plugin_insn_data(insn), markers[i].bytes,
                   markers[i].size) == 0)
            return markers[i].mark;
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
        p->firmware = p->pc >= firmware_low && p->pc < firmware_high;
        p->mark = p->kernel ? MARK_NONE : mark_of(insn);
        for (unsigned k = 0; k < opens; k++)
            p->open |= p->pc == open_pc[k];
        qemu_plugin_register_vcpu_insn_exec_cb(insn, on_exec, CB_NO_REGS, p);
    }
}

static bool argument(const char *arg)
{
    const char *value = strchr(arg, '=');

    if (value == NULL)
        return false;
    uint64_t number = strtoull(value + 1, NULL, 0);
    if (strncmp(arg, "base=", 5) == 0)
        kernel_base = number;
    else if (strncmp(arg, "end=", 4) == 0)
        kernel_end = number;
    else if (strncmp(arg, "open=", 5) == 0 && opens < MAX_OPEN)
        open_pc[opens++] = number;
    else if (strncmp(arg, "start=", 6) == 0)
        start_pc = number;
    else if (strncmp(arg, "limit=", 6) == 0)
        limit = number;
    else if (strncmp(arg, "firmware_low=", 13) == 0)
        firmware_low = number;
    else if (strncmp(arg, "firmware_high=", 14) == 0)
        firmware_high = number;
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
            fprintf(stderr, "pecan_latency: bad argument %s\n", argv[i]);
            return -1;
        }
    }
    qemu_plugin_register_vcpu_tb_trans_cb(id, on_translate);
    qemu_plugin_register_atexit_cb(id, at_end, NULL);
    return 0;
}
