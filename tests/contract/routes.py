# SPDX-License-Identifier: MIT
"""Served and described routes are the same set; each has its verbs. Access to them: callers.py."""

import glob
import json
import os
import re

from check import NOBODY
from stand import ROOT, in_gate, wait_until

CODE = re.compile(r'"([a-z][a-z0-9_]*)"')
VERBS = ("GET", "POST", "PUT", "PATCH", "DELETE")
# The gate makes one of so many similar calls: other ones for each route, the same ones in each run.
SAMPLE = 5
# Planned: neither served nor described.
LATER = (
    "/v1/waitlist",
)


def sources(service):
    """The text of each .c file of a service and its parts."""
    for path in glob.glob(os.path.join(ROOT, "services", service, "**/src/**/*.c"), recursive=True):
        with open(path, encoding="utf-8") as source:
            yield source.read()


def served(service):
    """The route table's rows, as (method, path of the document)."""
    with open(os.path.join(ROOT, "common/api/service.h"), encoding="utf-8") as source:
        rows = [("GET", path) for path in re.findall(r'SERVICE_ROUTE\("([^"]+)"', source.read())]
    for text in sources(service):
        rows += re.findall(r'ROUTE\(HTTP_(\w+),\s*"([^"]+)"', text)
        rows += re.findall(r'\.method = HTTP_(\w+),\s*\.path = "([^"]+)"', text)
    return {(method, re.sub(r":(\w+)", r"{\1}", path)) for method, path in rows}


def target(path):
    return re.sub(r"\{\w+\}", NOBODY, path.replace("{file}", "start.js"))


def same_set(world, group):
    described, there = set(world.operations.all), served(world.stand.main.name)
    for row in sorted(there | described):
        group.expect(row in described, f"{row} is served, not described")
        group.expect(row in there, f"{row} is described, not served")
    for method, path in sorted(described):
        reply = world.caller.call(method, target(path), b"{}" if method in ("POST", "PATCH", "PUT") else None)
        group.expect(
            reply.status != 405 and reply.code != "no_route" if reply.status >= 400 else True,
            f"{method} {path} answers {reply.status}",
        )


def later(world, group):
    for path in LATER:
        group.expect(path not in world.operations.document["paths"], f"{path} is described but not served")
        group.reply(f"{path} is not served", world.caller.get(target(path)), 404, "not_found")


def by_key(operation):
    """Whether it needs a key; others are open, or have a secret of their own, which <short>.py tests."""
    return {"key": []} in operation.get("security", [{"key": []}])


def verbs(world, group):
    paths = {path for _, path in world.operations.all}
    for path in sorted(paths):
        here = {method for method, other in world.operations.all if other == path}
        allow = here | {"OPTIONS"} | ({"HEAD"} if "GET" in here else set())
        for method in VERBS:
            if method in here:
                continue
            reply = world.caller.call(method, target(path))
            group.reply(f"{method} {path}", reply, 405, "method_not_allowed")
            group.equal(f"{method} {path}: Allow", names(reply.headers.get("Allow")), allow)
        for key in ("", world.key):
            reply = world.caller.call("OPTIONS", target(path), key=key)
            group.reply(f"OPTIONS {path}", reply, 204)
            group.equal(f"OPTIONS {path}: Allow", names(reply.headers.get("Allow")), allow)


def names(allow):
    return set((allow or "").split(", "))


def lines(world, last):
    """The log lines of the requests by their IDs; waits until the last one is written."""
    found = {}

    def read():
        with open(world.stand.log.name, encoding="utf-8") as log:
            for line in log:
                if '"http_request"' in line:
                    one = json.loads(line)
                    found[one["request_id"]] = one
        return last.headers["X-Request-Id"] in found

    wait_until("the line is written", 10, read)
    return found


def got_and_head(world, where):
    """The answers to GET and HEAD. Both are asked again if another GET shows that the resource changed meanwhile, as the state of a bot's
    webhook does by itself."""
    for _ in range(10):
        get, head, again = world.caller.get(where), world.caller.call("HEAD", where), world.caller.get(where)
        if len(get.body) == len(again.body):
            break
    return get, head


