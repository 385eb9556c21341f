/* SPDX-FileCopyrightText: 2026 The Pecan authors
 * SPDX-License-Identifier: BSD-2-Clause */
/*
 * Traps, after entry.S put the user's registers on the stack: into the TCB,
 * then to what they mean. Every user trap ends in kernel_leave (entry.S), so
 * nothing here returns to the place that trapped but trap_kernel().
 */
#include <arch/asm.h>
#include <arch/board.h>
#include <arch/cpu.h>
#include <arch/small.h>
#include <arch/trap.h>
#include <enter.h>

#include "arch.h"
#include "fpu.h"
#include "kdb.h"
#include "kip.h"
#include "long.h"
#include "sched.h"
#include "space.h"
#include "utcb.h"

#define AT(type, field, offset) \
    _Static_assert(offsetof(struct type, field) == (offset), #field)
AT(tcb, id, TCB_ID);
AT(tcb, accept, TCB_ACCEPT);
AT(tcb, slow, TCB_SLOW);
AT(tcb, prio, TCB_PRIO);
AT(tcb, space, TCB_SPACE);
AT(tcb, utcb, TCB_UTCB);
AT(tcb, local_id, TCB_LOCAL_ID);
AT(tcb, senders, TCB_SENDERS);
AT(cpu, current, CPU_CURRENT);
AT(cpu, top_prio, CPU_TOP_PRIO);
AT(cpu, ready_map, CPU_READY_MAP);
AT(cpu, ready, CPU_READY);
AT(trap_frame, cs, FRAME_CS);
AT(trap_frame, flags, FRAME_FLAGS);
_Static_assert(UTCB_MY_ID *WORD_BYTES == UTCB_MY_ID_BYTES, "ipc.S");
_Static_assert(SLOW_TLS == 1 << 16 && SLOW_ARCH == 1 << 16, "entry.S");
_Static_assert(RESUME_IPC == RESUME_BY_IPC, "ipc_send.inc");

/* What lies behind the hot words is for generic/ to decide; assembly learns
 * it. */
static __attribute__((used)) void define_offsets(void)
{
    __asm__(".globl tcb_arch, tcb_link\n\t"
            ".set tcb_arch, %c0\n\t"
            ".set tcb_link, %c1"
            :
            : "i"(offsetof(struct tcb, arch)), "i"(offsetof(struct tcb, link)));
}
_Static_assert(offsetof(struct link, prev) == WORD_BYTES, "TCB_PREV");

extern const struct {
    uint32_t vector_dpl;
    void (*entry)(void);
} trap_stubs[], trap_stubs_end[];
extern char ipc_short_load[], ipc_short_load_failed[];

static uint64_t idt[256];

void trap_gate(unsigned vector, unsigned dpl, void (*entry)(void))
{
    word_t address = (word_t)entry;

    idt[vector] = (uint64_t)((address & 0xffff0000) | 0x8E00 | dpl << 13)
                      << 32 |
                  SEL_KERNEL_CODE << 16 | (address & 0xffff);
}

void trap_init(void)
{
    struct {
        uint16_t limit;
        uint32_t base;
    } __attribute__((packed)) pointer = { sizeof(idt) - 1, (word_t)idt };

    for (unsigned i = 0; &trap_stubs[i] != trap_stubs_end; i++)
        trap_gate(trap_stubs[i].vector_dpl & 0xff,
                  trap_stubs[i].vector_dpl >> 8, trap_stubs[i].entry);
    __asm__ volatile("lidt %0" : : "m"(pointer));
}

/* ---- interrupts ---- */

static void interrupt(unsigned irq)
{
    if (!i8259_in_service(irq))
        return;
    if (irq == 0) {
        i8259_eoi(irq);
        if (i8254_expired())
            sched_timer();
        return;
    }
    i8259_mask(irq);
    i8259_eoi(irq);
    interrupt_raise(irq);
}

/* ---- system calls but Ipc; registers as in docs/abi-ia32.md ---- */

static void call_space_control(struct tcb *t, struct regs *r)
{
    word_t old = 0;
    r->eax = sys_space_control(t, r->eax, r->ecx, r->edx, r->esi, r->edi, &old);
    r->ecx = old;
}

static void call_memory_control(struct tcb *t, struct regs *r)
{
    const word_t attributes[4] = { r->ecx, r->edx, r->ebx, r->ebp };
    t->utcb[UTCB_MR0] = r->esi;
    r->eax = sys_memory_control(t, r->eax, attributes);
}

static void call_unmap(struct tcb *t, struct regs *r)
{
    t->utcb[UTCB_MR0] = r->esi;
    sys_unmap(t, r->eax);
    r->esi = t->utcb[UTCB_MR0];
}

static void call_exchange_registers(struct tcb *t, struct regs *r)
{
    struct exregs x = {
        .dest = r->eax,
        .control = r->ecx,
        .sp = r->edx,
        .ip = r->esi,
        .flags = r->edi,
        .handle = r->ebx,
        .pager = r->ebp,
    };
    sys_exchange_registers(t, &x);
    r->eax = x.dest;
    r->ecx = x.control;
    r->edx = x.sp;
    r->esi = x.ip;
    r->edi = x.flags;
    r->ebx = x.handle;
    r->ebp = x.pager;
}

static void call_clock(struct tcb *t, struct regs *r)
{
    uint64_t now = sys_clock();
    (void)t;
    r->eax = (word_t)now;
    r->edx = (word_t)(now >> 32);
}

static void call_schedule(struct tcb *t, struct regs *r)
{
    word_t old = 0;
    r->eax = sys_schedule(t, r->eax, r->edx, r->esi, r->ecx, r->edi, &old);
    r->edx = old;
}

static void call_kernel_memory(struct tcb *t, struct regs *r)
{
    word_t used = 0, old_limit = 0;
    r->eax = sys_kernel_memory(t, r->eax, r->ecx, &used, &old_limit);
    r->ecx = used;
    r->edx = old_limit;
}

/* ThreadRegister: %gs is the caller's own from now on. */
static void call_thread_register(struct tcb *t, struct regs *r)
{
    t->arch.tls_base = r->eax;
    t->slow |= SLOW_TLS;
    if (MODEL_SMALL)
        small_thread(t);
    gdt_tls_switch(t);
}

static void call(struct tcb *t, struct regs *r, unsigned index)
{
    switch (index) {
    case 0:
        call_space_control(t, r);
        break;
    case 1:
        r->eax = sys_thread_control(t, r->eax, r->esi, r->edx, r->ecx, r->edi);
        break;
    case 2:
        r->eax = sys_processor_control(t, r->eax, r->ecx, r->edx, r->esi);
        break;
    case 3:
        call_memory_control(t, r);
        break;
    case 6:
        call_unmap(t, r);
        break;
    case 7:
        call_exchange_registers(t, r);
        break;
    case 8:
        call_clock(t, r);
        break;
    case 9:
        sys_thread_switch(t, r->eax);
        break;
    case 10:
        call_schedule(t, r);
        break;
    case SYSCALL_ARCH0:
        call_thread_register(t, r);
        break;
    case SYSCALL_ARCH0 + 1:
        call_kernel_memory(t, r);
        break;
    case SYSCALL_OUTGROW:
        if (MODEL_SMALL)
            small_leave(t->space);
        break;
    default: /* SYSCALL_ARCH0 + 2; the IDT has no others */
        r->eax = sys_machine_end(t, r->eax);
    }
}

/* SpaceControl, ThreadControl, MemoryControl, Unmap, and what is no call. */
static bool is_long(unsigned index)
{
    return index < 32 && ((0x4Bu | 1u << SYSCALL_OUTGROW) >> index & 1);
}

void arch_system_call(struct tcb *t)
{
    unsigned index = t->arch.vector - VECTOR_SYSCALL;

    if (!is_long(index)) {
        call(t, &t->arch.regs, index);
    } else if (long_begin(t)) {
        call(t, &t->arch.regs, index);
        long_end();
    }
}

/* ---- exceptions ---- */

int code_byte(struct tcb *t, unsigned offset)
{
    paddr_t pa;

    if (!arch_lookup(t->space, *user_ip(t) + offset, &pa, NULL, NULL) ||
        !phys_reachable(pa))
        return -1;
    return *(const uint8_t *)phys_to_virt(pa);
}

/* `lock; nop` is KernelInterface. */
static bool kernel_interface(struct tcb *t)
{
    static const uint8_t instruction[] = { 0xF0, 0x90 };
    struct regs *r = &t->arch.regs;

    for (unsigned i = 0; i < sizeof(instruction); i++) {
        if (code_byte(t, i) != instruction[i])
            return false;
    }
    *user_ip(t) += sizeof(instruction);
    r->eax = t->space->kip_area & ~(word_t)0x3ff;
    r->ecx = kip_page[KIP_API_VERSION];
    r->edx = kip_page[KIP_API_FLAGS];
    r->esi = kip_page[kip_page[KIP_KERNEL_VER_PTR] / WORD_BYTES];
    return true;
}

static void exception(struct tcb *t, unsigned vector, word_t error)
{
    enum { ERROR_WRITE = 2 };

    if (vector == VECTOR_PROTECTION && error == 0 && io_trap(t))
        return;
    if (MODEL_SMALL && small_trap(t, vector, error))
        return;
    if (vector == VECTOR_PAGE_FAULT) {
        fault_page(t, read_cr2(), error & ERROR_WRITE ? RIGHT_W : RIGHT_R);
        return;
    }
    if (vector == VECTOR_INVALID_OPCODE && kernel_interface(t))
        return;
    if (vector == VECTOR_NO_FPU && fpu_use(t) == OK)
        return;
    t->arch.vector = vector;
    t->arch.error_code = error;
    fault_exception(t);
}

/* ---- what entry.S calls ---- */

void trap_user(const struct trap_frame *f);
void trap_kernel(struct trap_frame *f);
struct tcb *trap_resume(void);

void trap_user(const struct trap_frame *f)
{
    struct tcb *t = this_cpu()->current;
    word_t vector = f->vector, error = f->error;

    t->arch.flags = (f->flags & FLAGS_USER) | FLAG_ONE | FLAG_IF;
    t->hot.resume = RESUME_FULL;
    enter_store(t, f); /* f is not valid any more */

    if (vector - VECTOR_IRQ < 16) {
        interrupt(vector - VECTOR_IRQ);
    } else if (vector - VECTOR_SYSCALL < SYSCALL_VECTORS) {
        t->arch.vector = vector;
        arch_system_call(t);
    } else if (vector == VECTOR_KDB) {
        t->arch.regs.eax = sys_kdb(t, t->arch.regs.eax, t->arch.regs.ecx);
    } else if (vector != VECTOR_NMI) {
        exception(t, vector, error);
    }
}

static void print_frame(const struct trap_frame *f)
{
    kprintf("vector %lu error %lx ip %lx cs %lx flags %lx cr2 %lx\n", f->vector,
            f->error, f->ip, f->cs, f->flags, read_cr2());
    kprintf("eax %lx ebx %lx ecx %lx edx %lx esi %lx edi %lx ebp %lx\n",
            f->regs.eax, f->regs.ebx, f->regs.ecx, f->regs.edx, f->regs.esi,
            f->regs.edi, f->regs.ebp);
}

/* sti holds interrupts off for one more instruction, sysexit or hlt: there they
 * would end the kernel or a wait too late. They are not held off behind an NMI
 * that comes between, so it has to return to the sti. */
static void repeat_sti(struct trap_frame *f)
{
    enum { STI = 0xFB };

    if (f->flags & FLAG_IF && ((const uint8_t *)f->ip)[-1] == STI) {
        f->flags &= ~(word_t)FLAG_IF;
        f->ip--;
    }
}

/* Interrupts in the kernel: may they come, and did one? */
static bool open, taken;

/* In the kernel only five things may happen: an interrupt where it is open, the
 * single step that a user's trap flag causes where that is kept, the short
 * path's load from a local id that is none, its store to a UTCB that is not yet
 * in its space's window, and what the hardware cannot mask. */
void trap_kernel(struct trap_frame *f)
{
    if (f->vector - VECTOR_IRQ < 16 && open) {
        taken = true;
        interrupt(f->vector - VECTOR_IRQ);
        return;
    }
    if (f->vector == VECTOR_DEBUG && enter_step(f)) {
        f->flags &= ~(word_t)FLAG_TF;
        return;
    }
    if ((f->vector == VECTOR_PAGE_FAULT || f->vector == VECTOR_PROTECTION) &&
        f->ip == (word_t)ipc_short_load) {
        f->ip = (word_t)ipc_short_load_failed;
        return;
    }
    if (MODEL_SMALL && f->vector == VECTOR_PAGE_FAULT &&
        small_window(read_cr2()))
        return;
    if (f->vector == VECTOR_NMI) {
        repeat_sti(f);
        return;
    }
    print_frame(f);
    kernel_stop("exception in the kernel");
}

/* The labels are for the plugin that measures latency: an interrupt that is
 * pending comes before these instructions. */
static __attribute__((noinline)) void idle(void)
{
    open = true;
    __asm__ volatile("sti; hlt; interrupts_idle: cli" : : : "memory");
    open = false;
}

__attribute__((noinline)) bool arch_take_interrupts(void)
{
    taken = false;
    open = true;
    __asm__ volatile("sti; nop; interrupts_taken: cli" : : : "memory");
    open = false;
    return taken;
}

static __attribute__((noinline)) struct tcb *idle_until_ready(void)
{
    struct tcb *t;

    do
        idle();
    while ((t = kernel_exit()) == NULL);
    return t;
}

static __attribute__((noinline)) struct tcb *resume_rare(struct tcb *t)
{
    gdt_tls_switch(t);
    if (t->slow & (SLOW_TLS | SLOW_FLAGS))
        thread_resume_full(t);
    return t;
}

/* What t, the next to run, translates by. The short path has left the segments
 * as the task state segment says. */
static void enter_space(const struct tcb *t)
{
    if (MODEL_SMALL && (uint8_t)t->hot.cr3 != 0) { /* no page directory */
        small_segments(t);
        return;
    }
    if (MODEL_SMALL && tss.io_map == TSS_NO_PORTS)
        small_segments_end();
    if (read_cr3() != t->hot.cr3)
        write_cr3("switch", t->hot.cr3);
}

/* The thread to resume, with everything in place but its registers. */
struct tcb *trap_resume(void)
{
    struct tcb *t = kernel_exit();

    if (t == NULL)
        t = idle_until_ready();
    enter_space(t);
    user_word[0] = t->local_id;
    enter_next(t);
    if (t->slow & (SLOW_TLS | SLOW_FLAGS) || gdt_tls_on)
        return resume_rare(t);
    return t;
}

/* ---- long operations ---- */

char *kernel_sp = kernel_stack_top;

void arch_long_stop(void)
{
    char *other = kernel_stack + KERNEL_STACK_BYTES;

    if ((char *)__builtin_frame_address(0) < other)
        other = kernel_stack_top;
    if (kernel_sp != other) {
        kernel_sp = other;
        enter_stack(other);
    }
    long_switch();
}

_Noreturn void arch_start_users(void)
{
    kernel_leave();
}
