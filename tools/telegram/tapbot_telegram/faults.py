# SPDX-License-Identifier: MIT
"""Injected faults ("switches" in the README). Pure; api.py and delivery.py apply the faults found here.

A fault is a JSON object: its `kind`, its filters (`bot`, `method`, `chat_id`, `text`, `photo`: all given ones must match),
`skip` (so many matches are ignored first), `count` (the number of hits after that; null: unlimited) and `seconds` (duration
from the first hit). Each kind has its own fields, with defaults in KINDS.
"""
import itertools
import math

from . import errors

# {kind: {field: (type, default)}}. CALL_KINDS apply to Bot API calls, DELIVERY_KINDS to webhook deliveries.
CALL_KINDS = {
    "error": {"name": (str, None), "code": (int, None), "description": (str, None), "retry_after": (int, None),
              "migrate_to_chat_id": (int, None), "effect": (bool, False)},
    "flood": {"retry_after": (int, 1)},
    "html": {"status": (int, 502), "body": (str, None), "effect": (bool, False)},
    "slow": {"wait": (float, 1.0)},
    "hang": {"wait": (float, 60.0), "effect": (bool, False)},
    "cut": {"at": (str, "answer")},
}
DELIVERY_KINDS = {
    "secret": {"value": (str, None)},
    "repeat": {"times": (int, 1), "parallel": (bool, False), "least": (int, None), "within": (float, 0.0)},
}
KINDS = CALL_KINDS | DELIVERY_KINDS
# accept: before a byte is read; head: between head and body; request: after reading all, without effect;
# answer: after the call took effect, without a response; half: after the call took effect, with half of the response.
CUTS = ("accept", "head", "request", "answer", "half")
FILTERS = {"bot": str, "method": str, "chat_id": int, "text": str, "photo": str}
SPAN = {"skip": (int, 0), "count": (int, 1), "seconds": (float, None)}
PAGE = ("<html>\r\n<head><title>{0}</title></head>\r\n<body>\r\n<center><h1>{0}</h1></center>\r\n<hr><center>nginx/1.18.0"
        "</center>\r\n</body>\r\n</html>\r\n")
REASONS = {502: "502 Bad Gateway", 503: "503 Service Temporarily Unavailable", 504: "504 Gateway Time-out"}


def checked(given, fields, what):
    """The fields with their defaults; raises ValueError with the invalid field."""
    made = {}
    for name, (kind, default) in fields.items():
        value = given.get(name, default)
        if kind is float and isinstance(value, int) and not isinstance(value, bool):
            value = float(value)
        if value is not None and (not isinstance(value, kind) or kind is not bool and isinstance(value, bool)):
            raise ValueError(f"{name} of {what} is a {kind.__name__}")
        made[name] = value
    return made


def agrees(name, wanted, seen):
    """Whether a filter matches: text and photo are substrings, a method may end with *."""
    if name in ("text", "photo"):
        return wanted in seen
    return seen.startswith(wanted[:-1]) if name == "method" and wanted.endswith("*") else wanted == seen


