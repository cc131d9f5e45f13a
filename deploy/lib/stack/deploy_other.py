# SPDX-License-Identifier: MIT
"""A deploy on the other server, step by step over ssh, for `deploy` on this one. There deploy_peer.py prints text for people, which is
printed here too, and a line with JSON as the answer to each step. It undoes its steps if the connection ends before commit(), so a
kill -9 of this process or a cut link leaves neither its lock nor a half-deployed version behind."""
import contextlib
import json
import os
import socket
import subprocess
import threading

import say
from stack import peer, rollout
from stack.masking import mask

ANSWER = '{"answer": '  # the beginning of a line that is an answer
PING_SECONDS = 5        # the other side gives up without a line for longer: deploy_peer.SILENT_SECONDS
END_SECONDS = 300       # for the other server to undo its steps
LINE_MAX = 65536


class Other:
    """As a context: the command `words` of deploy/host/tapbot-peer runs on the other server. ask() raises peer.Silent if it has ended,
    or does not answer; require() then exits."""

    def __init__(self, *words):
        self.number, self.last, self.over = peer.number(), "", threading.Event()
        words = ["en"] * say.ENGLISH + list(words)
        # A socket, because writing to a pipe whose reader has ended would kill this process (SIGPIPE).
        self.steps, theirs = socket.socketpair()
        try:
            peer.keys_needed()
            # Ctrl-C ends this process, which then ends the connection, not ssh itself.
            self.process = subprocess.Popen(peer.command(words, "root"), stdin=theirs, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, start_new_session=True)
        except peer.Silent as silent:
            self.refuse(*silent.why)
        except OSError as error:
            self.refuse(f"ssh: {error.strerror}", f"ssh: {error.strerror}")
        finally:
            theirs.close()
        threading.Thread(target=self.ping, daemon=True).start()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.end()

    def refuse(self, russian, english):
        """Exits before anything has changed, because the other server does not take part."""
        say.die(1, f"Сервер {self.number}: {russian}. Ничего не изменено, на обоих серверах работает прежняя версия.\n"
                   "Выкатить только на этом: deploy/tapbot deploy --here",
                f"Server {self.number}: {english}. Nothing was changed, the previous version serves on both servers.\n"
                "To deploy on this one only: deploy/tapbot deploy --here")

    def send(self, line):
        with contextlib.suppress(OSError):
            self.steps.sendall(line.encode() + b"\n", socket.MSG_NOSIGNAL)

    def ping(self):
        while not self.over.wait(PING_SECONDS):
            self.send("")

    def relay(self):
        """Prints the output until the next answer and returns that; None at the end."""
        while line := self.process.stdout.readline(LINE_MAX):
            text = line.decode(errors="replace").rstrip("\n")
            if text.startswith(ANSWER):
                return json.loads(text)["answer"]
            if text.strip():
                self.last = say.printable(mask(text))
                print(f"  {self.number}: {self.last}", flush=True)
        return None

    def ask(self, **step):
        self.send(json.dumps(step))
        answer = self.relay()
        if answer is None:
            raise peer.Silent(*self.why())
        return answer

    def require(self, **step):
        try:
            return self.ask(**step)
        except peer.Silent as silent:
            return self.refuse(*silent.why)

    def why(self):
        """Why the connection has ended. 255 is ssh's own exit code; otherwise the last line names the reason."""
        return peer.why_not(self.last, "peer") if self.process.wait() == 255 else (self.last.rstrip(".") or "?",) * 2

    def end(self):
        """Ends the connection and waits until the other server has undone what was not committed. Returns its exit code."""
        self.over.set()
        self.steps.close()
        late = threading.Timer(END_SECONDS, self.process.kill)
        late.start()
        with contextlib.suppress(ValueError):
            while self.relay() is not None:
                pass
        late.cancel()
        return self.process.wait()

    def run(self):
        """The exit code of a command that takes no steps, and has explained itself unless the connection was cut."""
        self.relay()
        code = self.end()
        if code == 255:
            russian, english = peer.why_not(self.last, "peer")
            say.warn(f"Сервер {self.number}: {russian}. Начатое там заканчивается или отменяется само: deploy/tapbot status. "
                     "Выкатить только на этом: deploy/tapbot deploy --here",
                     f"Server {self.number}: {english}. What has begun there ends or is undone by itself: deploy/tapbot status. "
                     "To deploy on this one only: deploy/tapbot deploy --here")
            return 1
        return code

    def switch(self):
        """Replaces the instances there; returns None, or why they were not replaced."""
        try:
            why = self.ask(step="switch")["why"]
        except peer.Silent as silent:
            why = silent.why
        except KeyboardInterrupt:
            why = ("прервано", "interrupted")
        return why and rollout.Refused(f"сервер {self.number}: {why[0]}", f"server {self.number}: {why[1]}")

    def commit(self):
        """Until its answer the other server would go back by itself."""
        try:
            self.ask(step="commit")
        except peer.Silent as silent:
            say.warn(f"Сервер {self.number}: {silent.why[0]}. Там могла вернуться прежняя версия: посмотрите deploy/tapbot status и повторите deploy/tapbot deploy",
                     f"Server {self.number}: {silent.why[1]}. It may have gone back to the previous version: see deploy/tapbot status, then run deploy/tapbot deploy again")


def load(images):
    """Copies these images of this machine to the other server; returns whether that succeeded."""
    with subprocess.Popen(["docker", "save", *images], stdin=subprocess.DEVNULL, stdout=subprocess.PIPE) as saved:
        loaded = subprocess.run(peer.command(["load"], "root"), stdin=saved.stdout, stdout=subprocess.DEVNULL, check=False)
        saved.stdout.close()
    return saved.returncode == 0 and loaded.returncode == 0


def who():
    return os.environ.get("SUDO_USER") or os.environ.get("USER") or str(os.getuid())
