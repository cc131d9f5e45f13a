# SPDX-License-Identifier: MIT
"""Compares the lines of a table with what booking-api has, lets booking-api check them, and writes them.

Nothing of this is one transaction: everything is checked before the first change, and a run that was cut off is completed by
the next one, which finds what exists by codes, phones and names. Requests that create something have an Idempotency-Key of
their content, so one that was sent twice creates one thing."""
import concurrent.futures
import hashlib
import http.client
import json
import re
import threading
import time
import urllib.parse
import uuid

from stack import import_feeds

CONNECTIONS = 4
PATIENCE = 60  # seconds for one request, with its repetitions
PAGE = 100
UUID = re.compile("[0-9A-Fa-f]{8}(-[0-9A-Fa-f]{4}){3}-[0-9A-Fa-f]{12}")
NOBODY = "00000000-0000-7000-8000-000000000000"  # in place of an owner who will be created
CHANGED_ALWAYS = ("version", "updated_at")
NOT_LISTED = {"description", "house_rules", "address_kz", "address_en"}
NOT_OF_PART = ("required", "contradiction", "unknown_owner")  # may follow from the cell that was refused


class Away(Exception):
    """booking-api did not answer, or not as its contract says; the argument says how."""


class Refused(Exception):
    """The key may not do this; the argument is the API's code."""


class Client:
    """One connection for each thread. A request is repeated until booking-api accepts or refuses it."""

    def __init__(self, address, key):
        self.address, self.key, self.own, self.stopped = address, key, threading.local(), threading.Event()

    def once(self, method, path, body, headers):
        """(status, JSON, headers of the reply)."""
        connection = getattr(self.own, "connection", None) or http.client.HTTPConnection(self.address, timeout=PATIENCE)
        self.own.connection = None
        connection.request(method, path, None if body is None else json.dumps(body, ensure_ascii=False).encode(), headers)
        reply = connection.getresponse()
        found = json.loads(reply.read() or b"{}")
        self.own.connection = connection
        return reply.status, found, reply.headers

    def call(self, method, path, body=None, once_key=None):
        headers = {"X-API-Key": self.key, **({"Content-Type": "application/json"} if body is not None else {}),
                   **({"Idempotency-Key": once_key} if once_key else {})}
        end, why = time.monotonic() + PATIENCE, ""
        while time.monotonic() < end:
            pause = 1.0
            try:
                status, found, more = self.once(method, path, body, headers)
                if status in (401, 403):
                    raise Refused(found.get("code", ""))
                if status != 429 and status < 500 and found.get("code") != "key_in_progress":
                    return status, found, more
                why, pause = f"{status} {found.get('code', '')}", float(more.get("Retry-After") or 1)
            except (OSError, ValueError, http.client.HTTPException) as error:
                why = str(error) or type(error).__name__
            if self.stopped.wait(min(pause, max(0.0, end - time.monotonic()))):
                break
        raise Away(why)

    def items(self, path, **query):
        """Everything in a list, the newest first."""
        cursor = {}
        while cursor is not None:
            status, found, _ = self.call("GET", f"{path}?{urllib.parse.urlencode({'limit': PAGE, **query, **cursor})}")
            if status != 200:
                raise Away(f"{status} {found.get('code', '')}")
            yield from found["items"]
            cursor = {"cursor": found["next_cursor"]} if found["next_cursor"] else None

    def each(self, work, things, progress):
        """Does the work for each thing, by several connections."""
        with concurrent.futures.ThreadPoolExecutor(CONNECTIONS) as pool:
            try:
                for count, _ in enumerate(pool.map(work, things), 1):
                    progress(count, len(things))
            except BaseException:
                self.stopped.set()
                raise

    def create(self, path, body, names):
        """(status, JSON) of a POST. The stored answer to an earlier one counts only if what it created still has these names."""
        once_key = "import-" + hashlib.sha256(json.dumps([path, body], sort_keys=True).encode()).hexdigest()
        status, found, headers = self.call("POST", path, body, once_key)
        if headers.get("Idempotent-Replay"):
            _, now, _ = self.call("GET", f"{path}/{found['id']}")
            if any(now.get(name) != found[name] for name in names):
                status, found, _ = self.call("POST", path, body, f"import-{uuid.uuid4()}")
        return status, found


