# SPDX-FileCopyrightText: 2026 The Pecan authors
# SPDX-License-Identifier: BSD-2-Clause
"""Tests of the pecan command itself, as a user types it."""

import glob
import os
import pty
import re
import shlex
import shutil
import subprocess
import sys
import tempfile
import time

import boards
import boot_errors
import build
import chain
import machine
import mutants
import run
from boards import TOP

PECAN = os.path.join(TOP, "pecan")
HERE = os.path.join(TOP, "tests", "run")


def pecan(*arguments, feed=None, timeout=600, cwd=None):
    """Result: (status, output)."""
    done = subprocess.run([PECAN] + list(arguments), input=feed, cwd=cwd,
                          stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
                          text=True, timeout=timeout, check=False)
    return done.returncode, done.stdout.replace("\r", "")


def verdict(*checks):
    """checks: (good, complaint) pairs."""
    bad = [text for good, text in checks if not good]
    return len(checks) - len(bad), len(bad), bad


def exits(wanted, texts, *arguments, **options):
    """Run; the status and every text have to be there."""
    status, said = pecan(*arguments, **options)
    end = said[-300:]
    return verdict((status == wanted, "status %d, not %d: %s"
                    % (status, wanted, end)),
                   *[(t in said, "no '%s' in: %s" % (t, end)) for t in texts])


def usage():
    """Wrong names: one line, status 2. Help for everything."""
    checks = []
    first = boards.names()[0]
    for arguments, text in (
            (["nonsense"], "bench test run debug boards build "),
            (["build", "--board", "nonsense"], " ".join(boards.names())),
            (["run", "--board", first, "--chain", "nonsense"],
             " ".join(boards.load(first)["chains"])),
            (["bench", "--board", "nonsense"], first),
            (["test", "nonsense"], "kernel"),
            (["debug"], "--board")):
        status, said = pecan(*arguments)
        good = status == 2 and text in said and said.count("\n") == 1
        checks.append((good, "%s: %d %s" % (arguments, status, said)))
    for name in ("", "bench", "test", "run", "debug", "boards", "build", "dist",
                 "trace", "setup", "presets", "status", "conformance"):
        status, said = pecan(*([name] if name else []), "--help")
        checks.append((status == 0 and "usage:" in said, name + " --help"))
    status, said = pecan("--version")
    checks.append((status == 0 and said == "pecan %s\n" % boards.version(),
                   "--version: " + said))
    status, said = pecan("boards")
    checks.append((all(n in said for n in boards.names()), "boards: " + said))
    return verdict(*checks)


def fake_tools(directory, present):
    """A PATH that has only these commands; a dash before a name: a stub."""
    for name, text in present.items():
        path = os.path.join(directory, name)
        if text is None:
            os.symlink(shutil.which(name), path)
        else:
            with open(path, "w", encoding="ascii") as f:
                f.write("#!/bin/sh\n" + text)
            os.chmod(path, 0o755)


SIMULATED = r"""
case "$*" in *no-remove*) exit 100 ;; esac
echo "Remv gcc-multilib [4:12]"
"""


def set_up():
    """Missing packages: the exact command, the conflict, the lack of apt."""
    checks = []
    common = dict.fromkeys(("sh", "dirname", "env", "id", "python3"))
    for stubs, arguments, wanted, text in (
            ({"apt-get": "exit 1"}, ["--dry-run"], 0,
             "apt-get install --no-install-recommends --no-remove"),
            ({"apt-get": SIMULATED, "apt-cache": "exit 0"}, ["--yes"], 3,
             "gcc-multilib"),
            ({}, ["--yes"], 3, "tested: 7.2")):
        with tempfile.TemporaryDirectory() as path:
            fake_tools(path, dict(common, **stubs))
            done = subprocess.run(
                [PECAN, "setup"] + arguments, env={"PATH": path},
                stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                stderr=subprocess.STDOUT, text=True, check=False)
        checks.append((done.returncode == wanted and text in done.stdout,
                       "%s: %d %s" % (sorted(stubs), done.returncode,
                                      done.stdout)))
    return verdict(*checks)


