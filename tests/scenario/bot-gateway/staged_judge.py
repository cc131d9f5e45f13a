# SPDX-License-Identifier: MIT
"""The judge of staged_days.py. It knows the steps of stays from booking-api's history and the messages from the record of the fake
Telegram, and nothing of how bot-gateway decides."""
import base64
import collections
import json
import uuid

from stand import timed

LATE_SECONDS = 60
STEPS = """SELECT h.id, h.booking_id AS booking, h.from_status AS before, h.to_status AS after, h.actor, extract(epoch FROM h.at) AS at,
 b.code, b.owner_id AS owner, EXISTS (SELECT FROM booking.booking_history e WHERE e.booking_id = h.booking_id AND e.id < h.id
  AND e.to_status IN ('requested', 'payment_claimed', 'confirmed')) AS known
 FROM booking.booking_history h JOIN booking.booking b ON b.id = h.booking_id
 WHERE h.id > {} AND b.guest_telegram_id BETWEEN 8001 AND 8999 ORDER BY h.id"""
SENDS = ("sendmessage", "sendphoto", "senddocument", "sendmediagroup")
UNKNOWN = "SELECT chat_id, sum(unknown_calls) AS calls FROM bot.sending WHERE chat_id IS NOT NULL GROUP BY 1"


def concerns(step):
    """The name of a step of which an owner must be notified, or None. A hold is unknown to the owner until it was requested."""
    before, after = step["before"], step["after"]
    if after in ("requested", "confirmed", "payment_claimed") and before != after:
        return {"requested": "request", "confirmed": "booking", "payment_claimed": "claim"}[after]
    if after in ("cancelled", "expired") and step["known"]:
        return {"cancelled": "cancellation", "expired": "expiry"}[after]
    return None


class Judge:
    def __init__(self, world):
        self.world, self.step, self.call = world, 0, 0
        self.wrong, self.heard, self.late, self.sent = [], collections.Counter(), 0.0, []
        self.look()

    def __str__(self):
        heard = ", ".join(f"{count} {what}" for what, count in sorted(self.heard.items()))
        return f"{heard}; {len(self.sent)} messages, the latest after {self.late:.1f} s"

    def look(self):
        """Judges the steps since the last look, while owners are as they were at these steps."""
        steps = self.world.stand.rows(STEPS.format(self.step))
        calls = self.world.telegram.see("calls", after=self.call, limit=10000)["calls"]
        self.step, self.call = max((one["id"] for one in steps), default=self.step), max((one["n"] for one in calls), default=self.call)
        calls = [one for one in calls if one["method"] in SENDS and one["effect"]]
        self.sent += calls
        wrong = list(self.unheard(steps, calls))
        for one in wrong:
            print(f"    {self.world.local:%d.%m %H:%M}: {one}", flush=True)
        self.wrong += wrong

    def unheard(self, steps, calls):
        """The steps without a message of their own to the responsible chat."""
        left, limit = list(calls), LATE_SECONDS if timed() else float("inf")
        for step in steps:
            what, owner = concerns(step), self.world.responsible(step["owner"])
            by, _, _ = step["actor"].partition(":")
            if what is None or by == "owner" or by == "staff" and owner == self.world.group:
                continue
            found = [one for one in left if one["chat_id"] == owner and is_about(one, step) and one["at"] >= step["at"] - 1]
            to = "staff" if owner == self.world.group else "owner"
            if not found or found[0]["at"] - step["at"] > limit:
                kind = self.world.kinds[step["owner"]]
                yield f"{what} {step['code']} ({step['before']} to {step['after']} by {step['actor']}, owner {kind}): nothing for {to}" \
                      + (f" within {found[0]['at'] - step['at']:.0f} s" if found else "")
                continue
            left.remove(found[0])
            self.late = max(self.late, found[0]["at"] - step["at"])
            self.heard[f"{what} to {to}"] += 1

    def doubled(self, sent):
        """Messages that a chat got more often than bot-gateway knows to be uncertain."""
        unknown = {one["chat_id"]: one["calls"] for one in self.world.stand.rows(UNKNOWN)}
        times = collections.Counter((one["chat_id"], json.dumps(one["parameters"], sort_keys=True, ensure_ascii=False)) for one in sent)
        extra = collections.Counter()
        for (chat, text), count in times.items():
            if count > 1 and "/start" not in text:
                extra[chat] += count - 1
        yield from (f"chat {chat}: {count} messages twice, {unknown.get(chat, 0)} were uncertain" for chat, count in extra.items()
                    if count > unknown.get(chat, 0))

    def end(self):
        undone = self.world.stand.rows("SELECT update_id, kind, status, reason FROM bot.update WHERE status <> 'done'")
        self.wrong += [f"update {one}" for one in undone] + list(self.doubled(self.sent))
        assert not self.wrong, f"{len(self.wrong)} wrong: {self.wrong[:5]}; {self}"
        self.prove()

    def prove(self):
        """The judge finds a message that is missing, and one that is sent twice."""
        step = {"booking": str(uuid.uuid4()), "before": None, "after": "requested", "actor": "guest:8001", "at": 0, "code": "X",
                "owner": next(iter(self.world.kinds)), "known": False}
        assert list(self.unheard([step], self.sent)), "a missing message is not found"
        certain = next(one for one in self.sent if one["chat_id"] == self.world.group)
        assert list(self.doubled(self.sent + [certain] * 100)), "a message sent twice is not found"


def is_about(call, step):
    shown = json.dumps(call["parameters"], ensure_ascii=False)
    named = base64.urlsafe_b64encode(uuid.UUID(step["booking"]).bytes).decode().rstrip("=")
    return step["code"] in shown or named in shown
