#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-3-Clause OR GPL-2.0-only
"""Runs cases of the exerciser in a guest whose Linux has the vfio_ccw driver, and keeps what happened.

Boots as often as needed: a panic or a hang is the result of the case that was running, and the next
boot goes on with the case after it. Called by script/oracle.
"""
import argparse
import json
import os
import re
import signal
import subprocess
import sys
import tempfile
import time

TOP = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
BOOT_SECONDS = 60  # until the first case begins
CASE_SLACK = 90  # beyond a case's own limit: opening, killing, lending the subchannel again
GROUP = 40  # cases in one run of the exerciser
TRIES = 3  # of a case that fails: in a group, alone, and in a boot of its own
RACES = 10  # attempts to see a known race lost
USUAL_LIMIT = 20  # seconds, exerciser.h's
LINUX_DRIVER = "vfio_ccw"
# What the kernel says when something in it went wrong.
TROUBLE = re.compile(
    r"WARNING: |BUG: |Oops|Kernel panic|INFO: task .* blocked|rcu: .*stall|corruption|"
    r"Unable to handle kernel|illegal operation:|specification exception:|addressing exception:|"
    r"protection exception:|Internal error"
)

# Devices by set-up: bus id and the arguments that make them. "chanio": of `chanio qemu`.
SETUPS = {
    "virtual": {
        "bus": "0.0.0a01",
        "qemu": ["-device", "virtio-rng-ccw,devno=fe.0.0a01"],
        "about": "QEMU's own subchannel of a virtio-rng-ccw",
    },
    "3270": {
        "bus": "0.0.0a03",
        "qemu": ["-chardev", "socket,id=terminal,path={folder}/3270,server=on,wait=off",
                 "-device", "x-terminal3270,chardev=terminal,devno=fe.0.0a03"],
        "about": "QEMU's own subchannel of an x-terminal3270",
    },
    "chanio": {
        "bus": "0.0.0f00",
        "qemu": [],
        "machine": "[subchannel 0.0.0f00]\ndevice = test\n",
        "about": "a subchannel of chanio with the scriptable device",
    },
}


def say(text):
    print("oracle: " + text, flush=True)


def cpio(folder):
    return subprocess.run([os.path.join(TOP, "script/guest-archive"), folder], check=True,
                          stdout=subprocess.PIPE).stdout


def place(stage, source, name, mode=0o755):
    path = os.path.join(stage, name)
    os.makedirs(os.path.dirname(path), exist_ok=True)
    with open(source, "rb") as file:
        data = file.read()
    with open(path, "wb") as file:
        file.write(data)
    os.chmod(path, mode)


def initramfs(options, plan):
    """busybox, the exerciser with its libraries, and what to run."""
    root = options.root
    with tempfile.TemporaryDirectory() as stage:
        place(stage, os.path.join(root, "bin/busybox"), "bin/busybox")
        place(stage, os.path.join(TOP, "tests/oracle/init"), "init")
        place(stage, options.exerciser, "bin/exerciser")
        place(stage, os.path.join(root, "lib/s390x-linux-gnu/ld64.so.1"), "lib/ld64.so.1")
        place(stage, os.path.join(root, "lib/s390x-linux-gnu/libc.so.6"), "lib/libc.so.6")
        for number, module in enumerate(options.module):
            place(stage, module, "modules/%d-%s" % (number, os.path.basename(module)), 0o644)
        for source, name in options.place:
            place(stage, source, name)
        os.makedirs(os.path.join(stage, "oracle"), exist_ok=True)
        with open(os.path.join(stage, "oracle/plan"), "w", encoding="ascii") as file:
            for group in plan:
                file.write("%s %s %d %s\n" % (
                    SETUPS[options.setup]["bus"], options.suite,
                    options.limit * max(case.get("limit") or USUAL_LIMIT for case in group),
                    " ".join(case["id"] for case in group)))
        return cpio(stage)


class Lines:
    """The lines that were added to a growing file."""

    def __init__(self, path):
        self.file = open(path, "rb")
        self.rest = b""

    def new(self):
        data = self.rest + self.file.read()
        lines = data.split(b"\n")
        self.rest = lines.pop()
        return [line.decode("utf-8", "replace").rstrip("\r") for line in lines]