FRESH = r"""
case "$*" in *assume-no*) echo "Need to get 9 MB of archives." ;; esac
"""
SHOWN = r"""
shift 2
for p; do echo "Package: $p"; echo "Installed-Size: 2048"; echo; done
"""


def asked():
    """On a terminal it lists packages and sizes, asks, and takes a no."""
    common = dict.fromkeys(("sh", "dirname", "env", "id", "python3"))
    checks = []
    for answer in (b"n\n", b"\x04"):
        with tempfile.TemporaryDirectory() as path:
            fake_tools(path, dict(common, **{"apt-get": FRESH, "sudo": "exit 1",
                                             "apt-cache": SHOWN}))
            ours, theirs = pty.openpty()
            os.write(ours, answer)
            done = subprocess.run(
                [PECAN, "setup"], env={"PATH": path}, stdin=theirs,
                stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
                timeout=60, check=False)
            os.close(ours)
            os.close(theirs)
        said = done.stdout
        checks += [(done.returncode == 3, "status %d" % done.returncode),
                   (re.search(r"gdb-multiarch +2\.0 MB\n", said)
                    and "Need to get 9 MB" in said
                    and "Install them?" in said, said[-400:])]
    return verdict(*checks)


def nobody():
    """Who is neither root nor has sudo is told the command: status 3."""
    call = ("import os, sys; sys.path.insert(0, sys.argv[1]); "
            "os.geteuid = lambda: 1000; import boards, host\n"
            "try: host.setup('test', True)\n"
            "except boards.Failure as e: print(e); sys.exit(e.status)")
    with tempfile.TemporaryDirectory() as path:
        fake_tools(path, {"apt-get": "echo touched"})
        done = subprocess.run(
            [sys.executable, "-c", call, os.path.join(TOP, "tools", "pecan")],
            env={"PATH": path}, stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT, text=True, check=False)
    wanted = "as root: apt-get install --no-install-recommends --no-remove "
    return verdict((done.returncode == 3 and wanted in done.stdout
                    and "touched" not in done.stdout, done.stdout))


def own_compiler(board):
    """i386 is built with gcc -m32 where there is no cross compiler. Its
    32-bit libgcc is borrowed, because Debian's excludes that compiler."""
    cross = "i686-linux-gnu-"
    out = os.path.join(boards.BUILD, board["board"] + "-own-gcc")
    shutil.rmtree(out, ignore_errors=True)
    library = shutil.which(cross + "gcc") and subprocess.run(
        [cross + "gcc", "-print-libgcc-file-name"], capture_output=True,
        text=True, check=True).stdout.strip()
    with tempfile.TemporaryDirectory() as path:
        for where in reversed(os.environ["PATH"].split(":")):
            for name in os.listdir(where) if os.path.isdir(where) else ():
                link = os.path.join(path, name)
                if not name.startswith(cross):
                    if os.path.lexists(link):
                        os.unlink(link)
                    os.symlink(os.path.join(where, name), link)
        if library:
            os.unlink(os.path.join(path, "gcc"))
            fake_tools(path, {"gcc": 'exec %s -L%s "$@"\n' % (
                shutil.which("gcc"), os.path.dirname(library))})
        try:
            env = dict(os.environ, PATH=path)
            log = os.path.join(out, "pecan-build.log")
            build.quiet(["cmake", "-G", "Ninja", "-S", TOP, "-B", out,
                         "-DPECAN_BOARD=" + board["board"]], log, env=env)
            build.quiet(["cmake", "--build", out, "--target", "kernel",
                         "sigma0", "demo"], log, env=env)
        except boards.Failure as e:
            return 0, 1, [str(e)]
    with open(os.path.join(out, "CMakeCache.txt"), encoding="utf-8") as f:
        used = cross not in f.read()
    status, said = run.boot_test(board, out, "demo", until="4711")
    return verdict((used, "it used the cross compiler"),
                   (status == 0, said[-300:]))


