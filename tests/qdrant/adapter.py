#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""adapter.py VERSION ENGINE PORT: an HTTP server that replaces Qdrant. ENGINE is `local`, the local mode of Qdrant's
Python client; or `edge`, Qdrant's own engine as a library (edge.py).

It runs in a virtual environment with qdrant-client, whose models are generated from Qdrant's OpenAPI document. They
validate each request before it is executed: unknown names are refused, and values must have the right types. GET /
reports VERSION. The first line of output is the port. GET /_requests returns, as JSON, the number of requests of each kind
and the errors in them. POST /_die prints that and ends the process like kill -9, with all its data. POST /_break?how=HOW
makes each request fail as BROKEN says, until it is called without `how`.

It adds what the engines lack: the key, indexes of payloads, strict mode's refusal of filters without an index, and an
unfinished status for each fourth write.
"""
import http.server
import json
import os
import re
import signal
import sys
import threading
import time
import urllib.parse

import pydantic
from qdrant_client import QdrantClient
from qdrant_client.http import models

KEY = "key-of-the-check"
BODY_MAX = 32 << 20
UNDER_WAY = 4
COLLECTION = re.compile(r"/collections/([A-Za-z0-9_-]+)(/.*)?")


# how: (status, body), or None: no answer for HANG_S, or never one
BROKEN = {
    "500": (500, b"{}"),
    "key": (401, b"Must provide an API key or an Authorization bearer token"),
    "gone": (404, b'{"status":{"error":"Not found: Collection `c` doesn\'t exist!"}}'),
    "size": (400, b'{"status":{"error":"Wrong input: Vector dimension error: expected dim: 7, got 8"}}'),
    "quota": (507, b"{}"),
    "busy": (429, b"{}"),
    "nonsense": (200, b"{{{{"),
    "cut": None,
    "hang": None,
}
HANG_S = 10


class Refused(Exception):
    """An unsuccessful answer: status and message."""


def shape_of(value):
    """A model in the form of the server's JSON."""
    if isinstance(value, pydantic.BaseModel):
        return json.loads(value.model_dump_json())
    if isinstance(value, list):
        return [shape_of(one) for one in value]
    return value


class Local:
    """The local mode with the methods of edge.Engine."""

    def __init__(self):
        self.client = QdrantClient(":memory:")
        self.batch_update_points, self.delete = self.client.batch_update_points, self.client.delete
        self.delete_collection, self.get_collection = self.client.delete_collection, self.client.get_collection

    def make(self, name, wanted):
        self.client.create_collection(name, vectors_config=wanted.vectors)

    def create_payload_index(self, *_):
        """The local mode has none."""

    def query_points(self, name, query, query_filter, limit, search_params):
        return self.client.query_points(name, query=query, query_filter=query_filter, limit=limit, with_payload=False,
                                        search_params=search_params)

    def count(self, name, count_filter):
        return self.client.count(name, count_filter=count_filter, exact=True)

    def scroll(self, name, limit, offset, with_payload):
        return self.client.scroll(name, limit=limit, offset=offset, with_payload=with_payload)

    def retrieve(self, name, ids, with_payload):
        return self.client.retrieve(name, ids, with_payload=with_payload)

    def close(self):
        self.client.close()


class Peer:
    """Collections, and a record of the requests."""

    def __init__(self, version, engine):
        self.version = version
        self.engine = engine
        self.made = {}  # name: CreateCollection
        self.indexed = {}  # name: {field, ...}
        self.lock = threading.Lock()
        self.requests = {}
        self.writes = 0
        self.wrong = []
        self.broken = ""

    def read(self, model, body):
        try:
            return pydantic.TypeAdapter(model).validate_json(body, strict=True)
        except pydantic.ValidationError as why:
            self.wrong.append(f"{model}: {why.errors(include_url=False, include_input=False)[:3]}")
            raise Refused(400, "Format error in JSON body") from None

    def known(self, name):
        if name not in self.made:
            raise Refused(404, f"Not found: Collection `{name}` doesn't exist!")
        return self.made[name]

    def status(self):
        """The result of a write."""
        self.writes += 1
        if self.writes % UNDER_WAY:
            return "completed"
        return "wait_timeout" if hasattr(models.UpdateStatus, "WAIT_TIMEOUT") else "acknowledged"

    def check_vector(self, name, vector):
        size = self.made[name].vectors.size
        if len(vector) != size:
            raise Refused(400, f"Wrong input: Vector dimension error: expected dim: {size}, got {len(vector)}")

    def check_filter(self, name, wanted):
        """Strict mode refuses filters without an index."""
        strict = getattr(self.made[name], "strict_mode_config", None)
        for condition in (wanted.must or []) if wanted is not None and strict is not None and strict.enabled else []:
            if condition.key not in self.indexed[name]:
                raise Refused(400, f'Bad request: Index required but not found for "{condition.key}" of one of the '
                                   "following types: [keyword]. Help: Create an index for this key")

    # --- requests; each returns the result ---

    def make(self, name, body):
        wanted = self.read(models.CreateCollection, body)
        if name in self.made:
            raise Refused(409, f"Wrong input: Collection `{name}` already exists!")
        self.engine.make(name, wanted)
        self.made[name], self.indexed[name] = wanted, set()
        return True

    def show(self, name, _):
        wanted = self.known(name)
        info = shape_of(self.engine.get_collection(name))
        if getattr(wanted, "metadata", None) is not None:
            info["config"]["metadata"] = wanted.metadata
        return info

    def remove(self, name, _):
        self.known(name)
        self.engine.delete_collection(name)
        del self.made[name], self.indexed[name]
        return True

    def index(self, name, body):
        wanted = self.read(models.CreateFieldIndex, body)
        self.known(name)
        if wanted.field_name not in self.indexed[name]:
            self.engine.create_payload_index(name, wanted.field_name, wanted.field_schema)
        self.indexed[name].add(wanted.field_name)
        return {"operation_id": 0, "status": "completed"}

    def write(self, name, body):
        wanted = self.read(models.UpdateOperations, body)
        self.known(name)
        for operation in wanted.operations:
            for point in operation.upsert.points:
                self.check_vector(name, point.vector)
            self.check_filter(name, getattr(operation.upsert, "update_filter", None))
        self.engine.batch_update_points(name, wanted.operations)
        statuses = ["completed"] * (len(wanted.operations) - 1) + [self.status()]
        return [{"operation_id": i, "status": one} for i, one in enumerate(statuses)]

    def drop(self, name, body):
        wanted = self.read(models.PointIdsList, body)
        self.known(name)
        there = {point["id"] for point in shape_of(self.engine.retrieve(name, wanted.points, []))}
        if there:
            self.engine.delete(name, models.PointIdsList(points=[one for one in wanted.points if one in there]))
        return {"operation_id": 0, "status": self.status()}

    def query(self, name, body):
        wanted = self.read(models.QueryRequest, body)
        self.known(name)
        self.check_vector(name, wanted.query)
        self.check_filter(name, wanted.filter)
        return shape_of(self.engine.query_points(name, wanted.query, wanted.filter, wanted.limit, wanted.params))

    def count(self, name, body):
        wanted = self.read(models.CountRequest, body)
        self.known(name)
        self.check_filter(name, wanted.filter)
        return shape_of(self.engine.count(name, wanted.filter))

    def scroll(self, name, body):
        wanted = self.read(models.ScrollRequest, body)
        self.known(name)
        points, following = self.engine.scroll(name, wanted.limit, wanted.offset, wanted.with_payload)
        return {"points": shape_of(points), "next_page_offset": following}


