#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Checks the stack's description against every rule (promises.py, promises_services.py); then makes a mistake for each rule,
which must be found, so that no rule passes because it checks nothing."""
import copy
import os
import subprocess
import sys

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.realpath(__file__))))
FILES = ["docker-compose.yml", "services.tsv", "services/callers.txt", ".dockerignore", ".gitignore",
         "deploy/stack.env.example", "deploy/lib/secrets.tsv",
         "deploy/postgres/postgresql.conf", "deploy/postgres/pg_hba.conf", "deploy/postgres/link_hba.conf", "deploy/postgres/roles.sql",
         "deploy/postgres/stack.sql", "deploy/redis/redis.conf", "deploy/directus/directus.env",
         "deploy/n8n/n8n.env", "deploy/compose/link.server1.yml", "deploy/compose/link.server2.yml", "deploy/lib/cluster.sh", "tests/stack/traefik/build", "deploy/images/service.Dockerfile", "deploy/images/pages.Dockerfile"]
FOLDERS = ["traefik", "deploy/socket-proxy"]
# The profiles that a host may run.
HOSTS = ["server1", "server2", "server1,server2", "server1,monitoring", "server2,vectors,admin", "admin"]

sys.dont_write_bytecode = True
sys.path[:0] = [os.path.join(ROOT, "tests/compose"), os.path.join(ROOT, "tests/support"), os.path.join(ROOT, "deploy/lib")]
os.environ["TAPBOT_ROOT"] = ROOT
import planted  # noqa: E402
import promises  # noqa: E402
import promises_link  # noqa: E402
import promises_services  # noqa: E402
from description import description  # noqa: E402


PROMISES = {**promises_services.ALL, **promises_link.ALL, **promises.ALL}


def report(result, name, reason=""):
    subprocess.run([os.path.join(ROOT, "tests/support/report"), result, f"compose/{name}", reason], check=False)


def world():
    texts = {}
    for folder in FOLDERS:
        for path, _, names in os.walk(os.path.join(ROOT, folder)):
            FILES.extend(os.path.relpath(os.path.join(path, name), ROOT) for name in sorted(names))
    for name in FILES:
        with open(os.path.join(ROOT, name), encoding="utf-8") as file:
            texts[name] = file.read()
    return {"root": ROOT, "compose": description(), "texts": texts, "linked": promises_link.described(description),
            "unlogged": description(env={"MIGRATE_LOG_DRIVER": "none"})}


def main():
    try:
        real = world()
        for profiles in HOSTS:
            description(profiles)
    except (OSError, ValueError) as error:
        report("fail", "config", str(error))
        return 1
    report("pass", "config", f"{len(HOSTS)} choices of profiles")
    for name, promise in PROMISES.items():
        notes = []
        broken = promise(real, notes)
        for line in broken[1:]:
            print(f"          {line}")
        report("fail" if broken else "pass", name, broken[0] if broken else "; ".join(notes))
    missed = []
    for name, why, plant in planted.ALL:
        spoilt = copy.deepcopy(real)
        plant(spoilt)
        if not PROMISES[name](spoilt, []):
            missed.append(f"{name} does not find {why}")
    missed += [f"no mistake is made for {name}" for name in PROMISES if name not in {row[0] for row in planted.ALL}]
    for line in missed[1:]:
        print(f"          {line}")
    report("fail" if missed else "pass", "planted mistakes",
           missed[0] if missed else f"{len(planted.ALL)} found")
    return 0


if __name__ == "__main__":
    sys.exit(main())
