# SPDX-FileCopyrightText: 2026 The Pecan authors
# SPDX-License-Identifier: BSD-2-Clause
"""pecan run, tap and debug: boot programs on a board."""

import contextlib
import glob
import os
import re
import signal
import subprocess
import sys
import tempfile
import time

import boards
import build
import chain
import machine
from boards import Failure

PLAN = re.compile(r"^1\.\.(\d+)\s*$", re.M)
RESULT = re.compile(r"^(ok|not ok) (\d+)\b(.*)$", re.M)
LOADED = re.compile(r"^boot: sigma0 at (0x[0-9a-f]+) root at (0x[0-9a-f]+)\n",
                    re.M)


def prepare(args, board, variant=""):
    """Build the kernel and the program; result: what to boot."""
    options = ["-DPECAN_BUILD=release"] if getattr(args, "release", 0) else []
    variant = "-release" if options else variant
    out = build.build(board, args.ipc, variant, options, build.SYSTEM)
    root = os.path.join(out, "demo")
    if args.path:
        root = build.program(out, args.path)
    return chain.Images(out, root, args.module or [], args.arguments or "")


def run(args):
    board = boards.load(args.board)
    _, recipe = boards.chain_of(board, args.chain)
    images = prepare(args, board)
    with tempfile.TemporaryDirectory(prefix="pecan-") as work:
        if args.print_command:
            # Whoever copies the command finds its files there.
            work = os.path.join(images.out, "run")
        argv = chain.command(board, recipe, images, args.memory, work)
        if args.print_command:
            print(chain.show(argv))
        if sys.stdin.isatty():
            print("Ctrl-] leaves.")
        sys.stdout.flush()
        status, text = machine.attach(argv, args.timeout)
    for line in machine.resolve(text, [(images.kernel_elf, 0)],
                                boards.PREFIX[board["arch"]]):
        print(line)
    if status == machine.TIMEOUT:
        print("pecan: no end after %s seconds" % args.timeout, file=sys.stderr)
    return status


# ---- test programs ------------------------------------------------------------

def tap_verdict(status, text):
    """(passed, failed, complaints) of what a test program printed."""
    plan = PLAN.search(text)
    results = RESULT.findall(text)
    planned = int(plan.group(1)) if plan else 0
    good = sum(1 for r in results if r[0] == "ok")
    complaints = ["not ok" + r[2] for r in results if r[0] != "ok"]
    if not plan:
        complaints.append("no plan")
    if len(results) != planned:
        complaints.append("%d of %d reported" % (len(results), planned))
    numbers = [int(r[1]) for r in results]
    if numbers != list(range(1, len(numbers) + 1)):
        complaints.append("numbers out of order")
    if status == machine.TIMEOUT:
        complaints.append("timeout")
    elif status:
        complaints.append("status %d" % status)
    failed = max(planned, len(results), 1) - good
    if complaints and not failed:
        failed, good = 1, max(good - 1, 0)
    return (good, failed, complaints) if complaints else (good, 0, [])


def gdb_script(board, name):
    """What gdb does to the machine of this test program, on all boards of the
    port or on those of the back end; or None."""
    script = name.replace("test-", "", 1) + ".gdb"
    port = os.path.join(boards.TOP, "tests", "kernel", "*")
    found = glob.glob(os.path.join(port, script)) \
        + glob.glob(os.path.join(port, board["backend"], script))
    return found[0] if found else None


def asked_for(name, what):
    """What the source of a test program asks for (`memory: 256M`), or None."""
    if not name.startswith("test-"):
        return None
    kernel = os.path.join(boards.TOP, "tests", "kernel")
    for path in glob.glob(os.path.join(kernel, "**", name[5:] + ".c"),
                          recursive=True):
        with open(path, encoding="utf-8") as f:
            found = re.search(r"^ \* %s: (\w+)$" % what, f.read(), re.M)
        if found:
            return found.group(1)
    return None


def memory_for(name):
    """How much memory the source of a test program asks for, or None."""
    return asked_for(name, "memory")


def chains_for(board, name):
    """The chains to test a program with: None, the board's usual one, and what
    its source asks for (`chain: bochs`) if the board has it."""
    more = asked_for(name, "chain")
    return [None] + ([more] if more in board["chains"] else [])


def test_command(board, out, name, work, memory=None, chain_name=None,
                 words=""):
    """QEMU's words for a test program of the build; work: a directory that
    lasts as long as the machine; words: its command line."""
    _, recipe = boards.chain_of(board, chain_name)
    images = chain.Images(out, os.path.join(out, name), (), words)
    argv = chain.command(board, recipe, images,
                         memory or memory_for(name) or
                         chain.memories(board, recipe)[0], work)
    if recipe["kind"] == "bochs":
        return argv
    # Time counts instructions, so that a loaded machine changes nothing.
    if not gdb_script(board, name):
        return argv + ["-icount", "shift=0,sleep=off"]
    # Without sleep this QEMU does not go on after a breakpoint.
    return argv + ["-icount", "shift=0", "-S", "-chardev",
                   "socket,path=%s,server=on,wait=off,id=gdb"
                   % os.path.join(work, "gdb"), "-gdb", "chardev:gdb"]


