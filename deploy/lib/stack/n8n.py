# SPDX-License-Identifier: MIT
"""n8n: brings n8n to what deploy/n8n says (tables, credentials, workflows) through its REST API, and has our services send it their
events. Writes only what differs. A workflow that a person has changed, unpublished or deleted in n8n stays as it is.

The table RECORD of n8n itself has what was installed: for each part a fingerprint of our file and one of what n8n has made of it.
A part whose second fingerprint is another one now was changed by a person."""
import http.client
import json
import os
import sys
import time
import urllib.parse

from say import answer_help, die, say, step, text, warn
from stack import n8n_files, tree, watch

USAGE = ("""deploy/tapbot n8n install: сценарии, таблицы и ключи n8n по файлам deploy/n8n, события броней и сбои ботов в n8n.

  deploy/tapbot n8n install                    поставить то, чего нет, и обновить то, чего никто не менял
  deploy/tapbot n8n install --reset СЦЕНАРИЙ   вернуть наш сценарий на место изменённого; имя из n8n, в кавычках
  deploy/tapbot n8n addresses                  адреса сценариев, которые открыты снаружи, и ключ для них

Повторный запуск меняет только то, что отличается. Сценарий, который люди изменили, сняли с публикации или удалили в n8n,
остаётся как есть. То же делает deploy/tapbot up.
Коды выхода: 0 готово, 1 не получилось, 2 неверные параметры, 3 чего-то нет на машине.""",
         """deploy/tapbot n8n install: workflows, tables and keys of n8n from the files in deploy/n8n; events of bookings and failures of bots to n8n.

  deploy/tapbot n8n install                    install what is missing, and update what nobody has changed
  deploy/tapbot n8n install --reset WORKFLOW   put our workflow in place of a changed one; its name in n8n, in quotes
  deploy/tapbot n8n addresses                  the addresses of workflows that are open from outside, and their key

A second run changes only what differs. A workflow that people have changed, unpublished or deleted in n8n stays as it is.
deploy/tapbot up does the same.
Exit codes: 0 done, 1 failed, 2 wrong usage, 3 something is missing on this machine.""")

SERVICE, PORT = "n8n", 5678
EDGE_PORT = 7000      # Traefik's entry point for our services
SECONDS = 120         # for all calls together
CALL_SECONDS = 30     # of one call
SESSION_SECONDS = 30
START_SECONDS = 20    # until a program that starts is ready
REST_SECONDS = 1      # before a repeat
HOOK_SECONDS = 20     # until a published webhook answers
BODY_BYTES = 16 << 20
HERE = "http://n8n:5678/webhook/"
SETTINGS, RECORD = "TapBot: настройки", "TapBot: установка"
COOKIE = "n8n-auth"
# Of a bot with a chat of staff, where messages of workflows go.
STAFF = """SELECT b.name, c.chat_id FROM bot.bot b LEFT JOIN bot.staff_chat c ON c.bot_id = b.id JOIN api.tenant t ON t.id = b.tenant_id
    WHERE t.name = 'tapbot' AND b.is_active ORDER BY c.chat_id IS NULL, b.created_at LIMIT 1"""


class Refused(Exception):
    """A program did not do what it was asked: (Russian, English)."""

    def __init__(self, russian, english):
        super().__init__(english)
        self.why = (russian, english)


