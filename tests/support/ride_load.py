# SPDX-License-Identifier: MIT
"""Load on the rides of booking-api: drivers, trips of ten stops, and passengers who use all operations; a ledger of
acknowledged requests, and the invariants after every fault.

Closed loop: a client without an answer repeats the request with the same Idempotency-Key, as the bot does. So the
acknowledged rides at the end are exactly the stored ones.
"""
import collections
import datetime
import http.client
import itertools
import json
import random
import threading
import time
import uuid

from stand import Client, wait_until

PLACES = ("almaty", "konaev", "taldykorgan", "esik", "talgar", "kaskelen", "tekeli", "ushtobe", "sarkand", "zharkent")
STOP_HOURS, TRIP_HOURS = 5, 60  # between two stops; from one trip of a driver to the next
TENGE = {"amount": 100000, "currency": "KZT"}
DEADLINE = 5.0
Entry = collections.namedtuple("Entry", "took path status code headers body error")


def hours_from_now(hours):
    moment = datetime.datetime.now(datetime.timezone.utc).replace(microsecond=0)
    return (moment + datetime.timedelta(hours=hours)).isoformat()


def made(client, path, body):
    reply = client.post(path, body)
    assert reply.status == 201, reply.body
    return reply.json["id"]


def hire(client, number):
    """An active driver with a car: (driver, car)."""
    papers = [{"kind": kind, "last4": "0001", "expires_on": "2040-01-01"} for kind in ("licence", "car", "insurance")]
    driver = made(client, "/v1/drivers", {"name": "Ерлан", "phone": f"+7701{number:07d}", "documents": papers})
    car = made(client, f"/v1/drivers/{driver}/cars", {"make": "Kia", "model": "K5", "color": "серый", "plate": f"{100 + number}ABC02",
                                                      "seats": 4, "doors": 4, "steering": "left", "year": 2021})
    reply = client.post(f"/v1/drivers/{driver}/activate", {})
    assert reply.status == 200, reply.body
    return driver, car


def trip_body(driver, car, hours, seats, **more):
    """A trip of ten stops, the first in `hours` hours."""
    stops = [{"place": place, "at": hours_from_now(hours + STOP_HOURS * n)} for n, place in enumerate(PLACES)]
    return {"driver_id": driver, "car_id": car, "stops": stops, "seats": seats, "seat_prices": [TENGE] * (len(PLACES) - 1), **more}


MORE_OF_A_TRIP = {"child_seats": 2, "child_seat_price": TENGE, "luggage_price": TENGE, "car_price": {**TENGE, "amount": 3000000},
                  "parcel_prices": {"small": TENGE, "medium": TENGE, "large": TENGE}}
# Verb, body. A refused verb is a correct result, too.
RIDE_ACTS = [("confirm", {}), ("confirm", {"paid": {**TENGE, "amount": 20000}}), ("claim-payment", None), ("decline", {"reason": "Нет мест"}),
             ("board", None), ("drop", None), ("no-show", {}), ("driver-no-show", {}), ("cancel", {}), ("cancel", {}), ("share", None)]
TRIP_ACTS = [("confirm", None), ("delay", {"minutes": 15}), ("start", None), ("finish", None), ("cancel", {"reason": "Сломалась"})]


