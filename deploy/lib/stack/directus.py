# SPDX-License-Identifier: MIT
"""directus: brings what Directus shows (names, forms, roles, bookmarks, the dashboard) to what deploy/directus says, through its REST
API. Writes only what differs, and nothing of what people made there: their own bookmarks, their roles and users stay."""
import base64
import hashlib
import hmac
import http.client
import json
import os
import sys
import time
import urllib.parse

from say import answer_help, die, say, step, warn
from stack import directus_files, tree, watch

USAGE = ("""deploy/tapbot directus apply: названия, формы, роли, закладки и сводка Directus по файлам deploy/directus.

Повторный запуск меняет только то, что отличается; закладки, роли и люди, заведённые в самом Directus, остаются.
То же делает deploy/tapbot up.
Коды выхода: 0 готово, 1 не получилось, 2 неверные параметры, 3 чего-то нет на машине.""",
         """deploy/tapbot directus apply: names, forms, roles, bookmarks and the dashboard of Directus, from the files in deploy/directus.

A second run changes only what differs; bookmarks, roles and people made in Directus itself are kept.
deploy/tapbot up does the same.
Exit codes: 0 done, 1 failed, 2 wrong usage, 3 something is missing on this machine.""")

SERVICE, PORT = "directus", 8055
SECONDS = 120         # for all calls together
CALL_SECONDS = 30     # of one call: one that changes a collection makes Directus read the schema again
BODY_BYTES = 16 << 20
ADMINISTRATOR = """SELECT a.role FROM directus.directus_access a JOIN directus.directus_policies p ON p.id = a.policy
    WHERE p.admin_access AND a.role IS NOT NULL ORDER BY a.role LIMIT 1"""
# The project's settings that are set while nobody has changed Directus' own: (setting, its first values, ours).
SETTINGS = (("project_name", (None, "Directus"), "TapBot"), ("default_language", (None, "en-US"), "ru-RU"),
            ("module_bar", (None,), [{"type": "module", "id": name, "enabled": enabled} for name, enabled in
                                     (("content", True), ("visual", False), ("users", True), ("files", False), ("insights", True), ("settings", True))]))


class Refused(Exception):
    """Directus did not do what it was asked: (Russian, English)."""

    def __init__(self, russian, english):
        super().__init__(english)
        self.why = (russian, english)


def part(value):
    return base64.urlsafe_b64encode(value if isinstance(value, bytes) else json.dumps(value).encode()).rstrip(b"=")


def token(secret, role):
    """An access token of the administrators' role, as Directus signs its own, valid as long as one run may take. Nobody's password is
    needed, which people change."""
    told = {"role": role, "app_access": True, "admin_access": True, "iss": "directus", "exp": int(time.time()) + SECONDS}
    signed = part({"alg": "HS256", "typ": "JWT"}) + b"." + part(told)
    return (signed + b"." + part(hmac.new(secret.encode(), signed, hashlib.sha256).digest())).decode()


class Api:
    """The REST API of one Directus; counts what it changed."""

    def __init__(self, address, bearer):
        self.address, self.bearer, self.changed, self.deadline = address, bearer, [], time.monotonic() + SECONDS

    def call(self, method, path, body=None):
        left = self.deadline - time.monotonic()
        if left <= 0:
            raise Refused(f"Directus не успел за {SECONDS} с", f"Directus took longer than {SECONDS} s")
        connection = http.client.HTTPConnection(self.address, timeout=min(left, CALL_SECONDS))
        try:
            data = None if body is None else json.dumps(body).encode()
            connection.request(method, path, data, {"Authorization": f"Bearer {self.bearer}", **({"Content-Type": "application/json"} if data else {})})
            answer = connection.getresponse()
            text = answer.read(BODY_BYTES)
        except (OSError, http.client.HTTPException) as error:
            raise Refused(f"Directus не ответил: {method} {path}: {error}", f"Directus did not answer: {method} {path}: {error}") from error
        finally:
            connection.close()
        if answer.status >= 300:
            told = text.decode(errors="replace")[:300]
            raise Refused(f"Directus отказал: {method} {path}: {answer.status} {told}", f"Directus refused: {method} {path}: {answer.status} {told}")
        try:
            return json.loads(text)["data"] if text else None
        except (ValueError, KeyError, TypeError):
            return None

    def all(self, name, **query):
        return self.call("GET", f"/{name}?" + urllib.parse.urlencode({"limit": "-1", **query})) or []

    def change(self, what, *words):
        self.changed.append(what)
        return self.call(*words)


