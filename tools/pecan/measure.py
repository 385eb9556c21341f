# SPDX-FileCopyrightText: 2026 The Pecan authors
# SPDX-License-Identifier: BSD-2-Clause
"""Boots the benchmark under the counting plugin and turns what the guest and
the plugin say into results.

The guest (tests/bench/bench.c) prints one line a section, the plugin
(tools/plugin/pecan_count.c) writes one line a section; they meet by number.
The plugin is the reference. The guest's own counter has to confirm it, or there
are no results at all: a figure that two methods do not agree on is not shown.
"""

import collections
import os
import re
import subprocess

import elffile

# Where kernel code begins, by architecture (docs/layout-*.md).
# Windows of small spaces come behind the code of x86.
KERNEL_END = {"x86": 0xF0000000}
KERNEL_BASE = {"x86": 0xC0000000, "arm": 0xC0000000, "riscv": 1 << 63}
DONE = "bench: done"
CROWD = "bench: crowd"
# Where tailored paths begin what cannot fail: a call or reply, a send alone.
COMMITS = ("ipc_short_commit", "ipc_short_send_commit")
SECTION = re.compile(r"bench: section=(\d+) (.*)")
LINE_UNITS = ("code_lines", "data_lines", "code_pages", "data_pages")


def firmware(board, symbols):
    """Plugins' arguments: where there is code that works for the kernel."""
    if board["arch"] != "riscv":
        return {}
    load = symbols["load_address"]
    return {"firmware_low": load & ~0x1fffffff, "firmware_high": load}


class MeasureError(Exception):
    """The run gives no figures that could be trusted; the text says why."""


def kernel_arguments(arch):
    """Where a plugin has to expect the kernel's code."""
    return ["base=%#x" % KERNEL_BASE[arch]] + (
        ["end=%#x" % KERNEL_END[arch]] if arch in KERNEL_END else [])


def plugin_arguments(kernel_elf, arch, tailored, trace=None):
    """Arguments of the plugin for this kernel, as one string."""
    symbols = elffile.symbols(kernel_elf)
    table = dict(symbols)
    args = kernel_arguments(arch)
    commits = sorted({a for n, a in symbols if n.startswith(COMMITS)})
    if tailored and not commits:
        raise MeasureError("the kernel has no symbol ipc_short_commit")
    args += ["short=%#x" % a for a in commits]
    for key, name in (("timer", "sched_timer"), ("irq", "interrupt_raise")):
        if name not in table:
            raise MeasureError("the kernel has no symbol " + name)
        args.append("%s=%#x" % (key, table[name]))
    if trace is not None:
        args.append("trace=%d" % trace)
    return ",".join(args)


def run_guest(argv, plugin, arguments, log, timeout):
    """Boot under icount with the plugin; result: the guest's output."""
    if os.path.exists(log):
        os.unlink(log)
    argv = list(argv) + ["-icount", "shift=0,sleep=off", "-plugin",
                         plugin + "," + arguments, "-d", "plugin", "-D", log]
    try:
        done = subprocess.run(argv, stdin=subprocess.DEVNULL,
                              stdout=subprocess.PIPE,
                              stderr=subprocess.STDOUT, timeout=timeout)
        text = done.stdout
    except subprocess.TimeoutExpired as e:
        text = e.stdout or b""
    text = text.decode("utf-8", "replace").replace("\r", "")
    if DONE not in text:
        tail = "\n".join(text.splitlines()[-15:])
        raise MeasureError("the benchmark did not end; its last lines:\n"
                           + tail)
    return text


def fields_of(text):
    return dict(f.split("=", 1) for f in text.split())


def parse_guest(text):
    sections = []
    for match in SECTION.finditer(text):
        fields = fields_of(match.group(2))
        if int(match.group(1)) != len(sections):
            raise MeasureError("section %s out of order" % match.group(1))
        for key in ("words", "iterations", "windows", "counter"):
            fields[key] = int(fields[key])
        sections.append(fields)
    bad = [line for line in text.splitlines()
           if line.startswith("bench: ") and "section=" not in line
           and line not in (DONE, CROWD)]
    if bad:
        raise MeasureError(bad[0])
    return sections


Traced = collections.namedtuple("Traced", "address times lines")


def parse_plugin(path):
    """Result: the sections' counts, and what was traced."""
    sections, traced = [], []
    with open(path, encoding="ascii", errors="replace") as f:
        for line in f:
            words = line.split()
            if words[:1] == ["section"] and len(words) > 2:
                counts = fields_of(line.split(None, 2)[2])
                sections.append({k: int(v) for k, v in counts.items()})
            elif words[:1] == ["trace"]:
                traced.append(Traced(int(words[1], 16), int(words[2]),
                                     [int(w, 16) for w in words[3:]]))
    return sections, traced


def title(guest):
    parts = (guest["metric"], guest["pattern"], guest["partner"])
    name = " ".join(p for p in parts if p != "-")
    return "%s, %d words" % (name, guest["words"])


# How far the guest's counter may be off, in instructions: a few lie between
# marker and reading it. A clock of microseconds is read by a system call.
COUNTER_OFF, CLOCK_OFF = 16, 3000


def has_counter(board):
    """Can the guest count instructions, or has it a clock only?"""
    return "BENCH_CLOCK" not in board["user_defines"]