def problems_of(found):
    """(field, code, detail) for each problem of an answer that refuses a request."""
    errors = found.get("errors") or [{"field": "code" if found.get("code") == "code_taken" else "", **found}]
    return [(one.get("field", ""), one.get("code", ""), one.get("detail", "")) for one in errors]


class Owners:
    """The owners of the tenant, and the ones that the table adds. An owner is found by phone, or without one by name."""

    def __init__(self, client):
        self.client, self.by_phone, self.by_name, self.judged = client, {}, {}, {}
        listed = list(client.items("/v1/owners"))
        self.ids = {owner["id"] for owner in listed}
        for owner in reversed(listed):
            self.add(owner)

    def add(self, owner):
        self.by_phone.setdefault(owner.get("phone"), owner)
        self.by_name.setdefault(owner["name"].lower(), []).append(owner)

    @staticmethod
    def words(line):
        return line.owner.get("name"), line.owner.get("phone")

    def judge(self, words):
        """Lets booking-api check and normalise a name and a phone. A phone is enough for an owner who exists."""
        name, phone = words
        status, found, _ = self.client.call("POST", "/v1/owners?dry_run=true", {"name": name or "-", **({"phone": phone} if phone else {})})
        self.judged[words] = (found["would"], []) if status == 200 else (None, problems_of(found))

    def of(self, line):
        """The owner that the line names: one of the list, or a new one without an id. None: the line has a problem now."""
        (name, phone), (would, problems) = self.words(line), self.judged[self.words(line)]
        for field, code, detail in problems:
            line.refuse_field(f"owner/{field}", code, detail)
        if problems:
            return None
        same = self.by_name.get(would["name"].lower(), [])
        if phone:
            same = [self.by_phone[would["phone"]]] if would["phone"] in self.by_phone else []
        if len(same) > 1 or not (same or name):
            line.refuse_field("owner/name", "several_owners" if same else "required", "")
            return None
        if not same:
            same = [{"name": would["name"], **({"phone": would["phone"]} if phone else {})}]
            self.add(same[0])
        return same[0]


