# SPDX-License-Identifier: MIT
"""deploy/socket-proxy: a real HAProxy with each configuration that containers get, before an engine that answers 200 to
every request. As a program, inside namespaces of its own: prints the status of each request."""
import http.client
import http.server
import json
import os
import shutil
import socketserver
import subprocess
import sys
import threading
import time

FOLDER = os.path.join(os.path.dirname(os.path.realpath(__file__)), "..", "..", "deploy", "socket-proxy")
SOCKET, PORT = "/var/run/docker.sock", 2375
SETUP = 'ip link set lo up && mount -t tmpfs tmpfs /run && exec "$@"'
PROXIES = ("state", "logs", "portainer")
STATE, LOGS, PORTAINER = ({name} for name in PROXIES)
ALL, NOBODY = {*PROXIES}, set()
SHORT, ID, IMAGE = "0123456789ab", "0123456789abcdef" * 4, f"sha256:{'0123456789abcdef' * 4}"
# Method, path, and through which proxies it reaches the engine.
REQUESTS = [
    # Requests of Docker's clients, Traefik, health, Dozzle and Portainer.
    ("HEAD", "/_ping", ALL), ("GET", "/_ping", ALL), ("GET", "/version", ALL), ("GET", "/v1.24/version", ALL), ("GET", "/info", ALL),
    ("GET", "/v1.50/events?filters=%7B%7D", ALL), ("GET", "/containers/json?all=1", ALL), ("GET", "/v1.50/containers/json", ALL),
    ("GET", f"/containers/{SHORT}/json", ALL), ("GET", f"/v1.50/containers/{ID}/json", ALL),
    ("GET", f"/v1.50/containers/{ID}/logs?follow=1&stdout=1", LOGS), ("GET", f"/containers/{SHORT}/logs", LOGS),
    ("GET", f"/v1.50/containers/{ID}/stats", LOGS | PORTAINER),
    ("GET", "/v1.50/images/json", PORTAINER), ("GET", f"/images/{IMAGE}/json", PORTAINER), ("GET", f"/images/{IMAGE}/history", PORTAINER),
    ("GET", "/networks", PORTAINER), ("GET", f"/networks/{ID}", PORTAINER),
    ("GET", "/volumes", PORTAINER), ("GET", "/v1.50/volumes/tapbot_postgres-data", PORTAINER),
    ("POST", f"/v1.50/containers/{ID}/start", PORTAINER), ("POST", f"/containers/{SHORT}/stop?t=10", PORTAINER),
    ("POST", f"/containers/{ID}/restart", PORTAINER),
    # Files, output and processes of a container, and requests that change one.
    *(("GET", f"{version}/containers/{name}/{what}", NOBODY) for version in ("", "/v1.50") for name in (ID, "tapbot-postgres-1")
      for what in ("archive?path=/run/secrets/postgres_password", "export", "attach/ws", "top", "changes")),
    *(("POST", f"/containers/{ID}/{what}", NOBODY) for what in (
        "kill", "kill?signal=9", "attach", "exec", "pause", "rename", "resize", "update", "wait", "archive", "start/../kill", "restart/kill")),
    ("HEAD", f"/containers/{ID}/archive?path=/", NOBODY), ("PUT", f"/containers/{ID}/archive?path=/", NOBODY), ("DELETE", f"/containers/{ID}", NOBODY),
    ("POST", "/containers/create", NOBODY), ("POST", "/containers/prune", NOBODY), ("POST", "/v1.50/exec/1/start", NOBODY), ("GET", f"/exec/{ID}/json", NOBODY),
    ("POST", f"/containers/{ID}/json", NOBODY), ("DELETE", "/version", NOBODY), ("OPTIONS", "/info", NOBODY),
    ("GET", f"/containers/{ID}/start", NOBODY), ("PUT", f"/containers/{ID}/stop", NOBODY),
    # Names address any container, and are longer than an ID may be.
    ("GET", "/containers/tapbot-postgres-1/json", NOBODY), ("GET", f"/containers/{ID}0/json", NOBODY), ("GET", f"/containers/{SHORT[1:]}/json", NOBODY),
    ("GET", "/containers/tapbot-postgres-1/logs", NOBODY),
    # A listed path inside another one, and other spellings of an unlisted one.
    *(("GET", path, NOBODY) for path in (
        "/", "/containers", "/containers/", "/containers/json/", "/containers//json", "//containers/json", "/v1.50/v1.50/info", "/v2.0/info", "/v1.500/info",
        "/v1x50/info", "/infos", "/x/info", f"/containers/{ID}/json/../archive?path=/", f"/containers/{ID}/archive/../json", "/version/../containers/json",
        f"/containers/{ID}%2farchive?path=/", f"/containers/{ID}/%61rchive?path=/", f"/containers/{ID}/archive%3fpath=/json", f"/containers/{ID.upper()}/json",
        f"/containers/{ID}/ARCHIVE?path=/", f"/containers/{ID}/archive;/json", f"/containers/{ID}/archive?/json", f"/containers/{ID}/json;archive",
        f"http://x/containers/{ID}/archive?path=/", "/info%00", "/info%0a")),
    ("GET", f"http://x/containers/{ID}/json", ALL),
    # Unused parts of the API.
    *(("GET", path, NOBODY) for path in (
        "/images/get", f"/images/{IMAGE}/get", "/images/search?term=x", "/images/tapbot%2fhealth/json", "/secrets", "/configs", "/swarm", "/nodes", "/services", "/tasks",
        "/plugins", "/system/df", "/session", "/grpc", "/distribution/x/json", "/volumes/x/y", "/volumes/..", "/metrics")),
    *(("POST", path, NOBODY) for path in ("/build", "/commit", "/auth", "/images/create", "/networks/create", "/volumes/create", "/swarm/init", "/session", "/grpc")),
]


