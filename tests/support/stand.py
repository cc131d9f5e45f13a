# SPDX-License-Identifier: MIT
"""A service under test: database, roles, schema, keys, any number of instances of it. Without a name it is the
first one of services.tsv.

For contract, scenario, fault and bench programs, which run below tests/support/with-services. Only
Python's standard library. Everything started here is stopped here by its pid.
"""
import contextlib
import datetime
import http.client
import itertools
import json
import os
import random
import re
import secrets
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time
import traceback
import urllib.parse
import zoneinfo

from libpq import Connection, verifier

ROOT = os.path.realpath(os.path.join(os.path.dirname(__file__), "..", ".."))
sys.path.append(os.path.join(ROOT, "deploy", "lib"))
import services  # noqa: E402
TENANT = "018f0000-0000-7000-8000-000000000001"
SECOND_TENANT = "018f0000-0000-7000-8000-000000000002"


measured = [False]  # whether the current case has checked a limit of time


def report(result, name, reason="", count=1, seconds=""):
    """Reports the result of a case: a line on standard output and a row for the closing block. The reason may be an exception."""
    text = cause(reason) if isinstance(reason, BaseException) and result == "fail" else str(reason)
    subprocess.run([os.path.join(ROOT, "tests/support/report"), result, name, text, str(count), str(seconds)], check=True,
                   env={**os.environ, "TEST_TIMED": "yes" if measured[0] else ""})
    measured[0] = False
    sys.stdout.flush()


def cause(error):
    """An exception in one line: its two innermost lines in tests/, its text, and the last line that a program printed."""
    every = traceback.extract_tb(error.__traceback__)
    frames = [frame for frame in every
              if frame.filename.startswith(os.path.join(ROOT, "tests", "")) and os.path.basename(frame.filename) != "run"] or every
    place = "".join(f"{os.path.basename(frame.filename)}:{frame.lineno}: " for frame in frames[-2:])
    done = error.args[0] if error.args and isinstance(error.args[0], subprocess.CompletedProcess) else error
    output = getattr(done, "stderr", None) or getattr(done, "stdout", None) or ""
    output = output.decode(errors="replace") if isinstance(output, bytes) else output
    if done is error:
        text = str(error) or (frames[-1].line if frames else "")
    else:
        text = f"{done.args if isinstance(done.args, str) else ' '.join(map(str, done.args))} ended with {done.returncode}"
    last = (output.strip().splitlines() or [""])[-1]
    kind = "" if isinstance(error, AssertionError) else f"{type(error).__name__}: "
    return f"{place}{kind}{text.splitlines()[0] if text else ''}{': ' + last if last else ''}"


def full():
    return os.environ.get("TEST_FULL") == "yes"


def in_gate():
    """Whether this is the gate (deploy/tapbot test), where results do not depend on the machine's speed."""
    return os.environ.get("TEST_SCOPE") == "gate"


def timed():
    """Whether a limit of time, memory or rate may be checked: everywhere but in the gate. The call marks the case: if it fails,
    `test full` runs it once more, alone."""
    measured[0] = not in_gate()
    return measured[0]


def patience(seconds=0.0):
    """How long to wait for an event that must happen within `seconds` on an idle machine: so long outside the gate, as timed()
    says; in the gate at least a minute, times TEST_PATIENCE."""
    return seconds if seconds and timed() else max(seconds, 60.0) * float(os.environ.get("TEST_PATIENCE", "1"))


def built(path, build=None):
    """A binary of the build folder that TEST_BUILD names (release)."""
    return os.path.join(ROOT, "build", build or os.environ.get("TEST_BUILD", "release"), path)


def openload(folder):
    """The open-loop generator, built in the test's folder."""
    binary = os.path.join(folder, "openload")
    if not os.path.exists(binary):
        subprocess.run(["gcc", "-O2", "-D_GNU_SOURCE", "-o", binary,
                        os.path.join(ROOT, "tests/support/openload.c")], check=True)
    return binary


def preload(folder, name):
    """tests/support/NAME.c as a library for LD_PRELOAD, readable by other users too."""
    library = os.path.join(folder, f"{name}.so")
    subprocess.run(["gcc", "-O2", "-D_GNU_SOURCE", "-shared", "-fPIC", "-o", library,
                    os.path.join(ROOT, f"tests/support/{name}.c")], check=True)
    os.chmod(library, 0o755)
    return library


PORTS = random.sample(range(10000, 30000), 20000)  # below the ephemeral range of Linux
RESERVED = []  # sockets


