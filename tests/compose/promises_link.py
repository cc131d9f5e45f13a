# SPDX-License-Identifier: MIT
"""Rules for two servers and the link between them (deploy/compose, LINK_PEER in traefik/dynamic), like promises.py."""
import re

from promises import ours, services
from promises_services import traefik

ADDRESS = {"server1": "10.0.100.1", "server2": "10.0.100.2"}
OTHER = {"server1": "server2", "server2": "server1"}
# The ports of a server on the link; they are not reachable from elsewhere.
PUBLISHED = {"server1": {"traefik": "7000", "qdrant": "6333"},
             "server2": {"traefik": "7000", "postgres": "5432", "redis": "6379", "dozzle": "7007"}}
CA = "/etc/tapbot-link/ca.crt"
# Services of server 1 with their store on server 2.
FAR = {"bot-gateway", "health", "n8n"}


def file(server):
    return f"deploy/compose/link.{server}.yml"


def setting(server):
    return {"COMPOSE_PROFILES": server, "LINK_ADDRESS": ADDRESS[server], "LINK_PEER": ADDRESS[OTHER[server]]}


def described(description):
    """{server: its description with the link}, with all its profiles; and "empty": the description without an address."""
    found = {server: description(f"{server},vectors,monitoring", [file(server)], setting(server)) for server in ADDRESS}
    found["empty"] = {}
    for server in ADDRESS:
        try:
            found["empty"][server] = description(server, [file(server)], {**setting(server), "LINK_ADDRESS": ""})
        except ValueError as why:
            found["empty"][server] = str(why)
    return found


def published(world, notes):
    """The ports that the other server needs are published on the link's own address; without an address none are."""
    broken = []
    for server, wanted in PUBLISHED.items():
        there = world["linked"][server]["services"]
        for name, body in there.items():
            open_ = sorted((port.get("host_ip", ""), str(port.get("published"))) for port in body.get("ports", []))
            right = [("", "443"), ("", "80")] * (name == "traefik") + [(ADDRESS[server], wanted.get(name))] * (name in wanted)
            if open_ != sorted(right):
                broken.append(f"{server}: {name} publishes {open_}")
        broken += [f"{server} has no {name}" for name in wanted if name not in there]
        told = world["linked"]["empty"][server]
        if "LINK_ADDRESS" not in str(told):
            broken.append(f"{server} publishes on every address if LINK_ADDRESS is empty")
    notes.append("; ".join(f"{server} {', '.join(wanted.values())}" for server, wanted in PUBLISHED.items()))
    return broken


def link_network(world, _notes):
    """A published service without a network of the Internet is on a network without a route to outside."""
    broken = []
    for server, wanted in PUBLISHED.items():
        known = world["linked"][server]
        network = known["networks"]["link-network"]
        if network.get("driver_opts") != {"com.docker.network.bridge.enable_ip_masquerade": "false"}:
            broken.append(f"{server}: link-network has a route to outside")
        if network.get("name") != "link-network" or network["ipam"]["config"] != [{"subnet": "10.0.101.0/28"}]:
            broken.append(f"{server}: link-network is another network")
        on = {name for name, body in known["services"].items() if "link-network" in (body.get("networks") or {})}
        if on != set(wanted) - {"traefik"}:
            broken.append(f"{server}: unexpected on link-network {sorted(on ^ (set(wanted) - {'traefik'}))}")
    if "link-network" in world["compose"].get("networks", {}):
        broken.append("one host has a network for a link")
    return broken


def stores(world, _notes):
    """Server 1's services use PostgreSQL and Redis at the other server's address; server 2's use its own."""
    broken, wanted = [], {"postgres=10.0.100.2", "redis=10.0.100.2"}
    for server in ADDRESS:
        for name, body in world["linked"][server]["services"].items():
            hosts = set(body.get("extra_hosts") or [])
            if hosts != (wanted if server == "server1" and name in FAR else set()):
                broken.append(f"{server}: {name} finds {sorted(hosts)}")
    needing = {name for name, body in world["linked"]["server1"]["services"].items()
               if {"database-network", "redis-network"} & set(body.get("networks") or {})}
    if needing - {"qdrant"} != FAR:
        broken.append(f"on server 1 unexpected {sorted((needing - {'qdrant'}) ^ FAR)}")
    return broken


