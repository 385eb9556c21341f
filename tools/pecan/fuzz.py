# SPDX-FileCopyrightText: 2026 The Pecan authors
# SPDX-License-Identifier: BSD-2-Clause
"""Hostile programs: random system calls (tests/fuzz/) on a kernel that checks
all its invariants every thousand calls (generic/check.h).

Time counts instructions, so a seed gives the same run again. A run that fails
is made shorter, and poorer in kinds of calls, as long as it fails in the same
way; what is left is a test's name: fuzz/BOARD/CALLS/OFF, OFF having a bit for
each kind of call left out (enum op in tests/fuzz/world.h)."""

import os
import re
import tempfile
import time

import boards
import build
import chain
import machine
import run

CALLS, FEWER, LONG = 200000, 40000, 5000000
MUTANT = 60000   # calls, which any of our mutants survives no longer
KINDS = 19       # of calls: OPS in tests/fuzz/world.h
SHRINK = 240     # seconds
SLOWEST = 400    # calls a second, and less than that is a hang
CHECKED = ["-DPECAN_CHECK=ON", "-DPECAN_BUILD=release", "-DPECAN_WERROR=OFF"]
RARE = "each error and each state of a target occurs"
STOPPED = re.compile(r"^pecan: stopped: .*$", re.M)


def kernel(board, top=boards.TOP):
    """Build the checking kernel and the fuzzer; result: the directory."""
    out = os.path.join(top, os.path.relpath(
        build.directory(board, "tailored", "-check"), boards.TOP))
    return build.build(board, "tailored", "", CHECKED,
                       ("kernel", "sigma0", "fuzz"), top, out)


def boot(board, out, seed, calls, off=0):
    """Result: (passed, failed, complaints), what it says."""
    _, recipe = boards.chain_of(board)
    with tempfile.TemporaryDirectory(prefix="pecan-") as work:
        images = chain.Images(out, os.path.join(out, "fuzz"), (),
                              "%d %d %#x" % (seed, calls, off))
        argv = chain.command(board, recipe, images,
                             chain.memories(board, recipe)[0], work)
        status, text = machine.boot(argv + ["-icount", "shift=0,sleep=off"],
                                    60 + calls / SLOWEST)
    passed, failed, bad = run.tap_verdict(status, text)
    return (passed, failed, STOPPED.findall(text) + bad), text


def shrink(board, out, seed, calls, off, why):
    """A shorter run that fails for the same reason; result: (calls, off)."""
    end = time.monotonic() + SHRINK

    def fails(calls, off):
        return time.monotonic() < end and \
            boot(board, out, seed, calls, off)[0][2][:1] == why

    while calls > 1 and fails(calls // 2, off):
        calls //= 2
    for kind in range(KINDS):
        if not off >> kind & 1 and fails(calls, off | 1 << kind):
            off |= 1 << kind
    while calls > 1 and fails(calls * 3 // 4, off):
        calls = calls * 3 // 4
    return calls, off


def check(board, seed, calls, off=0):
    """Result: (passed, failed, complaints), the histogram last."""
    out = kernel(board)
    (passed, failed, bad), text = boot(board, out, seed, calls, off)
    if failed:
        less = calls, off
        if not bad[0].endswith(RARE): # which a shorter run has even less
            less = shrink(board, out, seed, calls, off, bad[:1])
        trace = machine.resolve(text, [(os.path.join(out, "pecan.elf"), 0)],
                                boards.PREFIX[board["arch"]])
        bad += ["./pecan test fuzz/%s/%d/%#x --seed %d"
                % ((board["board"],) + less + (seed,))]
        bad += re.findall(r"^check: .*$", text, re.M) + trace
    histogram = [l[2:] for l in text.splitlines() if l.startswith("# ")]
    return passed, failed, bad + ["seed %d" % seed] + histogram


def notices(lane, test):
    """For a mutant in the lane's tree; result: why it fails, or None."""
    board = boards.load(test.split("/")[1])
    result, _ = boot(board, kernel(board, lane.tree), 1, MUTANT)
    return result[2][0] if result[1] else None


def jobs(tests):
    """Each board, and whatever run is named."""
    seed = int(tests.args.seed or 1)
    calls = lambda board: LONG if tests.long else \
        CALLS if boards.role(board) == 0 else FEWER
    runs = {"fuzz/" + b["board"]: (b, calls(b), 0) for b in tests.of("fuzz")}
    for name in tests.args.names:
        parts = name.split("/")
        if parts[0] == "fuzz" and len(parts) == 4:
            runs[name] = boards.load(parts[1]), int(parts[2]), int(parts[3], 0)
    # The slowest first.
    for name, (board, calls, off) in sorted(
            runs.items(), key=lambda r: r[1][0]["arch"], reverse=True):
        def job(board=board, calls=calls, off=off):
            return check(board, seed, calls, off)
        yield name, job
