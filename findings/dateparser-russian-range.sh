#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# dateparser 1.5.0 (PyPI). Guests write a stay as "12-14 декабря"; the same words are asked in English and in Russian on 1 December 2026.
# Expected: both languages agree, on the first day or on None; parse() and search_dates() agree as well.
# Seen: English gives 2026-12-12, Russian 2014-12-12: the last day of the stay is taken as a year, with PREFER_DATES_FROM=future
# 2114-12-12. Russian search_dates() gives 2026-12-12 for the words that parse() reads as 2014. "14-16" is 2016 in both languages.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT

python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" -q --disable-pip-version-check install dateparser==1.5.0 python-dateutil==2.9.0.post0 regex==2026.11.19
cat >"$folder/read.py" <<'END'
import datetime, sys
import dateparser
from dateparser.search import search_dates

asked = {"RELATIVE_BASE": datetime.datetime(2026, 12, 1)}
future = asked | {"PREFER_DATES_FROM": "future"}
def day(found):
    return found and found.date().isoformat()
seen = {
    "en 12-14": day(dateparser.parse("12-14 December", languages=["en"], settings=asked)),
    "ru 12-14": day(dateparser.parse("12-14 декабря", languages=["ru"], settings=asked)),
    "ru 12-14, future": day(dateparser.parse("12-14 декабря", languages=["ru"], settings=future)),
    "ru 12-14, search": day(search_dates("12-14 декабря", languages=["ru"], settings=asked)[0][1]),
    "en 14-16": day(dateparser.parse("14-16 December", languages=["en"], settings=asked)),
    "ru 14-16": day(dateparser.parse("14-16 декабря", languages=["ru"], settings=asked)),
}
for text, found in seen.items():
    print(f"{text}: {found}")
sys.exit(list(seen.values()) != ["2026-12-12", "2014-12-12", "2114-12-12", "2026-12-12", "2016-12-14", "2016-12-14"])
END
"$folder/venv/bin/python" "$folder/read.py"