def assertion(board):
    """What pecan run makes of a kernel's assertion, which a stand-in prints
    in QEMU's place: the names of the back trace, and status 125."""
    kernel = os.path.join(build.directory(board), "pecan.elf")
    symbols = subprocess.run([boards.PREFIX[board["arch"]] + "nm", kernel],
                             capture_output=True, text=True, check=True).stdout
    address = re.search(r"^(\w+) T kernel_main$", symbols, re.M).group(1)
    real = shutil.which(board["qemu"][0])
    with tempfile.TemporaryDirectory() as path:
        fake_tools(path, {board["qemu"][0]: """
case $1 in --version) exec %s --version ;; esac
echo "Pecan"; echo; echo "pecan: assertion t != NULL, generic/ipc.c:7"
echo "pecan: stopped: assertion failed"; echo "  #0 0x%s"
""" % (real, address)})
        done = subprocess.run(
            [PECAN, "run", "--board", board["board"], "--timeout", "60",
             os.path.join(HERE, "status.c")], text=True, check=False,
            env=dict(os.environ, PATH=path + ":" + os.environ["PATH"]),
            stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT)
    return verdict((done.returncode == 125, "status %d" % done.returncode),
                   (re.search(r"#0 \w+  kernel_main \(main\.c:\d+\)",
                              done.stdout), done.stdout[-300:]))


def versions():
    """Another QEMU: one line that names both versions, and it goes on."""
    with tempfile.TemporaryDirectory() as path:
        board = boards.load(boards.names()[0])
        fake_tools(path, {board["qemu"][0]:
                          "case $1 in --version) echo QEMU emulator version "
                          "6.1.0; exit ;; esac\nexec %s \"$@\"\n"
                          % shutil.which(board["qemu"][0])})
        env = dict(os.environ, PATH=path + ":" + os.environ["PATH"])
        done = subprocess.run(
            [PECAN, "run", "--board", board["board"], "--timeout", "60",
             os.path.join(HERE, "status.c")], env=env, text=True,
            stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT, check=False)
    line = [l for l in done.stdout.splitlines() if "6.1.0" in l]
    return verdict((len(line) == 1 and "7.2" in line[0], done.stdout[-300:]),
                   (done.returncode == 42, "status %d" % done.returncode))


def directory(board):
    """A directory with a CMakeLists.txt, outside the tree."""
    with tempfile.TemporaryDirectory() as path:
        copy = os.path.join(path, "directory")
        shutil.copytree(os.path.join(HERE, "directory"), copy)
        return exits(0, ["answer 42"], "run", "--board", board["board"],
                     "--timeout", "60", copy, cwd=path, feed="")


def paths(board):
    """What may be run, and what not: a file whose path has blanks, a program
    that is built, by the command that is shown; no other files."""
    base = ("run", "--board", board["board"], "--timeout", "60")
    with tempfile.TemporaryDirectory(prefix="a b ") as path:
        copy = os.path.join(path, "my status.c")
        shutil.copy(os.path.join(HERE, "status.c"), copy)
        status, said = pecan(*base, copy, feed="")
        built = build.program(build.directory(board), copy)
        moved = shutil.copy(built, path)
        again, shown = pecan(*base, "--print-command", moved, feed="")
        line = [l for l in shown.splitlines() if l.startswith("qemu")]
        ended, text = machine.boot(shlex.split(line[0]), 60) if line else (0, "")
        wrong, why = pecan(*base, os.path.join(TOP, "README.md"))
    return verdict((status == 42, "blanks: %d %s" % (status, said[-300:])),
                   (again == 42, "built: %d %s" % (again, shown[-300:])),
                   (ended == 42, "as shown: %s %s" % (ended, text[-300:])),
                   (wrong == 1 and "README.md is no .c" in why
                    and why.count("\n") == 1, "wrong: %d %s" % (wrong, why)))


