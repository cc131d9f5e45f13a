#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# @grammyjs/auto-retry 2.0.2 and grammy 1.46.0 (npm): what maxRetryAttempts and maxDelaySeconds limit. The clock is quickened, Telegram is a function.
# Expected: maxRetryAttempts is the most often that one call is repeated, whatever failed; maxDelaySeconds is the longest wait; a call
# that is not repeated any more returns at once.
# Seen: a failed connection (HttpError) is not counted, so a call with at most one repetition is sent until it succeeds; its waits, as those
# after a 5xx, double up to an hour under a maxDelaySeconds of one; and after the last 429 it waits for retry_after and only then returns the 429.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"

npm install --silent --no-audit --no-fund --prefix "$folder" grammy@1.46.0 @grammyjs/auto-retry@2.0.2 >/dev/null
cat >retry.cjs <<'END'
const { HttpError } = require("grammy");
const { autoRetry } = require("@grammyjs/auto-retry");
const waits = [];
const realTimeout = globalThis.setTimeout;
globalThis.setTimeout = (callback, milliseconds) => {
  waits.push(milliseconds / 1000);
  return realTimeout(callback, 0);
};
const limited = { ok: false, error_code: 429, description: "Too Many Requests", parameters: { retry_after: 20 } };
const broken = { ok: false, error_code: 502, description: "Bad Gateway" };
async function run(name, options, answer) {
  let calls = 0;
  waits.length = 0;
  const result = await autoRetry(options)(async () => answer(++calls), "sendMessage", { chat_id: 1, text: "Сәлем" });
  console.log(`${name}: ${calls} calls, waits ${waits}, ${result.ok ? "sent" : result.error_code}`);
}
(async () => {
  await run("connection lost seven times, one attempt", { maxRetryAttempts: 1, maxDelaySeconds: 1 }, (call) => {
    if (call <= 7) throw new HttpError("connection lost", new Error("ECONNRESET"));
    return { ok: true, result: true };
  });
  await run("502, two attempts", { maxRetryAttempts: 2, maxDelaySeconds: 1 }, () => broken);
  await run("429, no attempt", { maxRetryAttempts: 0 }, () => limited);
})();
END
seen=$(node retry.cjs)
printf '%s\n' "$seen"
diff - <(printf '%s\n' "$seen") <<'END'
connection lost seven times, one attempt: 8 calls, waits 3,6,12,24,48,96,192, sent
502, two attempts: 3 calls, waits 3,6,12, 502
429, no attempt: 1 calls, waits 20, 429
END
