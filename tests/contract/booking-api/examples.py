# SPDX-License-Identifier: MIT
"""Examples of openapi.yaml: every operation has them, they match their schemas, and those of requests
work when sent in order."""

import datetime
import json
import re

from check import NOBODY, today
from routes import CODE, sources
from schema import names_status

# The code of a fault where it is set. Codes of bugs (FAULT_INTERNAL) are not listed.
REFUSED = re.compile(
    r'(?:FAULT_(?!INTERNAL)[A-Z_]+|fault_(?:list_add|set_field)\([^;"]+(?:"[^"]+"[^;"]*)?),\s*"([a-z_]+)"'
)
# The kind of a fault and its code where it is set, and the statuses of the kinds (http_status_of()).
KIND = re.compile(r'FAULT_(?!INTERNAL)([A-Z_]+),\s*"([a-z_]+)"')
STATUSES = {"FORBIDDEN": 403, "NOT_FOUND": 404, "CONFLICT": 409, "GONE": 410, "PRECONDITION": 412, "INVALID": 422, "RATE_LIMITED": 429, "UNAVAILABLE": 503}
# Words of stays, and of rides.
STAY = re.compile(r"\b(?:apartment|booking|check-in|guest|owner|stay)", re.IGNORECASE)
RIDE = re.compile(r"\b(?:closure|driver|passenger|ride|trip)", re.IGNORECASE)
DATE = re.compile(r"\d{4}-\d\d-\d\d")
AHEAD_DAYS = 14
# They depend on existing data.
EXPECTATIONS = ("expected_total", "expected_refund")


def example_of(schema, content):
    """The example of a body: beside its schema, in it, or in its parts; None if there is none."""
    if "example" in content:
        return content["example"]
    return example_in(schema, content["schema"])


def example_in(schema, one):
    one = schema.resolve(one)
    if "example" in one:
        return one["example"]
    for choice in one.get("anyOf", one.get("oneOf", []))[:1]:
        if "$ref" in choice:
            return example_in(schema, choice)
    if one.get("type") == "array":
        item = example_in(schema, one["items"])
        return None if item is None else [item]
    members = one.get("properties", {})
    lists = [name for name, member in members.items() if schema.resolve(member).get("type") == "array"]
    found = {name: example_in(schema, members[name]) for name in lists}
    return found if found and None not in found.values() else None


def bodies(world):
    """(operation, content, what) of each described JSON body."""
    schema = world.operations.schema
    for operation in world.operations.all.values():
        name = operation["operationId"]
        if "requestBody" in operation:
            yield name, operation["requestBody"]["content"]["application/json"], "the request"
        for status, response in operation["responses"].items():
            for content in schema.resolve(response).get("content", {}).items():
                if content[0] == "application/json":
                    yield name, content[1], f"the answer {status}"


def complete(world, group):
    """Every operation has descriptions, examples and its statuses, but no default response; each code is listed."""
    tags = {tag["name"]: tag.get("description") for tag in world.operations.document["tags"]}
    for (method, path), operation in sorted(world.operations.all.items()):
        for part in ("operationId", "summary", "description"):
            group.expect(operation.get(part), f"{method} {path} has no {part}")
        group.expect(operation.get("tags", [""])[0] in tags, f"{method} {path}: {operation.get('tags')}")
        group.expect("default" not in operation["responses"], f"{method} {path}: default has no status")
    for tag, description in tags.items():
        group.expect(description, f"the tag {tag} has no description")
    for name, content, what in bodies(world):
        group.expect(example_of(world.operations.schema, content) is not None, f"{name}: {what} has no example")
    codes = world.operations.document["components"]["schemas"]["Code"]["oneOf"]
    for one in codes:
        group.expect(
            re.match(r"(4\d\d|50[03])\. \w", one.get("description", "")), f"{one['const']}: {one.get('description')}"
        )
    listed = {one["const"] for one in codes}
    for text in sources(world.stand.main.name):
        for code in REFUSED.findall(text):
            group.expect(code in listed, f"{code} is in the sources, but not listed")
        for kind, code in KIND.findall(text):
            described = world.operations.codes.get(code, "")
            group.expect(names_status(described, STATUSES[kind]), f"{code} is {STATUSES[kind]} in the sources: {described}")


def shared(world, group):
    """A code that rides use too is not described for stays only."""
    for text in sources(f"{world.stand.main.name}/rides"):
        for code in CODE.findall(text):
            described = world.operations.codes.get(code, "")
            group.expect(not STAY.search(described) or RIDE.search(described), f"{code} is described for stays only: {described}")


def valid(world, group):
    """Examples match their schemas."""
    schema, document = world.operations.schema, world.operations.document
    for name, one in document["components"]["schemas"].items():
        if "example" in one:
            group.equal(name, schema.faults(one["example"], one), [])
    for kind in ("responses", "parameters"):
        for name, one in document["components"][kind].items():
            for content in [one, *one.get("content", {}).values()]:
                if "example" in content:
                    group.equal(f"{kind} {name}", schema.faults(content["example"], content["schema"]), [])
    for name, content, what in bodies(world):
        if "example" in content:
            group.equal(f"{name}: {what}", schema.faults(content["example"], content["schema"]), [])


