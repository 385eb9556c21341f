/* SPDX-FileCopyrightText: 2026 The Pecan authors
 * SPDX-License-Identifier: BSD-2-Clause */
/*
 * From boot structure to first thread: checks, places, KIP and boot info.
 * sources: generic/boot.c generic/boot_elf.c generic/kip.c generic/kmem.c
 * tests/host/fake/fake.c
 */
#include <string.h>

#include "../../generic/main.c"

#include "api.h"
#include <l4/bootinfo.h>
#include <l4/kip.h>

#include "fake.h"
#include "test.h"

enum { STARTED = 7, IMAGE_BYTES = 0x3000, SIGMA0_AT = 0x200000 };

word_t kip_page[4096 / WORD_BYTES] __attribute__((aligned(4096)));
static struct range reserved[4];
static unsigned reserved_count, created;
static struct {
    word_t number, ip, sp;
    paddr_t low, high;
    bool sigma0;
} thread[2];
static struct boot boot;

/* ---- what else main.c calls ---- */

void map_reserve(paddr_t low, paddr_t high)
{
    reserved[reserved_count++] = (struct range){ low, high };
}
void interrupt_init(void)
{
    CHECK(kmem_total() > 0 && created == 0);
}
unsigned arch_irq_count(void)
{
    return 96;
}
word_t thread_user_base(void)
{
    return 128;
}
void arch_sync_code(void *p, word_t bytes)
{
    (void)p, (void)bytes;
}
void thread_create_initial(word_t number, word_t ip, word_t sp, paddr_t low,
                           paddr_t high, bool is_sigma0)
{
    thread[created].number = number;
    thread[created].ip = ip;
    thread[created].sp = sp;
    thread[created].low = low;
    thread[created].high = high;
    thread[created++].sigma0 = is_sigma0;
}
_Noreturn void arch_start_users(void)
{
    arch_machine_end(STARTED);
}

/* ---- a machine ---- */

static void put64(unsigned char *p, uint64_t v)
{
    memcpy(p, &v, 8);
}

/* A position-independent program: 16 bytes of `fill`, 0x2ff0 of zeroes. */
static void put_image(word_t at, int fill)
{
    unsigned char *p = fake_ram + at;

    memset(p, 0, IMAGE_BYTES);
    memcpy(p, "\177ELF\2\1\1", 7);
    p[16] = 3;
    put64(p + 24, 8); /* entry */
    put64(p + 32, 64);
    p[54] = 56;
    p[56] = 1;
    p[64] = 1;
    put64(p + 64 + 8, 0x1000);
    put64(p + 64 + 32, 16);
    put64(p + 64 + 40, 0x3000);
    memset(p + 0x1000, fill, 16);
}

static void good_boot(void)
{
    memset(fake_ram, 0xee, FAKE_RAM_BYTES);
    memset(kip_page, 0, sizeof kip_page);
    memset(&boot, 0, sizeof boot);
    placed_count = reserved_count = created = 0;
    fake_console_clear();
    boot_add_region(&boot, FAKE_RAM, FAKE_RAM + FAKE_RAM_BYTES, 1);
    boot_add_region(&boot, FAKE_RAM + 0x10000, FAKE_RAM + 0x20000, 2);
    boot.kernel_low = FAKE_RAM + 0x80000;
    boot.kernel_high = FAKE_RAM + 0xa2345;
    put_image(SIGMA0_AT, 0x51);
    put_image(SIGMA0_AT + 0x4010, 0x52);
    strcpy((char *)fake_ram + SIGMA0_AT - 16, "sigma0");
    strcpy((char *)fake_ram + SIGMA0_AT + 0x3ff0, "root -x 1");
    boot_add_module(&boot, FAKE_RAM + SIGMA0_AT, IMAGE_BYTES,
                    (char *)fake_ram + SIGMA0_AT - 16);
    boot_add_module(&boot, FAKE_RAM + SIGMA0_AT + 0x4010, IMAGE_BYTES,
                    (char *)fake_ram + SIGMA0_AT + 0x3ff0);
    boot_add_module(&boot, FAKE_RAM + 0x300000, 5000, NULL);
}

static void run_main(void *arg)
{
    (void)arg;
    kernel_main(&boot);
}

static int start(void)
{
    return fake_run(run_main, NULL);
}

static bool said(const char *text)
{
    return strstr(fake_console, text) != NULL;
}

