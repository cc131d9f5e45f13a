#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# chrono-node 2.10.3 (npm), locale ru: "завтра в 2 часа дня" (tomorrow at 2 p.m.), asked on 1 December at 09:00.
# Expected: 2 December 14:00, as chrono.en reads the English words; forwardDate only moves a date that lies in the past.
# Seen: 02:00 at night without forwardDate. With it the same words fall into two results: "завтра" (09:00, the hour of the question) and
# "2 часа дня", a span of two hours and one day: 2 December 11:00. Noon ("14 декабря в 12 часов дня") becomes 36 hours from now.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT

npm install --silent --no-audit --no-fund --prefix "$folder" chrono-node@2.10.3 >/dev/null
cat >"$folder/read.mjs" <<'END'
import * as chrono from 'chrono-node';

const asked = new Date(2026, 11, 1, 9);
const read = (language, text, option) => {
    const found = chrono[language].parse(text, asked, option)
        .map((one) => `${one.text} = ${one.start.date().toLocaleString('sv').slice(5, 16)}`).join('; ');
    console.log(`${language} ${JSON.stringify(option)} ${text}: ${found}`);
    return found;
};
const forward = { forwardDate: true };
const same = [
    [read('en', 'tomorrow at 2 p.m.', {}), 'tomorrow at 2 p.m. = 12-02 14:00'],
    [read('en', 'tomorrow at 2 p.m.', forward), 'tomorrow at 2 p.m. = 12-02 14:00'],
    [read('ru', 'завтра в 2 часа дня', {}), 'завтра в 2 = 12-02 02:00'],
    [read('ru', 'завтра в 2 часа дня', forward), 'завтра = 12-02 09:00; 2 часа дня = 12-02 11:00'],
    [read('ru', '14 декабря в 12 часов дня', {}), '14 декабря в 12 = 12-14 12:00'],
    [read('ru', '14 декабря в 12 часов дня', forward), '14 декабря = 12-14 12:00; 12 часов дня = 12-02 21:00'],
].every(([seen, known]) => seen === known);
process.exit(same ? 0 : 1);
END
TZ=UTC node "$folder/read.mjs"
