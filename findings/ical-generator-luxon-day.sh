#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# ical-generator 10.2.0 with luxon 3.7.2 (npm), no `timezone`, a process in Asia/Almaty. Two Luxon values of one instant and one zoneName,
# midnight of 14 December in Almaty, become the start of an all-day event.
# Expected: both give 20261214, the date that each of them shows; a date has no zone that could move it.
# Seen: the value made with the zone's name gives 20261214; the one made by DateTime.local() gives 20261213, a night early, because a
# zone of the type "system" goes through UTC. West of Greenwich both are right, so tests there or in UTC do not show it.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT

npm install --silent --no-audit --no-fund --prefix "$folder" ical-generator@10.2.0 luxon@3.7.2 >/dev/null
cat >"$folder/write.mjs" <<'END'
import ical from 'ical-generator';
import { DateTime } from 'luxon';

const written = (start) => {
    const feed = ical();
    feed.createEvent({ id: '1', start, end: start.plus({ days: 2 }), allDay: true, summary: 'stay' });
    return feed.toString().match(/DTSTART[^\r]*:(\d+)/)[1];
};
const local = DateTime.local(2026, 12, 14);
const named = DateTime.fromISO('2026-12-14', { zone: process.env.TZ });
const same = +local === +named && local.zoneName === named.zoneName;
console.log(`${process.env.TZ}: one instant and zone ${same}, named ${written(named)}, local ${written(local)}`);
END
seen=$(for zone in Asia/Almaty UTC America/New_York; do TZ=$zone node "$folder/write.mjs"; done)
printf '%s\n' "$seen"
[ "$seen" = 'Asia/Almaty: one instant and zone true, named 20261214, local 20261213
UTC: one instant and zone true, named 20261214, local 20261214
America/New_York: one instant and zone true, named 20261214, local 20261214' ]
