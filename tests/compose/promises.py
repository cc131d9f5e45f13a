# SPDX-License-Identifier: MIT
"""Rules for the stack's description. Each function takes the world (check.py) and a list for figures to print,
and returns the violations, a line each."""
import os
import re

import services as listed

MIB = 1 << 20
BUDGET = 3_400_000_000       # bytes of a server of 4 GB
ONE_HOST = int(3.4 * (1 << 30))  # both servers' services on one host, one instance each: staging

# Services with the engine's socket, and their files of deploy/socket-proxy.
SOCKET_READERS = {"socket-proxy": "state", "dozzle-socket-proxy": "logs", "portainer-socket-proxy": "portainer"}
# Containers that run as root, without capabilities, and the reason.
ROOT_USERS = {"traefik-volumes": "changes the owner of a volume", "restic": "reads what it copies", "portainer": "owns its volume",
              **dict.fromkeys(SOCKET_READERS, "owns the engine's socket")}
CAPABILITIES = {"traefik-volumes": ["CHOWN"], "restic": ["DAC_READ_SEARCH"], "pgadmin": ["NET_BIND_SERVICE"]}
SOCKET = "/var/run/docker.sock"
# Names of variables that hold a secret; and such names that hold none.
SECRET_WORDS = {"PASSWORD", "PASSWD", "PASSPHRASE", "SECRET", "SECRETS", "TOKEN", "TOKENS", "KEY", "KEYS", "CREDENTIALS", "SALT"}
SECRET_ENDS = ("DATABASE_URL", "REDIS_URL", "API_ID", "DSN")
NO_SECRETS = {"REFRESH_TOKEN_COOKIE_SECURE"}
PROXY_FILES = 8028  # two for each of the 4,000 connections of engine.cfg, and a few more
PROXY_FOLDER = "/etc/tapbot-socket-proxy"
INTERNAL = {"service-network": {"traefik", "pages"},  # and our services
            "database-network": {"postgres", "directus", "n8n", "qdrant"},  # and our services
            "redis-network": {"redis", "directus"},  # and our services
            "pgadmin-network": {"pgadmin", "postgres"},
            "redis-commander-network": {"redis-commander", "redis"},
            "socket-network": {"socket-proxy", "traefik", "health"},
            "dozzle-network": {"dozzle-socket-proxy", "dozzle"},
            "portainer-network": {"portainer-socket-proxy", "portainer"},
            "admin-network": {"traefik", "dozzle", "pgadmin", "redis-commander", "portainer"}}
# Services with peaks of memory close to their limit, which may swap; others are killed instead of becoming slow.
SWAP = {"n8n": 256 * MIB, "directus": 256 * MIB}
# Services with a route to outside: Traefik to the certificate authority, workflows to their targets, health to our
# public hosts and to alert channels, restic to the storage of backups, booking-api to the calendars of other channels.
OUTBOUND = {"restic", "traefik", "n8n", "directus", "booking-api", "bot-gateway", "health", "search-api"}
# Connections of PostgreSQL: health shows green up to 40, yellow up to 45.
CONNECTIONS = 50
# Variables of .env for the machine itself, not for a container (deploy/host, link_files.py, deploy.py, backup_place.py), with its default.
OF_THE_HOST = {"BACKUP_TARGETS": "", "PEER_ADDRESS": "", "LINK_PEER_PUBLIC": "", "LINK_MTU": "1420", "LINK_SSH_PORT": "22", "DEPLOY_BAKE": "60", "DEPLOY_WATCH": "600"}
# Logins other than our services: their maximum of connections.
OTHERS = {"directus_user": 5, "n8n_user": 6, "tapbot_migrator": 4}
# The containers that store n8n's keys: the client of each, its scopes, its file.
KEYS = {"n8n-key": ("n8n-workflows", "booking:read,booking:write,bot:read,bot:send", "n8n_link_key"),
        "n8n-setup-key": ("n8n-setup", "booking:admin,bot:admin,bot:read", "n8n_setup_key")}


def services(world):
    return world["compose"]["services"]


def ours(world):
    """The services of services.tsv."""
    return listed.parse(world["texts"]["services.tsv"])


def migrators(world):
    """Containers that change the database before a service starts: its schema, its key."""
    return set(KEYS) | {f"{one.short}-migrate" for one in ours(world) if one.kind == "database"} | \
        {f"{one.short}-key" for one in ours(world) if one.key}


