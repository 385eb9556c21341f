/* SPDX-FileCopyrightText: 2026 The Pecan authors
 * SPDX-License-Identifier: BSD-2-Clause */
/*
 * Which instructions of the kernel are executed - a plugin for QEMU's TCG. It
 * looks at blocks, which are executed whole but for an instruction in the
 * middle that faults.
 *
 * Arguments: from=ADDR, to=ADDR, the kernel's code; early=ADDR, size=N,
 * link=ADDR: code that runs before any of that, where it lies (in the low 28
 * bits) and where it was linked; log=PATH, which gets the address of each
 * instruction executed, as linked, in hexadecimal, a line each, in any order
 * and perhaps more than once.
 */
#include "qemu_plugin.h"

#include <inttypes.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct block {
    struct block *link;
    bool executed;
    size_t count;
    uint64_t pc[];
};

enum { LOW = 0xfffffff };

static uint64_t from, to, early, size, link_at;
static const char *file;
static bool started;
static struct block *blocks;

static void on_exec(unsigned cpu, void *data)
{
    struct block *b = data;

    (void)cpu;
    b->executed = true;
}

static void on_translate(plugin_id id, struct qemu_plugin_tb *tb)
{
    size_t count = qemu_plugin_tb_n_insns(tb);
    uint64_t pc = qemu_plugin_insn_vaddr(qemu_plugin_tb_get_insn(tb, 0));
    uint64_t moved = 0;

    (void)id;
    if (pc >= from && pc < to)
        started = true;
    else if (!started && (pc & LOW) - early < size)
        moved = link_at - early - (pc & ~(uint64_t)LOW);
    else
        return;
    struct block *b = calloc(1, sizeof(*b) + count * sizeof(b->pc[0]));
    if (b == NULL)
        abort();
    b->count = count;
    for (size_t i = 0; i < count; i++)
        b->pc[i] =
            qemu_plugin_insn_vaddr(qemu_plugin_tb_get_insn(tb, i)) + moved;
    b->link = blocks;
    blocks = b;
    qemu_plugin_register_vcpu_tb_exec_cb(tb, on_exec, CB_NO_REGS, b);
}

static void at_end(plugin_id id, void *data)
{
    FILE *out = fopen(file, "w");

    (void)id;
    (void)data;
    if (out == NULL)
        return;
    for (const struct block *b = blocks; b != NULL; b = b->link) {
        for (size_t i = 0; b->executed && i < b->count; i++)
            fprintf(out, "%" PRIx64 "\n", b->pc[i]);
    }
    fclose(out);
}

static const struct {
    const char *name;
    uint64_t *to;
} numbers[] = {
    { "from", &from }, { "to", &to },        { "early", &early },
    { "size", &size }, { "link", &link_at },
};

int qemu_plugin_install(plugin_id id, const struct qemu_info *info, int argc,
                        char **argv)
{
    (void)info;
    for (int i = 0; i < argc; i++) {
        char *value = strchr(argv[i], '=');
        size_t length = value ? (size_t)(value - argv[i]) : 0;

        if (value && strncmp(argv[i], "log", length) == 0)
            file = value + 1;
        for (unsigned n = 0; value && n < sizeof(numbers) / sizeof(*numbers);
             n++) {
            if (strncmp(argv[i], numbers[n].name, length) == 0)
                *numbers[n].to = strtoull(value + 1, NULL, 0);
        }
    }
    if (file == NULL) {
        fprintf(stderr, "pecan_coverage: no log=\n");
        return -1;
    }
    qemu_plugin_register_vcpu_tb_trans_cb(id, on_translate);
    qemu_plugin_register_atexit_cb(id, at_end, NULL);
    return 0;
}
