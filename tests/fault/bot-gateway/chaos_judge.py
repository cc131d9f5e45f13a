# SPDX-License-Identifier: MIT
"""Checks after the chaos: bot-gateway's tables, the record of the fake Telegram and booking-api's data must agree.

A check takes the evidence and yields the faults it finds. CHECKS names a mistake beside each check: prove() makes it in
the evidence, and the check must find it.
"""
import collections
import copy
import itertools
import json
import re
import types

from bot_texts import texts
from chaos_people import counted
from stand import Stand, full

UPDATES = """SELECT id, update_id, kind, chat_id, user_id, status, tries, reason, body = '' AS is_concealed,
 (state_before ->> 'version')::int + coalesce((state_before ->> 'late_by')::int, 0) AS version,
 (SELECT string_agg(concat_ws(' ', c ->> 'method', c ->> 'path', c ->> 'status'), ', ') FROM jsonb_array_elements(calls) c) AS calls
 FROM bot.update ORDER BY id"""
SENDS = """SELECT id, chat_id, lane, method, payload, part, anew, swapped, instead, confided,
 status, unknown_calls, error_code, dedupe_key, telegram_message_ids FROM bot.sending ORDER BY id"""
LINES = "SELECT chat_id, message_id, direction, text FROM bot.message"
DIALOGUES = "SELECT chat_id, version FROM bot.dialogue"
BOOKINGS = """SELECT b.id, b.code, b.guest_telegram_id AS guest, o.status FROM booking.booking b JOIN booking.occupancy o USING (id)
 WHERE b.created_at > (SELECT min(received_at) FROM bot.update)"""
PLACED = """SELECT u.update_id, (c ->> 'answer')::json ->> 'id' AS booking FROM bot.update u, jsonb_array_elements(u.calls) c
 WHERE c ->> 'method' = 'POST' AND c ->> 'path' = '/v1/bookings' AND c ->> 'status' = '201'"""
# Seconds since 1970: when the update was received, when its answer was decided, and when Telegram had accepted or refused it.
ANSWERED = """SELECT u.update_id, u.kind, u.tries, extract(epoch FROM u.received_at) AS received, s.decided, s.answered, s.unknown, s.calls
 FROM bot.update u JOIN (SELECT split_part(dedupe_key, ':', 1) AS cause, extract(epoch FROM max(created_at)) AS decided,
  extract(epoch FROM max(updated_at)) AS answered, max(unknown_calls) AS unknown, max(tries) AS calls FROM bot.sending GROUP BY 1) s ON s.cause = u.id::text"""
# The longest wait after the last fault and the backoff that it causes, or after the update if that came later. The short run
# shares the processors with other work, so its limit only excludes waits that a busy machine cannot explain, of a minute or so.
HANG_SECONDS = 10 if full() else 40
BACKOFF_SECONDS = 60  # BACKOFF_RETRY_MAX_MS of backoff.h
REFUSED_PHOTO = 400   # status of the only fault that is injected until the end
CODE = re.compile(r"(?:Бронь|Booking) <b>([0-9A-Z-]+)</b>")
STATUS_OF = {"stay_claimed": "payment_claimed", "stay_claimed_late": "payment_claimed", "stay_agreed": "confirmed",
             "stay_expired_hold": "expired", "stay_expired_request": "expired"}  # otherwise the status has the name of its text
ALREADY = ("message is not modified", "query is too old", "message to delete not found")  # errors that count as success
METHODS = ("sendmessage", "editmessagetext", "sendphoto", "sendmediagroup", "sendvenue", "editmessagemedia", "deletemessage",
           "answercallbackquery")
LETTERS = 0xE000  # one letter of the private use area for each message of a chat
PAUSES = ("pause_tap", "pause_database")  # sent without a row while there was no database


def beginnings():
    """(key, fixed beginning) of the texts in all languages: up to the first value."""
    return [(key, text.partition("{")[0]) for key, text in texts()]


rows = Stand.rows


