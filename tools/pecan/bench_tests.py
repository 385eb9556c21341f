# SPDX-FileCopyrightText: 2026 The Pecan authors
# SPDX-License-Identifier: BSD-2-Clause
"""Is the figure true? Tests of the measuring."""

import json
import os
import re
import shutil
import subprocess

import anatomy
import bench
import boards
import budgets
import build
import latency
import measure
import mutants
import tour

PAD = 10
SHORT = ["-DPECAN_BENCH_DEFINES=BENCH_ITERATIONS=64"]
# A counter that is wrong by so much each time is noticed; a clock is coarser.
WRONG = "-DPECAN_BENCH_DEFINES=BENCH_ITERATIONS=64;BENCH_COUNTER_ERROR=%d"
WRONG_COUNTER, WRONG_CLOCK = 2, 100
# RPC between two spaces, no words, one way: the most instructions of the kernel
# that are promised, and from user to user.
PORTABLE = 170
TAILORED = {("p6", "inter"): (50, 66), ("pentium", "inter"): (44, 60),
            ("pentium", "inter_small"): (58, 74), ("i486", "inter"): (44, 60),
            ("cortex-a", "inter"): (48, 60), ("arm926", "inter"): (54, 66),
            ("rv64-asid", "inter"): (50, 62), ("rv64-noasid", "inter"): (52, 64)}
# Budgets of a board whose interrupt controllers are dearer than those of the
# board that stands for its back end.
DEARER = {"raspi2b": {"interrupt": 620}}
NEW_NAME = "board-of-the-test"


def figures(results):
    return {tuple(r[k] for k in bench.KEYS): r["value"] for r in results}


def built(board, path, variant, options):
    """(results, the steps of the short path if it has one, what is not true
    of it in docs/tour.md)."""
    out = build.build(board, path, variant, bench.RELEASE + tuple(options),
                      bench.PROGRAMS)
    results, traced = bench.measure_build(board, out, path,
                                          build.plugin("pecan_count"))
    if path == "portable":
        return results, [], []
    elf = os.path.join(out, "pecan.elf")
    return (results, anatomy.steps(board, elf, traced),
            tour.check(board, elf, traced))


def targets(results, backend):
    """The promises that are not kept."""
    bad = []
    promises = [("portable", "inter", "kernel", PORTABLE)] + [
        ("tailored", partner, scope, limit)
        for (of, partner), limits in TAILORED.items() if of == backend
        for scope, limit in zip(("kernel", "total"), limits)]
    for path, partner, scope, limit in promises:
        value = bench.find(results, path=path, scope=scope, metric="ipc",
                           pattern="rpc", partner=partner, words=0,
                           unit="instructions", method="plugin")
        if value is None or value > limit:
            bad.append("%s %s %s: %s, promised %d"
                       % (path, partner, scope, value, limit))
    common = dict(path="tailored", scope="kernel", words=0, method="plugin",
                  unit="instructions")
    one = bench.find(results, metric="ipc", pattern="rpc", partner="inter",
                     **common)
    many = bench.find(results, metric="rotate", **common)
    if one is None or many is None or abs(many - one) > 2:
        bad.append("rotate %s, rpc %s" % (many, one))
    return bad


def sums(results, steps):
    """The steps of an IPC are all of it."""
    total = sum(s["instructions"] for s in steps)
    value = bench.find(results, path="tailored", scope="kernel", metric="ipc",
                       pattern="rpc", partner="inter", words=0,
                       unit="instructions", method="plugin")
    return [] if total == value else ["steps %s, IPC %s" % (total, value)]


def named(before, steps, after, padded):
    """Of a path that got longer, the budgets name the step."""
    bad = budgets.worse(after, padded, budgets.figures(before, steps))
    grown = {a["step"] for a, b in zip(padded, steps)
             if a["instructions"] > b["instructions"]}
    return [] if len(grown) == 1 and any(
        ": step %s: " % min(grown) in line for line in bad) else [
            "the step that grew is not named: %s" % "; ".join(bad[:5])]


