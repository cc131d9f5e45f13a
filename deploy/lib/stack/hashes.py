# SPDX-License-Identifier: MIT
"""bcrypt with libcrypt, which every Debian and Ubuntu has because login needs it. htpasswd would be another package, and Python
3.13 has no crypt module."""
import ctypes
import hmac
import os

COST = 10
# The size of struct crypt_data of libxcrypt. Each call has its own buffer, so that threads may share the library.
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
    """A new hash of a password; None without libcrypt."""
    output = ctypes.create_string_buffer(64)
    salt = LIBRARY.crypt_gensalt_rn(b"$2y$", COST, os.urandom(16), 16, output, len(output)) if LIBRARY else None
    return _crypt(password, salt.decode()) if salt else None


def matches(password, known):
    """Whether this is the password of that hash."""
    made = _crypt(password, known) if LIBRARY else None
    return made is not None and hmac.compare_digest(made, known)


def cost(known):
    """The cost of a bcrypt hash, 0 for anything else."""
    parts = known.split("$")
    if len(parts) == 4 and parts[1] in ("2a", "2b", "2y") and parts[2].isdigit() and len(parts[3]) == 53:
        return int(parts[2])
    return 0