def shows(parameters):
    """(text, the address of a photo, those of an album or that of a place) of a call."""
    media = parameters.get("media") or {}
    media = json.loads(media) if isinstance(media, str) else media
    if isinstance(media, list):
        return media[0].get("caption"), json.dumps([one["media"] for one in media])
    return (parameters.get("text") or parameters.get("caption") or media.get("caption"),
            parameters.get("photo") or media.get("media") or parameters.get("address"))


def face(method, parameters):
    """What Telegram shows for a call, in a form in which rows and calls can be compared."""
    named = {name: value if isinstance(value, str) else json.dumps(value) for name, value in parameters.items()}
    markup = json.loads(named.get("reply_markup") or "null")
    return (method, named.get("callback_query_id"), named.get("message_id"), *shows(parameters), json.dumps(markup, sort_keys=True))


def longest_backoff(calls):
    """Seconds before the last of so many calls for a message: they double with each failure (backoff.h)."""
    return min(2 ** (calls - 1), BACKOFF_SECONDS) if calls > 1 else 0


def words_of(message):
    return message.get("text", message.get("caption"))


class Evidence:
    def __init__(self, world):
        stand = world.stand
        self.made = dict(world.people.made)
        self.updates, self.sends, self.lines = rows(stand, UPDATES), rows(stand, SENDS), rows(stand, LINES)
        self.dialogues = {one["chat_id"]: one["version"] for one in rows(stand, DIALOGUES)}
        self.bookings, self.placed = rows(stand, BOOKINGS), rows(stand, PLACED)
        known = beginnings()
        paused = {text for key, text in known if key in PAUSES}
        self.answered = rows(stand, ANSWERED)
        self.deliveries = world.telegram.see("state")["calls"]
        calls = world.telegram.journal("calls")
        self.deliveries -= len(calls)
        self.last_fault = max([world.faults.last_at, *(one["at"] for one in calls if one["fault"] and one["status"] != REFUSED_PHOTO)])
        self.backoff = max(map(longest_backoff, (one["calls"] for one in self.answered if one["answered"] > self.last_fault)), default=0)
        self.calls = [one for one in calls if one["method"] in METHODS
                      and (one["effect"] or any(word in str(one.get("error")) for word in ALREADY))
                      and one["parameters"].get("text") not in paused]
        self.chats = {person: world.telegram.see("chat", chat=person)["messages"] for person in world.people.all}
        self.paused = paused
        self.deleted = {(one["chat_id"], int(one["parameters"]["message_id"])) for one in self.calls
                        if one["method"] == "deletemessage"}
        self.statuses = [(STATUS_OF.get(key, key.removeprefix("stay_")), text) for key, text in known
                         if key.startswith("stay_") and STATUS_OF.get(key, key.removeprefix("stay_")) in
                         {"held", "requested", "payment_claimed", "confirmed", "expired", "declined", "cancelled"}]

    def __str__(self):
        unknown = sum(one["unknown_calls"] > 0 for one in self.sends)
        again = sum(one["tries"] > 0 for one in self.updates)
        return f"{len(self.made)} updates in {self.deliveries} deliveries, {again} tried again, {len(self.calls)} messages, " \
               f"{unknown} uncertain, the longest wait since the last fault and a backoff of {self.backoff} s: " \
               f"{max(map(self.hung, self.answered)):.1f} s, " \
               f"bookings: {counted(one['status'] for one in self.bookings)}"

    def hung(self, one):
        """Seconds without an answer, counted from the end of the last backoff."""
        return one["answered"] - max(one["received"], self.last_fault + self.backoff)


def grouped(things, *names):
    """Groups by the values of these members; each group keeps the order of `things`."""
    found = collections.defaultdict(list)
    for one in things:
        found[tuple(one[name] for name in names)].append(one)
    return found


def by_chat(things):
    return collections.defaultdict(list, {key[0]: group for key, group in grouped(things, "chat_id").items()})


def each_once(evidence):
    """Each update that the people made is stored once, and was processed."""
    times = collections.Counter(one["update_id"] for one in evidence.updates)
    yield from (f"update {one}: {times[one]} rows" for one in evidence.made if times[one] != 1)
    yield from (f"update {one} was not made by the people" for one in times if one not in evidence.made)
    yield from (f"update {one['update_id']} is {one['status']}: {one['reason']}" for one in evidence.updates
                if one["status"] != "done")