class Engine(http.server.BaseHTTPRequestHandler):
    """Answers everything; a client behind a Unix socket has no address."""
    protocol_version = "HTTP/1.1"

    def answer(self):
        self.send_response(200)
        self.send_header("Content-Length", "0")
        self.end_headers()
    do_GET = do_HEAD = do_POST = do_PUT = do_DELETE = do_OPTIONS = answer

    def address_string(self):
        return "proxy"

    def log_message(self, *_):
        pass


def ask(method, path):
    connection = http.client.HTTPConnection("127.0.0.1", PORT, timeout=30)
    try:
        connection.putrequest(method, path)
        connection.endheaders()
        return connection.getresponse().status
    finally:
        connection.close()


def answered(proxy, requests):
    """Statuses of the requests, by a proxy with that file."""
    with subprocess.Popen(["haproxy", "-W", "-db", "-f", f"{FOLDER}/engine.cfg", "-f", f"{FOLDER}/{proxy}.cfg"],
                          stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True) as running:
        try:
            while True:
                try:
                    ask("GET", "/_ping")
                    break
                except ConnectionError:  # refused; or reset, by the worker of the proxy before
                    if running.poll() is not None:
                        return running.stderr.read()
                    time.sleep(0.02)
            return [ask(method, path) for method, path in requests]
        finally:
            running.terminate()  # the master ends its worker


def main():
    """Reads the requests, prints {proxy: statuses}."""
    engine = socketserver.ThreadingUnixStreamServer(SOCKET, Engine)
    threading.Thread(target=engine.serve_forever, daemon=True).start()
    requests = json.load(sys.stdin)
    print(json.dumps({proxy: answered(proxy, requests) for proxy in PROXIES}))
    return 0


def passes_what_is_listed():
    """Each proxy answers 200 to the requests that its file lists, and 403 to all others."""
    from stand import patience
    assert shutil.which("haproxy"), "haproxy is not installed"
    done = subprocess.run(["unshare", "-mn", "sh", "-c", SETUP, "sh", sys.executable, "-B", os.path.realpath(__file__)], capture_output=True, text=True,
                          check=False, timeout=patience(120), input=json.dumps([row[:2] for row in REQUESTS]))
    assert done.returncode == 0, done.stderr
    statuses, wrong = json.loads(done.stdout), []
    for proxy in PROXIES:
        assert isinstance(statuses[proxy], list), f"{proxy} does not start: {statuses[proxy]}"
        wrong += [f"{proxy}: {method} {path}: {status}" for (method, path, through), status in zip(REQUESTS, statuses[proxy], strict=True)
                  if status != (200 if proxy in through else 403)]
    assert not wrong, "\n".join(wrong)
    return f"{len(REQUESTS)} requests through {len(PROXIES)} proxies"


TESTS = [("socket proxy passes what is listed", passes_what_is_listed)]

if __name__ == "__main__":
    sys.exit(main())