def in_the_way():
    """A build directory that cannot be: one line, status 1."""
    with tempfile.TemporaryDirectory() as path:
        tree = os.path.join(path, "tree")
        shutil.copytree(TOP, tree, ignore=shutil.ignore_patterns(
            "build", ".git", "tests", "docs"))
        open(os.path.join(tree, "build"), "w", encoding="ascii").close()
        done = subprocess.run(
            [os.path.join(tree, "pecan"), "build", "--board",
             boards.names()[0]], stdin=subprocess.DEVNULL, text=True,
            stdout=subprocess.PIPE, stderr=subprocess.STDOUT, check=False)
    return verdict((done.returncode == 1 and done.stdout.count("\n") == 1
                    and "build" in done.stdout, done.stdout[-300:]))


def goes_on():
    """A long run has what passed before."""
    with tempfile.TemporaryDirectory(prefix="pecan-") as work:
        top = os.path.join(work, "pecan")
        mutants.copy_tree(top)
        shutil.rmtree(os.path.join(top, "docs", "measurements"),
                      ignore_errors=True)
        for words in (["init", "-q"], ["add", "-A"],
                      ["-c", "user.name=test", "-c", "user.email=test",
                       "commit", "-q", "-m", "test"]):
            subprocess.run(["git", "-C", top] + words, check=True)
        said = []
        for change in ("", "", "generic/ipc.c"):
            if change:
                with open(os.path.join(top, change), "a",
                          encoding="utf-8") as f:
                    f.write("\n")
            said.append(subprocess.run(
                [os.path.join(top, "pecan"), "test", "--long", "host/words"],
                stdout=subprocess.PIPE, text=True, check=False).stdout)
        with open(os.path.join(top, "docs", "measurements", "long.md"),
                  encoding="utf-8") as f:
            document = f.read()
    word = "before host/words"
    return verdict((word not in said[0], "at first: " + said[0]),
                   (word in said[1], "then: " + said[1]),
                   (word not in said[2], "after a change: " + said[2]),
                   (re.search(r"\| host \| \w+ \| 1 \|", document), document))


def tutorial(board, file):
    """A tutorial's program does what its text says: with what is in the file
    `input` typed, it prints the text's blocks of output."""
    typed = ""
    if os.path.exists(os.path.join(os.path.dirname(file), "input")):
        with open(os.path.join(os.path.dirname(file), "input"),
                  encoding="ascii") as f:
            typed = f.read()
    with open(os.path.join(os.path.dirname(file), "README.md"),
              encoding="utf-8") as f:
        text = f.read()
    with open(file, encoding="utf-8") as f:
        source = f.read()
    # Every block of C in the text is in the file, but for what it leaves out.
    blocks = re.findall(r"```c\n(.*?)```", text, re.S)
    lines = {l.strip() for l in source.splitlines()}
    strange = [l for b in blocks for l in b.splitlines()
               if l.strip() and l.strip() not in lines and "..." not in l]
    says = re.findall(r"```text\n(.*?)```", text, re.S)
    passed, failed, bad = exits(0, says, "run", "--board", board["board"],
                                "--timeout", "60", file, feed=typed)
    if strange:
        return passed, failed + 1, bad + ["not in the file: " + strange[0]]
    return passed + 1, failed, bad


def stopped(base):
    """A kernel that cannot go on, here for too many modules: status 125."""
    modules = ["--module=" + os.path.join(HERE, "status.c")] * 40
    return exits(125, ["pecan: boot error "], *base, *modules,
                 os.path.join(HERE, "status.c"), feed="")