def free_port():
    """A port of loopback reserved for this process until it ends: outgoing connections do not use it, nor does another process that
    calls this function or free_port.h, whether a server listens on it or not. The reservation is an abstract socket."""
    while True:
        with socket.socket() as s, contextlib.suppress(OSError):
            port = PORTS.pop()
            s.bind(("127.0.0.1", port))
            reservation = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
            reservation.bind(f"\0tapbot-port-{port}")
            RESERVED.append(reservation)
            return port


PAUSE_GROWTH, PAUSE_MAX = 1.3, 0.25


def wait_until(what, seconds, condition, pause=0.02):
    """Polls until `condition()` is true, for patience(seconds); otherwise TimeoutError with `what` and the last value. In the gate,
    which measures no times, the pause grows: polls would take half of the processor time of a story."""
    limit = patience(seconds)
    end = time.monotonic() + limit
    while True:
        late = time.monotonic() > end
        if seen := condition():
            return time.monotonic()
        if late:
            raise TimeoutError(f"{what}: not within {limit:g} s; last seen: {seen!r}")
        time.sleep(pause)
        if in_gate():
            pause = max(pause, min(pause * PAUSE_GROWTH, PAUSE_MAX))


ALMATY = zoneinfo.ZoneInfo("Asia/Almaty")


def wait_out_midnight(seconds):
    """Call before a step of up to `seconds` that compares days: the day does not change during it, neither here nor in Almaty."""
    for zone in (ALMATY, None):
        now = datetime.datetime.now(zone)
        left = datetime.timedelta(days=1) - datetime.timedelta(hours=now.hour, minutes=now.minute, seconds=now.second)
        if left.total_seconds() <= seconds:
            print(f"    {left.total_seconds():.0f} s until the day has ended", flush=True)
            time.sleep(left.total_seconds())


class Reply:
    def __init__(self, status, headers, body):
        self.status = status
        self.headers = headers
        self.body = body

    @property
    def json(self):
        return json.loads(self.body)

    @property
    def code(self):
        return self.json.get("code") if self.body else None


SILENCE_SECONDS = 10  # then a connection is not reused: the edge closes idle ones after 15 s, a service after 30 s


class Client:
    """Keep-alive HTTP with a key; one connection, not for threads to share."""

    def __init__(self, port, key=None, timeout=None, host="127.0.0.1"):
        self.host, self.port, self.key, self.timeout = host, port, key, patience(10.0) if timeout is None else timeout
        self.headers, self.connection = {}, None  # the headers go with every call
        self.used = 0.0

    def connect(self):
        self.connection = http.client.HTTPConnection(self.host, self.port, timeout=self.timeout)

    def ready(self):
        """A connection that the peer has not closed as idle."""
        if time.monotonic() - self.used > SILENCE_SECONDS:
            self.close()
        if self.connection is None:
            self.connect()
        self.used = time.monotonic()

    def call(self, method, path, body=None, headers=None, key=None):
        all_headers = dict(self.headers)
        if key or self.key:
            all_headers["X-API-Key"] = key or self.key
        if body is not None:
            all_headers["Content-Type"] = "application/json"
            if not isinstance(body, (bytes, str)):
                body = json.dumps(body, ensure_ascii=False)
            if isinstance(body, str):
                body = body.encode()
        all_headers.update(headers or {})
        self.ready()
        try:
            self.connection.request(method, path, body=body, headers=all_headers)
            answer = self.connection.getresponse()
            data = answer.read()
        except (OSError, http.client.HTTPException):
            self.close()
            raise
        if answer.will_close:
            self.close()
        return Reply(answer.status, answer.headers, data)

    def get(self, path, **more):
        return self.call("GET", path, **more)

    def post(self, path, body=None, **more):
        return self.call("POST", path, body, **more)

    def close(self):
        if self.connection is not None:
            self.connection.close()
            self.connection = None


BUSY_MAX = 5


def is_busy(reply, codes=("busy",)):
    """Whether it is 503 with one of the codes and, as documented, Retry-After."""
    return reply.status == 503 and reply.headers.get("Retry-After", "").isdigit() and reply.code in codes


def unless_busy(call, codes=("busy",)):
    """The reply of `call()`. When a machine stands still for a second or more, PostgreSQL cancels the statements of that time. Their
    requests have changed nothing and are answered 503 busy: such a request is repeated after Retry-After, at most four times. Each
    repeat is printed, because without a stall it is a fault. Not for clients that race each other."""
    reply = call()
    for _ in range(BUSY_MAX - 1):
        if not is_busy(reply, codes):
            break
        print(f"    repeated after 503 {reply.code}: {reply.json['instance']}", flush=True)
        time.sleep(int(reply.headers["Retry-After"]))
        reply = call()
    return reply


class SteadyClient(Client):
    """Repeats requests that are answered 503 busy, as unless_busy() says."""

    def call(self, *words, **more):
        return unless_busy(lambda: Client.call(self, *words, **more))


