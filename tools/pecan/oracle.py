# SPDX-FileCopyrightText: 2026 The Pecan authors
# SPDX-License-Identifier: BSD-2-Clause
"""Would it work with a TLB that forgets nothing by itself? Test programs run
under tools/plugin/pecan_tlb.c (docs/oracle.md), also with one labelled site of
maintenance taken as absent: tests/oracle/sites says which program notices."""

import functools
import glob
import hashlib
import os
import re
import struct
import subprocess
import tempfile

import boards
import build
import elffile
import machine
import measure
import mutants
import run
from boards import Failure

TABLE = os.path.join(boards.TOP, "tests", "oracle", "sites")
IN_CI, IGNORED_IN_CI = 8, 3  # of a board
# Programs that take minutes under the plugin: in long runs.
SLOW = ("kernel/scale", "kernel/long", "kernel/quota", "kernel/random",
        "kernel/asid", "conformance/schedule", "conformance/preempt",
        "conformance/thread_control")
SUM = re.compile(r"^oracle accesses=[1-9]\d* .*stale=0$", re.M)

# Maintenance, and what changes the translation, as objdump writes it.
MAINTENANCE = {
    "x86": re.compile(r"\t(invlpg|invpcid|wbinvd|invd\b|clflush|"
                      r"mov +%\w+,%cr3)"),
    # not the write buffer's draining, which is a barrier
    "arm": re.compile(r"\tmcr\w*\t15, 0, \w+, cr(8, |7, cr(5|6|7|11|14), |"
                      r"7, cr10, \{[^4]|"
                      r"2, cr0, |13, cr0, \{1\})"),
    # and of the process id and the domains
    "arm926": re.compile(r"\tmcr\w*\t15, 0, \w+, cr(8, |7, cr(5|6|7|11|14), |"
                         r"7, cr10, \{[^4]|[23], cr0, |13, cr0, )"),
    "riscv": re.compile(r"\t(sfence|fence\.i|csr[a-z]+\t(\w+,)?satp,\w)"),
}

# What a switch flushes; nobody would notice if it were more than has to be.
SWITCH_FLUSH = re.compile(r"switch.*_flush$")
EVERYTHING = re.compile(r"\tsfence\.vma(\tzero,zero|\s*$)")


def sites(kernel):
    """{label: [addresses]} of a kernel."""
    return elffile.labels(kernel, ".sites")


def unlabelled(board, kernel):
    """Instructions of maintenance without a label, and labels of others."""
    done = subprocess.run(
        [boards.PREFIX[board["arch"]] + "objdump", "-d", kernel],
        capture_output=True, text=True, check=True)
    known = {a: label for label, places in sites(kernel).items()
             for a in places}
    maintenance = MAINTENANCE.get(board["backend"], MAINTENANCE[board["arch"]])
    seen, bad = set(), []
    for line in done.stdout.splitlines():
        place = re.match(r"\s*([0-9a-f]+):\t", line)
        if not place or not maintenance.search(line):
            continue
        address = int(place.group(1), 16)
        seen.add(address)
        if address not in known:
            bad.append("no label: " + line.strip())
        elif SWITCH_FLUSH.match(known[address]) and EVERYTHING.search(line):
            bad.append("a switch flushes global entries: " + line.strip())
    return bad + ["no maintenance at the label's address %#x" % a
                  for a in sorted(known.keys() - seen)]


def check_sites(board, kernel):
    """A test's result: one test a label, and one that nothing has none."""
    bad = unlabelled(board, kernel)
    return len(sites(kernel)) + (not bad), len(bad), bad


# ---- under the plugin ---------------------------------------------------------------

@functools.lru_cache
def plugin():
    return build.plugin("pecan_tlb")


def arguments(board, kernel, ignore=()):
    """Of the plugin."""
    table, known = dict(elffile.symbols(kernel)), sites(kernel)
    words = {"start": table["arch_start_users"], "fault": table["fault_page"],
             "free": table["kmem_free"]}
    if board["arch"] == "arm":
        words.update(touch=table["arch_touch"], sync=table["arch_sync_code"])
    steps = []
    if board["backend"] == "arm926":
        words.update(arm926=1)
        # they name a line by a register, which has to be right there
        steps = [a for label in known if label.endswith("_line")
                 for a in known[label]]
    elif board["arch"] == "arm":
        words.update(clean=table["cache_flush"])
    if board["arch"] == "riscv":
        words.update(measure.firmware(board, table))
        if "touch" in known:
            words.update(repair=known["touch"][0])
    for label in ignore:
        if label not in known:
            raise Failure("no site %s; there are: %s"
                          % (label, " ".join(sorted(known))))
    return ",".join(measure.kernel_arguments(board["arch"])
                    + ["%s=%#x" % w for w in words.items()]
                    + ["step=%#x" % a for a in steps]
                    + ["ignore=%#x" % a for l in ignore for a in known[l]])


