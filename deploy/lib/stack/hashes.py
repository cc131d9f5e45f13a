# SPDX-License-Identifier: MIT
"""bcrypt by the C library's own crypt: libcrypt is on every Debian and Ubuntu (login needs it), while
htpasswd is a package more and Python's crypt module left with 3.13."""
import ctypes
import hmac
import os

COST = 10
# struct crypt_data of libxcrypt: 32768 bytes; each call has its own, so that threads may share the library.
CRYPT_DATA = 32768


def _library():
    for name in ("libcrypt.so.1", "libcrypt.so.2"):
        try:
            library = ctypes.CDLL(name)
            library.crypt_r.restype = ctypes.c_char_p
            library.crypt_r.argtypes = [ctypes.c_char_p, ctypes.c_char_p, ctypes.c_void_p]
            library.crypt_gensalt_rn.restype = ctypes.c_char_p
            library.crypt_gensalt_rn.argtypes = [ctypes.c_char_p, ctypes.c_ulong, ctypes.c_char_p, ctypes.c_int,
                                                 ctypes.c_void_p, ctypes.c_int]
            return library
        except (OSError, AttributeError):
            continue
    return None


LIBRARY = _library()


def _crypt(password, setting):
    data = ctypes.create_string_buffer(CRYPT_DATA)
    made = LIBRARY.crypt_r(password.encode(), setting.encode(), data)
    made = made.decode("ascii", "replace") if made else "*"
    return None if made.startswith("*") else made


def available():
    return LIBRARY is not None


def make(password):
    """A new hash of a password; None where the machine cannot."""
    room = ctypes.create_string_buffer(64)
    salt = LIBRARY.crypt_gensalt_rn(b"$2y$", COST, os.urandom(16), 16, room, len(room)) if LIBRARY else None
    return _crypt(password, salt.decode()) if salt else None


def matches(password, known):
    """Is this the password of that hash?"""
    made = _crypt(password, known) if LIBRARY else None
    return made is not None and hmac.compare_digest(made, known)


def cost(known):
    """The cost of a bcrypt hash, 0 for anything else."""
    parts = known.split("$")
    if len(parts) == 4 and parts[1] in ("2a", "2b", "2y") and parts[2].isdigit() and len(parts[3]) == 53:
        return int(parts[2])
    return 0
