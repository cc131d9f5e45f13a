# SPDX-License-Identifier: MIT
"""Rules for each service of services.tsv, and for the routes between them, like promises.py."""
import glob
import ipaddress
import os
import re

from promises import KEYS, OTHERS, ours, services, setting
from stack import edge

LINK_URL = "http://traefik:7000"
FEED_SECONDS = 30
MIGRATION_CONNECTIONS = 2  # of one container that changes the database


EVERYTHING = {"COMPOSE_PROFILES": "server1,server2,monitoring,admin"}


def rendered(world, file, env=None):
    """The lines of a file of traefik/dynamic with all profiles, or with the variables of `env`."""
    return edge.rendered(world["texts"][f"traefik/dynamic/{file}.yml"], {"TAPBOT_DOMAIN": "tapbot.kz", **(env or EVERYTHING)})


def traefik(world, file, section, env=None):
    """The section of the file as Traefik reads it."""
    return edge.maps(rendered(world, file, env))["http"][section]


def the_list(world, notes):
    """services.tsv has no duplicates, and all parts of a service exist."""
    broken, known, texts = [], ours(world), world["texts"]
    for column in ("name", "short", "port", "uid"):
        values = [getattr(one, column) for one in known]
        broken += [f"{column} {value} belongs to two services" for value in sorted({v for v in values if values.count(v) > 1})]
    paths = [path for one in known for path in one.paths]
    broken += [f"/v1/{path} belongs to two services" for path in sorted({p for p in paths if paths.count(p) > 1})]
    routed = {line.strip() for line in re.findall(r"^ *(\(dict .*\))$", texts["traefik/dynamic/routers.yml"], re.M)}
    wanted = {line for one in known for line in one.routes}
    broken += [f"only in one of services.tsv and the list at the head of routers.yml: {line}" for line in sorted(routed ^ wanted)]
    for one in known:
        if not os.path.isdir(os.path.join(world["root"], "services", one.name)):
            broken.append(f"services/{one.name} is missing")
        for scope in sorted(scopes(world, one) - set(texts["services/callers.txt"].splitlines())):
            broken.append(f"services/callers.txt lacks {scope}")
        broken += [f"/v1/{path} of {one.name} has no route from outside: services.tsv" for path in sorted(answered(world, one) - set(one.paths))]
        broken += of_service(world, one)
    notes.append(", ".join(f"{one.name} {one.kind}" for one in known))
    return broken


def scopes(world, one):
    """The scopes in its sources."""
    found = set()
    for path in glob.glob(os.path.join(world["root"], "services", one.name, "src/**/*.c"), recursive=True):
        with open(path, encoding="utf-8") as source:
            found |= set(re.findall(rf'"({one.short}:[a-z]+)"', source.read()))
    return found


def tables_of_routes(world, one):
    """The texts of its files routes.c: its own and those of its parts, such as rides/src/routes.c."""
    for path in sorted(glob.glob(os.path.join(world["root"], "services", one.name, "**/src/routes.c"), recursive=True)):
        with open(path, encoding="utf-8") as source:
            yield source.read()


def answered(world, one):
    """The first segments below /v1 of its routes."""
    return {segment for text in tables_of_routes(world, one) for segment in re.findall(r'"/v1/([a-z]+)', text)}


def open_paths(world, one):
    """The paths below /v1 of its routes without a key."""
    return {path for text in tables_of_routes(world, one) for path in re.findall(r'ROUTE\(HTTP_\w+, *"(/v1/[^"]+)".*\bOPEN\)', text)}


