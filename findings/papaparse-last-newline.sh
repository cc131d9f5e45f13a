#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# papaparse 5.7.1 (npm) guesses the delimiter of a table with two columns, as a Russian Excel saves it: semicolons, each line ended.
# Expected: the semicolon, which stands once in every line, and that a newline at the end of the file changes nothing.
# Seen: the newline at the end counts as a row of one field, so the mean of fields in a file of up to nine lines falls below the 1.99 that the
# guess asks for. The comma is taken: each line becomes one field, and prices with a decimal comma are torn apart ("Марат;1500", 50).
# Without the last newline, with skipEmptyLines, or from ten lines on, the same rows are read right.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"

npm install --silent --no-audit --no-fund --prefix "$folder" papaparse@5.7.1 >/dev/null
cat >guess.cjs <<'END'
const Papa = require("papaparse");
const table = (lines, price) => "Имя;Цена\n" + `Марат;${price}\n`.repeat(lines - 1);
const show = (name, text, options) => {
  const { data, meta } = Papa.parse(text, { header: true, ...options });
  console.log(`${name}: "${meta.delimiter}" ${JSON.stringify(data[0])}`);
};
show("nine lines", table(9, "1500"));
show("nine lines, decimal comma", table(9, "1500,50"));
show("nine lines, no last newline", table(9, "1500,50").trimEnd());
show("nine lines, skipEmptyLines", table(9, "1500,50"), { skipEmptyLines: true });
show("ten lines", table(10, "1500,50"));
END
seen=$(node guess.cjs)
printf '%s\n' "$seen"
diff - <(printf '%s\n' "$seen") <<'END'
nine lines: "," {"Имя;Цена":"Марат;1500"}
nine lines, decimal comma: "," {"Имя;Цена":"Марат;1500","__parsed_extra":["50"]}
nine lines, no last newline: ";" {"Имя":"Марат","Цена":"1500,50"}
nine lines, skipEmptyLines: ";" {"Имя":"Марат","Цена":"1500,50"}
ten lines: ";" {"Имя":"Марат","Цена":"1500,50"}
END
