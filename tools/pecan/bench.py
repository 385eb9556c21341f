# SPDX-FileCopyrightText: 2026 The Pecan authors
# SPDX-License-Identifier: BSD-2-Clause
"""pecan bench: measure all boards, on both IPC paths, and compare."""

import concurrent.futures
import json
import os
import subprocess
import sys
import tempfile

import anatomy
import boards
import budgets
import build
import chain
import host
import latency
import measure
from boards import Failure

REPORT = os.path.join(boards.BUILD, "report")
WORDS = (0, 4, 8, 16, 32, 63)
# What identifies a figure; the rest is its value.
KEYS = ("board", "arch", "cpu", "backend", "path", "metric", "pattern",
        "partner", "words", "scope", "unit", "per", "method")
SINGLES = ("rotate", "null_call", "page_fault", "interrupt", "unmap",
           "thread_switch", "string_64", "string_4096", "string_65536")
# The least that an operation takes: so many bare traps (there and back), bare
# switches of the space, and the bare copy.
FLOORS = (("null_call", 1, 0, None), ("thread_switch", 1, 0, None),
          ("unmap", 1, 0, None), ("interrupt", 1, 0, None),
          ("page_fault", 2, 2, None), ("string_64", 1, 1, "copy_64"),
          ("string_4096", 1, 1, "copy_4096"),
          ("string_65536", 1, 1, "copy_65536"))
UNTESTED = " (untested tools)"
RELEASE = ("-DPECAN_BUILD=release",)
PROGRAMS = ("kernel", "sigma0", "bench", "crowd") + latency.PROGRAMS


def load(path):
    """Results of an earlier run."""
    try:
        with open(path, encoding="utf-8") as f:
            data = json.load(f)
        return {tuple(r[k] for k in KEYS): r["value"] for r in data["results"]}
    except (OSError, ValueError, KeyError, TypeError) as e:
        raise Failure("%s holds no results: %s" % (path, e), 2) from e


def measure_build(board, out, path, plugin, timeout=300):
    """Boot the benchmark of a built board; result: (results, what the kernel
    executed in section anatomy.SECTION)."""
    _, recipe = boards.chain_of(board)
    images = chain.Images(out, os.path.join(out, "bench"))
    with tempfile.TemporaryDirectory(prefix="pecan-") as work:
        argv = chain.command(board, recipe, images, None, work)
        return measure.measure(board, images.kernel_elf, argv, path, plugin,
                               os.path.join(out, "measure"), timeout,
                               anatomy.SECTION)


CROWD_MEMORY = "256M"


def measure_crowd(board, out, counter, timeout=300):
    """What operations cost among thousands of threads (tests/bench/crowd.c)."""
    _, recipe = boards.chain_of(board)
    images = chain.Images(out, os.path.join(out, "crowd"))
    with tempfile.TemporaryDirectory(prefix="pecan-") as work:
        argv = chain.command(board, recipe, images, CROWD_MEMORY, work)
        return measure.measure_crowd(board, images.kernel_elf, argv, counter,
                                     os.path.join(out, "crowd-measure"),
                                     timeout)


def one(board, path, counter):
    what = "%s, %s path" % (board["board"], path)
    print("building   " + what, flush=True)
    out = build.build(board, path, "-bench", RELEASE, PROGRAMS)
    print("measuring  " + what, flush=True)
    try:
        results, traced = measure_build(board, out, path, counter)
        more = {} if path != "tailored" else {
            "anatomy": anatomy.steps(board, os.path.join(out, "pecan.elf"),
                                     traced),
            "crowd": measure_crowd(board, out, counter),
            "latency": latency.measure_build(board, out)}
    except measure.MeasureError as e:
        raise Failure("%s: %s" % (what, e)) from e
    print("done       " + what, flush=True)
    return results, more


def collect(chosen):
    """(results, what else was measured by kind), in an order that depends on
    nothing but the boards."""
    counter = build.plugin("pecan_count")
    jobs = [(b, p) for b in chosen for p in boards.PATHS]
    with concurrent.futures.ThreadPoolExecutor(2) as pool:
        running = [pool.submit(one, b, p, counter) for b, p in jobs]
        try:
            parts = [job.result() for job in running]
        except Failure:
            for job in running:
                job.cancel()
            raise
    return ([r for results, _ in parts for r in results],
            {kind: [r for _, more in parts for r in more.get(kind, ())]
             for kind in ("anatomy", "crowd", "latency")})


def write_json(name, data):
    """A file of the report; result: its path."""
    path = os.path.join(REPORT, name)
    with open(path, "w", encoding="utf-8") as f:
        f.write(json.dumps(data, indent=1) + "\n")
    return path


def document(chosen, results):
    qemu, compiler = host.versions(chosen)
    return {"schema": 1, "version": boards.version(), "qemu": qemu,
            "compiler": compiler, "results": results}


