# SPDX-License-Identifier: MIT
"""Writes .env and the log of changes, and defines the format of each setting for `init` and `doctor`."""
import contextlib
import ipaddress
import json
import os
import re
import tempfile
import time

from stack import tree

ACME = {
    "staging": "https://acme-staging-v02.api.letsencrypt.org/directory",
    "production": "https://acme-v02.api.letsencrypt.org/directory",
}

HEAD = ("# Настройки этого сервера. Пишет и меняет: deploy/tapbot init. Секретов здесь нет, они в secrets/.\n"
        "# Settings of this server, written by deploy/tapbot init. No secrets here: they are in secrets/.\n")


def domain_ok(value):
    return re.fullmatch(r"(?=.{3,200}$)([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z][a-z0-9-]{0,61}[a-z0-9]", value)


def email_ok(value):
    return re.fullmatch(r"[^@\s,;'\"]+@[^@\s,;'\"]+\.[^@\s,;'\"]+", value)


def acme_ok(value):
    return re.fullmatch(r"https://[^\s'\"]+", value)


def networks_ok(value):
    try:
        return bool([ipaddress.ip_network(one.strip()) for one in value.split(",")])
    except ValueError:
        return False


def networks_narrow(value):
    """False if the list contains a large part of the Internet."""
    return all(ipaddress.ip_network(one.strip()).prefixlen >= 8 for one in value.split(","))


def addresses_ok(value):
    try:
        return bool([ipaddress.ip_address(one.strip()) for one in value.split(",")])
    except ValueError:
        return False


def private_ok(value):
    """Whether the value is a private IPv4 address; 0.0.0.0 would publish on all addresses."""
    try:
        address = ipaddress.IPv4Address(value)
        return any(address in ipaddress.IPv4Network(one) for one in ("10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16"))
    except ValueError:
        return False


def one_of(*known):
    return lambda value: value in known


def like(form):
    return lambda value: re.fullmatch(form, value, re.ASCII)


def host_bits(value):
    """(value, its network, its address as a network) of the first network with host bits set, or None."""
    for one in (part.strip() for part in value.split(",")):
        try:
            known = ipaddress.ip_interface(one)
        except ValueError:
            continue
        if known.ip != known.network.network_address:
            return one, known.network, f"{known.ip}/{known.max_prefixlen}"
    return None


def latin(value):
    """The DNS form (punycode) of a domain in other letters, or None."""
    try:
        return value.lower().encode("idna").decode() if not value.isascii() and "." in value else None
    except UnicodeError:
        return None


def profiles_ok(value):
    known = {name for names in tree.SERVERS.values() for name in names} | set(tree.EXTRA_PROFILES)
    chosen = value.split(",")
    return set(chosen) <= known and any(name.startswith("server") for name in chosen)


# An S3 storage of backups in restic's format.
STORAGE = r"s3:https?://[^\s,/]+/[^\s,]+"