def back_trace(board):
    """A kernel that stops gives a back trace, whose names are found."""
    out = build.directory(board)
    how = {"at": "thread_create_initial",
           "gdb": ["call kernel_stop((char *)&kip_page)"]}
    with tempfile.TemporaryDirectory(prefix="pecan-") as work:
        argv = boot_errors.command(board, out, how, work)
        text, said = boot_errors.with_debugger(board, argv, out, how,
                                               work)
    names = machine.resolve(text, [(os.path.join(out, "pecan.elf"), 0)],
                            boards.PREFIX[board["arch"]])
    return verdict(("pecan: stopped: " in text, "no stop: " + said[-300:]),
                   (any("(main.c:" in n for n in names),
                    "no caller in %s of %s" % (names, text[-300:])))


def debug(board):
    """gdb in batch: breakpoints in the kernel and in the program."""
    _, said = pecan("debug", "--board", board["board"],
                         os.path.join(HERE, "debugged.c"),
                         *[w for c in ("break kernel_main",
                                       "break debugged_inner", "continue",
                                       "backtrace", "continue", "backtrace",
                                       "kill")
                           for w in ("--batch-command", c)])
    return verdict(("kernel_main (b=" in said, "no kernel_main: " + said[-300:]),
                   (re.search(r"#\d .*debugged_inner \(n=\S*20\)", said),
                    "no debugged_inner"),
                   (re.search(r"#\d .*debugged_outer \(n=\S*20\)", said),
                    "no debugged_outer"),
                   (re.search(r"#\d .*\bmain \(\)", said), "no main"))


def debugger_key(board):
    """Ctrl-K while nobody reads the console: threads, spaces, pool, the
    mappings of any page; then the program goes on and finds its key."""
    out = build.build(board, boards.PATHS[0], "", [], build.SYSTEM)
    images = chain.Images(out, build.program(out,
                                             os.path.join(HERE, "keys.c")))
    _, recipe = boards.chain_of(board, None)
    prompt, asked, answers = "go on? ", 0, []
    with tempfile.TemporaryDirectory(prefix="pecan-") as work, \
            machine.Machine(chain.command(board, recipe, images, None,
                                          work)) as booted:
        deadline = time.monotonic() + 60
        while time.monotonic() < deadline:
            data, _ = booted.read(0.2)
            text = booted.console.text
            if not asked and "busy" in text:
                booted.send(b"x\x0b")
                asked = 1
            if asked == 1 and text.endswith(prompt):
                found = re.search(r"entered by (\w+)", text)
                root = re.search(r"root at 0x(\w+)", text).group(1)
                keys = "p%s\r%s\rr%s\rg" % (found.group(1), root,
                                            found.group(1))
                booted.send(keys.encode())
                asked = 2
            if booted.over(data):
                break
        status = booted.console.status()
    answers = text.split(prompt)
    listed, page = answers[0], answers[1] if len(answers) > 1 else ""
    return verdict((status == 42, "status %s: %s" % (status, text[-300:])),
                   (re.search(r"space \w+ .*\n +thread \w+ prio \d+ running",
                              listed), "no running thread: " + listed[-300:]),
                   ("waiting for ffffffff" in listed, "sigma0 is not waiting"),
                   ("pool: " in listed, "no pool"),
                   (re.search(r"mappings of page \w+:\n +space .* [r-][w-]x\n"
                              r" +space .* [r-][w-]x", page),
                    "no mappings: " + page))


def traced(board):
    """The end of a program's trace is what it is known to be."""
    done = subprocess.run(
        [PECAN, "trace", "--board", board["board"],
         os.path.join(HERE, "traced.c")], stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
        timeout=240, check=False)
    with open(os.path.join(HERE, "traced.txt"), encoding="ascii") as f:
        wanted = f.read().splitlines()
    seen = [l[7:] for l in done.stdout.splitlines()][-len(wanted):]
    checks = [(done.returncode == 0 and "pecan: end" in done.stderr,
               "status %d: %s" % (done.returncode, done.stderr[-300:])),
              (len(seen) == len(wanted), "%d lines" % len(seen))]
    for line, pattern in zip(seen, wanted):
        known = re.split(r"<\w+>", pattern)
        checks.append((re.fullmatch("0x[0-9a-f]+".join(map(re.escape, known)),
                                    line),
                       "'%s' is not '%s'" % (line, pattern)))
    return verdict(*checks)


