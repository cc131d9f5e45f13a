# SPDX-License-Identifier: MIT
"""load | session | deploy [...]: what the other server may do here; deploy/host/tapbot-peer runs it. A session is the part of a deploy
on this server, in steps that the other server asks for (deploy_other.py). If that ends before the last step, or no line comes for
SILENT_SECONDS, the deploy is interrupted as by Ctrl-C and undone."""
import contextlib
import json
import os
import queue
import re
import select
import signal
import sys
import threading

from say import die
from stack import deploy, deploy_lock, peer, releases, up
from stack.deploy_other import ANSWER

SILENT_SECONDS = 30


class Steps:
    """The lines of standard input, read in a thread. Their end interrupts the main thread until `over` is set."""

    def __init__(self):
        self.found, self.over = queue.SimpleQueue(), False
        threading.Thread(target=self.read, daemon=True).start()

    def read(self):
        left = b""
        with contextlib.suppress(ValueError):  # not JSON: the end, too
            while select.select([0], [], [], SILENT_SECONDS)[0] and (more := os.read(0, 65536)):
                *lines, left = (left + more).split(b"\n")
                for line in filter(None, lines):
                    self.found.put(json.loads(line))
        if not self.over:
            os.kill(os.getpid(), signal.SIGINT)

    def next(self):
        while True:
            # The wait is short: a signal that comes just before it does not end it.
            with contextlib.suppress(queue.Empty):
                return self.found.get(timeout=1)


def answer(**values):
    print(ANSWER + json.dumps(values) + "}", flush=True)


def session():
    steps = Steps()
    asked = steps.next()
    if not re.fullmatch(deploy.VERSION, asked["version"], re.ASCII):
        die(2, "Такой версии не бывает.", "There can be no such version.")
    deploy.prepared()
    names, bake = [one.name for one in releases.here(asked["names"])], int(asked["bake"])
    before, versions = deploy.versions_of(names, asked["version"])
    deploy.plan(names, versions, before, bake)
    answer(code=up.commit(), lacking=deploy.lacking_of(names, asked["version"]))
    steps.next()
    deploy.interrupt_on_signals()
    with deploy_lock.held(f"deploy (server {peer.number()}, {asked['who']})"):
        deploy.as_planned((before, versions), deploy.versions_of(names, asked["version"]))
        deploy.pin(before)
        answer()
        steps.next()
        timings = deploy.Timings()
        deploy.prepare(names, versions, True, timings)
        answer()
        steps.next()
        touched, why = deploy.carry_out(names, versions, before, bake, timings)
        try:
            if not why:
                answer(why=None)
                steps.next()
        except KeyboardInterrupt:
            why = deploy.interrupted()
        if why:
            steps.over = True  # the end of the connection must not interrupt this
            deploy.undo(touched, versions, before, timings)
            deploy.note_refused(names)
            answer(why=why.why)
            return 1
        steps.over = True
        deploy.commit(names, versions, before)
        answer()
    deploy.watch_on(deploy.runs_here(names), versions, before)
    return 0


def main(arguments):
    verb, *words = arguments
    if verb == "load":
        os.execvp("docker", ["docker", "load", "--quiet"])
    signal.signal(signal.SIGPIPE, signal.SIG_IGN)
    sys.stdout, sys.stderr = deploy.Output(sys.stdout), deploy.Output(sys.stderr)
    if verb == "session":
        return session()
    Steps()
    return deploy.main(words)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
