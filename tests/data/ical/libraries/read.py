# SPDX-License-Identifier: MIT
"""read.py FROM TO FILE...: for each file a line with its events by icalendar and recurring-ical-events, as JSON; null: it refuses the
file."""
import datetime
import json
import sys
import warnings

import icalendar
import recurring_ical_events

warnings.simplefilter("ignore")
FROM, TO = map(datetime.date.fromisoformat, sys.argv[1:3])


def show(time):
    if not isinstance(time, datetime.datetime) or time.tzinfo is None:
        return time.isoformat()
    return time.astimezone(datetime.timezone.utc).strftime("%Y-%m-%dT%H:%M:%SZ")


def holds(event):
    return event.get("STATUS", "").upper() != "CANCELLED" and event.get("TRANSP", "").upper() != "TRANSPARENT"


def end_of(event):
    if "DTEND" in event:
        return show(event["DTEND"].dt)
    return show(event["DTSTART"].dt + event["DURATION"].dt) if "DURATION" in event else None


def events_of(data):
    return [{"start": show(event["DTSTART"].dt), "end": end_of(event)}
            for calendar in icalendar.Calendar.from_ical(data, multiple=True)
            for event in recurring_ical_events.of(calendar).between(FROM, TO) if holds(event)]


for path in sys.argv[3:]:
    with open(path, "rb") as file:
        content = file.read()
    try:
        print(json.dumps(events_of(content)))
    except Exception:  # pylint: disable=broad-exception-caught
        print("null")
