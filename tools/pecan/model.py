# SPDX-FileCopyrightText: 2026 The Pecan authors
# SPDX-License-Identifier: BSD-2-Clause
"""Tests against the model of the paper's appendix, on the booted kernel: the
host writes a trace of random operations with what the model says of them
(tests/model/trace.c), and a root task does the same with real spaces."""

import os
import subprocess
import tempfile

import boards
import build
import chain
import machine
import run
from boards import TOP

OPERATIONS = 10000
TIMEOUT = 300 # seconds for so many operations; a board takes up to 70
HERE = os.path.join("tests", "model")
# By architecture, or back end: the rights of which each makes a page readable (docs/abi-*),
# PAGE_RIGHTS, log2 of the model's pages in the smallest large page, the bits of
# addresses that count a page's number, the machine's memory.
SHAPES = {"x86": (7, 6, 5, (12, 13, 14, 20, 21, 22, 23, 24), "256M"),
          "arm": (7, 7, 5, (12, 13, 15, 16, 19, 20, 21, 22), "256M"),
          "arm926": (7, 6, 5, (12, 13, 15, 16, 19, 20, 21, 22), "256M"),
          # With two pages of 1 GiB that nothing else is in.
          "riscv": (6, 7, 4, (12, 13, 14, 20, 21, 22, 23, 30), "4G")}


def shape(board):
    """The line of SHAPES that a board has, by name."""
    return board["backend"] if board["backend"] in SHAPES else board["arch"]


def generator(arch):
    """Compile it for a line of SHAPES; result: its file."""
    out = os.path.join(boards.BUILD, "model", arch)
    with build.locked(out):
        path = os.path.join(out, "trace")
        include = [w for d in ("generic", "tests/host", "tests/host/fake")
                   for w in ("-iquote", d)]
        build.quiet(
            ["gcc", "-std=gnu11", "-g", "-O1", "-Wall", "-Wextra",
             "-fsanitize=address,undefined", "-fno-sanitize-recover=all",
             "-DFAKE_PAGE_RIGHTS=%d" % SHAPES[arch][1],
             "-DFAKE_SHARED_ATTRIBUTE=0"] + include
            + ["-I", "tests/host/fake", "-I", "include", "-o", path,
               HERE + "/trace.c", "tests/host/map_model.c",
               "tests/host/test.c"], os.path.join(out, "build.log"), cwd=TOP)
    return path


def compare(board, out, seed, operations=OPERATIONS):
    """Result: (passed, failed, complaints), the histogram last."""
    readable, _, block, bits, memory = SHAPES[shape(board)]
    _, recipe = boards.chain_of(board)
    with tempfile.TemporaryDirectory(prefix="pecan-") as work:
        trace = os.path.join(work, "trace")
        with open(trace, "wb") as f:
            said = subprocess.run(
                [generator(shape(board)), str(seed), str(operations),
                 str(readable), str(block)] + [str(b) for b in bits],
                stdout=f, stderr=subprocess.PIPE, text=True, check=True).stderr
        images = chain.Images(out, os.path.join(out, "model"), [trace])
        status, text = machine.boot(
            chain.command(board, recipe, images, memory, work)
            + ["-icount", "shift=0,sleep=off"],
            TIMEOUT * -(-operations // OPERATIONS))
    passed, failed, bad = run.tap_verdict(status, text)
    if failed:
        bad += ["seed %d" % seed] + [line for line in text.splitlines()
                                     if line.startswith("# ")][:10]
    return passed, failed, bad + ["seed %d: %s" % (seed, said.strip())]


def jobs(tests):
    """Each board; another seed in long runs."""
    seed = int(tests.args.seed or 1)
    for board in sorted(tests.of("model"), key=lambda b: b["arch"], reverse=True):
        def job(board=board):
            return compare(board, tests.kernel(board, "tailored"), seed,
                           OPERATIONS * (10 if tests.long else 1))
        yield "model/" + board["board"], job