# ---- tables -------------------------------------------------------------------

def find(results, **wanted):
    """The value of the one figure that fits, or None."""
    for r in results:
        if all(r[k] == v for k, v in wanted.items()):
            return r["value"]
    return None


def figure(value, mark=""):
    return "-" if value is None else "%g%s" % (value, mark)


def lay_out(rows):
    widths = [max(len(r[i]) for r in rows) for i in range(len(rows[0]))]
    return ["  ".join(c.ljust(w) if i < 2 else c.rjust(w)
                      for i, (c, w) in enumerate(zip(r, widths))).rstrip()
            for r in rows]


def variants(results):
    seen = []
    for r in results:
        if (r["board"], r["path"]) not in seen:
            seen.append((r["board"], r["path"]))
    return seen


def ipc_rows(results, pattern, partner, scope, mark=""):
    rows = [["board", "path"] + ["%d words" % w for w in WORDS]]
    for board, path in variants(results):
        values = [find(results, board=board, path=path, metric="ipc",
                       pattern=pattern, partner=partner, words=w, scope=scope,
                       unit="instructions", method="plugin") for w in WORDS]
        if partner != "inter_small" or values[0] is not None:
            rows.append([board, path] + [figure(v, mark) for v in values])
    return rows


def footprint_rows(results, mark=""):
    units = ("code_lines", "data_lines", "code_pages", "data_pages")
    rows = [["board", "path"] + [u.replace("_", " ") for u in units]]
    for board, path in variants(results):
        rows.append([board, path] + [figure(find(
            results, board=board, path=path, metric="ipc", pattern="rpc",
            partner="inter", words=0, unit=u), mark) for u in units])
    return rows


def single_rows(results, mark=""):
    rows = [["board", "path"] + [m.replace("_", " ") for m in SINGLES]]
    for board, path in variants(results):
        cells = []
        for metric in SINGLES:
            pair = [find(results, board=board, path=path, metric=metric,
                         scope=s, unit="instructions", method="plugin")
                    for s in ("kernel", "total")]
            cells.append("%s / %s" % tuple(figure(v, mark) for v in pair))
        rows.append([board, path] + cells)
    return rows


def floor(results, steps, board, traps, switches, copy):
    """The instructions of bare traps, switches and copy, as measured."""
    cost = {r["step"]: r["instructions"] for r in steps if r["board"] == board}
    value = traps * (cost["trap"] + cost["resume"]) + switches * cost["switch"]
    if copy:
        value += find(results, board=board, path="tailored", metric=copy,
                      scope="total", method="plugin")
    return value


def floor_rows(results, steps, mark=""):
    """Operations against their floors, on the tailored path."""
    names = list(dict.fromkeys(r["board"] for r in steps))
    rows = [["operation", ""] + names]
    for metric, traps, switches, copy in FLOORS:
        cells = []
        for board in names:
            value = find(results, board=board, path="tailored", metric=metric,
                         scope="kernel", unit="instructions", method="plugin")
            least = floor(results, steps, board, traps, switches, copy)
            cells.append("%s / %s = %.1f" % (figure(value, mark),
                                             figure(least, mark),
                                             value / least))
        rows.append([metric.replace("_", " "), ""] + cells)
    return rows


def crowd_rows(crowd, mark=""):
    """Each board has the same operations, in the same order."""
    head = ["board", "threads"]
    rows = []
    for r in crowd:
        name = r["metric"] + (" of %d" % r["words"] if r["words"] else "")
        if name not in head:
            head.append(name)
        if not rows or rows[-1][0] != r["board"]:
            rows += [[r["board"], "few"], [r["board"], "4,096"]]
        rows[-2].append(figure(r["alone"], mark))
        rows[-1].append(figure(r["crowd"], mark))
    return [head] + rows


PATTERN = {"rpc": "call and reply-and-wait", "call_call": "two threads that "
           "call each other", "send": "send alone"}
PARTNER = {"inter": "between two spaces", "intra": "in one space",
           "inter_small": "between two small spaces"}


def latency_rows(latencies, mark=""):
    names = list(dict.fromkeys(r["board"] for r in latencies))
    value = {(r["case"], r["board"]): r["instructions"] for r in latencies}
    return [["case", ""] + names] + [
        [case, ""] + [figure(value.get((case, n)), mark) for n in names]
        for case in dict.fromkeys(r["case"] for r in latencies)]