def of_service(world, one):
    """Checks the service's part of docker-compose.yml."""
    broken, there = [], services(world)
    body = there.get(one.name)
    if body is None:
        return [f"docker-compose.yml has no {one.name}"]
    if sorted(body.get("profiles", [])) != sorted(one.hosts):
        broken.append(f"{one.name} is not in the profiles {sorted(one.hosts)}")
    image = f"tapbot/{one.name}:dev"
    if body.get("image") != image or body.get("build", {}).get("args", {}).get("SERVICE") != one.name:
        broken.append(f"{one.name} does not run {image}")
    if body.get("user") != f"{one.uid}:{one.uid}":
        broken.append(f"{one.name} is not user {one.uid}")
    labels = body.get("labels", {})
    for label, value in (("server.port", str(one.port)), ("serverstransport", "services@file"), ("healthcheck.path", "/readyz"),
                         ("healthcheck.interval", "2s"), ("healthcheck.unhealthyinterval", "1s"), ("healthcheck.timeout", "1s")):
        if labels.get(f"traefik.http.services.{one.name}.loadbalancer.{label}") != value:
            broken.append(f"{one.name}: the label {label} is not {value}")
    if one.kind == "database":
        name = f"{one.short}-migrate"
        migrate = there.get(name, {})
        if migrate.get("image") != image or migrate.get("command") != ["--migrate"]:
            broken.append(f"{name} does not apply its migrations")
        if name not in body.get("depends_on", {}):
            broken.append(f"{one.name} does not wait for {name}")
    if one.role:
        if f"{one.role}_password" not in {secret["source"] for secret in there["postgres-roles"].get("secrets", [])}:
            broken.append(f"postgres-roles does not get {one.role}_password")
    return broken


PAGE = {"/", "/incidents/1/ack"}
EVERYBODYS = {"/public", "/badge.svg", "/page.css", "/page.js"}


def reaches(rule, path):
    """Whether the paths of the rule match this one."""
    found = re.findall(r"(Path|PathPrefix|PathRegexp)\(`([^`]+)`\)", rule)
    return any({"Path": path == word, "PathPrefix": path.startswith(word), "PathRegexp": re.search(word, path)}[kind] for kind, word in found)


EDGE_SECRET = 'http: {{middlewares: {{edge-secret: {{headers: {{customRequestHeaders: {{X-Edge-Secret: "{health_edge_secret}"}}}}}}}}}}'


def edge_secret(world):
    """The secret by which health recognises the edge: the file in Git has none, a secret of the same form is mounted over it."""
    broken, there = [], services(world)
    if traefik(world, "edge-secret", "middlewares") != {"edge-secret": {"headers": {"customRequestHeaders": {"X-Edge-Secret": ""}}}}:
        broken.append("traefik/dynamic/edge-secret.yml is not the file that the secret replaces")
    if f"\ntraefik_edge_secret\t10080\turl:{EDGE_SECRET}\tderived\n" not in world["texts"]["deploy/lib/secrets.tsv"]:
        broken.append("traefik_edge_secret is not made of health_edge_secret")
    mounted = {secret["source"]: secret.get("target") for secret in there["traefik"].get("secrets", [])}
    if mounted.get("traefik_edge_secret") != "/etc/traefik/dynamic/edge-secret.yml":
        broken.append("Traefik does not get the edge's secret")
    if there["health"]["environment"].get("HEALTH_EDGE_SECRET_FILE") != "/run/secrets/health_edge_secret":
        broken.append("health does not get the edge's secret")
    if "X-Edge-Secret" not in traefik(world, "middlewares", "middlewares")["request-headers"]["headers"]["customRequestHeaders"]:
        broken.append("X-Edge-Secret passes from outside")
    return broken


def pages(world, notes):
    """health's page has its password, and its public parts have none; router names are unique, because Traefik would
    read nothing of the file otherwise."""
    names = re.findall(r"^    ([\w-]+):$", "".join(rendered(world, "routers")).split("\n  services:\n")[0], re.M)
    broken = [f"two routers are called {name}" for name in sorted({one for one in names if names.count(one) > 1})]
    found = traefik(world, "routers", "routers")
    for host in next(one for one in ours(world) if one.name == "health").hosts.values():
        rules = {name: body for name, body in found.items() if body.get("rule", "").startswith(f"Host(`{host}.tapbot.kz`)")}
        for paths, chain in ((PAGE, ["people", "edge-secret"]), (EVERYBODYS, ["everybody"])):
            for path in sorted(paths):
                chains = [body["middlewares"] for name, body in rules.items() if reaches(body["rule"], path) and not name.endswith("-down")]
                if chains != [chain]:
                    broken.append(f"{host}.{path} uses the chains {chains}")
    broken += [f"{name} exposes the alerts of Prometheus" for name, body in found.items()
               if "health" in body.get("service", "") and reaches(body.get("rule", ""), "/api/v2/alerts")]
    if "password" in traefik(world, "middlewares", "middlewares")["everybody"]["chain"]["middlewares"]:
        broken.append("the public page requires a password")
    broken += edge_secret(world)
    notes.append(f"{len(names)} routers")
    return broken


