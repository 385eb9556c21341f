# SPDX-FileCopyrightText: 2026 The Pecan authors
# SPDX-License-Identifier: BSD-2-Clause
"""Mutants: patches that take one check away; some test has to notice.

A mutant is tests/mutants/NAME.patch. Its first lines say what it is:
  # guards: the promise that it breaks
  # tests: the tests that notice, as given to `./pecan test`
  # boards: (optional) where; default: the first board of each port it touches,
    for generic code the first board
They are applied to a copy of the tree, one after the other.
"""

import glob
import hashlib
import os
import re
import shutil
import subprocess

import boards
import lint
from boards import Failure

WORK = os.path.join(boards.BUILD, "mutants")
IN_CI = 5


def names():
    return sorted(os.path.basename(p)[:-6] for p in glob.glob(
        os.path.join(boards.TOP, "tests", "mutants", "*.patch")))


def head(name):
    """The header lines of a mutant, as a dictionary."""
    path = os.path.join(boards.TOP, "tests", "mutants", name + ".patch")
    found = {"path": path}
    with open(path, encoding="utf-8") as f:
        text = f.read()
    found.update(re.findall(r"^# (\w+): *(.*)$", text, re.M))
    found["files"] = re.findall(r"^\+\+\+ b/(\S+)", text, re.M)
    if not found.get("tests"):
        raise Failure("mutant %s names no tests" % name)
    return found


def commit():
    done = subprocess.run(["git", "rev-parse", "HEAD"], cwd=boards.TOP,
                          capture_output=True, text=True, check=False)
    return done.stdout.strip() or boards.version()


def choose(count):
    """count mutants (0: all); the commit's hash says which."""
    every = names()
    if count == 0 or count >= len(every):
        return every
    key = commit()
    order = sorted(every, key=lambda n: hashlib.sha256(
        (key + n).encode()).hexdigest())
    return sorted(order[:count])


def copy_tree(to):
    """Bring the copy up to date without touching what is the same: its build
    directories stay valid."""
    wanted = set(lint.files())
    for name in wanted:
        source, target = os.path.join(boards.TOP, name), os.path.join(to, name)
        with open(source, "rb") as f:
            data = f.read()
        if os.path.exists(target):
            with open(target, "rb") as f:
                if f.read() == data:
                    continue
        os.makedirs(os.path.dirname(target), exist_ok=True)
        shutil.copy(source, target)
    for where, directories, files in os.walk(to):
        directories[:] = [d for d in directories if d not in ("build", ".git")]
        for file in files:
            full = os.path.join(where, file)
            if os.path.relpath(full, to) not in wanted:
                os.unlink(full)
    return to


def boards_of(mutant, chosen):
    """Where its tests run."""
    if "boards" in mutant:
        return mutant["boards"].split()
    ports = {f.split("/")[1] for f in mutant["files"] if f.startswith("arch/")}
    platform = {f.split("/")[1] for f in mutant["files"]
                if f.startswith("platforms/")} & set(boards.names())
    if platform:
        return sorted(platform)
    if ports:
        found = []
        for port in sorted(ports):
            found += [b["board"] for b in boards.select(None)
                      if b["arch"] == port][:1]
        return found
    return [chosen[0]["board"]]


def kill(name, lane, chosen):
    """Result: (passed, failed, complaints) of one mutant."""
    mutant = head(name)
    tree = copy_tree(os.path.join(WORK, "tree-%d" % lane))
    done = subprocess.run(["patch", "-p1", "-s", "-i", mutant["path"]],
                          cwd=tree, capture_output=True, text=True, check=False)
    if done.returncode:
        return 0, 1, ["does not apply: " + done.stdout.strip()]
    argv = [os.path.join(tree, "pecan"), "test", "--allow-warnings"]
    for board in boards_of(mutant, chosen):
        argv += ["--board", board]
    done = subprocess.run(argv + mutant["tests"].split(), cwd=tree,
                          capture_output=True, text=True, check=False)
    last = (done.stdout.strip().splitlines() or [""])[-1]
    match = re.fullmatch(r"(\d+) passed, (\d+) failed", last)
    if not match or "does not build" in done.stdout + done.stderr:
        return 0, 1, ["the tests did not run: %s %s" % (last, done.stderr[-300:])]
    if match.group(2) == "0":
        return 0, 1, ["survived %s" % mutant["tests"]]
    return 1, 0, []