def anatomy_tables(steps, mark=""):
    """What each step costs, the back ends side by side, and where to read it.
    """
    by, names = {}, []
    for r in steps:
        name = "%s (%s)" % (r["backend"], r["board"])
        by[name, r["step"]] = r
        if name not in names:
            names.append(name)
    found = []
    for title, unit in (
            ("one way, instructions", "instructions"),
            ("64-byte lines of code, round trip", "code_lines"),
            ("64-byte lines of data, round trip", "data_lines")):
        rows = [["step", ""] + names]
        for step in anatomy.STEPS:
            rows.append([step, ""] + [figure(by[n, step][unit], mark)
                                      for n in names])
        rows.append(["total", ""] + [figure(sum(
            by[n, s][unit] for s in anatomy.STEPS), mark) for n in names])
        found.append(("Anatomy of an IPC between two spaces, 0 words: " + title,
                      rows))
    found.append(("Where each step begins", [["step", "back end", "source"]] + [
        [s, n, by[n, s]["source"] or "-"] for s in anatomy.STEPS
        for n in names]))
    return found


def tables(results, more, mark=""):
    """(title, rows) of each table, the most important first."""
    found = []
    for scope, words in (("kernel", "kernel"), ("total", "user to user")):
        for partner in PARTNER:
            for pattern in PATTERN:
                title = "One-way IPC %s, %s, %s, instructions" % (
                    PARTNER[partner], PATTERN[pattern], words)
                found.append((title, ipc_rows(results, pattern, partner, scope,
                                              mark)))
    found.append(("64-byte lines and pages that the kernel touches in one "
                  "round trip, two spaces, 0 words", footprint_rows(results,
                                                                    mark)))
    shown = {b["board"] for b in boards.of_each_backend(
        {r["board"]: boards.load(r["board"]) for r in results}.values())}
    found += anatomy_tables([r for r in more["anatomy"]
                             if r["board"] in shown], mark)
    found.append(("Other operations, kernel / user to user, instructions "
                  "(rotate: one way)", single_rows(results, mark)))
    found.append(("Other operations, kernel instructions / floor = ratio "
                  "(floor: the bare traps and space switches, which are steps "
                  "of the short path, and the bare copy)",
                  floor_rows(results, more["anatomy"], mark)))
    found.append(("The same operation among few threads, and among 4096 in "
                  "1000 spaces, kernel instructions (ipc: one way; map, grant: "
                  "with the call that carries them; flush: of a page that many "
                  "others derive from)", crowd_rows(more["crowd"], mark)))
    found.append(("The longest way between two points where the kernel takes "
                  "interrupts, instructions", latency_rows(more["latency"],
                                                           mark)))
    return found


def compare(old, results):
    """Lines: what is different from earlier results."""
    new = {tuple(r[k] for k in KEYS): r["value"] for r in results}
    lines = []
    for key, value in new.items():
        before = old.get(key)
        if before != value:
            name = " ".join(str(k) for k in key if k is not None)
            lines.append("%s: %s -> %s" % (name, figure(before), figure(value)))
    lines += ["%s: gone" % " ".join(str(k) for k in key if k is not None)
              for key in old if key not in new and key[0] in
              {r["board"] for r in results}]
    return lines or ["no difference"]


def draw(*arguments):
    """report.py draws, by the Python that Debian's matplotlib is for. Result:
    the file, its first argument."""
    drawer = os.path.join(boards.TOP, "tools", "pecan", "report.py")
    for python in (sys.executable, "/usr/bin/python3"):
        done = subprocess.run([python, drawer] + list(arguments),
                              stderr=subprocess.PIPE, text=True, check=False)
        if done.returncode == 0:
            return arguments[0]
    raise Failure("the report could not be drawn:\n" + done.stderr)


def show(found):
    for title, rows in found:
        print("\n%s:" % title)
        print("\n".join(lay_out(rows)))


def show_anatomy(chosen):
    """Only what each step of the short path costs."""
    counter, steps = build.plugin("pecan_count"), []
    for board in boards.of_each_backend(chosen):
        out = build.build(board, "tailored", "-bench", RELEASE, PROGRAMS)
        _, traced = measure_build(board, out, "tailored", counter)
        steps += anatomy.steps(board, os.path.join(out, "pecan.elf"), traced)
    show(anatomy_tables(steps, UNTESTED if host.untested(chosen) else ""))
    return 0


def bench(chosen, old, budget):
    """old: earlier results to compare with, or None; budget: are these figures
    the budgets from now on?"""
    warnings = host.untested(chosen)
    for line in warnings:
        print(line, file=sys.stderr)
    results, more = collect(chosen)
    os.makedirs(REPORT, exist_ok=True)
    data = write_json("results.json", document(chosen, results))
    mark = UNTESTED if warnings else ""
    show(tables(results, more, mark))
    if budget:
        budgets.write(results, more["anatomy"])
    page = draw(os.path.join(REPORT, "index.html"), data,
                write_json("more.json", more), *warnings)
    print("\nFigures are instructions, counted by a QEMU plugin and confirmed "
          "by the\nprocessor's own counter where it has one.")
    if old is not None:
        print("\nAgainst the earlier results:")
        print("\n".join(compare(old, results)))
    print("\n%s\n%s" % (os.path.relpath(data), os.path.relpath(page)))
    return 0
