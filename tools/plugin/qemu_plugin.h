/* SPDX-FileCopyrightText: 2026 The Pecan authors
 * SPDX-License-Identifier: BSD-2-Clause */
#ifndef QEMU_PLUGIN_H
#define QEMU_PLUGIN_H
/*
 * QEMU's plugin interface, version 1. QEMU 7.2 exports it but Debian packages
 * no header, so what our plugins use of it is declared here.
 */
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define EXPORT __attribute__((visibility("default")))

typedef uint64_t plugin_id;
typedef uint32_t mem_info;
struct qemu_info {
    const char *target_name;
    struct {
        int min, cur;
    } version;
    bool system_emulation;
    int smp_vcpus, max_vcpus;
};
struct qemu_plugin_tb;
struct qemu_plugin_insn;
struct qemu_plugin_hwaddr;
enum { CB_NO_REGS = 0 };
enum { MEM_RW = 3 };

typedef void (*tb_fn)(plugin_id, struct qemu_plugin_tb *);
typedef void (*exec_fn)(unsigned cpu, void *data);
typedef void (*exit_fn)(plugin_id, void *data);
typedef void (*mem_fn)(unsigned cpu, mem_info info, uint64_t addr, void *data);

void qemu_plugin_register_vcpu_tb_trans_cb(plugin_id id, tb_fn fn);
void qemu_plugin_register_atexit_cb(plugin_id id, exit_fn fn, void *data);
void qemu_plugin_register_vcpu_tb_exec_cb(struct qemu_plugin_tb *tb, exec_fn fn,
                                          int flags, void *data);
void qemu_plugin_register_vcpu_insn_exec_cb(struct qemu_plugin_insn *insn,
                                            exec_fn fn, int flags, void *data);
void qemu_plugin_register_vcpu_mem_cb(struct qemu_plugin_insn *insn, mem_fn fn,
                                      int flags, int rw, void *data);
uint64_t qemu_plugin_tb_vaddr(const struct qemu_plugin_tb *tb);
size_t qemu_plugin_tb_n_insns(const struct qemu_plugin_tb *tb);
struct qemu_plugin_insn *
qemu_plugin_tb_get_insn(const struct qemu_plugin_tb *tb, size_t n);
const void *qemu_plugin_insn_data(const struct qemu_plugin_insn *insn);
size_t qemu_plugin_insn_size(const struct qemu_plugin_insn *insn);
uint64_t qemu_plugin_insn_vaddr(const struct qemu_plugin_insn *insn);
unsigned qemu_plugin_mem_size_shift(mem_info info);
bool qemu_plugin_mem_is_store(mem_info info);
struct qemu_plugin_hwaddr *qemu_plugin_get_hwaddr(mem_info info, uint64_t addr);
uint64_t qemu_plugin_hwaddr_phys_addr(const struct qemu_plugin_hwaddr *h);
void qemu_plugin_outs(const char *text);

EXPORT int qemu_plugin_version = 1;
EXPORT int qemu_plugin_install(plugin_id id, const struct qemu_info *info,
                               int argc, char **argv);

#endif
