#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""A third party's web program as far as the stack uses it: its port, its health path, its name. Every
other page shows the headers of the request, so that a test sees what the program receives."""
import html
import http.server
import json
import os
import signal
import socket
import sys
import urllib.request

# name: port, health path, its answer
PROGRAMS = {
    "directus": (8055, "/server/ping", "pong"),
    "n8n": (5678, "/healthz", '{"status":"ok"}'),
    "pgadmin": (int(os.environ.get("PGADMIN_LISTEN_PORT") or 80), "/misc/ping", "PING"),
    "dozzle": (8080, "/healthcheck", "OK"),
    "portainer": (9000, "/api/system/status", '{"Version":"stand-in"}'),
    "redis-commander": (8081, "/favicon.png", "icon"),
    "qdrant": (6333, "/readyz", "all shards are ready"),
}
NAME = os.environ["STAND_IN"]
PORT, HEALTH, HEALTHY = PROGRAMS[NAME]
OWNERS = []  # requests to become the owner of n8n


class Server(http.server.ThreadingHTTPServer):
    address_family = socket.AF_INET6
    daemon_threads = True


class Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def owner(self):
        """Like n8n: reports whether it has an owner, and accepts one."""
        if self.command == "POST":
            OWNERS.append(self.path)
        self.answer(json.dumps({"data": {"userManagement": {"showSetupOnFirstLoad": not OWNERS}}}).encode(), "application/json",
                    400 if self.command == "POST" and OWNERS[1:] else 200)

    def do_GET(self):
        if NAME == "n8n" and self.path in ("/rest/settings", "/rest/owner/setup"):
            return self.owner()
        body = (HEALTHY if self.path.split("?")[0] == HEALTH else
                f"<!doctype html><title>{NAME}</title><h1>{NAME} (stand-in)</h1>\n" +
                "".join(f"{name}: {html.escape(value)}\n" for name, value in self.headers.items())).encode()
        return self.answer(body, "text/html; charset=utf-8")

    def answer(self, body, kind, status=200):
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(body)

    do_HEAD = do_GET

    def do_POST(self):
        self.rfile.read(int(self.headers.get("Content-Length") or 0))
        self.do_GET()

    def log_message(self, form, *values):
        print(NAME, form % values, flush=True)


if __name__ == "__main__":
    if "bootstrap" in sys.argv:
        sys.exit(0)
    if "healthcheck" in sys.argv:
        urllib.request.urlopen(f"http://127.0.0.1:{PORT}{HEALTH}", timeout=3)
        sys.exit(0)
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    Server(("::", PORT), Handler).serve_forever()