def differs(wanted, there):
    """Whether a value is not there. What Directus adds to an object is left alone, and null is as good as missing."""
    if isinstance(wanted, dict) and isinstance(there, dict):
        return any(differs(value, there.get(name)) for name, value in wanted.items())
    if isinstance(wanted, list) and isinstance(there, list):
        return len(wanted) != len(there) or any(map(differs, wanted, there))
    return wanted != there


def difference(wanted, there):
    return {name: value for name, value in wanted.items() if differs(value, (there or {}).get(name))}


def apply_collections(api):
    there = {one["collection"]: one for one in api.all("collections")}
    for one in directus_files.collections():
        name = one["collection"]
        if name not in there:
            api.change(name, "POST", "/collections", {"collection": name, "schema": None, "meta": one["meta"]})
        elif changed := difference(one["meta"], there[name]["meta"]):
            api.change(name, "PATCH", f"/collections/{name}", {"meta": changed})


def apply_fields(api):
    """Those of a collection in one call, which is quicker than one by one; aliases before, because they have no columns."""
    there, changed = {(one["collection"], one["field"]): one for one in api.all("fields")}, {}
    for one in directus_files.fields():
        name = (one["collection"], one["field"])
        if name in there:
            if meta := difference(one["meta"], there[name]["meta"]):
                changed.setdefault(one["collection"], []).append({"field": one["field"], "meta": meta})
        elif one["alias"]:
            api.change(".".join(name), "POST", f"/fields/{one['collection']}", {"field": one["field"], "type": "alias", "meta": one["meta"]})
        else:
            raise Refused(f"В базе нет столбца {'.'.join(name)}, который назван в deploy/directus/fields.tsv: миграции ещё не применены?",
                          f"The database has no column {'.'.join(name)}, which deploy/directus/fields.tsv names: are the migrations applied?")
    for collection, some in changed.items():
        api.change(f"{collection}: {len(some)}", "PATCH", f"/fields/{collection}", some)


def apply_relations(api):
    """By our extension: Directus' own call would alter our tables, which it may not."""
    there = {(one["collection"], one["field"]): one["meta"] for one in api.all("relations")}
    for one in directus_files.relations():
        meta = there.get((one["many_collection"], one["many_field"]))
        if differs(one, meta):
            api.change(f"{one['one_collection']}.{one['one_field']}", "POST", "/tapbot-relations", [one])
            api.call("POST", "/utils/cache/clear?system=true")


def upsert(api, name, wanted, there):
    """Rows of a system table with ids of ours; `there` has rows by id."""
    old = there.get(wanted["id"])
    if old is None:
        api.change(f"{name}: {wanted['name']}", "POST", f"/{name}", wanted)
    elif changed := difference(wanted, old):
        api.change(f"{name}: {wanted['name']}", "PATCH", f"/{name}/{wanted['id']}", changed)


def by_id(rows):
    return {one["id"]: one for one in rows}


def apply_permissions(api, role):
    """Exactly those of the files, because more would be a right that nobody granted."""
    there = {(one["collection"], one["action"]): one for one in api.all("permissions", **{"filter[policy][_eq]": role["policy"]}) if one.get("id")}
    wanted = {(one["collection"], one["action"]): {**one, "permissions": {}, "validation": {}, "presets": None} for one in directus_files.permissions(role)}
    for name, one in wanted.items():
        title = f"{role['name']}: {' '.join(name)}"
        if name not in there:
            api.change(title, "POST", "/permissions", {**one, "policy": role["policy"]})
        elif changed := {key: value for key, value in one.items() if (value or None) != (there[name].get(key) or None)}:
            api.change(title, "PATCH", f"/permissions/{there[name]['id']}", changed)
    for name in there.keys() - wanted.keys():
        api.change(f"{role['name']}: {' '.join(name)}", "DELETE", f"/permissions/{there[name]['id']}")


