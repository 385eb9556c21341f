# SPDX-FileCopyrightText: 2026 The Pecan authors
# SPDX-License-Identifier: BSD-2-Clause
"""Boots that cannot go on: each has to say which numbered reason it has.

What every board can have is here; the rest is "boot_errors" in board.json: for
a number of docs/boot-messages.md a list of ways to provoke it, each with
  replace   pairs (old, new) of arguments of the QEMU command
  qemu      arguments added
  drop      kinds of arguments left out: "-kernel" or "-initrd", with its value
  memory    as -m
  gdb       commands for gdb, given at `at` (default: kernel_main), before the
            kernel goes on
"""

import os
import re
import subprocess
import tempfile

import boards
import chain
import machine
import run

MESSAGE = re.compile(r"^pecan: boot error (\d+): (.+)$", re.M)
COMMON = [
    (1, "no modules", {"modules": 0}),
    (2, "sigma0 alone", {"modules": 1}),
    (9, "sigma0 is a text", {"sigma0": "text"}),
    (9, "the root task is a text", {"root": "text"}),
    (3, "a module in no memory",
     {"gdb": ["set b->module[1].start = 0xf0000000"]}),
    (3, "a module without an end",
     {"gdb": ["set b->module[1].size = -4096"]}),
    (4, "two modules at one place",
     {"gdb": ["set b->module[1].start = b->module[0].start"]}),
    (4, "a module in the kernel",
     {"gdb": ["set b->module[1].start = b->kernel_low"]}),
    (6, "no memory regions", {"gdb": ["set b->regions = 0"]}),
    (6, "a region that ends before it begins",
     {"at": "boot_add_region", "gdb": ["set low = high + 1"]}),
]


def cases(board):
    """(number, title, how) of all that this board can have."""
    own = [(int(number), how.get("title", "provoked"), how)
           for number, ways in sorted(board.get("boot_errors", {}).items())
           for how in ways]
    return COMMON + own


def command(board, out, how, work):
    """The QEMU command of a case."""
    text = os.path.join(work, "text")
    with open(text, "w", encoding="utf-8") as f:
        f.write("this is no program\n" * 20)
    images = chain.Images(
        out, text if how.get("root") else os.path.join(out, "demo"),
        (), "", text if how.get("sigma0") else None)
    images.modules = images.modules[:how.get("modules", 2)]
    _, recipe = boards.chain_of(board)
    argv = chain.command(board, recipe, images, how.get("memory"), work)
    for old, new in how.get("replace", ()):
        argv = [new if a == old else a for a in argv]
    for option in how.get("drop", ()):
        if option in argv:
            at = argv.index(option)
            del argv[at:at + 2]
    values = {"kernel_elf": images.kernel_elf, "text": text,
              "initrd": os.path.join(work, "initrd"),
              "kernel_bin": os.path.join(out, "pecan.bin")}
    return argv + chain.substitute(how.get("qemu", ()), values)


def with_debugger(board, argv, out, how, work):
    """Stop at a function, change something, go on; result: console text."""
    socket = os.path.join(work, "gdb")
    console = os.path.join(work, "console")
    gdb = ["gdb-multiarch", "-q", "-nx", "-batch"]
    for line in (run.connect(board, socket,
                             ["file " + os.path.join(out, "pecan.elf")])
                 + ["hbreak *" + how.get("at", "kernel_main"), "continue",
                    "delete"]
                 + how["gdb"] + ["continue"]):
        gdb += ["-ex", line]
    with machine.Machine(run.with_gdb(argv, socket, console)) as stopped:
        run.wait_for(socket, stopped)
        try:
            said = subprocess.run(gdb, capture_output=True, text=True,
                                  timeout=30, check=False)
            said = said.stdout + said.stderr
        except subprocess.TimeoutExpired as e:
            said = str(e.stdout)
    with open(console, encoding="utf-8", errors="replace") as f:
        return f.read().replace("\r", ""), said


def provoke(board, out, number, how):
    """Result: complaints."""
    with tempfile.TemporaryDirectory(prefix="pecan-") as work:
        argv = command(board, out, how, work)
        said = ""
        if "gdb" in how:
            text, said = with_debugger(board, argv, out, how, work)
        else:
            status, text = machine.boot(argv, 60)
            if status != machine.STOPPED:
                said = "status %d" % status
    found = MESSAGE.search(text)
    if not found:
        return ["no message; the end of what it said: %s\n%s"
                % (text[-300:], said[-300:])]
    if int(found.group(1)) != number:
        return ["wanted error %d: %s" % (number, found.group(0))]
    text = DOCUMENTED.get(number, {}).get("text", "?")
    if not found.group(2).startswith(text):
        return ["docs/boot-messages.md says of error %d '%s', the kernel '%s'"
                % (number, text, found.group(2))]
    return []


def documented():
    """The table of docs/boot-messages.md: number -> column -> cell."""
    path = os.path.join(boards.TOP, "docs", "boot-messages.md")
    with open(path, encoding="utf-8") as f:
        rows = [[c.strip() for c in l.strip("|\n ").split("|")]
                for l in f if l.startswith("|")]
    return {int(r[0]): dict(zip(rows[0], r)) for r in rows[2:]}


DOCUMENTED = documented()


def untrue(board):
    """Where the table does not say of a board what the tests show of it. A
    board without a column is not looked at."""
    shown = {number for number, _, _ in cases(board)}
    return ["error %d of %s" % (number, board["board"])
            for number, row in DOCUMENTED.items()
            if board["board"] in row
            and (row[board["board"]] == "yes") != (number in shown)]
