# SPDX-License-Identifier: MIT
"""Chromium outside the server, steered over its own pipe: opens pages, types the password where it is asked
for, says what is shown. Trusts the test's authority and nobody else."""
import base64
import contextlib
import hashlib
import json
import os
import select
import shutil
import signal
import ssl
import subprocess
import time

import internet
import rig


def spki_of(pem):
    """The hash by which Chromium is told whom to trust; of what signs, for servers do not send their root."""
    public = rig.run("openssl", "x509", "-in", pem, "-pubkey", "-noout", stdout=subprocess.PIPE).stdout
    return base64.b64encode(hashlib.sha256(ssl.PEM_cert_to_DER_cert(
        public.replace("PUBLIC KEY", "CERTIFICATE"))).digest()).decode()


class Browser:
    """`with Browser(user, password) as browser: browser.page(url, ...)`."""

    def __init__(self, user=None, password=None):
        if shutil.which("chromium") is None:
            raise rig.Missing("chromium is not there (package chromium)")
        self.user, self.password = user, password
        self.folder = os.path.join(rig.HOME, "chromium")
        self.count, self.rest, self.asked = 0, b"", 0

    def __enter__(self):
        shutil.rmtree(self.folder, ignore_errors=True)
        theirs, self.input = os.pipe()
        self.output, theirs_out = os.pipe()
        # Its pipe is descriptors 3 and 4.
        self.process = subprocess.Popen(
            rig.inside(rig.OUTSIDE, "bash", "-c", f'exec "$@" 3<&{theirs} 4>&{theirs_out}', "bash",
                       "chromium", "--headless=new", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage",
                       "--no-first-run", "--disable-extensions", f"--user-data-dir={self.folder}",
                       f"--ignore-certificate-errors-spki-list={spki_of(internet.ISSUED_BY)}",
                       "--remote-debugging-pipe", "about:blank"),
            stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
            pass_fds=(theirs, theirs_out), start_new_session=True, env={**os.environ, **rig.environment()})
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
        """The next message; what asks for a decision is answered on the way."""
        end = time.monotonic() + seconds
        while b"\0" not in self.rest:
            ready = select.select([self.output], [], [], max(0, end - time.monotonic()))[0]
            piece = os.read(self.output, 1 << 20) if ready else b""
            if not piece:
                raise TimeoutError(f"Chromium says nothing for {seconds} s")
            self.rest += piece
        one, self.rest = self.rest.split(b"\0", 1)
        message = json.loads(one)
        self.decide(message)
        return message

    def decide(self, message):
        session, parameters = message.get("sessionId"), message.get("params", {})
        if message.get("method") == "Fetch.requestPaused":
            self.send("Fetch.continueRequest", session, requestId=parameters["requestId"])
        elif message.get("method") == "Fetch.authRequired":
            self.asked += 1
            answer = {"response": "ProvideCredentials", "username": self.user, "password": self.password} \
                if self.user and self.asked == 1 else {"response": "CancelAuth"}
            self.send("Fetch.continueWithAuth", session, requestId=parameters["requestId"], authChallengeResponse=answer)

    def call(self, method, session=None, **parameters):
        wanted = self.send(method, session, **parameters)
        while True:
            message = self.receive()
            if message.get("id") == wanted:
                if "error" in message:
                    raise RuntimeError(f"{method}: {message['error']}")
                return message["result"]

    def page(self, url, shown=lambda page: True, seconds=20.0):
        """(status, html) of the page once `shown` says so, as it looks after its scripts have run."""
        target = self.call("Target.createTarget", url="about:blank")["targetId"]
        session = self.call("Target.attachToTarget", targetId=target, flatten=True)["sessionId"]
        self.call("Fetch.enable", session, handleAuthRequests=True)
        self.call("Page.enable", session)
        self.asked = 0
        gone = self.call("Page.navigate", session, url=url)
        if gone.get("errorText"):
            raise RuntimeError(f"{url}: {gone['errorText']}")
        end, html = time.monotonic() + seconds, ""
        while time.monotonic() < end:
            result = self.call("Runtime.evaluate", session, returnByValue=True, expression=(
                "[performance.getEntriesByType('navigation')[0]?.responseStatus, document.readyState, "
                "document.documentElement?.outerHTML]"))["result"]
            status, state, html = result.get("value") or (0, "", "")
            if state == "complete" and shown(html):
                self.call("Target.closeTarget", targetId=target)
                return status, html
            time.sleep(0.1)
        raise AssertionError(f"{url}: not shown after {seconds:.0f} s: {html[:1500]}")
