# SPDX-FileCopyrightText: 2026 The Pecan authors
# SPDX-License-Identifier: BSD-2-Clause
"""Is the tailored path the portable one, only faster? The same random IPC
(tests/equal/equal.c) on both kernels has to be seen alike by all its threads,
the tailored path has to be taken often, and tools/plugin/pecan_branch.c has to
see each of its instructions executed and each branch go either way.

Does that notice everything? Each conditional branch, forced to go one way and
then the other in a copy of the kernel, has to fail."""

import os
import random
import re
import struct
import subprocess
import tempfile
import time

import boards
import build
import chain
import elffile
import machine
import measure
import mutants
import run

ROUNDS = 60
STARTS = 30     # seconds; a boot may take these, and one for each round
SHARE = 30      # percent of the calls, at least, that take the tailored path
HANGS = 8       # times as long as usual
IN_CI = 2       # forced branches a board; all in long runs
# Programs that meet what equal.c does not: traps, memory made to mislead.
OTHERS = ("test-local", "test-trap")
SHOWN = 12      # lines of two traces that differ, before and after
NONE = (1 << 64) - 1
# Conditional branches as objdump names them.
BRANCH = {"x86": re.compile(r"j(?!mp)\w+"),
          "arm": re.compile(r"b(eq|ne|cs|cc|hs|lo|mi|pl|vs|vc|hi|ls|ge|lt|gt|le)"),
          "riscv": re.compile(r"b(eq|ne|lt|ge|gt|le)\w*")}
INSTRUCTION = re.compile(r"^\s*([0-9a-f]+):\t(?:[0-9a-f]+ ?)+\s*\t(\S+)")
PLAN = re.compile(r"^1\.\.\d+$", re.M)
RAN = re.compile(r"^ran 0x(\w+) times=(\d+) next=(\d+)$", re.M)
ROUND = re.compile(r"^round (\d+): (\d+) calls, (\d+) reports, (\d+) wild, (\w+)$", re.M)


# ---- branches that are none any more: the first bytes of code, changed -------

def force_x86(code, taken):
    if code[0] == 0x0f:
        return b"\x90\xe9" + code[2:6] if taken else b"\x90" * 6
    return b"\xeb" + code[1:2] if taken else b"\x90" * 2


def force_arm(code, taken):
    return code[:3] + bytes([code[3] & 0x0f | 0xe0]) if taken else \
        struct.pack("<I", 0xe1a00000)  # mov r0, r0


def field(word, *pieces):
    """Bits of an instruction put together: (from, how many, to)."""
    return sum((word >> a & (1 << n) - 1) << b for a, n, b in pieces)


def force_riscv(code, taken):
    if code[0] & 3 != 3:  # c.beqz, c.bnez
        word = struct.unpack("<H", code[:2])[0]
        to = field(word, (3, 2, 1), (10, 2, 3), (2, 1, 5), (5, 2, 6), (12, 1, 8))
        to |= 0xe00 * (to >> 8)
        jump = 0xa001 | field(to, (5, 1, 2), (1, 3, 3), (7, 1, 6), (6, 1, 7),
                              (10, 1, 8), (8, 2, 9), (4, 1, 11), (11, 1, 12))
        return struct.pack("<H", jump if taken else 0x0001)
    word = struct.unpack("<I", code[:4])[0]
    to = field(word, (8, 4, 1), (25, 6, 5), (7, 1, 11), (31, 1, 12))
    to |= 0x1fe000 * (to >> 12)
    jump = 0x6f | field(to, (12, 8, 12), (11, 1, 20), (1, 10, 21), (20, 1, 31))
    return struct.pack("<I", jump if taken else 0x00000013)


FORCE = {"x86": force_x86, "arm": force_arm, "riscv": force_riscv}


