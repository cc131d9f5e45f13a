#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""http_sink.py FOLDER [options]: a server for tests that stores POST requests. Prints `listening on 127.0.0.1:PORT`, writes
each request to FOLDER/N.http: its first line, its headers, an empty line, its body.

Its answers are scripted; the last one repeats. Standard library only.
"""
import argparse
import http.server
import os
import threading

import http_server

parser = argparse.ArgumentParser()
parser.add_argument("folder")
parser.add_argument("--port", type=int, default=0)
parser.add_argument("--answer", action="append", default=[], metavar="STATUS[|HEADER: VALUE]...|BODY",
                    help="CUT: the request is read, and the connection closed; HANG: there is no answer")
args = parser.parse_args()
# (status, headers, body) each; without a '|' the status alone.
answers = [(words[0], words[1:-1], words[-1] if len(words) > 1 else "") for words in (one.split("|") for one in args.answer or ["200"])]
lock = threading.Lock()
taken = 0


def keep(handler, body):
    """Stores the request under its number, completely or not at all; returns the number."""
    global taken
    with lock:
        taken += 1
        path = os.path.join(args.folder, f"{taken}.http")
        with open(path + ".new", "wb") as file:
            file.write(f"{handler.requestline}\n{handler.headers.as_string()}".encode() + body)
        os.rename(path + ".new", path)
        return taken


class Handler(http_server.Handler):
    protocol_version = "HTTP/1.1"

    def do_POST(self):
        number = keep(self, self.rfile.read(int(self.headers.get("Content-Length", 0))))
        status, headers, body = answers[min(number, len(answers)) - 1]
        self.close_connection = True
        if status == "HANG":
            threading.Event().wait(600)
        if status in ("HANG", "CUT"):
            return
        self.answer(int(status), body, Connection="close", **dict(header.split(": ", 1) for header in headers))

    do_GET = do_POST


server = http.server.ThreadingHTTPServer(("127.0.0.1", args.port), Handler)
server.daemon_threads = True
print(f"listening on 127.0.0.1:{server.server_address[1]}", flush=True)
server.serve_forever()
