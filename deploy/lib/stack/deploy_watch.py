# SPDX-License-Identifier: MIT
"""deploy_watch SECONDS SERVICE=VERSION...: behind a deploy. A service that health calls red meanwhile gets its former version
back, once; one that runs another version by then is somebody else's."""
import json
import subprocess
import sys
import time

from stack import deploy_lock, releases, tree, watch

LOOK_SECONDS = 5


def red(names):
    """Those of the names whose own check is red; what is bad because of another check is not. None where health does not answer."""
    secret = watch.key()
    for address in watch.addresses() if secret else ():
        status, found = watch.call(address, secret, "GET", "/v1/status") or (0, {})
        if status == 200:
            return {one["name"] for one in found["checks"] if one["name"] in names and one["status"] == "red"}
    return None


def still(watched):
    """Those that run the version that was deployed; none while somebody changes the stack."""
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
