/* SPDX-FileCopyrightText: 2026 The Pecan authors
 * SPDX-License-Identifier: BSD-2-Clause */
/*
 * What loaders hand over: cpio archives, device trees, ELF files; sound ones,
 * broken ones, and ones with random bytes in them.
 * sources: generic/boot.c generic/boot_cpio.c generic/boot_fdt.c
 * generic/boot_elf.c tests/host/fake/fake.c
 */
#include <stdlib.h>
#include <string.h>

#include "boot.h"
#include "elf.h"
#include "fake.h"
#include "test.h"

static struct boot boot;

static void clear(void)
{
    memset(&boot, 0, sizeof boot);
    fake_console_clear();
}

static bool said(const char *text)
{
    return strstr(fake_console, text) != NULL;
}

/* ---- cpio ---- */

enum { ARCHIVE_AT = 0x1000 };
static word_t archive_bytes;

static void put(const void *p, word_t n)
{
    memcpy(fake_ram + ARCHIVE_AT + archive_bytes, p, n);
    archive_bytes += n;
}

static void put_pad(void)
{
    while (archive_bytes % 4)
        put("", 1);
}

static void put_member(const char *name, unsigned mode, word_t claimed,
                       const char *contents)
{
    char header[128];

    (void)snprintf(header, sizeof header,
                   "070701%08X%08X%08X%08X%08X%08X%08X%08X%08X%08X%08X%08X%08X",
                   1u, mode, 0u, 0u, 1u, 0u, (unsigned)claimed, 0u, 0u, 0u, 0u,
                   (unsigned)strlen(name) + 1, 0u);
    put(header, 110);
    put(name, strlen(name) + 1);
    put_pad();
    put(contents, strlen(contents));
    put_pad();
}

static void good_archive(void)
{
    clear();
    archive_bytes = 0;
    memset(fake_ram + ARCHIVE_AT, 0, 8192);
    put_member("sigma0", 0100644, 5, "first");
    put_member("dir", 040755, 0, "");
    put_member("root -v \"a b\"", 0100644, 11, "second file");
    put_member("empty", 0100644, 0, "");
    put_member("TRAILER!!!", 0, 0, "");
}

/* From a copy that ends where it says, so that the sanitizer sees overruns. */
static void run_cpio(void *arg)
{
    if (boot.regions == 0)
        boot_add_region(&boot, FAKE_RAM, FAKE_RAM + FAKE_RAM_BYTES, 1);
    boot_cpio(&boot, FAKE_RAM + FAKE_RAM_BYTES - archive_bytes, archive_bytes);
    (void)arg;
}

static int parse_archive(void)
{
    memmove(fake_ram + FAKE_RAM_BYTES - archive_bytes, fake_ram + ARCHIVE_AT,
            archive_bytes);
    return fake_run(run_cpio, NULL);
}

TEST(cpio_files_become_modules)
{
    good_archive();
    CHECK(parse_archive() == -1);
    CHECK(boot.modules == 3);
    CHECK(strcmp(boot.module[0].command_line, "sigma0") == 0);
    CHECK(boot.module[0].size == 5 && boot.module[2].size == 0);
    CHECK(memcmp(phys_to_virt(boot.module[0].start), "first", 5) == 0);
    CHECK(strcmp(boot.module[1].command_line, "root -v \"a b\"") == 0);
    CHECK(memcmp(phys_to_virt(boot.module[1].start), "second file", 11) == 0);
}

TEST(a_cut_cpio_is_an_error_wherever_it_is_cut)
{
    good_archive();
    word_t whole = archive_bytes;
    for (word_t n = 0; n < whole - 3; n++) {
        clear();
        archive_bytes = n;
        CHECK(parse_archive() == 125);
        CHECK(said("pecan: boot error "));
    }
}

TEST(a_cpio_member_past_the_end_is_outside)
{
    good_archive();
    archive_bytes = 0;
    put_member("sigma0", 0100644, 0xfffffff0, "first");
    CHECK(parse_archive() == 125);
    CHECK(said("boot error 3: module outside memory: sigma0"));
}

