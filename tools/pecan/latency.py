# SPDX-FileCopyrightText: 2026 The Pecan authors
# SPDX-License-Identifier: BSD-2-Clause
"""How long may an interrupt have to wait? Runs tests/kernel/long.c, chain.c and
stretch.c, whose sections are the operations that could take longest, and the
random calls of tests/fuzz/, on the release kernel under
tools/plugin/pecan_latency.c."""

import bisect
import os
import re
import tempfile

import build
import elffile
import machine
import measure
import run

LIMIT = 2500  # instructions between two points where interrupts are taken
REST = "everything else in these runs"
PROGRAMS = ("test-long", "test-chain", "test-stretch", "fuzz")
CALLS = 50000  # random ones
SEEDS = (1, 50, 66, 84)  # of them; all but the first once found too much
CASE = re.compile(r"^# latency: (.*)$", re.M)
LINE = re.compile(r"^latency (-?\d+) longest=(\d+) entry=0x(\w+) over=0x(\w+)$",
                  re.M)
# Interrupts are or have just been taken here; not every port has all.
OPEN = ("interrupt_pending", "trap_entry", "entry_irq", "entry_prefetch",
        "trap_common", "interrupts_taken", "interrupts_idle")


def arguments(board, symbols):
    table = dict(symbols)
    return ",".join(
        measure.kernel_arguments(board["arch"])
        + ["limit=%d" % LIMIT, "start=%#x" % table["arch_start_users"]]
        + ["%s=%#x" % w for w in measure.firmware(board, table).items()]
        + ["open=%#x" % table[n] for n in OPEN if n in table])


def name_of(symbols, address):
    """The function that an address lies in, with the distance."""
    named = sorted((a, n) for n, a in symbols
                   if n and not n.startswith(("$", ".")))
    start, name = named[bisect.bisect(named, (address, "~")) - 1]
    return "%s+%#x" % (name, address - start)


def measure_build(board, out, timeout=300):
    """Result: [{board, case, instructions, entry, over}] of a release build,
    the stretches that are longest in each case, REST among them."""
    runs = [run_program(board, out, name, timeout) for name in PROGRAMS[:-1]]
    rest = max((rows.pop() for rows in runs), key=lambda r: r["instructions"])
    return [row for rows in runs for row in rows] + [
        measure_random(board, out, seed, CALLS, timeout)
        for seed in SEEDS] + [rest]


def measure_random(board, out, seed, calls, timeout):
    """The same for a run of random calls."""
    row, = run_program(board, out, PROGRAMS[-1], timeout,
                       "%d %d 0 1" % (seed, calls))
    return dict(row, case="%d random calls, seed %d" % (calls, seed))


def run_program(board, out, name, timeout, words=""):
    plugin = build.plugin("pecan_latency")
    symbols = elffile.symbols(os.path.join(out, "pecan.elf"))
    with tempfile.TemporaryDirectory(prefix="pecan-") as work:
        log = os.path.join(work, "latency")
        status, text = machine.boot(
            run.test_command(board, out, name, work, words=words)
            + ["-plugin", plugin + "," + arguments(board, symbols),
               "-d", "plugin", "-D", log], timeout)
        with open(log, encoding="ascii") as f:
            found = LINE.findall(f.read())
    _, failed, complaints = run.tap_verdict(status, text)
    cases = CASE.findall(text) + [REST]
    if failed or len(found) != len(cases):
        raise measure.MeasureError("; ".join(complaints) or
                                   "%d sections of %d" % (len(found),
                                                          len(cases)))
    return [{"board": board["board"], "case": case, "instructions": int(longest),
             "entry": name_of(symbols, int(entry, 16)),
             "over": name_of(symbols, int(over, 16)) if int(over, 16) else None}
            for case, (_, longest, entry, over) in zip(cases, found)]
