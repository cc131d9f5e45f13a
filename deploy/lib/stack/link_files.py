# SPDX-License-Identifier: MIT
"""The files and settings of the link between two servers, in secrets/link and .env: this server's WireGuard key, the file of the
interface, and an ssh key; on server 2 also our certificate authority and PostgreSQL's certificate. Server 1 has only the
authority's certificate."""
import base64
import os
import re
import secrets
import tempfile
import time

from stack import certificates, settings, tree

FOLDER = os.path.join(tree.SECRETS, "link")
KEY = os.path.join(FOLDER, "wireguard.key")
INTERFACE = os.path.join(FOLDER, "wg-tapbot.conf")
AUTHORITY_KEY = os.path.join(FOLDER, "ca.key")
# Mounted into containers as a folder, so that a renewed file is visible without a restart.
PUBLIC = os.path.join(FOLDER, "public")
AUTHORITY = os.path.join(PUBLIC, "ca.crt")
POSTGRES = os.path.join(FOLDER, "postgres")
CERTIFICATE, CERTIFICATE_KEY = os.path.join(POSTGRES, "server.crt"), os.path.join(POSTGRES, "server.key")
POSTGRES_UID = 999
# One key pair for the page on server 1 and the agent on server 2, which authenticates both.
DOZZLE = os.path.join(FOLDER, "dozzle")
PAIR = {"cert": os.path.join(DOZZLE, "cert.pem"), "key": os.path.join(DOZZLE, "key.pem")}
DOZZLE_UID = 10060
# For ssh to the other server: this server's key, the public key of the other one, and the host key of its sshd.
SSH = os.path.join(FOLDER, "ssh")
SSH_KEY, SSH_PEER, SSH_HOSTS = (os.path.join(SSH, name) for name in ("key", "peer.pub", "known_hosts"))
HOST_KEY = "/etc/ssh/ssh_host_ed25519_key.pub"
# The base64 part of an ed25519 public key.
ED25519 = re.compile(r"AAAAC3NzaC1lZDI1NTE5AAAAI[A-Za-z0-9+/]{43}")

DEVICE = "wg-tapbot"
PORT = 51820
MTU = "1420"
AUTHORITY_DAYS, CERTIFICATE_DAYS, RENEW_DAYS = 7300, 1095, 60
# The prefix of an X25519 private key in PKCS #8, before its 32 bytes.
PKCS8 = bytes.fromhex("302e020100300506032b656e04220420")
AUTHORITY_FORM = """[req]
distinguished_name = name
x509_extensions = authority
[name]
[authority]
basicConstraints = critical,CA:TRUE,pathlen:0
keyUsage = critical,keyCertSign,cRLSign
subjectKeyIdentifier = hash
"""
PAIR_FORM = """[req]
distinguished_name = name
x509_extensions = pair
[name]
[pair]
keyUsage = critical,digitalSignature
extendedKeyUsage = serverAuth,clientAuth
subjectAltName = DNS:dozzle
"""
CERTIFICATE_FORM = """basicConstraints = critical,CA:FALSE
keyUsage = critical,digitalSignature
extendedKeyUsage = serverAuth
subjectAltName = DNS:postgres,IP:{address}
"""


class Failed(Exception):
    """openssl has failed. Argument: its message."""


def openssl(*words, **options):
    done = tree.run("openssl", *words, **options)
    if done.returncode:
        raise Failed((done.stderr.strip().splitlines() or ["openssl"])[-1][:200])
    return done.stdout


def body(pem):
    return base64.b64decode("".join(line for line in pem.splitlines() if not line.startswith("-----")))


def key_make():
    """A WireGuard private key in the format of `wg genkey`."""
    return base64.b64encode(body(openssl("genpkey", "-algorithm", "X25519"))[-32:]).decode()


def public_of(key):
    """The public key of a private key, in the format of `wg pubkey`."""
    text = base64.b64encode(PKCS8 + base64.b64decode(key)).decode()
    pem = f"-----BEGIN PRIVATE KEY-----\n{text}\n-----END PRIVATE KEY-----\n"
    return base64.b64encode(body(openssl("pkey", "-pubout", given=pem))[-32:]).decode()