def once_in_effect(evidence):
    """A text has at least one answer, a tap exactly one answer to its callback; no dialogue step is processed twice."""
    keys = collections.Counter(one["dedupe_key"] for one in evidence.sends)
    for one in evidence.updates:
        wanted = f"{one['id']}:{'tap' if one['kind'] == 'callback_query' else '0'}"
        if keys[wanted] != 1:
            yield f"update {one['update_id']} ({one['kind']}) has {keys[wanted]} answers"
    for chat, lane in by_chat(evidence.updates).items():
        versions = sorted(one["version"] or 0 for one in lane) + [evidence.dialogues.get(chat, 0)]
        if any(after - before not in (0, 1) for before, after in itertools.pairwise(versions)):
            yield f"chat {chat}: the dialogue's versions are {versions}"


def in_order(evidence):
    """Telegram keeps the order of the texts of a chat and of the taps of a person, but not between the two. bot-gateway
    received and applied them in this order."""
    causes = {one["id"]: one for one in evidence.updates}
    effects = [causes[cause] for one in evidence.sends if (cause := one["dedupe_key"].partition(":")[0]) in causes]
    for what, updates in (("were taken", evidence.updates), ("took effect", effects)):
        for (chat, kind), lane in grouped(updates, "chat_id", "kind").items():
            ids = [one["update_id"] for one in lane]
            if ids != sorted(ids):
                yield f"chat {chat}: {kind}s {what} as {ids}"


def is_emptied(send):
    """The row of a confided message keeps how many parts it had, but not what they showed."""
    return send["confided"] and send["status"] != "uncertain"


def pattern_of(send, letters):
    """A regular expression of how often Telegram may have received it: its parts in order, and a refused photo before its text."""
    unknown, pattern = send["unknown_calls"], ""
    for number, part in enumerate(faces(send)):
        least = 1 if number < send["part"] else 0
        pattern += f"{'.' if is_emptied(send) else re.escape(letters[part])}{{{least},{least + unknown}}}"
    # The photo itself was never sent as a new message; only its text may have been (outcome.c).
    refused = face_of({**send, "anew": False}, send["instead"][0]) if send["swapped"] else None
    return f"{re.escape(letters[refused])}{{0,{unknown}}}{pattern}" if refused else pattern


def face_of(send, part):
    named = {name: value for name, value in part.items() if name != "method"}
    method = part.get("method", send["method"])
    if send["anew"]:
        method = "sendMessage"
        named.pop("message_id", None)
    return face(method.lower(), named)


def faces(send):
    return [face_of(send, part) for part in send["payload"]]


def sent_once(evidence):
    """Per chat, in order: Telegram received certain messages once, unsent ones never, uncertain ones as often as the row says."""
    letters = collections.defaultdict(lambda: chr(LETTERS + len(letters)))
    calls = by_chat(one for one in evidence.calls if one["chat_id"] is not None)
    sends = by_chat(one for one in evidence.sends if one["lane"] > 0)
    for chat in calls.keys() | sends.keys():
        letters.clear()
        wanted = [pattern_of(one, letters) for one in sends[chat]]
        got = "".join(letters[face(one["method"], one["parameters"])] for one in calls[chat])
        if not re.fullmatch("".join(wanted), got):
            rows = [f"{one['id']} {one['status']} {numbered(pattern)}" for one, pattern in zip(sends[chat], wanted)]
            yield f"chat {chat}: Telegram received {numbered(got)} in calls {[one['n'] for one in calls[chat]]}, the rows are {rows}"


def numbered(letters):
    return "".join(f"<{ord(one) - LETTERS}>" if ord(one) >= LETTERS else one for one in letters)


def taps_answered_once(evidence):
    got = collections.Counter(one["parameters"].get("callback_query_id") for one in evidence.calls if one["chat_id"] is None)
    for one in evidence.sends:
        if one["lane"] == 0:
            count = got.pop(one["payload"][0]["callback_query_id"], 0)
            least = 1 if one["status"] == "sent" else 0
            if not least <= count <= least + one["unknown_calls"]:
                yield f"the answer {one['id']} ({one['status']}, {one['unknown_calls']} uncertain): {count} times"
    yield from (f"an answer without a row: {count} times" for count in got.values())