class Path:
    """The stretch of code that is the tailored path of a kernel."""

    def __init__(self, board, out):
        table = dict(elffile.symbols(os.path.join(out, "pecan.elf")))
        self.board = board
        self.elf = os.path.join(out, "pecan.elf")
        self.start, self.end = table["ipc_short"], table["ipc_short_end"]
        self.commits = [table[n] for n in measure.COMMITS if n in table]
        # Where it trusts a local id's memory; not every port does.
        self.load = table.get("ipc_short_load")

    def instructions(self):
        """Result: [(address, mnemonic)]."""
        done = subprocess.run(
            [boards.PREFIX[self.board["arch"]] + "objdump", "-d",
             "--start-address=%#x" % self.start,
             "--stop-address=%#x" % self.end, self.elf],
            capture_output=True, text=True, check=True)
        found = map(INSTRUCTION.match, done.stdout.splitlines())
        return [(int(m.group(1), 16), m.group(2)) for m in found
                if m and m.group(2) not in (".word", ".short", "nop")]

    def branches(self):
        return [address for address, name in self.instructions()
                if BRANCH[self.board["arch"]].fullmatch(name)]

    def force(self, address, taken, out):
        """A copy of the kernel in `out`, whose branch at this address always
        jumps, or never."""
        code = elffile.loaded(self.elf, self.start, self.end)
        here = address - self.start
        forced = code[:here] + FORCE[self.board["arch"]](code[here:], taken)
        forced += code[len(forced):]
        for name in ("pecan.elf", "pecan.bin"):
            source = os.path.join(os.path.dirname(self.elf), name)
            if not os.path.exists(source):
                continue
            with open(source, "rb") as f:
                data = f.read()
            if data.count(code) != 1:
                raise boards.Failure(source + " has the path not once")
            with open(os.path.join(out, name), "wb") as f:
                f.write(data.replace(code, forced))
        for name in ("sigma0", "equal") + OTHERS:
            if not os.path.exists(os.path.join(os.path.dirname(self.elf),
                                               name)):
                continue
            os.symlink(os.path.join(os.path.dirname(self.elf), name),
                       os.path.join(out, name))

    def plugin(self, log):
        return ["-plugin", "%s,from=%#x,to=%#x" % (
            build.plugin("pecan_branch"), self.start, self.end),
            "-d", "plugin", "-D", log]

    def seen(self, log):
        """{address: (how often it ran, how often the next one followed)}"""
        with open(log, encoding="ascii") as f:
            return {int(pc, 16): (int(times), int(following))
                    for pc, times, following in RAN.findall(f.read())}

    def work(self, log):
        """How many instructions of the path ran."""
        return sum(times for times, _ in self.seen(log).values())

    def taken(self, log):
        """How often the path was taken to its end."""
        seen = self.seen(log)
        return sum(seen.get(at, (0, 0))[0] for at in self.commits)

    def complaints(self, log, text):
        """What the plugin saw too little of, or too much; and its figures."""
        # Reports may be tailored both ways, too, and count for nothing.
        calls, reports, wild = (sum(int(r[k]) for r in ROUND.findall(text))
                                for k in (1, 2, 3))
        seen = self.seen(log)
        bad = []
        commits = max(self.taken(log) - 2 * reports, 0)
        if commits * 100 < calls * SHARE:
            bad.append("the tailored path is taken by %d of %d calls"
                       % (commits, calls))
        tried, loaded = seen.get(self.load, (0, 0))
        if tried - loaded > wild:
            bad.append("of what cannot be a local id %d are looked up"
                       % (tried - loaded - wild))
        for address, name in self.instructions():
            times, following = seen.get(address, (0, 0))
            if not times:
                bad.append("%x: %s never runs" % (address, name))
            elif BRANCH[self.board["arch"]].fullmatch(name) and \
                    following in (0, times):
                bad.append("%x: %s %s" % (address, name, "never goes on"
                                          if not following else "never jumps"))
        return bad, "%d of %d calls are tailored" % (commits, calls)


def boot(board, out, seed, rounds, shown=NONE, more=(), timeout=None):
    """Result: what the program says; its failures are raised.

    timeout: seconds; None: what is several times enough on any host."""
    _, recipe = boards.chain_of(board)
    with tempfile.TemporaryDirectory(prefix="pecan-") as work:
        order = os.path.join(work, "order")
        form, mask = ("<3Q", NONE) if board["arch"] == "riscv" else \
            ("<3I", NONE >> 32)
        with open(order, "wb") as f:
            f.write(struct.pack(form, seed, rounds, shown & mask))
        images = chain.Images(out, os.path.join(out, "equal"), [order])
        status, text = machine.boot(
            chain.command(board, recipe, images, None, work)
            + ["-icount", "shift=0,sleep=off"] + list(more),
            timeout or STARTS + rounds)
    _, failed, complaints = run.tap_verdict(status, text)
    if failed:
        raise boards.Failure("; ".join(complaints[:3]))
    return text


