# SPDX-License-Identifier: MIT
"""deploy_watch SECONDS SERVICE=VERSION...: monitors a deploy. If health reports a service red within this time, the service is
rolled back, once. A service that runs another version by then was changed by someone else and is left alone."""
import json
import subprocess
import sys
import time

from stack import deploy_lock, releases, tree, watch

LOOK_SECONDS = 5


def red(names):
    """The names whose own check is red; checks that are suppressed by another failed check do not count. None if health does not
    answer."""
    secret = watch.key()
    for address in watch.addresses() if secret else ():
        status, found = watch.call(address, secret, "GET", "/v1/status") or (0, {})
        if status == 200:
            return {one["name"] for one in found["checks"] if one["name"] in names and one["status"] == "red"}
    return None


def still(watched):
    """The services that still run the deployed version; none while another command changes the stack."""
    known = releases.read()
    return {} if deploy_lock.is_held() else {name: version for name, version in watched.items() if known.get(name) == version}


def main(arguments):
    seconds, *pairs = arguments
    watched = dict(pair.split("=", 1) for pair in pairs)
    already, end = red(watched), time.monotonic() + int(seconds)
    while watched and time.monotonic() < end:
        time.sleep(LOOK_SECONDS)
        now = red(watched)
        if now is None:
            continue
        already = now if already is None else already & now
        if fallen := sorted((now - already) & set(still(watched))):
            print(json.dumps({"time": time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime()), "rollback": fallen}), flush=True)
            return subprocess.run(["deploy/tapbot", "rollback", "--yes", *fallen], cwd=tree.ROOT, stdin=subprocess.DEVNULL, check=False).returncode
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
