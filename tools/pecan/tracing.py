# SPDX-FileCopyrightText: 2026 The Pecan authors
# SPDX-License-Identifier: BSD-2-Clause
"""pecan trace: what a program and the kernel do with each other, in order.

Each message, fault, map and unmap of a run is a line. They come from a plugin
(tools/plugin/pecan_trace.c); the kernel has no part in it. It is the portable
kernel, without inlining, so that its functions can be observed: the same events
in the same order as on the tailored path, at another price.
"""

import bisect
import os
import sys
import tempfile

import boards
import build
import chain
import elffile
import machine
import run
from boards import Failure

# The kernel's functions stay functions, with the arguments of their prototypes.
FLAGS = "-fno-inline;-fno-ipa-sra;-fno-ipa-cp;-fno-ipa-icf;-fno-ipa-ra;" \
    "-fno-partial-inlining;-fno-optimize-sibling-calls"
# Calls that a port never makes vanish only where the reason is inlined.
NEVER = "-DCMAKE_EXE_LINKER_FLAGS=" + " ".join(
    "-Wl,--defsym=%s=_start" % n for n in ("arch_io_map", "arch_io_unmap"))
HOOKS = ("transfer", "deliver_words", "ask_pager", "ask_handler",
         "map_sigma0_fault", "halt_unhandled", "ipc_fail", "arch_set_user_ip",
         "arch_thread_init", "mapping_item", "map_fpage",
         "map_at_once", "put_page", "sys_unmap")
ERRORS = {1: "timeout", 2: "no partner", 3: "cancelled", 4: "overflow",
          5: "transfer timeout", 6: "transfer timeout of the partner",
          7: "aborted"}


class Symbols:
    """Names for user addresses, of the programs whose place is known."""

    def __init__(self):
        self.programs = []  # (base, addresses, names)

    def add(self, path, base, title):
        """title: what the first thread is called, which begins at _start."""
        table = sorted((a, title if n == "_start"
                        else n.split(".")[0])
                       for n, a in elffile.symbols(path)
                       if n and not n.startswith(("$", ".", "__")))
        self.programs.append((base, [a for a, _ in table],
                              [n for _, n in table]))
        self.programs.sort(reverse=True)

    def at(self, address):
        """(name, offset) or None."""
        for base, addresses, names in self.programs:
            i = bisect.bisect(addresses, address - base)
            if i:
                return names[i - 1], address - base - addresses[i - 1]
        return None


def fpage(raw):
    """An fpage: where, how large, which rights."""
    rights = "".join(c if raw >> b & 1 else "-"
                     for c, b in (("r", 2), ("w", 1), ("x", 0)))
    size = raw >> 4 & 63
    if raw >> 4 == 1:
        return "everything " + rights
    if size == 0:
        return "nothing"
    if size == 2:
        return "ports %#x 2^%d " % (raw >> 16, raw >> 10 & 63)
    return "%#x 2^%d %s" % (raw >> size << size & ~0x3ff, size, rights)


