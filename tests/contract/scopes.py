# SPDX-License-Identifier: MIT
"""Every scope of services/callers.txt, alone in a key, against every route: the key passes if the description of the operation
names its scope, otherwise not. X-Actor needs the scope that its parameter names. Other callers: callers.py."""

import functools
import os
import re

from routes import filled
from routes import by_key, pretended, target
from stand import ROOT

NAMED = re.compile(r"\s*Scope ([a-z]+:[a-z]+)[.;]")
TO_ACT = re.compile(r"needs ([a-z]+:[a-z]+)")
ALSO = re.compile(r"; ([a-z]+:[a-z]+) serves too\.")
LACKS = ("This key lacks the scope", "X-Actor needs the scope")


@functools.cache
def lines():
    with open(os.path.join(ROOT, "services/callers.txt"), encoding="utf-8") as words:
        return words.read().splitlines()


def known():
    """All scopes; a line that ends with a colon is a kind of actor."""
    return [line for line in lines() if re.fullmatch(r"[a-z]+:[a-z]+", line)]


def given(world):
    """The scopes that a key of the world's tenant can have."""
    return [scope for scope in known() if world.tenant == "system" or f"system {scope}" not in lines()]


def keyed(world, group):
    """{(method, path): the scope that its description names} of the routes that need a key."""
    found = {}
    for where, operation in sorted(world.operations.all.items()):
        named = NAMED.match(operation.get("description", ""))
        if by_key(operation) and group.expect(named, f"{where}: its description names no scope"):
            found[where] = named[1]
    return found


def also(world, where):
    """The other scopes, each of which permits the operation."""
    return ALSO.findall(world.operations.all[where]["description"])


def ask(world, caller, where, path=None, **more):
    """One request, a dry run if there is one, with an empty body, so that it has little effect."""
    body = b"{}" if where[0] in ("POST", "PATCH", "PUT") else None
    return caller.call(where[0], (path or target(where[1])) + pretended(world, where), body, **more)


def refused(group, why, reply, lacks, scope):
    if group.reply(why, reply, 403, "scope_missing"):
        system = lacks == LACKS[0] and f"system {scope}" in lines()
        group.equal(f"{why}: what is missing", reply.json["detail"],
                    f"{lacks} {scope}{', which only keys of the tenant system have' if system else ''}")


def passes(group, why, reply):
    group.expect(reply.status not in (401, 403, 500), f"{why}: {reply.status} {reply.body[:200]!r}")


def single(world, group):
    """Each key has one scope."""
    routes = keyed(world, group)
    for scope in given(world):
        caller = world.key_of(scopes=scope)
        for where, needed in routes.items():
            reply = ask(world, caller, where)
            if scope == needed or scope in also(world, where):
                passes(group, f"{scope} {where}", reply)
            else:
                refused(group, f"{scope} {where}", reply, LACKS[0], needed)
        for where, operation in world.operations.all.items():
            if operation.get("security") and not by_key(operation):
                group.expect(ask(world, caller, where, filled(world, where[1])).status in (401, 404), f"{scope} opens {where}")
        caller.close()
    group.expect(set(routes.values()) <= set(known()), "an operation names a scope that services/callers.txt lacks")


def actors(world, group):
    """A request with X-Actor needs the route's scope and that of X-Actor; a service may have no X-Actor."""
    header = world.operations.document["components"].get("parameters", {}).get("actor")
    if header is None:
        return
    to_act, routes, staff = TO_ACT.search(header["description"])[1], keyed(world, group), {"X-Actor": "staff:contract"}
    for needed in sorted(set(routes.values())):
        alone, both = world.key_of(scopes=needed), world.key_of(scopes=f"{needed},{to_act}")
        for where in (where for where, scope in routes.items() if scope == needed):
            refused(group, f"{needed} for staff {where}", ask(world, alone, where, headers=staff), LACKS[1], to_act)
            passes(group, f"{needed} and {to_act} for staff {where}", ask(world, both, where, headers=staff))
        alone.close()
        both.close()


def elsewhere(world, group):
    """A key is read only from where the contract says: from Authorization only by operations with that security."""
    for where in keyed(world, group):
        reply = ask(world, world.caller, where, headers={"X-API-Key": None, "Authorization": f"Bearer {world.key}"})
        if {"bearer": []} in world.operations.all[where].get("security", []):
            passes(group, f"a bearer {where}", reply)
        else:
            group.reply(f"a bearer {where}", reply, 401, "key_missing")


GROUPS = [
    ("scopes: each alone", single),
    ("scopes: acting for staff", actors),
    ("scopes: as Authorization", elsewhere),
]
