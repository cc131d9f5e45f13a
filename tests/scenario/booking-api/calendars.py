# SPDX-License-Identifier: MIT
"""Calendars of other sites that lie, vanish, jump, shrink and come back, beside random bookings, while the service is killed
with -9: no night that a calendar holds is ever free, no night remains held that two complete answers omit, and each
conflict has one event at its begin and one at its end. CALENDARS_STEPS and CALENDARS_SEED lengthen and repeat a run.

Which answers are trusted is tested in tests/unit/booking-api/test_feed_trust.c, and each single step against an exact model in
tests/integration/booking-api/test_channel_feed_model.c.
"""
import datetime
import http.client
import http.server
import os
import random
import threading
import time

from booking_load import Flats, booking_body
from stand import Client, Stand, full, in_gate, wait_until

WINDOW = 60
KEPT = (3, 4, 17, 18, 19)  # nights that the channel has from its first answer to its last

# Nights that a feed holds and that nothing takes, nights taken for feeds that no feed holds, overlaps without a conflict or
# with two, conflicts without an overlap, and events of conflicts that are missing or repeated.
UNSOUND = """
SELECT 'free ' || n.night FROM booking.channel_feed_night n WHERE n.night >= (now() AT TIME ZONE 'Asia/Almaty')::date
  AND NOT EXISTS (SELECT FROM booking.occupancy o WHERE o.apartment_id = n.apartment_id AND o.nights @> n.night AND booking.occupancy_blocks(o.status))
UNION ALL
SELECT 'held ' || o.check_in FROM booking.occupancy o WHERE o.kind = 'feed' AND o.status = 'blocked' AND o.check_in >= (now() AT TIME ZONE 'Asia/Almaty')::date
  AND NOT EXISTS (SELECT FROM booking.channel_feed_night n WHERE n.apartment_id = o.apartment_id AND n.night = o.check_in)
UNION ALL
SELECT 'twice ' || a.nights FROM booking.occupancy a JOIN booking.occupancy b ON a.apartment_id = b.apartment_id AND a.id < b.id AND a.nights && b.nights
  AND booking.occupancy_blocks(a.status) AND booking.occupancy_blocks(b.status)
UNION ALL
SELECT 'conflicts ' || f.id FROM booking.channel_feed f JOIN booking.occupancy o ON o.apartment_id = f.apartment_id AND o.kind IN ('booking', 'block')
  WHERE booking.occupancy_takes(o.status, o.expires_at) AND o.check_out > (now() AT TIME ZONE 'Asia/Almaty')::date
  AND (EXISTS (SELECT FROM booking.channel_feed_night n WHERE n.feed_id = f.id AND n.night >= o.check_in AND n.night < o.check_out))
   <> (1 = (SELECT count(*) FROM booking.calendar_conflict c WHERE c.feed_id = f.id AND c.occupancy_id = o.id AND c.status IN ('open', 'kept_ours')))
"""
UNTOLD = """
SELECT c.id || ' ' || c.status || ' ' || e.begun || ' ' || e.ended FROM booking.calendar_conflict c, LATERAL (
  SELECT count(*) FILTER (WHERE type = 'calendar.conflict') AS begun, count(*) FILTER (WHERE type = 'calendar.conflict_ended') AS ended
  FROM booking.outbox WHERE resource_id = c.id) e WHERE begun <> 1 OR ended <> (c.status <> 'open')::integer
"""


class Channel(http.server.ThreadingHTTPServer):
    """Serves /N.ics: the calendar of a feed, or its present lie."""

    daemon_threads = True

    def __init__(self, count):
        super().__init__(("127.0.0.1", 0), Answer)
        self.nights = [set(KEPT) for _ in range(count)]
        self.lies = [None] * count
        threading.Thread(target=self.serve_forever, daemon=True).start()

    def handle_error(self, *_):
        """A killed reader has closed its connection."""

    def url(self, number):
        return f"http://127.0.0.1:{self.server_address[1]}/{number}.ics"


