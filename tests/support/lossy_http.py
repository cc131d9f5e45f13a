# SPDX-License-Identifier: MIT
"""An HTTP proxy on a port of this machine that loses requests, or the answers to requests that have taken effect."""
import http.client
import http.server
import threading

from link import reset

REQUEST, ANSWER = "request", "answer"  # what is lost
HOP = {"connection", "keep-alive", "transfer-encoding", "content-length", "host"}


class LossyHttp:
    """`is_lost(method, path, headers)` returns the part of a request to lose: REQUEST, ANSWER or None. The connection is then reset;
    for ANSWER after the server at `port` has answered completely."""

    def __init__(self, port, is_lost):
        class Handler(http.server.BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def handle_one_request(self):
                try:
                    self.raw_requestline = self.rfile.readline(65537)
                    if not self.raw_requestline or not self.parse_request():
                        self.close_connection = True
                        return
                    self.serve()
                except OSError:
                    self.close_connection = True

            def serve(self):
                body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
                lost = is_lost(self.command, self.path, self.headers)
                if lost == REQUEST:
                    self.lose()
                    return
                upstream = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
                try:
                    upstream.request(self.command, self.path, body or None,
                                     {name: value for name, value in self.headers.items() if name.lower() not in HOP})
                    answer = upstream.getresponse()
                    content = answer.read()
                except (OSError, http.client.HTTPException):
                    self.lose()
                    return
                finally:
                    upstream.close()
                if lost == ANSWER:
                    self.lose()
                    return
                self.send_response_only(answer.status, answer.reason)
                for name, value in answer.getheaders():
                    if name.lower() not in HOP:
                        self.send_header(name, value)
                self.send_header("Content-Length", str(len(content)))
                self.end_headers()
                self.wfile.write(content)

            def lose(self):
                self.close_connection = True
                reset(self.connection)

        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.server.daemon_threads = True
        self.port = self.server.server_address[1]
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def stop(self):
        self.server.shutdown()
        self.server.server_close()