def limits(service):
    return service.get("deploy", {}).get("resources", {}).get("limits", {})


def once(service):
    return service.get("restart") == "no"


def setting(text, name):
    """NAME = value or NAME value, in files of settings."""
    found = re.search(rf"^\s*{re.escape(name)}\s*[=\s]\s*'?([^'\s#]+)", text, re.M)
    return found.group(1) if found else None


def every_limit(world, notes):
    broken = []
    for name, service in services(world).items():
        for what in ("memory", "cpus", "pids"):
            if not float(limits(service).get(what) or 0) > 0:
                broken.append(f"{name} has no limit for {what}")
        swap = int(service.get("memswap_limit") or 0) - int(limits(service).get("memory") or 0)
        if swap != SWAP.get(name, 0):
            broken.append(f"{name} may swap out {swap / MIB:.0f} MiB")
        if float(limits(service).get("cpus") or 0) > 2:
            broken.append(f"{name} may take more cores than the server has")
    notes.append(f"{len(services(world))} services")
    return broken


def memory(world, notes):
    """All long-running services always fit, together with the largest of: one more instance of one of our services during
    its deployment, a one-shot container (one at a time)."""
    broken = []
    copies = {one.name: one.copies for one in ours(world)}
    for hosts in (["server1"], ["server2"], ["server1", "server2"]):
        one = len(hosts) > 1
        steady, surplus = 0, 0
        for name, service in services(world).items():
            if not set(service.get("profiles", [])) & {*hosts, "backup", *([] if one else ["monitoring"])}:
                continue
            limit = int(limits(service).get("memory") or 0)
            if once(service) or name in copies:
                surplus = max(surplus, limit)
            if not once(service):
                steady += limit * (1 if one else copies.get(name, 1))
        notes.append(f"{' + '.join(hosts)}: {steady / MIB:.0f} MiB" + ("" if one else f" and {surplus / MIB:.0f}"))
        if steady + (0 if one else surplus) > (ONE_HOST if one else BUDGET):
            broken.append(f"the limits of {' + '.join(hosts)} add up to {steady / MIB:.0f} and {surplus / MIB:.0f} MiB")
    postgres = services(world)["postgres"]
    if int(limits(postgres)["memory"]) != 1 << 30:
        broken.append("PostgreSQL does not have 1 GiB")
    if setting(world["texts"]["deploy/postgres/postgresql.conf"], "shared_buffers") != "256MB":
        broken.append("shared_buffers is not 256MB")
    kept = setting(world["texts"]["deploy/redis/redis.conf"], "maxmemory") or "0"
    if not 0 < int(re.sub(r"\D", "", kept)) * MIB <= int(limits(services(world)["redis"])["memory"]) * 2 // 3:
        broken.append("Redis may keep more than two thirds of its memory: rewriting its file needs the rest")
    return broken


def images(world, _notes):
    broken = []
    for name, service in services(world).items():
        image = service.get("image", "")
        tag = image.rsplit(":", 1)[1] if ":" in image.rsplit("/", 1)[-1] else ""
        if image.startswith("tapbot/"):
            continue
        if not re.fullmatch(r"v?\d+\.\d+(\.\d+)?(-[a-z]+)?", tag):
            broken.append(f"{name}: {image} names no exact version")
        if "@" in image:
            broken.append(f"{name}: a digest belongs into the lock file of its machine")
    names = [image.rsplit(":", 1)[0] for image in {service["image"] for service in services(world).values()}]
    broken += [f"{image} is used in two versions" for image in sorted(set(names)) if names.count(image) > 1]
    if re.search(r"\b3\.7\.\d", world["texts"]["tests/stack/traefik/build"]):
        broken.append("the tests' Traefik has another version than docker-compose.yml")
    for name in ("service", "pages"):
        text = world["texts"][f"deploy/images/{name}.Dockerfile"]
        stages = re.findall(r"^FROM (\S+)", text, re.M)
        if stages[0] != "${BASE}" or "ARG BASE=debian:trixie-slim" not in text:
            broken.append(f"{name}.Dockerfile does not start from Debian 13")
        if stages[-1] not in ("scratch", "runtime"):
            broken.append(f"{name}.Dockerfile ends on a stage with a shell")
        if re.search(r"^# *syntax", text, re.M):
            broken.append(f"{name}.Dockerfile needs the image hub for its syntax")
        for label in ("version", "revision"):
            if f"org.opencontainers.image.{label}=" not in text:
                broken.append(f"{name}.Dockerfile sets no label for the {label}")
    return broken