class Boot:
    """One run of the guest over a plan, groups of cases. results: id -> what is known of the case."""

    def __init__(self, options, plan, folder):
        self.options, self.plan, self.folder = options, plan, folder
        self.results = {}
        self.again = []  # cases of groups in which something went wrong: one by one, later
        self.running = None  # a group
        self.found, self.output, self.lost = {}, [], False  # of that group
        self.kernel_says = []
        self.noticed = {}  # id of a group's first case -> what the kernel said
        self.in_kernel = None
        self.ended = ""  # why, if not after the last case
        self.unlent, self.unbegun = False, None

    def command(self):
        setup = SETUPS[self.options.setup]
        qemu = ["-machine", "s390-ccw-virtio", "-accel", "tcg", "-smp", str(self.options.smp),
                "-m", self.options.memory, "-nodefaults", "-display", "none", "-no-reboot",
                "-kernel", os.path.join(self.options.kernel, "image"),
                "-initrd", os.path.join(self.folder, "initrd"),
                "-append", "console=ttyS0 conmode=sclp loglevel=5 oops=panic "
                           "CCW_DRIVER=" + self.options.driver + " " + self.options.append + " "
                           "EXERCISER_OPTIONS=" + self.options.exerciser_options.replace(" ", ","),
                "-chardev", "file,id=console,path=" + self.path("console"),
                "-device", "sclplmconsole,chardev=console",
                "-chardev", "file,id=results,path=" + self.path("results"),
                "-device", "virtio-serial-ccw,devno=fe.0.0b00",
                "-device", "virtserialport,chardev=results,name=results"]
        qemu += [argument.format(folder=self.folder) for argument in setup["qemu"]]
        if "machine" not in setup:
            return [self.options.qemu] + qemu
        with open(self.path("machine.conf"), "w", encoding="ascii") as file:
            file.write(setup["machine"])
        return [self.options.chanio, "qemu", "--qemu", self.options.qemu,
                "--machine", self.path("machine.conf"), "--"] + qemu

    def path(self, name):
        return os.path.join(self.folder, name)

    def run(self):
        with open(self.path("initrd"), "wb") as file:
            file.write(initramfs(self.options, self.plan))
        for name in ("console", "results"):
            with open(self.path(name), "wb"):
                pass
        with open(self.path("qemu"), "wb") as errors:
            process = subprocess.Popen(self.command(), stdin=subprocess.DEVNULL, stdout=errors,
                                       stderr=errors, start_new_session=True)
        try:
            self.watch(process)
        finally:
            if process.poll() is None:
                os.killpg(process.pid, signal.SIGKILL)
            process.wait()
        if self.running:
            self.finish(None, self.ended or "QEMU ended (status %s)" % process.returncode)
        for name in list(self.results):
            self.mark(name)

    def mark(self, name):
        """What the kernel said while only that case ran is part of its result."""
        if name in self.noticed:
            self.results[name]["kernel"] = self.noticed[name]

    def limit(self):
        if not self.running:
            return BOOT_SECONDS
        return sum((case.get("limit") or USUAL_LIMIT) for case in self.running) * \
            self.options.limit + CASE_SLACK

    def watch(self, process):
        results, console = Lines(self.path("results")), Lines(self.path("console"))
        self.console = console
        since = time.monotonic()
        while True:
            over = process.poll() is not None
            for line in console.new():
                self.on_console(line)
            for line in results.new():
                since = time.monotonic()
                self.on_result(line)
            if over:
                return
            if time.monotonic() - since > self.limit():
                self.ended = "the guest said nothing for %d s" % self.limit()
                return
            if "Kernel panic" in "".join(self.kernel_says[-3:]):
                time.sleep(1)  # the rest of what it has to say
                for line in console.new():
                    self.on_console(line)
                self.ended = "the kernel panicked"
                return
            time.sleep(0.05)

    def on_console(self, line):
        text = re.sub(r"^\[ *[0-9.]+\] ", "", line)
        mark = re.search(r"oracle: (begin|end) (\S+)", text)
        if mark:
            self.in_kernel = mark.group(2) if mark.group(1) == "begin" else None
        elif TROUBLE.search(text):
            self.kernel_says.append(text)
            if self.in_kernel and text not in self.noticed.get(self.in_kernel, []):
                self.noticed.setdefault(self.in_kernel, []).append(text)

    def on_result(self, line):
        word, _, rest = line.partition(" ")
        if word == "begin":
            self.running = next(group for group in self.plan if group[0]["id"] == rest.split()[0])
            self.found, self.output, self.lost = {}, [], False
        elif word == "json":
            self.found = {found["id"]: found for found in json.loads(rest)["cases"]}
        elif word == "output":
            self.output.append(rest)
        elif word == "lost":
            self.lost = True
        elif word == "end":
            time.sleep(0.3)  # the console is behind
            for text in self.console.new():
                self.on_console(text)
            self.finish(rest, "hangs: its process cannot be killed" if rest == "hang" else "")
        elif word == "failed":
            self.ended = rest
            self.unlent = rest.startswith("cannot lend")

    def finish(self, status, trouble):
        """Ends the group. Alone, a case has the result itself; in company it tries again alone."""
        group, self.running = self.running, None
        if not trouble and not self.found:
            trouble = "the exerciser ended with status %s: %s" % (status, " ".join(self.output))
        if not trouble and group[0]["id"] in self.noticed and len(group) > 1:
            del self.noticed[group[0]["id"]]
            self.again += group
            return
        if self.unlent and len(group) > 1:
            self.unbegun = group
            return
        if trouble and len(group) > 1:
            self.again += group
            return
        for case in group:
            result = self.found.get(case["id"], {"id": case["id"]})
            if trouble:
                says = self.noticed.get(case["id"], [])
                result.update(outcome="fail", begun=status == "hang" or bool(self.ended),
                              message=trouble + (": " + says[0] if says else ""))
                if self.unlent:
                    result["begun"] = False
            elif result.get("message") and result["message"].startswith("set-up: "):
                result["begun"] = False
            if self.lost and len(group) == 1:
                result["lost"] = True
            if not result.get("begun", True) and len(group) > 1:
                self.again.append(case)
            else:
                self.results[case["id"]] = result