def padding(before, after, by):
    """Instructions of IPC change by exactly this much; what is padded is the
    resume of the partner, which a send alone has not."""
    bad = []
    old, new = figures(before), figures(after)
    for key, value in old.items():
        named = dict(zip(bench.KEYS, key))
        if named["metric"] not in ("ipc", "rotate") or \
                named["unit"] != "instructions" or named["pattern"] == "send":
            continue
        if new.get(key) != value + by:
            bad.append("%s: %s, then %s" % (" ".join(map(str, key)), value,
                                            new.get(key)))
    return bad[:5]


def expect_error(text, function):
    try:
        function()
    except measure.MeasureError as e:
        return [] if text in str(e) else ["wrong complaint: %s" % e]
    return ["no complaint about: " + text]


def no_tailored_entry():
    """A tailored figure without an entry of the tailored path."""
    guest = {"metric": "ipc", "pattern": "rpc", "partner": "inter",
             "words": 0, "iterations": 8, "windows": 16, "counter": 800}
    seen = {"windows": 16, "timer": 0, "irq": 0, "all": 800, "short": 0,
            "win_all": 700}
    bad = expect_error("nothing took the tailored path",
                       lambda: measure.check_section(guest, seen, True))
    return (0, 1, bad) if bad else (1, 0, [])


def measured(board, whole):
    """The figures of one board and, if it is to be whole, whether the measuring
    notices a change; result: (passed, failed, complaints)."""
    results = {}
    results["portable"], _, _ = built(board, "portable", "-bench", ())
    results["tailored"], steps, untrue = built(board, "tailored", "-bench", ())
    every = results["tailored"] + results["portable"]
    backend, allowed = board["backend"], budgets.read()
    allowed.setdefault(backend, {}).update(DEARER.get(board["board"], {}))
    checks = [targets(every, backend), budgets.worse(every, steps, allowed),
              sums(every, steps), untrue]
    for path, by in (("tailored", PAD), ("portable", 0)) if whole else ():
        padded, more, _ = built(board, path, "-pad",
                                SHORT + ["-DPECAN_IPC_PAD=%d" % PAD])
        if path == "tailored":
            checks.append(named(results[path], steps, padded, more))
        checks.append(padding(results[path], padded, by))
    if whole:
        by = WRONG_COUNTER if measure.has_counter(board) else WRONG_CLOCK
        checks.append(expect_error(
            "apart a round trip", lambda: built(board, "tailored", "-wrong",
                                                [WRONG % by])))
    bad = [line for check in checks for line in check]
    return (sum(1 for c in checks if not c), sum(1 for c in checks if c), bad)


def command(tree, *arguments):
    done = subprocess.run([os.path.join(tree, "pecan")] + list(arguments),
                          cwd=tree, stdout=subprocess.PIPE,
                          stderr=subprocess.STDOUT, text=True, check=False)
    return done.returncode, done.stdout


def results_of(tree):
    with open(os.path.join(tree, "build", "report", "results.json"),
              encoding="utf-8") as f:
        return f.read()


def repeat(names):
    """Two clean clones in different directories give the same bytes."""
    texts = []
    chosen = [w for n in names for w in ("--board", n)]
    first = os.path.join(boards.BUILD, "clones", "first.json")
    options = []
    for number in (1, 2):
        tree = os.path.join(boards.BUILD, "clones", "x" * 9 * number)
        shutil.rmtree(tree, ignore_errors=True)
        mutants.copy_tree(tree)
        status, said = command(tree, "bench", *chosen, *options)
        if status:
            return 0, 1, ["bench failed: " + said[-400:]]
        texts.append(results_of(tree))
        if options and "\nno difference\n" not in said:
            return 0, 1, ["--compare does not say that nothing differs"]
        with open(first, "w", encoding="utf-8") as f:
            f.write(texts[0])
        options = ["--compare", first]
        with open(os.path.join(tree, "build/report/index.html"),
                  encoding="utf-8") as f:
            page = f.read()
        if "<svg" not in page or "http://" in page.replace(
                "http://www.w3.org", "").replace("http://purl.org", "")\
                .replace("http://creativecommons.org", ""):
            return 0, 1, ["the page is not self-contained"]
        shutil.rmtree(tree)
    if texts[0] != texts[1]:
        return 0, 1, ["the results differ"]
    return 1, 0, []


