# SPDX-License-Identifier: MIT
"""Chromium, controlled over its own pipe (the DevTools protocol)."""
import contextlib
import json
import os
import select
import shutil
import signal
import subprocess
import time


class Missing(Exception):
    """Chromium is not installed."""


class Chromium:
    """`with Chromium(folder) as browser: tab = browser.tab()`. `before` is a command prefix."""

    def __init__(self, folder, flags=(), before=(), environment=None):
        if shutil.which("chromium") is None:
            raise Missing("chromium is not installed (package chromium)")
        self.folder, self.flags, self.before = folder, flags, before
        self.environment = environment or {}
        self.count, self.rest = 0, b""

    def __enter__(self):
        shutil.rmtree(self.folder, ignore_errors=True)
        theirs, self.input = os.pipe()
        self.output, theirs_out = os.pipe()
        # Its pipe is descriptors 3 and 4.
        self.process = subprocess.Popen(
            [*self.before, "bash", "-c", f'exec "$@" 3<&{theirs} 4>&{theirs_out}', "bash",
             "chromium", "--headless=new", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage",
             "--no-first-run", "--disable-extensions", f"--user-data-dir={self.folder}", *self.flags,
             "--remote-debugging-pipe", "about:blank"],
            stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
            pass_fds=(theirs, theirs_out), start_new_session=True, env={**os.environ, **self.environment})
        os.close(theirs)
        os.close(theirs_out)
        return self

    def __exit__(self, *_):
        with contextlib.suppress(Exception):
            self.call("Browser.close")
        os.close(self.input)
        with contextlib.suppress(subprocess.TimeoutExpired):
            self.process.wait(10)
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait()
        os.close(self.output)
        shutil.rmtree(self.folder, ignore_errors=True)

    def send(self, method, session=None, **parameters):
        self.count += 1
        message = {"id": self.count, "method": method, "params": parameters, **({"sessionId": session} if session else {})}
        os.write(self.input, json.dumps(message).encode() + b"\0")
        return self.count

    def receive(self, seconds=30.0):
        """The next message; events that need a decision are answered meanwhile."""
        end = time.monotonic() + seconds
        while b"\0" not in self.rest:
            ready = select.select([self.output], [], [], max(0, end - time.monotonic()))[0]
            piece = os.read(self.output, 1 << 20) if ready else b""
            if not piece:
                raise TimeoutError(f"no message of Chromium for {seconds} s")
            self.rest += piece
        one, self.rest = self.rest.split(b"\0", 1)
        message = json.loads(one)
        self.decide(message)
        return message

    def decide(self, message):
        """For subclasses that enable events which wait for an answer."""

    def call(self, method, session=None, **parameters):
        wanted = self.send(method, session, **parameters)
        while True:
            message = self.receive()
            if message.get("id") == wanted:
                if "error" in message:
                    raise RuntimeError(f"{method}: {message['error']}")
                return message["result"]

    def tab(self):
        return Tab(self)


class Tab:
    """A page of its own."""

    def __init__(self, browser):
        self.browser = browser
        self.target = browser.call("Target.createTarget", url="about:blank")["targetId"]
        self.session = browser.call("Target.attachToTarget", targetId=self.target, flatten=True)["sessionId"]
        self.call("Page.enable")

    def call(self, method, **parameters):
        return self.browser.call(method, self.session, **parameters)

    def close(self):
        self.browser.call("Target.closeTarget", targetId=self.target)

    def go(self, url):
        gone = self.call("Page.navigate", url=url)
        if gone.get("errorText"):
            raise RuntimeError(f"{url}: {gone['errorText']}")

    def ask(self, expression):
        """The value of the expression; waits for a promise."""
        answer = self.call("Runtime.evaluate", returnByValue=True, awaitPromise=True, expression=expression)
        if "exceptionDetails" in answer:
            raise RuntimeError(f"{expression[:80]}: {answer['exceptionDetails']}")
        return answer["result"].get("value")

    def until(self, expression, seconds=20.0):
        """The first value of the expression that is true; another page may load meanwhile."""
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            try:
                value = self.ask(expression)
                if value:
                    return value
            except RuntimeError as why:
                if "navigated" not in str(why) and "context" not in str(why):
                    raise
            time.sleep(0.05)
        raise AssertionError(f"not within {seconds:.0f} s: {expression[:200]}")
