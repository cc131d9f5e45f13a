# SPDX-License-Identifier: MIT
"""The stack under test: a copy of this tree brought up on the rig as a user would, by deploy/tapbot; and
what tests ask of it."""
import base64
import contextlib
import ipaddress
import json
import os
import re
import secrets
import shutil
import socket
import ssl
import time

import images
import internet
import rig
import stand

import services

SITE = os.path.join(rig.DISK, "site")
FIRST = services.services()[0]
HURRIED = "4s"  # between two of health's looks
USER, ADMIN_ADDRESS = "admin", rig.ATTACKERS_V4[0]
LEFT_OUT = {".git", "build", "var", "secrets", ".env", "node_modules", "__pycache__", "docker-compose.lock.yml", "docker-compose.release.yml"}
VARIABLES = {
    "COMPOSE_FILE": "docker-compose.yml:tests/stack/compose.stand-in.yml",
    "TAPBOT_RIG_SOCKET": rig.SOCKET,
    "TAPBOT_RIG_CA": internet.ISSUED_CA,
    "LANG": "en_US.UTF-8",
    # Whose certificates the server's own programs trust: the test's authority is one that everybody knows.
    "SSL_CERT_FILE": internet.ISSUED_CA,
}


def site_make():
    """A fresh copy of the tree: neither its secrets nor what was built in it."""
    shutil.rmtree(SITE, ignore_errors=True)
    shutil.copytree(rig.ROOT, SITE, symlinks=True,
                    ignore=lambda folder, names: [name for name in names if name in LEFT_OUT])
    health_hurries()


def health_hurries():
    """Nearly all that a check waits for it is the time between two of its looks: where the file names none, HURRIED instead of
    10 s, still longer than a look may last."""
    path = os.path.join(SITE, "deploy/health/health.yaml")
    with open(path, encoding="utf-8") as file:
        checks = re.split(r"(?m)^(?=  - name: )", file.read())
    checks[1:] = [one if "    interval: " in one else re.sub(r"(?m)^    kind: .*$", rf"\g<0>\n    interval: {HURRIED}", one)
                  for one in checks[1:]]
    with open(path, "w", encoding="utf-8") as file:
        file.write("".join(checks))


def tapbot(*words, **more):
    """deploy/tapbot on the server, in the copy."""
    more["env"] = {**VARIABLES, **more.get("env", {})}
    return rig.on_server(os.path.join(SITE, "deploy/tapbot"), *words, cwd=SITE, **more)


def compose(*words, **more):
    """`docker compose` of the stack; the result's output is kept."""
    more["env"] = {**VARIABLES, **more.get("env", {})}
    return rig.docker("compose", *words, cwd=SITE, **more)


def containers(service, running=True):
    """Ids of a service's containers."""
    return compose("ps", "--quiet", *([] if running else ["--all"]), service).split()


@contextlib.contextmanager
def without(service):
    """Its containers are stopped, and started again as they were: `docker compose start` would migrate first."""
    there = containers(service)
    rig.docker("stop", *there)
    try:
        yield
    finally:
        rig.docker("start", *there)


def inspect(container):
    return json.loads(rig.docker("inspect", container))[0]


def address(container):
    """Where Traefik finds it."""
    return inspect(container)["NetworkSettings"]["Networks"]["service-network"]["IPAddress"]


def access_log():
    """Lines of Traefik's, the oldest first."""
    return compose("exec", "-T", "traefik", "sh", "-c", "cd /var/log/traefik && cat $(ls -r access.log*)").splitlines()


def secret_files():
    """{name: path} of every file of secrets/ that is not empty, those of bots too."""
    folder = os.path.join(SITE, "secrets")
    paths = sorted(os.path.join(top, name) for top, _, names in os.walk(folder) for name in names)
    return {os.path.relpath(path, folder): path for path in paths if os.path.getsize(path)}


def sql(text):
    """As superuser; rows as lines."""
    return compose("exec", "-T", "postgres", "psql", "-h", "/var/run/postgresql", "-U", "postgres", "-d", "tapbot", "-XAtq",
                   "-v", "ON_ERROR_STOP=1", "-f", "-", input=text + ";\n")


