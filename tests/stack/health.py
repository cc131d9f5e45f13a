# SPDX-License-Identifier: MIT
"""The service health in the stack that it watches: green soon after `up`, access to its pages, and its checks when a part is stopped."""
import json
import os
import time

import rig
import stack as stacks

import services

HEALTH = services.one("health")
GREEN_SECONDS = 60  # after `up`
RED_SECONDS = 15    # with the intervals of stack.HURRIED; with a server's interval of 10 s 30 and 60
BACK_SECONDS = 30
# Checks of the machine on which the test runs, not of the stack.
OF_THE_MACHINE = {"host"}
OPEN = ("/public", "/badge.svg", "/page.css", "/page.js")
CLOSED = ("/", "/incidents/00000000-0000-7000-8000-000000000000/ack", "/docs", "/openapi.json")
ABSENT = ("/metrics", "/livez", "/readyz", "/public/", "/incidents")


def ask(stack, path, host="health", key=None, password=True, method="GET"):
    customer = stacks.Customer(host, key=key, password=stack.password if password else None)
    try:
        return customer.call(method, path, None, {})
    finally:
        customer.close()


def key():
    """Health's own key, which may read its API."""
    with open(os.path.join(stacks.SITE, f"secrets/{HEALTH.short}_link_key"), encoding="ascii") as file:
        return file.read().strip()


def checks(stack):
    """Name -> (status, fault, cause) of the checks of this stack's machine, without heartbeats that nothing has sent: it has no backups."""
    answer = ask(stack, "/v1/status", key=key())
    assert answer.status == 200, f"{answer.status} {answer.body[:300]!r}"
    return {one["name"]: (one["status"], one["detail"], one.get("cause")) for one in answer.json["checks"]
            if one["name"] not in OF_THE_MACHINE and (one["kind"], one["status"]) != ("heartbeat", "unknown")}


def red(answer):
    return [one["name"] for one in answer.json["checks"] if one["status"] == "red"]


def bad(found):
    return {name: one for name, one in found.items() if one[0] != "green"}


def becomes_green(stack, since, seconds, names=None):
    """Waits until all of them, or the named ones, are green."""
    while wrong := {name: one for name, one in bad(checks(stack)).items() if not names or name in names}:
        assert time.monotonic() - since < seconds, f"after {seconds} s: {wrong}"
        time.sleep(0.5)
    return time.monotonic() - since


def green(stack):
    """Every check is green, also those from outside: hosts of the edge and their certificates, checked from a container of the same host."""
    for name in ("health", "api", ""):
        stacks.certificate_ready(name)
    took = becomes_green(stack, stack.ready, GREEN_SECONDS)
    return f"{len(checks(stack))} checks, the last of them {took:.0f} s after up"


def seen(stack):
    """The page needs the password, at both hosts; its public parts do not; internal pages are not served."""
    for host in HEALTH.hosts.values():
        stacks.certificate_ready(host)
        for path in CLOSED:
            answer = ask(stack, path, host, password=False)
            assert answer.status == 401 and "Basic" in answer.headers.get("WWW-Authenticate", ""), f"{host}{path}: {answer.status}"
        page = ask(stack, "/", host)
        assert page.status == 200 and b"<html" in page.body, f"{host}: {page.status}"
        for path in OPEN:
            assert ask(stack, path, host, password=False).status == 200, f"{host}{path}"
        for path in ABSENT:
            assert ask(stack, path, host).status == 404, f"{host}{path} is answered"
    assert ask(stack, "/incidents/00000000-0000-7000-8000-000000000000/ack", method="POST").status == 403, "acknowledged without the page's token"
    assert ask(stack, "/v1/status", "api", key=key(), password=False).status == 200, "programs cannot reach it"
    public = ask(stack, "/public", password=False).body
    for word in ("postgres", "redis", "socket-proxy", "7040"):
        assert word.encode() not in public.lower(), f"/public shows {word}"
    return f"{len(HEALTH.hosts)} hosts"


def red_and_green(service, check, may):
    """The check turns red with that cause, no other one does; then it is green again."""
    def run(stack):
        with stacks.without(service):
            began, found = time.monotonic(), {}
            while found.get(check, ("",))[0] != "red":
                assert time.monotonic() - began < RED_SECONDS, f"after {RED_SECONDS} s: {bad(found)}"
                time.sleep(0.5)
                found = checks(stack)
            took = time.monotonic() - began
            assert ask(stack, "/").status == 200, "the page does not show it"
            red = [name for name, one in found.items() if one[0] == "red"]
            assert red == [check], f"red are {found}"
            state = json.loads(stacks.tapbot("status", "--json", check=False, quiet=True).stdout)
            assert state["light"] == "RED" and [one for one in state["health"]["causes"] if one[:2] == ["RED", check]], state["health"]
            for name, (status, _, cause) in bad(found).items():
                assert name == check or name in may and (status != "affected" or cause == check), f"{name}: {found[name]}"
        back = becomes_green(stack, time.monotonic(), BACK_SECONDS)
        return f"red after {took:.0f} s, green again after {back:.0f}"
    return run


def without_the_database(stack):
    """Health starts while PostgreSQL is unavailable: it reports it, to people and to a key in its cache. The verdict of
    `deploy/tapbot status` is health's, or its own while health is unavailable."""
    state = json.loads(stacks.tapbot("status", "--json", check=False, quiet=True).stdout)
    assert state["health"] and state["health"]["light"] in ("GREEN", "YELLOW"), state["health"]
    assert "determined by health: " in stacks.tapbot("status", quiet=True).stdout
    container = stacks.containers(HEALTH.name)[0]
    with stacks.without("postgres"):
        rig.docker("stop", container)
        shown = stacks.tapbot("status", check=False, quiet=True).stdout
        assert "determined by this command" in shown and f"tapbot-{HEALTH.name}-1: stopped" in shown, shown
        rig.docker("start", container)
        began = time.monotonic()
        while (answer := ask(stack, "/v1/status", key=key())).status != 200 or red(answer) != ["postgres"]:
            assert time.monotonic() - began < GREEN_SECONDS, f"{answer.status} {answer.body[:1500]!r}"
            time.sleep(0.5)
        took = time.monotonic() - began
        assert ask(stack, "/").status == 200, "no page without the database"
    back = becomes_green(stack, time.monotonic(), BACK_SECONDS, {"postgres", *(one.name for one in services.services())})
    return f"red {took:.0f} s after its start, green {back:.0f} s after PostgreSQL's"


def forgets(_stack):
    """Waits until the attacks, with their guessed keys, no longer affect the ratios of ten minutes."""
    rig.docker("restart", *stacks.containers(HEALTH.name))
    return stacks.light("GREEN", "YELLOW", seconds=90)[1]["light"]


CHECKS = (("green soon after up", green), ("access", seen),
          ("redis stopped", red_and_green("redis", "redis", {one.name for one in services.services()})),
          ("a service stopped", red_and_green(stacks.FIRST.name, stacks.FIRST.name, {"api", "sos"})), ("started without the database", without_the_database))