def chain_of(found, names):
    """The middlewares of a router, with those of its chains in place of the chains."""
    return [inner for name in names for inner in
            (chain_of(found, found[name]["chain"]["middlewares"]) if "chain" in found[name] else [name])]


def unlogged(found, end, path):
    """Whether the routers that take the path there, up or down, keep it out of the access log."""
    logged = {False: [], True: []}
    for body in found.values():
        rule = body.get("rule", "")
        if reaches(rule, path) and (body.get("entryPoints") == ["link"] if end == "link" else rule.startswith("Host(`api.tapbot.kz`)")):
            logged[body.get("observability") != {"accessLogs": "false"}].append(int(body.get("priority", len(rule))))
    return len(logged[False]) == 2 and min(logged[False]) > max(logged[True])


def opened(world, notes):
    """A route without a key, whose path is a secret, is reachable on api. without a password or an address list, has a limit of
    requests there, and is not in the access log."""
    broken, found, middlewares, paths = [], traefik(world, "routers", "routers"), traefik(world, "middlewares", "middlewares"), []
    for one in ours(world):
        for path in sorted(open_paths(world, one)):
            paths.append(path)
            # A router of its own, not one below `edge`.
            bodies = [body for name, body in found.items() if not name.endswith("-down") and body.get("entryPoints") == ["websecure"]
                      and body.get("rule", "").startswith("Host(`api.tapbot.kz`)") and reaches(body["rule"], path)]
            kinds = [{kind for name in chain_of(middlewares, body["middlewares"]) for kind in middlewares[name]} for body in bodies]
            if len(bodies) != 1 or bodies[0]["service"] != one.short or "rateLimit" not in kinds[0] or kinds[0] & {"basicAuth", "ipAllowList"}:
                broken.append(f"{path} of {one.name} is not open with a limit on api.: {[body['middlewares'] for body in bodies]}")
            broken += [f"the access log gets {path} from {end}" for end in ("api.", "link") if not unlogged(found, end, path)]
    if not paths:
        broken.append("no service has an open route: this rule checks nothing")
    notes.append(", ".join(paths))
    return broken


LONG = "/webhook/" + "a" * 32
CLOSED = ("/", "/rest/login", "/workflows", "/webhook/guests", "/webhook/" + "a" * 31, f"/webhook-test/{'a' * 32}", f"/webhook-waiting/{'a' * 32}",
          f"{LONG}/rest", f"/form/{'a' * 32}", "/mcp/" + "a" * 32, "/api/v1/workflows", f"/rest{LONG}")


def hooks(world, notes):
    """Of n8n's host everybody reaches only webhooks with a long path, with limits of bodies and of requests, below `edge` and logged; all
    else is for administrators."""
    broken, found, middlewares = [], traefik(world, "routers", "routers"), traefik(world, "middlewares", "middlewares")
    mine = {name: body for name, body in found.items() if body.get("rule", "").startswith("Host(`n8n.tapbot.kz`)")}
    kinds = {name: {kind for one in chain_of(middlewares, body["middlewares"]) for kind in middlewares[one]} for name, body in mine.items()}
    opened_by = [name for name in mine if "ipAllowList" not in kinds[name]]
    if opened_by != ["n8n-hooks"]:
        return [f"open on n8n's host: {opened_by}"]
    body = mine["n8n-hooks"]
    broken += [f"n8n{path} is open" for path in CLOSED if reaches(body["rule"], path)]
    if not reaches(body["rule"], LONG) or re.findall(r"Method\(`(\w+)`\)", body["rule"]) != ["GET", "POST", "OPTIONS"]:
        broken.append("webhooks with a long path cannot be called, or by other methods")
    if int(body.get("priority", len(body["rule"]))) <= max(int(one.get("priority", len(one["rule"]))) for name, one in mine.items() if name != "n8n-hooks"):
        broken.append("the router of administrators precedes that of webhooks")
    if kinds["n8n-hooks"] != {"rateLimit", "errors", "buffering"} or int(middlewares["body-64k"]["buffering"]["maxRequestBodyBytes"]) > 65536:
        broken.append(f"webhooks pass {sorted(kinds['n8n-hooks'])}")
    if body.get("parentRefs") != ["edge", "long"] or "observability" in body:
        broken.append("webhooks are not below `edge`, or not in the access log")
    notes.append(f"{len(CLOSED)} paths closed")
    return broken


