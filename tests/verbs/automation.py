# SPDX-License-Identifier: MIT
"""`deploy/tapbot n8n install` with an n8n and services that store what they are sent: what is missing is made, what is the same stays, what
people have changed is kept. tests/stack-full has the real n8n."""
import contextlib
import copy
import io
import itertools
import os
import re
import tempfile
import time
import urllib.parse
from unittest import mock

from stack import n8n, n8n_files, tree, watch
from watching import answering

SECRET, LINK, SETUP = "e" * 64, "tb_live_link", "tb_live_setup"
ARRIVALS = "Утром: заезды и выезды"


class Stand:
    """n8n's REST API, and the routes of webhooks, forwards and bots of our services, behind one address."""

    def __init__(self):
        self.numbers, self.bots = map(str, itertools.count(1)), ["apartments"]
        self.tables, self.rows, self.credentials, self.workflows, self.webhooks, self.forwards = {}, {}, {}, {}, {}, {}
        self.writes, self.bot = [], None
        self.routes = [(method, re.compile(path), answer) for method, path, answer in (
            ("GET", r"/rest/projects/personal", lambda _: {"data": {"id": "p"}}),
            ("GET", r"/rest/projects/p/data-tables", lambda _: {"data": {"count": 0, "data": list(self.tables.values())}}),
            ("POST", r"/rest/projects/p/data-tables", lambda body: {"data": self.make(self.tables, body)}),
            ("POST", r"/rest/projects/p/data-tables/(\w+)/columns", lambda body, table: {"data": self.tables[table]["columns"].append(body)}),
            ("GET", r"/rest/projects/p/data-tables/(\w+)/rows", lambda _, table: {"data": {"count": 0, "data": list(self.rows.get(table, {}).values())}}),
            ("POST", r"/rest/projects/p/data-tables/(\w+)/upsert", self.upsert),
            ("GET", r"/rest/credentials", lambda _: {"data": [{name: one[name] for name in ("id", "name", "type")} for one in self.credentials.values()]}),
            ("POST", r"/rest/credentials", lambda body: {"data": self.make(self.credentials, body)}),
            ("PATCH", r"/rest/credentials/(\w+)", lambda body, known: {"data": self.credentials[known].update(body)}),
            ("GET", r"/rest/workflows", lambda _: {"data": list(self.workflows.values())}),
            ("POST", r"/rest/workflows", lambda body: {"data": self.make(self.workflows, {**body, "versionId": "v", "settings": {**body["settings"], "more": 1}})}),
            ("GET", r"/rest/workflows/(\w+)", lambda _, known: {"data": self.workflows[known]}),
            ("PATCH", r"/rest/workflows/(\w+)", lambda body, known: self.workflows[known].update(copy.deepcopy(body)) or {"data": self.workflows[known]}),
            ("POST", r"/rest/workflows/(\w+)/activate", lambda _, known: self.workflows[known].update(active=True) or {"data": {}}),
            ("POST", r"/webhook/tapbot-\w+", None),
            ("GET", r"/v1/bots", lambda _: {"items": [{"name": name, "is_active": True} for name in self.bots]}),
            *self.listed("webhooks", self.webhooks), *self.listed("forwards", self.forwards),
            ("POST", r"/v1/webhooks/(\w+)/replay", lambda body, known: self.webhooks[known].update(replayed=body["after"]) or {}))]

    def listed(self, name, rows):
        return [("GET", f"/v1/{name}", lambda _: {"items": [one for one in rows.values() if self.bot in (None, one.get("bot"))]}), ("POST", f"/v1/{name}", lambda body: self.make(rows, {**body, "status": "active"})),
                ("PATCH", rf"/v1/{name}/(\w+)", lambda body, known: rows[known].update(body) or rows[known]), ("DELETE", rf"/v1/{name}/(\w+)", lambda _, known: rows.pop(known))]

    def make(self, rows, body):
        number = next(self.numbers)
        rows[number] = {**copy.deepcopy(body), "id": number}
        return rows[number]

    def upsert(self, body, table):
        (condition,) = body["filter"]["filters"]
        self.rows.setdefault(table, {})[condition["value"]] = body["data"]
        return {"data": True}

    def answer(self, method, path, headers, body):
        ours = path.startswith("/v1/")
        assert headers["X-API-Key"] == (SETUP if ours else None) and (headers["Cookie"] is None) == ours, "a key or a session went to another program"
        route, query = urllib.parse.urlsplit(path).path, urllib.parse.parse_qs(urllib.parse.urlsplit(path).query)
        self.bot = query.get("bot", [None])[0]
        for one, pattern, answer in self.routes:
            if found := one == method and pattern.fullmatch(route):
                if answer is None:
                    return 401, {}
                if method != "GET":
                    self.writes.append((method, route))
                return 200, answer(body, *found.groups())
        raise AssertionError(f"{method} {path}")

    def workflow(self, name):
        return next(one for one in self.workflows.values() if one["name"] == name)