def hardening(world, notes):
    broken = []
    for name, service in services(world).items():
        if service.get("cap_drop") != ["ALL"]:
            broken.append(f"{name} keeps capabilities")
        if sorted(service.get("cap_add", [])) != CAPABILITIES.get(name, []):
            broken.append(f"{name} adds capabilities that are not listed here")
        if "no-new-privileges:true" not in service.get("security_opt", []):
            broken.append(f"{name} may gain privileges")
        if service.get("read_only") is not True:
            broken.append(f"{name} may write its root")
        for key in ("privileged", "devices", "pid", "ipc", "uts", "userns_mode", "cgroup_parent"):
            if service.get(key):
                broken.append(f"{name} has {key}")
        if service.get("network_mode") not in (None, "none"):
            broken.append(f"{name} is on the network of {service['network_mode']}")
        user = service.get("user", "")
        if not re.fullmatch(r"\d+:\d+", user):
            broken.append(f"{name} has no numeric user")
        elif user.startswith("0:") != (name in ROOT_USERS):
            broken.append(f"{name} runs as {user}")
    notes.append(f"root without capabilities: {', '.join(sorted(ROOT_USERS))}")
    return broken


def ports(world, _notes):
    broken = []
    for name, service in services(world).items():
        published = [str(port.get("published")) for port in service.get("ports", [])]
        if published != (["80", "443"] if name == "traefik" else []):
            broken.append(f"{name} publishes {published}")
    return broken


def logs(world, _notes):
    broken = []
    for name, service in services(world).items():
        logging = service.get("logging", {})
        options = logging.get("options", {})
        if logging.get("driver") != "json-file" or not options.get("max-size") or not options.get("max-file"):
            broken.append(f"{name} has no rotated log")
    broken += [f"{one.short}-migrate logs the keys that it prints" for one in ours(world)
               if one.kind == "database" and world["unlogged"]["services"][f"{one.short}-migrate"]["logging"]["driver"] != "none"]
    # While the engine is dead, standard output is soon full and blocks its writers.
    for word in ("LOG", "ACCESSLOG"):
        if not (setting(world["texts"]["traefik/traefik.env"], f"TRAEFIK_{word}_FILEPATH") or "").startswith("/var/log/traefik/"):
            broken.append(f"Traefik's {word} is not a file")
    return broken


def health(world, _notes):
    broken, names = [], {one.name for one in ours(world)}
    for name, service in services(world).items():
        test = service.get("healthcheck", {}).get("test")
        if once(service):
            continue
        if service.get("restart") != "always":
            broken.append(f"{name} is not restarted")
        if not test or test[0] != "CMD":
            broken.append(f"{name} has no health check without a shell")
        if name in names and test != ["CMD", "/usr/bin/service", "--healthcheck"]:
            broken.append(f"{name} is not checked by its own binary")
        if name in names and service.get("stop_grace_period") != "30s":
            broken.append(f"{name} is killed before its 20 s of draining have passed")
    return broken


def files(world, _notes):
    """Programs with a descriptor per connection have a limit of their own, because the engine's varies. The image of the
    socket proxies does not start with fewer descriptors than it requests."""
    return [f"{name} has no limit for open files, or has too low a limit to start" for name in sorted(SOCKET_READERS)
            if int(services(world)[name].get("ulimits", {}).get("nofile", {}).get("hard", 0)) < PROXY_FILES]


def scaled(world, _notes):
    return [f"{name} has a fixed name, so a second instance could not start"
            for name, service in services(world).items() if service.get("container_name")]


def profiles(world, _notes):
    broken = []
    for name, service in services(world).items():
        mine = set(service.get("profiles", []))
        if not mine or not mine <= {"server1", "server2", "vectors", "monitoring", "admin", "backup"}:
            broken.append(f"{name} is in the profiles {sorted(mine)}")
        for other, how in service.get("depends_on", {}).items():
            if how.get("required", True) and not mine <= set(services(world)[other].get("profiles", [])):
                broken.append(f"{name} needs {other}, which is not in all of its profiles")
    return broken


