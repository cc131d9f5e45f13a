# SPDX-License-Identifier: MIT
"""restic with cheap keys. Its `init` and `key add` choose a cost of scrypt with which each opening of the repository takes half a second
of a processor, and have no option for it. Here they are followed by a program that encrypts the new key again, with the least cost.
The format of a key: https://restic.readthedocs.io/en/stable/100_references.html#keys-encryption-and-mac"""
import base64
import contextlib
import glob
import hashlib
import json
import os
import shlex
import shutil
import subprocess
import sys
import tempfile

CHEAP = {"N": 2, "r": 1, "p": 1}
# The key of a repository that is not in a folder remains.
WRAPPER = """#!/bin/sh
case " $* " in
*" --repo /"*" init "* | *" --repo /"*" key add "*) {restic} "$@" && exec {python} {script} "$@" ;;
*) exec {restic} "$@" ;;
esac
"""


@contextlib.contextmanager
def cheap_keys(program=None):
    """Such a restic is the first one in PATH: the given program, or that of the machine."""
    folder, before = tempfile.mkdtemp(prefix="tapbot-restic-"), os.environ["PATH"]  # no TemporaryDirectory: the process of each unit would delete it
    try:
        os.chmod(folder, 0o755)
        path = os.path.join(folder, "restic")
        with open(path, "w", encoding="utf-8") as file:
            file.write(WRAPPER.format(restic=program or shutil.which("restic"), python=shlex.quote(sys.executable), script=shlex.quote(os.path.realpath(__file__))))
        os.chmod(path, 0o755)
        os.environ["PATH"] = f"{folder}:{before}"
        yield
    finally:
        os.environ["PATH"] = before
        shutil.rmtree(folder, ignore_errors=True)


def aes(cipher, key, text, *more):
    return subprocess.run(["openssl", "enc", cipher, "-nopad", "-K", key.hex(), *more], input=text, capture_output=True, check=True).stdout


def cheap(content, password):
    """(name, content) of the key file with the least cost; None if it has that already."""
    known = json.loads(content)
    if known["N"] == CHEAP["N"]:
        return None

    def keys():
        return hashlib.scrypt(password, salt=base64.b64decode(known["salt"]), n=known["N"], r=known["r"], p=known["p"], dklen=64, maxmem=1 << 30)
    data = base64.b64decode(known["data"])
    iv, text = data[:16], data[16:-16]
    text = aes("-aes-256-ctr", keys()[:32], text, "-iv", iv.hex())
    known = {**known, **CHEAP}
    made = keys()
    text = aes("-aes-256-ctr", made[:32], text, "-iv", iv.hex())
    # Poly1305-AES
    code, factor = 0, int.from_bytes(made[48:], "little") & 0x0ffffffc0ffffffc0ffffffc0fffffff
    for at in range(0, len(text), 16):
        code = (code + int.from_bytes(text[at:at + 16] + b"\1", "little")) * factor % ((1 << 130) - 5)
    code = (code + int.from_bytes(aes("-aes-128-ecb", made[32:48], iv), "little")) % (1 << 128)
    made = json.dumps({**known, "data": base64.b64encode(iv + text + code.to_bytes(16, "little")).decode()}).encode()
    return hashlib.sha256(made).hexdigest(), made


def main(words):
    options = dict(zip(words, words[1:]))
    with open(options.get("--new-password-file") or options.get("--password-file") or os.environ["RESTIC_PASSWORD_FILE"], "rb") as file:
        password = file.read().strip()
    for path in glob.glob(os.path.join(glob.escape(options["--repo"]), "keys", "*")):
        with open(path, "rb") as file:
            made = cheap(file.read(), password)
        if made:
            with open(os.path.join(os.path.dirname(path), made[0]), "xb", opener=lambda name, flags: os.open(name, flags, 0o400)) as file:
                file.write(made[1])
            os.unlink(path)


if __name__ == "__main__":
    main(sys.argv[1:])
