#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# icalendar 6.3.2 (PyPI) and node-ical 0.26.1 (npm) read one event whose TZID is a name of Windows, as Outlook writes it without VTIMEZONE.
# Expected: both take the name from the table of CLDR and give the same instant; a name that one does not know is refused or marked.
# Seen: "Central Asia Standard Time" 14:00 is 09:00Z (Asia/Almaty) for icalendar and 08:00Z (Asia/Bishkek) for node-ical: a check-in moves
# by an hour between two feeds. "Qyzylorda Standard Time" is 09:00Z for node-ical and a time without any zone for icalendar.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT

python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" -q --disable-pip-version-check install icalendar==6.3.2 python-dateutil==2.9.0.post0 tzdata==2026.6
npm install --silent --no-audit --no-fund --prefix "$folder" node-ical@0.26.1 >/dev/null
for name in Central Qyzylorda; do
    zone="$name Standard Time"
    [ "$name" != Central ] || zone='Central Asia Standard Time'
    printf '%s\r\n' BEGIN:VCALENDAR VERSION:2.0 PRODID:-//example//EN BEGIN:VEVENT UID:1 DTSTAMP:20261201T000000Z \
        "DTSTART;TZID=$zone:20261214T140000" "DTEND;TZID=$zone:20261216T120000" SUMMARY:stay END:VEVENT END:VCALENDAR >"$folder/$name.ics"
done
cat >"$folder/read.py" <<'END'
import datetime, sys
import icalendar

event = icalendar.Calendar.from_ical(open(sys.argv[1], "rb").read()).walk("VEVENT")[0]
start = event.decoded("DTSTART")
print(f"{start.astimezone(datetime.timezone.utc):%H:%MZ}" if start.tzinfo else "no zone")
END
cat >"$folder/read.mjs" <<'END'
import ical from 'node-ical';

const event = Object.values(ical.sync.parseFile(process.argv[2])).find((one) => one.type === 'VEVENT');
console.log(`${event.start.toISOString().slice(11, 16)}Z`);
END
seen=''
for name in Central Qyzylorda; do
    python=$(PYTHONTZPATH='' "$folder/venv/bin/python" "$folder/read.py" "$folder/$name.ics")
    node=$(TZ=UTC node "$folder/read.mjs" "$folder/$name.ics")
    printf '%s: icalendar %s, node-ical %s\n' "$(grep -ao 'TZID=[^:]*' "$folder/$name.ics" | head -n 1)" "$python" "$node"
    seen+="$python $node;"
done
[ "$seen" = '09:00Z 08:00Z;no zone 09:00Z;' ]
