# SPDX-License-Identifier: MIT
"""Static checks of docker-compose.yml, traefik/ and the configuration of PostgreSQL and Redis, run before a deployment.
`validate`, `doctor` and `up` run them."""
import glob
import os
import re

import services as listed
from stack import edge, lock, tree
from stack.findings import Check, Unchecked, edit

COMPOSE = "docker-compose.yml"

# The middlewares required in front of each service with a web page. Every other service requires a password unless it is in
# OPEN.
NEEDS = {
    "api@internal": {"basicAuth", "ipAllowList"}, "dozzle": {"basicAuth", "ipAllowList"},
    "redis-commander": {"basicAuth", "ipAllowList"}, "pgadmin": {"basicAuth", "ipAllowList"},
    "directus": {"ipAllowList"}, "n8n": {"ipAllowList"}, "portainer": {"ipAllowList"}, "grafana": {"ipAllowList"},
}
OPEN = {"pages", "nowhere", "unavailable", "edge-answers", "noop@internal"}
# Requests to this host have an API key that the service itself checks.
KEY_HOST = "api."
# Telegram's requests to this path have a secret that the gateway itself checks.
SECRET_PATH = "PathPrefix(`/telegram/`)"
# The public page of health.
PUBLIC_PATH = "Path(`/public`)"
# The paths of n8n that outside services call: nobody guesses them, and the workflow behind one checks its caller.
HOOKS = "PathRegexp(`^/webhook/[A-Za-z0-9_-]{32,128}$`)"

# The variables that each service requires: NAME or NAME_FILE.
REQUIRED = {
    "postgres": ["POSTGRES_PASSWORD"],
    "directus": ["KEY", "SECRET", "DB_PASSWORD", "ADMIN_PASSWORD", "DB_HOST", "PUBLIC_URL"],
    "n8n": ["N8N_ENCRYPTION_KEY", "DB_POSTGRESDB_PASSWORD", "DB_POSTGRESDB_HOST"],
    "pgadmin": ["PGADMIN_DEFAULT_EMAIL", "PGADMIN_DEFAULT_PASSWORD"],
    "traefik": ["TAPBOT_DOMAIN", "ADMIN_NETWORKS"],
}
OURS = listed.services()
for one in OURS:
    REQUIRED[one.name] = (["DATABASE_URL"] if one.role else []) + (["REDIS_URL"] if one.redis else []) + \
        (["LINK_URL", "LINK_KEY"] if one.key else [])
    REQUIRED[f"{one.short}-migrate"] = ["MIGRATION_DATABASE_URL"]
# Containers on these networks have no connection to or from the Internet.
INTERNAL = ("service-network", "database-network", "redis-network", "pgadmin-network", "redis-commander-network", "socket-network",
            "dozzle-network", "portainer-network", "admin-network")
# Ports published on this host's own address of the link (deploy/compose).
LINKED = {"traefik": "7000", "postgres": "5432", "redis": "6379", "qdrant": "6333", "dozzle": "7007"}
SECRET_NAME = re.compile(r"(^|_)(PASSWORD|PASSWD|PASS|SECRET|TOKEN|KEY|API_?KEY|PRIVATE_?KEY)$|^(REDIS|DATABASE)_URL$")
SECRET_VALUE = re.compile(r"://[^/\s:@]*:[^/\s@]+@|tb_(live|test)_[0-9A-Za-z]{20,}|\$2[aby]\$\d\d\$|\$apr1\$")
SECRET_FLAG = re.compile(r"(requirepass|--?password|--token|--secret)[= ]\s*[^\s$-]", re.I)


def description():
    """The compose description with all profiles; raises Unchecked if it cannot be read."""
    known, _ = tree.configuration(everything=True)
    if known is None:
        there = tree.compose_program()
        raise Unchecked("docker compose не прочитал описание" if there else "нет docker compose",
                        "docker compose cannot read the description" if there else "there is no docker compose")
    return known


def services():
    return description()["services"]


def compose_valid():
    if tree.compose_program() is None:
        raise Unchecked("нет docker compose", "there is no docker compose")
    names = [os.path.basename(path) for path in sorted(glob.glob(os.path.join(tree.ROOT, "docker-compose*.yml")))]
    chosen = tree.compose_files()
    known, wrong = tree.configuration(everything=True)
    if known is None:
        yield complaint(chosen[-1] if len(chosen) == 1 else ", ".join(chosen), wrong, chosen[0])
    for name in names:
        if name in chosen:
            continue
        done = tree.compose("config", "-q", profiles=["*"], files=[COMPOSE, name])
        if done.returncode != 0:
            yield complaint(name, done.stderr, name)


