# SPDX-License-Identifier: MIT
"""Compares a new instance of a service with the old ones by Traefik's access log. Pure except for reading the log."""
import collections
import json
import os

LOG_MAX = 64 << 20   # at most so many of the newest bytes of the log are read
REQUESTS_MIN = 20    # with fewer requests there is no verdict
ERRORS_MORE = 0.01   # allowed excess over the old instances' share of 5xx
ERRORS_MOST = 0.05   # allowed share of 5xx after a deploy; health's check of a service turns red above the same share in a minute
SLOWER = 2           # allowed multiple of the old instances' p95
SLOW_SECONDS = 0.05  # a p95 below this is never too slow: with few requests it is random

# `address` is the instance's HOST:PORT, `kind` "read" or "write", `seconds` the time until the last byte.
Answer = collections.namedtuple("Answer", "address kind status seconds")


def answer_of(line):
    """The Answer of a line of the access log, or None if the request did not reach an instance."""
    try:
        entry = json.loads(line)
        address, status = entry["ServiceAddr"], int(entry["OriginStatus"] or entry["DownstreamStatus"])
        return Answer(address, "read" if entry["RequestMethod"] in ("GET", "HEAD") else "write", status, entry["Duration"] / 1e9)
    except (ValueError, KeyError, TypeError):
        return None


class Since:
    """The lines written to the access log from now on, across rotations."""

    def __init__(self, folder):
        self.folder = folder
        self.known = {known.st_ino: known.st_size for _, known in self._files()}

    def _files(self):
        """(path, stat) of its files, the oldest first."""
        found = []
        for name in ("access.log.2", "access.log.1", "access.log"):
            path = os.path.join(self.folder, name)
            try:
                found.append((path, os.stat(path)))
            except OSError:
                continue
        return found

    def answers(self):
        left, parts = LOG_MAX, []
        for path, known in reversed(self._files()):
            begin = self.known.get(known.st_ino, 0)
            if begin > known.st_size:  # a new file with the inode of a deleted one
                begin = 0
            begin = max(begin, known.st_size - left)
            if known.st_size > begin and left > 0:
                left -= known.st_size - begin
                with open(path, "rb") as file:
                    file.seek(begin)
                    parts.append(file.read(known.st_size - begin))
        lines = b"".join(reversed(parts)).splitlines()
        return [answer for answer in map(answer_of, lines) if answer]


def p95(answers):
    times = sorted(one.seconds for one in answers)
    return times[int(len(times) * 0.95)]


def errors(answers):
    """The share of 5xx; 0 without answers."""
    return sum(one.status >= 500 for one in answers) / len(answers) if answers else 0.0


def fails(answers, addresses):
    """Whether more than ERRORS_MOST of the answers of these instances, and enough to judge by, are errors."""
    ours = [one for one in answers if one.address in addresses]
    return len(ours) >= REQUESTS_MIN and errors(ours) > ERRORS_MOST


def verdict(answers, new, old):
    """What is worse at the instance `new` than at the instances `old`, in Russian and English, or None. Reads and writes are
    compared separately, so that a few failed writes are not hidden by many reads."""
    for kind, russian, english in (("read", "чтений", "reads"), ("write", "изменений", "writes")):
        ours = [one for one in answers if one.address == new and one.kind == kind]
        others = [one for one in answers if one.address in old and one.kind == kind]
        if len(ours) < REQUESTS_MIN:
            continue
        share, before = errors(ours), errors(others)
        if share > before + ERRORS_MORE:
            return (f"из {len(ours)} {russian} новая копия ответила ошибкой 5xx на {share:.1%}, старая на {before:.1%}",
                    f"of {len(ours)} {english} the new instance answered {share:.1%} with 5xx, the old one {before:.1%}")
        if len(others) >= REQUESTS_MIN and p95(ours) > max(SLOW_SECONDS, SLOWER * p95(others)):
            return (f"p95 {russian} у новой копии {p95(ours) * 1000:.0f} мс, у старой {p95(others) * 1000:.0f}",
                    f"the p95 of {english} is {p95(ours) * 1000:.0f} ms at the new instance, {p95(others) * 1000:.0f} at the old one")
    return None
