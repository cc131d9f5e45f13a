# SPDX-License-Identifier: MIT
"""The stack under test: a copy of this tree, brought up on the rig by deploy/tapbot as a user would; and requests of
tests to it."""
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
HURRIED = "4s"  # between two of health's checks
USER, ADMIN_ADDRESS = "admin", rig.ATTACKERS_V4[0]
LEFT_OUT = {".git", "build", "var", "secrets", ".env", "node_modules", "__pycache__", "docker-compose.lock.yml", "docker-compose.release.yml"}
STAND_IN_FILE, RELEASE = "tests/stack/compose.stand-in.yml", "docker-compose.release.yml"
VARIABLES = {
    "COMPOSE_FILE": f"docker-compose.yml:{STAND_IN_FILE}",
    "TAPBOT_RIG_SOCKET": rig.SOCKET,
    "TAPBOT_RIG_CA": internet.ISSUED_CA,
    "LANG": "en_US.UTF-8",
    # The certificate authorities trusted by the server's own programs: the test's authority acts as a public one.
    "SSL_CERT_FILE": internet.ISSUED_CA,
}


def health_hurries(folder):
    """Most of the time of a check is the interval of health's checks: without an interval in the file it is HURRIED instead of
    10 s, still longer than the longest check."""
    path = os.path.join(folder, "deploy/health/health.yaml")
    with open(path, encoding="utf-8") as file:
        checks = re.split(r"(?m)^(?=  - name: )", file.read())
    checks[1:] = [one if "    interval: " in one else re.sub(r"(?m)^    kind: .*$", rf"\g<0>\n    interval: {HURRIED}", one)
                  for one in checks[1:]]
    with open(path, "w", encoding="utf-8") as file:
        file.write("".join(checks))


class Site:
    """A copy of the tree on a server, and requests to the stack that runs there."""

    def __init__(self, folder, variables, on=rig.on_server, docker=rig.docker):
        self.folder, self.variables, self.on, self.run_docker = folder, variables, on, docker

    def make(self):
        """A fresh copy: without the tree's secrets and build results."""
        shutil.rmtree(self.folder, ignore_errors=True)
        shutil.copytree(rig.ROOT, self.folder, symlinks=True,
                        ignore=lambda folder, names: [name for name in names if name in LEFT_OUT])
        health_hurries(self.folder)

    def tapbot(self, *words, **more):
        """deploy/tapbot on the server, in the copy."""
        more["env"] = {**self.variables, **more.get("env", {})}
        return self.on(os.path.join(self.folder, "deploy/tapbot"), *words, cwd=self.folder, **more)

    def compose(self, *words, **more):
        """`docker compose` of the stack, with the versions set by `deploy`; returns its output."""
        more["env"] = {**self.variables, **more.get("env", {})}
        if os.path.exists(os.path.join(self.folder, RELEASE)):
            more["env"]["COMPOSE_FILE"] += f":{RELEASE}"
        return self.run_docker("compose", *words, cwd=self.folder, **more)

    def containers(self, service, running=True):
        """IDs of a service's containers."""
        return self.compose("ps", "--quiet", *([] if running else ["--all"]), service).split()

    def images_name(self):
        """Images built earlier, with an uplink, get the names that `up` expects."""
        with open(os.path.join(self.folder, ".env"), encoding="utf-8") as file:
            version = dict(line.strip().split("=", 1) for line in file if line[0].isalpha())["TAPBOT_VERSION"]
        for name in images.OURS:
            if f"tapbot/{name}:dev" in self.run_docker("image", "ls", "--format", "{{.Repository}}:{{.Tag}}").split():
                self.run_docker("tag", f"tapbot/{name}:dev", f"tapbot/{name}:{version}")

    def sql(self, text):
        """As superuser; rows as lines."""
        return self.compose("exec", "-T", "postgres", "psql", "-h", "/var/run/postgresql", "-U", "postgres", "-d", "tapbot", "-XAtq",
                            "-v", "ON_ERROR_STOP=1", "-f", "-", input=text + ";\n")

    def down(self):
        """Containers, networks and volumes, if the copy exists."""
        if os.path.exists(os.path.join(self.folder, "docker-compose.yml")):
            self.compose("down", "--volumes", "--remove-orphans", "--timeout", "1", check=False)
            # Those of `deploy/tapbot restore` are not in the description.
            for container in self.run_docker("ps", "--all", "--quiet", "--filter", "name=^tapbot-").split():
                self.run_docker("rm", "--force", container, check=False)
            for volume in self.run_docker("volume", "ls", "--quiet", "--filter", "label=com.docker.compose.project=tapbot").split():
                self.run_docker("volume", "rm", "--force", volume, check=False)

    def key_make(self, rights="read,write,admin", rate=1000, also=""):
        """A new API key for the first service made by its own verb, with the migrator's rights; and scopes of other services."""
        scopes = ",".join([f"{FIRST.short}:{right}" for right in rights.split(",")] + also.split(",") * bool(also))
        words = self.compose("run", "--rm", "--no-deps", "-T", f"{FIRST.short}-migrate", "--keys", "create", "--tenant",
                             "Test", "--client", f"client {secrets.token_hex(3)}", "--scopes", scopes, "--rate", str(rate),
                             "--burst", str(rate * 2), "--test").split()
        return next(word for word in words if word.startswith("tb_test_"))


