/* SPDX-FileCopyrightText: 2026 The Pecan authors
 * SPDX-License-Identifier: BSD-2-Clause */
/*
 * Which instructions of a stretch of code are executed, and how often the next
 * one in memory follows - a plugin for QEMU's TCG. So it is known of each
 * branch how often it went either way.
 *
 * Arguments: from=ADDR, to=ADDR, the stretch. At the end a line an instruction:
 *   ran PC times=N next=N
 */
#include "qemu_plugin.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct place {
    uint64_t pc, end, times, next;
    struct place *link;
};

static uint64_t from, to;
static struct place *places, *last;

static void on_exec(unsigned cpu, void *data)
{
    struct place *p = data;

    (void)cpu;
    p->times++;
    if (last != NULL && last->end == p->pc)
        last->next++;
    last = p;
}

/* Code is translated more than once; what is counted is one. */
static struct place *place_of(uint64_t pc, size_t size)
{
    struct place *p = places;

    while (p != NULL && p->pc != pc)
        p = p->link;
    if (p == NULL) {
        p = calloc(1, sizeof(*p));
        if (p == NULL)
            abort();
        *p = (struct place){ .pc = pc, .end = pc + size, .link = places };
        places = p;
    }
    return p;
}

static void on_translate(plugin_id id, struct qemu_plugin_tb *tb)
{
    size_t count = qemu_plugin_tb_n_insns(tb);

    (void)id;
    for (size_t i = 0; i < count; i++) {
        struct qemu_plugin_insn *insn = qemu_plugin_tb_get_insn(tb, i);
        uint64_t pc = qemu_plugin_insn_vaddr(insn);

        if (pc >= from && pc < to)
            qemu_plugin_register_vcpu_insn_exec_cb(
                insn, on_exec, CB_NO_REGS,
                place_of(pc, qemu_plugin_insn_size(insn)));
    }
}

static void at_end(plugin_id id, void *data)
{
    char text[120];

    (void)id;
    (void)data;
    for (const struct place *p = places; p != NULL; p = p->link) {
        snprintf(text, sizeof(text),
                 "ran 0x%" PRIx64 " times=%" PRIu64 " next=%" PRIu64 "\n",
                 p->pc, p->times, p->next);
        qemu_plugin_outs(text);
    }
}

static int bad_argument(const char *arg)
{
    fprintf(stderr, "pecan_branch: bad argument %s\n", arg);
    return -1;
}

int qemu_plugin_install(plugin_id id, const struct qemu_info *info, int argc,
                        char **argv)
{
    (void)info;
    for (int i = 0; i < argc; i++) {
        if (strncmp(argv[i], "from=", 5) == 0)
            from = strtoull(argv[i] + 5, NULL, 0);
        else if (strncmp(argv[i], "to=", 3) == 0)
            to = strtoull(argv[i] + 3, NULL, 0);
        else
            return bad_argument(argv[i]);
    }
    qemu_plugin_register_vcpu_tb_trans_cb(id, on_translate);
    qemu_plugin_register_atexit_cb(id, at_end, NULL);
    return 0;
}
