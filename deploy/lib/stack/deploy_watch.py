# SPDX-License-Identifier: MIT
"""deploy_watch SECONDS SERVICE=VERSION...: monitors a deploy. If health reports a service red within this time, or too many of the
requests through Traefik since the deploy failed, the service is rolled back, once. A service that runs another version by then was
changed by someone else and is left alone."""
import json
import subprocess
import sys
import time
import urllib.parse

from stack import bake, deploy_lock, releases, rollout, tree, watch

LOOK_SECONDS = 5
DATA = "broken-rules"  # while this check is red, the service of its target counts as red, too
COUNT_SECONDS = 30  # between counts of the errors in the access log


def lights(names):
    """{name: status} of the services' own checks, red also because of DATA; None if health does not answer. A service that is red
    because of another check is "affected"."""
    secret = watch.key()
    for address in watch.addresses() if secret else ():
        status, found = watch.call(address, secret, "GET", "/v1/status") or (0, {})
        if status == 200:
            broken = {urllib.parse.urlsplit(one["target"]).netloc.partition(".")[0] for one in found["checks"]
                      if (one["name"], one["status"]) == (DATA, "red")}
            return {one["name"]: "red" if one["name"] in broken else one["status"] for one in found["checks"] if one["name"] in names}
    return None


def red(known):
    return {name for name, status in known.items() if status == "red"}


def failing(log, known):
    """The services whose instances answered too many requests since the deploy with 5xx, unless a failure elsewhere explains it."""
    answers = log.answers()
    return {name for name, status in known.items()
            if status != "affected" and bake.fails(answers, {rollout.address_of(one) for one in tree.running(name)})}


def still(watched):
    """The services that still run the deployed version; none while another command changes the stack."""
    known = releases.read()
    return {} if deploy_lock.is_held() else {name: version for name, version in watched.items() if known.get(name) == version}


def main(arguments):
    seconds, *pairs = arguments
    watched = dict(pair.split("=", 1) for pair in pairs)
    folder, known = tree.volume("traefik-logs"), lights(watched)
    log, already = bake.Since(folder) if folder else None, None if known is None else red(known)
    end, count = time.monotonic() + int(seconds), time.monotonic() + COUNT_SECONDS
    while watched and time.monotonic() < end:
        time.sleep(LOOK_SECONDS)
        known, wrong = lights(watched), set()
        if log and time.monotonic() >= count:
            wrong, count = failing(log, known or dict.fromkeys(watched)), time.monotonic() + COUNT_SECONDS
        if known is not None:
            already = red(known) if already is None else already & red(known)
            wrong |= red(known) - already
        if fallen := sorted(wrong & set(still(watched))):
            print(json.dumps({"time": time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime()), "rollback": fallen}), flush=True)
            return subprocess.run(["deploy/tapbot", "rollback", "--yes", *fallen], cwd=tree.ROOT, stdin=subprocess.DEVNULL, check=False).returncode
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
