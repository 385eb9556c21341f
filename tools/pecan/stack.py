# SPDX-FileCopyrightText: 2026 The Pecan authors
# SPDX-License-Identifier: BSD-2-Clause
"""How deep can the kernel's stack become? GCC says what each C function needs
(-fcallgraph-info=su), the disassembled kernel who calls whom, assembly
included. From every entry the deepest way must fit the stack; recursion and
arrays of variable size are refused, as they have no bound."""

import bisect
import collections
import glob
import os
import re
import subprocess

import boards
import build
import elffile

OPTIONS = ("-DPECAN_BUILD=release",
           "-DPECAN_KERNEL_FLAGS=-fcallgraph-info=su")
NODE = re.compile(r'^node: { title: "([^"]*)" label: "([^"]*?)\\n[^"]*?'
                  r'\\n(\d+) bytes \(([a-z,]+)\)', re.M)
POINTER = re.compile(r'^edge: { sourcename: "(?:[^"]*:)?([^":]*)" '
                     r'targetname: "__indirect_call"', re.M)
HEAD = re.compile(r"^([0-9a-f]+) <([^>]+)>:$")
CODE = re.compile(r"^\s*([0-9a-f]+):\t(\S+)\s*([^#;@]*)")
TARGET = re.compile(r"\b([0-9a-f]+) <")
# Calls by pointer in C: who makes them, and the field that holds the pointer.
# What a board puts there is what may be called.
FIELDS = {"arch_machine_end": "power_off"}
# Jumps by register in assembly: where they may lead outside of the symbol.
# Those of libgcc are tables within.
COPIES = ("copied", "copy_long") + tuple("copy_%d" % n for n in range(3, 9))
JUMPS = {
    "arm": {"_start": ()},  # to itself, at the link address
    "riscv": {"_start": (), "kernel_trap": ("ipc_short_load_failed",),
              "store_words": (), "trap_entry": (), "copy": (),
              "send_words": ()},
    "x86": {"words": COPIES, "words_switched": COPIES},
}
# What the hardware and entry.S push when the x86 kernel itself is interrupted
# (idle, or by a single step at sysenter), with the error code and the vector.
NESTED = {"x86": ("trap_kernel", 3 * 4 + 2 * 4 + 8 * 4 + 4)}
# ... and when a user is, before trap_common: it starts so deep.
PUSHED = {"x86": 5 * 4 + 2 * 4 + 4}
# A trap in the ARM kernel has a stack of its own.
OTHER_STACK = {"kernel_fault": "FAULT_STACK_BYTES"}


class Unbounded(Exception):
    """Why there is no bound."""