TEST(two_servers_start_where_they_were_loaded)
{
    good_boot();
    CHECK(start() == STARTED && created == 2);
    CHECK(thread[0].number == 128 && thread[0].sigma0);
    CHECK(thread[1].number == 130 && !thread[1].sigma0);
    for (int i = 0; i < 2; i++) {
        unsigned char *p = phys_to_virt(thread[i].low);
        CHECK(thread[i].low % 4096 == 0 && thread[i].ip == thread[i].low + 8);
        CHECK(thread[i].high - thread[i].low == 0x3000 && thread[i].sp == 0);
        for (int b = 0; b < 0x3000; b++)
            CHECK(p[b] == (b < 16 ? 0x51 + i : 0));
    }
    /* The modules themselves are as they were. */
    CHECK(fake_ram[SIGMA0_AT + 0x5010] == 0x52);
}

TEST(nothing_is_placed_over_anything)
{
    for (int run = 0; run < 300; run++) {
        test_random_seed((unsigned long)run);
        good_boot();
        for (unsigned i = 0; i < test_random() % 20; i++) {
            paddr_t low = FAKE_RAM + 0xb0000 + test_random() % 0xe00000;
            struct range r = { low, low + test_random() % 0x40000 + 1 };
            bool free = true;
            for (unsigned m = 0; m < boot.modules; m++)
                free = free && !overlap(r, module_range(&boot, m));
            if (free && r.high < FAKE_RAM + FAKE_RAM_BYTES)
                boot_add_region(&boot, r.low, r.high, 2);
        }
        unsigned regions = boot.regions;
        CHECK(start() == STARTED && placed_count == 4);
        for (unsigned p = 0; p < placed_count; p++) {
            struct range kernel = { boot.kernel_low, boot.kernel_high };
            CHECK(boot_is_ram(&boot, placed[p].low, placed[p].high));
            CHECK(!overlap(placed[p], kernel));
            for (unsigned i = 0; i < p; i++)
                CHECK(!overlap(placed[p], placed[i]));
            for (unsigned i = 0; i < boot.modules; i++)
                CHECK(!overlap(placed[p], module_range(&boot, i)));
            for (unsigned i = 1; i < regions; i++) {
                struct range r = { boot.region[i].low, boot.region[i].high };
                CHECK(r.low == FAKE_RAM || !overlap(placed[p], r));
            }
        }
    }
}

TEST(the_pool_is_a_quarter_and_reserved)
{
    good_boot();
    CHECK(start() == STARTED);
    CHECK(placed[0].high - placed[0].low == FAKE_RAM_BYTES / 4);
    CHECK(reserved_count == 2);
    CHECK(reserved[0].low == placed[0].low &&
          reserved[0].high == placed[0].high);
    CHECK(reserved[1].low == boot.kernel_low &&
          reserved[1].high == boot.kernel_high);
}

/* ---- KIP ---- */

/* The type of the last descriptor that covers the address (x2.md 1.18). */
static word_t type_at(word_t address, bool is_virtual)
{
    word_t type = 0;

    for (word_t i = 0; i < L4_NumMemoryDescriptors(kip_page); i++) {
        L4_MemoryDesc_t *d = L4_MemoryDesc(kip_page, i);
        if (!!L4_IsMemoryDescVirtual(d) == is_virtual &&
            address >= L4_MemoryDescLow(d) && address <= L4_MemoryDescHigh(d))
            type = L4_MemoryDescType(d);
    }
    return type;
}

TEST(memory_descriptors_tell_who_has_what)
{
    good_boot();
    CHECK(start() == STARTED);
    CHECK(type_at(FAKE_RAM, false) == L4_ConventionalMemoryType);
    CHECK(type_at(FAKE_RAM + 0x10000, false) == L4_ReservedMemoryType);
    CHECK(type_at(FAKE_RAM + 0x20000, false) == L4_ConventionalMemoryType);
    CHECK(type_at(FAKE_RAM + FAKE_RAM_BYTES, false) == 0);
    CHECK(type_at(boot.kernel_low, false) == L4_ReservedMemoryType);
    CHECK(type_at(boot.kernel_high, false) == L4_ReservedMemoryType);
    CHECK(type_at(placed[0].low, false) == L4_ReservedMemoryType);
    CHECK(type_at(placed[0].high - 1, false) == L4_ReservedMemoryType);
    /* sigma0's file is not needed any more, root's is its own business. */
    CHECK(type_at(FAKE_RAM + SIGMA0_AT, false) == L4_ConventionalMemoryType);
    CHECK(type_at(FAKE_RAM + SIGMA0_AT + 0x4000, false) ==
          L4_BootLoaderSpecificMemoryType);
    CHECK(type_at(FAKE_RAM + 0x301fff, false) ==
          L4_BootLoaderSpecificMemoryType);
    CHECK(type_at(kip_page[KIP_BOOT_INFO], false) ==
          L4_BootLoaderSpecificMemoryType);
    CHECK(type_at(0, true) == L4_ConventionalMemoryType);
    CHECK(type_at(USER_END - 1, true) == L4_ConventionalMemoryType);
    CHECK(type_at(USER_END, true) == 0);
}