# {variable of .env: (check of the format, description in Russian and English)}.
FORMS = {
    "TAPBOT_DOMAIN": (domain_ok, "имя без https://, например tapbot.kz", "a name without https://, like tapbot.kz"),
    "ACME_EMAIL": (email_ok, "адрес почты", "an e-mail address"),
    "ACME_SERVER": (acme_ok, "адрес https://... центра сертификации", "the https://... address of a CA"),
    "ADMIN_NETWORKS": (networks_ok, "сети через запятую: 198.51.100.7/32,10.0.100.0/24",
                       "networks, comma-separated: 198.51.100.7/32,10.0.100.0/24"),
    "TELEGRAM_NETWORKS": (networks_ok, "сети через запятую: 149.154.160.0/20,91.108.4.0/22",
                          "networks, comma-separated: 149.154.160.0/20,91.108.4.0/22"),
    "SITE_APARTMENTS_BOT": (like(r"(@?[A-Za-z]\w{4,31})?"), "имя бота, например tapbot_flats_bot", "a bot's username, like tapbot_flats_bot"),
    "SITE_TAXI_BOT": (like(r"(@?[A-Za-z]\w{4,31})?"), "имя бота, например tapbot_rides_bot", "a bot's username, like tapbot_rides_bot"),
    "SITE_PHONE": (like(r"(\+\d{8,15})?"), "телефон, например +77012345678", "a phone, like +77012345678"),
    "SITE_EMAIL": (email_ok, "адрес почты", "an e-mail address"),
    "TELEGRAM_ONLY": (one_of("true", "false"), "true или false", "true or false"),
    "RIDES_ENABLED": (one_of("true", "false"), "true или false", "true or false"),
    "RIDES_CONTACT_LINGER": (like(r"\d{1,4}m|(\d{1,2}|1[0-5]\d|16[0-8])h"), "время, например 24h, до 168h", "a time like 24h, at most 168h"),
    "FORWARD_INTERNAL_HOSTS": (like(r"[A-Za-z0-9.-]+(,[A-Za-z0-9.-]+)*"), "имена через запятую: n8n,flows", "names, comma-separated: n8n,flows"),
    "ALERT_PHONES": (like(r"(\+\d{8,15}(, ?\+\d{8,15})*)?"), "телефоны через запятую: +77012345678,+77770000000",
                     "phones, comma-separated: +77012345678,+77770000000"),
    "SMS_HOURLY": (like(r"[1-9]\d?|1\d\d|200"), "число от 1 до 200", "a number from 1 to 200"),
    "ALERT_WEBHOOK_URL": (like(r"(https://\S+)?"), "адрес https://...", "an https://... address"),
    "ALERT_QUIET": (like(r"((?:[01]\d|2[0-3]):[0-5]\d)-(?!\1)(?:[01]\d|2[0-3]):[0-5]\d"), "часы, например 23:00-08:00", "hours, like 23:00-08:00"),
    "ALERT_REPORT_AT": (like(r"(?:[01]\d|2[0-3]):[0-5]\d"), "время, например 09:00", "a time, like 09:00"),
    "BACKUP_TARGETS": (like(rf"({STORAGE}(,{STORAGE})*)?"), "адреса хранилищ через запятую: s3:https://хост/корзина",
                       "addresses of storages, comma-separated: s3:https://host/bucket"),
    "PUBLIC_ADDRESS": (addresses_ok, "адреса через запятую", "addresses, comma-separated"),
    "LINK_ADDRESS": (private_ok, "внутренний адрес IPv4, например 10.0.100.1", "an IPv4 address of a private network, like 10.0.100.1"),
    "LINK_PEER": (private_ok, "внутренний адрес IPv4, например 10.0.100.2", "an IPv4 address of a private network, like 10.0.100.2"),
    "LINK_PEER_PUBLIC": (like(r"[A-Za-z0-9+/]{42}[AEIMQUYcgkosw048]="), "ключ WireGuard, 44 знака", "a key of WireGuard, 44 characters"),
    "LINK_MTU": (like(r"1[23]\d\d|14[01]\d|1420"), "число от 1200 до 1420", "a number from 1200 to 1420"),
    "LINK_SSH_PORT": (like(r"[1-9]\d{0,4}"), "номер порта, например 22", "the number of a port, like 22"),
    "PEER_ADDRESS": (addresses_ok, "адреса другого сервера через запятую", "the other server's addresses, comma-separated"),
    "COMPOSE_PROFILES": (profiles_ok, "server1, server2 и, если нужно, vectors, monitoring, admin через запятую",
                         "server1, server2 and optionally vectors, monitoring, admin, comma-separated"),
    "LOG_LEVEL": (one_of("debug", "info", "warn", "error"), "debug, info, warn или error", "debug, info, warn or error"),
    "TAPBOT_ENVIRONMENT": (one_of("production", "staging", "demo", "test"), "production, staging, demo или test",
                           "production, staging, demo or test"),
    "TAPBOT_VERSION": (like(r"\w[\w.-]{0,127}"), "метка образа: латинские буквы, цифры, точка, - и _",
                       "a tag of images: Latin letters, digits, dot, - and _"),
    "DEPLOY_BAKE": (like(r"\d{1,4}"), "секунды, до 9999", "seconds, up to 9999"),
    "DEPLOY_WATCH": (like(r"\d{1,4}"), "секунды, до 9999", "seconds, up to 9999"),
    "TAPBOT_REVISION": (like(r"[\w.-]{1,64}"), "коммит", "a commit"),
    "SOURCE_DATE_EPOCH": (like(r"\d{1,10}"), "секунды с 1970 года", "seconds since 1970"),
    "TAPBOT_MICROHTTPD": (like(r"\d+\.\d+\.\d+"), "версия, например 1.0.10", "a version, like 1.0.10"),
}


# A value of an example. Only whole labels of a name: myexample.kz and your-flat.kz are domains like others.
PLACEHOLDER = re.compile(r"(?<![a-z])change[-_ ]?me(?![a-z])|(?<![\w-])(example\.|sample(?![\w-])|your[-_ ]?(domain|e?-?mail|name|site|server|host|bucket|"
                         r"password|secret|token|key|address)(?![a-z]))|placeholder|<[^>]+>|xxxx|поменя|замени", re.I)


