# SPDX-License-Identifier: MIT
"""A connection to PostgreSQL by libpq. A test makes hundreds of statements, and a psql for each would take 20 ms of CPU time, most of
it for the password."""
import base64
import ctypes
import hashlib
import hmac
import os
import secrets
import select

PQ = ctypes.CDLL("libpq.so.5")
NOTICE = ctypes.CFUNCTYPE(None, ctypes.c_void_p, ctypes.c_char_p)
ROW, TEXT, NUMBER = ctypes.c_void_p, ctypes.c_char_p, ctypes.c_int
for name, returned, *parameters in (
        ("PQconnectdb", ROW, TEXT), ("PQfinish", None, ROW), ("PQstatus", NUMBER, ROW), ("PQsocket", NUMBER, ROW),
        ("PQerrorMessage", TEXT, ROW), ("PQsetNoticeProcessor", ROW, ROW, NOTICE, ROW), ("PQsendQuery", NUMBER, ROW, TEXT),
        ("PQconsumeInput", NUMBER, ROW), ("PQisBusy", NUMBER, ROW), ("PQgetResult", ROW, ROW), ("PQclear", None, ROW),
        ("PQresultStatus", NUMBER, ROW), ("PQresultErrorMessage", TEXT, ROW), ("PQntuples", NUMBER, ROW), ("PQnfields", NUMBER, ROW),
        ("PQgetvalue", TEXT, ROW, NUMBER, NUMBER)):
    getattr(PQ, name).restype, getattr(PQ, name).argtypes = returned, parameters
CONNECTION_OK, EMPTY_QUERY, COMMAND_OK, TUPLES_OK = 0, 0, 1, 2
IGNORED = NOTICE(lambda *_: None)


def verifier(password):
    """The password as a role stores it, with one iteration instead of 4096, which take 5 ms on each side of each connection."""
    salt = secrets.token_bytes(16)
    salted = hashlib.pbkdf2_hmac("sha256", password.encode(), salt, 1)
    client, server = (hmac.digest(salted, word, "sha256") for word in (b"Client Key", b"Server Key"))
    salt, stored, server = (base64.b64encode(one).decode() for one in (salt, hashlib.sha256(client).digest(), server))
    return f"SCRAM-SHA-256$1:{salt}${stored}:{server}"


class Connection:
    """Each call has a session like a new one. The connection ends with the object, and is not for threads to share."""

    def __init__(self, url):
        self.url, self.pid, self.raw = url, 0, None

    def __del__(self):
        self.close()

    def close(self):
        # The server would take the end of a forked process for the end of the connection.
        if self.raw and self.pid == os.getpid():
            PQ.PQfinish(self.raw)
        self.raw = None

    def sql(self, text):
        """The rows of all statements as lines, columns joined by |. RuntimeError has PostgreSQL's message."""
        if not self._alive():
            self._connect()
        try:
            rows = self._results(text)
            self._results("DISCARD ALL")
        except BaseException:
            self.close()
            raise
        return rows

    def _alive(self):
        """Whether the server has left the connection open. To an idle one it sends nothing but a reason to end it, which may come before
        the end, or a notice."""
        return bool(self.raw) and self.pid == os.getpid() and not select.select([PQ.PQsocket(self.raw)], [], [], 0)[0]

    def _connect(self):
        self.close()
        self.raw, self.pid = PQ.PQconnectdb(self.url.encode()), os.getpid()
        if PQ.PQstatus(self.raw) != CONNECTION_OK:
            why = PQ.PQerrorMessage(self.raw).decode(errors="replace")
            self.close()
            raise RuntimeError(why)
        PQ.PQsetNoticeProcessor(self.raw, IGNORED, None)

    def _results(self, text):
        if not PQ.PQsendQuery(self.raw, text.encode()):
            raise RuntimeError(PQ.PQerrorMessage(self.raw).decode(errors="replace"))
        rows = []
        while result := self._result():
            try:
                status = PQ.PQresultStatus(result)
                if status not in (EMPTY_QUERY, COMMAND_OK, TUPLES_OK):
                    raise RuntimeError(PQ.PQresultErrorMessage(result).decode(errors="replace"))
                rows += ["|".join(PQ.PQgetvalue(result, row, column).decode() for column in range(PQ.PQnfields(result)))
                         for row in range(PQ.PQntuples(result))]
            finally:
                PQ.PQclear(result)
        return "\n".join(rows)

    def _result(self):
        """The next result, or None. Waits in Python, which so handles signals."""
        while PQ.PQisBusy(self.raw):
            select.select([PQ.PQsocket(self.raw)], [], [])
            if not PQ.PQconsumeInput(self.raw):
                break
        return PQ.PQgetResult(self.raw)