class Program:
    """The disassembled kernel: its instructions and symbols, in order."""

    def __init__(self, board, elf):
        self.arch = board["arch"]
        argv = ["objdump", "-d", "--no-show-raw-insn", elf]
        table = dict(elffile.symbols(elf))
        if "kernel_text_end" in table:  # constants follow
            argv.insert(1, "--stop-address=%#x" % table["kernel_text_end"])
        argv[0] = boards.PREFIX[self.arch] + argv[0]
        text = subprocess.run(argv, check=True, capture_output=True,
                              text=True).stdout
        self.symbols, self.names, self.code = [], {}, {}
        for line in text.splitlines():
            match = HEAD.match(line)
            if match:
                self.symbols.append(int(match.group(1), 16))
                self.names[self.symbols[-1]] = match.group(2)
                continue
            match = CODE.match(line)
            if match and not match.group(2).startswith("."):
                operands = line.split("\t", 2)[-1]
                self.code[int(match.group(1), 16)] = (
                    match.group(2), match.group(3).strip(), operands)
        self.order = sorted(self.code)

    def symbol(self, address):
        return self.symbols[bisect.bisect(self.symbols, address) - 1]

    def name(self, address):
        start = self.symbol(address)
        return self.names[start] + ("+%#x" % (address - start)
                                    if address != start else "")

    def after(self, address):
        at = bisect.bisect(self.order, address)
        return self.order[at] if at < len(self.order) else None

    def body(self, start):
        """All instructions of the symbol that begins here."""
        low = bisect.bisect_left(self.order, start)
        at = bisect.bisect(self.symbols, start)
        high = bisect.bisect_left(self.order, self.symbols[at]) \
            if at < len(self.symbols) else len(self.order)
        return self.order[low:high]

    # ---- one instruction ----

    def kind(self, address):
        """(what, target): what is call, jump, branch, leave or "" - a return,
        or a jump by register - and the address it names, if any."""
        mnemonic, operands, whole = self.code[address]
        found = TARGET.search(whole)
        target = int(found.group(1), 16) if found else None
        if self.arch == "x86":
            if mnemonic.startswith("call"):
                return "call", target
            if mnemonic == "jmp":
                return ("jump", target) if target else ("leave", None)
            if mnemonic.startswith("j"):
                return "branch", target
            if mnemonic in ("ret", "iret", "sysexit", "ud2"):
                return "leave", None
        elif self.arch == "arm":
            base = mnemonic.split(".")[0]
            if base in ("bl", "blx"):
                return "call", target
            if base == "b":
                return "jump", target
            if base in ("bx", "rfeia") or (
                    base in ("pop", "ldm", "ldmia", "mov", "ldr", "movs")
                    and re.search(r"\bpc\b", operands.split("[")[0])):
                return "leave", None
            if re.fullmatch(r"b(l?)(eq|ne|cs|cc|mi|pl|vs|vc|hi|ls|ge|lt|gt|le|"
                            r"lo|hs)", base) or base in ("cbz", "cbnz"):
                return "branch", target
        else:
            if mnemonic in ("jal", "jalr"):
                return ("call" if mnemonic == "jal" or not target or
                        operands.startswith(("ra", "-"))
                        or "(ra)" in operands else "jump"), target
            if mnemonic in ("j", "jr"):
                return ("jump", target) if target else ("leave", None)
            if mnemonic.startswith("b"):
                return "branch", target
            if mnemonic in ("ret", "sret"):
                return "leave", None
        return "", None

    def by_register(self, address):
        """Is it a jump or call to where a register says, no return?"""
        mnemonic, operands, whole = self.code[address]
        what, target = self.kind(address)
        if target:
            return False
        if self.arch == "x86":
            return "*" in whole and what in ("call", "leave")
        if self.arch == "arm":
            return (mnemonic == "blx" or mnemonic == "bx" and operands != "lr"
                    or mnemonic == "mov" and operands.startswith("pc,")
                    and operands != "pc, lr")
        return mnemonic in ("jr", "jalr")

    def moves(self, address):
        """By how many bytes the stack grows; None: it is another stack."""
        mnemonic, operands, _ = self.code[address]
        return {"x86": moves_x86, "arm": moves_arm,
                "riscv": moves_riscv}[self.arch](mnemonic, operands)


def moves_x86(mnemonic, operands):
    if mnemonic.startswith("push"):
        return {"pusha": 32, "pushal": 32}.get(mnemonic, 4)
    if mnemonic.startswith("pop"):
        return -{"popa": 32, "popal": 32}.get(mnemonic, 4)
    match = re.fullmatch(r"\$0x([0-9a-f]+),%esp", operands)
    if match and mnemonic in ("add", "sub"):
        value = int(match.group(1), 16)
        value -= value >> 31 << 32
        return value if mnemonic == "sub" else -value
    match = re.fullmatch(r"(-?)0x([0-9a-f]+)\(%esp\),%esp", operands)
    if match and mnemonic == "lea":
        return (1 if match.group(1) else -1) * int(match.group(2), 16)
    if operands.endswith(",%esp") and mnemonic not in ("cmp", "test"):
        return None
    return 0


def moves_arm(mnemonic, operands):
    base = mnemonic.split(".")[0]
    listed = re.search(r"{([^}]*)}", operands)
    count = 0
    for part in listed.group(1).split(",") if listed else ():
        ends = [int(n) for n in re.findall(r"r(\d+)", part)]
        count += ends[1] - ends[0] + 1 if len(ends) == 2 else 1
    if base == "push" or re.match(r"stm(db|fd)?\b", base) and \
            operands.startswith("sp!"):
        return 4 * count
    if base == "pop" or base.startswith("ldm") and operands.startswith("sp!"):
        return -4 * count
    match = re.fullmatch(r"(?:sp, )?sp, #(\d+)", operands)
    if match and base in ("add", "sub"):
        return int(match.group(1)) * (1 if base == "sub" else -1)
    match = re.search(r"\[sp, #(-?\d+)\]!", operands)
    if match:
        return -int(match.group(1))
    match = re.search(r"\[sp\], #(-?\d+)$", operands)
    if match:
        return -int(match.group(1))
    if operands.startswith("sp,") and not base.startswith(
            ("cmp", "tst", "str", "stm", "ldm", "srs", "cmn")):
        return None
    return 0


