#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-3-Clause OR GPL-2.0-only
"""Runs tests/kernel/life in a guest and reports its steps. Called by script/kernel-test."""
import argparse
import json
import os
import sys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "oracle"))
import run  # noqa: E402


class LifeBoot(run.Boot):
    """A boot whose results are the lines "life NAME ok|failed TEXT"."""

    def on_result(self, line):
        word, _, rest = line.partition(" ")
        if word == "life":
            name, outcome, text = (rest + "  ").split(" ", 2)
            self.results[name] = {"id": name, "outcome": "pass" if outcome == "ok" else "fail",
                                  "message": text.strip()}
        elif word in ("done", "failed"):
            self.ended = line

    def limit(self):
        return 180


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    for name in ("--kernel", "--driver", "--exerciser", "--holder", "--root", "--logs", "--output"):
        parser.add_argument(name, required=True)
    parser.add_argument("--module", action="append", default=[])
    parser.add_argument("--only", help="names of steps, with commas")
    parser.add_argument("--smp", type=int, default=1)
    parser.add_argument("--memory", default="256M")
    parser.add_argument("--qemu", default="qemu-system-s390x")
    options = parser.parse_args()
    options.setup, options.suite, options.limit, options.exerciser_options = "virtual", "-", 1, ""
    options.chanio = ""
    options.append = "LIFE_ONLY=" + options.only if options.only else ""
    options.place = [(options.holder, "bin/holder"),
                     (os.path.join(run.TOP, "tests/kernel/life"), "oracle/life")]
    os.makedirs(options.logs, exist_ok=True)
    boot = LifeBoot(options, [], options.logs)
    boot.run()
    failed = 0
    for result in boot.results.values():
        run.judge(result, {}, 0)
        failed += result["outcome"] != "pass"
        run.say("%s: %s %s" % (result["id"], result["outcome"], result["message"]))
    for text in sorted(set(boot.kernel_says)):
        run.say("the kernel said: " + text)
    if not boot.ended.startswith("done"):
        run.say("the guest did not come to the end: %s; see %s" % (boot.ended, options.logs))
        failed += 1
    with open(options.output, "w", encoding="utf-8") as file:
        json.dump({"driver": run.kernel_version(options.kernel, options.driver)["name"],
                   "setup": "life", "processors": options.smp, "suite": "life",
                   "cases": list(boot.results.values())}, file, indent=1)
    sys.exit(1 if failed or boot.kernel_says else 0)


if __name__ == "__main__":
    main()
