# SPDX-License-Identifier: MIT
"""Shared parts of all groups: a caller whose answers are all checked against the document and the rules for all
answers, tables of cases, and resources to request."""

import datetime
import http.client
import json
import re
from collections.abc import Iterator

from schema import Operations
from stand import ALMATY, Client, Reply, unless_busy

NOBODY = "018f0000-0000-7000-8000-0000000000ff"
SENTENCE_OF_A_LIBRARY = re.compile(
    rb"libpq|jansson|SQLSTATE|duplicate key value|hiredis|near '|relation \\?\"|"
    rb"microhttpd|server closed the connection",
    re.I,
)


def today():
    return datetime.datetime.now(ALMATY).date()


def day(offset):
    return (today() + datetime.timedelta(days=offset)).isoformat()


def tenge(amount):
    return {"amount": amount * 100, "currency": "KZT"}


class Skipped(Exception):
    """This machine cannot run a group; the text says what is missing."""


class Group:
    """Counts cases and collects faults."""

    def __init__(self, name):
        self.name, self.cases, self.wrong, self.note = name, 0, [], ""

    def expect(self, true, why):
        self.cases += 1
        if not true:
            self.wrong.append(why)
        return bool(true)

    def equal(self, why, got, wanted):
        return self.expect(got == wanted, f"{why}: {got!r}, not {wanted!r}")

    def reply(self, why, reply, status, code=None, fields=None):
        """Checks one answer; `fields` are those of errors[], in any order."""
        text = f"{why}: {reply.status} {reply.body[:300].decode(errors='replace')}, not {status} {code or ''}"
        right = reply.status == status and (code is None or reply.code == code)
        if right and fields is not None:
            listed = {(one["field"], one["code"]) for one in reply.json.get("errors", [])}
            wanted = {one if isinstance(one, tuple) else (one, code) for one in fields}
            right, text = listed == wanted, f"{why}: errors are {sorted(listed)}, not {sorted(wanted)}"
        return self.expect(right, text)


class Case:
    """One call and its answer. `body` bytes are sent unchanged, {names} in the path are filled in."""

    def __init__(self, why, method, path, status, code=None, *, body=None, headers=None, key=None, fields=None):
        self.why, self.method, self.path, self.status, self.code = why, method, path, status, code
        self.body, self.headers, self.key, self.fields = body, headers, key, fields


class Caller(Client):
    """A client whose answers are all checked. A header that is None is not sent; key "" is no key. A body may be an
    iterator of bytes, which are sent as chunks; other requests are repeated as unless_busy() says. Callers that race each other use
    call_once()."""

    def __init__(self, world, key, port=None):
        super().__init__(port or world.service.port, key)
        self.world = world

    def call(self, method, path, body=None, headers=None, key=None):
        if isinstance(body, Iterator):
            return self.call_once(method, path, body, headers, key)
        return unless_busy(lambda: self.call_once(method, path, body, headers, key))

    def call_once(self, method, path, body, headers=None, key=None):
        sent = {"X-API-Key": self.key if key is None else key}
        if body is not None:
            sent["Content-Type"] = "application/json"
            if not isinstance(body, (bytes, Iterator)):
                body = json.dumps(body, ensure_ascii=False).encode()
        sent.update(headers or {})
        sent = {name: value for name, value in sent.items() if value not in (None, "")}
        self.ready()
        try:
            self.connection.request(method, path, body=body, headers=sent)
            answer = self.connection.getresponse()
            reply = Reply(answer.status, answer.headers, answer.read())
        except (OSError, http.client.HTTPException):
            self.close()
            raise
        if answer.will_close:
            self.close()
        self.world.look(method, path, sent, reply)
        return reply

    def acting(self, actor):
        return Acting(self, actor)


class Acting:
    """A caller with a fixed X-Actor."""

    def __init__(self, caller, actor):
        self.caller, self.actor = caller, actor

    def call(self, method, path, body=None, headers=None):
        return self.caller.call(method, path, body, headers={"X-Actor": self.actor, **(headers or {})})

    def get(self, path, **more):
        return self.call("GET", path, **more)

    def post(self, path, body=None, **more):
        return self.call("POST", path, body, **more)

    def patch(self, path, body=None, **more):
        return self.call("PATCH", path, body, **more)


