# SPDX-FileCopyrightText: 2026 The Pecan authors
# SPDX-License-Identifier: BSD-2-Clause
"""The anatomy of one IPC: what each step of the short path costs.

The steps are labels in the code (STEP in arch/<arch>/include/arch/site.h): an
instruction belongs to the last one before it. Every instruction that an IPC
executes in the kernel belongs to one, so the steps sum exactly to the total. A
line of code or data counts where it is touched first.
"""

import bisect
import os
import re
import subprocess

import boards
import elffile
import measure

SECTION = 1  # of the benchmark: RPC, two spaces, 0 words
STEPS = ("trap", "identify", "check", "commit", "switch", "resume")
LINE = 64


def places(arch, kernel, addresses):
    """Source file and line of each address, as file:line."""
    done = subprocess.run(
        [boards.PREFIX[arch] + "addr2line", "-e", kernel]
        + ["%#x" % a for a in addresses],
        capture_output=True, text=True, check=True)
    return [re.sub(r".*?((arch|generic|platforms)/\S*).*", r"\1", line)
            for line in done.stdout.splitlines()]


def steps(board, kernel, traced):
    """The steps of one IPC on this board, in the order of STEPS.

    traced: what the windows of a section executed in the kernel. Result: a list
    of {board, backend, step, instructions (one way), code_lines and data_lines
    (round trip), source}. Raises MeasureError if an instruction belongs to no
    step.
    """
    symbols = dict(elffile.symbols(kernel))
    labels = sorted((a, step) for step, found in
                    elffile.labels(kernel, ".steps").items() for a in found)
    starts = [a for a, _ in labels]
    first, code, data = {}, {}, {}
    count = dict.fromkeys(STEPS, 0)
    end = symbols["ipc_short_end"]
    ways = sum(t.times for t in traced
               if t.address == symbols["ipc_short_commit"])
    for t in traced:
        at = bisect.bisect(starts, t.address) - 1
        if at < 0 or starts[at] < end <= t.address:
            raise measure.MeasureError("%#x belongs to no step of an IPC"
                                       % t.address)
        step = labels[at][1]
        if starts[at] < end:  # else it has another address in the file
            first.setdefault(step, starts[at])
        count[step] += t.times
        code.setdefault(t.address // LINE, step)
        for line in t.lines:
            data.setdefault(line, step)
    source = dict(zip(first, places(board["arch"], kernel, first.values())))
    return [{"board": board["board"], "backend": board["backend"],
             "step": step, "instructions": count[step] / ways,
             "code_lines": list(code.values()).count(step),
             "data_lines": list(data.values()).count(step),
             "source": source.get(step)} for step in STEPS]