class Service:
    """One instance of the binary."""

    def __init__(self, binary, environment, port, log):
        self.binary, self.environment, self.port, self.log = binary, environment, port, log
        self.output = log
        self.process = None

    def start(self, ready=True, prefix=()):
        self.process = subprocess.Popen([*prefix, self.binary], env=self.environment, stdout=self.output,
                                        stderr=self.log, stdin=subprocess.DEVNULL)
        if ready:
            self.wait_ready()
        return self

    def wait_ready(self, seconds=10):
        def ready():
            if self.process.poll() is not None:
                raise RuntimeError(f"{self.binary} ended with {self.process.returncode}")
            return self.probe("/readyz") == 200
        return wait_until("ready", seconds, ready, 0.005)

    def probe(self, path):
        try:
            connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=patience(2))
            connection.request("GET", path)
            status = connection.getresponse().status
            connection.close()
            return status
        except (OSError, http.client.HTTPException):
            return None

    @property
    def pid(self):
        return self.process.pid

    def signal(self, number):
        self.process.send_signal(number)

    def kill(self):
        if self.process and self.process.poll() is None:
            self.process.kill()
        if self.process:
            self.process.wait()

    def stop(self, seconds=30):
        """SIGTERM; returns the exit status."""
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGTERM)
        return self.process.wait(patience(seconds))

    def status(self, name):
        """A number of /proc/PID/status, in kB."""
        with open(f"/proc/{self.pid}/status", encoding="ascii") as status:
            return int(re.search(rf"^{name}:\s+(\d+)", status.read(), re.M).group(1))

    def metric(self, name):
        """Sum of a metric over its labels."""
        client = Client(self.port)
        text = client.get("/metrics").body.decode()
        client.close()
        found = re.findall(rf"^{re.escape(name)}(?:\{{[^}}]*\}})? (\S+)$", text, re.M)
        if not found:
            raise LookupError(f"no metric {name}")
        return sum(float(value) for value in found)

    def wait_run(self, *tasks):
        """Waits for the end of a run of each background task that began after this call. One may be running now."""
        names = [f'background_runs_total{{task="{task}"}}' for task in tasks]
        for name, end in [(name, self.metric(name) + 2) for name in names]:
            wait_until(f"{name} has grown", 10, lambda name=name, end=end: self.metric(name) >= end, 0.1)