def halted(board):
    """One line about a thread that nobody helps; none in a release build."""
    base = ["run", "--board", board["board"], "--timeout", "6",
            os.path.join(HERE, "halted.c")]
    line = (r"pecan: thread \w+ space \w+ halted: exception at (\w+), ip \1: "
            "no exception handler")
    _, said = pecan(*base, feed="")
    _, quiet = pecan(*base, "--release", feed="")
    return verdict((re.search(line, said), "no halt line: " + said[-300:]),
                   ("and now" in quiet and "halted" not in quiet,
                    "release: " + quiet[-300:]))


def preset(board):
    """Plain CMake configures, builds and tests."""
    done = subprocess.run(["cmake", "--workflow", "--preset", board["board"]],
                          cwd=TOP, stdout=subprocess.PIPE,
                          stderr=subprocess.STDOUT, text=True, check=False)
    return verdict((done.returncode == 0, done.stdout[-600:]),
                   ("100% tests passed" in done.stdout, "not all passed"))


def board_jobs(board, whole):
    """What depends on the processor, and, if it is to be whole, the rest."""
    name = board["board"]
    file = lambda f: os.path.join(HERE, f)
    base = ("run", "--board", name, "--timeout", "60")
    yield "status", lambda: exits(42, ["a status of 42"], *base,
                                  file("status.c"), feed="")
    yield "back-trace", lambda: back_trace(board)
    yield "debug", lambda: debug(board)
    # A debug kernel always has a deadline: the next look at the console.
    yield "clock", lambda: exits(0, ["a fifth of a second"], *base, "--release",
                                 file("clock.c"), feed="")
    if not whole:
        return
    yield "timeout", lambda: exits(124, ["for ever"], "run", "--board", name,
                                   "--timeout", "8", file("forever.c"),
                                   feed="")
    yield "stopped", lambda: stopped(base)
    yield "assertion", lambda: assertion(board)
    yield "demo", lambda: exits(0, ["20 + 22 = 42", "4711"], *base, feed="xq")
    yield "directory", lambda: directory(board)
    yield "paths", lambda: paths(board)
    for path in sorted(glob.glob(os.path.join(TOP, "docs/tutorial/*/*.c"))):
        title = os.path.basename(path)[:-2]
        yield "tutorial-" + title, lambda path=path: tutorial(board, path)
    yield "debugger-key", lambda: debugger_key(board)
    yield "halted", lambda: halted(board)


def jobs(tests):
    # The longest first.
    for board in tests.of("run") if tests.long else tests.of("run")[:1]:
        yield "run/preset-" + board["board"], lambda b=board: preset(b)
    yield "run/usage", usage
    yield "run/setup", set_up
    yield "run/asked", asked
    yield "run/nobody", nobody
    yield "run/versions", versions
    yield "run/in-the-way", in_the_way
    yield "run/goes-on", goes_on
    for board in [b for b in tests.of("run") if b["arch"] == "x86"]:
        yield "run/own-compiler-" + board["board"], \
            lambda board=board: own_compiler(board)
    whole = [b for b, p in tests.pairs("run") if p == "portable"]
    for board in tests.of("run"):
        def job(board=board):
            total = [0, 0, []]
            for title, check in board_jobs(board, board in whole):
                # One after the other: they share the build directory.
                try:
                    passed, failed, bad = check()
                except (OSError, subprocess.SubprocessError) as e:
                    passed, failed, bad = 0, 1, [str(e)]
                total[0] += passed
                total[1] += failed
                total[2] += ["%s: %s" % (title, b) for b in bad]
            return tuple(total)
        yield "run/" + board["board"], job
    for board in tests.of("run"):
        yield "run/trace-" + board["board"], lambda b=board: traced(b)