def judge(result, case, version):
    """The kernel's own complaints count as a failure; a failure may be known of Linux' driver (a
    version of it; 0: this is another driver)."""
    if result.get("kernel") and result["outcome"] in ("pass", "conforms"):
        result["message"] = "the kernel said: " + result["kernel"][0]
        result["outcome"] = "fail"
    if result["outcome"] != "fail" or not result.get("begun", True) or not version:
        return
    for deviation in case.get("deviations", []):
        if deviation.get("since", 0) and version < deviation["since"]:
            continue
        if deviation.get("before", 0) and version >= deviation["before"]:
            continue
        if deviation.get("message") and deviation["message"] not in result["message"]:
            continue
        result.update(outcome="deviation", deviation=deviation["number"],
                      instead=deviation["instead"])
        return


def kernel_version(kernel, driver):
    with open(os.path.join(kernel, "version"), encoding="utf-8") as file:
        lines = file.read().splitlines()
    major, minor = lines[0].split()[1].split(".")[:2]
    linux = driver == LINUX_DRIVER
    return {"release": lines[0].split()[1], "package": lines[1], "compiler": lines[2],
            "number": int(major) * 1000 + int(minor) if linux else 0,
            "name": "%s-%s.%s" % ("linux" if linux else driver, major, minor)}


def show(result):
    mark = {"pass": ".", "skip": "s", "deviation": "d", "conforms": "c"}.get(result["outcome"], "F")
    if mark == "F" or result.get("lost") or result.get("kernel"):
        say("%s: %s: %s%s" % (result["id"], result["outcome"], result.get("message") or "",
                              " (the subchannel was lost)" if result.get("lost") else ""))


def groups(cases, size):
    """Cases that may lose the subchannel stay alone, the others share a run of the exerciser."""
    alone = [[case] for case in cases if size == 1 or "last" in case.get("needs", [])]
    together = [case for case in cases if [case] not in alone]
    return [together[at:at + size] for at in range(0, len(together), size)] + alone