def moves_riscv(mnemonic, operands):
    match = re.fullmatch(r"sp,sp,(-?\d+)", operands)
    if match and mnemonic in ("add", "addi", "c.addi16sp"):
        return -int(match.group(1))
    if operands.startswith("sp,") and not mnemonic.startswith(("s", "b")):
        return None
    return 0


class Graph:
    """Who may run on top of whom. A node is an address that is entered: a
    symbol, a place in assembly, or what follows a change of stacks."""

    def __init__(self, program, frames, pointers):
        self.program, self.frames, self.pointers = program, frames, pointers
        self.edges = {}   # node: {target: depth there}
        self.seen = set() # assembly that some node contains
        self.own = {}     # node: what it needs itself
        self.roots = {}   # node: the name of an entry with an empty stack
        self.depths, self.next = {}, {}

    def is_c(self, start):
        return self.frame(start) is not None

    def frame(self, start):
        name = self.program.names[start]
        # name.part.0.cold belongs to name.part.0
        return self.frames.get(name, self.frames.get(
            name[:-5] if name.endswith(".cold") else None))

    def explore(self):
        # Every symbol may be an entry of its own: traps come from anywhere.
        todo = list(self.program.symbols)
        while todo or self.more(todo):
            node = todo.pop()
            if node in self.edges or node not in self.program.code:
                continue
            start = self.program.symbol(node)
            if self.is_c(start):
                self.function(node, start)
            else:
                self.assembly(node)
            todo += self.edges[node]
            todo += self.roots

    def more(self, todo):
        """Assembly that nobody names: entered through tables or registers."""
        for start in self.program.symbols:
            if not self.is_c(start):
                todo += [a for a in self.program.body(start)
                         if a not in self.seen][:1]
        return todo

    def function(self, node, start):
        """A C function needs its frame whatever it calls."""
        p = self.program
        self.own[node] = frame = self.frame(start)
        self.edges[node] = {}
        if node != start:  # .cold goes back to where it came from
            return
        for address in p.body(start):
            what, target = p.kind(address)
            if target and p.symbol(target) != start and (
                    what != "jump" or target in p.names or
                    not self.is_c(p.symbol(target))):
                self.edges[node][target] = frame
            if what == "call" and target == start:
                self.edges[node][target] = frame
        name = p.names[start]
        for target in self.pointers.get(name, ()):
            self.edges[node][target] = frame

    def assembly(self, node):
        """Follow it from here; a call returns with the stack as it was."""
        p = self.program
        begin = 4 if p.arch == "x86" else 0  # the return address
        begin = PUSHED.get(p.arch, 0) if p.names.get(node) == "trap_common" \
            else begin
        self.edges[node] = edges = {}
        start, seen, todo = p.symbol(node), {}, [(node, begin)]
        while todo:
            address, depth = todo.pop()
            if address is None or address not in p.code:
                continue
            if p.symbol(address) != start:  # falls or jumps out
                edges[address] = max(depth, edges.get(address, 0))
                continue
            if seen.get(address, -1) >= depth:
                continue
            if depth > 1 << 16:
                raise Unbounded("%s pushes in a loop" % p.name(node))
            seen[address] = depth
            moved = p.moves(address)
            if moved is None:
                after = p.after(address)
                if after is not None:
                    self.roots[after] = p.name(node)
                continue
            depth = max(depth + moved, 0)
            what, target = p.kind(address)
            if what == "call" and target:
                edges[target] = max(depth, edges.get(target, 0))
            elif what in ("jump", "branch") and target:
                todo.append((target, depth))
            if p.by_register(address):
                self.by_register(address, depth, edges)
            if what not in ("jump", "leave"):
                todo.append((p.after(address), depth))
        self.seen |= set(seen)
        self.own[node] = max(list(seen.values()) or [0])

    def by_register(self, address, depth, edges):
        name = self.program.names[self.program.symbol(address)]
        known = JUMPS[self.program.arch]
        if name.startswith(("__", ".")):
            return
        if name not in known:
            raise Unbounded("%s goes where a register says; JUMPS in %s has to "
                            "say where that is" % (self.program.name(address),
                                                   os.path.basename(__file__)))
        for start, found in self.program.names.items():
            if found in known[name]:
                edges[start] = max(depth, edges.get(start, 0))

    def depth(self, node, above=()):
        """The deepest that the stack becomes above where node is entered."""
        if node in self.depths:
            return self.depths[node]
        if node in above:
            way = list(above[above.index(node):]) + [node]
            raise Unbounded("recursion: " + " -> ".join(
                self.program.name(n) for n in way))
        best, way = self.own.get(node, 0), None
        for target, at in self.edges.get(node, {}).items():
            found = at + self.depth(target, above + (node,))
            if found > best:
                best, way = found, target
        self.depths[node], self.next[node] = best, way
        return best

    def way(self, node):
        names = []
        while node is not None:
            names.append(self.program.name(node))
            node = self.next.get(node)
        return names


