# SPDX-License-Identifier: MIT
"""Directus as deploy/directus sets it up: for an editor and an observer, by REST, GraphQL and in Chromium."""
import contextlib
import io
import json
import os
import re
import time
import types
import urllib.parse
from unittest import mock

import full as whole
from stack import directus, directus_files, tree, watch
from stand import TENANT
from studio import Studio

PORT = 8055
PASSWORD = "a-password-for-tests-1"
PEOPLE = {"Редактор": "editor@tapbot.kz", "Наблюдатель": "observer@tapbot.kz"}
COLLECTIONS = [row["collection"] for row in directus_files.table("collections.tsv") if row["template"]]
# Rows that nobody has made yet in this stack: bot-gateway does not run here.
ROWS = f"""INSERT INTO bot.bot (id, name, tenant_id, username) VALUES (gen_random_uuid(), 'apartments', '{TENANT}', 'tapbot_kz_bot');
INSERT INTO bot.bot_messages (message_key, bot_type, language, message_text, built_in) VALUES ('start', 'apartments', 'ru', 'Здравствуйте!', 'Здравствуйте!');
INSERT INTO bot.bot_settings (setting_key, bot_type, setting_value, built_in) VALUES ('hold_minutes', 'apartments', '15', '15');
INSERT INTO booking.tenant_settings (tenant_id) VALUES ('{TENANT}') ON CONFLICT DO NOTHING;
INSERT INTO booking.booking_history (booking_id, version, to_status, actor) SELECT id, 1, 'held', 'guest:700000502' FROM booking.booking LIMIT 1 ON CONFLICT DO NOTHING;"""


def ensure(stack):
    """`deploy/tapbot directus apply` without Docker; returns what it printed."""
    def psql(statement, database):
        return types.SimpleNamespace(returncode=0, stdout=stack.sql(database, statement + ";"))
    output = io.StringIO()
    with mock.patch.object(watch, "addresses", return_value=[f"127.0.0.1:{PORT}"]), mock.patch.object(tree, "psql", psql), \
            mock.patch.object(tree, "SECRETS", os.path.join(stack.home, "secrets")), contextlib.redirect_stdout(output):
        assert directus.ensure()
    return output.getvalue().strip()


def login(stack, role):
    """Headers of a person of the role, who is made if needed."""
    headers = whole.directus_token(stack)
    roles = {one["name"]: one["id"] for one in directus_files.document("access.json")["roles"]}
    whole.call(PORT, "POST", "/users", {"email": PEOPLE[role], "password": PASSWORD, "role": roles[role], "first_name": role}, headers)
    status, body = whole.call(PORT, "POST", "/auth/login", {"email": PEOPLE[role], "password": PASSWORD})
    assert status == 200, body
    return {"Authorization": f"Bearer {body['data']['access_token']}"}


def until(seconds, condition, why=lambda: ""):
    """How long it took until the condition was true."""
    began = time.monotonic()
    while not condition():
        assert time.monotonic() < began + seconds, f"not within {seconds} s: {why()}"
        time.sleep(0.02)
    return time.monotonic() - began


def is_set_up(stack):
    """The first run makes everything, the second one changes nothing, and what a person has saved stays."""
    stack.sql("tapbot", ROWS)
    first = ensure(stack)
    assert "изменено" in first, first
    editor = login(stack, "Редактор")
    own = {"collection": "apartment", "bookmark": "Мои", "layout": "tabular", "layout_query": {"tabular": {"fields": ["code"]}}}
    status, body = whole.call(PORT, "GET", "/users/me?fields=id", headers=editor)
    status, body = whole.call(PORT, "POST", "/presets", {**own, "user": body["data"]["id"]}, editor)
    assert status == 200, body
    saved = body["data"]
    again = ensure(stack)
    assert again == "Directus: всё уже так", again
    stack.sql("tapbot", "UPDATE directus.directus_fields SET translations = NULL WHERE collection = 'city' AND field = 'name_ru'; "
              "DELETE FROM directus.directus_permissions WHERE collection = 'city';")
    repaired = ensure(stack)
    assert "изменено 3" in repaired, repaired
    assert whole.call(PORT, "GET", f"/presets/{saved['id']}", headers=editor)[1]["data"] == saved, "a person's bookmark has changed"
    return first


