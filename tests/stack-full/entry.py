# SPDX-License-Identifier: MIT
"""Stands for Traefik's entry point `link`: http://traefik:7000 leads to our services by path, and is 503 while one is down."""
import http.client
import http.server
import threading

PORT = 7000
GATEWAY = ("/v1/bots", "/v1/broadcasts", "/v1/chats", "/v1/forwards", "/v1/messages", "/v1/updates", "/v1/users")
HOP = {"connection", "transfer-encoding", "content-length", "host", "keep-alive"}


class Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def log_message(self, *_):
        pass

    def answer(self, status, headers, body):
        self.send_response_only(status)
        for name, value in headers:
            if name.lower() not in HOP:
                self.send_header(name, value)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def forward(self):
        port = 7010 if self.path.startswith(GATEWAY) else 7020
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=6)
        try:
            connection.request(self.command, self.path, body or None, {name: value for name, value in self.headers.items() if name.lower() not in HOP})
            found = connection.getresponse()
            return self.answer(found.status, found.getheaders(), found.read())
        except ConnectionRefusedError:
            return self.answer(503, [("Content-Type", "application/problem+json"), ("Retry-After", "5")], b'{"status":503,"code":"unavailable"}')
        except (OSError, http.client.HTTPException):
            return self.answer(502, [("Content-Type", "application/problem+json")], b'{"status":502,"code":"outcome_unknown"}')
        finally:
            connection.close()

    do_GET = do_POST = do_PATCH = do_DELETE = forward


class Server(http.server.ThreadingHTTPServer):
    request_queue_size = 128
    daemon_threads = True


def start():
    server = Server(("127.0.0.1", PORT), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    return server