def first_difference(board, outs, seed, rounds, number):
    """The traces of the round that goes differently, where they part."""
    # What the kernels say before has their sizes in it.
    one, two = (PLAN.split(boot(board, out, seed, rounds, number))[1]
                .splitlines() for out in outs)
    at = next((i for i, (a, b) in enumerate(zip(one, two)) if a != b),
              min(len(one), len(two)))
    return (["round %d, tailored:" % number] + one[max(at - SHOWN, 0):at + 2]
            + ["portable:"] + two[at:at + 2])


def compare(board, tailored, portable, seed, rounds=ROUNDS):
    """Result: (passed, failed, complaints)."""
    path = Path(board, tailored)
    with tempfile.TemporaryDirectory(prefix="pecan-") as work:
        log = os.path.join(work, "branches")
        fast = boot(board, tailored, seed, rounds, more=path.plugin(log))
        slow = boot(board, portable, seed, rounds)
        bad, said = path.complaints(log, fast)
    for one, two in zip(ROUND.findall(fast), ROUND.findall(slow)):
        if one != two:
            bad = first_difference(board, (tailored, portable), seed, rounds,
                                   int(one[0])) + bad
            break
    said = "seed %d, %d rounds: %s" % (seed, rounds, said)
    return 1 - bool(bad), int(bool(bad)), bad + [said]


def notices(board, tailored, right, usual, address, taken, timeout):
    """What is wrong when this branch is forced, or None.

    right: what the program says on the portable kernel; usual: how many
    instructions of the path it takes on the tailored one, and how often it takes
    the path; timeout: seconds."""
    path = Path(board, tailored)
    with tempfile.TemporaryDirectory(prefix="pecan-") as out:
        path.force(address, taken, out)
        forced = Path(board, out)
        log = os.path.join(out, "branches")
        try:
            fast = boot(board, out, 1, ROUNDS, more=forced.plugin(log),
                        timeout=timeout)
        except boards.Failure as e:
            return str(e)
        if ROUND.findall(fast) != ROUND.findall(right):
            return "seen by the threads"
        bad, _ = forced.complaints(log, fast)
        work, times = usual
        if forced.work(log) > work:  # a branch that only saves some
            bad.append("it takes %d instructions more"
                       % (forced.work(log) - work))
        if forced.taken(log) < times:
            bad.append("it is taken %d times less"
                       % (times - forced.taken(log)))
        for name in OTHERS if not bad else ():
            if os.path.exists(os.path.join(out, name)):
                failed, said = run.tap_verdict(
                    *run.boot_test(board, out, name))[1:]
                bad += ["%s: %s" % (name, said[0])] if failed else []
    return bad[0] if bad else None


def force_all(board, tailored, portable, only=None):
    """Each branch both ways, or `only` so many, which change from commit to
    commit. Result: (passed, failed, what noticed each)."""
    cases = [(a, t) for a in Path(board, tailored).branches()
             for t in (True, False)]
    if only:
        cases = random.Random(mutants.commit()).sample(cases, only)
    begin = time.monotonic()
    right = boot(board, portable, 1, ROUNDS)
    timeout = HANGS * (time.monotonic() - begin)
    path = Path(board, tailored)
    with tempfile.TemporaryDirectory(prefix="pecan-") as out:
        log = os.path.join(out, "branches")
        boot(board, tailored, 1, ROUNDS, more=path.plugin(log))
        usual = path.work(log), path.taken(log)
    said = []
    for address, taken in cases:
        wrong = notices(board, tailored, right, usual, address, taken,
                        timeout)
        said.append("%x %s: %s" % (address, "jumps" if taken else
                                   "never jumps", wrong or "not noticed"))
    failed = sum(line.endswith("not noticed") for line in said)
    return len(cases) - failed, failed, said


def jobs(tests):
    """Each board; another seed and more rounds in long runs."""
    seed = int(tests.args.seed or 1)
    for board in tests.of("equal"):
        def job(board=board):
            return compare(board, tests.kernel(board, "tailored"),
                           tests.kernel(board, "portable"), seed,
                           ROUNDS * (10 if tests.long else 1))
        yield "equal/" + board["board"], job

        def forced(board=board):
            return force_all(board, tests.kernel(board, "tailored"),
                             tests.kernel(board, "portable"),
                             None if tests.long else IN_CI)
        yield "equal/forced-" + board["board"], forced
