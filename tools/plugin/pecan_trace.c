/* SPDX-FileCopyrightText: 2026 The Pecan authors
 * SPDX-License-Identifier: BSD-2-Clause */
/*
 * Writes down what the kernel does with threads - a plugin for QEMU's TCG.
 *
 * Nothing in the kernel helps: the plugin stops at the first instruction of
 * some of its functions, where the arguments are in registers, and looks into
 * its memory for the rest. So the kernel must be one whose functions are not
 * inlined (tools/pecan/tracing.py builds it).
 *
 * Arguments: FUNCTION=ADDR, where one of those in `hooks` begins. Each call
 * gives a line, numbers in hexadecimal, threads by their global ids:
 *   new THREAD                   comes to be
 *   ip THREAD ADDRESS            will run there
 *   message FROM TO TAG WORD...  a message is about to be delivered
 *   fail THREAD CODE             its Ipc ends with this ErrorCode
 *   fault THREAD ADDRESS ACCESS IP PAGER
 *   own SPACE ADDRESS            sigma0 touches a page of its own
 *   exception THREAD PROTOCOL HANDLER
 *   halt THREAD ADDRESS          a fault or exception that nobody takes
 *   item FROM TO                 the next `map` is in this message
 *   map FPAGE BASE WINDOW GRANT
 *   unmap THREAD CONTROL FPAGE...
 *
 * The plugin interface of QEMU 7.2 has no way to read registers and memory. The
 * functions by which QEMU's own debugger stub does are visible where QEMU is
 * built with loadable modules, as Debian's is; so they are looked up by name.
 * At the begin of a translation block, which a called function's first
 * instruction is, the registers they show are up to date.
 */
#define _GNU_SOURCE
#include "qemu_plugin.h"

#include <dlfcn.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* ---- registers and memory ---------------------------------------------------
 */

struct byte_array { /* glib's GByteArray */
    uint8_t *data;
    unsigned len;
};
static struct byte_array *(*array_new)(void);
static struct byte_array *(*array_set_size)(struct byte_array *, unsigned);
static void *(*get_cpu)(int number);
static int (*read_register)(void *cpu, struct byte_array *to, int number);
static int (*read_memory)(void *cpu, uint64_t addr, void *to, size_t bytes,
                          bool write);

struct target {
    const char *name, *read_register;
    unsigned word;   /* bytes */
    int argument[6]; /* registers of a function's first arguments */
    unsigned in_registers;
    int sp;
    unsigned stacked; /* bytes from sp to the first argument on the stack */
};

/* Numbers as gdb has them; i386 with the kernel's -mregparm=3. */
static const struct target targets[] = {
    { "i386", "x86_cpu_gdb_read_register", 4, { 0, 2, 1 }, 3, 4, 4 },
    { "arm", "arm_cpu_gdb_read_register", 4, { 0, 1, 2, 3 }, 4, 13, 0 },
    { "riscv64",
      "riscv_cpu_gdb_read_register",
      8,
      { 10, 11, 12, 13, 14, 15 },
      6,
      2,
      0 },
};
static const struct target *target;

static bool find_functions(void)
{
    *(void **)&array_new = dlsym(RTLD_DEFAULT, "g_byte_array_new");
    *(void **)&array_set_size = dlsym(RTLD_DEFAULT, "g_byte_array_set_size");
    *(void **)&get_cpu = dlsym(RTLD_DEFAULT, "qemu_get_cpu");
    *(void **)&read_memory = dlsym(RTLD_DEFAULT, "cpu_memory_rw_debug");
    *(void **)&read_register = dlsym(RTLD_DEFAULT, target->read_register);
    return array_new && array_set_size && get_cpu && read_memory &&
           read_register;
}

static uint64_t number_in(const uint8_t *bytes)
{
    uint64_t value = 0;

    for (unsigned i = target->word; i > 0; i--)
        value = value << 8 | bytes[i - 1];
    return value;
}

/* Which processor runs the kernel. */
static unsigned kernel_cpu;

