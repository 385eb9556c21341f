# SPDX-FileCopyrightText: 2026 The Pecan authors
# SPDX-License-Identifier: BSD-2-Clause
"""Draws build/report/index.html:
report.py PAGE.html RESULTS.json CROWD.json [WARNING...]

One self-contained page; the drawings are matplotlib's, as SVG inside it. With a
warning about the tools, every figure measured with them is marked.

report.py DRAWING.svg RESULTS.json makes the first drawing only.
"""

import html
import io
import json
import pathlib
import sys

import matplotlib

matplotlib.use("svg")
from matplotlib import pyplot  # noqa: E402

import bench  # noqa: E402

# Kernel, back end, 0 words kernel, 0 words user to user, 4 words kernel,
# lines of code and data in a round trip, source of the figures.
SAME, PUBLISHED = "same method", "published"
REFERENCES = [
    ("L4 X.2 reference kernel, assembly path", "ia32, sysenter", 67, 85, 78,
     "5 / 12", SAME),
    ("same", "ia32, int (Pentium)", 63, 80, 74, "5 / 14", SAME),
    ("same, small spaces", "Pentium", 84, 101, 99, "9 / 17", SAME),
    ("same, portable C path", "ia32", 198, None, 208, "16 / 14", SAME),
    ("seL4 (2026), fast path in C", "riscv64", 268, 278, 291, "31 / 28", SAME),
    ("seL4", "ARM, Cortex-A15", 167, 177, 184, "27 / 20", SAME),
    ("seL4", "ia32, sysenter", 227, 240, 1001, "30 / 18", SAME),
    ("L4 with FASS (kernel and stub)", "XScale", 123, None, 123, "-",
     PUBLISHED),
]
COLOURS = {"tailored": "#8a4b14", "portable": "#d9a56b"}
STYLE = """body{font:16px/1.5 sans-serif;max-width:62em;margin:2em auto;
padding:0 1em;color:#222}table{border-collapse:collapse;margin:1em 0;
display:block;overflow-x:auto}td,th{padding:.25em .7em;border-bottom:1px solid
#ccc;text-align:right}td:nth-child(-n+2),th:nth-child(-n+2){text-align:left}
h1{margin-bottom:0}svg{max-width:100%;height:auto}.mark{color:#a00}"""


def table(rows):
    out = ["<table>"]
    for number, row in enumerate(rows):
        tag = "td" if number else "th"
        out.append("<tr>" + "".join("<%s>%s</%s>" % (tag, html.escape(c), tag)
                                    for c in row) + "</tr>")
    return "\n".join(out + ["</table>"])


def svg(figure):
    """The drawing as an element; without dates and random ids."""
    text = io.StringIO()
    figure.savefig(text, format="svg", bbox_inches="tight",
                   metadata={"Date": None})
    pyplot.close(figure)
    return text.getvalue().split("?>", 1)[1].split(".dtd\">", 1)[-1]


def bars(results, mark):
    """One-way IPC by board and path, user to user and its kernel part."""
    variants = bench.variants(results)
    figure, axes = pyplot.subplots(figsize=(max(9, .95 * len(variants)), 4.2))
    labels = []
    for x, (board, path) in enumerate(variants):
        values = [bench.find(results, board=board, path=path, metric="ipc",
                             pattern="rpc", partner="inter", words=0, scope=s,
                             unit="instructions", method="plugin") or 0
                  for s in ("total", "kernel")]
        axes.bar(x, values[0], color=COLOURS[path], alpha=.45)
        axes.bar(x, values[1], color=COLOURS[path])
        axes.annotate("%g / %g%s" % (values[1], values[0],
                                     mark.replace(" ", "\n", 1)),
                      (x, values[0]),
                      ha="center", va="bottom", fontsize=9)
        labels.append("%s\n%s" % (board, path))
    axes.set_xticks(range(len(labels)), labels, fontsize=8)
    axes.set_ylabel("instructions, one way")
    axes.set_title("IPC between two spaces, 0 words: kernel (dark) and "
                   "user to user (light)")
    return svg(figure)