def complaint(names, said, path):
    lines = [line for line in said.strip().splitlines() if "level=warning" not in line]
    words = (lines or ["?"])[-1][:200]
    if ".env" in words:
        return (f"docker compose не читает .env: {words}", f"docker compose cannot read .env: {words}"), "sudo nano .env"
    return (f"{names} не читается: {words}", f"{names} cannot be read: {words}"), edit(path)


def privileged():
    for name, service in services().items():
        if service.get("privileged"):
            yield (f"{name}: privileged: true", f"{name}: privileged: true"), edit(COMPOSE)


def images_pinned():
    for name, service in services().items():
        image = service.get("image", "")
        tag = image.split("@")[0].rsplit("/", 1)[-1].partition(":")[2]
        if "@sha256:" not in image and tag in ("", "latest"):
            yield ((f"{name}: образ {image or 'не назван'} без точной версии",
                    f"{name}: image {image or 'unnamed'} without an exact version"), edit(COMPOSE))
        base = (((service.get("build") or {}).get("args") or {}).get("BASE") or "").split("@")[0]
        # postgres:16.15-trixie in tapbot/postgres:16.15; the tags of the others are versions of our own.
        if base and f"tapbot/{base.split(':')[0]}" == image.split(":")[0] and not base.rpartition(":")[2].startswith(f"{tag}-"):
            yield ((f"{name}: образ {image} собирается из {base}", f"{name}: image {image} is built from {base}"), edit(COMPOSE),
                   ("Обновилась бы только метка, а работала бы прежняя программа", "Only the tag would be updated, and the former program would run"))


def lock_current():
    """The file of `deploy/tapbot lock` wins over docker-compose.yml, so that an older one would silently undo an update."""
    try:
        found = lock.stale()
    except (ValueError, OSError) as error:
        raise Unchecked(str(error), str(error)) from None
    for name, locked, wanted in found:
        yield ((f"{tree.LOCK} держит {name} на {locked}, а в {COMPOSE} {wanted or 'этого нет'}",
                f"{tree.LOCK} keeps {name} at {locked}, and {COMPOSE} has {wanted or 'nothing like it'}"),)


def socket_mounts():
    for name, service in services().items():
        for volume in service.get("volumes", []):
            if "docker.sock" in volume.get("source", "") and not name.endswith("socket-proxy"):
                yield (f"{name} подключает docker.sock", f"{name} mounts docker.sock"), edit(COMPOSE)


def ports():
    link = tree.env_read().get("LINK_ADDRESS")
    for name, service in services().items():
        for port in service.get("ports", []):
            published = str(port.get("published", ""))
            linked = link and port.get("host_ip") == link and LINKED.get(name) == published
            if published and not linked and not (name == "traefik" and published in ("80", "443")):
                yield ((f"{name} открывает порт {published} всему Интернету мимо Traefik и UFW",
                        f"{name} publishes port {published} to the Internet, past Traefik and UFW"), edit(COMPOSE))


def routers_guarded():
    if not tree.traefik_files():
        raise Unchecked("нет traefik/dynamic", "there is no traefik/dynamic")
    known = edge.section("middlewares")
    keyed = {name for one in OURS for name in (one.name, *one.hosts.values())}
    for name, body, where in edge.routers():
        service, rule = str(body.get("service", "")), str(body.get("rule", ""))
        if service in OPEN or (service in keyed and any(word in rule for word in (f"Host(`{KEY_HOST}", SECRET_PATH, PUBLIC_PATH))):
            continue
        needed, entry = NEEDS.get(service, {"basicAuth"}), body.get("entryPoints")
        if service == "n8n" and HOOKS in rule:
            needed = {"rateLimit", "buffering"}
        if entry == ["internal"] or (entry == ["link"] and service in {*keyed, "ping@internal"}):
            needed = {"ipAllowList"}
        missing = sorted(needed - edge.kinds(body["middlewares"], known))
        if missing:
            yield ((f"маршрут {name} ({where}) ведёт к {service} без {', '.join(missing)}",
                    f"router {name} ({where}) routes to {service} without {', '.join(missing)}"), edit(where))


