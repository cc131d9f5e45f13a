# SPDX-License-Identifier: MIT
"""The edge (Traefik) from inside: its configuration, and its answers while services are unavailable. Needs a
running stack (stack.Stack); every check restores it."""
import contextlib
import http.client
import json
import os
import re
import secrets
import threading
import time

import images
import reach
import rig
import stack as stacks

import services

EJECTED_SECONDS = 4.0
ANSWER_SECONDS = 6.0  # the longest wait of a client, for any state of a service
API = "http://127.0.0.1:8080/api/rawdata"


def in_container(service, *words, **more):
    return stacks.compose("exec", "-T", service, *words, **more)


def rawdata():
    return json.loads(in_container("traefik", "wget", "-qO-", API))


def configured(_stack):
    """Traefik's own status of every router, service and middleware."""
    data, count = rawdata(), 0
    for kind in ("routers", "services", "middlewares"):
        for name, item in data[kind].items():
            count += 1
            assert item.get("status", "enabled") == "enabled" and not item.get("error"), f"{kind} {name}: {item}"
    by_default = [name for name, one in data["routers"].items() if one["rule"] == "Path(`/no`)&&Path(`/rule`)"]
    docker = [name for name in data["routers"] if name.endswith("@docker")]
    assert set(docker) == set(by_default), f"routers by label: {docker}"
    return f"{count} parts enabled"


# Without the Docker provider there are no routers of our services.
NEED_DOCKER = {f"{kind}{host}@file" for one in services.services() for host in one.hosts.values() for kind in ("api-", "link-", "")} | {
    "api-shared@file", "link-shared@file", "deploy-gate@file", "telegram@file", *(f"{host}-{page}@file" for host in services.one("health").hosts.values() for page in ("page", "public"))}
# profiles: hosts that must be routed, hosts that must not
CHOICES = {
    "server1": ({"docs", "n8n", "traefik1", "bot", "health"}, {"health2", "api", stacks.FIRST.short, "dir", "logs1", "docker1"}),
    "server2": ({"api", stacks.FIRST.short, "dir", "traefik2", "health2"}, {"health", "docs", "n8n", "traefik1", "pg", "portainer2"}),
    "server1,monitoring": ({"logs1"}, {"logs2", "docker1"}),
    "server1,admin": ({"logs1", "docker1"}, {"pg", "portainer2"}),
    "server2,vectors,admin": ({"logs2", "pg", "portainer2", "redis1"}, {"docs", "qdrant", "docker1"}),
}


def dry_boot(profiles):
    """rawdata of a separate Traefik without a network."""
    folder = os.path.join(stacks.SITE, "traefik")
    name = rig.docker("run", "--detach", "--rm", "--network", "none", "--user", "10080:10080", "--entrypoint", "traefik",
                      "--tmpfs", "/acme:uid=10080,mode=0700", "--tmpfs", "/var/log/traefik:uid=10080,mode=0700", "--env-file", os.path.join(folder, "traefik.env"),
                      "--env", f"TAPBOT_DOMAIN={rig.DOMAIN}", "--env", "ADMIN_NETWORKS=192.0.2.0/24, 2001:db8::/32",
                      "--env", f"COMPOSE_PROFILES={profiles}", "--volume", f"{folder}/dynamic:/etc/traefik/dynamic:ro",
                      "--volume", f"{stacks.SITE}/secrets/basicauth_users:/run/secrets/basicauth_users:ro",
                      f"{images.STAND_IN}/traefik:1").strip()
    try:
        end = time.monotonic() + 20
        while True:
            done = rig.run("docker", "exec", name, "wget", "-qO-", API, check=False, quiet=True)
            with contextlib.suppress(ValueError):
                data = json.loads(done.stdout)
                if any(one.endswith("@file") for one in data.get("routers", {})):
                    return data
            assert time.monotonic() < end, f"no answer: {done.stdout[-300:]}"
            time.sleep(0.2)
    finally:
        # Not killed: until the engine had removed it, health would report a container that is down.
        rig.docker("stop", name, check=False)