class RideLoad:
    """`clients` clients, each using `ports` in turn, until stop()."""

    def __init__(self, ports, key, drivers=16, clients=64, seed=1):
        self.ports, self.key, self.clients, self.seed = ports, key, clients, seed
        self.ledger, self.lock = [], threading.Lock()
        self.trips, self.rides, self.offers = collections.deque(maxlen=256), collections.deque(maxlen=2048), collections.deque(maxlen=256)
        self.people, self.ended, self.threads = itertools.count(10_000_000), threading.Event(), []
        client = Client(ports[0], key)
        self.drivers = [hire(client, number) for number in range(drivers)]
        for number, (driver, car) in enumerate(self.drivers):
            # Some depart soon and can be boarded; some depart tomorrow.
            hours = (-0.3, 0.4, 24)[number % 3]
            body = trip_body(driver, car, hours, 4, instant_book=number % 4 > 0, prepayment_percent=20 * (number % 2), **MORE_OF_A_TRIP)
            self.trips.append(made(client, "/v1/trips", body))
        client.close()

    def start(self):
        self.threads = [threading.Thread(target=self._work, args=(n,), daemon=True) for n in range(self.clients)]
        for thread in self.threads:
            thread.start()
        return self

    def stop(self, seconds=60):
        """Each client completes its current request."""
        self.ended.set()
        end = time.monotonic() + seconds
        for thread in self.threads:
            thread.join(max(0.0, end - time.monotonic()))
        assert not any(thread.is_alive() for thread in self.threads), f"a request is not answered within {seconds} s"
        return self.ledger

    def _work(self, number):
        dice = random.Random(f"{self.seed}/{number}")
        connections = [Client(port, self.key, DEADLINE + 3) for port in self.ports]
        while not self.ended.is_set():
            act = dice.choices([self._order, self._wish, self._ride, self._offer, self._answer, self._trip, self._publish, self._look],
                               [36, 4, 38, 4, 4, 4, 4, 6])[0]
            asked = act(dice)
            if asked:
                self._ask(dice, connections, *asked)
        for connection in connections:
            connection.close()

    def _ask(self, dice, connections, method, path, body, actor, take):
        """Repeats the request on either instance until it is answered."""
        headers = {"Idempotency-Key": str(uuid.UUID(int=dice.getrandbits(128)))} if method == "POST" else {}
        if actor:
            headers["X-Actor"] = actor
        while True:
            entry = self._once(dice.choice(connections), method, path, body, headers)
            with self.lock:
                self.ledger.append(entry)
            if not entry.error and entry.status != 503 and entry.code != "key_in_progress":
                break
            time.sleep(dice.uniform(0.05, 0.3))
        if entry.status in (200, 201) and take:
            take(json.loads(entry.body))

    @staticmethod
    def _once(connection, method, path, body, headers):
        began = time.monotonic()
        try:
            reply = connection.call(method, path, body, headers=headers)
        except (OSError, http.client.HTTPException) as error:
            return Entry(time.monotonic() - began, path, 0, None, None, body, type(error).__name__)
        return Entry(time.monotonic() - began, path, reply.status, reply.code if reply.status >= 400 else None, reply.headers, reply.body, None)

    # --- requests of a client: method, path, body, actor, function for a successful answer ---

    def _order(self, dice):
        """A seat, a parcel, sometimes the whole car; some wait, some let the hold expire."""
        first = dice.randrange(len(PLACES) - 1)
        body = {"trip_id": dice.choice(self.trips), "from_stop": first, "to_stop": dice.randint(first + 1, len(PLACES) - 1),
                "passenger": {"name": "Айгуль", "telegram_id": next(self.people)}}
        kind = dice.randrange(10)
        if kind == 0:
            body.update(kind="car", from_stop=0, to_stop=len(PLACES) - 1)
        elif kind == 1:
            body.update(kind="parcel", parcel={"size": dice.choice(["small", "medium", "large"]), "recipient": {"name": "Дана", "phone": "+77010000077"}})
        else:
            body.update(seats=dice.randint(1, 2), luggage=dice.randrange(2), child_seats=dice.randrange(2))
        more = dice.randrange(6)
        if more == 0:
            body["wait"] = True
        elif more == 1:
            body["hold_seconds"] = 1
        return "POST", "/v1/rides", body, None, lambda ride: self.rides.append(ride["id"])

    def _wish(self, dice):
        """A ride request that any driver may accept."""
        hours = dice.randrange(30, 300)
        body = {"from": PLACES[0], "to": dice.choice(PLACES[1:]), "depart_from": hours_from_now(hours), "depart_to": hours_from_now(hours + 4),
                "price": {**TENGE, "amount": 800000}, "auto_accept": dice.random() < 0.5,
                "passenger": {"name": "Айгуль", "telegram_id": next(self.people)}}
        return "POST", "/v1/rides", body, None, lambda ride: self.offers.append((ride["id"], hours, None, None))

    def _offer(self, dice):
        """An offer with a car; the trip is created when it is accepted."""
        if not self.offers:
            return None
        ride, hours, *_ = dice.choice(self.offers)
        driver, car = dice.choice(self.drivers)
        body = {"price": {**TENGE, "amount": dice.choice([700000, 900000])}, "car_id": car, "depart_at": hours_from_now(hours + 1)}
        return "POST", f"/v1/rides/{ride}/offers", body, f"driver:{driver}", lambda offer: self.offers.append((ride, hours, offer["id"], driver))

    def _answer(self, dice):
        """Accepts or withdraws offers."""
        known = [one for one in list(self.offers) if one[2]]
        if not known:
            return None
        ride, _, offer, driver = dice.choice(known)
        verb, actor = dice.choice([("accept", None), ("accept", None), ("withdraw", f"driver:{driver}")])
        return "POST", f"/v1/rides/{ride}/offers/{offer}/{verb}", None, actor, lambda _: self.rides.append(ride)

    def _ride(self, dice):
        if not self.rides:
            return None
        verb, body = dice.choice(RIDE_ACTS)
        return "POST", f"/v1/rides/{dice.choice(self.rides)}/{verb}", body, None, None

    def _trip(self, dice):
        verb, body = dice.choice(TRIP_ACTS)
        return "POST", f"/v1/trips/{dice.choice(self.trips)}/{verb}", body, None, None

    def _publish(self, dice):
        """At a random time, so mostly while the driver has another trip."""
        driver, car = dice.choice(self.drivers)
        body = trip_body(driver, car, dice.randrange(1, 1300), dice.randint(1, 4), **MORE_OF_A_TRIP)
        return "POST", "/v1/trips", body, None, lambda trip: self.trips.append(trip["id"])

    def _look(self, dice):
        path = dice.choice([f"/v1/trips/{dice.choice(self.trips)}", f"/v1/trips?from=almaty&to=konaev&depart_from={hours_from_now(1)[:19]}Z"
                            f"&depart_to={hours_from_now(48)[:19]}Z", "/v1/rides?status=open&limit=20"])
        return "GET", path, None, None, None


