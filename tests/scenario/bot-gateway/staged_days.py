# SPDX-License-Identifier: MIT
"""Days of a small agency on a clock that skips the time between steps: guests book, claim, change and cancel, owners and staff
answer, or not, and processes are killed with -9. Nothing that concerns an owner may go without a message to the owner, or to
staff if the owner cannot be reached, within a minute; and nothing may be sent twice."""
import base64
import collections
import datetime
import http.client
import os
import random
import re
import uuid

import staged_judge
from booking_gateway import BOOKING, BookingGateway
from clock_ahead import clock_ahead
from stand import ALMATY, SteadyClient, full, wait_until

SEED = 35 if full() else 21  # of the gate: each kind of step happens
BEGIN = datetime.datetime(2030, 3, 4, 8, 30, tzinfo=ALMATY)  # a Monday, after any date on which the test runs
# Days, minutes between steps, bookings in a step, and of how many steps the last one is interrupted by a kill.
DAYS, PAUSES, BOOKINGS, KILLS = (10, (10, 20, 35, 50), (1, 1, 2), 5) if full() else (1, (8, 12, 300, 420), (3, 4, 5), 3)
NIGHT, MORNING = 23, 8  # hours between which nobody acts
SPEED, DAY = 20, 86400.0  # Telegram's retries; a press stays valid
GUESTS = range(8001, 8025 if full() else 8013)
MEMBERS = {9001: "Айгуль", 9002: "Нурлан"}
# The demo's owners by number. "awake" answers; "sleeps" has a chat and never answers; "blocks" blocks the bot and unblocks it;
# "gone" deletes the account; "unknown" is linked and has never written; "off" wants no notifications.
OWNERS = {1: "awake", 2: "awake", 3: "sleeps", 4: "sleeps", 5: "unlinked", 6: "blocks", 7: "gone", 8: "off", 9: "unknown"}
LIVE = """SELECT b.id, b.code, b.guest_telegram_id AS guest, b.owner_id AS owner, o.status, o.version, o.check_in, o.check_out, b.deposit,
 extract(epoch FROM o.updated_at) AS since FROM booking.booking b JOIN booking.occupancy o USING (id)
 WHERE b.guest_telegram_id BETWEEN 8001 AND 8999 AND o.status IN ('held', 'requested', 'payment_claimed', 'confirmed') ORDER BY b.id"""
UNDONE = """SELECT (SELECT count(*) FROM bot.update WHERE status = 'received')
 + (SELECT count(*) FROM bot.sending WHERE status IN ('queued', 'sending'))
 + (SELECT count(*) FROM bot.sending WHERE status IN ('failed', 'uncertain') AND owner_booking IS NOT NULL)
 + (SELECT count(*) FROM bot.reminder WHERE done_at IS NULL AND try_at <= now() - interval '1 second')
 + (SELECT count(*) FROM booking.occupancy WHERE status IN ('held', 'requested') AND expires_at <= now())"""


def owner_id(number):
    return f"018f0001-0000-7000-8000-{number:012}"


