# SPDX-License-Identifier: MIT
"""The edge from within: is its configuration whole, and what does it answer while services are away? Needs a
stack that is up (stack.Stack); every check leaves it as it was."""
import json
import os
import threading
import time

import rig
import stack as stacks

EJECTED_SECONDS = 4.0
API = "http://127.0.0.1:8080/api/rawdata"


def in_container(service, *words, **more):
    return stacks.compose("exec", "-T", service, *words, **more)


def rawdata():
    return json.loads(in_container("traefik", "wget", "-qO-", API))


def configured(_stack):
    """Traefik's own judgement of every router, service and middleware."""
    data, count = rawdata(), 0
    for kind in ("routers", "services", "middlewares"):
        for name, item in data[kind].items():
            count += 1
            assert item.get("status", "enabled") == "enabled" and not item.get("error"), f"{kind} {name}: {item}"
    by_default = [name for name, one in data["routers"].items() if one["rule"] == "Path(`/no`)&&Path(`/rule`)"]
    docker = [name for name in data["routers"] if name.endswith("@docker")]
    assert set(docker) == set(by_default), f"routers by label: {docker}"
    return f"{count} parts enabled"


def inside_only(_stack):
    """On the containers' network: metrics yes, the API no, the Docker socket reading only."""
    address = rig.docker("inspect", "-f", '{{(index .NetworkSettings.Networks "traefik-network").IPAddress}}',
                         stacks.containers("traefik")[0]).strip()
    ask = ("import urllib.request,urllib.error\n"
           "try: print(urllib.request.urlopen('{}',timeout=3).status)\n"
           "except urllib.error.HTTPError as e: print(e.code)")
    for path, status in (("/metrics", "200"), ("/ping", "200"), ("/api/rawdata", "403"), ("/dashboard/", "404")):
        got = in_container("directus", "python3", "-c", ask.format(f"http://{address}:8080{path}")).strip()
        assert got == status, f"{path}: {got}, not {status}"
    done = rig.run("docker", "compose", "exec", "-T", "traefik", "wget", "-S", "-O-", "--post-data={}",
                   "http://socket-proxy:2375/containers/create", check=False, quiet=True, cwd=stacks.SITE,
                   env=stacks.VARIABLES)
    assert "403" in done.stdout, f"the socket proxy lets create: {done.stdout}"
    return "metrics for Prometheus, no API but for loopback, no writing to Docker"


def status_of(host="api", path="/v1/cities", key=None, timeout=15.0, **headers):
    customer = stacks.Customer(host, key=key, timeout=timeout)
    try:
        return customer.get(path, **headers)
    finally:
        customer.close()


def problem(answer, status, code):
    assert answer.status == status, f"{answer.status} {answer.body[:200]!r}, not {status}"
    assert answer.headers["content-type"] == "application/problem+json", answer.headers["content-type"]
    value = answer.json
    assert (value["status"], value["code"]) == (status, code), value
    assert {"type", "title", "detail", "instance", "request_id"} <= set(value), value
    assert status == 404 or int(answer.headers["retry-after"]) >= 1, "no Retry-After"
    return value


def until(status, key, seconds):
    """Asks until that status comes; how long it took."""
    began = time.monotonic()
    while True:
        answer = status_of(key=key)
        took = time.monotonic() - began
        if answer.status == status:
            return took, answer
        assert took < seconds, f"still {answer.status} after {took:.1f} s"
        time.sleep(0.1)


def healthy(some, seconds=30):
    """Docker's own health check notices a pause late, and the edge drops whom it calls unhealthy."""
    end = time.monotonic() + seconds
    time.sleep(6)
    while any(stacks.inspect(one)["State"]["Health"]["Status"] != "healthy" for one in some):
        assert time.monotonic() < end, "still unhealthy"
        time.sleep(0.2)
    time.sleep(1.5)


def away(stack):
    """No container of the service at all: 503 and when to come again, and 404 stays 404."""
    stacks.compose("stop", "booking-api")
    try:
        took, answer = until(503, stack.key, 5)
        value = problem(answer, 503, "unavailable")
        assert value["instance"] == "/v1/cities", value
        problem(status_of(path="/v1/nothing"), 404, "not_found")
        assert status_of(path="/health").status == 503, "the deploy gate is open"
        assert status_of("docs", "/").status == 200, "the documentation went with it"
    finally:
        stacks.compose("start", "booking-api")
    back, _ = until(200, stack.key, 20)
    return f"503 after {took:.1f} s, served again {back:.1f} s after the start"


def frozen(stack):
    """The only copy hangs: who was in it gets 504 after 10 s, everybody else 503 as soon as it is ejected."""
    late = {}

    def waits():
        late["answer"] = status_of(key=stack.key)
    one = stacks.containers("booking-api")
    for container in one:
        rig.docker("pause", container)
    try:
        began = time.monotonic()
        waiting = threading.Thread(target=waits)
        waiting.start()
        while True:
            try:
                if status_of(key=stack.key, timeout=0.7).status == 503:
                    break
            except OSError:
                pass
            assert time.monotonic() - began < 8, "not ejected"
        took = time.monotonic() - began
        problem(status_of(key=stack.key), 503, "unavailable")
        waiting.join()
        problem(late["answer"], 504, "outcome_unknown")
    finally:
        for container in one:
            rig.docker("unpause", container)
    back, _ = until(200, stack.key, 10)
    healthy(one)
    assert took <= EJECTED_SECONDS + 0.7, f"ejected after {took:.1f} s"
    return f"ejected within {took:.1f} s, back {back:.1f} s after it woke"


def pages_away(stack):
    """Without the page of refusals the statuses stay; only the bodies are plain."""
    stacks.compose("stop", "pages")
    try:
        assert status_of(key=stack.key).status == 200, "the services went with it"
        assert status_of(path="/v1/nothing").status in (404, 502), "an unknown path is served"
    finally:
        stacks.compose("start", "pages")
    end = time.monotonic() + 10
    while status_of(path="/v1/nothing").status != 404:
        assert time.monotonic() < end, "not back"
        time.sleep(0.1)
    return "services go on"


def broken_file(stack):
    """A mistake in a dynamic file: the last sound configuration goes on, and the metric says so."""
    path = os.path.join(stacks.SITE, "traefik/dynamic/broken.yml")
    reloads = lambda: in_container("traefik", "wget", "-qO-", "http://127.0.0.1:8080/metrics")
    with open(path, "w", encoding="utf-8") as file:
        file.write("http:\n  routers:\n    a: {rule: [\n")
    try:
        time.sleep(2.5)
        answer = status_of(key=stack.key)
        assert answer.status == 200, f"{answer.status} {answer.body[:200]!r}"
        logs = stacks.compose("logs", "--no-log-prefix", "--tail", "50", "traefik")
        assert "broken.yml" in logs, "nobody says so"
        assert "traefik_config_last_reload_success" in reloads()
    finally:
        os.remove(path)
    time.sleep(1.5)
    configured(stack)
    return "served on, and named in the log"


CHECKS = [("configuration", configured), ("inside only", inside_only), ("service away", away), ("service frozen", frozen),
          ("pages away", pages_away), ("broken file", broken_file)]