def observe(board, out, name, ignore=(), timeout=180):
    """Run a program of a build. Result: (status, its text, the plugin's)."""
    kernel = os.path.join(out, "pecan.elf")
    with tempfile.TemporaryDirectory(prefix="pecan-") as work, \
            run.meddler(board, out, name, work):
        log = os.path.join(work, "oracle")
        status, text = machine.boot(
            run.test_command(board, out, name, work)
            + ["-plugin", plugin() + ","
               + arguments(board, kernel, ignore), "-d", "plugin", "-D", log],
            timeout)
        if not os.path.exists(log):
            raise Failure("QEMU: " + text.strip())
        with open(log, encoding="ascii", errors="replace") as f:
            return status, text, f.read()


def uses(log):
    """Stale uses, as the plugin reports them."""
    return [line for line in log.splitlines() if line.startswith("stale ")]


def check_program(board, out, name, timeout=180):
    """Does it pass, and use nothing stale? A test's result."""
    status, text, log = observe(board, out, name, (), timeout)
    _, failed, bad = run.tap_verdict(status, text)
    bad = uses(log)[:5] + bad
    if not failed and not bad and not SUM.search(log):
        bad.append("no sum of the plugin")
    return (0, 1, bad) if bad else (1, 0, [])


def check_ignored(board, out, name, label):
    """Does it use something stale when this site is ignored?"""
    _, _, log = observe(board, out, name, [label], 300)
    found = uses(log)
    if found:
        return 1, 0, []
    return 0, 1, ["%s does not notice that %s is absent" % (name, label)]


def program(name):
    """kernel/tlb: the program's file."""
    stage, rest = name.split("/")
    return ("test-" if stage == "kernel" else "conformance-") + rest


def notices(lane, test, board, path):
    """For mutants.py: run a test on the lane's tree; why it failed, or None."""
    if test == "oracle/sites":
        out = lane.build(board, path, ["kernel"])
        bad = unlabelled(board, os.path.join(out, "pecan.elf"))
    elif test.startswith("oracle/suite/"):
        name = program(test.split("/", 2)[2])
        out = lane.build(board, path, ["kernel", "sigma0", name])
        bad = uses(observe(board, out, name)[2])
    else:
        raise Failure("no such test: " + test)
    return bad[0] if bad else None


# ---- the stage ---------------------------------------------------------------------------

def table(board):
    """{label: program}: who notices that a site is ignored."""
    found = {}
    with open(TABLE, encoding="utf-8") as f:
        for line in f:
            words = line.split("#")[0].split()
            # What is of the back end comes after what is of its port.
            if words and words[0] in (board["arch"], board["backend"]):
                found[words[1]] = words[2]
    return found


def chosen(names, count, long):
    """count of them, others with each commit; all in long runs."""
    key = mutants.commit()
    order = sorted(names, key=lambda n: hashlib.sha256(
        (key + n).encode()).hexdigest())
    return sorted(order if long else order[:count])


def programs(out):
    """All of a build, as kernel/tlb."""
    found = glob.glob(os.path.join(out, "test-*")) \
        + glob.glob(os.path.join(out, "conformance-*"))
    return sorted(os.path.basename(p).replace("test-", "kernel/").replace(
        "conformance-", "conformance/") for p in found
                  if os.access(p, os.X_OK) and os.path.isfile(p))


def board_jobs(tests, board, path):
    out = tests.built.get((board["board"], path))
    if out is None:
        return
    where = "/%s/%s" % (board["board"], path)
    notice = table(board)
    known = sites(os.path.join(out, "pecan.elf"))
    quick = [n for n in programs(out) if tests.long or n not in SLOW]
    for name in chosen(quick, IN_CI, tests.long):
        yield "oracle/suite/" + name + where, \
            lambda name=name: check_program(board, out, program(name), 1800)
    for label in chosen(known, IGNORED_IN_CI, tests.long):
        def job(label=label):
            if label not in notice:
                return 0, 1, ["%s is not in tests/oracle/sites" % label]
            return check_ignored(board, out, program(notice[label]), label)
        yield "oracle/ignore/" + label + where, job


def jobs(tests):
    """The stage."""
    for board, path in tests.pairs("oracle"):
        def job(board=board, path=path):
            return check_sites(board, os.path.join(
                tests.kernel(board, path), "pecan.elf"))
        yield "oracle/sites/%s/%s" % (board["board"], path), job
        if path == "tailored" or tests.long:
            yield from board_jobs(tests, board, path)