static void initrd_at(void *start)
{
    boot_cpio(&boot, *(paddr_t *)start, 512);
}

TEST(an_initrd_that_cannot_be_read_is_not_read)
{
    static paddr_t bad[] = { 0, FAKE_RAM - 512, FAKE_RAM + FAKE_RAM_BYTES - 511,
                             ~(paddr_t)511 };

    for (unsigned i = 0; i < ARRAY_SIZE(bad); i++) {
        clear(); /* RAM goes on behind the direct map */
        boot_add_region(&boot, FAKE_RAM, FAKE_RAM + 2 * FAKE_RAM_BYTES, 1);
        CHECK(fake_run(initrd_at, &bad[i]) == 125);
        CHECK(said("boot error 3: module outside memory: the initrd"));
    }
}

TEST(what_is_no_cpio_is_an_error)
{
    clear();
    archive_bytes = 512;
    memset(fake_ram + ARCHIVE_AT, 0x1f, 512);
    CHECK(parse_archive() == 125 && said("boot error 9"));
    good_archive();
    fake_ram[ARCHIVE_AT + 6 + 6 * 8] = 'g'; /* a digit of the size */
    CHECK(parse_archive() == 125 && said("boot error 9"));
    good_archive();
    memcpy(fake_ram + ARCHIVE_AT + 6 + 11 * 8, "00000000", 8); /* no name */
    CHECK(parse_archive() == 125 && said("boot error 9"));
}

TEST(too_many_modules_are_an_error)
{
    clear();
    archive_bytes = 0;
    for (int i = 0; i <= BOOT_MODULES; i++)
        put_member("m", 0100644, 0, "");
    put_member("TRAILER!!!", 0, 0, "");
    CHECK(parse_archive() == 125 && said("too many modules"));
}

TEST(random_bytes_in_a_cpio_do_no_harm)
{
    for (int run = 0; run < 20000; run++) {
        good_archive();
        for (int i = 0; i < 3; i++)
            fake_ram[ARCHIVE_AT + test_random() % archive_bytes] =
                (unsigned char)test_random();
        int status = parse_archive();
        CHECK(status == -1 || status == 125);
        for (unsigned i = 0; i < boot.modules; i++)
            CHECK(boot.module[i].start >= FAKE_RAM &&
                  boot.module[i].start + boot.module[i].size <=
                      FAKE_RAM + FAKE_RAM_BYTES);
    }
}

/* ---- device trees ---- */

static unsigned char tree[4096];
static word_t tree_bytes;
static char names[512];
static word_t names_bytes;

static void be32(uint32_t v)
{
    for (int i = 3; i >= 0; i--)
        tree[tree_bytes++] = (unsigned char)(v >> 8 * i);
}
static void be64(uint64_t v)
{
    be32((uint32_t)(v >> 32));
    be32((uint32_t)v);
}
static void align(void)
{
    while (tree_bytes % 4)
        tree[tree_bytes++] = 0;
}
static void begin(const char *name)
{
    be32(1);
    strcpy((char *)tree + tree_bytes, name);
    tree_bytes += strlen(name) + 1;
    align();
}
static void property(const char *name, word_t bytes)
{
    be32(3);
    be32((uint32_t)bytes);
    be32((uint32_t)names_bytes);
    strcpy(names + names_bytes, name);
    names_bytes += strlen(name) + 1;
}
static void cell(const char *name, uint32_t v)
{
    property(name, 4);
    be32(v);
}
static void reg(uint64_t base, uint64_t size)
{
    property("reg", 16);
    be64(base);
    be64(size);
}

static void patch32(word_t at, uint32_t v)
{
    word_t end = tree_bytes;
    tree_bytes = at;
    be32(v);
    tree_bytes = end;
}