def closed(world, notes):
    """maintenance.yml closes each router that is not below `edge`."""
    lines = edge.rendered(world["texts"]["traefik/maintenance.yml"], {"TAPBOT_DOMAIN": "tapbot.kz", **EVERYTHING})
    closing = [body for body in edge.maps(lines)["http"]["routers"].values() if body.get("entryPoints") == ["websecure"]]
    alone = {name: body for name, body in traefik(world, "routers", "routers").items() if body.get("entryPoints") == ["websecure"] and name != "edge"}
    notes.append(", ".join(alone))
    return [f"maintenance.yml does not close {name}" for name, body in alone.items()
            if not any(one["rule"].endswith(body["rule"]) and int(one["priority"]) > int(body["priority"]) for one in closing)]


def link(world, _notes):
    """The entry point by which our services call each other: a route to each of them, no other route, no access from outside."""
    broken, found = [], traefik(world, "routers", "routers")
    ways = {f"link-{host}{end}": (one, f"PathRegexp(`^/v1/({'|'.join(one.paths)})(/|$)`)")
            for one in ours(world) for host in one.hosts.values() for end in ("", "-down")}
    ways |= {f"link-shared{end}": (one, "(PathPrefix(`/v1/shared/`) || PathPrefix(`/v1/calendars/`))") for one in ours(world) if "shared" in one.paths for end in ("", "-down")}
    for name, (one, rule) in ways.items():
        body = found.get(name, {})
        if (body.get("entryPoints"), body.get("rule"), body.get("middlewares")) != (["link"], rule, ["link"]) or "tls" in body:
            broken.append(f"{name} is not the route of our services to {one.name}")
    for name, body in found.items():
        if not (body.get("entryPoints") or body.get("parentRefs")) or ("link" in body.get("entryPoints", []) and name not in ways):
            broken.append(f"{name} is reachable on the entry point of our services")
    middlewares = traefik(world, "middlewares", "middlewares")
    if middlewares["link"]["chain"]["middlewares"][0] != "private-networks":
        broken.append("the link does not check the address first")
    for network in middlewares["private-networks"]["ipAllowList"]["sourceRange"]:
        if not ipaddress.ip_network(network).is_private:
            broken.append(f"the link is open to {network}")
    # Limits of requests are the same; only middlewares and HTTP/2 are settings of port 443 alone.
    strict = {entry: {key: value for key, value in re.findall(rf"^TRAEFIK_ENTRYPOINTS_{entry}_(\w+)=(.*)$",
                                                             world["texts"]["traefik/traefik.env"], re.M)
                      if not re.search("MIDDLEWARES|HTTP2|^ADDRESS", key)} for entry in ("LINK", "WEBSECURE")}
    if "TRAEFIK_ENTRYPOINTS_LINK_HTTP_MIDDLEWARES=request-headers@file" not in world["texts"]["traefik/traefik.env"].splitlines():
        broken.append("the link passes headers of identity")
    if strict["LINK"] != strict["WEBSECURE"]:
        broken.append(f"the link differs from port 443 in {sorted(strict['LINK'].items() ^ strict['WEBSECURE'].items())}")
    return broken