static uint64_t cpu_register(int number)
{
    static struct byte_array *bytes;

    if (bytes == NULL)
        bytes = array_new();
    array_set_size(bytes, 0);
    if (read_register(get_cpu((int)kernel_cpu), bytes, number) <
        (int)target->word)
        return 0;
    return number_in(bytes->data);
}

/* The index-th word from this address on. */
static uint64_t word(uint64_t address, int index)
{
    uint8_t bytes[8];

    address += (uint64_t)(int64_t)index * target->word;
    if (read_memory(get_cpu((int)kernel_cpu), address, bytes, target->word,
                    false) != 0)
        return 0;
    return number_in(bytes);
}

/* The n-th argument of the function that begins here. */
static uint64_t argument(unsigned n)
{
    if (n < target->in_registers)
        return cpu_register(target->argument[n]);
    return word(cpu_register(target->sp) + target->stacked,
                (int)(n - target->in_registers));
}

/* ---- what the kernel's structures say (generic/tcb.h, generic/utcb.h)
 * ---------- */

enum { TCB_ID = 0, TCB_UTCB = 5 };
enum { UTCB_EXCEPTION_HANDLER = -11, UTCB_PAGER = -12 };
enum { MAX_WORDS = 64 };

static uint64_t id_of(uint64_t tcb)
{
    return word(tcb, TCB_ID);
}
static uint64_t in_utcb(uint64_t tcb, int index)
{
    return word(word(tcb, TCB_UTCB), index);
}

/* ---- the hooks
 * --------------------------------------------------------------------- */

static char line[2048];
static size_t used;

static void put(const char *text)
{
    used += (size_t)snprintf(line + used, sizeof(line) - used, "%s", text);
}
static void put_number(uint64_t value)
{
    used +=
        (size_t)snprintf(line + used, sizeof(line) - used, " %" PRIx64,
                         value & (target->word == 4 ? UINT32_MAX : UINT64_MAX));
}
static void put_line(void)
{
    if (used == 0)
        return;
    put("\n");
    qemu_plugin_outs(line);
    used = 0;
}

static void put_words(uint64_t tcb, unsigned first, unsigned count)
{
    for (unsigned i = first; i < first + count && i < MAX_WORDS; i++)
        put_number(in_utcb(tcb, (int)i));
}

/* transfer(from, to), deliver_words(from, to, ...) */
static void on_message(void)
{
    uint64_t from = argument(0), tag = in_utcb(from, 0);

    put("message");
    put_number(id_of(from));
    put_number(id_of(argument(1)));
    put_number(tag);
    put_words(from, 1, (unsigned)((tag & 63) + (tag >> 6 & 63)));
}

/* ask_pager(thread, kind, address or I/O fpage, access, ip) */
static void on_fault(void)
{
    put("fault");
    put_number(id_of(argument(0)));
    for (unsigned n = 2; n < 5; n++)
        put_number(argument(n));
    put_number(in_utcb(argument(0), UTCB_PAGER));
}

/* ask_handler(thread, protocol) */
static void on_exception(void)
{
    put("exception");
    put_number(id_of(argument(0)));
    put_number(argument(1));
    put_number(in_utcb(argument(0), UTCB_EXCEPTION_HANDLER));
}

/* map_sigma0_fault(space, address) */
static void on_own(void)
{
    put("own");
    put_number(argument(0));
    put_number(argument(1));
}

/* halt_unhandled(thread, cause, address, why) */
static void on_halt(void)
{
    put("halt");
    put_number(id_of(argument(0)));
    put_number(argument(2));
}

/* ipc_fail(thread, code, tag); arch_set_user_ip(thread, ip) */
static void on_fail(void)
{
    put("fail");
    put_number(id_of(argument(0)));
    put_number(argument(1));
}
static void on_ip(void)
{
    put("ip");
    put_number(id_of(argument(0)));
    put_number(argument(1));
}

/* arch_thread_init(thread) */
static void on_new(void)
{
    put("new");
    put_number(id_of(argument(0)));
}

