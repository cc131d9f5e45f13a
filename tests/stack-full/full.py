# SPDX-License-Identifier: MIT
"""The services of the stack that people work with: the real PostgreSQL, Redis, booking-api, Directus and n8n as
docker-compose.yml describes them, each in a box of its own (box.py)."""
import contextlib
import datetime
import glob
import http.client
import io
import json
import os
import re
import shutil
import subprocess
import time
import urllib.parse
from unittest import mock

from box import Box
from description import description
from installed import ROOT
from stand import SECOND_TENANT, TENANT

os.environ.setdefault("TAPBOT_ROOT", ROOT)
from stack import n8n_owner, tree, watch  # noqa: E402

HERE = os.path.dirname(os.path.realpath(__file__))
BIN = sorted(glob.glob("/usr/lib/postgresql/*/bin"), key=lambda path: int(path.split("/")[4]))[-1]
SERVICES_BUILT = os.path.join(ROOT, "build", os.environ.get("TEST_BUILD", "release"), "services")
PROGRAM, GATEWAY = (os.path.join(SERVICES_BUILT, name, name) for name in ("booking-api", "bot-gateway"))
INCLUDES = 16  # the first PostgreSQL with `include` in pg_hba.conf
SERVICES = ["postgres", "postgres-roles", "redis", "booking-migrate", "bot-migrate", "directus-grants", "booking-api", "n8n-key",
            "n8n-setup-key", "bot-gateway", "traefik", "directus", "n8n"]


def version(service):
    return service["image"].rpartition(":")[2]


def valkey():
    """Debian 12 has Redis, whose programs have the same options."""
    if shutil.which("valkey-server"):
        return {}
    programs = {f"/opt/image/valkey-{name}": shutil.which(f"redis-{name}") for name in ("server", "cli", "check-aof")}
    return {"path": "/opt/image:/usr/bin:/bin", "files": programs}


def image_files(programs):
    """Files of the images besides Debian's."""
    # A program that no chosen step needs is not installed.
    n8n, n8n_node = programs.get("n8n", ("", ""))
    directus, directus_node = programs.get("directus", ("", ""))
    data = {"path": f"/opt/image:{BIN}:/usr/bin:/bin", "files": {"/opt/image": os.path.join(HERE, "postgres-image")},
            "environment": {"PGDATA": "/var/lib/postgresql/data"}}
    booking = {"files": {"/opt/booking-api": PROGRAM}, "entrypoint": ["/opt/booking-api"],
               "moved": {"/usr/bin/service": "/opt/booking-api"}}
    gateway = {"files": {"/opt/bot-gateway": GATEWAY}, "entrypoint": ["/opt/bot-gateway"], "moved": {"/usr/bin/service": "/opt/bot-gateway"}}
    package = os.path.join(directus, "node_modules/directus")
    return {
        "postgres": data, "postgres-roles": data, "directus-grants": data, "redis": valkey(),
        "booking-api": booking, "booking-migrate": booking, "bot-migrate": gateway, "n8n-key": booking, "n8n-setup-key": booking,
        "bot-gateway": gateway,
        "directus": {"path": "/opt/node/bin:/usr/bin:/bin", "home": "/home/node", "cwd": "/directus",
                     "files": {"/opt/node": directus_node, "/directus/node_modules": os.path.join(directus, "node_modules"),
                               **{f"/directus/{name}": os.path.join(package, name)
                                  for name in ("cli.js", "version.js", "package.json")}}},
        "n8n": {"path": "/opt/node/bin:/opt/n8n/node_modules/.bin:/usr/bin:/bin", "home": "/home/node", "cwd": "/home/node",
                "files": {"/opt/node": n8n_node, "/opt/n8n": n8n}, "command": ["n8n", "start"],
                "environment": {"NODE_ENV": "production"}},
    }