class World(BookingGateway):
    def __init__(self, clock, seed):
        super().__init__(1, database="tapbot_staged")
        self.clock, self.random, self.guests = clock, random.Random(seed), GUESTS
        self.blocked, self.place, self.steps, self.kills, self.acts = set(), "", 0, 0, 0
        plain, preloaded = self.stand.environment, {name: os.environ[name] for name in ("LD_PRELOAD", "CLOCK_AHEAD_FILE")}
        self.stand.environment = lambda **more: plain(**preloaded, BOOKING_SWEEP_INTERVAL="200ms", **more)

    def __enter__(self):
        super().__enter__()
        self.api = SteadyClient(self.booking.port, self.stand.key(client="reception", binary=BOOKING))
        self.hook()
        self.telegram.do("bot", lifetimes={"callback_query": DAY * SPEED})
        self.telegram.do("settings", speed=SPEED, callback_seconds=DAY)
        self.make_owners()
        for person in (*self.chats.values(), *GUESTS):
            self.telegram.do("users", id=person, first_name="Гость", language_code=self.random.choice(["ru", "kk", "en"]), start=True)
            self.telegram.do("send", user=person, text="/start")
        self.make_staff()
        wait_until("the events are read", 20, lambda: self.count("bot.booking_feed WHERE place IS NOT NULL") == 1)
        wait_until("everything is quiet", 60, self.quiet, 0.2)
        return self

    # --- people ---

    def make_owners(self):
        """`chats` has the owners who have a chat with the bot; `flats` has three of each owner's apartments."""
        self.chats = {owner_id(number): 700000100 + number for number, kind in OWNERS.items() if kind not in ("unlinked", "unknown")}
        self.kinds = {owner_id(number): kind for number, kind in OWNERS.items()}
        self.call("PATCH", f"/v1/owners/{owner_id(9)}", {"telegram_id": 700000109})
        self.call("PATCH", f"/v1/owners/{owner_id(8)}", {"notify": False})
        self.flats = []
        for owner in self.kinds:
            every = self.call("GET", f"/v1/apartments?limit=100&owner_id={owner}")["items"]
            for number, flat in enumerate([one for one in every if one["is_active"]][:3]):
                self.call("PATCH", f"/v1/apartments/{flat['id']}", {"instant_book": number != 2, "prepayment_percent": (0, 30, 20)[number],
                                                                   "min_nights": 1})
                self.flats.append(flat["id"])

    def make_staff(self):
        for person, name in MEMBERS.items():
            self.telegram.do("users", id=person, first_name=name, language_code="ru")
        self.group = self.telegram.do("groups", title="Staff", members=list(MEMBERS))["chat"]["id"]
        for known, person in enumerate(MEMBERS, 1):
            code = self.stand.run("--staff", "apartments", role="tapbot_migrator").partition("\t")[0]
            self.telegram.do("send", user=person, chat=self.group, text=f"/staff {code}")
            wait_until("the member is known", 20, lambda known=known: self.count("bot.staff_member") == known)

    def responsible(self, owner):
        """The chat that must be notified of what happens to a stay of the owner now."""
        return self.chats[owner] if self.kinds[owner] in ("awake", "sleeps", "blocks", "gone") and owner not in self.blocked else self.group

    # --- time ---

    @property
    def local(self):
        return datetime.datetime.fromtimestamp(self.clock.now(), ALMATY)

    def done(self):
        """Whether no update and no message waits, none that failed is still unknown to staff, and no stay and no reminder is overdue."""
        return self.telegram.see("state")["bots"][0]["pending"] == 0 and self.stand.sql(UNDONE) == "0"

    def quiet(self):
        """Whether all updates, their events and the messages about them have been processed, in this order."""
        if not self.done():
            return False
        while (events := self.call("GET", f"/v1/events?limit=100{self.place and '&after='}{self.place}"))["items"]:
            self.place = events["next_cursor"]
        return self.stand.sql("SELECT place FROM bot.booking_feed") == self.place and self.done()

    def call(self, method, path, body=None, actor=None, fine=(200, 201)):
        """The answer of booking-api, or None if it refuses; while it is down, the request is repeated."""
        headers = {"Idempotency-Key": str(uuid.UUID(int=self.random.getrandbits(128)))} | ({"X-Actor": actor} if actor else {})
        answers = []

        def answered():
            try:
                reply = self.api.call(method, path, body, headers=headers)
            except (OSError, http.client.HTTPException):
                return False
            answers[:] = [reply]
            return reply.status < 500 and reply.code != "request_in_progress"
        wait_until(f"{method} {path} is answered", 60, answered, 0.1)
        return answers[0].json if answers[0].status in fine else None

    def prove_no_history(self):
        """The events have all that the gateway needs to know of a step. Only the gateway asks for bookings by id here."""
        with open(self.stand.log.name, encoding="utf-8", errors="replace") as log:
            routes = collections.Counter(re.findall(r'"method":"GET","route":"(/v1/(?:bookings|rides|trips)/[^"]*)"', log.read()))
        assert routes["/v1/bookings/:id"] > 0, f"no booking was read: {routes}"
        assert not any(route.endswith("/history") for route in routes), f"histories were read: {routes}"

    # --- what people do; each returns whether it was done ---

    def book(self):
        guest, first = self.random.choice(GUESTS), self.local.date() + datetime.timedelta(days=self.random.randint(1, 20))
        made = self.call("POST", "/v1/bookings", {
            "apartment_id": self.random.choice(self.flats), "check_in": str(first),
            "check_out": str(first + datetime.timedelta(days=self.random.randint(1, 3))), "guests": 1,
            "guest": {"name": "Гость", "phone": f"+7701{guest:07}", "telegram_id": guest}}, f"guest:{guest}")
        return made and made["status"]

    def move(self, booking, action, actor, body=None):
        return self.call("POST", f"/v1/bookings/{booking['id']}/{action}", body or {}, actor) and action

    def change(self, booking, actor):
        last = datetime.date.fromisoformat(booking["check_out"]) + datetime.timedelta(days=1)
        return self.move(booking, "change-dates", actor, {"check_in": booking["check_in"], "check_out": str(last)})

    def guest_acts(self, booking):
        actor, roll = f"guest:{booking['guest']}", self.random.random()
        if booking["status"] == "held":
            if roll < 0.1:
                return self.move(booking, "cancel", actor)
            if roll < 0.75 and not booking["deposit"]:
                return self.move(booking, "confirm", actor)
            if roll < 0.45:
                return self.move(booking, "claim-payment", actor)
            if roll < 0.75:
                self.telegram.do("send", user=booking["guest"], photo={})
                return "receipt"
        elif roll < 0.04:
            return self.move(booking, "cancel", actor)
        elif roll < 0.07:
            return self.change(booking, actor)
        return None

    def press(self, chat, person, booking, *actions):
        """Presses the newest button with the action about the booking. Several actions follow each other."""
        named = base64.urlsafe_b64encode(uuid.UUID(booking["id"]).bytes).decode().rstrip("=")
        for action in actions:
            found = []

            def shown(action=action, found=found):
                for message in self.telegram.see("chat", chat=chat)["messages"]:
                    for row in message.get("reply_markup", {}).get("inline_keyboard", []):
                        found.extend((message["message_id"], one["callback_data"]) for one in row
                                     if one.get("callback_data", "").split(".")[2:3] == [action]
                                     and one["callback_data"].split(".")[3] == f"{named}_{booking['version']}")
                return found
            if action != actions[0]:
                wait_until("the first press is answered", 60, self.done, 0.2)
            if not shown():
                return None
            self.telegram.do("press", user=person, chat=chat, message_id=found[-1][0], data=found[-1][1])
        return actions[-1]

    def owner_acts(self, booking):
        chat, actor = self.chats.get(booking["owner"]), f"owner:{booking['owner']}"
        if self.kinds[booking["owner"]] != "awake" or self.random.random() < 0.4:
            return None
        if booking["status"] == "requested" and self.random.random() < 0.2:
            return self.move(booking, "decline", actor)
        return self.press(chat, chat, booking, "deal_ok")

    def staff_act(self, booking):
        if self.clock.now() - booking["since"] < 1800 or self.random.random() < 0.7:
            return None
        member = self.random.choice(list(MEMBERS))
        if self.random.random() < 0.2:
            return self.press(self.group, member, booking, "staff_no", "staff_sure")
        return self.press(self.group, member, booking, "staff_ok")

    def block_or_return(self, judge):
        """Between two looks of the judge, every owner either can be reached or cannot."""
        for owner, kind in self.kinds.items():
            if kind == "blocks" and self.random.random() < 0.1:
                self.rest(judge)
                self.telegram.do("unblock" if owner in self.blocked else "block", user=self.chats[owner])
                self.blocked ^= {owner}
            if kind == "gone" and owner not in self.blocked and self.random.random() < 0.1:
                self.rest(judge)
                self.telegram.do("deactivate", user=self.chats[owner])
                self.blocked.add(owner)

    # --- a step ---

    def kill(self):
        """kill -9 of one of the two programs, which is started again at once."""
        victim = self.random.choice([self.booking, self.instances[0]])
        victim.kill()
        victim.start(ready=False)
        self.kills += 1

    def rest(self, judge):
        wait_until("everything is quiet", 120, self.quiet, 0.2)
        judge.look()

    def act(self):
        todo = [self.book] * self.random.choice(BOOKINGS)
        for booking in self.stand.rows(LIVE):
            waits = booking["status"] in ("requested", "payment_claimed")
            for person in self.random.sample((self.guest_acts, self.owner_acts, self.staff_act) if waits else (self.guest_acts,), 1 + 2 * waits):
                todo.append(lambda person=person, booking=booking: person(booking))
        self.random.shuffle(todo)
        self.steps += 1
        killed = self.random.randrange(len(todo)) if self.steps % KILLS == 0 else None
        for number, one in enumerate(todo):
            if number == killed:
                self.kill()
            self.acts += bool(one())

    def pass_time(self):
        self.clock.skip(60 * self.random.choice(PAUSES))
        if self.local.hour >= NIGHT or self.local.hour < MORNING:
            wait_until("everything is quiet", 120, self.quiet, 0.2)
            morning = self.local.replace(hour=MORNING, minute=self.random.randrange(60)) + datetime.timedelta(days=self.local.hour >= NIGHT)
            self.clock.skip(morning.timestamp() - self.clock.now())


def staged(clock, seed):
    with World(clock, seed) as world:
        judge, end = staged_judge.Judge(world), BEGIN + datetime.timedelta(days=DAYS)
        while world.local < end:
            world.block_or_return(judge)
            world.act()
            world.rest(judge)
            world.pass_time()
        world.rest(judge)
        judge.end()
        world.prove_no_history()
        return f"seed {seed}, {world.steps} steps, {world.acts} acts, {world.kills} kills, {judge}"


def days_pass():
    """Ten days in `full`, a day in the gate."""
    seed = int(os.environ.get("TEST_SEED", SEED))
    print(f"    seed {seed}", flush=True)
    with clock_ahead(BEGIN.timestamp()) as clock:
        return staged(clock, seed)


SCENARIOS = [("staged days: whatever happens to a stay reaches the owner or staff", days_pass, 900 if full() else 80)]
