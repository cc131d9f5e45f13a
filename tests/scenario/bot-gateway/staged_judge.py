# SPDX-License-Identifier: MIT
"""The judge of staged_days.py. It knows the steps of stays from booking-api's history and the messages from the record of the fake
Telegram, and nothing of how bot-gateway decides."""
import base64
import collections
import contextlib
import json
import uuid

from bot_texts import texts_of
from stand import timed, wait_until

LATE_SECONDS = 60
STEPS = """SELECT h.id, h.booking_id AS booking, h.from_status AS before, h.to_status AS after, h.actor, extract(epoch FROM h.at) AS at,
 b.code, b.owner_id AS owner, EXISTS (SELECT FROM booking.booking_history e WHERE e.booking_id = h.booking_id AND e.id < h.id
  AND e.to_status IN ('requested', 'payment_claimed', 'confirmed')) AS known
 FROM booking.booking_history h JOIN booking.booking b ON b.id = h.booking_id
 WHERE h.id > {} AND b.guest_telegram_id BETWEEN 8001 AND 8999 ORDER BY h.id"""
SENDS = ("sendmessage", "sendphoto", "senddocument", "sendmediagroup")
KNOWN = """SELECT chat_id, (SELECT sum(unknown_calls) FROM bot.sending c WHERE c.chat_id = s.chat_id) AS unknown,
 coalesce(json_agg(i.id::bigint) FILTER (WHERE i.id IS NOT NULL), '[]') AS ids
 FROM bot.sending s LEFT JOIN LATERAL jsonb_array_elements_text(telegram_message_ids) i (id) ON true WHERE chat_id IS NOT NULL GROUP BY 1"""
# What a person reads while an update waits for its next try: at most once a minute, so it may come again.
PAUSES = texts_of("pause")


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
        """Judges the steps since the last look, while owners are as they were at these steps. Waits for missing messages."""
        steps, calls = self.world.stand.rows(STEPS.format(self.step)), []
        self.step = max((one["id"] for one in steps), default=self.step)
        waits = [one for one in steps if self.is_due(one)]

        def none_waits():
            self.take(calls)
            waits[:] = [one for one in waits if not self.is_heard(one, calls)]
            return not waits
        with contextlib.suppress(TimeoutError):
            wait_until("the responsible are notified", 2 * LATE_SECONDS, none_waits, 0.2)  # a group takes 17 messages in 61 s
        for one in waits:
            self.report(one, "nothing")

    def take(self, calls):
        """Adds the messages that were sent since the last time."""
        found = self.world.telegram.see("calls", after=self.call, limit=10000)["calls"]
        self.call = max((one["n"] for one in found), default=self.call)
        found = [one for one in found if one["method"] in SENDS and one["effect"]]
        self.sent += found
        calls += found

    def is_due(self, step):
        """Whether the responsible chat must be notified of the step: not of its own."""
        by = step["actor"].partition(":")[0]
        return concerns(step) and by != "owner" and not (by == "staff" and self.world.responsible(step["owner"]) == self.world.group)

    def is_heard(self, step, calls):
        """Whether the responsible chat got a message about the booking after the step. One message may tell of several steps
        that followed each other, because it shows the booking as it is."""
        chat = self.world.responsible(step["owner"])
        found = [one for one in calls if one["chat_id"] == chat and is_about(one, step) and one["at"] >= step["at"] - 1]
        if not found:
            return False
        took = found[0]["at"] - step["at"]
        self.late = max(self.late, took)
        self.heard[f"{concerns(step)} to {'staff' if chat == self.world.group else 'owner'}"] += 1
        if timed() and took > LATE_SECONDS:
            self.report(step, f"nothing within {took:.0f} s")
        return True

    def report(self, step, what):
        text = f"{concerns(step)} {step['code']} ({step['before']} to {step['after']} by {step['actor']}, " \
               f"owner {self.world.kinds[step['owner']]}): {what}"
        print(f"    {self.world.local:%d.%m %H:%M}: {text}", flush=True)
        self.wrong.append(text)

    def doubled(self, sent):
        """Messages to owners and staff that were sent again, and messages of any chat that bot-gateway does not know. A call whose
        outcome is unknown may be repeated."""
        chats = {one["chat_id"]: one for one in self.world.stand.rows(KNOWN)}
        times = collections.Counter((one["chat_id"], json.dumps(one["parameters"], sort_keys=True, ensure_ascii=False))
                                    for one in sent if one["parameters"].get("text") not in PAUSES)  # fmt: skip
        extra = collections.defaultdict(list)
        for (chat, text), count in times.items():
            if chat not in self.world.guests:
                extra[chat] += [text[:300]] * (count - 1)
        for chat, known in chats.items():
            unknown = [one for one in self.world.telegram.see("chat", chat=chat)["messages"]
                       if one["from"]["is_bot"] and one["message_id"] not in known["ids"]]
            if max(len(extra[chat]), len(unknown)) > known["unknown"]:
                yield f"chat {chat}: {len(unknown)} messages without a row, {known['unknown']} are uncertain, twice: {extra[chat][:3]}"

    def end(self):
        undone = self.world.stand.rows("SELECT update_id, kind, status, reason FROM bot.update WHERE status <> 'done'")
        self.wrong += [f"update {one}" for one in undone] + list(self.doubled(self.sent))
        assert not self.wrong, f"{len(self.wrong)} wrong: {self.wrong[:5]}; {self}"
        self.prove()

    def prove(self):
        """The judge finds a message that is missing, and one that is sent twice."""
        step = {"booking": str(uuid.uuid4()), "before": None, "after": "requested", "actor": "guest:8001", "at": 0, "code": "(none)",
                "owner": next(iter(self.world.kinds)), "known": False}
        assert self.is_due(step) and not self.is_heard(step, list(self.sent)), "a missing message is not found"
        certain = next(one for one in self.sent if one["chat_id"] == self.world.group)
        assert list(self.doubled(self.sent + [certain] * 100)), "a message sent twice is not found"


def is_about(call, step):
    shown = json.dumps(call["parameters"], ensure_ascii=False)
    named = base64.urlsafe_b64encode(uuid.UUID(step["booking"]).bytes).decode().rstrip("=")
    return step["code"] in shown or named in shown