def encrypted(world, _notes):
    """On the link PostgreSQL accepts only the roles of server 1, only from that server, only by TLS; those clients verify
    our authority's certificate."""
    broken, far = [], world["linked"]
    wanted = {("tapbot", one.role) for one in ours(world) if one.role and "1" in one.servers} | {("n8n", "n8n_user")}
    found, last = set(), ["host", "all", "all", "LINK_PEER/32", "reject"]
    if world["texts"]["deploy/postgres/link_hba.conf"].splitlines()[-1].split() != last:
        broken.append("other roles may connect from the other server as from a network of this one")
    for line in world["texts"]["deploy/postgres/link_hba.conf"].splitlines():
        words = line.split()
        if words and not words[0].startswith("#") and words != last:
            found.add((words[1], words[2]))
            if (words[0], *words[3:]) != ("hostssl", "LINK_PEER/32", "scram-sha-256"):
                broken.append(f"on the link pg_hba.conf accepts {line}")
    if found != wanted:
        broken.append(f"on the link pg_hba.conf accepts others: {sorted(found ^ wanted)}")
    postgres = far["server2"]["services"]["postgres"]
    settings = dict(word.split("=", 1) for word in postgres["command"] if "=" in word)
    if settings != {**dict(word.split("=", 1) for word in services(world)["postgres"]["command"] if "=" in word), "ssl": "on",
                    "ssl_min_protocol_version": "TLSv1.3", "ssl_cert_file": "/etc/tapbot-link/server.crt", "ssl_key_file": "/etc/tapbot-link/server.key"}:
        broken.append(f"PostgreSQL of server 2 is started with {settings}")
    if postgres["environment"].get("LINK_PEER") != ADDRESS["server1"]:
        broken.append("PostgreSQL does not use pg_hba.conf of the link")
    n8n = far["server1"]["services"]["n8n"]["environment"]
    if (n8n.get("DB_POSTGRESDB_SSL_ENABLED"), n8n.get("DB_POSTGRESDB_SSL_REJECT_UNAUTHORIZED"), n8n.get("DB_POSTGRESDB_SSL_CA_FILE")) != ("true", "true", CA):
        broken.append("n8n accepts any certificate, or none")
    for server, names, folder in (("server1", FAR, "public"), ("server2", {"postgres"}, "postgres")):
        dozzle = {("dozzle", f"{world['root']}/secrets/link/dozzle/{name}.pem", f"/dozzle_{name}.pem", True) for name in ("cert", "key")}
        source = f"{world['root']}/secrets/link/{folder}"
        seen = {(name, volume["source"], volume["target"], volume.get("read_only")) for name, body in far[server]["services"].items()
                for volume in body.get("volumes", []) if "secrets/link" in volume["source"]}
        if seen != dozzle | {(name, source, "/etc/tapbot-link", True) for name in names}:
            broken.append(f"{server}: others have files of the link: {sorted(seen)}")
    return broken


def logs_of_both(world, _notes):
    """Dozzle's page runs on server 1, with an agent on server 2 that may only read Docker; server 2 has no page."""
    broken, far = [], world["linked"]
    page, agent = (far[server]["services"]["dozzle"] for server in ("server1", "server2"))
    if agent.get("command") != ["agent"] or agent["environment"].get("DOCKER_HOST") != "tcp://dozzle-socket-proxy:2375":
        broken.append("server 2 has no agent behind the socket proxy")
    if page["environment"].get("DOZZLE_REMOTE_AGENT") != f"{ADDRESS['server2']}:7007":
        broken.append("server 1 does not use server 2's agent")
    there = {name for name, body in far["server1"]["services"].items() if "agent-network" in (body.get("networks") or {})}
    if there != {"dozzle"}:
        broken.append(f"unexpected on agent-network {sorted(there ^ {'dozzle'})}")
    for server, shown in (("server1", True), ("server2", False)):
        env = {**setting(server), "COMPOSE_PROFILES": f"{server},monitoring"}
        if ("dozzle" in traefik(world, "routers", "routers", env)) is not shown:
            broken.append(f"{server} routes to a missing page, or to none")
    return broken