def calendar(nights):
    lines = ["BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//Test//EN"]
    for night in sorted(nights):
        first = datetime.date.today() + datetime.timedelta(days=night)
        lines += ["BEGIN:VEVENT", f"UID:{night}@channel", f"DTSTART;VALUE=DATE:{first:%Y%m%d}",
                  f"DTEND;VALUE=DATE:{first + datetime.timedelta(days=1):%Y%m%d}", "END:VEVENT"]
    return "\r\n".join([*lines, "END:VCALENDAR", ""])


class Answer(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        number = int(self.path[1:-4])
        status, body = self.server.lies[number] or (200, calendar(self.server.nights[number]))
        self.send_response(status)
        self.send_header("Content-Length", str(len(body.encode())))
        self.end_headers()
        self.wfile.write(body.encode())

    def log_message(self, *_):
        pass


LIES = [(200, "<html>Too many requests</html>"), (200, ""), (200, calendar(())), (200, "BEGIN:VCALENDAR\r\nVERSION:2.0\r\n"), (404, ""), (503, "")]


class Story:
    """A service with some apartments, each connected to two calendars, and the steps."""

    def __init__(self, stand, seed):
        self.stand, self.random, self.kills, self.unread = stand, random.Random(seed), 0, 0
        self.service = stand.service(ENVIRONMENT="demo", BOOKING_FEED_INTERVAL="1s", BOOKING_SWEEP_INTERVAL="50ms")
        self.key = stand.key()
        self.flats = Flats(stand, self.key, self.service.port, 3, buffer_days=0).ids
        self.channel = Channel(2 * len(self.flats))
        self.client, self.bookings, self.guests = Client(self.service.port, self.key), [], 0
        self.feeds = [self.connect(number) for number in range(len(self.channel.nights))]

    def connect(self, number):
        flat = self.flats[number // 2]
        made = self.client.post(f"/v1/apartments/{flat}/feeds", {"url": self.channel.url(number), "channel": ("airbnb", "booking")[number % 2]})
        path = f"/v1/apartments/{flat}/feeds/{made.json['id']}"
        assert self.client.post(f"{path}/read").json["status"] == "ok"
        return path

    def step(self):
        number = self.random.randrange(len(self.feeds))
        nights = self.channel.nights[number]
        kind = self.random.choices(("sell", "free", "shift", "lie", "truth", "read", "accept", "book", "cancel", "block", "resolve", "kill"),
                                   (12, 12, 1, 6, 8, 25, 3, 16, 6, 2, 4, 2))[0]
        first = self.random.randrange(1, WINDOW)
        if kind == "sell":
            ours = [booked for _, flat, booked in self.bookings[-8:] if flat == number // 2]
            first = self.random.choice(ours) if ours and self.random.random() < 0.5 else first
            nights |= set(range(first, min(first + self.random.randrange(1, 5), WINDOW)))
        elif kind == "free":
            nights -= set(range(first, first + self.random.randrange(1, 5))) - set(KEPT)
        elif kind == "shift":
            self.channel.nights[number] = {night + 2 for night in nights} | set(KEPT)
        elif kind == "lie":
            self.channel.lies[number] = self.random.choice(LIES)
            for _ in range(self.random.choice((0, 3))):
                self.read(number, first)
        elif kind == "truth":
            self.channel.lies[number] = None
        else:
            getattr(self, kind)(number, first)

    def read(self, number, _):
        """A killed service may not answer; the background reads too."""
        try:
            self.client.post(f"{self.feeds[number]}/read")
        except (OSError, http.client.HTTPException):
            self.unread += 1

    def accept(self, number, _):
        """A person would compare with the site, so never while it lies about the nights that it keeps."""
        if self.channel.lies[number] is None:
            self.client.post(f"{self.feeds[number]}/read")
            if self.channel.lies[number] is None:
                self.client.post(f"{self.feeds[number]}/accept")

    def book(self, number, first):
        self.guests += 1
        body = booking_body(self.flats[number // 2], first, self.random.randrange(1, 4), 100 + self.guests, hold_seconds=self.random.choice((1, 600, 600, 600)))
        reply = self.client.post("/v1/bookings", body)
        assert reply.status in (201, 409, 422), reply.body
        if reply.status == 201:
            self.bookings.append((reply.json["id"], number // 2, first))

    def cancel(self, *_):
        if self.bookings:
            booking, _, _ = self.bookings.pop(self.random.randrange(len(self.bookings)))
            self.client.post(f"/v1/bookings/{booking}/cancel")

    def block(self, number, first):
        day = datetime.date.today() + datetime.timedelta(days=first)
        self.client.post(f"/v1/apartments/{self.flats[number // 2]}/blocks", {"from": str(day), "to": str(day + datetime.timedelta(days=1))})

    def resolve(self, *_):
        items = self.client.get("/v1/conflicts?status=open").json["items"]
        if items:
            keep = self.random.choice(("ours", "theirs"))
            reply = self.client.post(f"/v1/conflicts/{self.random.choice(items)['id']}/resolve", {"keep": keep})
            assert reply.status in (200, 409, 412), reply.body

    def kill(self, number, _):
        """In the middle of a read and of whatever the background does."""
        reader = threading.Thread(target=self.read_until_killed, args=(number,))
        reader.start()
        time.sleep(self.random.random() * 0.02)
        self.service.kill()
        reader.join()
        self.client.close()
        self.service.start()
        self.kills += 1

    def read_until_killed(self, number):
        client = Client(self.service.port, self.key)
        try:
            while True:
                client.post(f"{self.feeds[number]}/read")
        except (OSError, http.client.HTTPException):
            client.close()

    def check(self, where):
        """What must hold at every moment; a transaction that is running is seen before or after, never between."""
        unsound = self.stand.sql(UNSOUND)
        assert not unsound, f"{where}: {unsound}"
        nights = ",".join(str(datetime.date.today() + datetime.timedelta(days=night)) for night in KEPT)
        lost = self.stand.sql(f"SELECT f.id, kept.night FROM booking.channel_feed f, unnest('{{{nights}}}'::date[]) AS kept(night) WHERE NOT EXISTS"
                              " (SELECT FROM booking.channel_feed_night n WHERE n.feed_id = f.id AND n.night = kept.night)")
        assert not lost, f"{where}: {lost} was let go, but the calendar always had it"

    def end(self):
        """The calendars tell the truth again: two complete answers, accepted where they are suspect, free what they omit."""
        for number, path in enumerate(self.feeds):
            self.channel.lies[number] = None
            self.client.post(f"{path}/read")
            self.client.post(f"{path}/accept")
            for _ in range(2):
                reply = self.client.post(f"{path}/read")
                assert reply.json["status"] == "ok", reply.body
            held = self.stand.sql(f"SELECT night - current_date FROM booking.channel_feed_night WHERE feed_id = '{path.split('/')[-1]}'"
                                  " AND night > (now() AT TIME ZONE 'Asia/Almaty')::date ORDER BY 1")
            assert held.split() == [str(night) for night in sorted(self.channel.nights[number])], (held, sorted(self.channel.nights[number]))
        self.check("at the end")
        wait_until("each conflict is told once", 20, lambda: not self.stand.sql(UNTOLD), 0.1)


def killed():
    steps = int(os.environ.get("CALENDARS_STEPS", 2000 if full() else 250 if in_gate() else 600))
    seed = int(os.environ.get("CALENDARS_SEED", 86))
    with Stand() as stand:
        story = Story(stand, seed)
        for step in range(steps):
            story.step()
            if step % 5 == 0:
                story.check(f"step {step} of seed {seed}")
        story.end()
        conflicts = stand.sql("SELECT count(*) || ' conflicts, ' || count(*) FILTER (WHERE status <> 'open') || ' ended' FROM booking.calendar_conflict")
        reads = stand.sql("SELECT sum(reads) FROM booking.channel_feed")
        assert story.kills > 0 and int(conflicts.split()[0]) > 5, conflicts
        return f"{steps} steps, {story.kills} kills, {reads} reads, {conflicts}"


SCENARIOS = [("calendars that lie, kill -9", killed, 10)]