class World:
    """A service and keys for it."""

    # An existing ID for any path, and IDs by the first word of the path. A service's own world sets them.
    any, ids, has_more = NOBODY, {}, False
    # Variables that a further instance of the service needs to start.
    needed = {}
    # The tenant of the keys.
    tenant = "demo"
    # For hostile.py: the path of a resource, one of its verbs, and acceptable bodies by path.
    thing, verb, sound = "", "", {}

    def __init__(self, stand, **environment):
        self.stand, self.service = stand, stand.service(**environment)
        self.answers, self.documented = Group("everywhere: every answer"), Group("routes: answers as documented")
        self.seen = set()
        self.operations = None
        self.key = stand.key(client="contract", tenant=self.tenant)
        self.caller = Caller(self, self.key)
        self.operations = Operations(self.caller.get("/openapi.json", key="").json)

    def more(self):
        """Further existing IDs, by the name of the path's parameter or the path's first word: created for
        callers.py, whose groups come last."""
        return {}

    # For repeats.py: POSTs that the state of their resources may refuse.
    refused = set()

    def add_more(self):
        """Adds more() to the IDs, once for all groups of this world."""
        if not self.has_more:
            self.ids, self.has_more = {**self.ids, **self.more()}, True

    def let_posts_succeed(self):
        """Prepares what POSTs with the bodies of `sound` need, for repeats.py, whose groups are the very last."""

    def key_of(self, **options):
        """A caller with another key."""
        return Caller(self, self.stand.key(**{"tenant": self.tenant, **options}))

    def make(self, path, body, caller=None, **more):
        reply = (caller or self.caller).post(path, body, **more)
        if reply.status != 201:
            raise AssertionError(f"{path}: {reply.status} {reply.body[:400]!r}")
        return reply.json

    # --- rules for every answer ---

    def look(self, method, path, sent, reply):
        self.answers.cases += 1
        for what in self._wrong(method, path, sent, reply):
            self._once(self.answers, f"{method} {path[:100]} {reply.status}: {what}")
        if self.operations is None or method == "OPTIONS":
            return
        where = self.operations.find(method, path)
        if where is None:
            for what in self.operations.problem_faults(reply):
                self._once(self.documented, f"{method} {path[:100]} {reply.status}: {what}")
            return
        self.documented.cases += 1
        for what in self.operations.faults(where, reply):
            self._once(self.documented, f"{where[0]} {where[1]} {reply.status}: {what}")

    def _once(self, group, line):
        if line not in self.seen:
            self.seen.add(line)
            group.wrong.append(line)

    def _wrong(self, method, path, sent, reply):
        headers = reply.headers
        yield from self._wrong_headers(path, sent, reply)
        if method == "GET" and path.partition("?")[0] == "/v1/events" and reply.status == 200:
            yield from (f"the event {one['type']} has the id {one['id']}" for one in reply.json["items"] if one["id"][14] != "7" and one["type"] != "test")
        if method == "HEAD" or reply.status in (204, 304):
            if reply.body:
                yield "has a body"
            return
        if reply.status < 400:
            return
        if headers.get("Content-Type") != "application/problem+json":
            yield f"a problem with type {headers.get('Content-Type')}"
            return
        if SENTENCE_OF_A_LIBRARY.search(reply.body):
            yield f"contains a library's text: {reply.body[:200]!r}"
        yield from wrong_problem(path, reply)

    def _wrong_headers(self, path, sent, reply):
        headers = reply.headers
        if reply.status == 500:
            yield "is a 500"
        if headers.get("API-Version") != "1":
            yield "has no API-Version: 1"
        if not headers.get("X-Request-Id"):
            yield "has no X-Request-Id"
        if reply.status == 401 and headers.get("WWW-Authenticate") != 'ApiKey realm="tapbot"':
            yield f"WWW-Authenticate is {headers.get('WWW-Authenticate')!r}"
        if reply.status == 405 and not headers.get("Allow"):
            yield "has no Allow"
        if reply.status in (429, 503) and not (headers.get("Retry-After") or "").isdigit():
            yield "has no Retry-After"
        if reply.status == 201 and not headers.get("Location", "").startswith(path.partition("?")[0]):
            yield f"Location is {headers.get('Location')!r}"


class Made:
    """What a group of cases makes with POST `path`; it is deleted at the end of the group."""

    def __init__(self, world, path):
        self.world, self.path, self.ids = world, path, []

    def __enter__(self):
        return self

    def __exit__(self, *_):
        for number in self.ids:
            self.world.caller.call("DELETE", f"{self.path}/{number}")

    def post(self, body):
        made = self.world.make(self.path, body)
        self.ids.append(made["id"])
        return made


def wrong_problem(path, reply):
    """The members of RFC 9457 and ours."""
    problem = reply.json
    for name in ("type", "title", "status", "detail", "instance", "code", "request_id"):
        if name not in problem:
            yield f"{name} is missing"
    if problem.get("status") != reply.status:
        yield f"status says {problem.get('status')}"
    if problem.get("instance") != path.partition("?")[0]:
        yield f"instance is {problem.get('instance')!r}"
    if problem.get("request_id") != reply.headers.get("X-Request-Id"):
        yield f"request_id is {problem.get('request_id')!r}"
    if not re.fullmatch(r"[a-z][a-z0-9_]*", problem.get("code", "")):
        yield f"code is {problem.get('code')!r}"
    errors = problem.get("errors", [])
    if len(errors) > 32 or any(one["field"].startswith("/") for one in errors):
        yield f"errors are {errors}"
    if len(errors) == 1 and errors[0]["code"] != problem.get("code"):
        yield f"code is {problem.get('code')!r}, its one error's {errors[0]['code']!r}"
    if len(errors) > 1 and problem.get("code") != "invalid":
        yield f"code is {problem.get('code')!r} with {len(errors)} errors"
