# SPDX-License-Identifier: MIT
"""booking-api: its groups (the files of booking-api/) and the world in which they run."""

import itertools
import os
import re
import sys

from check import NOBODY, World, day, tenge

sys.path.insert(1, os.path.join(os.path.dirname(os.path.realpath(__file__)), "booking-api"))

import isolation


class Hotel(World):
    """Creates apartments, owners and bookings."""

    needed = {"RIDES_ENABLED": "true"}
    refused = {f"/v1/{one}" for one in (
        "apartments/{id}/blocks", "apartments/{id}/feeds/{feed_id}/accept", "conflicts/{id}/resolve", "drivers/{id}/suspend", "trips",
        *(f"bookings/{{id}}/{verb}" for verb in ("check-in", "check-out", "claim-payment", "decline", "no-show", "rate")),
        *(f"rides/{{id}}/{verb}" for verb in ("board", "claim-payment", "complaints", "decline", "deliver", "driver-no-show", "drop", "no-show", "offers", "rating", "sos")),
        *(f"rides/{{id}}/offers/{{offer_id}}/{verb}" for verb in ("accept", "reject", "withdraw")),
        *(f"trips/{{id}}/{verb}" for verb in ("confirm", "finish", "start")))}

    def __init__(self, stand):
        # Practically no expiry task: expiry must work without it.
        super().__init__(stand, BOOKING_SWEEP_INTERVAL="10m", WEBHOOK_INTERNAL_HOSTS="127.0.0.1", **self.needed)
        self.guests, self.days = itertools.count(90_000_001), itertools.count()
        self.owner = self.make("/v1/owners", {"name": "Асель", "phone": "+77010000001"})["id"]
        self.apartment = self.make_apartment()["id"]
        self.booking = self.book(self.apartment, 300)["id"]
        self.plates = itertools.count(2)
        driver = self.make("/v1/drivers", {"name": "Ерлан", "phone": "+77010000002"})["id"]
        self.car = car = self.let_drive(driver)
        wish = {
            "from": "almaty",
            "to": "konaev",
            "depart_from": day(5) + "T04:00:00Z",
            "depart_to": day(5) + "T08:00:00Z",
            "passenger": {"name": "Айгуль", "phone": "+77010000004"},
        }
        self.any = self.apartment
        self.ids = {
            "apartments": self.apartment,
            "owners": self.owner,
            "bookings": self.booking,
            "drivers": driver,
            "rides": self.make("/v1/rides", wish)["id"],
            "trips": self.make("/v1/trips", self.trip_body(driver, car))["id"],
            "feed_id": self.make(f"/v1/apartments/{self.apartment}/feeds", isolation.FEED)["id"],
            "webhooks": self.make("/v1/webhooks", isolation.WEBHOOK)["id"],
        }
        self.thing, self.verb = f"/v1/bookings/{self.booking}", "decline"
        self.sound = {
            "/v1/apartments": self.apartment_body(),
            "/v1/owners": {"name": "А"},
            "/v1/drivers": {"name": "А", "phone": "+77010000003"},
            "/v1/bookings": self.stay_body(first=200),
            "/v1/bookings/{id}/change-dates": {"check_in": day(310), "check_out": day(311)},
            "/v1/bookings/{id}/contact": {"phone": "+77010000005"},
            "/v1/bookings/{id}/rate": {"rating": 5},
            "/v1/bookings/{id}/set-paid": {"paid": isolation.tenge(1000)},
            "/v1/apartments/{id}/blocks": {"from": day(332), "to": day(333)},
            "/v1/apartments/{id}/calendar-links": {"channel": "airbnb"},
            "/v1/apartments/{id}/feeds": {"url": "https://calendar.invalid/b.ics"},
            "/v1/apartments/{id}/rates": isolation.RATES,
            "/v1/conflicts/{id}/resolve": {"keep": "ours"},
            "/v1/quotes": {"apartment_id": self.apartment, **isolation.STAY},
            "/v1/closures": isolation.CLOSURE,
            "/v1/drivers/{id}/cars": isolation.CAR,
            "/v1/drivers/{id}/location": isolation.POINT,
            "/v1/rides": wish,
            "/v1/rides/{id}/complaints": isolation.COMPLAINT,
            "/v1/rides/{id}/offers": {**isolation.OFFER, "car_id": car},
            "/v1/rides/{id}/rating": {"stars": 5},
            "/v1/rides/{id}/settle": isolation.SETTLED,
            "/v1/trips": self.trip_body(driver, car),
            "/v1/trips/{id}/delay": {"minutes": 10},
            "/v1/webhooks": isolation.WEBHOOK,
            "/v1/webhooks/{id}/replay": isolation.REPLAY,
        }

    def more(self):
        return {
            "block_id": self.make(f"/v1/apartments/{self.apartment}/blocks", self.sound["/v1/apartments/{id}/blocks"])["id"],
            "link_id": self.make(f"/v1/apartments/{self.apartment}/calendar-links", {})["id"],
            "conflicts": self.conflict(self.apartment, self.booking, self.ids["feed_id"]),
            "quotes": self.make("/v1/quotes", self.sound["/v1/quotes"])["id"],
            "closures": self.make("/v1/closures", isolation.CLOSURE)["id"],
            "car_id": self.car,
        }

    def let_posts_succeed(self):
        """The ride is one with a seat, so that it has a link to share."""
        order = {"trip_id": self.ids["trips"], "from_stop": 0, "to_stop": 1, "seats": 1, "passenger": {"name": "Айгуль", "phone": "+77010000006"}}
        self.ids["rides"] = self.make("/v1/rides", order)["id"]

    def apartment_body(self, **fields):
        body = {
            "owner_id": self.owner,
            "title": {"ru": "Квартира"},
            "city": "almaty",
            "rooms": 2,
            "max_guests": 4,
            "base_price": tenge(20000),
            **fields,
        }
        return {name: value for name, value in body.items() if value is not ...}

    def make_apartment(self, **fields):
        return self.make("/v1/apartments", self.apartment_body(**fields))

    def stay_body(self, apartment=None, first=10, nights=2, **fields):
        body = {
            "apartment_id": apartment or self.apartment,
            "check_in": day(first),
            "check_out": day(first + nights),
            "guests": 1,
            "guest": {"name": "Гость", "telegram_id": next(self.guests)},
            **fields,
        }
        return {name: value for name, value in body.items() if value is not ...}

    def book(self, apartment=None, first=10, nights=2, caller=None, **fields):
        return self.make("/v1/bookings", self.stay_body(apartment, first, nights, **fields), caller)

    def expire(self, *bookings):
        """Makes these bookings overdue."""
        ids = ", ".join(f"'{one}'" for one in bookings)
        self.stand.sql(f"UPDATE booking.occupancy SET expires_at = now() - interval '1 s' WHERE id IN ({ids})")

    def let_drive(self, driver):
        """Adds papers and a car, activates the driver, returns the car's id."""
        car = {
            "make": "Toyota",
            "model": "Camry",
            "color": "белый",
            "plate": f"{next(self.plates):03}AAA07",
            "seats": 4,
            "doors": 4,
            "steering": "left",
            "year": 2020,
        }
        papers = [{"kind": kind, "last4": "0001", "expires_on": day(700)} for kind in ("licence", "car", "insurance")]
        self.caller.call("PATCH", f"/v1/drivers/{driver}", {"documents": papers})
        self.caller.post(f"/v1/drivers/{driver}/activate")
        return self.make(f"/v1/drivers/{driver}/cars", car)["id"]

    def trip_body(self, driver, car):
        return {
            "driver_id": driver,
            "car_id": car,
            "stops": [{"place": "almaty", "at": day(9) + "T05:00:00Z"}, {"place": "konaev", "at": day(9) + "T07:00:00Z"}],
            "seats": 3,
            "seat_price": tenge(2000),
        }

    def block(self, apartment, first, last):
        """Blocks nights, with SQL."""
        self.stand.sql(
            "INSERT INTO booking.occupancy (id, tenant_id, apartment_id, kind, status, check_in, check_out)"
            f" SELECT gen_random_uuid(), tenant_id, id, 'block', 'blocked', '{day(first)}', '{day(last)}'"
            f" FROM booking.apartment WHERE id = '{apartment}'"
        )

    def conflict(self, apartment, booking, feed):
        """A night of the booking that the feed holds too, with SQL. Returns the conflict's id."""
        return self.stand.sql(
            "WITH night AS (INSERT INTO booking.channel_feed_night (feed_id, apartment_id, night, said, missed)"
            f" SELECT '{feed}', apartment_id, check_in, true, false FROM booking.occupancy WHERE id = '{booking}')"
            " INSERT INTO booking.calendar_conflict (id, tenant_id, apartment_id, feed_id, occupancy_id, kind, check_in, check_out)"
            f" SELECT gen_random_uuid(), tenant_id, '{apartment}', '{feed}', id, 'booking', check_in, check_in + 1"
            f" FROM booking.occupancy WHERE id = '{booking}' RETURNING id"
        ).split()[0]

    def run(self, group, cases, names=None, caller=None):
        names = {"apartment": self.apartment, "owner": self.owner, "nobody": NOBODY, **(names or {})}
        for case in cases:
            path = re.sub(r"\{(\w+)\}", lambda m: str(names[m.group(1)]), case.path)
            body = case.body(self) if callable(case.body) else case.body
            reply = (caller or self.caller).call(case.method, path, body, headers=case.headers, key=case.key)
            group.reply(f"{case.why} ({case.method} {path[:80]})", reply, case.status, case.code, case.fields)


def groups():
    """The groups in the order in which they run."""
    import apartments
    import bookings
    import channels
    import event_webhooks
    import everywhere
    import examples
    import quotes
    import rates
    import rides
    import stays

    for one in (everywhere, apartments, bookings, channels, event_webhooks, stays, rates, isolation, quotes, examples, rides):
        yield from one.GROUPS


WORLD = Hotel
GROUPS = list(groups())
