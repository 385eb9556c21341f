# SPDX-FileCopyrightText: 2026 The Pecan authors
# SPDX-License-Identifier: BSD-2-Clause
"""tests/bench/budgets.json: the figures that each back end has reached. One that
gets worse fails, and the steps of the IPC that grew are named; `./pecan bench
--budgets` writes what is measured now. A rise is a commit that says why."""

import json
import os

import boards

PATH = os.path.join(boards.TOP, "tests", "bench", "budgets.json")
OPERATIONS = ("rotate", "null_call", "page_fault", "interrupt", "unmap",
              "thread_switch", "string_64", "string_4096", "string_65536")


def name_of(figure):
    """What a result is called here; None: it has no budget."""
    if figure["method"] != "plugin":
        return None
    if figure["metric"] == "ipc":
        if figure["unit"] != "instructions":
            rpc = (figure["pattern"], figure["partner"], figure["words"])
            return "%s %s" % (figure["path"], figure["unit"]) if rpc == (
                "rpc", "inter", 0) else None
        if figure["path"] == "portable" and figure["words"]:
            return None
        return "%s ipc %s %s, %d words, %s" % (
            figure["path"], figure["pattern"], figure["partner"],
            figure["words"], figure["scope"])
    if figure["path"] == "tailored" and figure["metric"] in OPERATIONS and \
            (figure["unit"], figure["scope"]) == ("instructions", "kernel"):
        return figure["metric"]
    return None


def figures(results, steps):
    """{back end: {name: value}}, the worst of its boards."""
    found = {}
    for row in results:
        name = name_of(row)
        if name:
            of = found.setdefault(row["backend"], {})
            of[name] = max(row["value"], of.get(name, 0))
    for row in steps:
        of = found.setdefault(row["backend"], {})
        name = "step " + row["step"]
        of[name] = max(row["instructions"], of.get(name, 0))
    return found


def read():
    with open(PATH, encoding="utf-8") as f:
        return json.load(f)


def write(results, steps):
    """Replace those of the back ends that were measured."""
    budgets = dict(read() if os.path.exists(PATH) else {},
                   **figures(results, steps))
    with open(PATH, "w", encoding="utf-8") as f:
        f.write(json.dumps(budgets, indent=1, sort_keys=True) + "\n")


def worse(results, steps, budgets):
    """Complaints: what costs more than its budget, or has none."""
    bad = []
    for backend, found in figures(results, steps).items():
        budget = budgets.get(backend, {})
        bad += ["%s: %s: %g, budget %s" % (backend, name, value,
                                           budget.get(name, "missing"))
                for name, value in sorted(found.items())
                if value > budget.get(name, -1)]
    return bad
