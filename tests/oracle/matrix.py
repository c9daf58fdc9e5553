#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-3-Clause OR GPL-2.0-only
"""Makes the matrix, case by driver, of the results that script/oracle left: doc/conformance.md, .html.

Fails when a difference is not explained by the case's own table, when a case has no result, or, with
--check, when the pages are not those of the results.
"""
import argparse
import glob
import html
import json
import os
import re
import subprocess
import sys

DRIVERS = ["chanio", "linux-6.1", "linux-6.12"]
TITLES = {"chanio": "chanio", "linux-6.1": "Linux 6.1", "linux-6.12": "Linux 6.12"}
RUNS = {"virtual": "QEMU's subchannel", "chanio": "chanio's subchannel", "3270": "QEMU's 3270"}
# What counts when a driver ran a case several times.
WORST = ["fail", "deviation", "conforms", "pass", "skip"]


def load(folder):
    """driver -> list of (name of the run, its JSON)"""
    found = {}
    for path in sorted(glob.glob(os.path.join(folder, "*.json"))):
        with open(path, encoding="utf-8") as file:
            run = json.load(file)
        name = "in process"
        if "setup" in run:
            name = RUNS[run["setup"]] + (", 2 processors" if run["processors"] > 1 else "")
        found.setdefault(run["driver"], []).append((name, run))
    return found


class Cell:
    """What one driver does in one case, over all its runs."""

    def __init__(self, of, runs):
        self.results = []
        for name, run in runs:
            for result in run["cases"]:
                if result["id"] == of["id"]:
                    self.results.append((name, result))
        outcomes = [result["outcome"] for _, result in self.results]
        self.outcome = next((worst for worst in WORST if worst in outcomes), "missing")
        self.where = [name for name, result in self.results if result["outcome"] == self.outcome]
        self.result = next((result for _, result in self.results
                            if result["outcome"] == self.outcome), {})
        self.everywhere = all(outcome in (self.outcome, "skip") for outcome in outcomes)

    @property
    def number(self):
        return self.result.get("deviation") or ""

    def short(self, reasons):
        if self.outcome == "deviation":
            where = "" if self.everywhere else " (%s)" % "; ".join(self.where)
            return "**%s**%s" % (self.number, where)
        if self.outcome == "skip":
            return "skipped %s" % reasons.letter(self.result["message"])
        return {"pass": "pass", "conforms": "pass", "fail": "**FAIL**"}.get(self.outcome, "-")


class Reasons:
    """Why cases were skipped, by letter."""

    def __init__(self):
        self.known = {}

    def letter(self, reason):
        return self.known.setdefault(reason, chr(ord("a") + len(self.known)))


def tool_version(command):
    text = subprocess.run(command, stdout=subprocess.PIPE, check=True).stdout.decode()
    return text.splitlines()[0]


