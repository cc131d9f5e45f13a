# SPDX-License-Identifier: MIT
"""Mistakes that people make, one line each: the rule that must find it, its name, how it is made."""
import promises
import promises_services
import services as listed


FIRST = listed.services()[0]
API, SHORT = FIRST.name, FIRST.short
MIGRATE, KEY = f"{SHORT}-migrate", f"{SHORT}-key"


def _set(service, key, value):
    def plant(world):
        world["compose"]["services"][service][key] = value
    return plant


def _limit(service, key, value):
    def plant(world):
        world["compose"]["services"][service]["deploy"]["resources"]["limits"][key] = value
    return plant


def _environment(service, key, value):
    def plant(world):
        world["compose"]["services"][service]["environment"][key] = value
    return plant


def _text(file, old, new):
    def plant(world):
        assert old in world["texts"][file], f"{file} no longer holds {old!r}"
        world["texts"][file] = world["texts"][file].replace(old, new, 1)
    return plant


def _network(name, key, value):
    def plant(world):
        world["compose"]["networks"][name][key] = value
    return plant


def _joins(service, network):
    def plant(world):
        world["compose"]["services"][service]["networks"][network] = None
    return plant


def _mounts(service, source):
    def plant(world):
        world["compose"]["services"][service].setdefault("volumes", []).append(
            {"type": "bind", "source": source, "target": "/x", "read_only": True})
    return plant


def _drops(key, name):
    def plant(world):
        del world["compose"][key][name]
    return plant


def _caller(*spoil):
    """Makes the first service a correct caller of others, then applies `spoil`."""
    def plant(world):
        _text(LIST, "\t20\t-\t", f"\t20\tsystem/{SHORT}:read\t")(world)
        services = world["compose"]["services"]
        # Another key is stored first, because the migrator has no connections for two at once.
        first = next(f"{one.short}-key" for one in promises.ours(world) if one.key and one.name != API)
        services[KEY] = {**services[MIGRATE], "depends_on": {MIGRATE: {}, first: {}}, "command": [
            "--keys", "ensure", "--tenant", "system", "--client", API, "--scopes", f"{SHORT}:read",
            "--key-file", f"/run/secrets/{SHORT}_link_key"]}
        services[API]["depends_on"][KEY] = {}
        services[API]["environment"].update(LINK_URL="http://traefik:7000", LINK_KEY_FILE=f"/run/secrets/{SHORT}_link_key")
        assert not promises_services.callers(world, []), "a correct description is reported as a mistake"
        for change in spoil:
            change(world)
    return plant


def _linked(server, service, key, value):
    """Changes the description of one of two servers."""
    def plant(world):
        world["linked"][server]["services"][service][key] = value
    return plant