def routers_sound():
    known, targets = edge.section("middlewares"), edge.section("services")
    if not known:
        raise Unchecked("нет traefik/dynamic", "there is no traefik/dynamic")
    for name, body, where in edge.routers():
        for one in edge.unknown_middlewares(body["middlewares"], known):
            yield ((f"маршрут {name}: нет middleware {one}", f"router {name}: there is no middleware {one}"), edit(where))
        rule = str(body.get("rule", ""))
        if re.search(r"Host(Regexp|SNI)?\(`[^`]*\{[a-z]+:", rule) or re.search(r"\bHeaders\(|Host\(`[^`]+`\s*,", rule):
            yield ((f"маршрут {name}: правило в записи Traefik v2: {rule}",
                    f"router {name}: the rule has the syntax of Traefik v2: {rule}"), edit(where))
        service = str(body.get("service", ""))
        if "@" not in service and where != COMPOSE and service not in targets:
            yield ((f"маршрут {name}: нет сервиса {service}", f"router {name}: there is no service {service}"), edit(where))


def secrets_in_environment():
    values = {one.read() for one in tree.secret_table().values() if one.kind != "users"} - {None, ""}
    for name, service in services().items():
        for key, value in (service.get("environment") or {}).items():
            value = str(value or "")
            named = SECRET_NAME.search(key) and value and not key.endswith("_FILE")
            if named or SECRET_VALUE.search(value) or value in values:
                yield ((f"{name}: секрет в переменной {key}", f"{name}: a secret in the variable {key}"), edit(COMPOSE))
        words = " ".join(map(str, [*(service.get("command") or []), *(service.get("entrypoint") or [])]))
        if SECRET_FLAG.search(words) or SECRET_VALUE.search(words):
            yield ((f"{name}: секрет в командной строке", f"{name}: a secret on the command line"), edit(COMPOSE))


def required_environment():
    for name, service in services().items():
        environment = service.get("environment") or {}
        for key in REQUIRED.get(name, []):
            if not environment.get(key) and not environment.get(key + "_FILE"):
                yield ((f"{name}: не задано {key}", f"{name}: {key} is not set"), edit(COMPOSE))
        mounted = {one.get("target") or one["source"] for one in service.get("secrets", [])}
        mounted = {os.path.basename(one) for one in mounted}
        for key, value in environment.items():
            inside = re.fullmatch(r"/run/secrets/(\S+)", str(value or ""))
            if inside and inside[1] not in mounted:
                yield ((f"{name}: {key} указывает на секрет {inside[1]}, которого у сервиса нет",
                        f"{name}: {key} refers to the secret {inside[1]}, which is not mounted into the service"), edit(COMPOSE))


def secrets_listed():
    named, table = set(description().get("secrets", {})), set(tree.secret_table())
    for one in sorted(named - table):
        yield ((f"секрета {one} нет в deploy/lib/secrets.tsv, его никто не создаст",
                f"the secret {one} is not in deploy/lib/secrets.tsv, so it is never created"), edit(COMPOSE))
    for one in sorted(table - named):
        yield ((f"секрет {one} есть в deploy/lib/secrets.tsv, но не в {COMPOSE}",
                f"the secret {one} is in deploy/lib/secrets.tsv but not in {COMPOSE}"), edit(COMPOSE))


def hardened():
    for name, service in services().items():
        limits = tree.limits_of(service)
        missing = [word for word, there in (
            ("memory", limits.get("memory") or service.get("mem_limit")),
            ("cpus", limits.get("cpus") or service.get("cpus")),
            ("pids", limits.get("pids") or service.get("pids_limit")),
            ("cap_drop: [ALL]", "ALL" in service.get("cap_drop", [])),
            ("no-new-privileges", any("no-new-privileges" in one for one in service.get("security_opt", []))),
            ("read_only", service.get("read_only")),
            ("logging max-size", (service.get("logging") or {}).get("options", {}).get("max-size")),
            ("healthcheck", service.get("restart") == "no" or (service.get("healthcheck") or {}).get("test")),
        ) if not there]
        if missing:
            yield (f"{name}: нет {', '.join(missing)}", f"{name}: no {', '.join(missing)}"), edit(COMPOSE)