def call(port, method, path, body=None, headers=None, timeout=20):
    """Status and body, decoded if it is JSON."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=timeout)
    try:
        data = None if body is None else json.dumps(body).encode()
        connection.request(method, path, data, {**({"Content-Type": "application/json"} if data else {}), **(headers or {})})
        answer = connection.getresponse()
        text = answer.read().decode()
    finally:
        connection.close()
    with contextlib.suppress(ValueError):
        return answer.status, json.loads(text)
    return answer.status, text


class Full:
    """Use as a context manager."""

    def __init__(self, home, programs):
        self.home, self.boxes, self.services = home, {}, description()["services"]
        self.images = image_files(programs)
        self.secrets_make()
        for volume in self.services["bot-gateway"]["volumes"]:
            volume["source"] = os.path.join(home, "secrets", "bots")
            os.makedirs(volume["source"], exist_ok=True)
        if int(BIN.split("/")[4]) < INCLUDES:
            self.without_includes()

    def secrets_make(self):
        """Makes the secrets like `deploy/tapbot secrets make`, in a folder of the test."""
        os.symlink(os.path.join(ROOT, "deploy"), os.path.join(self.home, "deploy"))
        environment = {**os.environ, "TAPBOT_ROOT": self.home, "PYTHONPATH": os.path.join(ROOT, "deploy/lib")}
        subprocess.run(["/usr/bin/python3", "-m", "stack.secret", "make"], env=environment, check=True,
                       stdout=subprocess.DEVNULL)

    def without_includes(self):
        """Debian 12 has PostgreSQL 15, whose pg_hba.conf cannot include the lines of the link to another server."""
        with open(os.path.join(ROOT, "deploy/postgres/pg_hba.conf"), encoding="utf-8") as file:
            lines = [line for line in file if not line.startswith("include")]
        path = os.path.join(self.home, "pg_hba.conf")
        with open(path, "w", encoding="utf-8") as file:
            file.writelines(lines)
        image = self.images["postgres"]
        self.images["postgres"] = {**image, "files": {**image["files"], "/opt/pg_hba.conf": path}}
        self.services["postgres"]["command"] += ["-c", "hba_file=/opt/pg_hba.conf"]

    def secret(self, name):
        with open(os.path.join(self.home, "secrets", name), encoding="ascii") as file:
            return file.read()

    def box(self, name):
        if name not in self.boxes:
            self.boxes[name] = Box(self.home, name, self.services[name], self.images[name], SERVICES)
        return self.boxes[name]

    def __enter__(self):
        return self

    def __exit__(self, *_):
        for box in reversed(self.boxes.values()):
            box.end()

    def data_up(self):
        """Creates and fills PostgreSQL with the one-shot containers, in their order."""
        self.box("postgres").start().wait_healthy()
        self.box("postgres-roles").once()
        self.box("redis").start().wait_healthy()
        self.box("booking-migrate").once()
        self.box("bot-migrate").once()
        self.box("directus-grants").once()
        self.box("booking-api").start().wait_healthy()
        self.sql("tapbot", f"\\set tenant {TENANT}\n\\set second_tenant {SECOND_TENANT}\n",
                 os.path.join(ROOT, "services/booking-api/demo/load.sql"))

    def sql(self, database, text, file=None):
        """Runs SQL as superuser over the socket."""
        if file:
            with open(file, encoding="utf-8") as more:
                text += more.read()
        return self.box("postgres").run("psql", "-X", "-q", "-t", "-A", "-v", "ON_ERROR_STOP=1", "-h", "/var/run/postgresql",
                                        "-U", "postgres", "-d", database, text=text).strip()

    def key(self, *scopes):
        """A new API key, made by the one-shot container's program."""
        output = self.box("booking-migrate").run("/opt/booking-api", "--keys", "create", "--tenant", "demo", "--client", "n8n",
                                               "--scopes", ",".join(scopes), "--test")
        return re.search(r"tb_test_\w+", output).group(0)


def secrets_are_not_told(box, *values):
    """Neither the environment nor the command line of any of its processes has a secret."""
    for pid in box.tree():
        for place in ("environ", "cmdline"):
            with contextlib.suppress(OSError):
                with open(f"/proc/{pid}/{place}", "rb") as file:
                    output = file.read()
                for value in values:
                    assert value.encode() not in output, f"{box.name}: a secret in /proc/{pid}/{place}"