class RideInvariants:
    """Collects faults; an empty list is a pass."""

    def __init__(self, stand, ledger):
        self.stand, self.ledger, self.wrong = stand, ledger, []

    def expect(self, true, what):
        if not true:
            self.wrong.append(what)
        return self

    def acknowledged_once(self):
        """Each request has an answer: the stored rides are exactly the acknowledged ones."""
        acknowledged = {json.loads(e.body)["id"] for e in self.ledger if e.status == 201 and e.path == "/v1/rides"}
        stored = set(self.stand.sql("SELECT id FROM ride.ride").split())
        self.expect(acknowledged, "no ride was acknowledged")
        self.expect(acknowledged <= stored, f"{len(acknowledged - stored)} acknowledged rides are not stored")
        self.expect(stored <= acknowledged, f"{len(stored - acknowledged)} stored rides were not acknowledged")
        return self

    def typed(self):
        """Errors are problem+json and no 500; 429 and 503 have Retry-After; all in time."""
        for entry in self.ledger:
            self.expect(entry.took <= DEADLINE + 1, f"{entry.path}: {entry.took:.1f} s")
            if entry.status < 400:
                continue
            kind = entry.headers.get("Content-Type", "")
            self.expect(kind.startswith("application/problem+json"), f"{entry.path}: {entry.status} as {kind!r}")
            self.expect(entry.status not in (429, 503) or entry.headers.get("Retry-After"), f"{entry.path}: {entry.status} without Retry-After")
            self.expect(entry.status not in (400, 404, 500), f"{entry.path}: {entry.status}: {entry.body[:200]!r}")
        return self

    def stored(self):
        """Checked without the columns and constraints that ensure it: the sum of sold seats per segment, by the rides; and overlapping
        trips of a driver."""
        oversold = self.stand.sql(
            "SELECT count(*) FROM ride.trip t JOIN ride.trip_load l ON l.trip_id = t.id CROSS JOIN LATERAL generate_series(0, l.segments - 1) s"
            " CROSS JOIN LATERAL (SELECT coalesce(sum(r.seat_load), 0) AS seats, coalesce(sum(r.cargo_load), 0) AS cargo,"
            "  coalesce(sum(r.child_load), 0) AS children FROM ride.ride r WHERE r.trip_id = t.id AND r.from_stop <= s AND r.to_stop > s"
            "  AND r.status IN ('held', 'requested', 'payment_claimed', 'confirmed', 'boarded')) sold"
            " WHERE sold.seats > t.seats OR sold.cargo > t.cargo_units OR sold.children > t.child_seats"
            "  OR (l.seat_load[s + 1], l.cargo_load[s + 1], l.child_load[s + 1]) IS DISTINCT FROM"
            "   (sold.seats::smallint, sold.cargo::smallint, sold.children::smallint)")
        self.expect(oversold == "0", f"{oversold} segments are oversold, or have a wrong sum")
        overlaps = self.stand.sql(
            "SELECT count(*) FROM ride.trip a JOIN ride.trip b ON a.driver_id = b.driver_id AND a.id < b.id"
            " WHERE a.status IN ('scheduled', 'started') AND b.status IN ('scheduled', 'started')"
            "  AND a.departs_at < upper(b.busy) AND b.departs_at < upper(a.busy)")
        return self.expect(overlaps == "0", f"{overlaps} times a driver is in two cars")

    def selfcheck(self, client, seconds=30):
        """The service's self-check; overdue rows have some time to be cleaned up."""
        def wrong():
            return {one["name"]: one["count"] for one in client.get("/v1/selfcheck").json["checks"]
                    if one["name"].startswith(("ride", "trip", "offer")) and one["count"] > 0}
        try:
            wait_until("the self-check finds nothing", seconds, lambda: not wrong(), 0.5)
        except TimeoutError:
            self.expect(False, f"self-check: {wrong()}")
        return self