def bots_off():
    """Bots whose Telegram never answers are broken, as health sees it."""
    sql("UPDATE bot.bot SET is_active = false")


def light(*wanted, seconds=60):
    """What `deploy/tapbot status` tells, once it is one of these: health is sure of a change after some looks."""
    end = time.monotonic() + seconds
    while True:
        done = tapbot("status", "--json", check=False, quiet=True)
        state = json.loads(done.stdout)
        if state["light"] in wanted:
            return done.returncode, state
        assert time.monotonic() < end, f"{state['light']}: {state['problems']}"
        time.sleep(1)


class Stack:
    """init and up; knows the passwords and a key afterwards."""

    def __init__(self):
        self.password = secrets.token_hex(12)
        self.key = None
        self.ready = None  # when `up` had ended

    def __enter__(self):
        self.down()  # what an earlier run has left
        return self

    def __exit__(self, *_):
        self.down()

    def init(self, profiles="admin,vectors"):
        site_make()
        tapbot("init", "--yes", "--domain", rig.DOMAIN, "--email", f"admin@{rig.DOMAIN}",
               "--acme", internet.DIRECTORY, "--servers", "both", "--profiles", profiles,
               "--admin-networks", f"{ADMIN_ADDRESS}/32", "--address", f"{rig.SERVER_V4},{rig.SERVER_V6}",
               "--user", USER, "--password-stdin", input=self.password + "\n", quiet=True)
        with open(os.path.join(SITE, ".env"), encoding="utf-8") as file:
            version = dict(line.strip().split("=", 1) for line in file if line[0].isalpha())["TAPBOT_VERSION"]
        # Built before, with an uplink: `up` finds them.
        for name in images.OURS:
            rig.docker("tag", f"tapbot/{name}:dev", f"tapbot/{name}:{version}")

    def up(self):
        """Seconds until everything was ready."""
        began = time.monotonic()
        tapbot("up", "--yes", quiet=True)
        self.ready = time.monotonic()
        return self.ready - began

    def down(self):
        if os.path.exists(os.path.join(SITE, "docker-compose.yml")):
            compose("down", "--volumes", "--remove-orphans", "--timeout", "1", check=False)

    def key_make(self, rights="read,write,admin", rate=1000):
        """A new API key for the first service by its own verb, with the migrator's rights."""
        scopes = ",".join(f"{FIRST.short}:{right}" for right in rights.split(","))
        words = compose("run", "--rm", "--no-deps", "-T", f"{FIRST.short}-migrate", "--keys", "create", "--tenant",
                        "Test", "--client", f"client {secrets.token_hex(3)}", "--scopes", scopes, "--rate", str(rate),
                        "--burst", str(rate * 2), "--test").split()
        return next(word for word in words if word.startswith("tb_test_"))


class Customer(stand.Client):
    """HTTPS from outside, as a customer's program: names are the server's, certificates are checked. The
    connection is opened in the namespace outside, from `source`."""

    def __init__(self, host, source=ADMIN_ADDRESS, key=None, password=None, timeout=10.0):
        super().__init__(443, key, timeout, f"{host}.{rig.DOMAIN}" if host else rig.DOMAIN)
        if password:
            self.headers["Authorization"] = "Basic " + base64.b64encode(f"{USER}:{password}".encode()).decode()
        self.source = source
        self.context = ssl.create_default_context(cafile=internet.ISSUED_CA)

    def connect(self):
        v6 = ipaddress.ip_address(self.source).version == 6
        with rig.Namespace(rig.OUTSIDE):
            plain = socket.create_connection((rig.SERVER_V6 if v6 else rig.SERVER_V4, self.port), timeout=self.timeout,
                                             source_address=(self.source, 0))
        checked = self.context.wrap_socket(plain, server_hostname=self.host)
        super().connect()
        self.connection.sock = checked


def certificate_ready(name, seconds=60):
    """Waits until the server shows a certificate of the test authority for that name."""
    end = time.monotonic() + seconds
    while True:
        try:
            customer = Customer(name)
            customer.connect()
            customer.close()
            return
        except (OSError, ssl.SSLError):
            if time.monotonic() > end:
                raise
            time.sleep(0.2)