PORT = [{"mode": "ingress", "target": 5432, "published": "5432", "protocol": "tcp"}]
LINK_HBA = "deploy/postgres/link_hba.conf"
LIST = "services.tsv"
ROUTERS = "traefik/dynamic/routers.yml"
MIDDLEWARES = "traefik/dynamic/middlewares.yml"
ALL = [
    ("list", "a service that compose does not have",
     _text(LIST, f"{API}\t", f"ride-api\tride\tdatabase\t7050\t10090\t2\t1\tyes\t-\t5\t-\ttrams\n{API}\t")),
    ("list", "a path of two services",
     _text(LIST, f"{API}\t", f"ride-api\tride\tdatabase\t7050\t10090\t2\t1\tyes\t-\t5\t-\tcities\n{API}\t")),
    ("list", "a path that Traefik does not route", _text(LIST, "apartments,", "apartments,trams,")),
    ("list", "a path that a service answers and Traefik does not route",
     lambda world: [_text(file, f"apartments{mark}", "")(world) for file, mark in ((LIST, ","), (ROUTERS, "|"))]),
    ("list", "a path of a part of a service that Traefik does not route",
     lambda world: [_text(file, f"shared{mark}", "")(world) for file, mark in ((LIST, ","), (ROUTERS, "|"))]),
    ("list", "a path of no service", _text(ROUTERS, "apartments|", "apartments|trams|")),
    ("list", "a scope that other services refuse", _text("services/callers.txt", f"{SHORT}:act\n", "")),
    ("list", "a second server that is missing in Traefik's routes", _text(LIST, "\t2\t3\tyes", "\t1,2\t3\tyes")),
    ("connections", "instances on a second server that are not counted", _text(LIST, "\t2\t3\tyes", "\t1,2\t3\tyes")),
    ("list", "a service in the profile of another server", _set(API, "profiles", ["server1"])),
    ("list", "another port", _text(LIST, "\t7020\t", "\t7021\t")),
    ("list", "a service that starts before its schema", _set(API, "depends_on", {})),
    ("list", "a role without its password", _set("postgres-roles", "secrets", [])),
    ("open", "an open path behind the password", _text(MIDDLEWARES, "edge-errors, everybody]", "edge-errors, password, everybody]")),
    ("open", "an open path without a limit", _text(MIDDLEWARES, "edge-errors, everybody]", "edge-errors, body-64k]")),
    ("open", "an open path without a router", _text(ROUTERS, "PathPrefix(`/v1/shared/`)", "PathPrefix(`/v1/share/`)")),
    ("open", "a secret path in the access log", _text(ROUTERS, "      observability: {accessLogs: false}\n", "")),
    ("open", "a secret path in the access log while its service is down", _text(ROUTERS, "      priority: 1500\n      middlewares: [anybody]", "      priority: 1\n      middlewares: [anybody]")),
    ("callers", "workflows of n8n that may do everything", _set("n8n-key", "command", ["--keys", "ensure", "--tenant", "tapbot", "--client", "n8n-workflows", "--scopes", "all",
                                                                                         "--key-file", "/run/secrets/n8n_link_key"])),
    ("callers", "an n8n with the key of its setup", _set("n8n", "secrets", [{"source": "n8n_setup_key"}])),
    ("callers", "two keys stored at once", _set("n8n-setup-key", "depends_on", {MIGRATE: {}})),
    ("hooks", "an editor of n8n that everybody reaches", _text(ROUTERS, "      middlewares: [own-login]\n      service: n8n", "      middlewares: [hooks]\n      service: n8n")),
    ("hooks", "every webhook of n8n open", _text(ROUTERS, "PathRegexp(`^/webhook/[A-Za-z0-9_-]{32,128}$`)", "PathPrefix(`/webhook/`)")),
    ("hooks", "test webhooks open", _text(ROUTERS, "`^/webhook/[A-Za-z0-9_-]{32,128}$`", "`^/webhook(-test)?/[A-Za-z0-9_-]{32,128}$`")),
    ("hooks", "paths below a long path open", _text(ROUTERS, "{32,128}$`)", "{32,128}`)")),
    ("hooks", "a short path open", _text(ROUTERS, "{32,128}$`)", "{8,128}$`)")),
    ("hooks", "webhooks without a limit of bodies", _text(MIDDLEWARES, "hidden-404, body-64k]", "hidden-404]")),
    ("hooks", "webhooks without a limit of requests", _text(MIDDLEWARES, "[rate-hooks, rate-hooks-all, hidden-404, body-64k]", "[hidden-404, body-64k]")),
    ("hooks", "webhooks that are not logged", _text(ROUTERS, "      middlewares: [hooks]\n", "      middlewares: [hooks]\n      observability: {accessLogs: false}\n")),
    ("hooks", "webhooks outside the limits of all hosts",
     _text(ROUTERS, "      parentRefs: [edge, long]\n      rule: Host(`n8n.{{ env \"TAPBOT_DOMAIN\" }}`) && PathRegexp", "      parentRefs: [edge]\n      rule: Host(`n8n.{{ env \"TAPBOT_DOMAIN\" }}`) && PathRegexp")),
    ("closed", "a path that stays open during maintenance", _text("traefik/maintenance.yml", "PathPrefix(`/v1/shared/`)", "PathPrefix(`/v1/share/`)")),
    ("closed", "a path that maintenance does not precede", _text("traefik/maintenance.yml", "priority: 3000\n      middlewares: [telegram]", "priority: 300\n      middlewares: [telegram]")),
    ("pages", "two routers of one name", _text(ROUTERS, "    deploy-gate:\n", f"    api-{SHORT}:\n")),
    ("pages", "a private page without the password", _text(ROUTERS, '$public := "(Path(`/public`)', '$public := "(Path(`/`) || Path(`/public`)')),
    ("pages", "a page without a router", _text(ROUTERS, "(Path(`/`) || PathRegexp", "(PathRegexp")),
    ("pages", "a badge behind the password", _text(ROUTERS, " || Path(`/badge.svg`)", "")),
    ("pages", "a page without the edge's secret", _text(ROUTERS, "middlewares: [people, edge-secret]", "middlewares: [people]")),
    ("pages", "an edge's secret that clients may send", _text("traefik/dynamic/middlewares.yml", '          X-Edge-Secret: ""\n', "")),
    ("pages", "a Traefik without the edge's secret", _set("traefik", "secrets", [{"source": "basicauth_users"}])),
    ("pages", "a health without the edge's secret", lambda world: world["compose"]["services"]["health"]["environment"].pop("HEALTH_EDGE_SECRET_FILE")),
    ("pages", "a secret in another header", _text("traefik/dynamic/edge-secret.yml", "X-Edge-Secret", "X-Edge-Word")),
    ("pages", "Prometheus' alerts from outside", _text(ROUTERS, "(Path(`/`) || PathRegexp", "(PathPrefix(`/api/`) || Path(`/`) || PathRegexp")),
    ("link", "a page for people on the link, without its password",
     _text(ROUTERS, "      parentRefs: [edge, long]\n      rule: Host(`pg.", "      entryPoints: [websecure, link]\n      rule: Host(`pg.")),
    ("link", "a router on every entry point, because it names none",
     _text(ROUTERS, "      parentRefs: [edge, long]\n      rule: Host(`n8n.", "      rule: Host(`n8n.")),
    ("link", "a service that no other service can call", _text(ROUTERS, "    link-{{ .short }}:\n", "    link-{{ .name }}:\n")),
    ("link", "a route without the list of addresses", _text(ROUTERS, "      middlewares: [link]\n", "      middlewares: [programs]\n")),
    ("link", "the Internet among the private networks", _text("traefik/dynamic/middlewares.yml", '"10.0.0.0/8", "172.16.0.0/12"', '"10.0.0.0/8", "172.0.0.0/8"')),
    ("link", "a link that accepts requests that port 443 refuses",
     _text("traefik/traefik.env", "LINK_HTTP_ALIASHEADERSSTRATEGY=reject", "LINK_HTTP_ALIASHEADERSSTRATEGY=allow")),
    ("link", "a link that passes headers of identity",
     _text("traefik/traefik.env", "LINK_HTTP_MIDDLEWARES=request-headers@file", "LINK_HTTP_MIDDLEWARES=squeeze@file")),
    ("published on the link", "a database on every address", _linked("server2", "postgres", "ports", PORT)),
    ("published on the link", "a port of the link on every address", _linked("server1", "traefik", "ports", [{"published": "7000"}])),
    ("published on the link", "a Directus that the other server can reach",
     _linked("server2", "directus", "ports", [{"host_ip": "10.0.100.2", "published": "8055"}])),
    ("published on the link", "an empty address that means every address",
     lambda world: world["linked"]["empty"].update(server2={"services": {}})),
    ("link network", "a database with a route to outside on the link", lambda world: world["linked"]["server2"]["networks"]["link-network"].pop("driver_opts")),
    ("link network", "a service that others can reach without Traefik", _linked("server2", API, "networks", {"link-network": None})),
    ("far stores", "a gateway that uses a local PostgreSQL", _linked("server1", "bot-gateway", "extra_hosts", [])),
    ("far stores", "a service of server 2 that uses another server's PostgreSQL", _linked("server2", API, "extra_hosts", ["postgres=10.0.100.1"])),
    ("encrypted", "a role of server 2 on the link", _text(LINK_HBA, "bot_runtime ", "search_runtime ")),
    ("encrypted", "other roles from the other server", _text(LINK_HBA, "host     all ", "# host all ")),
    ("encrypted", "passwords without TLS", _text(LINK_HBA, "hostssl  n8n", "host     n8n")),
    ("encrypted", "the whole Internet on the link", _text(LINK_HBA, "LINK_PEER/32  scram", "0.0.0.0/0     scram")),
    ("encrypted", "a PostgreSQL without its certificate", _linked("server2", "postgres", "command", ["postgres"])),
    ("encrypted", "an n8n that accepts any certificate",
     lambda world: world["linked"]["server1"]["services"]["n8n"]["environment"].update(DB_POSTGRESDB_SSL_REJECT_UNAUTHORIZED="false")),
    ("encrypted", "a bot that can read the keys of the link", lambda world: world["linked"]["server1"]["services"]["bot-gateway"]["volumes"].append(
        {"type": "bind", "source": f"{world['root']}/secrets/link", "target": "/x", "read_only": True})),
    ("logs of both", "an agent with the engine's whole socket", lambda world: world["linked"]["server2"]["services"]["dozzle"]["environment"].pop("DOCKER_HOST")),
    ("logs of both", "n8n on the network of the agent", _linked("server1", "n8n", "networks", {"agent-network": None})),
    ("logs of both", "a router to a page that server 2 does not serve", _text(ROUTERS, '(has "monitoring" $profiles)) (or (has "server1" $profiles) (not (env "LINK_PEER")))',
                                                                    '(has "monitoring" $profiles)) (or (has "server1" $profiles) (has "server2" $profiles))')),
    ("encrypted", "an agent that accepts every Dozzle", _linked("server2", "dozzle", "volumes", [])),
    ("doors", "Docker's own address on the link", _text("deploy/postgres/pg_hba.conf", "10.0.101.0/28  reject", "10.0.101.0/28  scram-sha-256")),
    ("across the link", "a gateway without a route on the api host", _text(ROUTERS, "(ne .name \"health\") }}\n\n    # Requests to", "(ne .name \"bot-gateway\") }}\n\n    # Requests to")),
    ("across the link", "a request that loops between the servers", _text(ROUTERS, " && !ClientIP(`{{ env \"LINK_PEER\" }}`)", "")),
    ("across the link", "502 while the link is cut", _text(ROUTERS, "service: peer\n        fallback: unavailable", "service: peer\n        fallback: nowhere")),
    ("across the link", "alerts that link to the page of the other server",
     lambda world: world["linked"]["server2"]["services"]["health"]["environment"].update(HEALTH_PUBLIC_URL="https://health.tapbot.kz")),
    ("across the link", "a link without a health check", _text("traefik/dynamic/services.yml", "healthCheck: {path: /ping", "healthCheck: {path: /readyz")),
    ("across the link", "the hoster's own network on the link",
     _text("traefik/dynamic/middlewares.yml", '"{{ env "LINK_PEER" }}/32", ', '"10.0.0.0/8", ')),
    ("ports", "the link on the host", _set("traefik", "ports", [{"target": 7000, "published": "7000"}])),
    ("callers", "a caller whose key is not stored", _caller(_drops("services", KEY))),
    ("callers", "a key with more scopes than the list",
     _caller(lambda world: world["compose"]["services"][KEY]["command"].__setitem__(7, "all"))),
    ("callers", "a key that is stored before its table exists", _caller(_set(KEY, "depends_on", {}))),
    ("callers", "a caller that starts before its key is stored", _caller(_set(API, "depends_on", {}))),
    ("callers", "a caller without its key", _caller(_environment(API, "LINK_KEY_FILE", ""))),
    ("callers", "a key stored where there is no database", _caller(_set(KEY, "profiles", ["server1"]))),
    ("callers", "an unknown scope", _caller(_text("services/callers.txt", f"{SHORT}:read\n", ""))),
    ("secrets", "a key of a service that has no file", _caller()),
    ("every limit", "a service without a limit for memory", _limit("n8n", "memory", None)),
    ("every limit", "a service that may swap", _set("redis", "memswap_limit", "536870912")),
    ("every limit", "a service without a limit for processes", _limit("dozzle", "pids", 0)),
    ("memory", "a limit of n8n above the memory of the server", _limit("n8n", "memory", str(3 << 30))),
    ("memory", "more instances than the memory permits", _text(LIST, "\t2\t3\tyes", "\t2\t12\tyes")),
    ("memory", "a one-shot container with a limit above the free memory", _limit("directus-grants", "memory", str(1 << 30))),
    ("memory", "limits with a sum above 4 GB", _limit("directus", "memory", str(2 << 30))),
    ("memory", "PostgreSQL's shared_buffers of the old 1 GB",
     _text("deploy/postgres/postgresql.conf", "shared_buffers = 256MB", "shared_buffers = 1GB")),
    ("memory", "a Redis that fills its container", _text("deploy/redis/redis.conf", "maxmemory 112mb", "maxmemory 256mb")),
    ("images", "the tag latest", _set("directus", "image", "directus/directus:latest")),
    ("images", "a tag that moves", _set("redis", "image", "valkey/valkey:8")),
    ("images", "no tag", _set("n8n", "image", "n8nio/n8n")),
    ("images", "a digest in the description", _set("redis", "image", "valkey/valkey:8.1.11@sha256:" + "0" * 64)),
    ("images", "two versions of one image", _set("traefik", "image", "traefik:v3.7.9")),
    ("images", "tests that build another Traefik", _text("tests/stack/traefik/build", "out=", "VERSION=3.7.9\nout=")),
    ("images", "a syntax line", _text("deploy/images/service.Dockerfile", "# One image", "# syntax=docker/dockerfile:1\n# One image")),
    ("hardening", "privileged", _set("n8n", "privileged", True)),
    ("hardening", "the host's network", _set("traefik", "network_mode", "host")),
    ("hardening", "a writable root", _set("directus", "read_only", False)),
    ("hardening", "kept capabilities", _set("redis", "cap_drop", [])),
    ("hardening", "an added capability", _set(API, "cap_add", ["NET_ADMIN"])),
    ("hardening", "new privileges", _set(API, "security_opt", [])),
    ("hardening", "root", _set(API, "user", "0:0")),
    ("ports", "a published database", _set("postgres", "ports", PORT)),
    ("logs", "a log without end", _set("n8n", "logging", {"driver": "json-file"})),
    ("logs", "a new key in a log", lambda world: world["unlogged"]["services"][MIGRATE].update(logging={"driver": "json-file"})),
    ("logs", "requests logged to standard output", _text("traefik/traefik.env", "TRAEFIK_ACCESSLOG_FILEPATH=", "#")),
    ("health", "a service that remains stopped after a kill of the engine", _set("n8n", "restart", "unless-stopped")),
    ("health", "a service without a health check", _set("n8n", "healthcheck", {})),
    ("health", "a check with a shell that the image does not have",
     _set(API, "healthcheck", {"test": ["CMD-SHELL", "wget -q http://localhost:7020/readyz"]})),
    ("files", "a proxy that cannot start", _set("socket-proxy", "ulimits", {"nofile": {"soft": 1024, "hard": 1024}})),
    ("files", "a proxy with the engine's limit of files", _set("socket-proxy", "ulimits", {})),
    ("scaled", "a container_name", _set(API, "container_name", "flats")),
    ("profiles", "a service in no profile", _set("qdrant", "profiles", [])),
    ("profiles", "a dependency in another profile", _set("postgres", "profiles", ["admin"])),
    ("environment", "a password in the environment", _environment("n8n", "DB_POSTGRESDB_PASSWORD", "x")),
    ("environment", "a hash of a password", _environment("n8n", "N8N_INSTANCE_OWNER_PASSWORD_HASH", "x")),
    ("environment", "a secret with a neutral name", _environment("health", "TELEGRAM_PROXY", "")),
    ("environment", "a database URL with a password", _environment(API, "SOMEWHERE", "postgresql://a:b@postgres/tapbot")),
    ("environment", "a URL with a password and no user", _environment(API, "SOMEWHERE", "redis://:b@redis")),
    ("secrets", "a file that is not mounted", _environment("directus", "ADMIN_TOKEN_FILE", "/run/secrets/directus_admin_token")),
    ("secrets", "a reader with another uid", _set(API, "user", "10021:10021")),
    ("secrets", "a secret that secrets.tsv does not make", _drops("secrets", "qdrant_api_key")),
    ("secrets", "secrets that Git would track", _text(".gitignore", "/secrets/", "/x/")),
    ("networks", "Traefik among the databases", _joins("traefik", "database-network")),
    ("networks", "Traefik at the proxy that may stop containers", _joins("traefik", "portainer-network")),
    ("networks", "a user interface that n8n can reach", _joins("dozzle", "service-network")),
    ("networks", "a migration with a route to outside", _joins(MIGRATE, "traefik-network")),
    ("networks", "pages that n8n can reach without Traefik", _joins("n8n", "service-network")),
    ("networks", "pgAdmin on the network of our services", _joins("pgadmin", "database-network")),
    ("networks", "a database with a route to outside", _network("database-network", "internal", False)),
    ("networks", "a name with the project's prefix", _network("traefik-network", "name", "tapbot_traefik-network")),
    ("mounts", "the engine's socket in Traefik", _mounts("traefik", "/var/run/docker.sock")),
    ("mounts", "a folder of the host", _mounts("n8n", "/etc")),
    ("mounts", "packs of restic in memory", _environment("restic", "TMPDIR", "/tmp")),
    ("socket proxies", "a proxy with the image's own rules", _set("socket-proxy", "entrypoint", None)),
    ("socket proxies", "a proxy with the rules of another", _set("socket-proxy", "command", ["/etc/tapbot-socket-proxy/logs.cfg"])),
    ("socket proxies", "a proxy without our files", _set("dozzle-socket-proxy", "volumes", [])),
    ("socket proxies", "a proxy that creates containers", _text("deploy/socket-proxy/state.cfg", "METH_GET listed", "listed")),
    ("socket proxies", "paths matched by their prefix", _text("deploy/socket-proxy/state.cfg", "/json$'", "'")),
    ("socket proxies", "paths anywhere", _text("deploy/socket-proxy/portainer.cfg", "'^(", "'(")),
    ("networks", "Traefik at the proxy that reads logs", _joins("traefik", "dozzle-network")),
    ("connections", "a pool that takes all connections",
     _text("deploy/postgres/stack.sql", "n8n_user CONNECTION LIMIT 6", "n8n_user CONNECTION LIMIT 26")),
    ("connections", "more connections per instance", _environment(API, "DB_EXCLUSIVE_CONNECTIONS", "6")),
    ("connections", "a limit without connections for a deployment", _text(LIST, "\t20\t", "\t19\t")),
    ("connections", "instances that take other roles' connections", _text(LIST, "\t2\t3\tyes\t-\t20\t", "\t2\t5\tyes\t-\t30\t")),
    ("connections", "a pool above its role's limit", _text("deploy/directus/directus.env", "DB_POOL__MAX=5", "DB_POOL__MAX=10")),
    ("connections", "a pool that leaves nothing for n8n's own commands",
     _text("deploy/n8n/n8n.env", "DB_POSTGRESDB_POOL_SIZE=3", "DB_POSTGRESDB_POOL_SIZE=5")),
    ("feeds", "statements without an end", _text("deploy/postgres/stack.sql", "ALTER ROLE n8n_user SET statement_timeout = '20s';", "")),
    ("feeds", "a long pause in a transaction",
     _text("deploy/postgres/stack.sql", "directus_user SET idle_in_transaction_session_timeout = '10s'",
           "directus_user SET idle_in_transaction_session_timeout = '60s'")),
    ("feeds", "n8n with its own limit", _text("deploy/n8n/n8n.env", "DB_POSTGRESDB_STATEMENT_TIMEOUT=20000", "")),
    ("doors", "an entry of pg_hba.conf without a password", _text("deploy/postgres/pg_hba.conf", "samenet  scram-sha-256", "samenet  trust")),
    ("doors", "an entry of pg_hba.conf for every address", _text("deploy/postgres/pg_hba.conf", "samenet  ", "0.0.0.0/0  ")),
    ("doors", "the missing listen_addresses", _text("deploy/postgres/postgresql.conf", "listen_addresses = '*'", "")),
    ("doors", "phones in PostgreSQL's log", _text("deploy/postgres/postgresql.conf", "log_parameter_max_length = 0", "")),
    ("doors", "a Redis without a password", _text("deploy/redis/redis.conf", "include /run", "# include /run")),
    ("checksums", "a cluster without checksums", _environment("postgres", "POSTGRES_INITDB_ARGS", "--encoding=UTF8")),
    ("checksums", "a demo without checksums", _text("deploy/lib/cluster.sh", "--data-checksums", "")),
    ("example", "the administrators' tools by default",
     _text("deploy/stack.env.example", "COMPOSE_PROFILES=server1,server2", "COMPOSE_PROFILES=server1,server2,admin")),
    ("example", "an undocumented setting", _text("docker-compose.yml", "${LOG_LEVEL:-info}", "${LOG_LEVL:-info}")),
    ("example", "another default", _text("deploy/stack.env.example", "LOG_LEVEL=info", "LOG_LEVEL=debug")),
]
