# SPDX-License-Identifier: MIT
"""The encrypted file that transfers data of server 2 to server 1: shared passwords and keys, the authority's certificate, the
WireGuard key, Dozzle's key pair, the bots. openssl encrypts it, an HMAC authenticates it; both keys are derived from a code that
the administrator types on server 1."""
import base64
import binascii
import hashlib
import hmac
import json
import os
import re
import secrets

import services
from say import Explained
from stack import link_files, settings, tree

HEAD = "tapbot-link-1"
# Without letters and digits that look alike; 24 characters have 118 bits.
LETTERS = "ABCDEFGHJKMNPQRSTUVWXYZ23456789"
GROUPS, GROUP = 6, 4
BYTES_MAX = 1 << 20
BOT_FILE = re.compile(r"[a-z][a-z0-9-]{0,31}\.(token|secret|key)")


class Wrong(Explained):
    """The file or the code is invalid."""


def shared():
    """The secrets that both servers need: those of services on server 1 and of the services of server 2 that they use."""
    names = ["redis_password", "n8n_db_password", "n8n_link_key", "n8n_setup_key", "qdrant_api_key"]
    for one in services.services():
        if "1" in one.servers:
            names += [f"{one.role}_password"] * bool(one.role) + [f"{one.short}_link_key"] * bool(one.key)
    return names


def bots():
    """{file: content} of the bots. Bots are added on the server with PostgreSQL and run on server 1."""
    names = sorted(os.listdir(tree.BOTS)) if os.path.isdir(tree.BOTS) else []
    return {name: link_files.read(os.path.join(tree.BOTS, name)) for name in names if BOT_FILE.fullmatch(name)}


def bots_of(files):
    return {name.partition(".")[0] for name in files if BOT_FILE.fullmatch(name)}


def bots_write(files):
    """Writes new and changed files, deletes those of bots of which `files` has none, and returns the names of these bots; the gateway
    rereads the folder within 10 seconds. Nothing is deleted if `files` has no bot at all: server 2 may have lost its folder, and
    these may be the last files."""
    uid, there = services.one("bot-gateway").uid, bots()
    for name in files:
        if BOT_FILE.fullmatch(name) and files[name] != there.get(name):
            settings.write_file(os.path.join(tree.BOTS, name), files[name], 0o400, uid, uid)
    gone = bots_of(there) - bots_of(files) if bots_of(files) else set()
    for name in there:
        if bots_of([name]) <= gone:
            os.unlink(os.path.join(tree.BOTS, name))
    return sorted(gone)


def code_make():
    letters = "".join(secrets.choice(LETTERS) for _ in range(GROUPS * GROUP))
    return "-".join(letters[at:at + GROUP] for at in range(0, len(letters), GROUP))


def keys(code, salt):
    """(password for openssl, key of the HMAC)"""
    plain = "".join(one for one in code.upper() if one in LETTERS)
    made = hashlib.scrypt(plain.encode(), salt=salt, n=1 << 14, r=8, p=1, dklen=64)
    return made[:32].hex(), made[32:]


def cipher(words, password, given):
    """The output of openssl. The password is passed through a pipe, because command lines are visible to other users."""
    reader, writer = os.pipe()
    try:
        os.write(writer, (password + "\n").encode())
        os.close(writer)
        return link_files.openssl("enc", "-aes-256-cbc", "-pbkdf2", "-iter", "10000", "-a", *words, "-pass", f"fd:{reader}",
                                  given=given, pass_fds=(reader,))
    finally:
        os.close(reader)


def mark(key, salt, text):
    return hmac.new(key, salt + text.encode(), hashlib.sha256).hexdigest()


def sealed(code):
    """The text of the encrypted file with the data of this server."""
    env, table = tree.env_read(), tree.secret_table()
    content = {"address": env["LINK_ADDRESS"], "public": link_files.own_public(), "public_address": env.get("PUBLIC_ADDRESS", ""),
               "authority": link_files.read(link_files.AUTHORITY),
               "pair": {name: link_files.read(path) for name, path in link_files.PAIR.items()}, "bots": bots(),
               "introduction": link_files.introduction(), "secrets": {name: table[name].read() for name in shared()}}
    salt = secrets.token_bytes(16)
    password, key = keys(code, salt)
    text = cipher(["-e"], password, json.dumps(content))
    return f"{HEAD}\n{base64.b64encode(salt).decode()}\n{mark(key, salt, text)}\n{text}"


def opened(text, code):
    """The decrypted content of such a file."""
    lines = text.replace("\r", "").split("\n", 3)
    if len(lines) != 4 or lines[0] != HEAD:
        raise Wrong("это не файл, который написал «deploy/tapbot link export»", "this is not a file of `deploy/tapbot link export`")
    try:
        salt = base64.b64decode(lines[1], validate=True)
    except binascii.Error:
        salt = b""
    password, key = keys(code, salt)
    if not hmac.compare_digest(mark(key, salt, lines[3]), lines[2]):
        raise Wrong("код не подходит, или файл по дороге испорчен", "the code is wrong, or the file is damaged")
    return json.loads(cipher(["-d"], password, lines[3]))