def uncertain_marked(evidence):
    """For each message in a chat the database has its number, or a row that says that it may be there."""
    for chat, messages in evidence.chats.items():
        sends = by_chat(evidence.sends)[chat]
        known = {number for one in sends for number in one["telegram_message_ids"]}
        strange = {one["message_id"]: words_of(one) for one in messages if one["from"]["is_bot"] and "media_group_id" not in one
                   and one["message_id"] not in known and words_of(one) not in evidence.paused}
        # Of an album no numbers are stored.
        sent = sum(one["method"] == "sendMediaGroup" and one["status"] == "sent" and not one["swapped"] for one in sends)
        albums = len({one["media_group_id"] for one in messages if "media_group_id" in one}) - sent
        unknown = sum(one["unknown_calls"] for one in sends)
        if len(strange) + max(albums, 0) > unknown:
            yield f"chat {chat}: {albums} albums and {len(strange)} messages without a row, {unknown} calls are uncertain: {strange}"


def history_complete(evidence):
    """The history has all texts of the people and each message of the bot in its last version, but none that is confided, nor what people
    write to each other."""
    lines = {(one["chat_id"], one["message_id"]): one for one in evidence.lines}
    known = {(one["chat_id"], number): one["confided"] for one in evidence.sends for number in one["telegram_message_ids"]}
    concealed = collections.Counter(one["chat_id"] for one in evidence.updates if one["is_concealed"])
    for chat, messages in evidence.chats.items():
        for one in (each for each in messages if "text" in each):  # a contact has none and is not stored
            line = lines.get((chat, one["message_id"]))
            if one["from"]["is_bot"] and (chat, one["message_id"]) not in known:
                continue
            if known.get((chat, one["message_id"])):
                if line is not None and line["text"] == words_of(one):
                    yield f"chat {chat}, message {one['message_id']} is confided, but in the history"
                continue
            if line is None and not one["from"]["is_bot"] and concealed[chat] > 0:
                concealed[chat] -= 1
                continue
            if line is None or line["text"] != words_of(one) or line["direction"] != ("out" if one["from"]["is_bot"] else "in"):
                yield f"chat {chat}, message {one['message_id']}: {words_of(one)[:40]!r} is {line and line['text'][:40]!r} in the history"
    there = sum(key not in evidence.deleted for key in lines)
    if there > sum(map(len, evidence.chats.values())):
        yield f"{there} lines of history"


def bookings_reported(evidence):
    """The last message of each chat about each booking gives its status, and each booking was placed by one update."""
    reported = {}
    for one in evidence.calls:
        text = shows(one["parameters"])[0] or ""
        if code := CODE.search(text):
            reported[one["chat_id"], code[1]] = [status for status, begins in evidence.statuses if begins in text]
    stored = {(one["guest"], one["code"]): one["status"] for one in evidence.bookings}
    for key in reported.keys() | stored.keys():
        if reported.get(key) != [stored.get(key)]:
            yield f"booking {key[1]} is {stored.get(key)}, the last message to its guest was {reported.get(key)}"
    placed = collections.Counter(one["booking"] for one in evidence.placed)
    for one in evidence.bookings:
        if placed[one["id"]] != 1:
            did = [(turn["kind"], turn["version"], turn["tries"], turn["calls"]) for turn in by_chat(evidence.updates)[one["guest"]]]
            yield f"booking {one['code']} was placed by {placed[one['id']]} updates; its guest's calls: {did}"


def nothing_hangs(evidence):
    """After the last fault. Updates that Telegram itself repeats late count from that repetition."""
    for one in evidence.answered:
        if evidence.hung(one) > HANG_SECONDS:
            yield f"update {one['update_id']} ({one['kind']}, {one['tries']} tries) was answered after {evidence.hung(one):.1f} s, " \
                  f"decided {one['answered'] - one['decided']:.1f} s before, {one['calls']} calls, {one['unknown']} uncertain"


# --- mistakes, one for each check ---

def lose_update(evidence):
    evidence.updates.pop()