def package_of(path):
    """The Debian package and version that a program is of, or nothing."""
    found = subprocess.run(["dpkg", "-S", path], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
    if found.returncode:
        return ""
    name = found.stdout.decode().split(":")[0]
    version = subprocess.run(["dpkg-query", "-W", "-f", "${Version}", name],
                             stdout=subprocess.PIPE, check=True).stdout.decode()
    return " (%s %s)" % (name, version)


class Matrix:
    def __init__(self, cases, runs):
        self.cases, self.runs = cases, runs
        self.cells = {case["id"]: {driver: Cell(case, runs.get(driver, []))
                                   for driver in DRIVERS} for case in cases}
        self.reasons = Reasons()

    def problems(self):
        for case in self.cases:
            for driver, cell in self.cells[case["id"]].items():
                where = "%s: %s" % (TITLES[driver], case["id"])
                if cell.outcome == "missing":
                    yield where + ": has no result"
                elif cell.outcome == "fail" or (driver == "chanio" and cell.outcome == "deviation"):
                    yield "%s: unexplained: %s" % (where, cell.result.get("message"))

    def kernel(self, driver):
        return next(run["kernel"] for _, run in self.runs[driver] if "kernel" in run)

    def versions(self):
        lines = []
        for driver in DRIVERS[1:]:
            if driver in self.runs:
                kernel = self.kernel(driver)
                lines.append("%s: %s, from Debian's %s, built with %s" % (
                    TITLES[driver], kernel["release"], kernel["package"], kernel["compiler"]))
        qemu = "qemu-system-s390x"
        lines.append("guest: %s%s" % (tool_version([qemu, "--version"]).split(" (")[0],
                                      package_of("/usr/bin/" + qemu)))
        return lines

    def counts(self, driver):
        counts = {}
        for case in self.cases:
            outcome = self.cells[case["id"]][driver].outcome
            outcome = "pass" if outcome == "conforms" else outcome
            counts[outcome] = counts.get(outcome, 0) + 1
        return counts

    def deviations(self):
        """number, what Linux does instead -> ids and drivers"""
        found = {}
        for case in self.cases:
            for driver in DRIVERS[1:]:
                cell = self.cells[case["id"]][driver]
                if cell.outcome == "deviation":
                    entry = found.setdefault((cell.number, cell.result.get("instead") or ""), {})
                    entry.setdefault(case["id"], []).append(driver)
        return sorted(found.items(), key=lambda item: sort_key(item[0][0]) + [[0, 0, item[0][1]]])


def sort_key(number):
    return [[0, int(part), ""] if part.isdigit() else [1, 0, part]
            for part in re.findall(r"\d+|\D+", number)]


def by_group(cases):
    """Those whose names begin alike together, in the order in which a first one comes."""
    groups = {}
    for case in cases:
        groups.setdefault(case["id"].split(".")[0], []).append(case)
    return [case for group in groups.values() for case in group]


INTRODUCTION = """\
The conformance suite of `chanio exercise`, case by case, on chanio's driver (in process, over the scriptable
device) and on the vfio_ccw driver of two Linux kernels, which run in a guest under QEMU: once on a
subchannel of QEMU's own (virtio-rng-ccw), once on a subchannel that chanio provides with the
scriptable device behind it, and for races once more with two processors. `script/oracle` makes this page.

A number instead of "pass" is a known deviation of the Linux driver: T1 to T49 are problems raised when its
concurrency was reviewed, 11.x the defects found since, 5.x measured surprises, D1 to D18 decisions of
the [contract](contract.md) that the Linux driver does not make; [differences.md](differences.md) has them from a
client's view. No other difference exists: one without a number makes `script/oracle` fail.
"""


def markdown(matrix):
    out = ["<!-- SPDX-License-Identifier: BSD-3-Clause OR GPL-2.0-only -->",
           "<!-- Made by script/oracle; not edited by hand. -->", "# Conformance", "", INTRODUCTION]
    out += ["* " + line for line in matrix.versions()]
    out += ["", "| | cases | pass | deviate | skipped |", "|---|---|---|---|---|"]
    for driver in DRIVERS:
        counts = matrix.counts(driver)
        out.append("| %s | %d | %d | %d | %d |" % (
            TITLES[driver], len(matrix.cases), counts.get("pass", 0), counts.get("deviation", 0),
            counts.get("skip", 0)))
    out += ["", "## Deviations", "", "| number | the Linux driver | kernels | cases |",
            "|---|---|---|---|"]
    for (number, instead), ids in matrix.deviations():
        kernels = sorted({driver for drivers in ids.values() for driver in drivers},
                         key=DRIVERS.index)
        out.append("| %s | %s | %s | %s |" % (
            number, instead.replace("|", "\\|"), ", ".join(name[6:] for name in kernels),
            ", ".join("`%s`" % name for name in ids)))
    out += ["", "## Cases", ""]
    table = []
    group = None
    for case in by_group(matrix.cases):
        if case["id"].split(".")[0] != group:
            group = case["id"].split(".")[0]
            table += ["", "### " + group, "", "| case | shows that | chanio | Linux 6.1 | Linux 6.12 |",
                      "|---|---|---|---|---|"]
        cells = matrix.cells[case["id"]]
        table.append("| `%s` | %s | %s |" % (
            case["id"], case["title"].replace("|", "\\|"),
            " | ".join(cells[driver].short(matrix.reasons) for driver in DRIVERS)))
    out += ["Skipped, because the case"]
    out += ["* %s: %s" % (letter, reason) for reason, letter in matrix.reasons.known.items()]
    return "\n".join(out + table) + "\n"


STYLE = """
body { font: 15px/1.45 system-ui, sans-serif; margin: 2em auto; max-width: 80em; padding: 0 1em; }
table { border-collapse: collapse; margin: 1em 0; width: 100%; }
th, td { border: 1px solid #8886; padding: .25em .5em; text-align: left; vertical-align: top; }
th { position: sticky; top: 0; background: Canvas; }
code { font-size: 90%; } small { color: GrayText; }
.pass, .conforms { background: #2a23; } .deviation { background: #e903; } .fail { background: #d004; }
.skip { color: GrayText; }
@media (prefers-color-scheme: dark) { :root { color-scheme: dark; } }
"""


def html_cell(cell):
    said = []
    for name, result in cell.results:
        text = "%s: %s" % (name, result["outcome"])
        if result.get("message"):
            text += ": " + result["message"]
        said.append(html.escape(text))
    what = {"deviation": "<b>%s</b> %s" % (html.escape(cell.number),
                                          html.escape(cell.result.get("instead") or "")),
            "conforms": "pass", "skip": "skipped"}.get(cell.outcome, cell.outcome)
    return '<td class="%s">%s<details><summary><small>runs</small></summary><small>%s</small></details></td>' % (
        cell.outcome, what, "<br>".join(said))


def page(matrix):
    escape = html.escape
    out = ["<!doctype html>", '<html lang="en"><head><meta charset="utf-8">',
           "<!-- SPDX-License-Identifier: BSD-3-Clause OR GPL-2.0-only -->",
           "<title>Conformance: chanio and Linux</title><style>%s</style></head><body>" % STYLE,
           "<h1>Conformance</h1>"]
    text = re.sub(r"\[([^]]*)\]\(([^)]*)\)", r'<a href="\2">\1</a>', escape(INTRODUCTION))
    text = re.sub(r"`([^`]*)`", r"<code>\1</code>", text)
    out += ["<p>%s</p>" % part for part in text.strip().split("\n\n")]
    out += ["<ul>"] + ["<li>%s</li>" % escape(line) for line in matrix.versions()] + ["</ul>"]
    out += ["<table><tr><th>case<th>shows that<th>contract" +
            "".join("<th>%s" % TITLES[driver] for driver in DRIVERS) + "</tr>"]
    for case in by_group(matrix.cases):
        cells = matrix.cells[case["id"]]
        out.append('<tr id="%s"><td><code>%s</code><td>%s<td><small>%s</small>%s</tr>' % (
            escape(case["id"]), escape(case["id"]), escape(case["title"]), escape(case["shows"]),
            "".join(html_cell(cells[driver]) for driver in DRIVERS)))
    return "\n".join(out + ["</table></body></html>"]) + "\n"


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--results", required=True, help="folder")
    parser.add_argument("--cases", required=True, help="JSON of the exerciser's --list")
    parser.add_argument("--markdown", required=True)
    parser.add_argument("--html", required=True)
    parser.add_argument("--check", action="store_true", help="compare the first page, write nothing")
    options = parser.parse_args()
    with open(options.cases, encoding="utf-8") as file:
        matrix = Matrix(json.load(file), load(options.results))
    problems = list(matrix.problems())
    for problem in problems:
        print("matrix: " + problem)
    text = markdown(matrix)
    if options.check:
        with open(options.markdown, encoding="utf-8") as file:
            if file.read() != text:
                problems.append("stale")
                print("matrix: %s is not what these results give; run script/oracle --matrix" %
                      options.markdown)
    else:
        for name, content in ((options.markdown, text), (options.html, page(matrix))):
            with open(name, "w", encoding="utf-8") as file:
                file.write(content)
    for driver in DRIVERS:
        print("matrix: %s: %s" % (TITLES[driver], ", ".join(
            "%d %s" % (count, name) for name, count in sorted(matrix.counts(driver).items()))))
    if problems:
        print("matrix: %d cases are not explained" % len(problems))
        sys.exit(1)


if __name__ == "__main__":
    main()