def apply_access(api):
    roles, policies = by_id(api.all("roles")), by_id(api.all("policies"))
    links = {(one["role"], one["policy"]) for one in api.all("access")}
    for role in directus_files.document("access.json")["roles"]:
        described = {name: role[name] for name in ("name", "icon", "description")}
        upsert(api, "roles", {"id": role["id"], **described}, roles)
        upsert(api, "policies", {"id": role["policy"], **described, "app_access": True, "admin_access": False}, policies)
        if (role["id"], role["policy"]) not in links:
            api.change(role["name"], "POST", "/access", {"role": role["id"], "policy": role["policy"]})
        apply_permissions(api, role)


def apply_presets(api):
    """Those for everybody; what a person has saved is his own row, and stays."""
    there = {(one["collection"], one["bookmark"]): one for one in api.all("presets", **{"filter[user][_null]": "true", "filter[role][_null]": "true"})}
    for one in directus_files.presets():
        name = (one["collection"], one["bookmark"])
        if name not in there:
            api.change(f"{name[0]}: {name[1] or 'list'}", "POST", "/presets", one)
        elif changed := difference(one, there[name]):
            api.change(f"{name[0]}: {name[1] or 'list'}", "PATCH", f"/presets/{there[name]['id']}", changed)


def apply_dashboard(api):
    wanted = directus_files.document("dashboard.json")
    dashboards, panels = by_id(api.all("dashboards")), by_id(api.all("panels"))
    upsert(api, "dashboards", {name: value for name, value in wanted.items() if name != "panels"}, dashboards)
    for panel in wanted["panels"]:
        upsert(api, "panels", {**panel, "dashboard": wanted["id"]}, panels)


def apply_settings(api):
    there = api.call("GET", "/settings") or {}
    if changed := {name: ours for name, first, ours in SETTINGS if there.get(name) in first}:
        api.change("settings", "PATCH", "/settings", changed)


def apply(address, secret, role):
    """Brings the Directus at HOST:PORT to the files; returns what it changed. Raises Refused."""
    api = Api(address, token(secret, role))
    api.call("POST", "/utils/cache/clear?system=true")  # a migration may have added columns; and what is read below must not be from the cache
    for one in (apply_collections, apply_fields, apply_relations, apply_access, apply_presets, apply_dashboard, apply_settings):
        one(api)
    return api.changed


def ensure():
    """Applies the files to the Directus of this machine's stack, if one runs here; returns whether that worked."""
    address = next(iter(watch.addresses(SERVICE, PORT)), None)
    if address is None:
        return True
    found = tree.psql(ADMINISTRATOR, "tapbot")
    try:
        with open(os.path.join(tree.SECRETS, "directus_secret"), encoding="ascii") as file:
            secret = file.read().strip()
        if found is None or found.returncode or not found.stdout.strip():
            raise Refused("В базе нет роли администратора Directus", "The database has no administrator role of Directus")
        changed = apply(address, secret, found.stdout.strip())
    except (Refused, OSError) as why:
        told = getattr(why, "why", (str(why), str(why)))
        warn(f"Directus не настроен. {told[0]}\nПовторить: sudo deploy/tapbot directus apply    Журнал: deploy/tapbot logs directus",
             f"Directus is not set up. {told[1]}\nTo try again: sudo deploy/tapbot directus apply    Its log: deploy/tapbot logs directus")
        return False
    if changed:
        say(f"Directus: изменено {len(changed)}: {', '.join(changed[:5])}{' ...' if len(changed) > 5 else ''}",
            f"Directus: {len(changed)} changed: {', '.join(changed[:5])}{' ...' if len(changed) > 5 else ''}")
    else:
        say("Directus: всё уже так", "Directus: nothing to change")
    return True


def main(arguments):
    answer_help(arguments, USAGE)
    if arguments != ["apply"]:
        die(2, *USAGE)
    watch.stack_needed()
    if not tree.running(SERVICE):
        die(1, "Directus здесь не запущен: deploy/tapbot up", "Directus does not run here: deploy/tapbot up")
    step("Настраиваю Directus", "Setting up Directus")
    return 0 if ensure() else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