def read(path):
    """The text of a file, or None if it cannot be read. Invalid UTF-8, as in the comment of a key, is replaced."""
    try:
        with open(path, encoding="utf-8", errors="replace") as file:
            return file.read()
    except OSError:
        return None


def own_public():
    """This server's public key, or None."""
    key = read(KEY)
    return public_of(key.strip()) if key else None


def ssh_public(path):
    """The base64 part of the public key in a file; "" if there is none."""
    found = ED25519.search(read(path) or "")
    return found[0] if found else ""


def ssh_peer():
    """The other server's key, or ""."""
    return ssh_public(SSH_PEER)


def ssh_make():
    """Creates the ssh key if it is missing. Without ssh-keygen there is none, and the other server is not queried."""
    if not read(SSH_KEY):
        tree.run("ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-C", "tapbot-link", "-f", SSH_KEY)


def introduction():
    """The argument for `link peer` on the other server: this server's WireGuard key, its ssh client key, and the host key of its
    sshd, separated by dots."""
    return ".".join((own_public() or "", ssh_public(SSH_KEY + ".pub"), ssh_public(HOST_KEY))).rstrip(".")


def introduced(word):
    """The three keys of such an argument, "" for missing ssh keys; None if it is invalid."""
    parts = (word.split(".") + ["", ""])[:3] if word.count(".") < 3 else [""]
    if settings.wrong_form("LINK_PEER_PUBLIC", parts[0]) or any(part and not ED25519.fullmatch(part) for part in parts[1:]):
        return None
    return parts


def ssh_peer_write(address, key, host):
    """Stores the other server's ssh keys. Missing keys clear the stored ones, because a reinstalled server has new keys."""
    for path, known, line in ((SSH_PEER, key, f"ssh-ed25519 {key} tapbot-link"), (SSH_HOSTS, host, f"{address} ssh-ed25519 {host}")):
        settings.write_file(path, line + "\n" if known else "", 0o600)


def folders():
    for path, uid, mode in ((tree.SECRETS, 0, 0o711), (FOLDER, 0, 0o711), (PUBLIC, 0, 0o755), (POSTGRES, POSTGRES_UID, 0o500),
                            (DOZZLE, DOZZLE_UID, 0o500), (SSH, 0, 0o700)):
        os.makedirs(path, exist_ok=True)
        os.chown(path, uid, 0)
        os.chmod(path, mode)


def self_signed(form, name):
    """(certificate, key) for that name, valid for AUTHORITY_DAYS."""
    with tempfile.TemporaryDirectory() as folder:
        path, key, made = (os.path.join(folder, part) for part in ("form", "key", "made"))
        settings.write_file(path, form, 0o600)
        openssl("req", "-x509", "-config", path, "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-keyout", key,
                "-out", made, "-days", str(AUTHORITY_DAYS), "-subj", f"/CN={name}")
        return read(made), read(key)


def authority_make():
    """Writes the key last: make() creates both again if it is missing."""
    made, key = self_signed(AUTHORITY_FORM, "tapbot link")
    settings.write_file(AUTHORITY, made, 0o444)
    settings.write_file(AUTHORITY_KEY, key, 0o400)


def pair_make():
    """As long valid as the authority, because a new pair has to be copied to the other server."""
    made, key = self_signed(PAIR_FORM, "dozzle")
    pair_write({"cert": made, "key": key})


def pair_write(values):
    for name, path in PAIR.items():
        settings.write_file(path, values[name], 0o400, DOZZLE_UID, DOZZLE_UID)


def certificate_make(address, days=CERTIFICATE_DAYS):
    """Creates PostgreSQL's certificate for that address of the link, with a new key."""
    with tempfile.TemporaryDirectory() as folder:
        form, key, asked, made = (os.path.join(folder, name) for name in ("form", "key", "asked", "made"))
        settings.write_file(form, CERTIFICATE_FORM.format(address=address), 0o600)
        openssl("req", "-new", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-keyout", key, "-out", asked,
                "-subj", "/CN=postgres")
        openssl("x509", "-req", "-in", asked, "-CA", AUTHORITY, "-CAkey", AUTHORITY_KEY, "-set_serial", f"0x{secrets.token_hex(16)}",
                "-days", str(days), "-extfile", form, "-out", made)
        settings.write_file(CERTIFICATE_KEY, read(key), 0o400, POSTGRES_UID, POSTGRES_UID)
        settings.write_file(CERTIFICATE, read(made), 0o444, POSTGRES_UID, POSTGRES_UID)