class Import:
    """The lines of a table on their way into booking-api. `plan` of a line that passed the checks is created, changed or
    unchanged; it is `done` when that is so."""

    def __init__(self, client, lines, progress):
        self.client, self.lines, self.progress, self.owners_made = client, lines, progress, 0
        self.owners = Owners(client)
        self.flats = {flat["code"]: flat for flat in client.items("/v1/apartments", is_active="all")}
        for line in lines:
            line.plan, line.named, line.done, line.feeds = None, None, False, []

    def check_codes(self):
        """Refuses a new code that differs from another one only by case: it would become a second flat."""
        known = {code.casefold(): (code, ("такая квартира уже есть", "an apartment that exists")) for code in self.flats}
        for line in self.lines:
            if line.code and line.code not in self.flats:
                row = line.record.row
                code, place = known.setdefault(line.code.casefold(), (line.code, (f"строка {row}", f"line {row}")))
                if code != line.code:
                    line.refuse_field("code", "similar_code", (code, place))

    def check(self):
        self.check_codes()
        sound = [line for line in self.lines if not line.problems and line.owner and "owner_id" not in line.body]
        self.client.each(self.owners.judge, list(dict.fromkeys(map(self.owners.words, sound))), lambda *_: None)
        for line in sound:
            line.named = self.owners.of(line)
        for line in self.lines:
            if UUID.fullmatch(line.body.get("owner_id") or "") and line.body["owner_id"].lower() not in self.owners.ids:
                line.refuse_field("owner_id", "unknown_owner", "")
        self.client.each(self.check_line, [line for line in self.lines if not line.record.problem], self.progress)

    def check_line(self, line):
        """Lets booking-api check the line. Of a line with a problem only what does not follow from the missing cell is reported."""
        known, partly = self.flats.get(line.code), bool(line.problems)
        body = self.body(line, known)
        if known:
            status, found, _ = self.client.call("PATCH", f"/v1/apartments/{known['id']}?dry_run=true", body)
        else:
            status, found, _ = self.client.call("POST", "/v1/apartments?dry_run=true", body)
        for field, code, detail in problems_of(found) if status != 200 else ():
            if not (partly and code in NOT_OF_PART or code == "unknown_owner" and body["owner_id"] == NOBODY):
                line.refuse_field(field, code, detail)
        if not line.problems and import_feeds.CELL in line.body:
            self.check_feeds(line, known)
        if not line.problems:
            same = known and status == 200 and not line.feeds and self.same(line, known, found["would"])
            line.plan = "created" if not known else "unchanged" if same else "changed"

    def check_feeds(self, line, known):
        """Finds what the cell of calendars changes, and lets booking-api check it; of a new apartment only when it exists."""
        path = f"/v1/apartments/{known['id']}/feeds" if known else ""
        line.feeds = import_feeds.steps(path, line.body[import_feeds.CELL], list(self.client.items(path)) if known else [])
        for method, where, body in line.feeds if known else ():
            status, found, _ = self.client.call(method, f"{where}?dry_run=true", body)
            for field, code, detail in problems_of(found) if status not in (200, 404) else ():
                line.refuse_field(import_feeds.CELL, code, detail)
        for _, _, body in line.feeds if not known else ():
            if body and not body["url"].startswith("https://"):
                line.refuse_field(import_feeds.CELL, "url_not_allowed", "")

    def write_feeds(self, line, flat):
        """After the apartment itself. DELETE of a feed that is gone already is no problem."""
        path = f"/v1/apartments/{flat}/feeds"
        for method, where, body in line.feeds:
            status, found, _ = self.client.call(method, where or path, body)
            for field, code, detail in problems_of(found) if status not in (200, 201, 204, 404) else ():
                line.refuse_field(import_feeds.CELL, code, detail)
                line.done = False

    def same(self, line, known, would):
        """Whether nothing would change. A list does not have NOT_LISTED; an empty check_in_info is omitted everywhere."""
        ignored = CHANGED_ALWAYS
        if line.body.keys() & NOT_LISTED:
            _, known, _ = self.client.call("GET", f"/v1/apartments/{known['id']}")
        else:
            ignored = (*ignored, *NOT_LISTED)
        return all(known.get(name) == would.get(name) for name in known.keys() | would.keys() if name not in ignored)

    @staticmethod
    def body(line, known):
        named = {"owner_id": line.named.get("id", NOBODY)} if line.named else {}
        return {name: value for name, value in {**line.body, **named}.items() if not (name == import_feeds.CELL or known and name == "code")}

    def good(self, *plans):
        return [line for line in self.lines if line.plan in plans and not line.problems]

    def new_owners(self):
        """The owners to create, in the order of the table."""
        named = [line.named for line in self.good("created", "changed") if line.named and "id" not in line.named]
        return list({id(owner): owner for owner in named}.values())

    def write(self):
        """Owners and new apartments are created one after another: lists with the newest first follow the table."""
        for line in self.good("unchanged"):
            line.done = True
        for owner in self.new_owners():
            status, found = self.client.create("/v1/owners", dict(owner), ("name", "phone"))
            if status != 201:
                raise Away(f"{status} {found.get('code', '')}")
            owner["id"], self.owners_made = found["id"], self.owners_made + 1
        created, changed = self.good("created"), self.good("changed")
        for count, line in enumerate(created, 1):
            self.finish(line, *self.client.create("/v1/apartments", self.body(line, None), ("code",)))
            self.progress(count, len(created))
        self.client.each(self.change, changed, self.progress)

    def change(self, line):
        known = self.flats[line.code]
        self.finish(line, *self.client.call("PATCH", f"/v1/apartments/{known['id']}", self.body(line, known))[:2])

    def finish(self, line, status, found):
        """What others changed since the check may have made a line wrong."""
        line.done = status in (200, 201)
        if line.done:
            self.write_feeds(line, found["id"])
        for problem in problems_of(found) if not line.done else ():
            line.refuse_field(*problem)