def memory_note(box):
    """Peak and limit. The cgroup's peak includes page cache, which the kernel can reclaim."""
    box.rss()
    limit, peak = box.limit, box.cgroup.peak()
    note = f"RSS at most {box.rss_peak / 1e6:.0f} of {limit / 1e6:.0f} MB"
    if peak is None:
        note += " (no cgroup here: the limit was not set)"
    else:
        note += f", with page cache {peak / 1e6:.0f}, limit set"
    assert box.rss_peak < 0.95 * limit, note
    return note


def in_days(number):
    return (datetime.date.today() + datetime.timedelta(days=number)).isoformat()


# ---- Directus -----------------------------------------------------------------------------------------

def directus_starts(full):
    box = full.box("directus")
    took = box.start().wait_healthy(120)
    status, body = call(8055, "GET", "/server/ping")
    assert (status, body) == (200, "pong"), (status, body)
    owner = full.sql("tapbot", "SELECT count(*) FROM pg_tables WHERE schemaname = 'directus';")
    assert int(owner) > 20, f"its tables are not in its schema: {owner}"
    assert full.sql("tapbot", "SELECT count(*) FROM pg_tables WHERE schemaname = 'booking' AND tablename LIKE 'directus%';") == "0"
    secrets_are_not_told(box, full.secret("directus_secret"), full.secret("directus_key"), full.secret("directus_db_password"),
                         full.secret("directus_admin_password"))
    server = full.sql("postgres", "SHOW server_version;").split()[0]
    return f"{version(full.services['directus'])} on PostgreSQL {server}, healthy after {took:.0f} s"


def directus_token(full):
    email = full.services["directus"]["environment"]["ADMIN_EMAIL"]
    status, body = call(8055, "POST", "/auth/login", {"email": email, "password": full.secret("directus_admin_password")})
    assert status == 200, body
    return {"Authorization": f"Bearer {body['data']['access_token']}"}


READ = ["city", "owner", "apartment", "occupancy", "booking", "booking_history", "cancellation_policy"]
HIDDEN = ["idempotency", "outbox", "audit", "quote", "erasure", "feed_tombstone", "api_key", "client", "tenant"]
# collection, field, value: texts may be written, other fields may not.
WRITABLE = [("apartment", "title_ru", "Проверка Directus"), ("apartment", "amenities", ["wifi"]), ("owner", "name", "Новое имя")]
READ_ONLY = [("apartment", "base_price", 100), ("apartment", "is_active", False), ("apartment", "cancellation_policy", "strict"),
             ("apartment", "rates", []), ("booking", "total", 100), ("booking", "paid", 100), ("booking", "refund", 100),
             ("booking", "guest_name", "Кто-то"), ("occupancy", "status", "cancelled"), ("occupancy", "check_in", "2030-01-01"),
             ("owner", "tenant_id", SECOND_TENANT), ("city", "name_ru", "Город"), ("booking_history", "to_status", "held"),
             ("cancellation_policy", "text_ru", "Без возврата")]


def first(collection, headers):
    status, body = call(8055, "GET", f"/items/{collection}?limit=1", headers=headers)
    assert status == 200 and body["data"], f"{collection}: {status} {body}"
    return body["data"][0]


def key_of(row):
    return next(row[name] for name in ("id", "slug", "name", "tenant_id") if row.get(name))


def directus_shows(full):
    headers = directus_token(full)
    for collection in READ:
        first(collection, headers)
    for collection in HIDDEN:
        status, _ = call(8055, "GET", f"/items/{collection}?limit=1", headers=headers)
        assert status >= 400, f"{collection} is shown: {status}"
    return f"{len(READ)} tables shown, {len(HIDDEN)} not"


