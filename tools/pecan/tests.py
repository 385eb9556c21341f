# SPDX-FileCopyrightText: 2026 The Pecan authors
# SPDX-License-Identifier: BSD-2-Clause
"""pecan test: stages of jobs, two at a time.

A job has a name like kernel/ipc/BOARD/PATH; `pecan test kernel/ipc` runs those
that begin so. It gives (passed, failed, complaints).
"""

import concurrent.futures
import glob
import json
import os
import re
import subprocess
import tempfile
import time

import bench_tests
import boards
import boot_errors
import build
import chain
import conformance
import coverage
import equal
import fuzz
import host
import lint
import longrun
import machine
import model
import mutants
import oracle
import run
import run_tests
import sdk_tests
import static
import status
from boards import TOP, Failure

LAST = re.compile(r"^(\d+) passed, (\d+) failed$")
RESULTS = os.path.join(boards.BUILD, "test-results.json")


class Tests:
    """What the jobs need: arguments, boards, and the built kernels."""

    def __init__(self, args, chosen):
        self.args = args
        self.chosen = chosen
        self.long = args.long
        self.built = {}
        self.clauses = {}

    def pairs(self, stage):
        """The (board, path) that this stage tests: all that were asked for, or
        as many as each change is worth."""
        most = self.long and stage not in boards.LENGTHY
        return boards.tested(stage, self.chosen, self.args.board or most, most)

    def of(self, stage):
        """The boards that this stage tests."""
        return [b for b, p in self.pairs(stage) if p == "tailored"]

    def kernel(self, board, path):
        """The build directory of a kernel; Failure if it does not build."""
        out = self.built.get((board["board"], path))
        if out is None:
            raise Failure("%s %s does not build" % (board["board"], path))
        return out


# ---- stages: generators of (name, function) ---------------------------------------

def script(path, *arguments, **variables):
    """A script that ends with `N passed, N failed`."""
    def job():
        done = subprocess.run(["sh", os.path.join(TOP, path)]
                              + list(arguments), cwd=TOP, text=True,
                              env=dict(os.environ, **variables),
                              stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
                              check=False)
        lines = done.stdout.strip().splitlines() or [""]
        match = LAST.match(lines[-1])
        if not match:
            return 0, 1, ["no result: " + "; ".join(lines[-5:])]
        passed, failed = int(match.group(1)), int(match.group(2))
        if done.returncode and not failed:
            failed = 1
        bad = [l for l in lines if l.startswith(("not ok", "failed", "#"))]
        return passed, failed, bad[-20:] if failed else []
    return job


def host_stage(tests):
    more = {"MAP_OPERATIONS": "1000000", "HOST_TIMEOUT": "3000"} \
        if tests.long else {}
    for file in sorted(glob.glob(os.path.join(TOP, "tests/host/test_*.c"))):
        name = os.path.basename(file)[5:-2]
        yield "host/" + name, script("tests/host/run", name, **more)


def api_stage(tests):
    yield "api/headers", script("tests/api/run")
    yield "api/part4", script("tests/api/part4")


def lint_stage(tests):
    for name, check in lint.CHECKS.items():
        def job(check=check):
            bad = check()
            return (0, 1, bad[:20]) if bad else (1, 0, [])
        yield "lint/" + name, job


def build_stage(tests):
    whole = tests.pairs("kernel")
    for board, path in tests.pairs("build"):
        # The programs are the same on both paths.
        targets = () if (board, path) in whole else \
            build.SYSTEM + ("equal",)

        def job(board=board, path=path, targets=targets):
            # Another compiler may know more warnings.
            lenient = tests.args.allow_warnings or any(
                "gcc is" in line for line in host.untested([board]))
            out = build.build(board, path, "-test", [
                "-DPECAN_WERROR=" + ("OFF" if lenient else "ON")], targets)
            tests.built[board["board"], path] = out
            return 1, 0, []
        yield "build/%s/%s" % (board["board"], path), job


def static_stage(tests):
    return static.jobs(tests)


def kernel_programs(out):
    """The test programs that a build made."""
    return sorted(os.path.basename(p)[5:] for p in
                  glob.glob(os.path.join(out, "test-*"))
                  if os.access(p, os.X_OK) and os.path.isfile(p))


def program_names(board):
    """The same from the sources: a board that does not build has failed all.
    """
    files = glob.glob(os.path.join(TOP, "tests/kernel/*.c"))
    port = {"x86": "ia32", "arm": "arm", "riscv": "riscv64"}[board["arch"]]
    for where in (port, os.path.join(port, board["backend"])):
        files += glob.glob(os.path.join(TOP, "tests/kernel", where, "*.c"))
    return sorted(os.path.basename(f)[:-2] for f in files)