class Api:
    """Calls of one program at HOST:PORT, with a header that proves who asks."""

    def __init__(self, name, address, header, deadline):
        self.name, self.address, self.header, self.deadline = name, address, header, deadline

    def answer(self, method, path, body=None):
        """(status, text)"""
        left = self.deadline - time.monotonic()
        if left <= 0:
            raise Refused(f"{self.name} не успел за {SECONDS} с", f"{self.name} took longer than {SECONDS} s")
        connection = http.client.HTTPConnection(self.address, timeout=min(left, CALL_SECONDS))
        try:
            data = None if body is None else json.dumps(body).encode()
            connection.request(method, path, data, {**self.header, **({"Content-Type": "application/json"} if data else {})})
            answer = connection.getresponse()
            return answer.status, answer.read(BODY_BYTES).decode(errors="replace")
        except (OSError, http.client.HTTPException) as error:
            raise Refused(f"{self.name} не ответил: {method} {path}: {error}", f"{self.name} did not answer: {method} {path}: {error}") from error
        finally:
            connection.close()

    def call(self, method, path, body=None):
        """The JSON of the answer; of n8n, what its `data` has. A program that has just started is waited for (503)."""
        end = time.monotonic() + START_SECONDS
        status, told = self.answer(method, path, body)
        while status == 503 and time.monotonic() < end:
            time.sleep(REST_SECONDS)
            status, told = self.answer(method, path, body)
        if status >= 300:
            raise Refused(f"{self.name} отказал: {method} {path}: {status} {told[:300]}", f"{self.name} refused: {method} {path}: {status} {told[:300]}")
        try:
            found = json.loads(told) if told else {}
        except ValueError as error:
            raise Refused(f"{self.name} ответил не JSON: {method} {path}", f"{self.name} did not answer with JSON: {method} {path}") from error
        return found["data"] if isinstance(found, dict) and set(found) <= {"data", "count"} and "data" in found else found


