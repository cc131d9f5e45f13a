# SPDX-License-Identifier: MIT
"""The key of the copies: eight groups of four letters, of which people keep a recovery card on paper. The password of a server's
restic repository is derived from the key and the server's name, so one card opens the copies of both servers."""
import hashlib
import hmac
import re
import secrets

# Crockford's base32: no I, L, O and U. 30 letters are random (150 bits), two are their checksum.
ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
GROUPS, WIDTH = 8, 4
RANDOM = GROUPS * WIDTH - 2
# Letters that look like digits, and Cyrillic ones that look like these: the keyboard may be Russian.
MISREAD = str.maketrans("OILАВЕКМНОРСТУХЗ", "011ABEKMH0PCTYX3")


def checksum(body):
    number = int.from_bytes(hashlib.sha256(body.encode()).digest()[:2], "big")
    return ALPHABET[number >> 5 & 31] + ALPHABET[number & 31]


def make():
    body = "".join(secrets.choice(ALPHABET) for _ in range(RANDOM))
    return body + checksum(body)


def tidy(typed):
    """What a person has typed from paper, without blanks, in one case, in the letters of the key."""
    return re.sub(r"[\s-]", "", typed).upper().translate(MISREAD)


def read(typed):
    """The key, or None if it is incomplete or misspelt."""
    key = tidy(typed)
    return key if len(key) == GROUPS * WIDTH and set(key) <= set(ALPHABET) and checksum(key[:RANDOM]) == key[RANDOM:] else None


def groups(key):
    return [key[at:at + WIDTH] for at in range(0, len(key), WIDTH)]


def password(key, server):
    """HKDF-SHA256 (RFC 5869), one block."""
    pseudorandom = hmac.digest(b"tapbot backup", key.encode(), "sha256")
    return hmac.digest(pseudorandom, server.encode() + b"\x01", "sha256").hex()