def directus_writes(full):
    """Texts written through Directus appear in booking-api's answers; PostgreSQL refuses other writes."""
    headers = directus_token(full)
    for collection, field, value in WRITABLE:
        row = first(collection, headers)
        status, body = call(8055, "PATCH", f"/items/{collection}/{key_of(row)}", {field: value}, headers)
        assert status == 200 and body["data"][field] == value, f"{collection}.{field}: {status} {body}"
        if "version" in row:
            assert int(body["data"]["version"]) > int(row["version"]), f"{collection}: its version did not change"
    flat = first("apartment", headers)
    api = {"X-API-Key": full.key("booking:read")}
    assert call(7020, "GET", f"/v1/apartments/{flat['id']}", headers=api)[1]["title"]["ru"] == "Проверка Directus"
    for collection, field, value in READ_ONLY:
        row = first(collection, headers)
        assert field in row, f"{collection} has no {field}"
        status, _ = call(8055, "PATCH", f"/items/{collection}/{urllib.parse.quote(str(key_of(row)))}", {field: value}, headers)
        assert status >= 400, f"{collection}.{field} could be written: {status}"
        # The other columns may change: booking-api itself writes the rows that it lists.
        assert first(collection, headers)[field] == row[field], f"{collection}.{field} changed"
    for collection in READ:
        row = first(collection, headers)
        status, _ = call(8055, "DELETE", f"/items/{collection}/{key_of(row)}", headers=headers)
        assert status >= 400, f"{collection}: a row could be deleted"
        status, _ = call(8055, "POST", f"/items/{collection}", {name: value for name, value in row.items() if name != "id"}, headers)
        assert status >= 400, f"{collection}: a row could be made"
    return f"{len(WRITABLE)} fields written, {len(READ_ONLY)} refused, nothing made or deleted"


def directus_again(full):
    """A restart bootstraps again and retains the data."""
    box = full.box("directus")
    box.stop()
    took = box.start().wait_healthy(120)
    directus_token(full)
    return f"{took:.0f} s"


def directus_memory(full):
    box, headers = full.box("directus"), directus_token(full)
    for _ in range(300):
        call(8055, "GET", "/items/apartment?limit=50", headers=headers)
        box.rss()
    return memory_note(box)


# ---- n8n ----------------------------------------------------------------------------------------------

WORKFLOW = os.path.join(HERE, "book-a-flat.json")
CREDENTIAL = {"id": "tapbotApiKey0001", "name": "booking-api", "type": "httpHeaderAuth"}


def n8n_starts(full):
    box = full.box("n8n")
    took = box.start().wait_healthy(180)
    assert int(full.sql("n8n", "SELECT count(*) FROM pg_tables WHERE schemaname = 'public';")) > 20, "not in PostgreSQL"
    secrets_are_not_told(box, full.secret("n8n_encryption_key"), full.secret("n8n_db_password"))
    return f"{version(full.services['n8n'])}, healthy after {took:.0f} s"


def n8n_has_an_owner(full):
    """Created as `up` does: the owner logs in with the password that was shown, and no second owner can be made."""
    email = "admin@tapbot.test"
    with mock.patch.object(watch, "addresses", return_value=["127.0.0.1:5678"]), mock.patch.object(tree, "env_read", return_value={"ACME_EMAIL": email}):
        output = [io.StringIO(), io.StringIO()]
        for one in output:
            with contextlib.redirect_stdout(one):
                n8n_owner.ensure()
    assert not output[1].getvalue(), "a second run made another owner"
    (password,) = re.findall(r"^ .*: +(\w{20})$", output[0].getvalue(), re.M)
    status, body = call(5678, "POST", "/rest/login", {"emailOrLdapLoginId": email, "password": password})
    assert status == 200 and body["data"]["role"] == "global:owner", (status, body)
    status, _ = call(5678, "POST", "/rest/owner/setup", {"email": "b@tapbot.test", "firstName": "B", "lastName": "B", "password": "Another1Password"})
    assert status == 400, status
    return email


def n8n_imports(full):
    """A credential and a workflow by the command line, as `docker compose exec` would."""
    box, key = full.box("n8n"), full.key("booking:read", "booking:write")
    folder = os.path.join(full.home, "volumes", "n8n-data", "import")
    os.makedirs(folder)
    shutil.copy(WORKFLOW, folder)
    with open(os.path.join(folder, "key.json"), "w", encoding="utf-8") as file:
        json.dump([{**CREDENTIAL, "data": {"name": "X-API-Key", "value": key}}], file)
    os.chmod(folder, 0o755)
    box.run("n8n", "import:credentials", "--input=/home/node/.n8n/import/key.json")
    box.run("n8n", "import:workflow", "--input=/home/node/.n8n/import/book-a-flat.json")
    box.run("n8n", "publish:workflow", "--id=bookAFlat0000001")
    shutil.rmtree(folder)
    output = full.sql("n8n", "SELECT data FROM credentials_entity;")
    assert output and key not in output, "the key is stored in the database unencrypted"
    box.stop()  # a published workflow is activated at the start
    return f"healthy again after {box.start().wait_healthy(180):.0f} s"


