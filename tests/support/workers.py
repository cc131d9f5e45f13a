# SPDX-License-Identifier: MIT
"""Runs the cases of a part, several at a time.

Cases that need the same setting (a demo, a machine, a service) run in it one after another; they form a unit. Each unit runs in
a process of its own, the longest first. Two of them run at a time, in slots; each slot has its own PostgreSQL and Redis
if the part needs them, and its own ports. The output of a unit is printed when it has ended. If its process dies,
its current case has failed, and the later ones run in a new process. A single unit runs in the caller's process.
"""
import atexit
import contextlib
import multiprocessing
import multiprocessing.connection
import multiprocessing.sharedctypes
import os
import signal
import subprocess
import sys
import tempfile
import traceback
import typing

import stand

HERE = os.path.dirname(os.path.realpath(__file__))
FORK = multiprocessing.get_context("fork")


class Case(typing.NamedTuple):
    name: str
    run: typing.Callable
    seconds: float = 0.0  # approximate, on an idle machine; only the order depends on it
    setting: typing.Callable | None = None  # makes the context whose value run() gets


def chosen(rows, words):
    """The rows of a table as cases; with words only those whose names begin with one of them."""
    cases = [Case(*row) for row in rows]
    return [case for case in cases if not words or any(case.name.startswith(word) for word in words)]


def units(cases):
    """Lists of cases with the same setting, in their order; the longest first."""
    found = {}
    for case in cases:
        found.setdefault(case.setting or case, []).append(case)
    return sorted(found.values(), key=lambda unit: -sum(case.seconds for case in unit))


def run_cases(part, cases, run, services=True):
    """Calls run(case, arguments of case.run) for each; it reports the result. If times are measured, cases run one at a time."""
    todo = units(cases)
    with Pool(part, run, services, min(2 if stand.in_gate() else 1, len(todo))) as pool:
        if len(todo) == 1:
            pool.slots[0].enter()
            pool.go(todo[0])
            return
        for unit in todo:
            pool.start(unit)
        while pool.running:
            pool.end_one()


class Slot:
    """Runs one unit at a time."""

    def __init__(self, number, services):
        self.number, self.services, self.environment, self.servers = number, services, {}, None

    def prepare(self):
        """Starts its servers on first use. They end when the pipe to them is closed, at the latest with this process."""
        if not self.services or self.servers:
            return
        self.servers = subprocess.Popen([os.path.join(HERE, "with-services"), "sh", "-c", "env -0 | grep -z ^TEST_; echo; exec cat"],
                                        stdin=subprocess.PIPE, stdout=subprocess.PIPE, start_new_session=True)
        line = self.servers.stdout.readline().decode()
        self.environment = dict(one.split("=", 1) for one in line.split("\0") if "=" in one)
        if "TEST_DATABASE_URL" not in self.environment:
            raise RuntimeError(f"with-services ended with {self.servers.wait()}")

    def enter(self):
        """Sets the environment of a process that runs cases in this slot."""
        self.prepare()
        os.environ.update(self.environment)

    def leave(self):
        """This process releases the servers."""
        if self.servers:
            self.servers.stdin.close()

    def end(self):
        self.leave()
        if self.servers:
            self.servers.wait()


class Pool:
    def __init__(self, part, run, services, slots):
        self.part, self.run, self.running = part, run, {}
        self.slots = [Slot(number, services) for number in range(slots)]
        self.free = list(reversed(self.slots))

    def __enter__(self):
        self.before = signal.signal(signal.SIGTERM, lambda *_: sys.exit(128 + signal.SIGTERM))
        return self

    def __exit__(self, *_):
        for process, *_ in self.running.values():
            process.terminate()
        while self.running:
            self.end_one(again=False)
        for slot in self.slots:
            slot.end()
        signal.signal(signal.SIGTERM, self.before)

    def start(self, unit):
        """Starts the unit as soon as a slot is free."""
        while not self.free:
            self.end_one()
        slot = self.free.pop()
        slot.prepare()
        output, at = tempfile.TemporaryFile(), multiprocessing.sharedctypes.RawValue("i", -1)
        sys.stdout.flush()
        process = FORK.Process(target=self.work, args=(unit, slot, output, at))
        process.start()
        self.running[process.sentinel] = process, unit, slot, output, at

    def work(self, unit, slot, output, at):
        """Runs in the process of the unit."""
        os.dup2(output.fileno(), 1)
        os.dup2(output.fileno(), 2)
        sys.stdout.reconfigure(line_buffering=True)
        # The package "stack" lets SIGPIPE end its process; a test may give a command input that it does not read.
        signal.signal(signal.SIGPIPE, signal.SIG_IGN)
        stand.PORTS[:] = stand.PORTS[slot.number::len(self.slots)]
        slot.enter()
        for one in self.slots:
            one.leave()
        try:
            self.go(unit, at)
        except Exception:
            traceback.print_exc()
            sys.exit(1)
        finally:
            atexit._run_exitfuncs()  # which multiprocessing skips

    def go(self, unit, at=None):
        """Runs the cases of a unit; `at` has the number of the current one."""
        setting = unit[0].setting
        with setting() if setting else contextlib.nullcontext() as given:
            for number, case in enumerate(unit):
                if at is not None:
                    at.value = number
                self.run(case, *([given] if setting else []))

    def end_one(self, again=True):
        """Waits until a unit has ended, and prints its output."""
        for sentinel in multiprocessing.connection.wait(list(self.running)):
            process, unit, slot, output, at = self.running.pop(sentinel)
            process.join()
            with output:
                output.seek(0)
                sys.stdout.write(output.read().decode(errors="replace"))
                sys.stdout.flush()
            self.free.append(slot)
            if process.exitcode == 0:
                continue
            # Without the setting none of its cases can run.
            failed = [unit[at.value]] if at.value >= 0 else unit
            for case in failed:
                stand.report("fail", f"{self.part}/{case.name}", f"its process ended with {process.exitcode}")
            rest = unit[at.value + 1:] if at.value >= 0 else []
            if rest and again:
                self.start(rest)