# Seconds. The longest programs take 15 of a processor's time, so more if others
# want it; and Bochs executes some millions of instructions each.
LIMIT, OTHER_CHAIN = 180, 300


def kernel_stage(tests):
    for board, path in tests.pairs("kernel"):
        programs = [(name, chain_name) for name in program_names(board)
                    for chain_name in run.chains_for(board, "test-" + name)]
        for name, chain_name in programs:
            def job(board=board, path=path, name=name, chain_name=chain_name):
                out = tests.kernel(board, path)
                return run.tap_verdict(*run.boot_test(
                    board, out, "test-" + name,
                    OTHER_CHAIN if chain_name else LIMIT,
                    chain_name=chain_name))
            yield "/".join(["kernel", name, board["board"], path]
                           + ([chain_name] if chain_name else [])), job


def conformance_stage(tests):
    for board, path in tests.pairs("conformance"):
        for name in conformance.programs():
            def job(board=board, path=path, name=name):
                status, text = run.boot_test(
                    board, tests.kernel(board, path), "conformance-" + name)
                conformance.record(board["board"], path, text, tests.clauses)
                return run.tap_verdict(status, text)
            yield "conformance/%s/%s/%s" % (name, board["board"], path), job


def boot_chain(board, out, name, memory):
    """Boot with a module; result: (passed, failed, complaints)."""
    _, recipe = boards.chain_of(board, name)
    with tempfile.TemporaryDirectory(prefix="pecan-") as work:
        text = os.path.join(work, "text")
        with open(text, "w", encoding="ascii") as f:
            f.write("a module of the boot chain's test\n")
        images = chain.Images(out, os.path.join(out, "boot-modules"), [text],
                              "one two")
        argv = chain.command(board, recipe, images, memory, work)
        code, said = machine.boot(argv, 90)
    passed, failed, bad = run.tap_verdict(code, said)
    found = re.search(r"^memory: (\d+) MiB", said, re.M)
    size = int(memory[:-1]) * {"M": 1, "G": 1024}[memory[-1]]
    # Firmware may keep some for itself.
    if found and size - board.get("kept", 4) <= int(found.group(1)) <= size:
        return passed + 1, failed, bad
    if bad and not found:
        bad.append("the end of what it said: " + said[-400:])
    return passed, failed + 1, bad + ["memory: %s MiB of %s" % (
        found.group(1) if found else "no", memory)]


def chains_stage(tests):
    for board in tests.chosen:
        for name, recipe in board["chains"].items():
            if chain.from_source(recipe) and not (tests.long
                                                  or tests.args.board):
                continue
            for memory in chain.memories(board, recipe):
                def job(board=board, name=name, memory=memory):
                    return boot_chain(board, tests.kernel(board, "tailored"),
                                      name, memory)
                yield "chains/%s/%s/%s" % (board["board"], name, memory), job


def boot_stage(tests):
    for board in tests.chosen:
        counts = {}
        for number, title, how in boot_errors.cases(board):
            counts[number] = counts.get(number, 0) + 1

            def job(board=board, number=number, how=how, title=title):
                bad = boot_errors.provoke(
                    board, tests.kernel(board, "tailored"), number, how)
                return (0, 1, [title] + bad) if bad else (1, 0, [])
            yield "boot/%s/error-%d-%d" % (board["board"], number,
                                           counts[number]), job


def run_stage(tests):
    return run_tests.jobs(tests)


def sdk_stage(tests):
    return sdk_tests.jobs(tests)


def dist_stage(tests):
    return sdk_tests.dist_jobs(tests)


def model_stage(tests):
    return model.jobs(tests)


def equal_stage(tests):
    return equal.jobs(tests)


def fuzz_stage(tests):
    return fuzz.jobs(tests)


def oracle_stage(tests):
    return oracle.jobs(tests)


def coverage_stage(tests):
    def job():
        return coverage.check(tests.pairs("build"))
    yield "coverage/lines", job


def bench_stage(tests):
    return bench_tests.jobs(tests)


def mutants_stage(tests):
    count = tests.args.mutants
    every = [n for n in mutants.names() if wanted("mutants/" + n,
                                                  tests.args.names)]
    some = any(n.startswith("mutants/") for n in tests.args.names)
    names = every if some else \
        mutants.choose(count if count is not None else
                       0 if tests.long else mutants.IN_CI)
    lanes = [0, 1]
    for name in names:
        def job(name=name):
            lane = lanes.pop()
            try:
                return mutants.kill(name, lane, boards.select(None))
            finally:
                lanes.append(lane)
        yield "mutants/" + name, job


def status_stage(tests):
    def job():
        bad = status.compare(tests.results)
        return (0, 1, bad) if bad else (1, 0, [])
    yield "status/generated", job

    def clauses():
        bad = conformance.compare()
        return (0, 1, bad) if bad else (1, 0, [])
    yield "status/conformance", clauses


