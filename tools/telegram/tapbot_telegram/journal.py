# SPDX-License-Identifier: MIT
"""Records of calls and deliveries in the order of arrival, for tests."""
import collections
import time

RECORDS_MAX = 50000  # records of a kind; the oldest are dropped


class Journal:
    def __init__(self):
        self.calls, self.deliveries = collections.deque(maxlen=RECORDS_MAX), collections.deque(maxlen=RECORDS_MAX)
        self.number = 0

    def add(self, records, **fields):
        self.number += 1
        record = {"n": self.number, "at": time.time(), **fields}
        records.append(record)
        return record

    def call(self, **fields):
        return self.add(self.calls, **fields)

    def delivery(self, **fields):
        return self.add(self.deliveries, **fields)

    def clear(self):
        self.calls.clear()
        self.deliveries.clear()


def chosen(records, after, limit, wanted):
    """Records after number `after` that match all of `wanted`, at most `limit`."""
    found = []
    for record in reversed(records):
        if record["n"] <= after:
            break
        if all(record.get(name) == value for name, value in wanted.items()):
            found.append(record)
    return found[::-1][:limit]
