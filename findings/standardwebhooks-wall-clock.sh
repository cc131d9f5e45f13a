#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# standardwebhooks 1.1.0 (PyPI) signs, standardwebhooks 1.1.1 (npm) verifies; both are the reference libraries of Standard Webhooks.
# Expected: sign() takes a datetime with an offset as the moment that it names, so 10:00+00:00 and 15:00+05:00 have one signature.
# Seen: the Python library replaces the zone by UTC instead of converting, so it signs the wall clock: the webhook of a sender that keeps
# its times in Asia/Almaty carries the right Webhook-Timestamp and a signature over one five hours later, and npm refuses it.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"

python3 -m venv venv
venv/bin/pip -q --disable-pip-version-check install standardwebhooks==1.1.0
npm install --silent --no-audit --no-fund --prefix "$folder" standardwebhooks@1.1.1 >/dev/null

cat >sign.py <<'END'
import json
from datetime import datetime, timedelta, timezone
from standardwebhooks import Webhook
webhook, body = Webhook("whsec_MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3"), '{"қала":"Алматы"}'
utc = datetime.now(timezone.utc).replace(microsecond=0)
almaty = utc.astimezone(timezone(timedelta(hours=5)))
assert utc == almaty
for name, moment in (("UTC", utc), ("Almaty", almaty)):
    print(json.dumps({"name": name, "body": body, "headers": {
        "webhook-id": "msg_1", "webhook-timestamp": str(int(moment.timestamp())),
        "webhook-signature": webhook.sign("msg_1", moment, body)}}))
END
cat >verify.cjs <<'END'
const { Webhook } = require("standardwebhooks");
const webhook = new Webhook("whsec_MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3");
for (const line of require("fs").readFileSync(0, "utf8").trim().split("\n")) {
  const { name, body, headers } = JSON.parse(line);
  let seen = "accepted";
  try {
    webhook.verify(body, headers);
  } catch (error) {
    seen = error.message;
  }
  console.log(`${name}: ${seen}`);
}
END
seen=$(venv/bin/python sign.py | node verify.cjs)
printf 'the same moment signed by Python, verified by npm:\n%s\n' "$seen"
[ "$seen" = $'UTC: accepted\nAlmaty: No matching signature found' ]
