# SPDX-License-Identifier: MIT
"""Every scope of services/callers.txt, alone in a key, against every route: it passes where the description of the operation
names it, and nowhere else. A key without a route's scope passes that route with none of the others; X-Actor needs the scope that
its parameter names; another tenant's key with every scope finds nothing of ours."""

import os
import re

from check import NOBODY
from hostile import filled
from routes import by_key, pretended, target
from stand import ROOT

NAMED = re.compile(r"\s*Scope ([a-z]+:[a-z]+)[.;]")
TO_ACT = re.compile(r"needs ([a-z]+:[a-z]+)")
LACKS = ("This key lacks the scope", "X-Actor needs the scope")


def known():
    """Every scope there is; a line that ends with the colon is a kind of actor."""
    with open(os.path.join(ROOT, "services/callers.txt"), encoding="utf-8") as words:
        return [line.strip() for line in words if re.fullmatch(r"[a-z]+:[a-z]+\n", line)]


def keyed(world, group):
    """{(method, path): the scope that its description names} of the routes that need a key."""
    found = {}
    for where, operation in sorted(world.operations.all.items()):
        named = NAMED.match(operation.get("description", ""))
        if by_key(operation) and group.expect(named, f"{where}: its description names no scope"):
            found[where] = named[1]
    return found


def ask(world, caller, where, path=None, **more):
    """One request, a dry run where there is one; an empty body, so that little is done where it passes."""
    body = b"{}" if where[0] in ("POST", "PATCH", "PUT") else None
    return caller.call(where[0], (path or target(where[1])) + pretended(world, where), body, **more)


def refused(group, why, reply, lacks, scope):
    if group.reply(why, reply, 403, "scope_missing"):
        group.equal(f"{why}: what is missing", reply.json["detail"], f"{lacks} {scope}")


def passes(group, why, reply):
    group.expect(reply.status not in (401, 403, 500), f"{why}: {reply.status} {reply.body[:200]!r}")


def single(world, group):
    """Each key has one scope."""
    routes = keyed(world, group)
    for scope in known():
        caller = world.key_of(scopes=scope)
        for where, needed in routes.items():
            reply = ask(world, caller, where)
            if scope == needed:
                passes(group, f"{scope} {where}", reply)
            else:
                refused(group, f"{scope} {where}", reply, LACKS[0], needed)
        for where, operation in world.operations.all.items():
            if operation.get("security") and not by_key(operation):
                group.expect(ask(world, caller, where, filled(world, where[1])).status in (401, 404), f"{scope} opens {where}")
        caller.close()
    group.expect(set(routes.values()) <= set(known()), "an operation names a scope that services/callers.txt lacks")


def others(world, group):
    """Every scope but one: together they do not stand for it."""
    routes = keyed(world, group)
    for missing in sorted(set(routes.values())):
        caller = world.key_of(scopes=",".join(scope for scope in known() if scope != missing))
        for where in (where for where, needed in routes.items() if needed == missing):
            refused(group, f"all but {missing} {where}", ask(world, caller, where), LACKS[0], missing)
        caller.close()


def actors(world, group):
    """Whoever speaks for somebody has the route's scope and the one of X-Actor; a service may know no X-Actor."""
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
    """A key counts where the contract says that it is read: as Authorization by operations of that security alone."""
    for where in keyed(world, group):
        reply = ask(world, world.caller, where, headers={"X-API-Key": None, "Authorization": f"Bearer {world.key}"})
        if {"bearer": []} in world.operations.all[where].get("security", []):
            passes(group, f"a bearer {where}", reply)
        else:
            group.reply(f"a bearer {where}", reply, 401, "key_missing")


def strangers(world, group):
    """A key of another tenant with every scope: an id of ours is to it as one that nobody has, and no list tells of it."""
    stranger, tried = world.key_of(tenant="strangers"), 0
    for where in keyed(world, group):
        ours = filled(world, where[1])
        if not world.divided:
            if where[0] == "GET":
                tried += 1
                group.reply(f"{where} is for every tenant", stranger.get(ours), world.caller.get(ours).status)
        elif "{" not in where[1]:
            told = ask(world, stranger, where).body.decode() if where[0] == "GET" else ""
            group.expect(not any(one in told for one in world.ids.values()), f"{where} tells of ours")
        elif ours != target(where[1]):
            tried += 1
            reply, nobodys = (ask(world, stranger, where, path) for path in (ours, target(where[1])))
            group.equal(f"{where} of ours", (reply.status, reply.code), (nobodys.status, nobodys.code))
            group.expect(reply.status in (404, 422), f"{where} of ours: {reply.status}")
            if where[0] == "GET":
                group.reply(f"{where} by us", world.caller.get(ours), 404 if where[1] in world.without else 200)
    group.note = f"{tried} routes with an id of ours"


GROUPS = [
    ("scopes: each alone", single),
    ("scopes: all but one", others),
    ("scopes: speaking for staff", actors),
    ("scopes: as Authorization", elsewhere),
    ("scopes: another tenant", strangers),
]