def free_flat(full):
    """A flat that a guest would have chosen."""
    dates = f"check_in={in_days(30)}&check_out={in_days(32)}"
    status, body = call(7020, "GET", f"/v1/apartments?city=almaty&guests=2&{dates}&sort=price&limit=1",
                        headers={"X-API-Key": full.key("booking:read")})
    assert status == 200, body
    return body["items"][0]["id"]


def webhook(flat):
    return call(5678, "POST", "/webhook/book", {
        "message": "message-1", "apartment_id": flat, "guests": 2, "check_in": in_days(30), "check_out": in_days(32),
        "guest": {"name": "Айгерим", "phone": "+77011234567", "language": "ru"}}, timeout=30)


def n8n_books(full):
    """The webhook answers with a booked flat, the same one when the message comes twice."""
    flat, end = free_flat(full), time.monotonic() + 60
    while True:  # the container is healthy some seconds before its webhooks work
        status, body = webhook(flat)
        if isinstance(body, dict) and status == 200 or time.monotonic() > end:
            break
        time.sleep(0.5)
    assert isinstance(body, dict) and body["status"] == "held" and body["total"] > 0, (status, body)
    assert webhook(flat)[1]["code"] == body["code"], "a repeated message booked twice"
    booked = full.sql("tapbot", "SELECT o.status, b.code FROM booking.booking b JOIN booking.occupancy o USING (id) "
                                f"WHERE b.code = '{body['code']}';")
    assert booked == f"held|{body['code']}", booked
    full.flat = flat
    return f"{body['flat']}, {body['total'] // 100} tenge"


def n8n_memory(full):
    box = full.box("n8n")
    began, runs = time.monotonic(), 0
    while time.monotonic() < began + 15:
        status, body = webhook(full.flat)
        assert status == 200, (status, body)
        runs += 1
        if runs % 5 == 0:
            box.rss()
    return f"{memory_note(box)}; {runs / 15:.0f} webhook runs/s"


def connections(full):
    """Together the services use fewer connections than PostgreSQL permits."""
    used = dict(line.split("|") for line in full.sql(
        "postgres", "SELECT usename, count(*) FROM pg_stat_activity WHERE backend_type = 'client backend' GROUP BY 1;").splitlines())
    limits = dict(line.split("|") for line in full.sql(
        "postgres", "SELECT rolname, rolconnlimit FROM pg_roles WHERE rolconnlimit > 0;").splitlines())
    for role, limit in limits.items():
        assert int(used.get(role, 0)) <= int(limit), f"{role}: {used.get(role)} of {limit}"
    return ", ".join(f"{role} {used.get(role, 0)}/{limit}" for role, limit in sorted(limits.items()))


def stops(full):
    """Each ends by itself within the time that Docker gives it."""
    output = []
    for name in ("n8n", "directus", "booking-api", "redis", "postgres"):
        began = time.monotonic()
        assert full.box(name).stop(), f"{name} had to be killed"
        output.append(f"{name} {time.monotonic() - began:.1f} s")
    return ", ".join(output)


STEPS = [
    ("Directus starts from files and makes its tables", directus_starts),
    ("Directus shows the services' tables, and no others", directus_shows),
    ("Directus writes texts, PostgreSQL refuses other writes", directus_writes),
    ("Directus starts again", directus_again),
    ("Directus stays in its memory", directus_memory),
    ("n8n starts from files on PostgreSQL", n8n_starts), ("n8n has the owner that `up` makes", n8n_has_an_owner),
    ("n8n takes a key and a workflow from the command line", n8n_imports),
    ("an n8n webhook books a flat", n8n_books),
    ("n8n stays in its memory", n8n_memory),
    ("all together stay within PostgreSQL's connections", connections),
    ("all stop in the time they are given", stops),
]