def secrets(world, notes):
    broken = []
    rows = listed.secret_rows(world["texts"]["deploy/lib/secrets.tsv"], ours(world))
    owners = {row[0]: row[1].split(":") for row in rows}
    declared = world["compose"].get("secrets", {})
    if set(owners) != set(declared):
        broken.append(f"secrets.tsv and docker-compose.yml differ in {sorted(set(owners) ^ set(declared))}")
    for name, secret in declared.items():
        if secret.get("file") != os.path.join(world["root"], "secrets", name):
            broken.append(f"the secret {name} is not the file secrets/{name}")
    used = set()
    for name, service in services(world).items():
        user = service.get("user", ":").split(":")
        for secret in service.get("secrets", []):
            used.add(secret["source"])
            owner = owners.get(secret["source"], [])
            if user[0] != owner[0] and user[1] not in owner[1:]:
                broken.append(f"{name} runs as {':'.join(user)} and cannot read {secret['source']}")
        for variable, value in (service.get("environment") or {}).items():
            value = str(value or "")
            file = variable.endswith("_FILE")
            if file and value.startswith("/run/secrets/") and \
                    value[len("/run/secrets/"):] not in {s["source"] for s in service.get("secrets", [])}:
                broken.append(f"{name}: {variable} names a missing file")
    broken += [f"no service reads the secret {name}" for name in sorted(set(declared) - used)]
    for line in ("/.env", "/secrets/"):
        if line not in world["texts"][".gitignore"].splitlines():
            broken.append(f"Git may track {line}")
    if "*" not in world["texts"][".dockerignore"].splitlines():
        broken.append("a build sends more than the named files to the engine")
    notes.append(f"{len(declared)} files")
    return broken


def environment(world, notes):
    """No environment holds a secret, because every user of the engine can read it: neither in a variable with such a name, nor in one that
    another service reads from a file, nor by a password in a URL."""
    broken, count = [], 0
    stacks = [world["compose"], *(one for name, one in world["linked"].items() if name != "empty")]
    given = [(name, variable, str(value or "")) for stack in stacks for name, service in stack["services"].items()
             for variable, value in (service.get("environment") or {}).items()]
    from_files = {variable.removesuffix("_FILE") for _, variable, value in given if value.startswith("/run/secrets/")}
    for name, variable, value in given:
        count += 1
        if variable.endswith("_FILE") or variable in NO_SECRETS:
            continue
        if SECRET_WORDS & set(variable.split("_")) or variable.endswith(SECRET_ENDS) or variable in from_files:
            broken.append(f"{name}: {variable} is in the environment")
        if re.search(r"://[^/@\s]*:[^/@\s]+@", value):
            broken.append(f"{name}: {variable} holds a password")
    notes.append(f"{count} variables, {len(from_files)} from files")
    return sorted(set(broken))


def networks(world, _notes):
    broken = []
    declared = world["compose"].get("networks", {})
    mine = {"service-network": {one.name for one in ours(world)},
            "database-network": migrators(world) | {one.name for one in ours(world) if one.kind != "none"},
            "redis-network": {one.name for one in ours(world) if one.redis}}
    for name, members in INTERNAL.items():
        members = members | mine.get(name, set())
        if declared.get(name, {}).get("internal") is not True:
            broken.append(f"{name} has a route to outside")
        there = {service for service, what in services(world).items() if name in (what.get("networks") or {})}
        if there != members:
            broken.append(f"{name}: unexpected {sorted(there ^ members)}")
    for name, network in declared.items():
        if network.get("name") != name:
            broken.append(f"the network {name} is called {network.get('name')} by Docker")
    for name in sorted(INTERNAL["admin-network"] - {"traefik"}):
        if "traefik-network" in (services(world)[name].get("networks") or {}):
            broken.append(f"{name} can be reached without Traefik's password")
    calling = {name for name, service in services(world).items() if "traefik-network" in (service.get("networks") or {})}
    if calling != OUTBOUND:
        broken.append(f"traefik-network, which has a route to outside: unexpected {sorted(calling ^ OUTBOUND)}")
    if declared.get("traefik-network", {}).get("enable_ipv6") is not True:
        broken.append("traefik-network has no IPv6: all its clients would have one address")
    return broken


def mounts(world, _notes):
    broken = []
    for name, service in services(world).items():
        for volume in service.get("volumes", []):
            source = volume["source"]
            if source == SOCKET:
                if name not in SOCKET_READERS or not volume.get("read_only"):
                    broken.append(f"{name} has the engine's socket")
            elif volume["type"] == "bind":
                if not source.startswith(world["root"] + "/") or not volume.get("read_only"):
                    broken.append(f"{name} mounts {source} to write, or from outside the repository")
                elif not os.path.exists(source) and not f"{source}/".startswith((f"{world['root']}/secrets/", f"{world['root']}/var/")):  # made by init, and by Docker
                    broken.append(f"{name} mounts {source}, which does not exist")
    restic = services(world)["restic"]
    if not any(volume["type"] == "volume" and volume["target"] == restic["environment"].get("TMPDIR") for volume in restic["volumes"]):
        broken.append("restic has no disk for its temporary files")
    return broken