def gains_a_column(stack):
    """A migration has added a column: the next run adds its field, while Directus runs."""
    stack.sql("tapbot", "ALTER TABLE booking.city ADD COLUMN planned text;")
    rows = directus_files.table("fields.tsv")
    planned = {**next(row for row in rows if (row["collection"], row["field"]) == ("city", "name_en")), "field": "planned", "ru": "Планы", "kz": "Жоспар"}
    with mock.patch.object(directus_files, "table", lambda name, table=directus_files.table: [*table(name), planned] if name == "fields.tsv" else table(name)):
        ensure(stack)
    status, body = whole.call(PORT, "GET", "/items/city?limit=1&fields=planned", headers=login(stack, "Редактор"))
    assert status == 200 and "planned" in body["data"][0], body
    stack.sql("tapbot", "ALTER TABLE booking.city DROP COLUMN planned;")
    return ensure(stack)


def wrong_edits(stack, editor):
    """[(what, method, path, body)]: each must be refused with a word."""
    flat, owner, night = (whole.first(name, editor) for name in ("apartment", "owner", "occupancy"))
    flat_path, owner_path = f"/items/apartment/{flat['id']}", f"/items/owner/{owner['id']}"
    overlapping = {name: night[name] for name in ("tenant_id", "apartment_id", "kind", "status", "check_in", "check_out")}
    edits = [("no title", {"title_ru": ""}), ("title of 201", {"title_ru": "я" * 201}), ("title null", {"title_ru": None}), ("price", {"base_price": -5}),
             ("nights", {"min_nights": 0}), ("title and a price", {"title_ru": "Другое", "base_price": 100}), ("latitude", {"lat": 100}),
             ("latitude alone", {"lat": None}), ("amenities of numbers", {"amenities": [1]}), ("amenities of text", {"amenities": "wifi,tv"}),
             ("photos with escapes", {"photos": ["a\\b"]}), ("title with a zero byte", {"title_ru": "a\0b"})]
    return [*((what, "PATCH", flat_path, body) for what, body in edits),
            ("status", "PATCH", f"/items/occupancy/{night['id']}", {"status": "cancelled"}),
            ("deleting a flat", "DELETE", flat_path, None), ("overlapping nights", "POST", "/items/occupancy", overlapping),
            ("phone", "PATCH", owner_path, {"phone": "8701"}), ("language", "PATCH", owner_path, {"language": "de"}),
            ("unpaid stays", "PATCH", f"/items/tenant_settings/{TENANT}", {"unpaid_stays_max": 500}),
            ("a tenant without a number", "POST", "/items/tenant_settings", {"tenant_id": "x"})]


def refuses(stack):
    """None of the wrong edits is a 500, each has a Russian sentence, and nothing has changed."""
    editor = login(stack, "Редактор")
    before = [whole.first(name, editor) for name in COLLECTIONS]
    edits = wrong_edits(stack, editor)
    for what, method, path, body in edits:
        status, answer = whole.call(PORT, method, path, body, editor)
        assert status in (400, 403), f"{what}: {status} {answer}"
        for error in answer["errors"]:
            assert re.search("[а-яё]", error["message"]) and not re.search("[A-Za-z]{3}", error["message"].replace("API", "")), f"{what}: {error['message']}"
    assert [whole.first(name, editor) for name in COLLECTIONS] == before
    right = [("apartment", {"title_ru": "Студия на Достыке, окна на горы", "title_kz": None, "photos": ["https://images.tapbot.kz/demo/alm-001-1.jpg"], "amenities": ["wifi", "сауна"]}),
             ("owner", {"phone": None, "language": "kz"}), ("bot_settings", {"setting_value": "@tapbot_help"}), ("bot_settings", {"setting_value": 20}),
             ("bot_messages", {"message_text": "Сәлем!"})]
    for collection, body in right:
        row = whole.first(collection, editor)
        status, answer = whole.call(PORT, "PATCH", f"/items/{collection}/{whole.key_of(row)}", body, editor)
        assert status == 200 and all(answer["data"][name] == value for name, value in body.items()), f"{collection}: {body}: {status} {answer}"
    return f"{len(edits)} wrong edits refused, {len(right)} right ones taken"