def across(world, notes):
    """Services of only the other server have routes here, to that server's entry point; requests are never sent back. Alerts link to the
    page of this server."""
    broken, ways = [], []
    for server in ADDRESS:
        env, peer = setting(server), ADDRESS[OTHER[server]]
        page = world["linked"][server]["services"]["health"]["environment"]["HEALTH_PUBLIC_URL"]
        if [page] != [f"https://{one.hosts[server]}.tapbot.kz" for one in ours(world) if one.name == "health"]:
            broken.append(f"{server}: alerts link to {page}")
        routers, found = (traefik(world, "routers", part, env) for part in ("routers", "services"))
        for one in ours(world):
            away = list(one.hosts) == [OTHER[server]]
            rule = f"PathRegexp(`^/v1/({'|'.join(one.paths)})(/|$)`) && !ClientIP(`{peer}`)"
            link, api = routers.get(f"link-{one.short}", {}), routers.get(f"api-{one.short}", {})
            if away:
                ways.append(f"{server} to {one.name}")
                if (link.get("rule"), link.get("middlewares")) != (rule, ["link"]):
                    broken.append(f"{server} has no route to {one.name} on the other server")
                if "shared" in one.paths and routers.get("link-shared", {}).get("observability") != {"accessLogs": "false"}:
                    broken.append(f"{server}: the link to a ride is in the access log")
                if found.get(one.short) != {"failover": {"service": "peer", "fallback": "unavailable"}}:
                    broken.append(f"{server}: {one.name} does not use the other server's entry point")
            if (server == "server2") != bool(api) and one.name != "health":
                broken.append(f"{server}: the api host has {len(api)} routes to {one.name}")
        broken += far_side(world, server, env, peer)
    alone = traefik(world, "routers", "services", {"COMPOSE_PROFILES": "server1,server2", "LINK_PEER": "10.0.100.2"})
    if "peer" in str(alone):
        broken.append("both on one host, but one has a route to another server")
    notes.append(", ".join(ways))
    return broken


def far_side(world, server, env, peer):
    """The service `peer`, the networks permitted on the link, and the path of the health check between the servers."""
    broken = []
    text = world["texts"]["traefik/dynamic/services.yml"]
    there = traefik(world, "services", "services", env).get("peer", {}).get("loadBalancer", {})
    url = re.search(r"http://\{\{ env \"LINK_PEER\" \}\}:7000", text)
    if not url or there.get("healthCheck", {}).get("path") != "/ping" or there.get("serversTransport") != "link":
        broken.append(f"{server} does not check the other server")
    ping = traefik(world, "routers", "routers", env).get("link-ping", {})
    if ping != {"entryPoints": ["link"], "rule": "Path(`/ping`)", "middlewares": ["link"], "service": "ping@internal"}:
        broken.append(f"{server} cannot be checked by the other server")
    sources = traefik(world, "middlewares", "middlewares", env)["private-networks"]["ipAllowList"]["sourceRange"]
    if f"{peer}/32" not in sources or "10.0.0.0/8" in sources:
        broken.append(f"{server}: the link is open to {sources}")
    if "LINK_PEER" not in services(world)["traefik"]["environment"]:
        broken.append("Traefik does not have the other server's address")
    return broken


ALL = {"published on the link": published, "link network": link_network, "far stores": stores, "encrypted": encrypted, "logs of both": logs_of_both, "across the link": across}