def read_frames(out):
    """({function: bytes}, {those that call by pointer}, complaints)."""
    frames, callers, bad = collections.defaultdict(int), set(), []
    files = glob.glob(os.path.join(out, "CMakeFiles/kernel.dir/**/*.ci"),
                      recursive=True)
    for file in files:
        with open(file, encoding="utf-8") as f:
            text = f.read()
        for title, label, size, how in NODE.findall(text):
            name = title.rsplit(":", 1)[-1]
            for n in (name, label):
                frames[n] = max(frames[n], int(size))
            if how == "dynamic":
                bad.append("%s: a stack of variable size" % label)
        callers |= set(POINTER.findall(text))
    if not files:
        bad.append("no call graphs in " + out)
    return dict(frames), callers, bad


def targets_of(program, callers):
    """{caller: addresses it may call}; complaints."""
    found, bad = {}, []
    addresses = {n: a for a, n in program.names.items()}
    for caller in callers:
        if caller not in FIELDS:
            bad.append("%s calls by pointer; FIELDS in %s has to say which"
                       % (caller, os.path.basename(__file__)))
            continue
        names = set()
        for file in glob.glob(os.path.join(boards.PLATFORMS, "*", "board.c")):
            with open(file, encoding="utf-8") as f:
                names |= set(re.findall(r"\.%s = (\w+)" % FIELDS[caller],
                                        f.read()))
        if not names:
            bad.append("no board sets .%s" % FIELDS[caller])
        found[caller] = [addresses[n] for n in names if n in addresses]
        if not found[caller]:
            bad.append("%s calls nothing that is in the kernel" % caller)
    return found, bad


def constant(arch, name):
    with open(os.path.join(boards.TOP, "arch", arch, "include/arch/layout.h"),
              encoding="utf-8") as f:
        return int(re.search(r"#define %s\s+(\d+)" % name, f.read()).group(1))


def analyse(board, path="tailored"):
    """Result: (lines to print, complaints) for the release kernel."""
    out = build.build(board, path, "-stack", OPTIONS, ["kernel"])
    frames, callers, bad = read_frames(out)
    program = Program(board, os.path.join(out, "pecan.elf"))
    pointers, more = targets_of(program, callers)
    bad += more
    graph = Graph(program, frames, pointers)
    lines = []
    try:
        graph.explore()
        called = {t for n, e in graph.edges.items() for t in e if t != n}
        entries = {n: program.names[n] for n in program.symbols
                   if n not in called and n in graph.edges
                   and not graph.is_c(n)}
        entries.update(graph.roots)
        nested, pushed = NESTED.get(board["arch"], (None, 0))
        extra = 0
        for start, name in program.names.items():
            if name == nested:
                extra = pushed + graph.depth(start)
        rows = {}
        for node, name in entries.items():
            rows.setdefault(name, []).append((graph.depth(node), node))
        for name, found in sorted(rows.items(), key=lambda r: -max(r[1])[0]):
            depth, node = max(found)
            size = constant(board["arch"], OTHER_STACK.get(
                name.split("+")[0], "KERNEL_STACK_BYTES"))
            if depth:
                lines.append("%-5d of %d  %s" % (depth + extra, size,
                                                 " ".join(graph.way(node))))
            if depth + extra > size:
                bad.append("a stack of %d bytes may need %d: %s" % (
                    size, depth + extra, " ".join(graph.way(node))))
    except Unbounded as e:
        bad.append(str(e))
    return lines, bad