def socket_proxies(world, _notes):
    """Each runs its own file of deploy/socket-proxy, where paths are complete and requests that are not listed are denied.
    tests/verbs/socket_proxy.py sends requests to them."""
    broken = []
    for name, file in SOCKET_READERS.items():
        service = services(world)[name]
        words = [*(service.get("entrypoint") or []), *(service.get("command") or [])]
        if words != ["haproxy", "-W", "-db", "-f", f"{PROXY_FOLDER}/engine.cfg", "-f", f"{PROXY_FOLDER}/{file}.cfg"]:
            broken.append(f"{name} runs {' '.join(words)}")
        if not any(volume["source"] == f"{world['root']}/deploy/socket-proxy" and volume["target"] == PROXY_FOLDER
                   for volume in service.get("volumes", [])):
            broken.append(f"{name} does not have the files of deploy/socket-proxy")
        text = world["texts"][f"deploy/socket-proxy/{file}.cfg"]
        acls = re.findall(r"^\s*acl .*$", text, re.M)
        broken += [f"{file}.cfg: {acl.strip()}" for acl in acls
                   if not re.fullmatch(r"\s*acl (listed|command) path -m reg '\^\(/v1\[\.\]\[0-9\]\{1,2\}\)\?/[^'$]+\$'", acl)]
        right = "deny unless METH_GET listed" + (" or METH_POST command" if file == "portainer" else "")
        if re.findall(r"^\s*http-request (.*)$", text, re.M) != [right] or not acls:
            broken.append(f"{file}.cfg passes what is not listed")
    return broken


def per_copy(service, environment):
    """Connections of one instance: those of its pool, and one for durable changes."""
    if service.kind == "database":
        return int(environment["DB_SHARED_CONNECTIONS"]) + int(environment["DB_EXCLUSIVE_CONNECTIONS"]) + 1
    return 1 if service.kind == "keys" else 0


def connections(world, notes):
    texts, broken = world["texts"], []
    most = int(setting(texts["deploy/postgres/postgresql.conf"], "max_connections") or 0)
    reserved = int(setting(texts["deploy/postgres/postgresql.conf"], "superuser_reserved_connections") or 0)
    roles = {role: int(count) for role, count in
             re.findall(r"^ALTER ROLE (\w+) CONNECTION LIMIT (\d+)", texts["deploy/postgres/stack.sql"], re.M)}
    logins = set(re.findall(r"CREATE ROLE (\w+) LOGIN", texts["deploy/postgres/stack.sql"]))
    if logins != set(roles):
        broken.append(f"roles without a limit, or limits without a role: {sorted(logins ^ set(roles))}")
    if {**OTHERS, **roles} != OTHERS:
        broken.append(f"the limits of {sorted(roles)} are not {OTHERS}")
    # (always in use, more while an instance is deployed) by name
    plan = {}
    for one in ours(world):
        each = per_copy(one, services(world)[one.name]["environment"])
        plan[one.name] = (each * one.copies * len(one.servers), each)
        needed = each * (one.copies * len(one.servers) + 1)
        if one.connections < needed:
            broken.append(f"the instances of {one.name} and one being deployed need {needed} connections")
    steady = reserved + sum(OTHERS.values()) + sum(use for use, _ in plan.values())
    surplus = max(more for _, more in plan.values())
    notes.append(f"{steady} of {most}, {surplus} more while one is deployed")
    if most != CONNECTIONS or steady + surplus > most:
        broken.append(f"the connections add up to {steady} and {surplus} of {most}")
    # n8n's commands (import, export) are a second process with a pool of its own.
    for file, key, role, processes in (("deploy/directus/directus.env", "DB_POOL__MAX", "directus_user", 1),
                                       ("deploy/n8n/n8n.env", "DB_POSTGRESDB_POOL_SIZE", "n8n_user", 2)):
        if int(setting(texts[file], key) or 99) * processes > roles.get(role, 0):
            broken.append(f"{key} is above the limit of {role}")
    return broken