def forget_duplicate(evidence):
    evidence.sends.append({**evidence.sends[0], "id": evidence.sends[-1]["id"]})


def swap_updates(evidence):
    lane = max(by_chat(evidence.updates).values(), key=len)
    kind = collections.Counter(one["kind"] for one in lane).most_common(1)[0][0]
    one, other = [one for one in lane if one["kind"] == kind][:2]
    one["update_id"], other["update_id"] = other["update_id"], one["update_id"]


def certain(evidence):
    return next(one for one in evidence.sends
                if one["lane"] > 0 and one["status"] == "sent" and one["unknown_calls"] == 0 and not one["confided"])


def call_of(evidence, send):
    return next(n for n, one in enumerate(evidence.calls) if one["chat_id"] == send["chat_id"])


def send_twice(evidence):
    at = call_of(evidence, certain(evidence))
    evidence.calls.insert(at, evidence.calls[at])


def answer_twice(evidence):
    evidence.calls.append(next(one for one in evidence.calls if one["chat_id"] is None))


def forget_mark(evidence):
    send = certain(evidence)
    evidence.chats[send["chat_id"]].append({"message_id": 1 << 40, "from": {"is_bot": True}, "text": "again"})
    for one in by_chat(evidence.sends)[send["chat_id"]]:
        one["unknown_calls"] = 0


def forget_line(evidence):
    send = next(one for one in evidence.sends if one["method"] == "sendMessage" and one["telegram_message_ids"] and not one["confided"]
                and (one["chat_id"], one["telegram_message_ids"][0]) not in evidence.deleted)
    evidence.lines[:] = [one for one in evidence.lines if one["message_id"] != send["telegram_message_ids"][0]]


def report_otherwise(evidence):
    evidence.bookings[0]["status"] = "completed"


def answer_late(evidence):
    evidence.answered[-1]["answered"] = evidence.last_fault + evidence.answered[-1]["received"]


# Each check, and a mistake that it must find.
CHECKS = {each_once: lose_update, once_in_effect: forget_duplicate, in_order: swap_updates, sent_once: send_twice,
          taps_answered_once: answer_twice, uncertain_marked: forget_mark, history_complete: forget_line, bookings_reported: report_otherwise,
          nothing_hangs: answer_late}


def prove_edit_is_known():
    """A message is edited to show a photo, twice with an unknown outcome. If that took effect, it cannot be edited to show
    only the text, which is sent as a new message then."""
    edited = {"message_id": 7, "media": {"type": "photo", "media": "a.jpg", "caption": "A flat"}}
    send = {"id": 1, "chat_id": 1, "lane": 1, "method": "editMessageMedia", "swapped": True, "instead": [edited], "anew": True, "part": 1,
            "payload": [{"method": "editMessageText", "message_id": 7, "text": "A flat"}], "confided": False, "status": "sent",
            "unknown_calls": 2}
    received = [("editmessagemedia", edited), ("sendmessage", {"text": "A flat"})]
    for calls, fits in ((received, True), (received[1:], True), (received[:1], False), (received[:1] * 2 + received, False)):
        calls = [{"n": n, "chat_id": 1, "method": method, "parameters": parameters} for n, (method, parameters) in enumerate(calls)]
        wrong = list(sent_once(types.SimpleNamespace(calls=calls, sends=[send])))
        assert (not wrong) == fits, wrong or f"{calls} are accepted"


def judge(evidence):
    return [f"{check.__name__}: {wrong}" for check in CHECKS for wrong in check(evidence)]


def prove(evidence):
    """The run covers enough cases, and each check finds its mistake."""
    prove_edit_is_known()
    assert evidence.bookings, "no guest booked"
    assert any(one["unknown_calls"] for one in evidence.sends), "no call was uncertain"
    assert any(one["swapped"] for one in evidence.sends), "no photo was refused"
    assert any(shows(one["parameters"])[1] for one in evidence.calls), "no photo was shown"
    assert evidence.deleted, "no photo was replaced by a text"
    for check, mistake in CHECKS.items():
        spoiled = copy.deepcopy(evidence)
        mistake(spoiled)
        assert list(check(spoiled)), f"{check.__name__} does not find {mistake.__name__}"
