#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# date-fns 4.4.0 (npm), locale kk. A date is written with format() and read back with parse(): same pattern, same locale.
# Expected: the same day for each month, or Invalid Date; the locale's test of a name is one list of twelve names.
# Seen: full names of four months come back as another month without an error: June as May; September, October and November as January
# (the name is matched whole, then its number is looked up by the first letter). Short names (MMM) come back right.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT

npm install --silent --no-audit --no-fund --prefix "$folder" date-fns@4.4.0 >/dev/null
cat >"$folder/months.mjs" <<'END'
import { format, parse } from 'date-fns';
import { kk, ru } from 'date-fns/locale';

const wrong = (locale, pattern) => {
    const moved = [];
    for (let month = 0; month < 12; month++) {
        const day = new Date(2026, month, 14);
        const text = format(day, pattern, { locale });
        const read = parse(text, pattern, new Date(2026, 0, 1), { locale });
        if (+read !== +day)
            moved.push(`${month + 1}>${isNaN(read) ? 'invalid' : read.getMonth() + 1}`);
        if (pattern === 'd MMMM yyyy' && +read !== +day)
            console.log(`${text} is read as ${isNaN(read) ? 'invalid' : format(read, 'yyyy-MM-dd')}`);
    }
    return moved.join(' ');
};
const seen = `kk full: ${wrong(kk, 'd MMMM yyyy')}; kk short: ${wrong(kk, 'd MMM yyyy')}; ru full: ${wrong(ru, 'd MMMM yyyy')}`;
console.log(seen);
process.exit(seen === 'kk full: 6>5 9>1 10>1 11>1; kk short: ; ru full: ' ? 0 : 1);
END
node "$folder/months.mjs"
