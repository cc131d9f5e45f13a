# SPDX-License-Identifier: MIT
"""Guests of a bot on two servers while the link or server 2 fails: the notices that they get meanwhile, and the check that
each action has happened once afterwards."""
import time

import rig
from booking_guests import Guest, Guests, Impatient, Restless
from bot_texts import texts_of

KINDS = (Guest, Guest, Impatient, Impatient, Restless, Restless)
NORMAL_SECONDS, BOOKED_SECONDS, DONE_SECONDS = 10, 120, 60
# Updates so shortly before the recovery may still be stored; a tap gets its notice within this time, including the 2 s for storing.
LAST_SECONDS, NOTICE_SECONDS = 3.5, 8.0
# At most one notice per chat and minute.
MINUTE_SECONDS = 59
RETRY_AFTER = 5


class Walkers(Guests):
    """As a context. They book as soon as they can; `calls` has the update of each tap by the id of its call."""

    def __init__(self, subject, kinds=KINDS):
        first = subject.first_guest(len(kinds))
        self.calls = {}
        super().__init__(subject.telegram, [kind(first + number, first + number) for number, kind in enumerate(kinds)])

    def __enter__(self):
        self.start()
        return self

    def __exit__(self, *_):
        self.end()

    def _note(self, person, kind, made):
        if kind == "callback_query":
            self.calls[made["callback_query_id"]] = made["update_ids"][0]
        return super()._note(person, kind, made)

    def booked(self, since, kinds=KINDS):
        """Waits until all of these kinds have booked; returns the seconds since `since`."""
        end = time.monotonic() + BOOKED_SECONDS
        while not self.all_booked() and (left := [type(guest).__name__ for guest in self.all.values()
                                                  if type(guest) in kinds and not guest.booked]):
            assert time.monotonic() < end, f"not booked: {left}"
            time.sleep(0.1)
        return time.time() - since


def all_may_book(guests):
    end = time.monotonic() + BOOKED_SECONDS
    while not guests.all_may_book():
        assert time.monotonic() < end, "the guests do not proceed"
        time.sleep(0.1)


def waiting(subject, since, made):
    """The number of updates before that moment that Telegram still has, and of those received but not processed."""
    pending = sum(one["update_id"] in made for one in subject.telegram.see("pending")["updates"])
    return pending, int(subject.two.sql(f"SELECT count(*) FROM bot.update WHERE status = 'received' AND received_at < to_timestamp({since})"))


def normal(subject, guests, since):
    """Waits until the gateway is reachable over the link and no update waits; returns the seconds since `since`."""
    made, gateway = set(list(guests.made)), subject.two.customer("api", key=subject.gateway_key)
    while (status := gateway.get("/v1/bots").status) != 200 or any(waiting(subject, since, made)):
        assert time.time() - since < NORMAL_SECONDS, \
            f"{NORMAL_SECONDS} s after: {status}, at Telegram, not processed: {waiting(subject, since, made)}"
        time.sleep(0.2)
    gateway.close()
    took = time.time() - since
    assert took < NORMAL_SECONDS, f"normal after {took:.1f} s"
    return took


def notices(subject, guests, began, ended):
    """Notices during the outage. Each update was refused with Retry-After or accepted; each tap got one notice at once;
    each chat got at most one per minute."""
    first, refused, chats, taps = {}, 0, {}, {}
    for one in subject.telegram.journal("deliveries"):
        first.setdefault(one["update_id"], one)
        if one["update_id"] in guests.made:
            assert one["status"] in (200, 503), f"delivered: {one}"
            assert one["status"] == 200 or one["retry_in"] >= RETRY_AFTER, f"503 without Retry-After: {one}"
            refused += one["status"] == 503
    paused, tap_paused = texts_of("pause_database"), texts_of("pause_tap")
    for call in subject.telegram.journal("calls"):
        text = call["parameters"].get("text", "")
        if call["method"] == "sendmessage" and text in paused:
            chats.setdefault(str(call["chat_id"]), []).append(call["at"])
        elif call["method"] == "answercallbackquery" and text in tap_paused:
            taps.setdefault(str(call["parameters"]["callback_query_id"]), []).append(call["at"])
    came = {tap: first[update]["at"] for tap, update in guests.calls.items()
            if update in first and first[update]["status"] == 503 and began + 1 < first[update]["at"] < ended - LAST_SECONDS}
    silent = {tap: at - began for tap, at in came.items() if len(taps.get(tap, [])) != 1 or taps[tap][0] - at > NOTICE_SECONDS}
    assert came and not silent, f"{len(silent)} of {len(came)} taps got no notice, seconds after the beginning: {sorted(silent.values())}"
    often = {chat: at for chat, at in chats.items() if any(later - one < MINUTE_SECONDS for one, later in zip(at, at[1:]))}
    assert not often, f"more than one notice a minute: {often}"
    return f"{refused} times 503, {len(came)} taps and {len(chats)} chats got notices"


def sound(subject, *groups):
    """Each update is stored once and processed; each guest has one booking, with the code that the bot sent."""
    everybody = [guest for guests in groups for guest in guests.all.values()]
    booked, received = subject.bookings(everybody), sorted((guest.id, guest.booked) for guest in everybody)
    assert booked == received, f"stored are {booked}, received {received}"
    wanted = {f"{number} done" for guests in groups for number in guests.made}
    end = time.monotonic() + DONE_SECONDS
    while lost := wanted - set(there := subject.two.sql("SELECT update_id || ' ' || status FROM bot.update").split("\n")):
        assert time.monotonic() < end, f"lost or not processed: {sorted(lost)[:5]}"
        time.sleep(0.5)
    assert len(there) == len(set(there)), f"{len(there) - len(set(there))} updates are stored twice"
