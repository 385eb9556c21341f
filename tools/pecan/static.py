# SPDX-FileCopyrightText: 2026 The Pecan authors
# SPDX-License-Identifier: BSD-2-Clause
"""What programs that read programs say of the kernel, the servers and the
library: a second compiler, three analyzers, the bound on the kernel's stack
(stack.py), and whether the processor has all instructions (isa.py). None has
anything to find fault with."""

import json
import os
import random
import re
import subprocess
import tempfile

import isa
import mutants
import stack
from boards import TOP

CLANG = {"x86": "--target=i686-linux-gnu", "arm": "--target=armv7-none-eabi",
         "riscv": "--target=riscv64-unknown-elf"}
# What clang 14 does not know.
NOT_CLANG = re.compile(r"-misa-spec=.*|-mpreferred-stack-boundary=.*")
# What the compiler would define.
CPPCHECK = {"x86": ["--platform=unix32", "-D__i386__"],
            "arm": ["--platform=unix32", "-D__arm__"],
            "riscv": ["--platform=unix64", "-D__riscv", "-D__riscv_xlen=64"]}


def compiled(out, under=("",)):
    """One command for each C file of a build, but the tests', that is in one of
    these directories."""
    with open(os.path.join(out, "compile_commands.json"),
              encoding="utf-8") as f:
        commands = json.load(f)
    found = {}
    for entry in commands:
        file = os.path.relpath(entry["file"], TOP)
        if file.endswith(".c") and file.startswith(under) and \
                not file.startswith("tests/"):
            found.setdefault(file, entry)
    return list(found.values())


def said(argv, directory=TOP):
    """What a program that should say nothing says."""
    done = subprocess.run(argv, cwd=directory, capture_output=True, text=True,
                          check=False)
    lines = (done.stdout + done.stderr).splitlines()
    return lines or (["%s: status %d" % (argv[0], done.returncode)]
                     if done.returncode else [])


def without_output(entry):
    words = entry["command"].split()
    words[words.index("-o") + 1] = os.devnull
    return words


def clang(board, out, under, *options):
    bad = []
    for entry in compiled(out, under):
        keep = [w for w in without_output(entry)[1:]
                if not NOT_CLANG.fullmatch(w)]
        bad += said(["clang", CLANG[board["arch"]]] + keep + list(options)
                    + ["-Wno-unused-command-line-argument"],
                    entry["directory"])[:4]
    return bad


def clang_analyzer(board, out, under):
    return clang(board, out, under, "--analyze", "--analyzer-output", "text")


def gcc_analyzer(_, out, under):
    bad = []
    for entry in compiled(out, under):
        bad += said(without_output(entry) + ["-fanalyzer"],
                    entry["directory"])[:4]
    return bad


def cppcheck(board, out, under):
    with tempfile.TemporaryDirectory(prefix="pecan-") as work:
        project = os.path.join(work, "compile_commands.json")
        with open(project, "w", encoding="utf-8") as f:
            json.dump(compiled(out, under), f)
        return said(
            ["cppcheck", "-q", "--project=" + project, "--std=c11",
             "--enable=warning,portability,performance", "--template=gcc",
             # A constant of a structure type is no side effect.
             "--suppress=unknownEvaluationOrder",
             # It does not know variables in registers.
             "--suppress=constStatement:*/syscalls.h",
             "-D_Noreturn=__attribute__((noreturn))"]
            + CPPCHECK[board["arch"]])


TOOLS = {"clang": clang, "clang-analyzer": clang_analyzer,
         "gcc-analyzer": gcc_analyzer, "cppcheck": cppcheck}


def bounded(board):
    """Result: (passed, failed, the deepest ways)."""
    lines, bad = stack.analyse(board)
    return (0, 1, bad) if bad else (1, 0, lines[:3])


def jobs(tests):
    """Two boards of one architecture differ in what their directories have; and
    all but what is under arch/ and platforms/ is the same for all, so that one
    architecture has it read, another one at each commit."""
    archs = sorted({board["arch"] for board in tests.of("static")})
    whole = archs if tests.long else \
        [random.Random(mutants.commit()).choice(archs)]
    seen = set()
    for board in tests.of("static"):
        yield "static/stack-" + board["board"], \
            lambda board=board: bounded(board)
        yield "static/isa-" + board["board"], \
            lambda board=board: isa.check(
                board, tests.kernel(board, "tailored"),
                tests.kernel(board, "portable"))
        under = ("",) if board["arch"] in whole else ("arch/", "platforms/")
        if board["arch"] in seen:
            under = ("platforms/",)
        seen.add(board["arch"])
        for name, tool in TOOLS.items():
            def job(board=board, tool=tool, under=under):
                bad = tool(board, tests.kernel(board, "tailored"), under)
                return (0, 1, bad[:20]) if bad else (1, 0, [])
            yield "static/%s-%s" % (name, board["board"]), job