def check_section(guest, seen, tailored, off=COUNTER_OFF):
    """All that must hold before a figure of this section is believed."""
    name, rounds = title(guest), guest["iterations"]
    if seen["windows"] != guest["windows"]:
        raise MeasureError("%s: %d windows seen, %d opened"
                           % (name, seen["windows"], guest["windows"]))
    if seen["timer"]:
        raise MeasureError("%s: %d timer interrupts in the measured loop"
                           % (name, seen["timer"]))
    if guest["metric"] != "interrupt" and seen["irq"]:
        raise MeasureError(name + ": a device interrupt in the measured loop")
    distance = abs(guest["counter"] - seen["all"])
    if distance > rounds + off:
        raise MeasureError(
            "%s: the guest counts %d, the plugin %d instructions: %.2f apart "
            "a round trip" % (name, guest["counter"], seen["all"],
                              distance / rounds))
    if guest["metric"] in ("ipc", "rotate"):
        if tailored and not seen["short"]:
            raise MeasureError(name + ": nothing took the tailored path")
        if not tailored and seen["short"]:
            raise MeasureError(name + ": the portable build took a tailored "
                               "path")
    if guest["metric"] == "empty" and seen["win_all"]:
        raise MeasureError("an empty window counts %d instructions"
                           % seen["win_all"])


def per_window(guest, total, what):
    """The cost of one window; every two iterations have to cost the same. Without
    conditional moves a processor may take a branch every other time."""
    if 2 * total % guest["iterations"]:
        raise MeasureError("%s: %d %s in %d iterations do not divide: not a "
                           "steady state" % (title(guest), total, what,
                                             guest["iterations"]))
    value = total / guest["windows"]
    return int(value) if value == int(value) else value


def section_results(head, guest, seen, counter=True):
    """The results of one checked section; counter: the guest has one."""
    none = lambda v: None if v == "-" else v
    one_way = guest["windows"] // guest["iterations"] == 2
    base = dict(head, metric=guest["metric"], pattern=none(guest["pattern"]),
                partner=none(guest["partner"]), words=guest["words"])
    is_ipc = guest["metric"] in ("ipc", "rotate")
    per = "one_way" if one_way and is_ipc else "operation"
    results = []

    def add(scope, unit, per_what, value, method):
        results.append(dict(base, scope=scope, unit=unit, per=per_what,
                            value=value, method=method))

    add("kernel", "instructions", per,
        per_window(guest, seen["win_kernel"], "kernel instructions"), "plugin")
    add("total", "instructions", per,
        per_window(guest, seen["win_all"], "instructions"), "plugin")
    # The guest's counter less what the plugin saw outside the windows. The
    # reading itself lies outside too, and is lost in the rounding.
    outside = seen["all"] - seen["win_all"]
    rounds = round((guest["counter"] - outside) / guest["iterations"])
    value = rounds * guest["iterations"] / guest["windows"]
    if counter:
        add("total", "instructions", per,
            int(value) if value == int(value) else value, "counter")
    for unit in LINE_UNITS:
        add("kernel", unit, "operation", seen[unit], "plugin")
    return results


def run_sections(board, kernel_elf, argv, path, plugin, work_dir, timeout,
                 trace=None):
    """Boot a program of sections and check each.

    Result: ([(guest's fields, plugin's counts)], what section `trace` executed
    in the kernel), the section with nothing in it left out.
    """
    tailored = path == "tailored"
    os.makedirs(work_dir, exist_ok=True)
    log = os.path.join(work_dir, "plugin-%s-%s.log" % (board["board"], path))
    arguments = plugin_arguments(kernel_elf, board["arch"], tailored, trace)
    text = run_guest(argv, plugin, arguments, log, timeout)
    with open(log[:-4] + ".txt", "w", encoding="utf-8") as f:
        f.write(text)
    guests = parse_guest(text)
    sections, traced = parse_plugin(log)
    if len(guests) != len(sections) or not guests:
        raise MeasureError("%d sections of the guest, %d of the plugin"
                           % (len(guests), len(sections)))
    for guest, seen in zip(guests, sections):
        check_section(guest, seen, tailored,
                      COUNTER_OFF if has_counter(board) else CLOCK_OFF)
    return [pair for pair in zip(guests, sections)
            if pair[0]["metric"] != "empty"], traced


def measure(board, kernel_elf, argv, path, plugin, work_dir, timeout=300,
            trace=None):
    """Measure one build on one board.

    board: its description (board, arch, cpu, backend); argv: the QEMU command
    that boots this kernel with the benchmark as root task; path: "tailored" or
    "portable". Result: (results, what section `trace` executed in the kernel).
    Raises MeasureError.
    """
    pairs, traced = run_sections(board, kernel_elf, argv, path, plugin,
                                 work_dir, timeout, trace)
    head = collections.OrderedDict(
        (k, board[k]) for k in ("board", "arch", "cpu", "backend"))
    head["path"] = path
    results = []
    for guest, seen in pairs:
        results += section_results(head, guest, seen, has_counter(board))
    return results, traced


def measure_crowd(board, kernel_elf, argv, plugin, work_dir, timeout=300):
    """The same for tests/bench/crowd.c. Result: for each operation kernel
    instructions alone and among the crowd."""
    pairs, _ = run_sections(board, kernel_elf, argv, "tailored", plugin,
                            work_dir, timeout)
    half = len(pairs) // 2
    results = []
    for (guest, alone), (again, crowd) in zip(pairs[:half], pairs[half:]):
        if title(guest) != title(again):
            raise MeasureError("the crowd's sections differ")
        results.append({
            "board": board["board"], "metric": guest["metric"],
            "words": guest["words"],
            "alone": per_window(guest, alone["win_kernel"], "instructions"),
            "crowd": per_window(guest, crowd["win_kernel"], "instructions")})
    return results