THE_SITE = Site(SITE, VARIABLES)
tapbot, compose, containers, sql = THE_SITE.tapbot, THE_SITE.compose, THE_SITE.containers, THE_SITE.sql


@contextlib.contextmanager
def without(service):
    """Stops its containers for the context, then starts the same ones: `docker compose start` would migrate first."""
    there = containers(service)
    rig.docker("stop", *there)
    try:
        yield
    finally:
        rig.docker("start", *there)


def inspect(container):
    return json.loads(rig.docker("inspect", container))[0]


def address(container):
    """The address used by Traefik."""
    return inspect(container)["NetworkSettings"]["Networks"]["service-network"]["IPAddress"]


def access_log():
    """Lines of Traefik's access log, the oldest first."""
    return compose("exec", "-T", "traefik", "sh", "-c", "cd /var/log/traefik && cat $(ls -r access.log*)").splitlines()


def secret_files():
    """{name: path} of every non-empty file of secrets/, including those of bots."""
    folder = os.path.join(SITE, "secrets")
    paths = sorted(os.path.join(top, name) for top, _, names in os.walk(folder) for name in names)
    return {os.path.relpath(path, folder): path for path in paths if os.path.getsize(path)}


def bots_off():
    """Deactivates the bots: without answers of Telegram health would report them as broken."""
    sql("UPDATE bot.bot SET is_active = false")


def light(*wanted, seconds=60):
    """The verdict of `deploy/tapbot status`, once it is one of these: health reports a change after several checks."""
    end = time.monotonic() + seconds
    while True:
        done = tapbot("status", "--json", check=False, quiet=True)
        state = json.loads(done.stdout)
        if state["light"] in wanted:
            return done.returncode, state
        assert time.monotonic() < end, f"{state['light']}: {state['problems']}"
        time.sleep(1)


class Stack:
    """init and up; has the passwords and a key afterwards."""

    def __init__(self):
        self.password = secrets.token_hex(12)
        self.key = None
        self.ready = None  # when `up` had ended

    def __enter__(self):
        THE_SITE.down()  # of an earlier run
        return self

    def __exit__(self, *_):
        THE_SITE.down()

    def init(self, profiles="admin,vectors"):
        THE_SITE.make()
        tapbot("init", "--yes", "--domain", rig.DOMAIN, "--email", f"admin@{rig.DOMAIN}",
               "--acme", internet.DIRECTORY, "--servers", "both", "--profiles", profiles,
               "--admin-networks", f"{ADMIN_ADDRESS}/32", "--address", f"{rig.SERVER_V4},{rig.SERVER_V6}",
               "--user", USER, "--password-stdin", input=self.password + "\n", quiet=True)
        env = os.path.join(SITE, ".env")
        rig.run("sed", "-i", "s/^RIDES_ENABLED=false$/RIDES_ENABLED=true/", env, quiet=True)
        THE_SITE.images_name()

    def up(self):
        """Returns the seconds until everything was ready."""
        began = time.monotonic()
        tapbot("up", "--yes", quiet=True)
        self.ready = time.monotonic()
        return self.ready - began

    def key_make(self, rights="read,write,admin", rate=1000):
        return THE_SITE.key_make(rights, rate)


class Customer(stand.Client):
    """HTTPS from outside, as a customer's program: names resolve to the server, certificates are checked. The
    connection is opened in the namespace outside, from `source`."""

    def __init__(self, host, source=ADMIN_ADDRESS, key=None, password=None, timeout=10.0, server=(rig.SERVER_V4, rig.SERVER_V6)):
        super().__init__(443, key, timeout, f"{host}.{rig.DOMAIN}" if host else rig.DOMAIN)
        if password:
            self.headers["Authorization"] = "Basic " + base64.b64encode(f"{USER}:{password}".encode()).decode()
        self.source, self.server = source, server
        self.context = ssl.create_default_context(cafile=internet.ISSUED_CA)

    def connect(self):
        v6 = ipaddress.ip_address(self.source).version == 6
        with rig.Namespace(rig.OUTSIDE):
            plain = socket.create_connection((self.server[v6], self.port), timeout=self.timeout,
                                             source_address=(self.source, 0))
        checked = self.context.wrap_socket(plain, server_hostname=self.host)
        super().connect()
        self.connection.sock = checked


def certificate_ready(name, seconds=60, **where):
    """Waits until the server shows a certificate of the test authority for that name."""
    end = time.monotonic() + seconds
    while True:
        try:
            customer = Customer(name, **where)
            customer.connect()
            customer.close()
            return
        except (OSError, ssl.SSLError):
            if time.monotonic() > end:
                raise
            time.sleep(0.2)
