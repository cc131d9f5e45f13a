# SPDX-License-Identifier: MIT
"""status on a machine with a demo and without a stack: services that answer, that hang, and that have stopped."""
import contextlib
import io
import json
import os
import socket
import subprocess
import tempfile
import threading
from unittest import mock

import services
from http_server import Handler, served
from stack import status, status_demo, tree

METRICS = '# HELP tapbot_build_info Always 1.\ntapbot_build_info{{service="{}",version="1.2.3"}} 1\n'


class Service(Handler):
    def do_GET(self):
        if self.path == "/metrics":
            self.answer(200, METRICS.format("x"))
        else:
            self.answer(self.server.status, "{}")


@contextlib.contextmanager
def listener(answer):
    """A server that sends these bytes to who connects; with None it accepts and is silent."""
    with socket.create_server(("127.0.0.1", 0)) as found:
        kept = []

        def accept():
            with contextlib.suppress(OSError):
                while True:
                    connection, _ = found.accept()
                    kept.append(connection)
                    if answer:
                        connection.recv(8)
                        connection.sendall(answer)
        threading.Thread(target=accept, daemon=True).start()
        yield found.getsockname()[1]
        found.shutdown(socket.SHUT_RDWR)
        for one in kept:
            one.close()


def shown(folder, *words, english=False):
    """(exit code, output) of status."""
    output = io.StringIO()
    with mock.patch.dict(os.environ, TAPBOT_VAR=folder), mock.patch.object(tree, "ENV_FILE", os.path.join(folder, ".env")), mock.patch("say.ENGLISH", english), \
            contextlib.redirect_stdout(output), contextlib.redirect_stderr(output):
        try:
            code = status.main(list(words))
        except SystemExit as end:
            code = end.code
    return code, output.getvalue()


def of_a_demo():
    """Each service has its state, address, version and uptime, and the next step is named; nothing waits for one that hangs."""
    ended = subprocess.Popen(["true"])
    ended.wait()
    with tempfile.TemporaryDirectory() as folder, served(Service, status=200) as good, served(Service, status=503) as unready, listener(None) as silent, \
            listener(b"N") as postgres, listener(b"+PONG\r\n") as redis, mock.patch.object(status_demo, "SECONDS", 0.5):
        *others, last = services.services()

        def write(port, pid, database):
            with open(os.path.join(folder, "demo.env"), "w", encoding="utf-8") as file:
                for one, at, process in (*((one, good.server_port, os.getpid()) for one in others), (last, port, pid)):
                    file.write(f"{one.short.upper()}_URL=http://127.0.0.1:{at}\n{one.name.upper().replace('-', '_')}_PID={process}\n")
                file.write(f"DATABASE_URL='postgres://p:x@127.0.0.1:{database}/tapbot'\nREDIS_URL=redis://127.0.0.1:{redis}\nAPI_KEY=secret\n")
        with mock.patch.object(tree, "engine_needed", side_effect=SystemExit(3)):
            assert shown(folder)[0] == 3, "without a demo the engine is asked"
            write(good.server_port, os.getpid(), postgres)
            code, output = shown(folder)
            assert code == 0 and output.startswith("GREEN") and "deploy/tapbot chat" in output and output.count("1.2.3") == len(others) + 1 and "secret" not in output, output
            assert f"http://127.0.0.1:{good.server_port}" in output and "postgres://127.0.0.1:" in output and "p:x" not in output, output
            for port, pid, database, state, words in ((unready.server_port, os.getpid(), postgres, "unready", last.name), (silent, os.getpid(), postgres, "silent", last.name),
                                                      (good.server_port, ended.pid, postgres, "stopped", last.name), (good.server_port, os.getpid(), silent, "silent", "PostgreSQL")):
                write(port, pid, database)
                code, output = shown(folder, "--json")
                found = json.loads(output)
                states = {row["name"]: row["state"] for row in found["services"]}
                assert code == 1 and found["light"] == "RED" and states == {**dict.fromkeys(states, "ready"), words: state}, output
                code, output = shown(folder, english=True)
                assert code == 1 and f"Does not work: {words}. " in output and "deploy/tapbot demo --detach" in output, output
            with open(os.path.join(folder, ".env"), "w", encoding="ascii"):
                pass
            assert shown(folder)[0] == 3, "with a stack it is the stack's"
    return "6 demos"


TESTS = [("status: of a demo", of_a_demo)]
