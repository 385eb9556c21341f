# SPDX-FileCopyrightText: 2026 The Pecan authors
# SPDX-License-Identifier: BSD-2-Clause
"""The pecan command: arguments, and which module does the work."""

import argparse
import sys

import boards
import build
import host
from boards import Failure

DESCRIPTION = "Pecan, an L4 micro-kernel: build, boot, measure, test."


def positive(text):
    value = float(text)
    if value <= 0:
        raise ValueError(text)
    return value


class Parser(argparse.ArgumentParser):
    """Errors are one line and status 2."""

    def error(self, message):
        if "invalid choice" in message and self.prog == "pecan":
            name = message.split("'")[1]
            message = "unknown subcommand '%s'; subcommands: %s" % (
                name, " ".join(PUBLIC))
        self.exit(2, "%s: %s\n" % (self.prog, message))


PUBLIC = ("bench", "test", "run", "debug", "boards", "build", "dist",
          "trace", "setup", "presets", "status", "conformance",
          "thesis")


def common(parser, several=False, board=True):
    if board:
        parser.add_argument(
            "--board", metavar="B", required=not several,
            action="append" if several else "store",
            help="a board" + (", repeatable; default: all" if several else "")
            + " (pecan boards lists them)")
    parser.add_argument("--yes", action="store_true",
                        help="install missing packages without asking")


def program_arguments(parser, ipc=True):
    common(parser)
    parser.add_argument("path", metavar="PATH", nargs="?",
                        help="a C or C++ file, a directory with a "
                        "CMakeLists.txt, or a program that is built; "
                        "default: the demo")
    parser.add_argument("--chain", metavar="C", help="boot chain")
    parser.add_argument("--module", metavar="FILE", action="append",
                        help="a further boot module, repeatable")
    parser.add_argument("--arguments", metavar="TEXT",
                        help="the rest of the root task's command line")
    parser.add_argument("--memory", metavar="M", help="as QEMU's -m")
    parser.add_argument("--timeout", metavar="S", type=positive,
                        help="seconds; then status 124")
    if ipc:
        parser.add_argument("--ipc", choices=boards.PATHS, default="tailored",
                            help="the IPC path in the kernel")


def make_parser():
    parser = Parser(prog="pecan", description=DESCRIPTION)
    parser.add_argument("--version", action="version",
                        version="pecan " + boards.version())
    parser.add_argument("--yes", action="store_true", dest="yes_first",
                        help="install missing packages without asking")
    subs = parser.add_subparsers(dest="command", metavar="SUBCOMMAND",
                                 parser_class=Parser)

    sub = subs.add_parser("bench", help="compare the cost of IPC on all "
                          "boards; writes build/report/")
    common(sub, several=True)
    sub.add_argument("--compare", metavar="OLD.json",
                     help="show what changed since these results")
    sub.add_argument("--anatomy", action="store_true",
                     help="only what each step of the short IPC path costs")
    sub.add_argument("--budgets", action="store_true",
                     help="write the figures to tests/bench/budgets.json, "
                     "which tests compare with")

    sub = subs.add_parser("test", help="run all tests, or those named",
                          description="Runs the tests. NAME: a stage, or the "
                          "beginning of a test's name, as printed.")
    common(sub, several=True)
    sub.add_argument("names", metavar="NAME", nargs="*")
    sub.add_argument("--mutants", metavar="N", nargs="?", type=int, const=0,
                     help="all mutants, or N of them")
    sub.add_argument("--long", action="store_true",
                     help="also what CI has no time for; what passed with "
                     "these sources is not run again")
    sub.add_argument("--seed", metavar="N", type=int,
                     help="of the tests with random operations")
    sub.add_argument("--list", action="store_true", help="list the stages")
    # Of a mutant the compiler may say that something is unused now.
    sub.add_argument("--allow-warnings", action="store_true",
                     help=argparse.SUPPRESS)

    sub = subs.add_parser("run", help="boot a program as the root task",
                          description="Builds and boots a root task. Status: "
                          "that of the machine's end; 124: timeout; 125: the "
                          "kernel stopped.")
    program_arguments(sub)
    sub.add_argument("--release", action="store_true",
                     help="a kernel without debugger and assertions")
    sub.add_argument("--print-command", action="store_true",
                     help="show the QEMU command")

    sub = subs.add_parser("debug", help="the same, stopped, under gdb")
    program_arguments(sub)
    sub.add_argument("--batch-command", metavar="COMMAND", action="append",
                     help="run gdb in batch mode with this; repeatable")

    sub = subs.add_parser("trace", help="list a run's messages, faults, maps",
                          description="Boots a root task and lists each IPC, "
                          "fault, map and flush in order, then what the run "
                          "printed, to stderr. Status: as of run.")
    program_arguments(sub, ipc=False)

    sub = subs.add_parser("boards", help="list boards and boot chains")
    sub = subs.add_parser("build", help="build a board")
    common(sub, several=True)
    sub.add_argument("--ipc", choices=boards.PATHS, default="tailored",
                     help="the IPC path in the kernel")
    sub = subs.add_parser("dist", help="images, SDK and loader files of all "
                          "boards, in build/dist/")
    common(sub, several=True)
    sub = subs.add_parser("setup", help="install what is missing")
    common(sub, board=False)
    sub.add_argument("--dry-run", action="store_true",
                     help="print the command only")
    sub = subs.add_parser("presets", help="write CMakePresets.json")
    subs.add_parser("thesis", help="write the tables of docs/thesis.md from "
                    "budgets and sources")

    sub = subs.add_parser("status", help="write docs/status.md from the last "
                          "test run")
    sub = subs.add_parser("conformance", help="write docs/conformance.md from "
                          "the last test run")
    sub.add_argument("--rows", action="store_true",
                     help="list the rows of docs/x2.md that need a clause, and "
                     "their clauses")
    sub.add_argument("--number", action="store_true",
                     help="number new clauses, which have 0")
    sub = subs.add_parser("tap")
    sub.add_argument("--board", required=True)
    sub.add_argument("--directory", required=True)
    sub.add_argument("--timeout", type=positive, default=60)
    sub.add_argument("name")
    return parser


