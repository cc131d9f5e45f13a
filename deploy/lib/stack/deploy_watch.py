# SPDX-License-Identifier: MIT
"""deploy_watch SECONDS SERVICE...: behind a deploy. A service that health calls red meanwhile gets its former version back,
once."""
import json
import subprocess
import sys
import time

from stack import tree, watch

LOOK_SECONDS = 5


def red(names):
    """Those of the names whose own check is red; what is bad because of another check is not."""
    secret = watch.key()
    for address in watch.addresses() if secret else ():
        status, found = watch.call(address, secret, "GET", "/v1/status") or (0, {})
        if status == 200:
            return [one["name"] for one in found["checks"] if one["name"] in names and one["status"] == "red"]
    return []


def main(arguments):
    seconds, *names = arguments
    already, end = set(red(names)), time.monotonic() + int(seconds)
    while time.monotonic() < end:
        time.sleep(min(LOOK_SECONDS, int(seconds)))
        now = set(red(names))
        already &= now
        if fallen := sorted(now - already):
            print(json.dumps({"time": time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime()), "rollback": fallen}), flush=True)
            return subprocess.run(["deploy/tapbot", "rollback", "--yes", *fallen], cwd=tree.ROOT, stdin=subprocess.DEVNULL, check=False).returncode
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
