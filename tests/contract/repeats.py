# SPDX-License-Identifier: MIT
"""Every POST twice with one Idempotency-Key: it is honoured where openapi.json has the parameter, and else its description says that
it is ignored. No stored answer contains a secret."""

import json
import re
import subprocess
import urllib.parse

from callers import asked_body
from routes import filled

# The POSTs that only read, of which no description speaks of keys.
READS = {"/v1/availability", "/v1/search/apartments", "/v1/search/messages"}
ENDS = ("/block", "/cancel", "/decline", "/settle", "/suspend")
# A part of an answer that may be a secret: long, without blanks, and no ID, time, ETag, code or address of a resource.
TOKEN = re.compile(r"[A-Za-z0-9_-]{20,}")
CODE = re.compile(r"[a-z_]+")
BAD = "two words"  # as a key
UUID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")


def takes_key(world, operation):
    """True if the operation has the parameter Idempotency-Key."""
    return any(one["name"] == "Idempotency-Key" for one in map(world.operations.schema.resolve, operation.get("parameters", [])))


def posts(world):
    """(path, operation) of each POST that needs a key of ours; last those after which a resource takes no others."""
    return [(path, operation) for (method, path), operation
            in sorted(world.operations.all.items(), key=lambda one: (one[0][1].endswith(ENDS), one[0]))
            if method == "POST" and operation.get("security") != [] and not path.startswith("/telegram/")]


def texts(value):
    """The texts in a JSON value."""
    if isinstance(value, dict):
        value = list(value.values())
    if isinstance(value, list):
        return [text for one in value for text in texts(one)]
    return [value] if isinstance(value, str) else []


def secrets_of(reply, sent):
    """What of an answer the client has not sent itself and could be a secret."""
    found = {one for text in texts(reply.json) for one in TOKEN.findall(UUID.sub(" ", text))}
    return {one for one in found if one not in sent and not CODE.fullmatch(one)}


def twice(world, group, path, operation, number):
    """Sends a POST twice with one key; returns the secrets of the first answer, or None if it was refused."""
    body = asked_body(world, path)
    headers, target = {"Idempotency-Key": f"canary-{number}"}, filled(world, path)
    first = world.caller.call("POST", target, body, headers=headers)
    if first.status >= 300:
        return None
    again = world.caller.call("POST", target, body, headers=headers)
    replayed = again.headers.get("Idempotent-Replay") == "true"
    if takes_key(world, operation):
        group.expect(replayed and (again.status, again.json) == (first.status, first.json),
                     f"{path}: the key is not honoured: {again.status} {again.body[:200]!r}")
    else:
        group.expect(not replayed, f"{path}: the key is honoured, but openapi.json has no such parameter")
    return secrets_of(first, json.dumps(body) + urllib.parse.unquote(target)) if first.body else set()


def described(world, group):
    """Each POST with a key of ours has the parameter or says that the header is ignored."""
    document = world.caller.get("/openapi.json", key="").json
    general = "ignore Idempotency-Key" in document["info"].get("description", "")
    world.add_more()
    for path, operation in posts(world):
        says = "Idempotency-Key" in operation.get("description", "")
        group.expect(takes_key(world, operation) or says or general or path in READS,
                     f"{path}: nothing about Idempotency-Key")
        # In any state of the resource: a key is read before the resource.
        reply = world.caller.call("POST", filled(world, path), asked_body(world, path), headers={"Idempotency-Key": BAD})
        group.equal(f"{path} reads the key", reply.code == "bad_idempotency_key", takes_key(world, operation))


def stored(world, group):
    """The dump of the database contains no secret of an answer."""
    world.add_more()
    world.let_posts_succeed()
    found, refused = {}, set()
    for number, (path, operation) in enumerate(posts(world)):
        secrets = twice(world, group, path, operation, number)
        found.update({one: path for one in secrets or ()})
        if secrets is None and (path in world.sound or "requestBody" not in operation):
            refused.add(path)
    group.equal("refused POSTs that are not in `refused`", refused - world.refused, set())
    dump = subprocess.run(["pg_dump", "-a", world.stand.url("postgres")], capture_output=True, text=True, check=True).stdout
    for secret, path in found.items():
        group.expect(secret not in dump, f"POST {path}: the database contains {secret[:6]}... of its answer")


GROUPS = [("repeats: every POST says what a key does", described), ("repeats: a key is honoured, and no secret is stored", stored)]