def observes(stack):
    """An observer changes nothing and sees nobody's name, phone or door code."""
    observer, rows = login(stack, "Наблюдатель"), directus_files.table("fields.tsv")
    personal = [row for row in rows if "p" in row["flags"]]
    for row in personal:
        status, _ = whole.call(PORT, "GET", f"/items/{row['collection']}?limit=1&fields={row['field']}", headers=observer)
        assert status == 403, f"{row['collection']}.{row['field']} is shown: {status}"
    for collection in COLLECTIONS:
        row = whole.first(collection, observer)
        field = next(iter(row))
        status, _ = whole.call(PORT, "PATCH", f"/items/{collection}/{urllib.parse.quote(str(whole.key_of(row)))}", {field: row[field]}, observer)
        assert status == 403, f"{collection}: {status}"
    for path in ("/items/audit", "/items/person", "/users", "/settings/x", "/tapbot-relations"):
        method = "POST" if path.startswith("/tapbot") else "GET"
        status, body = whole.call(PORT, method, path, [] if method == "POST" else None, observer)
        assert status >= 400 or body["data"] == [] or path == "/users" and len(body["data"]) == 1, f"{path}: {status} {body}"
    return f"{len(personal)} fields hidden"


def bookmarks(stack):
    """Each bookmark's filter finds what it names: a stay of today's in Almaty is among the arrivals."""
    editor = login(stack, "Редактор")
    stack.sql("tapbot", """WITH day AS (SELECT (now() AT TIME ZONE 'Asia/Almaty')::date AS today), stay AS (
            SELECT o.id FROM booking.occupancy o JOIN booking.booking b USING (id) WHERE o.status = 'confirmed' ORDER BY o.check_in DESC LIMIT 2),
        flat AS (SELECT id, row_number() OVER () AS n FROM booking.apartment a WHERE NOT EXISTS (SELECT FROM booking.occupancy o
            WHERE o.apartment_id = a.id AND o.check_out + 9 > (SELECT today FROM day) AND o.check_in < (SELECT today FROM day) + 9) LIMIT 2),
        moved AS (SELECT stay.id, row_number() OVER () AS n FROM stay)
        UPDATE booking.occupancy o SET apartment_id = flat.id, check_in = today - (moved.n - 1)::int, check_out = today + 2 - moved.n::int,
            status = 'confirmed' FROM moved JOIN flat USING (n), day WHERE o.id = moved.id;""")
    found = {}
    for one in directus_files.presets():
        if one["bookmark"]:
            query = urllib.parse.urlencode({"fields": "*,booking.guest_name", "filter": json.dumps(one["filter"])})
            status, body = whole.call(PORT, "GET", f"/items/{one['collection']}?{query}", headers=editor)
            assert status == 200, f"{one['bookmark']}: {body}"
            found[one["bookmark"]] = len(body["data"])
    assert found["Заезды сегодня"] >= 1 and found["Выезды сегодня"] >= 1, found
    return ", ".join(f"{name}: {count}" for name, count in found.items())


def rows_of(collection):
    """The rows of fields.tsv for the fields of a form."""
    return [one for one in directus_files.table("fields.tsv") if one["collection"] == collection and not set("hx") & set(one["flags"]) and "group" not in one["kind"]]


PICTURES = os.environ.get("TEST_PICTURES") == "yes"  # writes those of docs/directus.md
IMAGES = os.path.join(whole.ROOT, "docs/images")
ROWS_SHOWN = "document.querySelectorAll('table tbody tr').length > 0"