def every_choice(_stack):
    """Each choice of profiles is a valid configuration with exactly the hosts of its server."""
    for profiles, (routed, absent) in CHOICES.items():
        data = dry_boot(profiles)
        for kind in ("routers", "services", "middlewares"):
            for name, item in data[kind].items():
                assert item.get("status", "enabled") == "enabled" or name in NEED_DOCKER, \
                    f"{profiles}: {kind} {name}: {item}"
        named = {name: set(re.findall(r"Host\(`([^`]+)`", one["rule"])) for name, one in data["routers"].items()}
        plain, routes = named.pop("plain@file"), set().union(*named.values())
        asked = {one["main"] for one in data["routers"]["edge@file"]["tls"]["domains"]}
        assert plain == asked == routes, f"{profiles}: redirected {sorted(plain)}, certificates {sorted(asked)}, routed {sorted(routes)}"
        hosts = {host.split(".")[0] for host in routes}
        assert routed <= hosts and not absent & hosts, f"{profiles}: {sorted(hosts)}"
        listed = data["middlewares"]["admin-networks@file"]["ipAllowList"]["sourceRange"]
        assert listed == ["192.0.2.0/24", "2001:db8::/32"], listed
    return f"{len(CHOICES)} choices of profiles"


def inside_only(_stack):
    """On the containers' network: metrics but no API, the services' own entry point with a key, the Docker socket read-only."""
    ask = ("import urllib.request,urllib.error\n"
           "try: print(urllib.request.urlopen('{}',timeout=3).status)\n"
           "except urllib.error.HTTPError as e: print(e.code)")
    for path, status in (("traefik:8080/metrics", "200"), ("traefik:8080/ping", "200"), ("traefik:8080/api/rawdata", "403"),
                         ("traefik:8080/dashboard/", "404"), ("traefik:7000/v1/cities", "401"), ("traefik:7000/docs", "404"),
                         ("traefik:7000/metrics", "404"), ("health:7040/", "403"), ("health:7040/public", "200")):
        got = in_container("directus", "python3", "-c", ask.format(f"http://{path}")).strip()
        assert got == status, f"{path}: {got}, not {status}"
    done = rig.run("docker", "compose", "exec", "-T", "traefik", "wget", "-S", "-O-", "--post-data={}",
                   "http://socket-proxy:2375/containers/create", check=False, quiet=True, cwd=stacks.SITE,
                   env=stacks.VARIABLES)
    assert "403" in done.stdout, f"the socket proxy permits creation: {done.stdout}"
    return "metrics for Prometheus, the API on loopback only, Docker read-only"


def ride_link(_stack):
    """The link to a ride needs no key and has a secret in its path: it reaches the service, and the access log has no line of it."""
    token, other = (secrets.token_urlsafe(16) for _ in range(2))
    customer = stacks.Customer("api")
    assert customer.get(f"/v1/shared/{token}").json["code"] == "not_found"
    customer.get(f"/v1/cities/{other}")
    customer.close()
    ask = ("import urllib.request,urllib.error\nfor name in ('shared/{}','cities/{}'):\n try: urllib.request.urlopen('http://traefik:7000/v1/' + name,timeout=3)\n"
           " except urllib.error.HTTPError as e: print(e.code)")
    assert in_container("directus", "python3", "-c", ask.format(token, other)).split()[0] == "404"
    found = [sum(word in line for line in stacks.access_log()) for word in (token, other)]
    assert found == [0, 2], f"lines with the link's path, and with another path: {found}"
    return "by api. and by the link of the services"


# Clients of the proxies, and the parts of a container that they may read.
ENGINE_READERS = {"traefik": ("socket-proxy", {"json"}), "health": ("socket-proxy", {"json"}),
                  "dozzle": ("dozzle-socket-proxy", {"json", "logs?stdout=1&tail=1"}), "portainer": ("portainer-socket-proxy", {"json"})}
OF_A_CONTAINER = ("json", "logs?stdout=1&tail=1", "archive?path=/run/secrets/postgres_password", "export", "attach/ws?stream=1", "top")


def engine_api(_stack):
    """In the network of each container that may use the engine: 403 to the files, the output and the processes of a container."""
    there, wrong = reach.there(), []
    target = stacks.compose("ps", "--quiet", "postgres").strip()
    for client, (proxy, may) in ENGINE_READERS.items():
        pid, (address,) = there[client][0], there[proxy][1]
        for what in OF_A_CONTAINER:
            with rig.Namespace(f"/proc/{pid}/ns/net"):
                connection = http.client.HTTPConnection(address, 2375, timeout=30)
                connection.connect()
            connection.request("GET", f"/v1.41/containers/{target}/{what}")
            status = connection.getresponse().status
            connection.close()
            if status != (200 if what in may else 403):
                wrong.append(f"{client}: {what}: {status}")
    assert not wrong, wrong
    return f"{len(OF_A_CONTAINER)} requests of {', '.join(ENGINE_READERS)}"