class Listing:
    """Turns the plugin's lines into ours. Threads are called by the function
    where they begin."""

    def __init__(self, arch, symbols):
        self.wide = arch == "riscv"
        self.symbols = symbols
        self.life = {}   # id -> how often it was created
        self.names = {}  # (id, its life) -> name
        self.taken = {}  # name -> how many have it
        self.item = None

    def number(self, thread):
        return thread >> (32 if self.wide else 14)

    def key(self, thread):
        return thread, self.life.get(thread, 0)

    def speaker(self, thread):
        if self.key(thread) in self.names:
            return self.names[self.key(thread)]
        # No user thread has a number below the first one's, sigma0's.
        first = min((self.number(t) for t, _ in self.names), default=0)
        return "%s %d" % ("interrupt" if self.number(thread) < first
                          else "thread", self.number(thread))

    def call(self, thread, address):
        """Name a new thread that is to run there, if a function begins there;
        the second of a name gets a number."""
        found = self.symbols.at(address & ~1)
        if not found or found[1] or self.key(thread) in self.names:
            return
        count = self.taken[found[0]] = self.taken.get(found[0], 0) + 1
        self.names[self.key(thread)] = found[0] + (".%d" % count
                                                   if count > 1 else "")

    def lines(self, raw):
        """Our lines, in order, for the plugin's."""
        events = []
        for text in raw:
            kind, *words = text.split()
            events.append((kind, [int(w, 16) for w in words]))
        # Its start message comes before a thread begins: all names come first.
        for kind, numbers in events:
            if kind == "new":
                self.on_new(*numbers)
            elif kind == "ip":
                self.call(*numbers)
        self.life.clear()
        for kind, numbers in events:
            if kind != "ip":
                line = getattr(self, "on_" + kind)(*numbers)
                if line:
                    yield line

    def on_new(self, thread):
        self.life[thread] = self.life.get(thread, 0) + 1

    def protocol(self, tag):
        """The number of a kernel protocol in a tag, or None."""
        bits = 64 if self.wide else 32
        number = (tag >> 20) - (1 << (bits - 20))
        return number if -16 < number < 0 else None

    def on_message(self, sender, receiver, tag, *words):
        label, u, t = tag >> 16, tag & 63, tag >> 6 & 63
        protocol = self.protocol(tag)
        what = "label %#x" % label if protocol is None else {
            -1: "interrupt", -2: "page fault", -3: "preemption",
            -4: "exception", -5: "exception", -6: "sigma0",
            -8: "port fault"}.get(protocol, "protocol %d" % protocol)
        text = "ipc    %s -> %s  %s" % (self.speaker(sender),
                                        self.speaker(receiver), what)
        if u:
            text += "  " + " ".join("%#x" % w for w in words[:u])
        if t:
            text += "  items " + " ".join("%#x" % w for w in words[u:u + t])
        return text

    def on_fail(self, thread, code):
        return "fail   %s  %s %s" % (
            self.speaker(thread), ERRORS.get(code >> 1 & 7, "?"),
            "receiving" if code & 1 else "sending")

    def on_fault(self, thread, address, access, ip, pager):
        found = self.symbols.at(ip)
        kind = {4: "read", 2: "write", 1: "execute"}.get(access,
                                                         "access %d" % access)
        # Only ports are read and written at once.
        where = "%#x" % address if access != 6 else fpage(address)[:-1]
        return "fault  %s  %s %s%s, pager %s" % (
            self.speaker(thread), kind if access != 6 else "uses", where,
            " in %s" % found[0] if found else "", self.speaker(pager))

    def on_own(self, _, address):
        return "fault  sigma0  its own page %#x" % address

    def on_exception(self, thread, _, handler):
        return "except %s, handler %s" % (
            self.speaker(thread), self.speaker(handler) if handler else "none")

    def on_halt(self, thread, address):
        return "halt   %s  at %#x" % (self.speaker(thread), address)

    def on_item(self, sender, receiver):
        self.item = (sender, receiver)

    def on_map(self, sent, base, window, grant):
        if not self.item:
            return None
        sender, receiver = self.item
        return "%s %s -> %s  %s at %#x in %s" % (
            "grant " if grant else "map   ", self.speaker(sender),
            self.speaker(receiver), fpage(sent), base & ~0x3ff,
            fpage(window).rsplit(" ", 1)[0])

    def on_unmap(self, thread, control, *pages):
        return "%s %s  %s" % ("flush " if control & 0x40 else "unmap ",
                              self.speaker(thread),
                              ", ".join(fpage(p) for p in pages))


def hooks(kernel):
    table = dict(elffile.symbols(kernel))
    missing = [n for n in HOOKS if n not in table]
    if missing:
        raise Failure("the kernel has no function " + " ".join(missing))
    return ",".join("%s=%#x" % (n, table[n]) for n in HOOKS)


def programs(images, text, title):
    """Symbols of the first two programs: the kernel says where it put them."""
    symbols = Symbols()
    found = run.LOADED.search(text)
    if found:
        for (file, _), name, base in zip(images.modules, ("sigma0", title),
                                         found.groups()):
            symbols.add(file, int(base, 16), name)
    return symbols


def trace(args):
    """Boot and list; result: the status of the run. Input, if it is no terminal,
    is typed as soon as the program can hear it."""
    feed = b"" if sys.stdin.isatty() else sys.stdin.buffer.read()
    board = boards.load(args.board)
    _, recipe = boards.chain_of(board, args.chain)
    chain.need_qemu(recipe, "a trace")
    library = build.plugin("pecan_trace")
    kernel = build.build(board, "portable", "-trace",
                         ["-DPECAN_KERNEL_FLAGS=" + FLAGS]
                         + ([NEVER] if board["arch"] != "x86" else []),
                         build.SYSTEM)
    root = os.path.join(kernel, "demo")
    if args.path:
        root = build.program(kernel, args.path)
    images = chain.Images(kernel, root, args.module or [],
                          args.arguments or "")
    title = os.path.splitext(os.path.basename(
        os.path.abspath(args.path or "demo")))[0]
    with tempfile.TemporaryDirectory(prefix="pecan-") as work:
        log = os.path.join(work, "trace")
        argv = chain.command(board, recipe, images, args.memory, work) + [
            "-icount", "shift=0,sleep=off", "-plugin",
            library + "," + hooks(images.kernel_elf), "-d", "plugin",
            "-D", log]
        status, text = machine.boot(argv, args.timeout or 60, feed=feed)
        if status == machine.STOPPED and not os.path.exists(log):
            raise Failure("QEMU: " + text.strip())
        listing = Listing(board["arch"], programs(images, text, title))
        with open(log, encoding="ascii", errors="replace") as f:
            # The machine may have been stopped in the middle of a line.
            whole = [l for l in f if l.endswith("\n")]
        for number, line in enumerate(listing.lines(whole), 1):
            print("%5d  %s" % (number, line))
    sys.stdout.flush()
    sys.stderr.write(text)
    if status == machine.TIMEOUT:
        print("pecan: no end after %s seconds" % (args.timeout or 60),
              file=sys.stderr)
    return status