def days_left(path):
    """Days until a certificate expires; None if there is none."""
    pem = read(path)
    return int((certificates.ends(pem.encode()) - time.time()) // 86400) if pem else None


def interface_text(env, key):
    """The configuration for wg-quick; without a peer as long as the other server's key is unknown."""
    lines = ["# deploy/tapbot init и deploy/tapbot link пишут этот файл заново. Written by them anew.", "[Interface]",
             f"Address = {env['LINK_ADDRESS']}/32", f"ListenPort = {PORT}", f"PrivateKey = {key}", f"MTU = {env.get('LINK_MTU') or MTU}"]
    if env.get("LINK_PEER_PUBLIC"):
        lines += ["", "[Peer]", f"PublicKey = {env['LINK_PEER_PUBLIC']}", f"AllowedIPs = {env['LINK_PEER']}/32"]
        other = env.get("PEER_ADDRESS", "").split(",")[0].strip()
        if other:
            lines.append(f"Endpoint = {f'[{other}]' if ':' in other else other}:{PORT}")
        # A NAT router on the path drops idle mappings.
        lines.append("PersistentKeepalive = 25")
    return "\n".join(lines) + "\n"


def make():
    """Creates missing keys and writes the interface's file for the current .env. Does nothing without a link. Returns whether the
    file has changed."""
    number, env = tree.link_server(), tree.env_read()
    if number is None:
        return False
    folders()
    if not read(KEY):
        settings.write_file(KEY, key_make(), 0o400)
    ssh_make()
    if number == "2" and not read(AUTHORITY_KEY):
        authority_make()
    if number == "2" and not read(CERTIFICATE):
        certificate_make(env["LINK_ADDRESS"])
    if number == "2" and not all(map(read, PAIR.values())):
        pair_make()
    wanted, there = interface_text(env, read(KEY).strip()), read(INTERFACE)
    if wanted != there:
        settings.write_file(INTERFACE, wanted, 0o600)
    return wanted != there


def other_address(address):
    """The other server's address on the link: .1 for .2 and the reverse."""
    network, _, last = address.rpartition(".")
    return f"{network}.{'2' if last == '1' else '1'}"


def compose_file(env, number):
    """COMPOSE_FILE with the link's description for that server; without it if there is no link."""
    files = [one for one in env.get("COMPOSE_FILE", "docker-compose.yml").split(":") if not one.startswith("deploy/compose/link.")]
    if number:
        files.insert(1, f"deploy/compose/link.server{number}.yml")
    return ":".join(files)


def values(env, number):
    """The settings of the link in .env, for server `number` if PEER_ADDRESS is set, otherwise for no link."""
    linked = number if env.get("PEER_ADDRESS") and number in ("1", "2") else None
    found = {"COMPOSE_FILE": compose_file(env, linked)}
    if linked:
        own, peer = env.get("LINK_ADDRESS"), env.get("LINK_PEER")
        if f"link.server{'2' if linked == '1' else '1'}." in env.get("COMPOSE_FILE", ""):
            own, peer = peer, own  # the former number was a mistake
        found["LINK_ADDRESS"] = own or f"10.0.100.{linked}"
        found["LINK_PEER"] = peer or other_address(found["LINK_ADDRESS"])
        found["HEALTH_PEER_URL"] = f"http://{found['LINK_PEER']}:7000"
        found["HEALTH_PEER_PUBLIC_URL"] = f"https://health{'2' if linked == '1' else ''}.{env['TAPBOT_DOMAIN']}"
    elif env.get("LINK_ADDRESS"):
        found.update(dict.fromkeys(("LINK_ADDRESS", "LINK_PEER", "HEALTH_PEER_URL", "HEALTH_PEER_PUBLIC_URL"), ""))
    if found["COMPOSE_FILE"] == "docker-compose.yml":
        del found["COMPOSE_FILE"]
    return found