def pictures(studio, editor):
    """The form that has just been refused, and the pages that docs/directus.md shows."""
    presets = whole.call(PORT, "GET", "/presets?limit=-1", headers=editor)[1]["data"]
    today = next(one["id"] for one in presets if one["bookmark"] == "Заезды сегодня")
    flat = whole.call(PORT, "GET", "/items/apartment?filter[code][_eq]=ALM-003&fields=id", headers=editor)[1]["data"][0]["id"]
    studio.picture(os.path.join(IMAGES, "directus-refusal.png"))
    for name, path, ready in (("apartments", "content/apartment", ROWS_SHOWN), ("arrivals", f"content/occupancy?bookmark={today}", ROWS_SHOWN),
                              ("apartment", f"content/apartment/{flat}", "document.querySelectorAll('.v-form .field').length > 8"),
                              ("dashboard", f"insights/{directus_files.document('dashboard.json')['id']}", "document.body?.innerText.includes('Ближайшие заезды')")):
        studio.open("users", "true")  # a page in between: the same page with another query would not load again
        studio.open(path, ready)
        time.sleep(5)  # pictures and numbers appear one by one
        studio.picture(os.path.join(IMAGES, f"directus-{name}.png"))


def is_english(label):
    return not re.search("[а-яёА-ЯЁ]", label)


def forms(stack):
    """As an editor in Chromium: exactly our collections in the menu, and no English label in any of their forms."""
    editor, count = login(stack, "Редактор"), 0
    rows = directus_files.table("collections.tsv")
    with Studio(os.path.join(stack.home, "chromium"), f"http://127.0.0.1:{PORT}", PEOPLE["Редактор"], PASSWORD) as studio:
        menu = studio.open("content/apartment", "document.querySelectorAll('table tbody tr').length > 0 && Array.from("
                           "document.querySelectorAll('#navigation .v-list-item .v-text-overflow, .module-nav .v-list-item .v-text-overflow'), (one) => one.textContent.trim())")
        wanted = {row["ru"] for row in rows} | {one["bookmark"] for one in directus_files.presets() if one["bookmark"]} | {"Мои"}
        assert set(menu) == wanted, f"the menu has {sorted(set(menu) ^ wanted)} too many or too few"
        for collection in COLLECTIONS:
            row = whole.first(collection, editor)
            labels = studio.form(f"content/{collection}/{urllib.parse.quote(str(whole.key_of(row)))}")
            shown = [one["ru"] for one in directus_files.table("fields.tsv") if one["collection"] == collection and not set("hx") & set(one["flags"])]
            assert set(labels) == set(shown), f"{collection}: {sorted(set(labels) ^ set(shown))}"
            assert not list(filter(is_english, labels)), f"{collection}: {list(filter(is_english, labels))}"
            count += len(shown)
            assert not studio.is_pressable("delete"), f"{collection}: an editor can delete"
            closed = {one["field"] for one in rows_of(collection) if "e" not in one["flags"]}
            until(30, lambda wanted=closed: set(studio.closed_fields()) == wanted, lambda wanted=closed: f"{collection}: {sorted(set(studio.closed_fields()) ^ wanted)}")
        studio.form(f"content/apartment/{whole.first('apartment', editor)['id']}")
        studio.clear_and_save("title_ru")
        studio.tab.until("document.querySelector('.validation-errors, .v-notice')?.innerText.includes('От 1 до 200 знаков')")
        if PICTURES:
            pictures(studio, editor)
        studio.open(f"insights/{directus_files.document('dashboard.json')['id']}", "document.body?.innerText.includes('Ближайшие выезды')")
    return f"{len(COLLECTIONS)} forms, {count} labels, the menu and the dashboard"


def examples():
    """The queries of docs/directus.md."""
    with open(os.path.join(whole.ROOT, "docs/directus.md"), encoding="utf-8") as page:
        return re.findall(r"^```graphql\n(.*?)^```", page.read(), re.M | re.S)


