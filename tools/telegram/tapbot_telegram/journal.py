# SPDX-License-Identifier: MIT
"""What was called and delivered, in the order of arrival, for tests to look at."""
import collections
import time

KEPT_MAX = 50000  # records of a kind; the oldest go first


class Journal:
    def __init__(self):
        self.calls, self.deliveries = collections.deque(maxlen=KEPT_MAX), collections.deque(maxlen=KEPT_MAX)
        self.number = 0

    def add(self, records, **told):
        self.number += 1
        record = {"n": self.number, "at": time.time(), **told}
        records.append(record)
        return record

    def call(self, **told):
        return self.add(self.calls, **told)

    def delivery(self, **told):
        return self.add(self.deliveries, **told)

    def clear(self):
        self.calls.clear()
        self.deliveries.clear()


def chosen(records, after, limit, wanted):
    """Records behind number `after` that have all of `wanted`, at most `limit` of them."""
    found = []
    for record in reversed(records):
        if record["n"] <= after:
            break
        if all(record.get(name) == value for name, value in wanted.items()):
            found.append(record)
    return found[::-1][:limit]