def marked(tree):
    """With untested tools no measured figure of the page is without its mark;
    and the results have the documented form. Result: complaints."""
    report = os.path.join(tree, "build", "report")
    file = lambda name: os.path.join(report, name)
    subprocess.run(["/usr/bin/python3",
                    os.path.join(tree, "tools", "pecan", "report.py"),
                    file("marked.html"), file("results.json"),
                    file("more.json"), "not the tested one"], check=True)
    with open(file("marked.html"), encoding="utf-8") as f:
        page = f.read()
    others = re.compile(r"<tr>((?!</tr>).)*<td>(same method|published)</td>")
    bad = ["not marked: " + cell for cell in
           re.findall(r"<td>[\d.]+</td>", others.sub("", page))]
    data = json.loads(results_of(tree))
    if list(data) != ["schema", "version", "qemu", "compiler", "results"] or \
            any(set(r) != set(bench.KEYS) | {"value"}
                for r in data["results"]):
        bad.append("results.json has another form")
    return bad[:5]


def copied_board(name):
    """A board's directory under a new name, the old one gone, is a board."""
    tree = os.path.join(boards.BUILD, "clones", "board")
    shutil.rmtree(tree, ignore_errors=True)
    mutants.copy_tree(tree)
    os.rename(os.path.join(tree, "platforms", name),
              os.path.join(tree, "platforms", NEW_NAME))
    bad = []
    status, said = command(tree, "run", "--board", NEW_NAME, "--timeout", "60",
                           "tests/run/status.c")
    if status != 42 or "board " + NEW_NAME not in said:
        bad.append("run: %d %s" % (status, said[-300:]))
    status, said = command(tree, "bench", "--board", NEW_NAME)
    if status:
        bad.append("bench: %d %s" % (status, said[-300:]))
    elif {r["board"] for r in json.loads(results_of(tree))["results"]} != \
            {NEW_NAME}:
        bad.append("bench: other boards' results")
    else:
        bad += marked(tree)
    shutil.rmtree(tree)
    return (0, 1, bad) if bad else (1, 0, [])


def crowd(board):
    """Nothing costs more among thousands; a flush is linear in what it
    removes. One in a hundred is for what happens once in many operations."""
    out = build.build(board, "tailored", "-bench", bench.RELEASE,
                      bench.PROGRAMS)
    rows = bench.measure_crowd(board, out, build.plugin("pecan_count"))
    bad = ["%s %d: %s alone, %s among many" % (
        r["metric"], r["words"], r["alone"], r["crowd"])
        for r in rows if abs(r["crowd"] - r["alone"]) > r["alone"] / 100]
    cost = {r["words"]: r["alone"] for r in rows if r["metric"] == "flush"}
    page = (cost[16] - cost[4]) / 12
    linear = cost[16] + 48 * page
    if abs(cost[64] - linear) > linear / 20:
        bad.append("flush of 64 pages: %d, linear %d" % (cost[64], linear))
    return (0, 1, bad) if bad else (1, 0, [])


def latencies(board):
    """Nowhere does an interrupt wait for longer than promised."""
    out = build.build(board, "tailored", "-bench", bench.RELEASE,
                      bench.PROGRAMS)
    rows = latency.measure_build(board, out)
    bad = ["%s: %d instructions, from %s, beyond %d at %s" % (
        r["case"], r["instructions"], r["entry"], latency.LIMIT, r["over"])
        for r in rows if r["instructions"] > latency.LIMIT]
    return len(rows) - len(bad), len(bad), bad


def jobs(tests):
    yield "bench/no-tailored-entry", no_tailored_entry
    whole = [b for b, p in tests.pairs("bench") if p == "portable"]
    for board in whole:
        yield "bench/crowd-" + board["board"], lambda b=board: crowd(b)
    for board in whole:
        yield "bench/latency-" + board["board"], lambda b=board: latencies(b)
    for board in tests.of("bench"):
        yield "bench/" + board["board"], \
            lambda b=board: measured(b, b in whole)
    names = [b["board"] for b in tests.of("bench")]
    # In CI one board, another one with each commit.
    if not tests.long:
        names = [names[int(mutants.commit()[:4] or "0", 16) % len(names)]]
    yield "bench/repeat", lambda: repeat(names)
    yield "bench/copied-board", lambda: copied_board(
        tests.of("bench")[-1]["board"])