static void tree_body(void)
{
    begin("");
    cell("#address-cells", 2);
    cell("#size-cells", 2);
    begin("reserved-memory");
    cell("#address-cells", 2);
    cell("#size-cells", 2);
    begin("firmware@40000000");
    reg(0x40000000, 0x20000);
    be32(2);
    begin("later@0");
    property("size", 8);
    be64(0x1000);
    be32(2);
    be32(2);
    begin("chosen");
    property("linux,initrd-start", 8);
    be64(FAKE_RAM + ARCHIVE_AT);
    cell("linux,initrd-end", (uint32_t)(FAKE_RAM + ARCHIVE_AT + archive_bytes));
    be32(2);
    be32(4); /* a NOP */
    begin("secram@e000000");
    property("device_type", 7);
    memcpy(tree + tree_bytes, "memory", 7);
    tree_bytes += 7;
    align();
    reg(0xe000000, 0x1000);
    be32(2);
    begin("memory@40000000");
    property("reg", 32);
    be64(FAKE_RAM);
    be64(0x800000);
    be64(0x41000000);
    be64(0x1000000);
    be32(2);
    begin("memory@f0000000");
    property("status", 9);
    memcpy(tree + tree_bytes, "disabled", 9);
    tree_bytes += 9;
    align();
    reg(0xf0000000, 0x1000);
    be32(2);
    be32(2);
    be32(9);
}

static void good_tree(void)
{
    good_archive();
    memset(tree, 0, sizeof tree);
    names_bytes = tree_bytes = 0;
    be32(0xd00dfeed);
    for (int i = 0; i < 9; i++)
        be32(0);
    patch32(16, (uint32_t)tree_bytes); /* reservations */
    be64(0x40700000);
    be64(0x3000);
    be64(0);
    be64(0);
    word_t structs = tree_bytes;
    tree_body();
    patch32(8, (uint32_t)structs);
    patch32(36, (uint32_t)(tree_bytes - structs));
    patch32(12, (uint32_t)tree_bytes);
    patch32(32, (uint32_t)names_bytes);
    memcpy(tree + tree_bytes, names, names_bytes);
    tree_bytes += names_bytes;
    patch32(4, (uint32_t)tree_bytes);
}

static void run_fdt(void *arg)
{
    boot_fdt(&boot, arg);
}

/* From a block of exactly its size. */
static int parse_tree(void)
{
    void *copy = malloc(tree_bytes);
    memcpy(copy, tree, tree_bytes);
    int status = fake_run(run_fdt, copy);
    free(copy);
    return status;
}

TEST(a_device_tree_gives_memory_reservations_and_modules)
{
    good_tree();
    CHECK(parse_tree() == -1);
    CHECK(boot.regions == 4 && boot.modules == 3);
    /* RAM first, although the tree reserves first. */
    CHECK(boot.region[0].type == 1 && boot.region[0].low == FAKE_RAM &&
          boot.region[0].high == 0x40800000);
    CHECK(boot.region[1].type == 1 && boot.region[1].low == 0x41000000 &&
          boot.region[1].high == 0x42000000);
    CHECK(boot.region[2].type == 2 && boot.region[2].high == 0x40020000);
    CHECK(boot.region[3].type == 2 && boot.region[3].low == 0x40700000 &&
          boot.region[3].high == 0x40703000);
}

TEST(what_is_no_device_tree_is_an_error)
{
    clear();
    CHECK(fake_run(run_fdt, NULL) == 125 && said("boot error 6"));
    good_tree();
    tree[0] = 0;
    CHECK(parse_tree() == 125 && said("boot error 6"));
    good_tree();
    patch32(36, 0x7fffffff); /* the structure ends past the tree */
    CHECK(parse_tree() == 125 && said("boot error 6"));
    good_tree();
    patch32(12, 0xfffffff0);
    CHECK(parse_tree() == 125 && said("boot error 6"));
}