class Story:
    """Sends the examples of requests in order, with existing ids and future dates."""

    def __init__(self, world):
        self.world, self.ids = world, {}
        self.by_name = {one["operationId"]: (where, one) for where, one in world.operations.all.items()}
        self.examples = {
            name: example_of(world.operations.schema, content)
            for name, content, what in bodies(world)
            if what == "the request"
        }
        first = min(map(datetime.date.fromisoformat, DATE.findall(json.dumps(self.examples))))
        weeks = max(0, ((today() - first).days + AHEAD_DAYS) // 7 + 1)
        self.later = datetime.timedelta(weeks=weeks)

    def body(self, name):
        def moved(match):
            return (datetime.date.fromisoformat(match[0]) + self.later).isoformat()

        body = json.loads(DATE.sub(moved, json.dumps(self.examples[name])))
        body = {field: value for field, value in body.items() if field not in EXPECTATIONS}
        for field, noun in (("owner_id", "owners"), ("apartment_id", "apartments"), ("quote_id", "quotes"), ("driver_id", "drivers")):
            if field in body and noun in self.ids:
                body[field] = self.ids[noun]
        if "at" in body:  # it is in the past
            body["at"] = datetime.datetime.now(datetime.timezone.utc).isoformat()
        if "apartment_ids" in body:
            body["apartment_ids"] = [self.ids["apartments"]]
        return body

    def send(self, name, **changed):
        (method, path), _ = self.by_name[name]
        noun = path.split("/")[2]
        target = path.replace("{id}", self.ids.get(noun, NOBODY)).replace("{from}", "almaty").replace("{to}", "konaev")
        target = re.sub(r"\{\w+\}", NOBODY, target)
        reply = self.world.caller.call(method, target, {**self.body(name), **changed})
        if reply.status == 201 and path.count("/") == 2:
            self.ids[noun] = reply.json["id"]
        return reply


# In this order. Requests that cannot succeed here are refused for the state, not for their body.
STORY = (
    ("createOwner", 201, None),
    ("updateOwner", 200, None),
    ("createApartment", 201, None),
    ("updateApartment", 200, None),
    ("replaceRates", 200, None),
    ("createBlock", 201, None),
    ("createCalendarLink", 201, None),
    ("closeCalendarLink", 404, "not_found"),
    ("createFeed", 201, None),
    ("updateFeed", 404, "not_found"),
    ("resolveConflict", 404, "not_found"),
    ("checkAvailability", 200, None),
    ("createQuote", 201, None),
    ("createBooking", 201, None),
    ("claimPayment", 200, None),
    ("confirmBooking", 200, None),
    ("changeDates", 200, None),
    ("setContact", 200, None),
    ("setPaid", 200, None),
    ("checkIn", 409, "too_early"),
    ("checkOut", 409, "already_confirmed"),
    ("markNoShow", 409, "too_early"),
    ("rateBooking", 409, "already_confirmed"),
    ("cancelBooking", 200, None),
    ("declineBooking", 409, "already_cancelled"),
    ("eraseGuest", 200, None),
    ("createDriver", 201, None),
    ("updateDriver", 200, None),
    ("createCar", 201, None),
    ("setRoute", 200, None),
    ("createClosure", 201, None),
    ("createTrip", 403, "driver_not_active"),
    ("updateTrip", 404, "not_found"),
    ("delayTrip", 404, "not_found"),
    ("cancelTrip", 404, "not_found"),
    ("createRide", 422, "unknown_trip"),
    ("updateRide", 404, "not_found"),
    ("claimRidePayment", 404, "not_found"),
    ("confirmRide", 404, "not_found"),
    ("cancelRide", 404, "not_found"),
    ("declineRide", 404, "not_found"),
    ("deliverParcel", 404, "not_found"),
    ("markDriverNoShow", 404, "not_found"),
    ("markRideNoShow", 404, "not_found"),
    ("settleRide", 404, "not_found"),
    ("createOffer", 403, "forbidden"),
    ("callSos", 404, "not_found"),
    ("rateRide", 404, "not_found"),
    ("complain", 404, "not_found"),
    ("setLocation", 409, "too_early"),
    ("createWebhook", 201, None),
    ("updateWebhook", 200, None),
    ("replayWebhook", 202, None),
    ("testWebhook", 202, None),
)


def sent(world, group):
    story = Story(world)
    group.equal("operations with a body", sorted(name for name, _, _ in STORY), sorted(story.examples))
    for name, status, code in STORY:
        if name in story.examples:
            group.reply(f"the example of {name}", story.send(name), status, code)


GROUPS = [
    ("examples: complete", complete),
    ("examples: codes of rides", shared),
    ("examples: valid", valid),
    ("examples: sent in order", sent),
]