@contextlib.contextmanager
def standing():
    """A stand, and a function that runs `n8n install` and returns (whether it worked, what it printed, what it warned)."""
    stand = Stand()
    with answering(stand.answer) as address, tempfile.TemporaryDirectory() as folder:
        values = {"n8n_encryption_key": SECRET, "n8n_link_key": LINK, "n8n_setup_key": SETUP}

        def run(reset=None, staff="apartments|-1001\n", session="s"):
            for name, value in values.items():
                if value is None:
                    os.unlink(os.path.join(folder, name))
                    continue
                with open(os.path.join(folder, name), "w", encoding="ascii") as file:
                    file.write(value)
            done = mock.Mock(returncode=0, stdout=staff)
            with mock.patch.object(watch, "addresses", lambda service, _: [address]), mock.patch.object(tree, "running", return_value=[{"Id": "1"}]), \
                    mock.patch.object(tree, "psql", return_value=done), mock.patch.object(tree, "SECRETS", folder), \
                    mock.patch.object(tree, "run", return_value=mock.Mock(returncode=0 if session else 1, stdout=session or "", stderr="no database")), \
                    contextlib.redirect_stdout(io.StringIO()) as printed, contextlib.redirect_stderr(io.StringIO()) as warned:
                stand.writes.clear()
                return n8n.ensure(reset), printed.getvalue(), warned.getvalue()
        yield stand, values, run


def changes_nothing(run, stand, words="всё уже так"):
    done, printed, warned = run()
    assert done and words in printed and not warned and not stand.writes, (printed, warned, stand.writes)


def installs():
    """All parts are made and refer to each other; the secrets of webhooks and credentials are the same; a second run writes nothing."""
    with standing() as (stand, _, run):
        done, printed, warned = run()
        assert done and "изменено" in printed and not warned, (printed, warned)
        assert {one["name"] for one in stand.workflows.values()} == {one["name"] for one in n8n_files.workflows().values()} and all(one["active"] for one in stand.workflows.values())
        credentials, tables = {one["name"]: one for one in stand.credentials.values()}, {one["name"]: one["id"] for one in stand.tables.values()}
        for workflow in stand.workflows.values():
            assert workflow["settings"].get("errorWorkflow", stand.workflow("Сбой сценария")["id"]) == stand.workflow("Сбой сценария")["id"]
            for node in workflow["nodes"]:
                assert all(one["id"] == credentials[one["name"]]["id"] for one in node.get("credentials", {}).values()), node["name"]
                assert node["parameters"].get("dataTableId", {}).get("value") in (None, *tables.values()), node["name"]
        text = credentials["TapBot: подпись событий"]["data"]["hmacSecret"]
        whsec = "whsec_" + n8n_files.base64_of(text)
        assert 24 <= len(text) <= 64 and {one["secret"] for one in (*stand.webhooks.values(), *stand.forwards.values())} == {whsec}
        assert credentials["TapBot: ключ API"]["data"] == {"name": "X-API-Key", "value": LINK}
        paths = n8n_files.public_paths(SECRET)
        assert len(paths) == 2 and all(re.fullmatch(r"[A-Za-z0-9_-]{32,128}", path) for path in paths.values()) and paths != n8n_files.public_paths("f" * 64)
        settings = {row["setting"]: row["value"] for row in stand.rows[tables[n8n.SETTINGS]].values()}
        assert settings == {"bot": "apartments", "staff_chat": "-1001"}, settings
        changes_nothing(run, stand)