TEST(random_bytes_in_a_device_tree_do_no_harm)
{
    for (int run = 0; run < 20000; run++) {
        good_tree();
        word_t total = tree_bytes;
        for (int i = 0; i < 3; i++) {
            word_t at = test_random() % total;
            if (at < 4 || at >= 8) /* the total is the loader's promise */
                tree[at] = (unsigned char)test_random();
        }
        /* The initrd's place is a promise too: check without it. */
        boot.modules = 0;
        fake_console_clear();
        memset(fake_ram + ARCHIVE_AT, 0, 6);
        static const char start[] = "linux,initrd-start";
        for (word_t i = 40; i + sizeof start <= total; i++)
            if (memcmp(tree + i, start, 6) == 0)
                tree[i] = '-';
        int status = parse_tree();
        CHECK(status == -1 || status == 125);
        for (unsigned i = 0; i < boot.regions; i++)
            CHECK(boot.region[i].low < boot.region[i].high);
    }
}

/* ---- regions ---- */

static void add_backwards(void *arg)
{
    (void)arg;
    boot_add_region(&boot, 0x2000, 0x1000, 1);
}
static void add_many(void *arg)
{
    (void)arg;
    for (word_t i = 0; i <= BOOT_REGIONS; i++)
        boot_add_region(&boot, i << 12, (i + 1) << 12, 1);
}

TEST(bad_regions_are_an_error)
{
    clear();
    boot_add_region(&boot, 0x1000, 0x1000, 1); /* empty: nothing */
    CHECK(boot.regions == 0);
    boot_add_region(&boot, 0x1000, 0, 1); /* to the very end */
    CHECK(boot.regions == 1 && boot.region[0].high == ~(paddr_t)0xfff);
    CHECK(fake_run(add_backwards, NULL) == 125 && said("boot error 6"));
    clear();
    CHECK(fake_run(add_many, NULL) == 125 && said("boot error 6"));
}

static void fail(void *arg)
{
    boot_fail(*(enum boot_error *)arg, "detail");
}

TEST(each_error_has_its_own_text)
{
    static char seen[16][80];

    for (int n = 1; n <= BOOT_WRONG_LOADER; n++) {
        enum boot_error e = (enum boot_error)n;
        clear();
        CHECK(fake_run(fail, &e) == 125);
        char *text = strchr(fake_console, ':');
        CHECK(text && strlen(text) > 20 && said(": detail\n"));
        text = strstr(fake_console, ": ") + 2;
        text = strstr(text, ": ");
        strncpy(seen[n], text, 79);
        for (int i = 1; i < n; i++)
            CHECK(strcmp(seen[i], seen[n]) != 0);
    }
}

/* ---- ELF ---- */

enum { ELF_BYTES = 0x3000 };
static unsigned char elf[ELF_BYTES];
static unsigned elf_size;

static void put16(unsigned at, uint16_t v)
{
    memcpy(elf + at, &v, 2);
}
static void put64(unsigned at, uint64_t v)
{
    memcpy(elf + at, &v, 8);
}
static void segment(unsigned n, uint32_t type, uint64_t offset, uint64_t va,
                    uint64_t in_file, uint64_t in_memory)
{
    unsigned at = 64 + n * 56;

    memcpy(elf + at, &type, 4);
    put64(at + 8, offset);
    put64(at + 16, va);
    put64(at + 32, in_file);
    put64(at + 40, in_memory);
    put64(at + 48, 0x1000);
}

static void good_elf(void)
{
    memset(elf, 0, sizeof elf);
    memcpy(elf, "\177ELF\2\1\1", 7);
    put16(16, 3);
    put64(24, 0x1010);
    put64(32, 64);
    put16(54, 56);
    put16(56, 3);
    segment(0, 1, 0x1000, 0x1000, 0x20, 0x20);
    segment(1, 1, 0x2008, 0x3008, 0x10, 0x2000);
    segment(2, 6, 0, 0, 99999, 99999); /* not loaded, so not looked at */
    memset(elf + 0x1000, 0x11, 0x20);
    memset(elf + 0x2008, 0x22, 0x10);
    elf_size = 0x2018;
}