TEST(parts_of_pages_are_no_memory)
{
    const paddr_t odd = FAKE_RAM + 16 * (paddr_t)FAKE_RAM_BYTES;

    good_boot();
    boot_add_region(&boot, odd + 0x400, odd + 0x2400, 1);
    boot_add_region(&boot, odd + 0x10400, odd + 0x10800, 1);
    CHECK(start() == STARTED);
    CHECK(type_at(odd + 0x400, false) == 0);
    CHECK(type_at(odd + 0xfff, false) == 0);
    CHECK(type_at(odd + 0x1000, false) == L4_ConventionalMemoryType);
    CHECK(type_at(odd + 0x1fff, false) == L4_ConventionalMemoryType);
    CHECK(type_at(odd + 0x2000, false) == 0);
    CHECK(type_at(odd + 0x10400, false) == 0);
    /* What comes last is where users may be; nothing follows. */
    word_t info = kip_page[KIP_MEMORY_INFO], n = info & 0xffffffff;
    const word_t *last = kip_page + (info >> 32) / WORD_BYTES + 2 * (n - 1);
    CHECK(last[0] == (1 << 9 | L4_ConventionalMemoryType));
    CHECK((last[1] | 0x3ff) == USER_END - 1);
}

TEST(the_header_has_all_fields)
{
    good_boot();
    CHECK(start() == STARTED);
    CHECK(kip_page[KIP_MAGIC] == L4_MAGIC);
    CHECK(kip_page[KIP_API_VERSION] == 0x84050000);
    CHECK(kip_page[KIP_API_FLAGS] == 4);
    CHECK(kip_page[KIP_UTCB_INFO] == 0xc2801);
    CHECK(kip_page[KIP_KIP_INFO] == 12);
    CHECK(kip_page[KIP_THREAD_INFO] == (128 << 20 | 96 << 8 | 18));
    CHECK(kip_page[KIP_PAGE_INFO] == (1 << 12 | 1 << 14 | 1 << 16 | 7));
    CHECK(kip_page[KIP_PROCESSOR_INFO] == (word_t)5 << 60);
    CHECK(kip_page[KIP_CLOCK_INFO] == (1000 << 16 | 1));
    CHECK(kip_page[KIP_SIGMA0 + 1] == thread[0].ip);
    CHECK(kip_page[KIP_SIGMA0 + 2] == thread[0].low);
    CHECK(kip_page[KIP_SIGMA0 + 3] == thread[0].high);
    CHECK(kip_page[KIP_ROOT + 1] == thread[1].ip);
    CHECK(kip_page[KIP_SIGMA1 + 1] == 0 && kip_page[KIP_SIGMA1 + 3] == 0);
    const word_t *cpu = kip_page + kip_page[KIP_PROC_DESC_PTR] / WORD_BYTES;
    CHECK(cpu[0] == kip_processor_khz[0] && cpu[1] == kip_processor_khz[1]);
}

TEST(the_kernel_describes_itself)
{
    good_boot();
    CHECK(start() == STARTED);
    const word_t *d = kip_page + kip_page[KIP_KERNEL_VER_PTR] / WORD_BYTES;
    CHECK(d[0] == 0x50010000);
    CHECK((d[1] & 31) >= 1 && (d[1] >> 5 & 15) <= 12 && d[1] >> 9 == 26);
    CHECK(d[2] == (1 << 24 | 2 << 16 | 3)); /* of "1.2.3" */
    CHECK(memcmp(d + 3, "PCAN", 4) == 0);
    const char *text = (const char *)(d + 4);
    CHECK(memcmp(text, "Pecan 1.2.3", 11) == 0);
    CHECK(text[strlen(text) + 1] == '\0'); /* no features */
}