def keeps():
    """What people have changed, unpublished, archived or deleted stays until --reset; their settings stay."""
    with standing() as (stand, _, run):
        run()
        (settings,) = [one["id"] for one in stand.tables.values() if one["name"] == n8n.SETTINGS]
        stand.rows[settings]["staff_chat"]["value"] = "-5"
        changes_nothing(run, stand)
        assert stand.rows[settings]["staff_chat"]["value"] == "-5"
        stays = {"изменён": lambda one: one["nodes"][1].update(position=[7, 7]), "снят с публикации": lambda one: one.update(active=False),
                 "удалён": lambda one: one.update(isArchived=True)}
        for words, change in stays.items():
            change(stand.workflow(ARRIVALS))
            changes_nothing(run, stand, f"«{ARRIVALS}» {words} в n8n, оставлен")
            assert "изменено 1" in run(ARRIVALS)[1], words
            stand.workflows = {number: one for number, one in stand.workflows.items() if not one.get("isArchived")}
            changes_nothing(run, stand)
        del stand.workflows[stand.workflow(ARRIVALS)["id"]]
        changes_nothing(run, stand, "удалён")
        run(ARRIVALS)
        with mock.patch.object(n8n_files, "workflows", changed_file(ARRIVALS)):
            stand.workflow("Заявка с формы")["nodes"][1]["position"] = [7, 7]
            done, printed, _ = run()
            assert done and "изменено 1" in printed and "«Заявка с формы» изменён" in printed, printed
            assert stand.workflow(ARRIVALS)["nodes"][0]["parameters"]["content"] == "Новое"
        stand.rows = {table: rows for table, rows in stand.rows.items() if table == settings}
        assert "«Заявка с формы» уже был" in run()[1] and len(stand.workflows) == 7, "without its record it overwrote workflows, or made them twice"


def changed_file(name, known=n8n_files.workflows):
    """The workflows of another version of the files."""
    def found():
        rows = known()
        workflow = next(one for one in rows.values() if one["name"] == name)
        workflow["nodes"][0]["parameters"]["content"] = "Новое"
        return rows
    return found


def registers():
    """A renewed key is stored; a bot that is added is forwarded; a deleted or disabled webhook is registered again, and what it missed replayed."""
    with standing() as (stand, values, run):
        run()
        values["n8n_link_key"] = "tb_live_other"
        assert "изменено 1" in run()[1] and next(one for one in stand.credentials.values() if one["name"] == "TapBot: ключ API")["data"]["value"] == "tb_live_other"
        changes_nothing(run, stand)
        stand.bots.append("taxi")
        assert "forward: taxi" in run()[1] and {one["bot"] for one in stand.forwards.values()} == {"apartments", "taxi"}
        stand.webhooks.clear()
        assert "webhook" in run()[1] and len(stand.webhooks) == 1
        (hook,) = stand.webhooks.values()
        hook.update(status="disabled", failing_since="2026-12-01T00:00:00Z")
        assert "webhook" in run()[1] and hook["status"] == "active" and hook["replayed"] == "2026-12-01T00:00:00Z"
        stand.make(stand.webhooks, {**hook, "secret": "of another"})
        run()
        assert [one["id"] for one in stand.webhooks.values()] == [hook["id"]], "two webhooks send every event twice"
        changes_nothing(run, stand)


def refuses():
    """What does not work names the command to repeat; without n8n nothing happens."""
    with standing() as (stand, values, run):
        done, printed, warned = run(session="")
        assert not done and "no database" in warned and "n8n install" in warned and not printed, warned
        assert "нет владельца" in run(session=" ")[2]
        values["n8n_setup_key"] = None
        assert "Нет секрета n8n_setup_key" in run()[2]
        values["n8n_setup_key"] = SETUP
        with mock.patch.object(n8n, "SECONDS", -1):
            assert "не успел" in run()[2]
        stand.routes = [one for one in stand.routes if "webhook/" not in one[1].pattern] + [("POST", re.compile("/webhook/.*"), lambda _: {})]
        with mock.patch.object(n8n, "HOOK_SECONDS", 0.1):
            assert "не открыл /webhook/" in run()[2]
    with mock.patch.object(tree, "running", return_value=[]), mock.patch.object(watch, "addresses", return_value=[]):
        assert n8n.ensure(), "n8n does not run here"
    left = [503, 503, 200]
    with answering(lambda *_: (left.pop(0), {"data": 7})) as address, mock.patch.object(n8n, "REST_SECONDS", 0):
        assert n8n.Api("n8n", address, {}, time.monotonic() + 9).call("GET", "/") == 7 and not left
    with answering(lambda *_: (500, {})) as address, contextlib.suppress(n8n.Refused):
        n8n.Api("n8n", address, {}, time.monotonic() + 9).call("GET", "/")
        raise AssertionError("an answer 500 was accepted")


TESTS = [("n8n install: everything", installs), ("n8n install: what people changed", keeps), ("n8n install: keys and webhooks", registers), ("n8n install: refusals", refuses)]