static bool try_elf(struct elf_image *e)
{
    unsigned char *copy = malloc(elf_size ? elf_size : 1);
    static unsigned char place[0x10000];

    memcpy(copy, elf, elf_size);
    bool good = elf_open(e, copy, elf_size);
    if (good && e->high - e->low <= sizeof place)
        elf_load(e, place);
    e->file = place;
    free(copy);
    return good;
}

TEST(an_elf_image_is_loaded_and_the_rest_zeroed)
{
    struct elf_image e;

    good_elf();
    CHECK(try_elf(&e));
    CHECK(e.low == 0x1000 && e.high == 0x6000 && e.entry == 0x1010);
    CHECK(e.align == 0x1000);
    const unsigned char *p = e.file;
    for (word_t i = 0; i < e.high - e.low; i++) {
        unsigned want = i < 0x20 ? 0x11 : i >= 0x2008 && i < 0x2018 ? 0x22 : 0;
        CHECK(p[i] == want);
    }
}

TEST(files_that_cannot_be_loaded_are_refused)
{
    struct elf_image e;

    good_elf();
    for (unsigned n = 0; n < 0x2018; n++) { /* cut anywhere */
        elf_size = n;
        CHECK(!try_elf(&e));
    }
    good_elf();
    elf[4] = 1; /* the other word size */
    CHECK(!try_elf(&e));
    good_elf();
    put16(16, 2); /* not position-independent */
    CHECK(!try_elf(&e));
    good_elf();
    put64(24, 0x6000); /* starts outside itself */
    CHECK(!try_elf(&e));
    good_elf();
    put64(24, 0x5008); /* at its end */
    CHECK(!try_elf(&e));
    good_elf();
    put16(56, 0); /* nothing to load */
    CHECK(!try_elf(&e));
    good_elf();
    put64(32, ~0ul - 10); /* program headers outside the file */
    CHECK(!try_elf(&e));
    good_elf();
    put64(32, elf_size - 56); /* all but one */
    CHECK(!try_elf(&e));
    good_elf();
    segment(1, 1, 0x2008, ~0ul - 0xff7, 0x10, 0x2000); /* wraps */
    CHECK(!try_elf(&e));
    good_elf();
    segment(1, 1, 0x2008, 0x3008, 0x10, 8); /* more in file than in memory */
    CHECK(!try_elf(&e));
    good_elf();
    segment(1, 1, ~0ul - 7, 0x3008, 0x10, 0x2000);
    CHECK(!try_elf(&e));
}

TEST(random_bytes_in_an_elf_do_no_harm)
{
    struct elf_image e;

    for (int run = 0; run < 50000; run++) {
        good_elf();
        for (int i = 0; i < 3; i++)
            elf[test_random() % (64 + 3 * 56)] = (unsigned char)test_random();
        if (try_elf(&e))
            CHECK(e.low < e.high && e.entry < e.high);
    }
}

int main(void)
{
    static const struct test tests[] = {
        ENTRY(cpio_files_become_modules),
        ENTRY(a_cut_cpio_is_an_error_wherever_it_is_cut),
        ENTRY(a_cpio_member_past_the_end_is_outside),
        ENTRY(an_initrd_that_cannot_be_read_is_not_read),
        ENTRY(what_is_no_cpio_is_an_error),
        ENTRY(too_many_modules_are_an_error),
        ENTRY(random_bytes_in_a_cpio_do_no_harm),
        ENTRY(a_device_tree_gives_memory_reservations_and_modules),
        ENTRY(what_is_no_device_tree_is_an_error),
        ENTRY(random_bytes_in_a_device_tree_do_no_harm),
        ENTRY(bad_regions_are_an_error),
        ENTRY(each_error_has_its_own_text),
        ENTRY(an_elf_image_is_loaded_and_the_rest_zeroed),
        ENTRY(files_that_cannot_be_loaded_are_refused),
        ENTRY(random_bytes_in_an_elf_do_no_harm),
    };
    return RUN_TESTS(tests);
}