# (method, path below the collection): (function, whether it has ?wait=true&timeout=)
ROUTES = {
    ("GET", None): (Peer.show, False),
    ("PUT", None): (Peer.make, False),
    ("DELETE", None): (Peer.remove, False),
    ("PUT", "/index"): (Peer.index, True),
    ("POST", "/points/batch"): (Peer.write, True),
    ("POST", "/points/delete"): (Peer.drop, True),
    ("POST", "/points/query"): (Peer.query, False),
    ("POST", "/points/count"): (Peer.count, False),
    ("POST", "/points/scroll"): (Peer.scroll, False),
}


class Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    wbufsize = -1
    disable_nagle_algorithm = True

    def log_message(self, *_):
        pass

    def say(self, status, body):
        text = json.dumps(body).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(text)))
        self.end_headers()
        self.wfile.write(text)

    def fail(self, how):
        if how == "hang":
            time.sleep(HANG_S)
        if BROKEN[how] is None:
            self.close_connection = True
            return
        status, text = BROKEN[how]
        self.send_response(status)
        self.send_header("Content-Length", str(len(text)))
        self.end_headers()
        self.wfile.write(text)

    def serve(self):
        peer = self.server.peer
        body = self.rfile.read(min(int(self.headers.get("Content-Length", 0)), BODY_MAX))
        target = urllib.parse.urlsplit(self.path)
        if target.path == "/_break":
            peer.broken = dict(urllib.parse.parse_qsl(target.query)).get("how", "")
            self.say(200, {})
            return
        if peer.broken and not target.path.startswith("/_"):
            self.fail(peer.broken)
            return
        if target.path == "/":
            self.say(200, {"title": "qdrant - vector search engine", "version": peer.version})
            return
        requests = {"requests": peer.requests, "wrong": peer.wrong}
        if target.path == "/_requests":
            self.say(200, requests)
            return
        if target.path == "/_die":
            print(json.dumps(requests), flush=True)
            os.kill(os.getpid(), signal.SIGKILL)
        try:
            with peer.lock:
                result = self.answer(peer, target, body)
            self.say(200, {"result": result, "status": "ok", "time": 0.0001})
        except Refused as why:
            self.say(why.args[0], {"status": {"error": why.args[1]}, "time": 0.0})

    def answer(self, peer, target, body):
        found = COLLECTION.fullmatch(target.path)
        if self.headers.get("api-key") != KEY:
            raise Refused(401, "Must provide an API key or an Authorization bearer token")
        if found is None or (self.command, found[2]) not in ROUTES:
            peer.wrong.append(f"{self.command} {target.path} is not in the document")
            raise Refused(404, "")
        act, waits = ROUTES[self.command, found[2]]
        kind = f"{self.command} {found[2] or ''}"
        peer.requests[kind] = peer.requests.get(kind, 0) + 1
        options = dict(urllib.parse.parse_qsl(target.query))
        if waits != (options.pop("wait", None) == "true") or not options.pop("timeout", "1").isdigit() or options:
            peer.wrong.append(f"{kind}: its query is {target.query}")
        return act(peer, found[1], body)

    do_GET = do_PUT = do_POST = do_DELETE = serve


class Server(http.server.ThreadingHTTPServer):
    daemon_threads = True

    def handle_error(self, request, client_address):
        """Killed clients reset the connection."""
        if not isinstance(sys.exc_info()[1], ConnectionError):
            super().handle_error(request, client_address)


def main():
    if sys.argv[2] == "local":
        engine = Local()
    else:
        import edge
        engine = edge.Engine()
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    server = Server(("127.0.0.1", int(sys.argv[3])), Handler)
    server.peer = Peer(sys.argv[1], engine)
    print(server.server_port, flush=True)
    try:
        server.serve_forever()
    finally:
        engine.close()


if __name__ == "__main__":
    main()
