# SPDX-License-Identifier: MIT
"""Directus, of docker-compose.yml's version, on the bench's own database: a way to show the same flats without a
service of ours. From npm, stored in build/stack-full; the first run installs for some minutes."""
import http.client
import json
import os
import re
import subprocess
import sys
import urllib.parse

from stand import ROOT, free_port, wait_until

sys.path.append(os.path.join(ROOT, "tests", "stack-full"))
import installed  # noqa: E402

TOKEN = "bench-admin-token"
START_SECONDS = 120


def version():
    with open(os.path.join(ROOT, "docker-compose.yml"), encoding="utf-8") as compose:
        return re.search(r"image: directus/directus:(\S+)", compose.read()).group(1)


class Directus:
    """As a context: one process, with an administrator's token, so that it checks no permissions."""

    def __init__(self, bench):
        self.folder, self.node = installed.installed("directus", version())
        database = urllib.parse.urlsplit(os.environ["TEST_DATABASE_URL"])
        self.port = free_port()
        self.environment = {
            **os.environ, "PATH": f"{self.node}/bin:{os.environ['PATH']}", "NODE_ENV": "production", "HOST": "127.0.0.1",
            "PORT": str(self.port), "PUBLIC_URL": f"http://127.0.0.1:{self.port}", "SECRET": "s" * 32, "KEY": "k" * 32,
            "ADMIN_EMAIL": "bench@tapbot.kz", "ADMIN_PASSWORD": "bench-admin-password", "ADMIN_TOKEN": TOKEN,
            "DB_CLIENT": "pg", "DB_HOST": database.hostname, "DB_PORT": str(database.port), "DB_USER": database.username,
            "DB_PASSWORD": database.password, "DB_DATABASE": bench.stand.database, "DB_SEARCH_PATH": "array:directus,booking",
            "CACHE_ENABLED": "false", "RATE_LIMITER_ENABLED": "false", "WEBSOCKETS_ENABLED": "false", "TELEMETRY": "false",
            "LOG_LEVEL": "warn", "STORAGE_LOCAL_ROOT": bench.folder, "EXTENSIONS_PATH": bench.folder, "TEMP_PATH": bench.folder}
        bench.stand.sql("CREATE SCHEMA IF NOT EXISTS directus")

    def command(self, *words):
        return ["node", os.path.join(self.folder, "node_modules/directus/cli.js"), *words]

    def __enter__(self):
        subprocess.run(self.command("bootstrap"), cwd=self.folder, env=self.environment, check=True, capture_output=True)
        self.process = subprocess.Popen(self.command("start"), cwd=self.folder, env=self.environment, stdout=subprocess.DEVNULL)
        try:
            wait_until("Directus", START_SECONDS, self.is_up, pause=0.5)
        except BaseException:
            self.__exit__()
            raise
        return self

    def __exit__(self, *_):
        self.process.kill()
        self.process.wait()

    def is_up(self):
        try:
            return self.get("/server/ping") == b"pong"
        except OSError:
            return False

    def get(self, path):
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=30)
        connection.request("GET", path, headers={"Authorization": f"Bearer {TOKEN}"})
        answer = connection.getresponse()
        body = answer.read()
        connection.close()
        assert answer.status == 200, body
        return body

    def items(self, path):
        return json.loads(self.get(path))["data"]

    def memory_mb(self):
        with open(f"/proc/{self.process.pid}/status", encoding="ascii") as status:
            return int(re.search(r"VmRSS:\s+(\d+)", status.read()).group(1)) / 1024