class Stand:
    """Use as a context manager: `with Stand() as stand:`."""

    def __init__(self, build=None, demo=False, database="tapbot_stand", service=None):
        self.list = services.services()
        self.main = services.one(service) if service else self.list[0]
        self.binary = built(f"services/{self.main.name}/{self.main.name}", build)
        # The service whose program migrates the database: for a service without tables, the first one that has some.
        keeper = self.main if self.main.kind == "database" else next(one for one in self.list if one.kind == "database")
        self.keeper = built(f"services/{keeper.name}/{keeper.name}", build)
        self.admin_url = os.environ["TEST_DATABASE_URL"]
        self.redis_url = os.environ["TEST_REDIS_URL"]
        self.database, self.demo = database, demo
        self.passwords = {role: secrets.token_hex(16)
                          for role in ("tapbot_migrator", *(one.role for one in self.list if one.role))}
        self.services, self.serial, self.sessions = [], itertools.count(), threading.local()
        self.folder = tempfile.mkdtemp(prefix="tapbot-stand-")
        self.log = open(os.path.join(self.folder, "services.log"), "ab")

    def __enter__(self):
        try:
            self._prepare()
        except BaseException:
            self.__exit__()
            raise
        return self

    def __exit__(self, *_):
        for service in self.services:
            with contextlib.suppress(ProcessLookupError):
                if service.process and service.process.poll() is None:
                    service.process.send_signal(signal.SIGCONT)
            service.kill()
        self.disconnect()
        self.log.close()
        subprocess.run(["rm", "-rf", self.folder], check=False)

    def _prepare(self):
        self._psql(self.admin_url, "-f", os.path.join(ROOT, "deploy/postgres/roles.sql"),
                   typed=services.role_rows(lambda role: verifier(self.passwords[role]), limited=False))
        self._psql(self.admin_url, "-c", f'DROP DATABASE IF EXISTS "{self.database}" WITH (FORCE)')
        self._psql(self.admin_url, "-c", f'CREATE DATABASE "{self.database}" OWNER tapbot_owner')
        self.run("--migrate", role="tapbot_migrator", binary=self.keeper)
        if self.demo:
            self.load(self.main.name)

    @property
    def port(self):
        """PostgreSQL's, on loopback."""
        return urllib.parse.urlsplit(self.admin_url).port

    def url(self, role, port=None):
        """The URL of the database for a role; `postgres` is the superuser. By TCP to `port`, if given."""
        parts = urllib.parse.urlsplit(self.admin_url)
        user = parts.netloc.rpartition("@")[0] if role == "postgres" else f"{role}:{self.passwords[role]}"
        netloc = f"{user}@{parts.netloc.rpartition('@')[2]}"
        if port is not None:
            parts, netloc = parts._replace(query=""), f"{user}@127.0.0.1:{port}"
        return urllib.parse.urlunsplit(parts._replace(netloc=netloc, path=f"/{self.database}"))

    def _psql(self, url, *arguments, typed=""):
        run = subprocess.run(["psql", "-qXAt", "-v", "ON_ERROR_STOP=1", url, *arguments], input=typed,
                             capture_output=True, text=True, check=False)
        if run.returncode != 0:
            raise RuntimeError(run.stderr)
        return run.stdout.strip()

    def sql(self, text):
        """As superuser; rows as lines, columns joined by |. The thread has one connection for all its calls."""
        if not getattr(self.sessions, "open", None):
            self.sessions.open = Connection(self.url("postgres"))
        return self.sessions.open.sql(text).strip()

    def disconnect(self):
        """Ends this thread's connection until the next call of sql()."""
        if getattr(self.sessions, "open", None):
            self.sessions.open.close()

    def rows(self, sql):
        """As superuser; rows as dictionaries."""
        return json.loads(self.sql(f"SELECT coalesce(json_agg(t), '[]') FROM ({sql}) t"))

    def load(self, name, file="load.sql"):
        """Loads the demo data of a service."""
        self._psql(self.url("postgres"), f"-vtenant={TENANT}", f"-vsecond_tenant={SECOND_TENANT}",
                   "-f", os.path.join(ROOT, f"services/{name}/demo/{file}"))

    def fill(self, flats, stays):
        """Creates flats with so many stays each, as in the bench; needs an existing key."""
        tenant = self.sql("SELECT id FROM api.tenant WHERE name = 'demo'")
        self._psql(self.url("postgres"), f"-vtenant={tenant}", f"-vflats={flats}", f"-vstays={stays}",
                   "-f", os.path.join(ROOT, "tests/bench/data.sql"))

    def run(self, *arguments, role=None, binary=None):
        """Runs the binary once in the foreground; returns its standard output."""
        run = subprocess.run([binary or self.binary, *arguments],
                             env=self.environment(DATABASE_URL=self.url(role or self.main.role)),
                             capture_output=True, text=True, check=False)
        if run.returncode != 0:
            raise RuntimeError(f"{arguments}: {run.returncode}: {run.stdout}{run.stderr}")
        return run.stdout

    def environment(self, **more):
        """Idle connections are closed at once at the end of an instance, because there is no edge."""
        return {"PATH": os.environ["PATH"], "ENVIRONMENT": "test", "HTTP_ADDRESS": "127.0.0.1",
                "DATABASE_URL": self.url(self.main.role), "REDIS_URL": self.redis_url,
                "DRAIN_LAME": "0s", "LOG_LEVEL": "info", **{name: str(value) for name, value in more.items()}}

    def last_words(self):
        """The end of the services' logs."""
        with open(self.log.name, "rb") as log:
            log.seek(max(0, os.path.getsize(self.log.name) - 600))
            return log.read().decode(errors="replace")

    def key(self, *options, tenant="demo", client=None, scopes="all", test=True, rate=100000, binary=None):
        """A new API key, of the scopes of that binary."""
        client = client or f"client-{next(self.serial)}"
        if tenant == "system":
            return self.own_key(client, scopes, rate)
        out = self.run("--keys", "create", "--tenant", tenant, "--client", client, "--scopes", scopes,
                       "--rate", str(rate), "--burst", str(rate * 2), *(["--test"] if test else []), *options,
                       role="tapbot_migrator", binary=binary or self.keeper)
        return re.search(r"tb_(?:test|live)_[0-9A-Za-z]{36}", out).group(0)

    def own_key(self, client, scopes, rate):
        """The only key of a program of ours: only such programs may have every scope of the tenant system."""
        key = services.key_make()
        with tempfile.NamedTemporaryFile("w", dir=self.folder) as file:
            file.write(key)
            file.flush()
            self.run("--keys", "ensure", "--tenant", "system", "--client", client, "--scopes", scopes, "--rate", str(rate),
                     "--burst", str(rate * 2), "--key-file", file.name, role="tapbot_migrator", binary=self.keeper)
        return key

    def service(self, start=True, prefix=(), binary=None, **environment):
        """One more instance of the service; variables by name."""
        port = free_port()
        service = Service(binary or self.binary, self.environment(HTTP_PORT=port, **environment), port, self.log)
        self.services.append(service)
        return service.start(prefix=prefix) if start else service