def connect(board, socket, files):
    """What gdb has to be told to debug a board's kernel; files: how it learns of
    symbols. Of several clusters of processors each is a process for gdb, which
    begins with the first; that one knows no symbols, or it would have each
    breakpoint, too, and step over none that another process is at."""
    if "gdb_process" not in board:
        return ["set confirm off"] + files + ["target remote " + socket]
    return ["set confirm off", "set schedule-multiple on",
            files[0], "target extended-remote " + socket, "file",
            "add-inferior", "inferior 2",
            "attach %d" % board["gdb_process"]] + files


@contextlib.contextmanager
def meddler(board, out, name, work):
    """gdb beside the machine of a test program that has a script for it, which
    gives the machine what this QEMU's does not have."""
    script = gdb_script(board, name)
    if not script:
        yield
        return
    socket = os.path.join(work, "gdb")
    gdb = ["gdb-multiarch", "-q", "-nx", "-batch"]
    for line in (["shell while ! test -S %s; do sleep 0.1; done" % socket]
                 + connect(board, socket,
                           ["file " + os.path.join(out, "pecan.elf")])):
        gdb += ["-ex", line]
    gdb += ["-x", script]
    with subprocess.Popen(gdb, stdin=subprocess.DEVNULL,
                          stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
                          start_new_session=True) as process:
        try:
            yield
        finally:
            if process.poll() is None:
                os.killpg(process.pid, signal.SIGKILL)


def boot_test(board, out, name, timeout=60, memory=None, chain_name=None,
              until=None):
    """Boot a program of the build; result: (status, text)."""
    with tempfile.TemporaryDirectory(prefix="pecan-") as work, \
            meddler(board, out, name, work):
        return machine.boot(test_command(board, out, name, work, memory,
                                         chain_name), timeout, until)


def tap(args):
    """One test program of a build on one board, for ctest."""
    board = boards.load(args.board)
    status, text = boot_test(board, args.directory, args.name, args.timeout)
    print(text)
    _, failed, complaints = tap_verdict(status, text)
    for line in complaints:
        print("# " + line)
    return 1 if failed else 0


# ---- debugging ------------------------------------------------------------------

def load_addresses(argv, timeout=30):
    """Where the kernel puts the first programs: from its own words, in a boot
    beforehand. The same files in the same memory go to the same places."""
    with machine.Machine(argv) as booted:
        deadline = time.monotonic() + timeout
        while time.monotonic() < deadline:
            data, _ = booted.read(0.2)
            found = LOADED.search(booted.console.text)
            if found:
                return {"sigma0": int(found.group(1), 16),
                        "root": int(found.group(2), 16)}
            if booted.over(data):
                break
    raise Failure("the kernel does not say where it puts programs")


def text_offset(elf, prefix):
    """Where .text is in a file linked at 0."""
    done = subprocess.run([prefix + "objdump", "-h", elf], capture_output=True,
                          text=True, check=True)
    return int(re.search(r"\s\.text\s+\S+\s+(\S+)", done.stdout).group(1), 16)


def debug(args):
    board = boards.load(args.board)
    _, recipe = boards.chain_of(board, args.chain)
    chain.need_qemu(recipe, "the debugger")
    images = prepare(args, board)
    prefix = boards.PREFIX[board["arch"]]
    with tempfile.TemporaryDirectory(prefix="pecan-") as work:
        argv = chain.command(board, recipe, images, args.memory, work)
        where = load_addresses(argv)
        socket = os.path.join(work, "gdb")
        console = os.path.join(work, "console")
        files = ["file " + images.kernel_elf]
        for (file, _), name in zip(images.modules, ("sigma0", "root")):
            files.append("add-symbol-file %s %#x" % (
                file, where[name] + text_offset(file, prefix)))
        commands = ["set pagination off"] + connect(board, socket, files)
        gdb = ["gdb-multiarch", "-q", "-nx"]
        if args.batch_command:
            gdb.append("-batch")
        for command in commands + (args.batch_command or []):
            gdb += ["-ex", command]
        qemu = with_gdb(argv, socket, console)
        with machine.Machine(qemu) as stopped:
            wait_for(socket, stopped)
            print("The console goes to %s." % console)
            sys.stdout.flush()
            return subprocess.run(gdb, check=False,
                                  timeout=args.timeout).returncode


def with_gdb(argv, socket, console):
    """The machine waits for gdb, and its console goes to a file: the terminal
    is gdb's."""
    quiet = [w for w in argv if w != "-nographic"]
    if "-serial" in quiet:
        quiet[quiet.index("-serial") + 1] = "file:" + console
    else:
        quiet += ["-display", "none", "-serial", "file:" + console]
    return quiet + ["-S", "-chardev",
                    "socket,path=%s,server=on,wait=off,id=gdb" % socket,
                    "-gdb", "chardev:gdb"]


def wait_for(path, booted, seconds=10):
    deadline = time.monotonic() + seconds
    while not os.path.exists(path):
        booted.read(0.05)
        if booted.process.poll() is not None or time.monotonic() > deadline:
            raise Failure("QEMU did not start: " + booted.console.text)
