# SPDX-License-Identifier: MIT
"""Row 1 of search-api: the process is killed during a stream of documents."""
import hashlib
import http.client
import json
import threading

from stand import Client, Stand, wait_until

DOCUMENTS, KILLS, WORDS = 30000, 3, "парковка во дворе"
COUNT = "SELECT count(*) FROM search.document"
STORED = "SELECT count(*), md5(string_agg(concat_ws(' ', id, version, text, length), E'\n' ORDER BY substr(id, 2)::int)) FROM search.document"


def text_of(number):
    return f"Сообщение {number}" + f" {WORDS}" * (number % 7)


def stream():
    for number in range(DOCUMENTS):
        one = {"id": f"d{number}", "version": 1, "text": text_of(number), "sent_at": "2026-01-02T03:04:05Z"}
        yield json.dumps(one, ensure_ascii=False).encode() + b"\n"


def expected():
    """The result of STORED if each document is stored once, completely."""
    lines = (f"d{number} 1 {text_of(number)} {2 + 3 * (number % 7)}" for number in range(DOCUMENTS))
    return f"{DOCUMENTS}|{hashlib.md5(chr(10).join(lines).encode()).hexdigest()}"


def send(service, key, body, answers):
    client = Client(service.port, key, timeout=60)
    try:
        answers.append(client.post("/v1/documents", body, headers={"Content-Type": "application/x-ndjson"}).json)
    except (OSError, http.client.HTTPException):
        answers.append(None)


def killed(random):
    """Written batches remain; sending the same stream again adds the rest, and each document is stored once, completely."""
    body, stored = b"".join(stream()), []
    with Stand(service="search-api", database="tapbot_fault_search") as stand:
        service, key = stand.service(), stand.key(scopes="search:write")
        for kill in range(KILLS):
            answers = []
            at = int(DOCUMENTS * (kill + random.random()) / (KILLS + 1))
            sender = threading.Thread(target=send, args=(service, key, body, answers))
            sender.start()
            wait_until(f"{at} are written", 60, lambda at=at: int(stand.sql(COUNT)) > at)
            service.kill()
            sender.join()
            assert answers == [None], f"answered before the kill: {answers}"
            service.start()
            stored.append(int(stand.sql(COUNT)))
        send(service, key, body, answers)
        last = answers[-1]
        assert last["indexed"] + last["unchanged"] == DOCUMENTS and not last["refused"], last
        assert last["unchanged"] >= stored[-1], (last, stored)
        assert stand.sql(STORED) == expected(), stand.sql(STORED)
        return f"of {DOCUMENTS} documents {', '.join(map(str, stored))} were stored after the kills"
