# SPDX-License-Identifier: MIT
"""The parts of the Internet that the stack needs: names (pebble-challtestsrv) and a certificate authority (pebble),
both outside the server. Every name is the server's; pebble.tapbot.test is the authority's.

Certificates are validated by HTTP-01 against port 80 of the server, as Let's Encrypt does.
"""
import contextlib
import json
import os
import signal
import ssl
import subprocess
import time
import urllib.request

import rig

PKI = os.path.join(rig.HOME, "pki")
PEBBLE_CA = os.path.join(PKI, "pebble-ca.pem")
ISSUED_CA = os.path.join(PKI, "issued-ca.pem")
ISSUED_BY = os.path.join(PKI, "issued-by.pem")
PEBBLE_NAME = f"pebble.{rig.DOMAIN}"
DIRECTORY = f"https://{PEBBLE_NAME}:14000/dir"
MANAGEMENT = 8055


def openssl(*words):
    rig.run("openssl", *words, quiet=True)


def pki():
    """The authority of pebble's own HTTPS, and its certificate, as strict readers want them (Python 3.13)."""
    if os.path.exists(PEBBLE_CA):
        return
    os.makedirs(PKI, exist_ok=True)
    path = lambda name: os.path.join(PKI, name)
    openssl("req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days", "30",
            "-addext", "keyUsage=critical,keyCertSign,cRLSign", "-subj", "/CN=test authority",
            "-keyout", path("ca.key"), "-out", path("ca.pem"))
    openssl("req", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-subj", f"/CN={PEBBLE_NAME}",
            "-keyout", path("pebble.key"), "-out", path("pebble.csr"))
    with open(path("names"), "w", encoding="ascii") as file:
        file.write(f"subjectAltName=DNS:{PEBBLE_NAME},IP:{rig.NAMES_V4},DNS:localhost,IP:127.0.0.1\n"
                   "authorityKeyIdentifier=keyid\n")
    openssl("x509", "-req", "-in", path("pebble.csr"), "-CA", path("ca.pem"), "-CAkey", path("ca.key"),
            "-CAcreateserial", "-days", "30", "-extfile", path("names"), "-out", path("pebble.pem"))
    os.rename(path("ca.pem"), PEBBLE_CA)


class Internet:
    """`with Internet():` while the stack is up; ends its processes by pid."""

    def __init__(self):
        self.processes = []

    def __enter__(self):
        try:
            self.begin()
        except BaseException:
            self.__exit__()
            raise
        return self

    def begin(self):
        pki()
        settings = os.path.join(PKI, "pebble.json")
        with open(settings, "w", encoding="ascii") as file:
            json.dump({"pebble": {
                "listenAddress": f"{rig.NAMES_V4}:14000", "managementListenAddress": "127.0.0.1:15000",
                "certificate": os.path.join(PKI, "pebble.pem"), "privateKey": os.path.join(PKI, "pebble.key"),
                "httpPort": 80, "tlsPort": 443, "ocspResponderURL": "",
                "externalAccountBindingRequired": False}}, file)
        self.start("names", "pebble-challtestsrv", "-dns01", f"{rig.NAMES_V4}:53", "-http01", "", "-https01", "",
                   "-tlsalpn01", "", "-defaultIPv4", rig.SERVER_V4, "-defaultIPv6", rig.SERVER_V6,
                   "-management", f"127.0.0.1:{MANAGEMENT}")
        self.wait(lambda: self.manage("add-a", host=f"{PEBBLE_NAME}.", addresses=[rig.NAMES_V4]))
        self.manage("add-aaaa", host=f"{PEBBLE_NAME}.", addresses=[rig.OUTSIDE_V6])
        self.start("pebble", "pebble", "-config", settings, "-dnsserver", f"{rig.NAMES_V4}:53", "-strict",
                   PEBBLE_VA_NOSLEEP="1", PEBBLE_WFE_NONCEREJECT="0")
        self.wait(self.issued_ca)
        # Servers of another run would have answered too.
        assert all(process.poll() is None for process in self.processes), f"see {rig.HOME}/names.log, pebble.log"

    def __exit__(self, *_):
        for process in reversed(self.processes):
            process.send_signal(signal.SIGTERM)
        for process in self.processes:
            with contextlib.suppress(subprocess.TimeoutExpired):
                process.wait(5)
            process.kill()

    def start(self, log, *words, **variables):
        with open(os.path.join(rig.HOME, f"{log}.log"), "wb") as output:
            self.processes.append(subprocess.Popen(
                ["nsenter", f"--net={rig.netns(rig.OUTSIDE)}", *words], stdin=subprocess.DEVNULL, stdout=output,
                stderr=output, start_new_session=True, env={**os.environ, **rig.environment(), **variables}))

    def wait(self, condition, seconds=10):
        end = time.monotonic() + seconds
        while True:
            try:
                return condition()
            except OSError:
                if time.monotonic() > end:
                    raise
                time.sleep(0.05)

    @staticmethod
    def manage(verb, **body):
        """challtestsrv's own API."""
        with rig.Namespace(rig.OUTSIDE):
            urllib.request.urlopen(f"http://127.0.0.1:{MANAGEMENT}/{verb}", json.dumps(body).encode(), timeout=5).close()

    def issued_ca(self):
        """The root and the intermediate certificate of pebble, new with each start."""
        for path, kept in (("roots/0", ISSUED_CA), ("intermediates/0", ISSUED_BY)):
            with rig.Namespace(rig.OUTSIDE):
                with urllib.request.urlopen(f"https://127.0.0.1:15000/{path}", timeout=5,
                                            context=ssl.create_default_context(cafile=PEBBLE_CA)) as answer:
                    found = answer.read()
            with open(kept, "wb") as file:
                file.write(found)