class Fault:
    def __init__(self, number, given):
        if given.get("kind") not in KINDS:
            raise ValueError(f"kind is one of {', '.join(KINDS)}")
        self.id, self.kind = number, given["kind"]
        known = {"kind", *FILTERS, *SPAN, *KINDS[self.kind]}
        if unknown := sorted(set(given) - known):
            raise ValueError(f"a switch of kind {self.kind} has no {', '.join(unknown)}")
        self.filters = checked(given, {name: (kind, None) for name, kind in FILTERS.items()}, "a switch")
        self.skip, self.count, self.seconds = checked(given, SPAN, "a switch").values()
        if "seconds" in given and "count" not in given:
            self.count = None
        self.more = checked(given, KINDS[self.kind], self.kind)
        self.hits, self.since = 0, None
        self._check()

    def _check(self):
        if self.kind == "cut":
            if self.more["at"] not in CUTS:
                raise ValueError(f"at is one of {', '.join(CUTS)}")
            early = {"accept": tuple(FILTERS), "head": ("chat_id", "text", "photo")}.get(self.more["at"], ())
            if any(self.filters[name] is not None for name in early):
                raise ValueError(f"what a cut at {self.more['at']} hits is not read yet: no {', '.join(early)}")
        if self.kind == "error":
            if self.more["name"] is not None and self.more["name"] not in errors.NAMED:
                raise ValueError(f"name is one of {', '.join(errors.NAMED)}")
            if self.more["name"] is None and self.more["code"] is None:
                raise ValueError("an error has a name, or code and description")
        if self.kind == "repeat" and not 0 <= (self.more["least"] or 0) <= self.more["times"]:
            raise ValueError("least is 0 to times")

    def info(self):
        return {"id": self.id, "kind": self.kind, "hits": self.hits, "skip": self.skip, "count": self.count,
                "seconds": self.seconds, **{k: v for k, v in self.filters.items() if v is not None}, **self.more}

    def over(self, now):
        return (self.count is not None and self.count <= 0) or (
            self.seconds is not None and self.since is not None and now >= self.since + self.seconds)

    def matches(self, **seen):
        """Whether all filters match. A filter on a value that is not available does not match."""
        return all(wanted is None or (seen.get(name) is not None and agrees(name, wanted, seen[name]))
                   for name, wanted in self.filters.items())

    def hit(self, now):
        """Counts a match; returns whether the fault applies to it."""
        if self.skip > 0:
            self.skip -= 1
            return False
        self.hits += 1
        self.since = now if self.since is None else self.since
        if self.count is not None:
            self.count -= 1
        return True

    def failure(self, now):
        """The error response of an error or a flood."""
        if self.kind == "flood":
            left = self.more["retry_after"] if self.seconds is None else math.ceil(self.since + self.seconds - now)
            return errors.flood(max(1, left))
        if self.more["name"] is not None:
            failure = errors.named(self.more["name"])
        else:
            failure = errors.Failure(self.more["code"], self.more["description"] or "Bad Request")
        failure.retry_after, failure.migrate_to = self.more["retry_after"], self.more["migrate_to_chat_id"]
        return failure

    def page(self):
        """(status, HTML) like a response of a proxy in front of the API."""
        status = self.more["status"]
        return status, self.more["body"] if self.more["body"] is not None else PAGE.format(
            REASONS.get(status, f"{status} Error"))


class Faults:
    def __init__(self):
        self.numbers, self.all = itertools.count(1), []

    def add(self, given):
        fault = Fault(next(self.numbers), {**given, "method": given["method"].lower()} if given.get("method") else given)
        self.all.append(fault)
        return fault

    def remove(self, number=None):
        self.all = [fault for fault in self.all if number is not None and fault.id != number]

    def info(self, now):
        return [fault.info() for fault in self.all if not fault.over(now)]

    def take(self, now, wanted, **seen):
        """The first fault that `wanted` accepts and that applies, or None."""
        self.all = [fault for fault in self.all if not fault.over(now)]
        for fault in self.all:
            if wanted(fault) and fault.matches(**seen) and fault.hit(now):
                return fault
        return None

    def for_accept(self, now):
        return self.take(now, lambda fault: fault.kind == "cut" and fault.more["at"] == "accept")

    def for_head(self, now, bot, method):
        return self.take(now, lambda fault: fault.kind == "cut" and fault.more["at"] == "head", bot=bot, method=method)

    def for_call(self, now, bot, method, chat_id, text, photo=None):
        return self.take(now, lambda fault: fault.kind in CALL_KINDS and fault.more.get("at") not in ("accept", "head"),
                         bot=bot, method=method, chat_id=chat_id, text=text, photo=photo)

    def for_delivery(self, now, kind, bot, chat_id):
        return self.take(now, lambda fault: fault.kind == kind, bot=bot, chat_id=chat_id)