class Installer:
    """Brings one n8n to the files; `changed` and `kept` have what was done and what was left to people."""

    def __init__(self, n8n, secret, link_key, reset=None):
        self.n8n, self.secret, self.link_key, self.reset = n8n, secret, link_key, reset
        self.changed, self.kept = [], []
        self.project = n8n.call("GET", "/rest/projects/personal")["id"]
        self.ids = {"tables": {}, "credentials": {}, "workflows": {}}
        self.record = {}

    # ---- tables, and the record of what was installed

    def rows(self, table):
        found = self.n8n.call("GET", f"/rest/projects/{self.project}/data-tables/{self.ids['tables'][table]}/rows?take=1000")
        return found.get("data", []) if isinstance(found, dict) else found

    def put(self, table, row, key):
        """Writes a row in place of the one with the same value of the column `key`."""
        condition = {"type": "and", "filters": [{"columnName": key, "condition": "eq", "value": row[key]}]}
        self.n8n.call("POST", f"/rest/projects/{self.project}/data-tables/{self.ids['tables'][table]}/upsert", {"filter": condition, "data": row, "returnData": False})

    def apply_tables(self):
        base = f"/rest/projects/{self.project}/data-tables"
        found = self.n8n.call("GET", f"{base}?take=250")
        there = {one["name"]: one for one in (found.get("data", []) if isinstance(found, dict) else found)}
        for table in n8n_files.install()["tables"]:
            name = table["name"]
            if name not in there:
                self.changed.append(name)
                there[name] = self.n8n.call("POST", base, table)
            self.ids["tables"][name] = there[name]["id"]
            columns = {one["name"] for one in there[name].get("columns", [])}
            for column in table["columns"]:
                if column["name"] not in columns:
                    self.changed.append(f"{name}: {column['name']}")
                    self.n8n.call("POST", f"{base}/{there[name]['id']}/columns", column)
        self.record = {row["part"]: row for row in self.rows(RECORD)}

    def recorded(self, part):
        row = self.record.get(part, {})
        return row.get("ours"), row.get("theirs")

    def note(self, part, ours, theirs=""):
        self.record[part] = {"part": part, "ours": ours, "theirs": theirs}
        self.put(RECORD, self.record[part], "part")

    # ---- the other parts

    def apply_settings(self, bot, chat):
        """Rows that are missing. What people have written there stays; an empty value is filled in."""
        values, there = {"bot": bot, "staff_chat": chat}, {row["setting"]: row for row in self.rows(SETTINGS)}
        for one in n8n_files.install()["settings"]:
            name = one["setting"]
            if name not in there or (not there[name]["value"] and values[name]):
                self.changed.append(f"{SETTINGS}: {name}")
                self.put(SETTINGS, {**one, "value": values[name]}, "setting")

    def apply_credentials(self):
        """n8n does not show values of credentials, so the record shows whether one is current."""
        there = {(one["type"], one["name"]): one["id"] for one in self.n8n.call("GET", "/rest/credentials")}
        for one in n8n_files.credentials(self.secret, self.link_key):
            part, digest, known = f"credential: {one['name']}", n8n_files.digest(one["data"]), there.get((one["type"], one["name"]))
            if known is None:
                known = self.n8n.call("POST", "/rest/credentials", {**one, "projectId": self.project})["id"]
            elif self.recorded(part) != (digest, known):
                self.n8n.call("PATCH", f"/rest/credentials/{known}", one)
            self.ids["credentials"][one["name"]] = known
            if self.recorded(part) != (digest, known):
                self.changed.append(one["name"])
                self.note(part, digest, known)

    def apply_workflows(self):
        there = {one["id"]: one for one in self.n8n.call("GET", "/rest/workflows")}
        for file, workflow in n8n_files.workflows().items():
            self.apply_workflow(file, workflow, there)

    def apply_workflow(self, file, workflow, there):
        """One workflow. The record has its id, the fingerprints, and whether it was published."""
        name, part = workflow["name"], f"workflow: {file}"
        ours, theirs = self.recorded(part)
        known, _, mark = (theirs or next((one["id"] for one in there.values() if one["name"] == name and not one.get("isArchived")), "")).partition(" ")
        self.ids["workflows"][name] = known
        wanted = n8n_files.filled(workflow, {**self.ids, "workflows": {**self.ids["workflows"], **self.error_workflow(workflow)}}, self.secret)
        digest, now = n8n_files.digest(wanted), self.n8n.call("GET", f"/rest/workflows/{known}") if known in there else None
        changed_by = self.who_changed(now, known, mark)
        if changed_by and self.reset != name:
            self.kept.append((name, changed_by))
        elif digest != ours or self.reset == name or now is None:
            self.changed.append(name)
            self.write_workflow(part, digest, wanted, known if now and not now.get("isArchived") else None)

    def error_workflow(self, workflow):
        """{name: id} of the one that the workflow names. A deleted one cannot be named: then it has none."""
        name = workflow["settings"].get("errorWorkflow")
        return {name: self.ids["workflows"].get(name, "")} if name else {}

    def who_changed(self, now, known, mark):
        """What a person has done with the workflow, or None."""
        if not known:
            return None
        if now is None or now.get("isArchived"):
            return ("удалён", "deleted")
        if not mark:
            return ("уже был", "there before")
        if n8n_files.fingerprint(now) != mark:
            return ("изменён", "changed")
        return None if now.get("active") or now.get("activeVersionId") else ("снят с публикации", "unpublished")

    def write_workflow(self, part, digest, wanted, known):
        """Creates or replaces the workflow and publishes it."""
        if known is None:
            saved = self.n8n.call("POST", "/rest/workflows", {**wanted, "active": False, "projectId": self.project})
        else:
            saved = self.n8n.call("PATCH", f"/rest/workflows/{known}?forceSave=true", wanted)
        self.n8n.call("POST", f"/rest/workflows/{saved['id']}/activate", {"versionId": saved["versionId"]})
        self.ids["workflows"][wanted["name"]] = saved["id"]
        self.note(part, digest, f"{saved['id']} {n8n_files.fingerprint(self.n8n.call('GET', '/rest/workflows/' + saved['id']))}")

    # ---- our services

    def apply_webhooks(self, api):
        """The webhooks of booking-api. A webhook's secret is not shown, so the record shows whether it is current."""
        digest, there = n8n_files.digest(n8n_files.signing(self.secret)), api.call("GET", "/v1/webhooks?limit=100")["items"]
        for one in n8n_files.install()["webhooks"]:
            part, url = f"webhook: {one['path']}", HERE + n8n_files.path_of(self.secret, one["path"])
            mine = [known for known in there if known["url"] == url]
            current = next((known for known in mine if self.recorded(part) == (digest, known["id"])), None)
            if current is None:
                self.changed.append(part)
                current = api.call("POST", "/v1/webhooks", {"url": url, "types": one["types"], "secret": self.whsec()})
                self.note(part, digest, current["id"])
            elif sorted(current["types"]) != sorted(one["types"]):
                self.changed.append(part)
                api.call("PATCH", f"/v1/webhooks/{current['id']}", {"types": one["types"]})
            if current["status"] == "disabled":
                self.revive(api, part, current)
            for known in mine:
                if known["id"] != current["id"]:
                    api.call("DELETE", f"/v1/webhooks/{known['id']}")

    def revive(self, api, part, webhook):
        """A webhook is disabled after three days without n8n: what it has missed is sent too."""
        self.changed.append(part)
        api.call("PATCH", f"/v1/webhooks/{webhook['id']}", {"status": "active"})
        if since := webhook.get("failing_since"):
            api.call("POST", f"/v1/webhooks/{webhook['id']}/replay", {"after": since})

    def whsec(self):
        return "whsec_" + n8n_files.base64_of(n8n_files.signing(self.secret))

    def apply_forwards(self, api, bots):
        """The forwards of each bot, which cannot be changed: another one takes the place of a disabled or former one."""
        digest = n8n_files.digest(n8n_files.signing(self.secret))
        for bot in bots:
            there = api.call("GET", f"/v1/forwards?bot={urllib.parse.quote(bot)}&limit=100")["items"]
            for one in n8n_files.install()["forwards"]:
                part, url = f"forward: {bot}: {one['path']}", HERE + one["path"]
                mine = [known for known in there if known["url"] == url]
                if [known["id"] for known in mine if known["status"] != "disabled" and self.recorded(part) == (digest, known["id"])] and len(mine) == 1:
                    continue
                self.changed.append(part)
                made = api.call("POST", "/v1/forwards", {"bot": bot, "match": {"events": one["events"]}, "url": url, "secret": self.whsec()})
                self.note(part, digest, made["id"])
                for known in mine:
                    api.call("DELETE", f"/v1/forwards/{known['id']}")

    def wait_for_hooks(self):
        """A published webhook is there some seconds later; until then n8n says 404, and a workflow whose node cannot load never is."""
        end = time.monotonic() + HOOK_SECONDS
        for name, path in n8n_files.signed_paths().items():
            while name in self.changed and self.n8n.answer("POST", f"/webhook/{path}", {})[0] != 401:
                if time.monotonic() > end:
                    raise Refused(f"n8n не открыл /webhook/{path} за {HOOK_SECONDS} с: сценарий снят с публикации или не загрузился",
                                  f"n8n has not opened /webhook/{path} within {HOOK_SECONDS} s: the workflow is unpublished, or could not load")
                time.sleep(0.3)