TEST(the_boot_info_lists_root_and_modules)
{
    good_boot();
    CHECK(start() == STARTED);
    void *info = phys_to_virt(kip_page[KIP_BOOT_INFO]);
    CHECK(L4_BootInfo_Valid(info) && L4_BootInfo_Entries(info) == 2);
    L4_BootRec_t *r = L4_BootInfo_FirstEntry(info);
    CHECK(L4_BootRec_Type(r) == L4_BootInfo_Module);
    CHECK(strcmp(L4_Module_Cmdline(r), "root -x 1") == 0);
    CHECK(L4_Module_Start(r) == boot.module[1].start);
    CHECK(L4_Module_Size(r) == IMAGE_BYTES);
    r = L4_BootRec_Next(r);
    CHECK(L4_Module_Start(r) == boot.module[2].start);
    CHECK(L4_Module_Size(r) == 5000 && L4_Module_Cmdline(r) == NULL);
    CHECK((char *)L4_BootRec_Next(r) == (char *)info + L4_BootInfo_Size(info));
    good_boot();
    strcpy((char *)fake_ram + SIGMA0_AT + 0x3ff0, "root one"); /* a word */
    CHECK(start() == STARTED);
    r = L4_BootInfo_FirstEntry(phys_to_virt(kip_page[KIP_BOOT_INFO]));
    CHECK(strcmp(L4_Module_Cmdline(r), "root one") == 0);
}

/* ---- what cannot go on ---- */

TEST(boot_errors_have_their_numbers)
{
    good_boot();
    boot.modules = 0;
    CHECK(start() == 125 && said("boot error 1:"));
    good_boot();
    boot.modules = 1;
    CHECK(start() == 125 && said("boot error 2:"));
    good_boot();
    boot.module[2].size = FAKE_RAM_BYTES;
    CHECK(start() == 125 && said("boot error 3:"));
    good_boot();
    boot.module[2].size = ~(word_t)0; /* wraps */
    CHECK(start() == 125 && said("boot error 3:"));
    good_boot();
    boot.module[2].start = boot.module[1].start + 8;
    CHECK(start() == 125 && said("boot error 4:"));
    good_boot();
    boot.module[2].start = boot.kernel_high - 1;
    CHECK(start() == 125 && said("boot error 4:"));
    good_boot();
    boot.regions = 0;
    CHECK(start() == 125 && said("boot error 6:"));
    good_boot();
    boot.region[0].high = FAKE_RAM + 0x310000; /* a quarter is too little */
    CHECK(start() == 125 && said("boot error 5:"));
    good_boot();
    fake_ram[SIGMA0_AT] = 0;
    CHECK(start() == 125 && said("boot error 9: bad image: sigma0"));
    good_boot();
    fake_ram[SIGMA0_AT + 0x4010] = 0;
    CHECK(start() == 125 && said("boot error 9: bad image: root -x 1"));
    CHECK(created == 0);
}

TEST(memory_in_pieces_is_enough)
{
    good_boot();
    boot.regions = 0;
    for (word_t at = 0; at < FAKE_RAM_BYTES; at += 0x200000) /* holes */
        boot_add_region(&boot, FAKE_RAM + at, FAKE_RAM + at + 0x1f0000, 1);
    CHECK(start() == STARTED);
    CHECK(placed[0].high - placed[0].low >= POOL_MIN);
    /* The images come first, the pool last. */
    CHECK(thread[0].low < FAKE_RAM + 0x200000);
    CHECK(placed[0].low >= FAKE_RAM + FAKE_RAM_BYTES - 0x200000);
    /* A module may go over from one region to the next. */
    good_boot();
    boot.regions = 0;
    boot_add_region(&boot, FAKE_RAM + 0x300800, FAKE_RAM + FAKE_RAM_BYTES, 1);
    boot_add_region(&boot, FAKE_RAM, FAKE_RAM + 0x300800, 1);
    CHECK(start() == STARTED);
}

int main(void)
{
    static const struct test tests[] = {
        ENTRY(two_servers_start_where_they_were_loaded),
        ENTRY(nothing_is_placed_over_anything),
        ENTRY(the_pool_is_a_quarter_and_reserved),
        ENTRY(memory_descriptors_tell_who_has_what),
        ENTRY(parts_of_pages_are_no_memory),
        ENTRY(the_header_has_all_fields),
        ENTRY(the_kernel_describes_itself),
        ENTRY(the_boot_info_lists_root_and_modules),
        ENTRY(boot_errors_have_their_numbers),
        ENTRY(memory_in_pieces_is_enough),
    };
    return RUN_TESTS(tests);
}
