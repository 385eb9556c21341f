# SPDX-FileCopyrightText: 2026 The Pecan authors
# SPDX-License-Identifier: BSD-2-Clause
"""The tree and its boards: platforms/<board>/board.json."""

import json
import os
import re

TOP = os.path.dirname(os.path.dirname(os.path.dirname(
    os.path.abspath(__file__))))
BUILD = os.path.join(TOP, "build")
PLATFORMS = os.path.join(TOP, "platforms")
PATHS = ("tailored", "portable")
# How much a board is tested for each change, its "role" in board.json: all of
# its processor's tests, on both paths; all of its back end's, on the tailored
# one; or, if nothing is said, what depends on the board.
ROLES = ("port", "back end", "board")
# The stages that leave out those below.
LOWEST = dict.fromkeys(("conformance", "model", "equal", "oracle", "fuzz",
                        "static", "run", "sdk", "bench"), "back end")
# Those of them that --long, too, has for each back end only, and on the portable
# path for each processor: they take longest.
LENGTHY = ("model", "equal", "oracle", "fuzz")
# Of binutils.
PREFIX = {"x86": "", "arm": "arm-none-eabi-", "riscv": "riscv64-unknown-elf-"}


class Failure(Exception):
    """Ends the command: one line to stderr, and an exit status."""

    def __init__(self, text, status=1):
        super().__init__(text)
        self.status = status


def names():
    """All boards, in alphabetical order."""
    found = [n for n in os.listdir(PLATFORMS)
             if os.path.exists(os.path.join(PLATFORMS, n, "board.json"))]
    return sorted(found)


def load(name):
    """The description of a board; Failure 2 if there is none of this name."""
    if name not in names():
        raise Failure("unknown board '%s'; boards: %s"
                      % (name, " ".join(names())), 2)
    path = os.path.join(PLATFORMS, name, "board.json")
    with open(path, encoding="utf-8") as f:
        board = json.load(f)
    board["board"] = name  # the directory is the name, also of a copy
    return board


def select(wanted):
    return [load(n) for n in (wanted or names())]


def role(board):
    return ROLES.index(board.get("role", ROLES[-1]))


def tested(stage, chosen, every=False, paths=False):
    """The (board, path) that a stage has of these boards; every: all; paths:
    both of each board that it has at all."""
    # The paths are compared on each back end, so both are built.
    lowest = {"tailored": LOWEST.get(stage, ROLES[-1]),
              "portable": "back end" if stage == "build" or paths else "port"}
    return [(b, p) for b in chosen for p in PATHS
            if every or role(b) <= ROLES.index(lowest[p])]


def of_each_backend(chosen):
    """One of these boards for each back end: that which is tested most."""
    first = {}
    for board in sorted(chosen, key=role):
        first.setdefault(board["backend"], board["board"])
    return [b for b in chosen if first[b["backend"]] == b["board"]]


def chain_of(board, wanted=None):
    """(name, recipe) of a boot chain of this board."""
    name = wanted or board["default_chain"]
    if name not in board["chains"]:
        raise Failure("unknown chain '%s'; chains of %s: %s"
                      % (name, board["board"], " ".join(board["chains"])), 2)
    return name, board["chains"][name]


def version():
    with open(os.path.join(TOP, "CMakeLists.txt"), encoding="utf-8") as f:
        return re.search(r"project\(pecan VERSION (\S+)", f.read()).group(1)