def run_all(options, cases):
    version = kernel_version(options.kernel, options.driver)
    plan, results, boots, tries, waiting = groups(cases, GROUP), {}, 0, {}, []
    while plan:
        boots += 1
        folder = os.path.join(options.logs, "%s-%s-smp%d-boot%d" % (
            version["name"], options.setup, options.smp, boots))
        os.makedirs(folder, exist_ok=True)
        boot = Boot(options, plan, folder)
        boot.run()
        if not boot.results and not boot.again:
            say("the guest ran no case: see " + folder)
            for name in ("qemu", "console"):
                with open(os.path.join(folder, name), "rb") as file:
                    sys.stdout.write(file.read().decode("utf-8", "replace")[-3000:])
            sys.exit(1)
        if boot.unbegun:
            boot.again = [case for case in boot.again if case not in boot.unbegun]
        alone, fresh = list(boot.again), []
        for case in cases:
            result = boot.results.get(case["id"])
            if not result:
                continue
            tries[case["id"]] = tries.get(case["id"], 0) + 1
            judge(result, case, version["number"])
            # what the cases before it left behind is not its own
            if result["outcome"] == "fail" and tries[case["id"]] < TRIES:
                (alone if tries[case["id"]] == 1 else fresh).append(case)
                continue
            # a race need not be lost at the first attempt
            if result["outcome"] == "conforms" and "several-processors" in case["needs"] and \
                    tries[case["id"]] < RACES:
                alone.append(case)
                continue
            show(result)
            results[case["id"]] = result
        done = set(results) | {case["id"] for case in alone + fresh}
        rest = [[case for case in group if case["id"] not in done] for group in plan]
        plan = [group for group in rest if group] + groups(alone, 1)
        waiting += fresh
        if boot.ended:
            say("boot %d ended early (%s); %d runs left" % (boots, boot.ended, len(plan)))
        if not plan and waiting:
            plan = [[waiting.pop(0)]]
    return version, results, boots


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--kernel", required=True, help="folder of script/oracle-kernel")
    parser.add_argument("--driver", default=LINUX_DRIVER, help="who gets the subchannels")
    parser.add_argument("--module", action="append", default=[],
                        help="a module to load, in this order (repeatable)")
    parser.add_argument("--setup", required=True, choices=sorted(SETUPS))
    parser.add_argument("--smp", type=int, default=1)
    parser.add_argument("--suite", default="conformance")
    parser.add_argument("--cases", required=True, help="JSON of the exerciser's --list")
    parser.add_argument("--exerciser", required=True, help="the s390x program")
    parser.add_argument("--exerciser-options", default="")
    parser.add_argument("--limit", type=int, default=1, help="factor of the time limits")
    parser.add_argument("--memory", default="256M")
    parser.add_argument("--root", required=True, help="s390x root with busybox and C library")
    parser.add_argument("--chanio", required=True)
    parser.add_argument("--qemu", default="qemu-system-s390x")
    parser.add_argument("--logs", required=True)
    parser.add_argument("--output", required=True)
    parser.add_argument("--merge", action="store_true",
                        help="keep what the output has of other cases")
    options = parser.parse_args()
    options.place, options.append = [], ""
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))  # and QEMU with it
    with open(options.cases, encoding="utf-8") as file:
        cases = json.load(file)
    begin = time.monotonic()
    version, results, boots = run_all(options, cases)
    seconds = time.monotonic() - begin
    counts = {}
    for result in results.values():
        counts[result["outcome"]] = counts.get(result["outcome"], 0) + 1
    say("%s, %s, %d processor%s: %s; %d boots, %d s" % (
        version["name"], SETUPS[options.setup]["about"], options.smp,
        "s" if options.smp > 1 else "",
        ", ".join("%d %s" % (counts[name], name) for name in sorted(counts)), boots, seconds))
    if options.merge and os.path.exists(options.output):
        with open(options.output, encoding="utf-8") as file:
            for result in json.load(file)["cases"]:
                results.setdefault(result["id"], result)
    with open(options.output + ".new", "w", encoding="utf-8") as file:
        json.dump({"driver": version["name"], "kernel": version, "setup": options.setup,
                   "about": SETUPS[options.setup]["about"], "processors": options.smp,
                   "boots": boots, "seconds": round(seconds), "suite": options.suite,
                   "cases": list(results.values())}, file, indent=1)
    os.replace(options.output + ".new", options.output)


if __name__ == "__main__":
    main()