def session(container):
    """The value of a session cookie of n8n's owner."""
    with open(os.path.join(n8n_files.FOLDER, "session.js"), encoding="utf-8") as file:
        done = tree.run("docker", "exec", "-i", container, "node", "-", given=file.read(), timeout=SESSION_SECONDS)
    if done.returncode:
        raise Refused(f"n8n не дал войти: {done.stderr.strip()[-300:]}", f"n8n gave no session: {done.stderr.strip()[-300:]}")
    if not done.stdout.strip():
        raise Refused("У n8n нет владельца: откройте его страницу и заведите", "n8n has no owner: open its page and create one")
    return done.stdout.strip()


def secret(name):
    try:
        with open(os.path.join(tree.SECRETS, name), encoding="ascii") as file:
            return file.read().strip()
    except FileNotFoundError as error:
        raise Refused(f"Нет секрета {name}: sudo deploy/tapbot secrets make, а если серверов два, перенесите его с сервера 2 (link export, link import)",
                      f"There is no secret {name}: sudo deploy/tapbot secrets make, or of two servers get it from server 2 (link export, link import)") from error


def staff():
    """(bot, number of the chat of staff) from the database, if it is on this machine."""
    found = tree.psql(STAFF, "tapbot")
    bot, _, chat = (found.stdout.strip().splitlines() or [""])[0].partition("|") if found and not found.returncode else ("", "", "")
    return bot, chat