def label_networks():
    known = description()
    real = {key: body.get("name", key) for key, body in known.get("networks", {}).items()}
    # On the network of the socket proxy Traefik is only a client.
    edge_networks = set(known["services"].get("traefik", {}).get("networks") or {}) - {"socket-network"}
    targets = {re.sub(r"https?://([^:/]+).*", r"\1", url) for url in proxied_urls()}
    for name, service in known["services"].items():
        labels, own = tree.labels_of(service), set(service.get("networks") or {})
        routed = labels.get("traefik.enable", "").lower() == "true"
        if (routed or name in targets) and name != "traefik" and edge_networks and not own & edge_networks:
            yield ((f"{name} не в одной сети с Traefik (его сети: {', '.join(sorted(own)) or 'никаких'})",
                    f"{name} shares no network with Traefik (it is on: {', '.join(sorted(own)) or 'none'})"), edit(COMPOSE))
        label = labels.get("traefik.docker.network")
        if routed and len(own) > 1 and not label:
            yield ((f"{name} в нескольких сетях, а метки traefik.docker.network нет",
                    f"{name} is on several networks and has no label traefik.docker.network"), edit(COMPOSE))
        if label and label not in {real[one] for one in own if one in real}:
            yield ((f"{name}: метка traefik.docker.network={label}, а сети контейнера: "
                    f"{', '.join(sorted(real.get(one, one) for one in own))}",
                    f"{name}: the label traefik.docker.network={label}, and the container's networks are "
                    f"{', '.join(sorted(real.get(one, one) for one in own))}"), edit(COMPOSE))


def proxied_urls():
    found = []
    for path in tree.traefik_files():
        with open(path, encoding="utf-8") as file:
            found += re.findall(r"url:\s*[\"']?(https?://[^\"'\s}]+)", file.read())
    return found


def edge_off_data():
    own = services().get("traefik", {}).get("networks") or {}
    for network in sorted({"database-network", "redis-network"} & set(own)):
        yield (f"Traefik подключён к {network}", f"Traefik is on {network}"), edit(COMPOSE)


def data_internal():
    for name, body in description().get("networks", {}).items():
        if name in INTERNAL and not body.get("internal"):
            yield (f"сеть {name} не internal", f"the network {name} is not internal"), edit(COMPOSE)


def scalable():
    for name, service in services().items():
        if service.get("image", "").startswith("tapbot/") and service.get("container_name"):
            yield (f"{name}: container_name", f"{name}: container_name"), edit(COMPOSE)


def settings_of(path, separator):
    """{name: value} of postgresql.conf or redis.conf."""
    try:
        with open(os.path.join(tree.ROOT, path), encoding="utf-8") as file:
            lines = [re.sub(r"(^|\s)#.*", "", line).strip() for line in file]
    except OSError as error:
        raise Unchecked(f"нет файла {path}", f"there is no {path}") from error
    pairs = [re.split(separator, line, maxsplit=1) for line in lines if line]
    return {pair[0].lower(): pair[1].strip().strip("'\"") for pair in pairs if len(pair) == 2}


POSTGRES = "deploy/postgres/postgresql.conf"
REDIS = "deploy/redis/redis.conf"


def postgres_configured():
    known = settings_of(POSTGRES, r"\s*=\s*|\s+")
    addresses = known.get("listen_addresses")
    if addresses is None:
        yield ("нет listen_addresses", "listen_addresses is missing"), edit(POSTGRES)
    elif addresses in ("", "localhost", "127.0.0.1"):
        yield ((f"listen_addresses = '{addresses}': другие контейнеры не подключатся",
                f"listen_addresses = '{addresses}': no other container can connect"), edit(POSTGRES))
    if known.get("port", "5432") != "5432":
        yield ((f"port = {known['port']}, а все подключаются к 5432",
                f"port = {known['port']}, but clients connect to 5432"), edit(POSTGRES))
    try:
        if int(known.get("max_connections", "100")) != 50:
            yield ((f"max_connections = {known.get('max_connections', '100')}, рассчитано на 50",
                    f"max_connections = {known.get('max_connections', '100')}, expected 50"), edit(POSTGRES))
    except ValueError:
        yield (("max_connections не число", "max_connections is not a number"), edit(POSTGRES))
    with open(os.path.join(tree.ROOT, "deploy/postgres/pg_hba.conf"), encoding="utf-8") as file:
        for line in file:
            if re.match(r"host\w*\s.*\b(trust|password|md5)\s*$", line):
                yield ((f"pg_hba.conf разрешает вход по сети без scram: {line.strip()}",
                        f"pg_hba.conf allows network connections without scram: {line.strip()}"),
                       edit("deploy/postgres/pg_hba.conf"))