def wrong_form(name, value):
    """What is wrong with a setting's value, in Russian and English, or None."""
    check, russian, english = FORMS.get(name, (None, "", ""))
    if check is None or check(value):
        return None
    if name == "TAPBOT_DOMAIN" and latin(value):
        return (f"имя латиницей; {value} в DNS пишется {latin(value)}", f"a name in Latin letters; {value} is {latin(value)} in DNS")
    if name == "ADMIN_NETWORKS" and host_bits(value):
        bits, network, address = host_bits(value)
        return (f"{bits} не сеть: вся сеть — {network}, один адрес — {address}",
                f"{bits} is not a network: the whole network is {network}, the single address is {address}")
    return russian, english


def doubts(name, value):
    """A warning about a valid but unusual value, in Russian and English, or None."""
    if name == "TAPBOT_DOMAIN" and value.startswith("www."):
        return (f"{value}: имя нужно без www, иначе сайт будет на www.{value}", f"{value}: use the name without www, otherwise the site is at www.{value}")
    if name == "ADMIN_NETWORKS" and not networks_narrow(value):
        return (f"ADMIN_NETWORKS={value} открывает половине Интернета страницы администраторов",
                f"ADMIN_NETWORKS={value} gives half of the Internet access to the administrators' pages")
    return None


def write_file(path, content, mode, uid=None, gid=None):
    """Replaces a file atomically; owner and mode are set before the rename."""
    handle, temporary = tempfile.mkstemp(dir=os.path.dirname(path), prefix=".new-")
    try:
        with os.fdopen(handle, "w", encoding="utf-8") as file:
            file.write(content)
            if uid is not None:
                os.fchown(file.fileno(), uid, gid)
            os.fchmod(file.fileno(), mode)
            file.flush()
            os.fsync(file.fileno())
        os.rename(temporary, path)
    except BaseException:
        os.unlink(temporary)
        raise


def quoted(value):
    """The value as written to .env: compose does not replace $NAME in single quotes."""
    return value if re.fullmatch(r"[\w./:,@+~%=-]*", value, re.ASCII) or "'" in value else f"'{value}'"


def env_text(values):
    """The text of .env with these values and the comments of the sample."""
    left, lines = dict(values), [HEAD]
    if os.path.exists(tree.ENV_SAMPLE):
        with open(tree.ENV_SAMPLE, encoding="utf-8") as sample:
            body = False
            for line in sample:
                # The head of the sample, up to its first empty line, is skipped.
                body = body or not line.strip()
                found = re.match(r"#?([A-Z][A-Z0-9_]*)=(.*)", line)
                if found and found[1] in left:
                    lines.append(f"{found[1]}={quoted(left.pop(found[1]))}\n")
                elif body or found:
                    lines.append(line)
    else:
        lines.append("\n")
    return "".join(lines) + "".join(f"{name}={quoted(value)}\n" for name, value in left.items())


def env_write(values):
    write_file(tree.ENV_FILE, env_text(values), 0o600)
    tree.forget()


def env_complete():
    """Appends the settings of the sample that .env does not have yet, as after an update. They are the defaults of the description, so
    nothing changes, but an administrator who edits a line finds it. A .env that cannot be written stays as it is: a deploy does not fail
    because of it."""
    known, sample = tree.env_read(), tree.env_read(tree.ENV_SAMPLE)
    added = "".join(f"{name}={quoted(value)}\n" for name, value in sample.items() if name not in known)
    with contextlib.suppress(OSError):
        with open(tree.ENV_FILE, encoding="utf-8") as file:
            before = file.read()
        if added:
            write_file(tree.ENV_FILE, before + "\n" * (not before.endswith("\n")) + added, 0o600)
            tree.forget()


def note_change(verb, what, result):
    """Appends a line about a change to var/changes.log. Must not contain secrets."""
    folder = os.environ.get("TAPBOT_VAR") or os.path.join(tree.ROOT, "var")
    line = {"time": time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime()),
            "who": os.environ.get("SUDO_USER") or os.environ.get("USER") or str(os.getuid()),
            "verb": verb, "what": what, "result": result}
    try:
        os.makedirs(folder, exist_ok=True)
        with open(os.path.join(folder, "changes.log"), "a", encoding="utf-8") as log:
            log.write(json.dumps(line, ensure_ascii=False) + "\n")
    except OSError:
        pass