def heads(world, group):
    """Like GET, without a body; the log line of each has what was sent."""
    replies = []
    for method, path in sorted(world.operations.all):
        if method != "GET" or path == "/metrics":
            continue
        where = target(path.replace("{id}", world.any))
        get, head = got_and_head(world, where)
        replies += [("GET", path, get), ("HEAD", path, head)]
        group.equal(f"HEAD {path}", head.status, get.status)
        for name in ("Content-Type", "ETag"):
            group.equal(f"HEAD {path}: {name}", head.headers.get(name), get.headers.get(name))
        group.expect(
            get.status >= 400 or head.headers.get("Content-Length") == str(len(get.body)),
            f"HEAD {path}: Content-Length {head.headers.get('Content-Length')}, GET's body {len(get.body)}",
        )
    written = lines(world, replies[-1][2])
    for method, path, reply in replies:
        line = written.get(reply.headers["X-Request-Id"], {})
        group.equal(f"{method} {path}: its line", [line.get(name) for name in ("method", "route", "status_code", "bytes")],
                    [method, re.sub(r"\{(\w+)\}", r":\1", path), reply.status, len(reply.body)])


def codes(world, group):
    """Each listed code is in the sources, and each code of the sources is listed."""
    codes_listed = [one["const"] for one in world.operations.document["components"]["schemas"]["Code"]["oneOf"]]
    listed = set(codes_listed)
    group.equal("sorted, each once", sorted(listed), codes_listed)
    known = set()
    for folder in (
        "common/api",
        "common/base",
        "common/db",
        "common/http",
        "common/json",
        "common/loop",
        "common/telegram",
    ):
        for name in os.listdir(os.path.join(ROOT, folder)):
            if name.endswith(".c"):
                with open(os.path.join(ROOT, folder, name), encoding="utf-8") as source:
                    known |= set(CODE.findall(source.read()))
    for text in sources(world.stand.main.name):
        known |= set(CODE.findall(text))
    for code in sorted(listed):
        group.expect(code in known, f"{code} is listed, but not in the sources")


def sampled(number, one_of=SAMPLE):
    """Whether to make the call of that number. Outside the gate each is made."""
    return not in_gate() or number % one_of == 0


def required_parameters(world, method, path):
    """The parameters that a query without any lacks; None if the path names nothing."""
    reply = world.caller.call(method, target(path).replace(NOBODY, world.any))
    if reply.status != 422:
        return None if reply.status == 404 else set()
    return {one["field"] for one in reply.json.get("errors", []) if one["code"] == "required"}


def parameters(world, group):
    """Each described parameter is accepted, others are refused (in the gate a sample of the others), and the required ones of GETs
    are the same."""
    resolve = world.operations.schema.resolve
    described = {
        where: {one["name"] for one in map(resolve, operation.get("parameters", [])) if one["in"] == "query"}
        for where, operation in world.operations.all.items()
    }
    for (method, path), operation in sorted(world.operations.all.items()):
        needed = required_parameters(world, method, path) if method == "GET" else None
        parts = map(resolve, operation.get("parameters", []))
        if needed is not None:
            group.equal(f"{method} {path}: required", {one["name"] for one in parts if one["in"] == "query" and one.get("required")}, needed)
    everything = set().union(*described.values())
    for route, ((method, path), taken) in enumerate(sorted(described.items())):
        body = b"{}" if method in ("POST", "PATCH", "PUT") else None
        for number, name in enumerate(sorted(everything)):
            if name not in taken and not sampled(route + number):
                continue
            reply = world.caller.call(method, f"{target(path).replace(NOBODY, world.any)}?{name}=", body)
            reported = (
                {(one["field"], one["code"]) for one in reply.json.get("errors", [])}
                if reply.status >= 400
                else set()
            )
            unknown = (name, "unknown_parameter") in reported
            if reply.status != 404:  # an ID of one kind is unknown to another
                group.expect(
                    unknown != (name in taken), f"{method} {path}?{name}=: {reply.status} {reply.body[:200]!r}"
                )