def warn_untested(chosen):
    for line in host.untested(chosen):
        print(line, file=sys.stderr)


def list_boards(args):
    rows = [("board", "architecture", "CPU", "back end", "boot chains")]
    for board in boards.select(None):
        chains = ["%s%s" % (c, "*" if c == board["default_chain"] else "")
                  for c in board["chains"]]
        rows.append((board["board"], board["arch"], board["cpu"],
                     board["backend"], " ".join(chains)))
    widths = [max(len(r[i]) for r in rows) for i in range(5)]
    for row in rows:
        print("  ".join(c.ljust(w) for c, w in zip(row, widths)).rstrip())
    return 0


def build_boards(args):
    chosen = boards.select(args.board)
    host.setup("build", args.yes)
    warn_untested(chosen)
    for board in chosen:
        print(build.build(board, args.ipc))
    return 0


def dist_boards(args):
    import dist
    chosen = boards.select(args.board)
    host.setup("run", args.yes)
    warn_untested(chosen)
    return dist.dist(chosen)


def bench_boards(args):
    import bench
    chosen = boards.select(args.board)
    old = bench.load(args.compare) if args.compare else None
    host.setup("build", args.yes)
    if args.anatomy:
        return bench.show_anatomy(chosen)
    return bench.bench(chosen, old, args.budgets)


def test_boards(args):
    import tests
    chosen = boards.select(args.board)
    if args.list:
        print("\n".join(tests.stage_names()))
        return 0
    tests.check_names(args.names)
    host.setup("test", args.yes)
    if args.long:
        host.setup("source", args.yes)
    warn_untested(chosen)
    return tests.main(args, chosen)


def run_program(args):
    import run
    board = boards.load(args.board)
    boards.chain_of(board, args.chain)
    debug = args.command == "debug"
    if args.batch_command if debug else False:
        args.timeout = args.timeout or 120
    host.setup("debug" if debug else "run" if args.chain else "build",
               args.yes)
    warn_untested([board])
    return run.debug(args) if debug else run.run(args)


def trace_program(args):
    import tracing
    board = boards.load(args.board)
    boards.chain_of(board, args.chain)
    host.setup("run" if args.chain else "build", args.yes)
    warn_untested([board])
    return tracing.trace(args)


def setup(args):
    host.setup("test", args.yes, args.dry_run)
    if not args.dry_run:
        warn_untested(boards.select(None))
    return 0


def presets(args):
    import presets as generator
    generator.write()
    return 0


def status(args):
    import status as generator
    return generator.write()


def thesis(args):
    import thesis as generator
    return generator.write()


def conformance(args):
    import conformance as suite
    return suite.main(args)


def tap(args):
    import run
    return run.tap(args)


ACTIONS = {"bench": bench_boards, "test": test_boards, "run": run_program,
           "debug": run_program, "trace": trace_program, "boards": list_boards,
           "build": build_boards, "dist": dist_boards, "setup": setup,
           "presets": presets, "status": status, "conformance": conformance, "tap": tap,
           "thesis": thesis}


def main():
    parser = make_parser()
    args = parser.parse_args()
    if not args.command:
        parser.print_help()
        return 2
    args.yes = getattr(args, "yes", False) or args.yes_first
    try:
        return ACTIONS[args.command](args)
    except Failure as e:
        print("pecan: %s" % e, file=sys.stderr)
        return e.status
    except OSError as e:  # no room, no right to write, a closed pipe
        print("pecan: %s" % e, file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        return 130


if __name__ == "__main__":
    sys.exit(main())