STAGES = [("lint", lint_stage), ("host", host_stage), ("api", api_stage),
          ("build", build_stage), ("static", static_stage),
          ("kernel", kernel_stage), ("conformance", conformance_stage),
          ("model", model_stage), ("equal", equal_stage),
          ("oracle", oracle_stage), ("fuzz", fuzz_stage),
          ("boot", boot_stage),
          ("chains", chains_stage), ("run", run_stage),
          ("coverage", coverage_stage), ("sdk", sdk_stage), ("dist", dist_stage),
          ("bench", bench_stage), ("mutants", mutants_stage),
          ("status", status_stage)]
# These boot the kernels of the build stage.
NEED_BUILD = ("static", "kernel", "conformance", "model", "equal",
              "oracle", "boot", "chains", "sdk", "coverage")
# The lines that all these execute are counted together.
COVERING = ("kernel", "conformance", "model", "boot", "chains", "run")


def stage_names():
    return [name for name, _ in STAGES]


def check_names(names):
    for name in names:
        if name.split("/")[0] not in stage_names():
            raise Failure("unknown test '%s'; stages: %s"
                          % (name, " ".join(stage_names())), 2)


# ---- running them -------------------------------------------------------------------

def wanted(name, names):
    """Is it one of these, or do its first words name it?"""
    return not names or any(name == n or name.startswith(
        (n.rstrip("/") + "/", n + "-")) for n in names)


def attempt(job):
    """Result: (passed, failed, what it says, seconds)."""
    start = time.monotonic()
    try:
        result = job()
    except Failure as e:
        result = 0, 1, str(e).splitlines()
    except Exception as e:  # a broken test is a failed test
        result = 0, 1, ["%s: %s" % (type(e).__name__, e)]
    return result + (time.monotonic() - start,)


def run_jobs(jobs, record, again, workers=2):
    """Run them, unless they are not to run again and the record of a long run
    has them; print what failed. Result: {name: (passed, failed)}."""
    results = {}
    if record is not None and not again:
        results = {n: record.passed(n) for n, _ in jobs if record.passed(n)}
        for name in results:
            print("before", name)
        jobs = [(n, j) for n, j in jobs if n not in results]
    with concurrent.futures.ThreadPoolExecutor(workers) as pool:
        running = {pool.submit(attempt, job): name for name, job in jobs}
        for done in concurrent.futures.as_completed(running):
            name = running[done]
            passed, failed, bad, seconds = done.result()
            results[name] = (passed, failed)
            if record is not None:
                record.add(name, passed, failed, bad, seconds)
            print("%s %s" % ("not ok" if failed else "ok    ", name),
                  flush=True)
            for line in bad:
                print("       # " + line, flush=True)
    return results


def stages_for(names):
    """The stages to run, in order."""
    if not names:
        return [s for s, _ in STAGES]
    found = {n.split("/")[0] for n in names}
    if found & set(NEED_BUILD):
        found.add("build")
    if "coverage" in found:
        found |= set(COVERING)
    return [s for s, _ in STAGES if s in found]


def main(args, chosen):
    tests = Tests(args, chosen)
    tests.results, minutes = {}, []
    record = longrun.Record(args.seed) if args.long else None
    names = args.names
    if args.mutants is not None and not names:
        names = ["mutants"]
    covers = "coverage" in stages_for(names) and not args.board and not (
        record and record.passed("coverage/lines"))
    if covers:
        coverage.begin()
    for stage in stages_for(names):
        # What is generated is of the tests that each change has.
        if stage == "status" and (names or args.board or args.long) or \
                stage == "coverage" and args.board:
            continue
        start = time.monotonic()
        jobs = list(dict(STAGES)[stage](tests))
        if any(n.split("/")[0] == stage for n in names):  # else others need it
            jobs = [(n, j) for n, j in jobs if wanted(n, names)]
        again = covers and stage in COVERING
        tests.results.update(run_jobs(jobs, record, again))
        conformance.save(tests.clauses)
        minutes.append((stage, (time.monotonic() - start) / 60))
    os.makedirs(boards.BUILD, exist_ok=True)
    with open(RESULTS, "w", encoding="utf-8") as f:
        json.dump(tests.results, f, indent=1, sort_keys=True)
    if record is not None:
        record.write()
    print("\nminutes: " + ", ".join("%s %.1f" % m for m in minutes)
          + ", together %.1f" % sum(m[1] for m in minutes))
    failures = sorted(n for n, r in tests.results.items() if r[1])
    if failures:
        print("failed: " + " ".join(failures))
    passed = sum(r[0] for r in tests.results.values())
    failed = sum(r[1] for r in tests.results.values())
    print("%d passed, %d failed" % (passed, failed), flush=True)
    return 1 if failed or not passed else 0
