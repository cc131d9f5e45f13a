// SPDX-License-Identifier: MIT
// read.mjs FROM TO FILE...: for each file a line with its events by ical.js, as JSON; null: it refuses the file.
import { execFileSync } from "node:child_process";
import fs from "node:fs";
import ICAL from "ical.js";

const [FROM, TO] = process.argv.slice(2, 4);
const LIMIT_MS = 10000; // for a file
const OCCURRENCES_MAX = 5000; // of an event whose rule has no end

function show(time) {
  if (time.isDate || time.zone === ICAL.Timezone.localTimezone) return time.toString();
  return time.toJSDate().toISOString().replace(".000Z", "Z");
}

const day = (time) => time.toString().slice(0, 10);
const holds = (part) => (part.getFirstPropertyValue("status") ?? "").toUpperCase() !== "CANCELLED" &&
  (part.getFirstPropertyValue("transp") ?? "").toUpperCase() !== "TRANSPARENT";
const has_end = (part) => part.hasProperty("dtend") || part.hasProperty("duration");

function shown(part, start, end) {
  return { start: show(start), end: has_end(part) ? show(end) : null };
}

function* events_of(root) {
  for (const calendar of root.map((jcal) => new ICAL.Component(jcal))) {
    for (const zone of calendar.getAllSubcomponents("vtimezone")) ICAL.TimezoneService.register(zone);
    const parts = calendar.getAllSubcomponents("vevent");
    const exceptions = parts.filter((part) => part.hasProperty("recurrence-id"));
    for (const part of parts.filter((one) => !exceptions.includes(one))) {
      const uid = part.getFirstPropertyValue("uid");
      const own = exceptions.filter((one) => one.getFirstPropertyValue("uid") === uid);
      const event = new ICAL.Event(part, { exceptions: own, strictExceptions: true });
      if (!event.isRecurring()) {
        if (holds(part)) yield shown(part, event.startDate, event.endDate);
        continue;
      }
      const iterator = event.iterator();
      let next;
      for (let i = 0; i < OCCURRENCES_MAX && (next = iterator.next()) && day(next) < TO; i++) {
        const found = event.getOccurrenceDetails(next), of = found.item.component;
        if (holds(of) && day(found.endDate) >= FROM) yield shown(of, found.startDate, found.endDate);
      }
    }
    for (const part of exceptions) // of a series that the feed does not have
      if (!parts.some((one) => !exceptions.includes(one) && one.getFirstPropertyValue("uid") === part.getFirstPropertyValue("uid")) && holds(part)) {
        const event = new ICAL.Event(part);
        yield shown(part, event.startDate, event.endDate);
      }
  }
}

function read(path) {
  const parsed = ICAL.parse(fs.readFileSync(path, "utf-8"));
  return [...events_of(typeof parsed[0] === "string" ? [parsed] : parsed)];
}

// Of several files each has a process and LIMIT_MS of its own.
const paths = process.argv.slice(4);
for (const path of paths) {
  try {
    console.log(paths.length === 1 ? JSON.stringify(read(path))
      : execFileSync(process.execPath, [process.argv[1], FROM, TO, path], { timeout: LIMIT_MS, encoding: "utf-8" }).trim());
  } catch {
    console.log("null");
  }
}