def apply(n8n, api, values, known=("", ""), reset=None):
    """Brings the n8n behind `n8n` to the files, and the services behind `api` to n8n; returns the installer. `values` is the secret from
    which others follow and the key of the workflows, `known` the bot and the chat of staff. Raises Refused."""
    one = Installer(n8n, *values, reset)
    one.apply_tables()
    bots = [bot["name"] for bot in api.call("GET", "/v1/bots?limit=100")["items"] if bot["is_active"]]
    one.apply_settings(known[0] or (bots[0] if bots else ""), known[1])
    one.apply_credentials()
    one.apply_workflows()
    one.wait_for_hooks()
    one.apply_webhooks(api)
    one.apply_forwards(api, bots)
    return one


def here():
    """(n8n's REST API, our services' API) of this machine's stack; None if n8n does not run here. Raises Refused."""
    running = tree.running(SERVICE)
    address = next(iter(watch.addresses(SERVICE, PORT)), None)
    if not running or address is None:
        return None
    edge = next(iter(watch.addresses("traefik", EDGE_PORT)), None)
    if edge is None:
        raise Refused("Traefik не запущен: deploy/tapbot up", "Traefik does not run: deploy/tapbot up")
    deadline = time.monotonic() + SECONDS
    return (Api("n8n", address, {"Cookie": f"{COOKIE}={session(running[0]['Id'])}"}, deadline),
            Api("API", edge, {"X-API-Key": secret("n8n_setup_key")}, deadline))


def ensure(reset=None):
    """Applies the files to the n8n of this machine's stack, if one runs here; returns whether that worked."""
    try:
        both = here()
        if both is None:
            return True
        done = apply(*both, (secret("n8n_encryption_key"), secret("n8n_link_key")), staff(), reset)
    except (Refused, OSError) as why:
        told = getattr(why, "why", (str(why), str(why)))
        warn(f"n8n не настроен. {told[0]}\nПовторить: sudo deploy/tapbot n8n install    Журнал: deploy/tapbot logs n8n",
             f"n8n is not set up. {told[1]}\nTo try again: sudo deploy/tapbot n8n install    Its log: deploy/tapbot logs n8n")
        return False
    report(done)
    return True


def report(done):
    names = f"{', '.join(done.changed[:5])}{' ...' if len(done.changed) > 5 else ''}"
    if done.changed:
        say(f"n8n: изменено {len(done.changed)}: {names}", f"n8n: {len(done.changed)} changed: {names}")
    else:
        say("n8n: всё уже так", "n8n: nothing to change")
    for name, how in done.kept:
        say(f"n8n: сценарий «{name}» {how[0]} в n8n, оставлен. Вернуть наш: sudo deploy/tapbot n8n install --reset '{name}'",
            f"n8n: the workflow “{name}” was {how[1]} in n8n and stays so. To get ours: sudo deploy/tapbot n8n install --reset '{name}'")


def addresses():
    """Prints what an outside service needs to call the workflows."""
    try:
        key = secret("n8n_encryption_key")
    except Refused as why:
        return die(1, *why.why)
    except OSError:
        return die(3, "Секреты читает только root: sudo deploy/tapbot n8n addresses", "Only root reads the secrets: sudo deploy/tapbot n8n addresses")
    for name, path in n8n_files.public_paths(key).items():
        print(f"{name}: https://n8n.{tree.domain()}/webhook/{path}")
    callback = n8n_files.callback(key)
    print(text("Заголовок для оплат", "The header for payments") + f": {callback['name']}: {callback['value']}")
    return 0


def main(arguments):
    answer_help(arguments, USAGE)
    known = {one["name"] for one in n8n_files.workflows().values()}
    reset = arguments[2] if len(arguments) == 3 and arguments[:2] == ["install", "--reset"] else None
    if arguments == ["addresses"]:
        return addresses()
    if arguments != ["install"] and reset is None:
        die(2, *USAGE)
    if reset is not None and reset not in known:
        die(2, f"Нет такого сценария: {reset}. Есть: {', '.join(sorted(known))}", f"No such workflow: {reset}. There are: {', '.join(sorted(known))}")
    watch.stack_needed()
    if not tree.running(SERVICE):
        die(1, "n8n здесь не запущен: deploy/tapbot up, а если серверов два, на сервере 1", "n8n does not run here: deploy/tapbot up, and of two servers on server 1")
    step("Настраиваю n8n", "Setting up n8n")
    return 0 if ensure(reset) else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
