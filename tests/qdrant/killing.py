# SPDX-License-Identifier: MIT
"""search-api as a program synchronises Qdrant with PostgreSQL and is killed with -9 in between, and so is Qdrant if that is
possible. People are erased while search-api is down. At the end Qdrant and PostgreSQL have the same vectors."""
import json
import random
import urllib.error
import urllib.request

from stand import TENANT, Stand, wait_until

DOCUMENTS, KILLS, DIMENSIONS, SECONDS = 4000, 3, 8, 60
PREFIX = "tapbot_check_killed"
KEY = "ab" * 32
GENERATION = f"""INSERT INTO search.generation (key, model, asked, dimensions, query_prefix, passage_prefix, normaliser, probes,
    state, queued_below) VALUES ('\\x{KEY}', 'one', 0, {DIMENSIONS}, '', '', 1, '\\x{"00" * 12 * DIMENSIONS}', 'serving', 0)"""
DOCUMENT = f"""INSERT INTO search.document (tenant_id, id, source, version, user_id, text, sent_at, length, normaliser, terms)
    SELECT '{TENANT}', n, 'api', 1, n % 10, 'слово', to_timestamp(n), 1, 1, '' FROM generate_series(1, {DOCUMENTS}) n"""
VECTOR = """INSERT INTO search.document_vector (generation, number, hash, vector, truncated)
    SELECT g.number, d.number, '\\x00000000000000000000000000000000', '\\x0102030405060708', false
    FROM search.document d, search.generation g"""
ROWS = "SELECT number, tx FROM search.document_vector ORDER BY number"
RETIRE = "UPDATE search.generation SET state = 'retired', retired_at = now()"


class Qdrant:
    def __init__(self, url, key):
        self.url, self.key, self.path = url, key, f"/collections/{PREFIX}__{KEY}"

    def ask(self, path, body):
        request = urllib.request.Request(self.url + path, data=json.dumps(body).encode(), method="POST",
                                         headers={"api-key": self.key, "Content-Type": "application/json"})
        with urllib.request.urlopen(request, timeout=20) as answer:
            return json.loads(answer.read()).get("result")

    def count(self):
        """The number of points; -1: no collection, or no answer."""
        try:
            return self.ask(f"{self.path}/points/count", {"exact": True})["count"]
        except OSError:
            return -1

    def rows(self):
        """In the form of ROWS."""
        try:
            points = self.ask(f"{self.path}/points/scroll",
                              {"limit": 2 * DOCUMENTS, "with_payload": ["rev"], "with_vector": False})["points"]
        except OSError:
            return None
        return "\n".join(f"{one['id']}|{one['payload']['rev']}" for one in sorted(points, key=lambda one: one["id"]))

    def die(self):
        """Kills Qdrant if possible; it restarts empty."""
        try:
            self.ask("/_die", {})
        except urllib.error.HTTPError:
            return False
        except OSError:
            return True
        return False


def killed(url, key):
    """Returns a line with the result."""
    qdrant, seen = Qdrant(url, key), []
    with Stand(service="search-api", database="tapbot_qdrant_killed", build="asan") as stand:
        for one in (GENERATION, DOCUMENT, VECTOR):
            stand.sql(one)
        service = stand.service(start=False, EMBEDDINGS_URL="http://127.0.0.1:9/v1", QDRANT_URL=url, QDRANT_API_KEY=key,
                                QDRANT_COLLECTION=PREFIX, DB_SHARED_CONNECTIONS=2)
        for kill in range(KILLS):
            at = int(DOCUMENTS * (kill + random.random()) / (KILLS + 1))
            service.start(ready=False)
            wait_until(f"more than {at} points", SECONDS, lambda at=at: qdrant.count() > at)
            service.kill()
            seen.append(qdrant.count())
            stand.sql(f"DELETE FROM search.document WHERE user_id = {kill}")
        service.start(ready=False)
        wait_until("Qdrant has PostgreSQL's rows", SECONDS, lambda: qdrant.rows() == stand.sql(ROWS))
        died = qdrant.die()
        stand.sql(f"DELETE FROM search.document WHERE user_id = {KILLS}")
        wait_until("Qdrant has PostgreSQL's rows after the restart", SECONDS, lambda: qdrant.rows() == stand.sql(ROWS))
        service.stop()
        service = stand.service(start=False, QDRANT_URL=url, QDRANT_API_KEY=key, QDRANT_COLLECTION=PREFIX)
        service.start(ready=False)
        stand.sql(f"DELETE FROM search.document WHERE user_id = {KILLS + 1}")
        wait_until("Qdrant has PostgreSQL's rows without an endpoint", SECONDS, lambda: qdrant.rows() == stand.sql(ROWS))
        stand.sql(RETIRE)
        wait_until("the collection is deleted", SECONDS, lambda: qdrant.count() == -1)
        service.stop()
    return f"killed with {', '.join(map(str, seen))} of {DOCUMENTS} points" + (", and so was Qdrant" if died else "")