def members(schema, resolve):
    """(names, required names) of a body's schema, with allOf merged; of alternatives an empty body requires the fields
    of the first one."""
    schema = resolve(schema)
    names, required = set(schema.get("properties", {})), set(schema.get("required", []))
    for part in schema.get("allOf", []):
        more, needed = members(part, resolve)
        names, required = names | more, required | needed
    for number, part in enumerate(schema.get("oneOf", []) + schema.get("anyOf", [])):
        more, needed = members(part, resolve)
        names, required = names | more, required | needed if number == 0 else required
    return names, required


def pretended(world, where):
    """The query of a dry run, if there is one."""
    resolve = world.operations.schema.resolve
    taken = map(resolve, world.operations.all[where].get("parameters", []))
    return "?dry_run=true" if any(one["name"] == "dry_run" for one in taken) else ""


def filled(world, path):
    """The path with existing IDs: by the parameter's name, otherwise by the path's first word."""
    noun = path.removeprefix("/v1").split("/")[1]
    return re.sub(r"\{(\w+)\}", lambda name: str(world.ids.get(name[1]) or world.ids.get(noun, NOBODY)), path)


def bodies(world, group):
    """Each described field is accepted, others are refused (in the gate a sample of the others), and the required ones are the
    same."""
    resolve = world.operations.schema.resolve
    described = {}
    for where, operation in world.operations.all.items():
        if "application/json" in operation.get("requestBody", {}).get("content", {}):
            schema = operation["requestBody"]["content"]["application/json"]["schema"]
            if resolve(schema).get("type") != "array" and schema.keys() - {"type", "description"}:  # otherwise any object is accepted
                described[where] = members(schema, resolve)
    everything = set().union(*(names for names, _ in described.values()))
    for route, ((method, path), (names, required)) in enumerate(sorted(described.items())):
        where = filled(world, path) + pretended(world, (method, path))
        for number, name in enumerate(sorted(everything)):
            if name not in names and not sampled(route + number):
                continue
            reply = world.caller.call(method, where, {name: []})
            reported = (
                {(one["field"], one["code"]) for one in reply.json.get("errors", [])}
                if reply.status >= 400
                else set()
            )
            group.expect(
                ((name, "unknown_field") in reported) != (name in names), f"{method} {path} {name}: {sorted(reported)}"
            )
        reply = world.caller.call(method, where, {})
        reported = (
            {one["field"] for one in reply.json.get("errors", []) if one["code"] == "required"}
            if reply.status == 422
            else set()
        )
        group.equal(f"{method} {path}: required", reported, required)


def unread(world, group):
    """A body that is too large or no JSON is refused by each route that may have one, and described there."""
    for (method, path), operation in sorted(world.operations.all.items()):
        if method not in ("POST", "PUT", "PATCH") or not by_key(operation):
            continue
        reply = world.caller.call(method, target(path), b"x", headers={"Content-Type": "text/plain"})
        group.reply(f"{method} {path}", reply, 415, "unsupported_media_type")
        group.equal(f"{method} {path}: described", {"413", "415"} - set(operation["responses"]), set())


def answered(world, group):
    """Every 201 is described with its Location, and every operation of /v1 with 503."""
    for (method, path), operation in sorted(world.operations.all.items()):
        created = world.operations.schema.resolve(operation["responses"].get("201", {"headers": {"Location": {}}}))
        group.expect("Location" in created.get("headers", {}), f"{method} {path}: 201 has no Location")
        group.expect("503" in operation["responses"] or not path.startswith("/v1/"), f"{method} {path}: 503 is not described")


GROUPS = [
    ("routes: served = described", same_set),
    ("routes: planned", later),
    ("routes: verbs", verbs),
    ("routes: HEAD", heads),
    ("routes: parameters", parameters),
    ("routes: bodies", bodies),
    ("routes: unread bodies", unread),
    ("routes: codes", codes),
    ("routes: described answers", answered),
]