def redis_configured():
    known = settings_of(REDIS, r"\s+")
    if "maxmemory" not in known or known["maxmemory"] == "0":
        yield ("в redis.conf нет maxmemory", "redis.conf has no maxmemory"), edit(REDIS)
    if "requirepass" in known:
        yield ("пароль записан прямо в redis.conf", "redis.conf contains the password"), edit(REDIS)
    start = os.path.join(tree.ROOT, "deploy/redis/start.sh")
    given = known.get("include") or ""
    if "requirepass" not in known and not (given and os.path.exists(start) and "requirepass" in open(start, encoding="utf-8").read()):
        yield (("Redis запускается без пароля", "Redis starts without a password"), edit(REDIS))
    if known.get("protected-mode") == "no":
        yield (("в redis.conf protected-mode no", "redis.conf has protected-mode no"), edit(REDIS))


DESCRIPTION = [
    Check("compose", ("docker compose config всех описаний", "docker compose config of every description"), compose_valid,
          ("Пока описание не читается, ничего не запустится", "Nothing can be started until the description can be read"), fatal=True),
    Check("privileged", ("privileged: true", "privileged: true"), privileged,
          ("Взлом контейнера станет взломом сервера", "An attacker who breaks into the container controls the server"), fatal=True),
    Check("image", ("точные версии образов", "exact versions of images"), images_pinned,
          ("Завтра под тем же именем придёт другая программа", "Tomorrow this name may refer to another program"), fatal=True),
    Check("lock", ("дайджесты образов записаны для версий описания", "the digests of images are those of the description's versions"), lock_current,
          ("Запустилась бы прежняя версия", "The former version would be started"), "sudo deploy/tapbot lock", fatal=True),
    Check("socket", ("docker.sock только у посредников", "docker.sock only in the proxies"), socket_mounts,
          ("Кто обращается к Docker напрямую, тот root на сервере, и :ro не мешает",
           "A client of docker.sock is root on the server; :ro does not prevent that"), fatal=True),
    Check("ports", ("только порты 80 и 443, только у Traefik", "only ports 80 and 443, only of Traefik"), ports,
          ("Docker открывает порт раньше UFW", "Docker opens ports before the rules of UFW apply"), fatal=True),
    Check("auth", ("вход перед каждой закрытой страницей", "authentication in front of every private page"), routers_guarded,
          ("Страница откроется всему Интернету без пароля", "The page would be open to the Internet without a password"), fatal=True),
    Check("routers", ("правила и части маршрутов Traefik", "rules and parts of Traefik's routers"), routers_sound,
          ("Traefik отбросит этот маршрут, будет 404", "Traefik drops that router and answers 404"), fatal=True),
    Check("secret-env", ("секретов нет в переменных и командах", "no secret in variables or commands"), secrets_in_environment,
          ("Переменные видны в docker inspect; секрет должен быть файлом", "docker inspect shows variables; a secret must be a file"),
          fatal=True),
    Check("required", ("обязательные переменные и секреты сервисов", "required variables and secrets of the services"), required_environment,
          ("Сервис не запустится или запустится без защиты", "The service does not start, or starts unprotected"), fatal=True),
    Check("secret-table", ("docker-compose.yml и secrets.tsv об одном", "docker-compose.yml and secrets.tsv agree"), secrets_listed,
          ("init и doctor знают только таблицу", "init and doctor only use the table"), fatal=True),
    Check("limits", ("пределы, проверки здоровья, запреты, ротация", "limits, health checks, restrictions, rotation"), hardened,
          ("Один сервис без пределов остановит остальные", "One service without limits can stop the others"), fatal=True),
    Check("networks", ("общая сеть с Traefik и её полное имя в метке", "a common network with Traefik, and its full name in the label"), label_networks,
          ("Traefik ответит 502 или 504", "Traefik answers 502 or 504"), fatal=True),
    Check("edge-data", ("Traefik вне сетей данных", "Traefik off the data networks"), edge_off_data,
          ("Взломанный Traefik окажется рядом с базой", "A compromised Traefik would have access to the database"), fatal=True),
    Check("internal", ("сети данных internal", "data networks are internal"), data_internal,
          ("Порты базы могут оказаться снаружи", "The database's ports may become reachable from outside"), fatal=True),
    Check("scale", ("наши сервисы без container_name", "our services without container_name"), scalable,
          ("Вторую копию не запустить, обновление без простоя невозможно", "A second instance cannot be started, so updates need downtime"), fatal=True),
    Check("postgres", ("настройки PostgreSQL", "PostgreSQL's settings"), postgres_configured,
          ("Сервисы получат ECONNREFUSED или база окажется без защиты", "Services get ECONNREFUSED, or the database is open"),
          fatal=True),
    Check("redis", ("настройки Redis", "Redis' settings"), redis_configured,
          ("Redis займёт всю память или впустит любого", "Redis uses all memory, or accepts any client"), fatal=True),
]
