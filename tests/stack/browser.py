# SPDX-License-Identifier: MIT
"""Chromium outside the server, controlled over its own pipe: opens pages, enters the password where it is required,
and returns the page. Trusts only the test's certificate authority."""
import base64
import hashlib
import os
import ssl
import subprocess
import time

import chromium
import internet
import rig


def spki_of(pem):
    """The hash of the key that Chromium is to trust: of the signing certificate, because servers do not send their root."""
    public = rig.run("openssl", "x509", "-in", pem, "-pubkey", "-noout", stdout=subprocess.PIPE).stdout
    return base64.b64encode(hashlib.sha256(ssl.PEM_cert_to_DER_cert(
        public.replace("PUBLIC KEY", "CERTIFICATE"))).digest()).decode()


class Browser(chromium.Chromium):
    """`with Browser(user, password) as browser: browser.page(url, ...)`."""

    def __init__(self, user=None, password=None):
        try:
            super().__init__(os.path.join(rig.HOME, "chromium"), before=rig.inside(rig.OUTSIDE), environment=rig.environment(),
                             flags=[f"--ignore-certificate-errors-spki-list={spki_of(internet.ISSUED_BY)}"])
        except chromium.Missing as reason:
            raise rig.Missing(str(reason)) from None
        self.user, self.password, self.asked = user, password, 0

    def decide(self, message):
        session, parameters = message.get("sessionId"), message.get("params", {})
        if message.get("method") == "Fetch.requestPaused":
            self.send("Fetch.continueRequest", session, requestId=parameters["requestId"])
        elif message.get("method") == "Fetch.authRequired":
            self.asked += 1
            answer = {"response": "ProvideCredentials", "username": self.user, "password": self.password} \
                if self.user and self.asked == 1 else {"response": "CancelAuth"}
            self.send("Fetch.continueWithAuth", session, requestId=parameters["requestId"], authChallengeResponse=answer)

    def page(self, url, shown=lambda page: True, seconds=20.0):
        """(status, HTML) of the page after its scripts have run, as soon as `shown` accepts it."""
        tab = self.tab()
        tab.call("Fetch.enable", handleAuthRequests=True)
        self.asked = 0
        tab.go(url)
        end, html = time.monotonic() + seconds, ""
        while time.monotonic() < end:
            status, state, html = tab.ask(
                "[performance.getEntriesByType('navigation')[0]?.responseStatus, document.readyState, "
                "document.documentElement?.outerHTML]") or (0, "", "")
            if state == "complete" and shown(html):
                tab.close()
                return status, html
            time.sleep(0.1)
        raise AssertionError(f"{url}: not shown after {seconds:.0f} s: {html[:1500]}")