def n8n_has_an_owner(_stack):
    """`up` created the owner before another visitor could."""
    output = in_container("n8n", "python3", "-c", "import urllib.request; print(urllib.request.urlopen('http://127.0.0.1:5678/rest/settings').read().decode())")
    assert json.loads(output)["data"]["userManagement"]["showSetupOnFirstLoad"] is False, output


def n8n_away(_stack):
    """A webhook that n8n does not serve, because it is stopped or starts, is 503 with Retry-After, after which its sender retries."""
    def asked(status, seconds):
        end = time.monotonic() + seconds
        while (answer := status_of("n8n", "/webhook/guests")).status != status:
            assert time.monotonic() < end and answer.status in (200, 502, 503, 504), f"{answer.status} {answer.body[:200]!r}"
            time.sleep(0.1)
        return answer
    asked(200, 1)
    with stacks.without("n8n"):
        problem(asked(503, 8), 503, "unavailable")
    asked(200, 20)


def status_of(host="api", path="/v1/cities", key=None, timeout=15.0):
    customer = stacks.Customer(host, key=key, timeout=timeout)
    try:
        return customer.get(path)
    finally:
        customer.close()


def problem(answer, status, code):
    assert answer.status == status, f"{answer.status} {answer.body[:200]!r}, not {status}"
    assert answer.headers["content-type"] == "application/problem+json", answer.headers["content-type"]
    value = answer.json
    assert (value["status"], value["code"]) == (status, code), value
    assert {"type", "title", "detail", "instance", "request_id"} <= set(value), value
    assert status in (401, 404) or int(answer.headers["retry-after"]) >= 1, "no Retry-After"
    return value


def until(status, key, seconds):
    """Sends requests until that status comes; returns the seconds."""
    began = time.monotonic()
    while True:
        answer = status_of(key=key)
        took = time.monotonic() - began
        if answer.status == status:
            return took, answer
        assert took < seconds, f"still {answer.status} after {took:.1f} s"
        time.sleep(0.1)


def healthy(some, seconds=30):
    """Docker's own health check notices a pause late, and the edge removes unhealthy containers."""
    end = time.monotonic() + seconds
    time.sleep(6)
    while any(stacks.inspect(one)["State"]["Health"]["Status"] != "healthy" for one in some):
        assert time.monotonic() < end, "still unhealthy"
        time.sleep(0.2)
    time.sleep(1.5)


def away(stack):
    """Without a container of the service: 503 with Retry-After, and 404 remains 404."""
    with stacks.without(stacks.FIRST.name):
        took, answer = until(503, stack.key, 5)
        value = problem(answer, 503, "unavailable")
        assert value["instance"] == "/v1/cities", value
        problem(status_of(path="/v1/nothing"), 404, "not_found")
        assert status_of(path="/health").status == 503, "the deploy gate is open"
        assert status_of("docs", "/").status == 200, "the documentation is not served either"
    back, _ = until(200, stack.key, 20)
    return f"503 after {took:.1f} s, served again {back:.1f} s after the start"


def webhook(_stack):
    """Telegram's route: no password, bodies of any size, answers of the gateway; 503, never 404, while it is unavailable.
    The bot is created as an administrator does it, in the running stack."""
    def deliver(name, body, secret="wrong"):
        customer = stacks.Customer("bot")
        try:
            return customer.post(f"/telegram/{name}", body, headers={"X-Telegram-Bot-Api-Secret-Token": secret})
        finally:
            customer.close()

    def until(status, seconds, *words):
        began = time.monotonic()
        while (answer := deliver(*words)).status != status:
            assert time.monotonic() - began < seconds and answer.status in (401, 404, 502, 503, 504), f"{answer.status} {answer.body[:200]!r}"
            time.sleep(0.1)
        return answer, time.monotonic() - began

    stacks.tapbot("bots", "add", "probe", input=f"1234567890:{secrets.token_hex(20)}\n", quiet=True)
    with open(os.path.join(stacks.SITE, "secrets/bots/probe.secret"), encoding="ascii") as file:
        known = file.read()
    update = b'{"update_id":%d,"message":{"message_id":1,"date":1,"chat":{"id":7,"type":"private"}}}'
    _, served = until(200, 10, "probe", update % 1, known)
    for size in (100_000, 3_000_000):
        answer = deliver("probe", b'{"update_id":%d,"x":"%s"}' % (size, b"x" * size), known)
        assert answer.status == 200, f"{size} bytes: {answer.status} {answer.body[:200]!r}"
    problem(deliver("probe", update % 2), 401, "secret_wrong")
    problem(deliver("nobody", b"x" * 100_000), 404, "not_found")
    with stacks.without("bot-gateway"):
        answer, _ = until(503, 5, "probe", update % 3, known)
        problem(answer, 503, "unavailable")
        assert answer.headers["retry-after"] == "5", answer.headers
    _, back = until(200, 20, "probe", update % 3, known)
    kept = stacks.sql("SELECT string_agg(update_id::text, ' ' ORDER BY update_id) FROM bot.update")
    assert kept.strip() == "1 3 100000 3000000", kept
    stacks.bots_off()
    return f"a new bot served after {served:.1f} s, bodies of up to 3 MB accepted, served again after {back:.1f} s"