/* mapping_item(from, to) */
static void on_item(void)
{
    put("item");
    put_number(id_of(argument(0)));
    put_number(id_of(argument(1)));
}

/* map_fpage(source, fpage, base, target, window, grant); map_at_once has the
 * same, but maps only if put_page comes next. */
static struct {
    bool set;
    uint64_t words[4];
} at_once;
static void on_map_at_once(void)
{
    at_once.set = true;
    at_once.words[0] = argument(1);
    at_once.words[1] = argument(2);
    at_once.words[2] = argument(4);
    at_once.words[3] = argument(5) & 1;
}
static void on_put_page(void)
{
    if (!at_once.set)
        return;
    put("map");
    for (unsigned i = 0; i < 4; i++)
        put_number(at_once.words[i]);
    at_once.set = false;
}
static void on_map(void)
{
    on_map_at_once();
    on_put_page();
}

/* sys_unmap(thread, control) */
static void on_unmap(void)
{
    uint64_t control = argument(1);

    put("unmap");
    put_number(id_of(argument(0)));
    put_number(control);
    put_words(argument(0), 0, (unsigned)(control & 63) + 1);
}

struct hook {
    const char *function;
    void (*call)(void);
    uint64_t address;
};
static struct hook hooks[] = {
    { "transfer", on_message, 0 },        { "deliver_words", on_message, 0 },
    { "ask_pager", on_fault, 0 },         { "ask_handler", on_exception, 0 },
    { "map_sigma0_fault", on_own, 0 },    { "halt_unhandled", on_halt, 0 },
    { "ipc_fail", on_fail, 0 },           { "arch_set_user_ip", on_ip, 0 },
    { "mapping_item", on_item, 0 },       { "map_fpage", on_map, 0 },
    { "map_at_once", on_map_at_once, 0 }, { "put_page", on_put_page, 0 },
    { "sys_unmap", on_unmap, 0 },         { "arch_thread_init", on_new, 0 },
};
enum { HOOKS = sizeof(hooks) / sizeof(hooks[0]) };

static void on_exec(unsigned cpu, void *data)
{
    kernel_cpu = cpu;
    ((const struct hook *)data)->call();
    put_line();
}

static void on_translate(plugin_id id, struct qemu_plugin_tb *tb)
{
    uint64_t pc = qemu_plugin_tb_vaddr(tb);

    (void)id;
    for (unsigned i = 0; i < HOOKS; i++)
        if (hooks[i].address == pc)
            qemu_plugin_register_vcpu_tb_exec_cb(tb, on_exec, CB_NO_REGS,
                                                 &hooks[i]);
}

/* Result: false if the argument is none of ours. */
static bool option(const char *arg)
{
    size_t length = strcspn(arg, "=");

    for (unsigned i = 0; i < HOOKS; i++) {
        if (strlen(hooks[i].function) == length && arg[length] == '=' &&
            strncmp(hooks[i].function, arg, length) == 0) {
            hooks[i].address = strtoull(arg + length + 1, NULL, 0);
            return true;
        }
    }
    return false;
}

int qemu_plugin_install(plugin_id id, const struct qemu_info *info, int argc,
                        char **argv)
{
    for (unsigned i = 0; i < sizeof(targets) / sizeof(targets[0]); i++)
        if (strcmp(targets[i].name, info->target_name) == 0)
            target = &targets[i];
    for (int i = 0; i < argc; i++) {
        if (!option(argv[i])) {
            fprintf(stderr, "pecan_trace: bad argument %s\n", argv[i]);
            return -1;
        }
    }
    for (unsigned i = 0; i < HOOKS; i++) {
        if (hooks[i].address == 0) {
            fprintf(stderr, "pecan_trace: where is %s?\n", hooks[i].function);
            return -1;
        }
    }
    if (target == NULL || !find_functions()) {
        fprintf(stderr, "pecan_trace: this QEMU does not let plugins read "
                        "registers; Debian's 7.2 does\n");
        return -1;
    }
    qemu_plugin_register_vcpu_tb_trans_cb(id, on_translate);
    return 0;
}
