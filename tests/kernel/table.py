#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-3-Clause OR GPL-2.0-only
"""One table of what script/kernel-test found: a row for each run, then each case in which drivers
differ or one fails. Fails if the module fails in anything."""
import argparse
import glob
import json
import os
import sys

LINUX = "linux"
# What cannot pass on QEMU's own subchannels, whatever the driver: case -> why
QEMU_LIMITS = {"start.midaw": "QEMU's START SUBCHANNEL takes the ORB's MIDAW bit for an error"}
SHORT = {"pass": "pass", "conforms": "pass", "skip": "skipped", "deviation": "deviates",
         "fail": "FAIL", "limit": "QEMU's limit"}


def load(folder):
    """(kernel, suite, setup, processors) -> is it Linux' driver -> its JSON"""
    found = {}
    for path in sorted(glob.glob(os.path.join(folder, "*.json"))):
        with open(path, encoding="utf-8") as file:
            run = json.load(file)
        for case in run["cases"]:
            if run["setup"] == "virtual" and case["outcome"] == "fail" and case["id"] in QEMU_LIMITS:
                case.update(outcome="limit", message=QEMU_LIMITS[case["id"]])
        kernel = run["driver"].rpartition("-")[2]
        key = (kernel, run["suite"], run["setup"], run["processors"])
        found.setdefault(key, {})[run["driver"].startswith(LINUX)] = run
    return found


def count(run):
    if not run:
        return "not run"
    counts = {}
    for case in run["cases"]:
        name = SHORT.get(case["outcome"], case["outcome"])
        counts[name] = counts.get(name, 0) + 1
    return ", ".join("%d %s" % (counts[name], name) for name in sorted(counts, key=str.lower))


def cell(case):
    if not case:
        return "-"
    text = SHORT.get(case["outcome"], case["outcome"])
    if case["outcome"] == "deviation":
        text += " " + case["deviation"]
    if case.get("lost"):
        text += ", subchannel lost"
    return text


def differences(key, runs):
    """Rows: case, module, Linux' driver, what the failing one says"""
    of = {linux: {case["id"]: case for case in run["cases"]} for linux, run in runs.items()}
    for name in of.get(False, of.get(True)):
        module, linux = (of.get(which, {}).get(name) for which in (False, True))
        cells = cell(module), cell(linux)
        worst = [case for case in (module, linux) if case and case["outcome"] in ("fail", "limit")]
        if worst or (cells[0] != cells[1] and "-" not in cells):
            message = (worst[0].get("message") or "") if worst else ""
            yield "| %s | %s | %s | %s | %s |" % (
                " ".join(str(part) for part in key), name, *cells, message.replace("|", "/")[:160])


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--results", required=True)
    parser.add_argument("--output", required=True)
    options = parser.parse_args()
    found = load(options.results)
    lines = ["# The module and Linux' own driver", "",
             "| kernel | suite | subchannel | processors | chanio_vfio_ccw | vfio_ccw |",
             "|---|---|---|---|---|---|"]
    for key, runs in sorted(found.items()):
        lines.append("| %s | %s | %s | %d | %s | %s |" % (
            *key, count(runs.get(False)), count(runs.get(True))))
    lines += ["", "| run | case | chanio_vfio_ccw | vfio_ccw | why |", "|---|---|---|---|---|"]
    for key, runs in sorted(found.items()):
        lines += differences(key, runs)
    text = "\n".join(lines) + "\n"
    with open(options.output, "w", encoding="utf-8") as file:
        file.write(text)
    print(text)
    bad = [case["id"] for runs in found.values() if False in runs
           for case in runs[False]["cases"] if case["outcome"] == "fail"]
    if bad or not found:
        sys.exit("kernel-test: the module fails: %s" % (", ".join(bad) or "nothing was run"))


if __name__ == "__main__":
    main()