def graphql(stack):
    """The page's examples as an editor; an observer is refused the one with a guest's name, and nobody gets another table or writes a price."""
    editor, observer, found = login(stack, "Редактор"), login(stack, "Наблюдатель"), []
    for query in examples():
        status, body = whole.call(PORT, "POST", "/graphql", {"query": query}, editor)
        assert status == 200 and "errors" not in body, body
        found.append(len(next(iter(body["data"].values()))))
        status, body = whole.call(PORT, "POST", "/graphql", {"query": query}, observer)
        assert ("errors" in body) == ("guest_name" in query), body
    assert len(found) == 3 and all(found), f"examples without rows: {found}"
    flat = whole.first("apartment", editor)["id"]
    for query in ("{ audit { id } }", "{ person { id } }", f'mutation {{ update_apartment_item(id: "{flat}", data: {{base_price: 100}}) {{ id }} }}',
                  f'mutation {{ delete_apartment_item(id: "{flat}") {{ id }} }}'):
        status, body = whole.call(PORT, "POST", "/graphql", {"query": query}, editor)
        assert status < 500 and "errors" in body, f"{query}: {body}"
    return ", ".join(map(str, found)) + " rows"


STALE_SECONDS = 2
ROUNDS = 6


def stale(stack):
    """What booking-api writes is in Directus' answers at most two seconds later, also where they have just been cached; and its user in
    Redis has nothing but that cache."""
    editor, key = login(stack, "Редактор"), {"X-API-Key": stack.key("booking:read", "booking:write")}
    flat, worst = whole.first("apartment", editor)["id"], 0
    path = f"/items/apartment/{flat}?fields=title_en"
    for number in range(ROUNDS):
        title = f"Title {number}"
        whole.call(PORT, "GET", path, headers=editor)
        time.sleep(0.3 * number)
        whole.call(PORT, "GET", path, headers=editor)
        version = whole.call(7020, "GET", f"/v1/apartments/{flat}", headers=key)[1]["version"]
        status, body = whole.call(7020, "PATCH", f"/v1/apartments/{flat}", {"title": {"en": title}}, {**key, "If-Match": f'"{version}"'})
        assert status == 200, body
        worst = max(worst, until(10, lambda title=title: whole.call(PORT, "GET", path, headers=editor)[1]["data"]["title_en"] == title))
    assert worst <= STALE_SECONDS, f"{worst:.2f} s"
    keys = stack.box("redis").run("sh", "-c", "REDISCLI_AUTH=$(cat /run/secrets/redis_password) valkey-cli --scan").split()
    cached = [one for one in keys if one.startswith("sets:namespace:directus:")]
    assert cached, f"nothing is cached: {keys[:5]}"
    return f"at most {worst:.2f} s, {len(cached)} keys in Redis"


def without_redis(stack):
    """While Redis is down Directus answers, and soon."""
    editor = login(stack, "Редактор")
    stack.box("redis").stop()
    try:
        slowest = 0
        for number in range(5):
            began = time.monotonic()
            status, body = whole.call(PORT, "GET", f"/items/apartment?limit=1&offset={number}", headers=editor)
            assert status == 200 and body["data"], body
            slowest = max(slowest, time.monotonic() - began)
    finally:
        stack.box("redis").start().wait_healthy()
    return f"at most {slowest:.2f} s"


STEPS = [
    ("Directus is set up, and a second time changes nothing", is_set_up),
    ("Directus shows a new column", gains_a_column),
    ("Directus refuses an editor's mistakes in Russian", refuses),
    ("an observer of Directus sees nothing personal", observes),
    ("bookmarks of Directus find today's stays", bookmarks),
    ("GraphQL of Directus answers the examples of its page", graphql),
    ("Directus' cache is at most two seconds old", stale),
    ("Directus answers without Redis", without_redis),
    ("an editor of Directus reads Russian only", forms),
]
