# SPDX-License-Identifier: MIT
"""Writes .env, and notes who changed what. What a value may look like is said here too, once for `init`
and for `doctor`."""
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
    """False where the list lets the whole Internet in."""
    return all(ipaddress.ip_network(one.strip()).prefixlen >= 8 for one in value.split(","))


def addresses_ok(value):
    try:
        return bool([ipaddress.ip_address(one.strip()) for one in value.split(",")])
    except ValueError:
        return False


def profiles_ok(value):
    known = {name for names in tree.SERVERS.values() for name in names} | set(tree.EXTRA_PROFILES)
    chosen = value.split(",")
    return set(chosen) <= known and any(name.startswith("server") for name in chosen)


# Every variable of .env that has a form: what is right, in words.
FORMS = {
    "TAPBOT_DOMAIN": (domain_ok, "имя без https://, например tapbot.kz", "a name without https://, like tapbot.kz"),
    "ACME_EMAIL": (email_ok, "адрес почты", "an e-mail address"),
    "ACME_SERVER": (acme_ok, "адрес https://... центра сертификации", "the https://... address of a CA"),
    "ADMIN_NETWORKS": (networks_ok, "сети через запятую: 198.51.100.7/32,10.0.100.0/24",
                       "networks, comma-separated: 198.51.100.7/32,10.0.100.0/24"),
    "PUBLIC_ADDRESS": (addresses_ok, "адреса через запятую", "addresses, comma-separated"),
    "COMPOSE_PROFILES": (profiles_ok, "server1, server2 и, если нужно, vectors, monitoring, admin через запятую",
                         "server1, server2 and, where wanted, vectors, monitoring, admin, comma-separated"),
}


def write_file(path, content, mode, uid=None, gid=None):
    """Whole or not at all; owner and mode are right before it has its name."""
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


def env_text(values):
    """The .env of these values, explained by the sample's own comments."""
    left, lines = dict(values), [HEAD]
    if os.path.exists(tree.ENV_SAMPLE):
        with open(tree.ENV_SAMPLE, encoding="utf-8") as sample:
            body = False
            for line in sample:
                # The sample's own head, up to its first empty line, is about the sample.
                body = body or not line.strip()
                found = re.match(r"#?([A-Z][A-Z0-9_]*)=(.*)", line)
                if found and found[1] in left:
                    lines.append(f"{found[1]}={left.pop(found[1])}\n")
                elif body or found:
                    lines.append(line)
    else:
        lines.append("\n")
    return "".join(lines) + "".join(f"{name}={value}\n" for name, value in left.items())


def env_write(values):
    write_file(tree.ENV_FILE, env_text(values), 0o600)


def note_change(verb, what, result):
    """One line a change, for whoever asks later: var/changes.log. Never a secret."""
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
