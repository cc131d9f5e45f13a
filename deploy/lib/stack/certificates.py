# SPDX-License-Identifier: MIT
"""Reads Traefik's certificates from acme.json in its volume."""
import base64
import calendar
import json
import os
import re
import socket
import ssl
import time
import urllib.parse

from stack import edge, settings, tree

VOLUME = "traefik-acme"
FILE = "acme.json"
EDGE = ("127.0.0.1", 443)
EDGE_SECONDS = 5


def acme_path():
    """The path of the file on this machine, or None."""
    folder = tree.volume(VOLUME)
    return os.path.join(folder, FILE) if folder else None


def _time(der, at):
    """(seconds since 1970, the next offset) of a UTCTime or GeneralizedTime."""
    kind, length = der[at], der[at + 1]
    digits = der[at + 2:at + 2 + length].decode("ascii", "replace")
    form = "%y%m%d%H%M%SZ" if kind == 0x17 else "%Y%m%d%H%M%SZ"
    return calendar.timegm(time.strptime(digits, form)), at + 2 + length


def ends(pem):
    """The end of validity of the first certificate of a PEM chain: its only SEQUENCE of two times."""
    body = re.search(rb"-----BEGIN CERTIFICATE-----(.*?)-----END", pem, re.S)
    der = base64.b64decode(body[1])
    for found in re.finditer(rb"\x30(?=[\x1e-\x22][\x17\x18])", der):
        try:
            _, second = _time(der, found.start() + 2)
            return _time(der, second)[0]
        except (ValueError, IndexError):
            continue
    raise ValueError("no validity")


def stored():
    """The content of acme.json: {} if there is none yet, None if it is not readable."""
    path = acme_path() if tree.engine() else None
    try:
        with open(path or "", encoding="utf-8") as file:
            return json.load(file)
    except (FileNotFoundError, ValueError):
        return {}
    except OSError:
        return None


def other_authority():
    """The host of the authority that issued the stored certificates if .env now names another one, otherwise None. Traefik
    would create an account at the new one but use the old certificates until they expire."""
    wanted = urllib.parse.urlsplit(tree.env_read().get("ACME_SERVER", "")).hostname
    for resolver in (stored() or {}).values():
        uri = (((resolver or {}).get("Account") or {}).get("Registration") or {}).get("uri", "")
        known = urllib.parse.urlsplit(uri).hostname
        if wanted and known and known != wanted and resolver.get("Certificates"):
            return known
    return None


def names_of(resolver):
    """[(first name, or "", certificate)] of the stored certificates of a resolver."""
    return [((one.get("domain") or {}).get("main", ""), one) for one in (resolver or {}).get("Certificates") or []]


def of_other_stacks():
    """The host names in the labels of the containers of other stacks, which Traefik may route, too."""
    there = tree.docker("ps", "-aq", "--filter", "label=traefik.enable").stdout.split()
    labels = [one["Config"]["Labels"] for one in (tree.docker_json("inspect", *there) or [] if there else [])]
    return {host for one in labels if one.get("com.docker.compose.project") != tree.PROJECT for value in one.values() for host in re.findall(r"[`\"]([^`\"]+)[`\"]", value)}


def of_other_domains():
    """The names of stored certificates that are neither of the domain in .env nor routed here. Traefik would try to renew them for ever, and
    the checks of their end would turn red."""
    ours = tree.domain()
    names = {name for resolver in (stored() or {}).values() for name, _ in names_of(resolver) if name and name != ours and not name.endswith(f".{ours}")}
    return sorted(names - set(edge.hosts()) - of_other_stacks()) if names else []


def put_aside(but=None):
    """Renames the file; with `but` a new one has its certificates without those of these names. Traefik must be stopped, because it would write
    the file again from memory."""
    path, known = acme_path(), stored()
    there = os.stat(path)
    os.rename(path, f"{path}.{time.strftime('%Y%m%d-%H%M%S')}")
    if but:
        left = {name: {**(one or {}), "Certificates": [each for main, each in names_of(one) if main not in but]} for name, one in known.items()}
        settings.write_file(path, json.dumps(left), 0o600, there.st_uid, there.st_gid)


def days():
    """{name: whole days left}, or None if acme.json is not readable."""
    known = stored()
    if known is None:
        return None
    left = {}
    for resolver in known.values():
        for one in (resolver or {}).get("Certificates") or []:
            try:
                end = ends(base64.b64decode(one["certificate"]))
            except (ValueError, KeyError, TypeError):
                continue
            for name in (one["domain"]["main"], *(one["domain"].get("sans") or [])):
                left[name] = int((end - time.time()) // 86400)
    return left


def authorities_known():
    """Whether this machine has a list of trusted authorities."""
    known = ssl.get_default_verify_paths()
    return bool(known.cafile or (known.capath and os.listdir(known.capath)))


def distrust(host):
    """Why a client with this machine's list of authorities rejects Traefik's certificate for the host, or None. Raises OSError
    if there is no answer."""
    try:
        with socket.create_connection(EDGE, timeout=EDGE_SECONDS) as plain, \
                ssl.create_default_context().wrap_socket(plain, server_hostname=host):
            return None
    except ssl.SSLCertVerificationError as error:
        return error.verify_message
    except ssl.SSLError as error:
        return error.reason or str(error)