def frozen(stack):
    """The only instance hangs: requests in it get 504 within 6 s, others 503 as soon as it is ejected."""
    late = {}

    def waits():
        asked = time.monotonic()
        late["answer"] = status_of(key=stack.key)
        late["took"] = time.monotonic() - asked
    one = stacks.containers(stacks.FIRST.name)
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
        assert late["took"] <= ANSWER_SECONDS, f"answered after {late['took']:.1f} s"
    finally:
        for container in one:
            rig.docker("unpause", container)
    back, _ = until(200, stack.key, 10)
    healthy(one)
    assert took <= EJECTED_SECONDS + 0.7, f"ejected after {took:.1f} s"
    return f"ejected within {took:.1f} s, served {back:.1f} s after it was resumed"


def pages_away(stack):
    """Without the service of error pages the statuses remain; only the bodies are plain."""
    with stacks.without("pages"):
        assert status_of(key=stack.key).status == 200, "the services are not served either"
        assert status_of(path="/v1/nothing").status in (404, 502), "an unknown path is served"
    end = time.monotonic() + 10
    while status_of(path="/v1/nothing").status != 404:
        assert time.monotonic() < end, "not back"
        time.sleep(0.1)
    return "services work"


def broken_file(stack):
    """A mistake in a dynamic file: the last valid configuration remains, and the metric shows it."""
    path = os.path.join(stacks.SITE, "traefik/dynamic/broken.yml")
    reloads = lambda: in_container("traefik", "wget", "-qO-", "http://127.0.0.1:8080/metrics")
    with open(path, "w", encoding="utf-8") as file:
        file.write("http:\n  routers:\n    a: {rule: [\n")
    try:
        time.sleep(2.5)
        answer = status_of(key=stack.key)
        assert answer.status == 200, f"{answer.status} {answer.body[:200]!r}"
        logs = stacks.compose("logs", "--no-log-prefix", "--tail", "50", "traefik")
        assert "broken.yml" in logs, "no log names the file"
        assert "traefik_config_last_reload_success" in reloads()
    finally:
        os.remove(path)
    time.sleep(1.5)
    configured(stack)
    return "served, and named in the log"


def nobody_says_who(_stack):
    """On the link, whose router echoes headers for this check only: the headers dropped on port 443 are dropped here too."""
    path = os.path.join(stacks.SITE, "traefik/dynamic/echo.yml")
    names = rawdata()["middlewares"]["request-headers@file"]["headers"]["customRequestHeaders"]
    ask = ("import urllib.request\n"
           f"headers = dict.fromkeys({[*names, 'X-Actor']}, 'canary')\n"
           "print(urllib.request.urlopen(urllib.request.Request('http://traefik:7000/echo', headers=headers), timeout=3).read().decode())")
    with open(path, "w", encoding="utf-8") as file:
        file.write("http: {routers: {echo: {entryPoints: [link], rule: Path(`/echo`), middlewares: [link], service: directus}}}\n")
    try:
        end = time.monotonic() + 10
        while (done := in_container("directus", "python3", "-c", ask, check=False)).count("canary") == 0:
            assert time.monotonic() < end, f"no answer: {done}"
            time.sleep(0.5)
    finally:
        os.remove(path)
    shown = [line.split(":")[0] for line in done.splitlines() if "canary" in line]
    assert shown == ["X-Actor"], f"inside arrive {shown}"
    return f"{len(names)} headers dropped, X-Actor passed"


CHECKS = [("configuration", configured), ("profiles", every_choice), ("inside only", inside_only), ("the link to a ride", ride_link), ("engine API", engine_api), ("n8n has an owner", n8n_has_an_owner), ("n8n away", n8n_away),
          ("headers of identity", nobody_says_who), ("service away", away), ("webhook", webhook), ("service frozen", frozen),
          ("pages away", pages_away), ("broken file", broken_file)]