def curves(results, mark):
    """Cost over message length."""
    figure, axes = pyplot.subplots(figsize=(9, 4.2))
    for board, path in bench.variants(results):
        points = [(w, bench.find(results, board=board, path=path, metric="ipc",
                                 pattern="rpc", partner="inter", words=w,
                                 scope="total", unit="instructions",
                                 method="plugin")) for w in bench.WORDS]
        points = [p for p in points if p[1] is not None]
        axes.plot([p[0] for p in points], [p[1] for p in points], marker="o",
                  linestyle="-" if path == "tailored" else "--",
                  label="%s, %s%s" % (board, path, mark))
    axes.set_xlabel("untyped words")
    axes.set_ylabel("instructions, one way, user to user")
    axes.set_ylim(bottom=0)
    axes.legend(fontsize=8)
    return svg(figure)


def reference_rows(results, mark):
    own = lambda v: bench.figure(v, mark)
    rows = [["kernel", "back end", "0 words, kernel", "user to user",
             "4 words, kernel", "lines of code / data, round trip",
             "figures"]]
    for board, path in bench.variants(results):
        fits = dict(board=board, path=path, metric="ipc", pattern="rpc",
                    partner="inter")
        count = dict(fits, unit="instructions", method="plugin")
        backend = next(r["backend"] for r in results if r["board"] == board)
        rows.append([
            "Pecan, %s path" % path, "%s (%s)" % (board, backend),
            own(bench.find(results, words=0, scope="kernel", **count)),
            own(bench.find(results, words=0, scope="total", **count)),
            own(bench.find(results, words=4, scope="kernel", **count)),
            "%s / %s" % tuple(own(bench.find(results, words=0, unit=u, **fits))
                              for u in ("code_lines", "data_lines")),
            "measured now"])
    for name, backend, kernel, total, four, lines, source in REFERENCES:
        rows.append([name, backend] + [bench.figure(v) for v in
                                       (kernel, total, four)]
                    + [lines, source])
    return rows


def page(data, more, warnings):
    results = data["results"]
    mark = bench.UNTESTED if warnings else ""
    parts = ["<!DOCTYPE html>", '<html lang="en"><meta charset="utf-8">',
             "<title>Pecan: what an IPC costs</title>",
             "<style>%s</style>" % STYLE, "<h1>What an IPC costs</h1>",
             "<p>Pecan %s, QEMU %s, GCC %s.</p>"
             % tuple(html.escape(str(data[k]))
                     for k in ("version", "qemu", "compiler"))]
    parts += ['<p class="mark">%s</p>' % html.escape(line)
              for line in warnings]
    parts += [bars(results, mark), "<h2>Cost over message length</h2>",
              curves(results, mark), "<h2>Beside other kernels</h2>",
              "<p>One way, between two spaces, instructions. <em>Same "
              "method</em>: counted as Pecan is, on the same QEMU; "
              "<em>published</em>: as its authors give it.</p>",
              table(reference_rows(results, mark))]
    for title, rows in bench.tables(results, more, mark):
        parts += ["<h2>%s</h2>" % html.escape(title), table(rows)]
    parts.append("<p>Figures are executed instructions, not cycles. Kernel: "
                 "from the instruction after the trap to the return from it, "
                 "which is included. User to user: with the stubs of both "
                 "sides. Counted by a QEMU plugin in the steady state and "
                 "confirmed by the processor's own counter.</p></html>")
    return "\n".join(parts) + "\n"


def main():
    target, *sources = sys.argv[1:4]
    data, *more = (json.loads(pathlib.Path(s).read_text("utf-8"))
                   for s in sources)
    matplotlib.rcParams["svg.hashsalt"] = "pecan"
    with open(target, "w", encoding="utf-8") as f:
        f.write(page(data, more[0], sys.argv[4:]) if more else
                bars(data["results"], ""))


if __name__ == "__main__":
    main()