def doors(world, _notes):
    """Access to PostgreSQL by pg_hba.conf, and Redis requires a password."""
    broken = []
    known = set(re.findall(r"CREATE ROLE (\w+) LOGIN", world["texts"]["deploy/postgres/stack.sql"])) | {
        "postgres", "tapbot_migrator", "+tapbot_service"}
    named, link = set(), []
    for line in world["texts"]["deploy/postgres/pg_hba.conf"].splitlines():
        words = line.split()
        if not words or words[0].startswith("#"):
            continue
        if words in (["include_if_exists", "/tmp/link_hba.conf"], ["host", "all", "all", "10.0.101.0/28", "reject"]):
            link.append(words[0])
            continue
        named.add(words[2])
        if words[0] == "local" and words[1:] != ["all", "postgres", "peer"]:
            broken.append(f"the socket is open for more than the system user: {line}")
        if words[0] != "local" and (words[3:] != ["samenet", "scram-sha-256"] or words[2] != "postgres" and words[1] == "all"):
            broken.append(f"too wide: {line}")
    if link != ["include_if_exists", "host"]:
        broken.append("pg_hba.conf does not begin with the rules of the link and the rejection of Docker's own address there")
    if named != known:
        broken.append(f"pg_hba.conf and the roles differ in {sorted(named ^ known)}")
    conf = world["texts"]["deploy/postgres/postgresql.conf"]
    for name, value in (("listen_addresses", "*"), ("port", "5432"), ("password_encryption", "scram-sha-256"),
                        ("log_parameter_max_length", "0"), ("log_parameter_max_length_on_error", "0"), ("log_error_verbosity", "terse")):
        if setting(conf, name) != value:
            broken.append(f"{name} is not {value}")
    redis = world["texts"]["deploy/redis/redis.conf"]
    for name, value in (("include", "/run/redis/password.conf"), ("appendonly", "yes"), ("appendfsync", "everysec")):
        if setting(redis, name) != value:
            broken.append(f"redis.conf: {name} is not {value}")
    if setting(redis, "requirepass"):
        broken.append("redis.conf holds a password")
    return broken


def checksums(world, _notes):
    """PostgreSQL detects pages that the disk returns with errors."""
    broken = []
    if "--data-checksums" not in services(world)["postgres"]["environment"].get("POSTGRES_INITDB_ARGS", ""):
        broken.append("the stack's cluster is created without data checksums")
    if not re.search(r"initdb.*--data-checksums", world["texts"]["deploy/lib/cluster.sh"]):
        broken.append("the demo's cluster is created without data checksums")
    return broken


def example(world, notes):
    """deploy/stack.env.example has the variables of docker-compose.yml, its companions and traefik/, with the same defaults."""
    broken = []
    asked = {name: {default} for name, default in OF_THE_HOST.items()}
    for name, default in re.findall(r"\$\{(\w+)(?::?-([^}]*))?\}", world["texts"]["docker-compose.yml"]):
        asked.setdefault(name, set()).add(default)
    for file in ("deploy/compose/link.server1.yml", "deploy/compose/link.server2.yml"):
        # Without a default an empty value is an error.
        for name in re.findall(r"\$\{(\w+)", world["texts"][file]):
            asked.setdefault(name, {""})
    told = dict(re.findall(r"^(\w+)=(.*)$", world["texts"]["deploy/stack.env.example"], re.M))
    if set(asked) != set(told):
        broken.append(f"only in one of the two: {sorted(set(asked) ^ set(told))}")
    for name in set(asked) & set(told):
        if asked[name] != {told[name]}:
            broken.append(f"{name} is {told[name]} in the example and {sorted(asked[name])} in docker-compose.yml")
    given = set(services(world)["traefik"]["environment"])
    for file, text in world["texts"].items():
        if file.startswith("traefik/dynamic/"):
            for name in set(re.findall(r'env "(\w+)"', text)) - given:
                broken.append(f"{file} reads {name}, which Traefik's container does not get")
    if "admin" in told["COMPOSE_PROFILES"].split(","):
        broken.append("the administrators' tools run by default")
    notes.append(f"{len(told)} settings")
    return broken


ALL = {"every limit": every_limit, "memory": memory, "images": images, "hardening": hardening, "ports": ports,
       "logs": logs, "health": health, "files": files, "scaled": scaled, "profiles": profiles, "secrets": secrets,
       "networks": networks, "mounts": mounts, "connections": connections, "doors": doors,
       "checksums": checksums, "example": example, "environment": environment, "socket proxies": socket_proxies}