def callers(world, notes):
    """A service that calls others has a key, whose hash is stored before the service starts, by the first program with a schema."""
    broken, there, known = [], services(world), ours(world)
    calling = [one for one in known if one.key]
    keeper = next(one for one in known if one.kind == "database")
    for one in calling:
        name = f"{one.short}-key"
        body, store = there[one.name], there.get(name, {})
        if (store.get("image"), store.get("command")) != (f"tapbot/{keeper.name}:dev", one.key_words):
            broken.append(f"{name} does not store the key of {one.name}")
        if store.get("profiles") != there["postgres"]["profiles"]:
            broken.append(f"{name} does not run where PostgreSQL does")
        if f"{keeper.short}-migrate" not in store.get("depends_on", {}) or name not in body.get("depends_on", {}):
            broken.append(f"{name} is not between the schema and the start of {one.name}")
        environment = body["environment"]
        if (environment.get("LINK_URL"), environment.get("LINK_KEY_FILE")) != (LINK_URL, f"/run/secrets/{one.short}_link_key"):
            broken.append(f"{one.name} lacks the addresses of others or its key")
        words = world["texts"]["services/callers.txt"].splitlines()
        broken += [f"{one.name} requests the unknown scope {scope}" for scope in one.key.split("/")[1].split(",") if scope not in words]
    keys = {f"{one.short}-key" for one in calling}
    at_once = [name for name in keys if not keys & set(there.get(name, {}).get("depends_on", {}))]
    if len(at_once) * MIGRATION_CONNECTIONS > OTHERS["tapbot_migrator"]:
        broken.append("more keys are stored at once than the migrator has connections: make one wait for another")
    notes.append(", ".join(one.name for one in calling) or "no service calls another")
    return broken + of_n8n(world, keeper)


def of_n8n(world, keeper):
    """n8n's workflows have a key of few scopes; the key that registers them is not in n8n. They are stored one after the other."""
    broken, there, before = [], services(world), {f"{keeper.short}-migrate", "health-key"}
    for name, (client, scopes, file) in KEYS.items():
        store, words = there.get(name, {}), ["--keys", "ensure", "--tenant", "tapbot", "--client", client, "--scopes", scopes, "--key-file", f"/run/secrets/{file}"]
        if (store.get("image"), store.get("command")) != (f"tapbot/{keeper.name}:dev", words):
            broken.append(f"{name} does not store the key of {client} with {scopes}")
        if set(store.get("depends_on", {})) != before or store.get("profiles") != there["postgres"]["profiles"]:
            broken.append(f"{name} does not run after {sorted(before)}")
        before = {f"{keeper.short}-migrate", name}
    mounted = {secret["source"] for secret in there["n8n"].get("secrets", [])}
    return broken + [f"n8n reads {file}" for file in sorted(mounted & {file for _, _, file in KEYS.values()})]


def feeds(world, notes):
    """A statement of another program and the pause after it delay newer events for readers by 30 s at most."""
    broken = []
    set_for = {(role, name): int(seconds) for role, name, seconds in
               re.findall(r"^ALTER ROLE (\w+) SET (\w+) = '(\d+)s';", world["texts"]["deploy/postgres/stack.sql"], re.M)}
    logins = re.findall(r"CREATE ROLE (\w+) LOGIN", world["texts"]["deploy/postgres/stack.sql"])
    statement, pause = "statement_timeout", "idle_in_transaction_session_timeout"
    for role in logins:
        if set_for.get((role, statement), FEED_SECONDS) + set_for.get((role, pause), FEED_SECONDS) > FEED_SECONDS:
            broken.append(f"{role} may delay the feeds by more than {FEED_SECONDS} s")
    # A client's setting takes precedence over its role's.
    if setting(world["texts"]["deploy/n8n/n8n.env"], "DB_POSTGRESDB_STATEMENT_TIMEOUT") != f"{set_for.get(('n8n_user', statement))}000":
        broken.append("n8n sends another statement_timeout than its role's")
    notes.append(", ".join(logins))
    return broken


ALL = {"feeds": feeds, "list": the_list, "pages": pages, "open": opened, "hooks": hooks, "closed": closed, "link": link, "callers": callers}
