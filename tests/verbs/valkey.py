# SPDX-License-Identifier: MIT
"""The container `redis` (deploy/redis) with the real Valkey of Debian 13: it starts with the password of the secret, keeps its data over a
kill, and starts after damage."""
import contextlib
import glob
import os
import shutil
import signal
import socket
import subprocess
import tempfile

import debian
from stand import ROOT, wait_until

PACKAGES = ("valkey-server", "valkey-tools", "libc6", "libssl3t64", "libjemalloc2", "zlib1g")
PROGRAM = """#!/bin/sh
exec {root}/usr/lib64/ld-linux-x86-64.so.2 --argv0 {name} --library-path {root}/usr/lib/x86_64-linux-gnu {root}/usr/bin/{name} "$@"
"""


class Container:
    """The files of the container below a folder: its scripts with the paths and the port of the test."""

    def __init__(self, folder):
        self.folder, root = folder, debian.unpacked("trixie", *PACKAGES)
        with contextlib.closing(socket.create_server(("127.0.0.1", 0))) as free:
            self.port = free.getsockname()[1]
        for name in ("bin", "data", "run/redis", "run/secrets"):
            os.makedirs(os.path.join(folder, name))
        for name in ("valkey-server", "valkey-cli", "valkey-check-aof"):
            self.write(f"bin/{name}", PROGRAM.format(root=root, name=name), 0o755)
        for path in glob.glob(os.path.join(ROOT, "deploy/redis/*")):
            with open(path, encoding="utf-8") as file:
                text = file.read()
            for old, new in (("/etc/tapbot-redis", folder), ("/run/", f"{folder}/run/"), ("/data", f"{folder}/data"), ("0.0.0.0", "127.0.0.1"), ("6379", str(self.port)),
                             ("-h 127.0.0.1", f"-h 127.0.0.1 -p {self.port}")):
                text = text.replace(old, new)
            self.write(os.path.basename(path), text)
        self.write("run/secrets/redis_password", "right")
        self.write("run/secrets/directus_redis_password", "directus")
        self.process = None

    def write(self, name, text, mode=0o644):
        path = os.path.join(self.folder, name)
        with open(path, "w", encoding="utf-8") as file:
            file.write(text)
        os.chmod(path, mode)

    def run(self, *words, password="right"):
        return subprocess.run(words, capture_output=True, text=True, check=False, cwd=self.folder,
                              env={**os.environ, "PATH": f"{self.folder}/bin:{os.environ['PATH']}", "REDISCLI_AUTH": password})

    def cli(self, *words, **options):
        return self.run("valkey-cli", "-p", str(self.port), *words, **options).stdout.strip()

    def healthy(self):
        return self.run("sh", "healthy.sh").returncode == 0

    def start(self):
        self.process = subprocess.Popen(["sh", "start.sh"], cwd=self.folder, env={**os.environ, "PATH": f"{self.folder}/bin:{os.environ['PATH']}"},
                                        stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        wait_until("Valkey is healthy", 60, self.healthy, 0.1)

    def kill(self):
        if self.process:
            self.process.send_signal(signal.SIGKILL)
            self.process.wait()
            self.process = None

    def last_file(self):
        (path,) = glob.glob(os.path.join(self.folder, "data/appendonlydir/*.incr.aof"))
        return path


@contextlib.contextmanager
def container():
    with tempfile.TemporaryDirectory() as folder:
        one = Container(folder)
        try:
            yield one
        finally:
            one.kill()


def starts():
    """With the password of the secret only; under the limits of the file."""
    with container() as one:
        assert not one.healthy()
        one.start()
        assert one.cli("ping") == "PONG" and "NOAUTH" in one.cli("ping", password="")
        one.write("run/secrets/redis_password", "another")
        assert not one.healthy(), "a health check with a wrong password"
        one.write("run/secrets/redis_password", "right")
        assert one.cli("config", "get", "maxmemory").split() == ["maxmemory", str(112 << 20)]
        version = dict(line.split(":", 1) for line in one.cli("info", "server").splitlines() if ":" in line)
        assert version["redis_version"].startswith("7.2."), version
        return version["valkey_version"]


def of_directus():
    """The user of Directus has its cache and nothing else: no counter of a rate limit, no administration, no channel."""
    with container() as one:
        one.start()
        one.cli("set", "rate:1", "5")
        mine = ("--user", "directus", "--no-auth-warning")
        own = "sets:namespace:directus::x"
        for words in (("set", own, "1", "px", "9000"), ("get", own), ("unlink", own), ("keys", "sets:namespace:directus::*"), ("info",)):
            assert "NOPERM" not in one.cli(*mine, *words, password="directus"), words
        refused = (("get", "rate:1"), ("set", "rate:1", "0"), ("unlink", "rate:1"), ("flushall",), ("config", "get", "*"), ("acl", "list"),
                   ("publish", "a", "b"), ("eval", "return 1", "0"))
        for words in refused:
            assert "NOPERM" in one.cli(*mine, *words, password="directus"), words
        return f"{len(refused)} commands refused"


def damage():
    """After a kill, and with zeros or half a command at the end of its file, it has its data; without a readable manifest it starts empty."""
    with container() as one:
        one.start()
        assert one.cli("set", "kept", "yes") == "OK"
        one.cli("config", "set", "appendfsync", "always")
        assert one.cli("set", "last", "yes") == "OK"
        for tail in (b"", b"\0" * 4096, b"*3\r\n$3\r\nSET\r\n$4\r\nha"):
            one.kill()
            with open(one.last_file(), "ab") as file:
                file.write(tail)
            one.start()
            assert (one.cli("get", "kept"), one.cli("get", "last")) == ("yes", "yes"), tail
        # Redis 7.2, whose files have the version 11, could read them: the way back.
        assert one.cli("save") == "OK"
        with open(os.path.join(one.folder, "data/dump.rdb"), "rb") as file:
            assert file.read(9) == b"REDIS0011"
        one.kill()
        with open(os.path.join(one.folder, "data/appendonlydir/appendonly.aof.manifest"), "wb") as file:
            file.write(b"\0" * 80)
        one.start()
        assert one.cli("dbsize") == "0" and one.cli("set", "new", "yes") == "OK"


def former_data():
    """It reads what the Redis of Debian 12 has written."""
    if not shutil.which("redis-server") or " v=7." not in subprocess.run(["redis-server", "--version"], capture_output=True, text=True, check=True).stdout:
        return "no Redis 7 here"
    with container() as one:
        words = ["--port", str(one.port), "--dir", os.path.join(one.folder, "data"), "--appendonly", "yes", "--save", "", "--requirepass", "right"]
        old = subprocess.Popen(["redis-server", *words], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        try:
            wait_until("Redis answers", 60, lambda: one.cli("ping") == "PONG", 0.1)
            assert one.cli("set", "former", "yes", "ex", "3600") == "OK"
        finally:
            old.terminate()
            old.wait()
        one.start()
        assert one.cli("get", "former") == "yes" and int(one.cli("ttl", "former")) > 3000
    return None


TESTS = [("valkey: starts", starts), ("valkey: damaged files", damage), ("valkey: data of Redis 7", former_data), ("valkey: the user of Directus", of_directus)]
