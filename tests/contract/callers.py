# SPDX-License-Identifier: MIT
"""Access of callers: callers.tsv has the answers of every route of every service to four callers. Requests name existing resources of
the first tenant and change nothing, because each change is a dry run."""

import csv
import os

from routes import filled, pretended
from scopes import also, given, keyed

TABLE = os.path.join(os.path.dirname(os.path.realpath(__file__)), "callers.tsv")
CALLERS = ("nobody", "foreign", "lacking", "all")
NOTHING = " nothing"  # after a status: the answer contains no ID of the first tenant


# The row of a service without rows, as services/new makes it.
BY_RULE = {"nobody": "401 key_missing", "foreign": "-", "lacking": "403 scope_missing", "all": "-"}


def needed(world, group):
    """{(method, path): the scopes of which a key needs one} of the routes that need a key."""
    return {where: " or ".join([scope, *also(world, where)]) for where, scope in keyed(world, group).items()}


def table(world, group):
    """{(method, path): {"scope", and for each caller the answer}} of a service; `every` stands for each."""
    with open(TABLE, encoding="utf-8") as lines:
        rows = list(csv.DictReader((line for line in lines if not line.startswith("#")), delimiter="\t"))
    own = {(row["method"], row["path"]): row for row in rows if row["service"] == world.stand.main.name}
    return {(row["method"], row["path"]): row for row in rows if row["service"] == "every"} | (
        own or {where: {"scope": scope, **BY_RULE} for where, scope in needed(world, group).items()})


def same_set(world, group):
    """Each route has a row with the scope in its description, and each row has a route."""
    rows, scopes = table(world, group), needed(world, group)
    for where in sorted(rows.keys() | world.operations.all.keys()):
        group.expect(where in rows, f"{where} has no row in callers.tsv")
        group.expect(where in world.operations.all, f"{where} is not described")
        group.equal(f"{where}: its scope", rows.get(where, {}).get("scope"), scopes.get(where, "-"))


def notation(world, reply, answer):
    """The answer in the notation of the table."""
    discloses = any(one in reply.body.decode(errors="replace") for one in map(str, world.ids.values()))
    result = " ".join(filter(None, (str(reply.status), reply.code if reply.status >= 400 else None)))
    return result + (NOTHING if answer.endswith(NOTHING) and not discloses else "")


def asked_body(world, path):
    """A sound body for the path."""
    return world.sound.get(path, {})


def asked(world, caller, where):
    method, path = where
    body = asked_body(world, path) if method in ("POST", "PUT", "PATCH") else None
    return caller.call(method, filled(world, path) + pretended(world, where), body)


def answers(world, group):
    world.add_more()
    callers = {"nobody": world.key_of(), "foreign": world.key_of(tenant="foreigners"), "all": world.caller}
    callers["nobody"].key = ""
    rows = table(world, group)
    for scope in {row["scope"] for row in rows.values()}:
        callers[scope] = world.key_of(scopes=",".join(one for one in given(world) if one not in scope.split(" or ")))
    for where, row in rows.items():
        for name in CALLERS:
            if row[name] != "-":
                reply = asked(world, callers[row["scope"] if name == "lacking" else name], where)
                group.equal(f"{name} {where}", notation(world, reply, row[name]), row[name])


# Why a good key is refused at a route of its scope: what the caller is, never what it asks for or when.
ROLES = {
    ("POST", "/v1/rides/{id}/complaints"): "forbidden",  # the passenger and the driver complain
    ("POST", "/v1/rides/{id}/offers"): "forbidden",  # drivers make offers
    ("POST", "/v1/rides/{id}/rating"): "forbidden",  # the passenger and the driver rate each other
    ("POST", "/v1/rides/{id}/sos"): "forbidden",  # the passenger and the driver call for help
}


def refusals(world, group):
    """The reverse proxy counts 401 and 403 as attempts to break in, so a good key has them only for its scope or its role."""
    for where, row in table(world, group).items():
        for name in ("foreign", "all") if row["scope"] != "-" else ():
            status, _, code = row[name].partition(" ")
            group.expect(status not in ("401", "403") or (status == "403" and code in ("scope_missing", ROLES.get(where))), f"{name} {where}: {row[name]}")


GROUPS = [("callers: a good key is refused for its scope or role", refusals), ("callers: every route has a row", same_set), ("callers: answers", answers)]
