# SPDX-License-Identifier: MIT
"""/docs: the description for people, complete and only from this service."""

import gzip
import hashlib
import os
import re

from stand import ROOT

VENDORED = os.path.join(ROOT, "third_party/swagger-ui-dist")
TRACKED_MAX = 1_000_000
GZIP = {"Accept-Encoding": "gzip, deflate, br"}
TYPES = {".js": "text/javascript; charset=utf-8", ".css": "text/css; charset=utf-8"}
# Permitted sources of a policy: the page's own host, and data inside the page.
OWN_SOURCES = {"'none'", "'self'", "'unsafe-inline'", "data:"}
ELSEWHERE = re.compile(rb"(?:https?:|[\"'(=]\s*)//[a-z0-9]", re.I)


def policy_of(reply):
    parts = [part.split() for part in (reply.headers.get("Content-Security-Policy") or "").split(";")]
    return {part[0]: part[1:] for part in parts if part}


def look_at_headers(group, path, reply, kind):
    group.reply(path, reply, 200)
    group.equal(f"{path}: Content-Type", reply.headers.get("Content-Type"), kind)
    group.equal(f"{path}: X-Content-Type-Options", reply.headers.get("X-Content-Type-Options"), "nosniff")
    group.equal(f"{path}: Cache-Control", reply.headers.get("Cache-Control"), "no-cache")
    policy = policy_of(reply)
    group.equal(f"{path}: the default of the policy", policy.get("default-src"), ["'none'"])
    group.equal(f"{path}: scripts", policy.get("script-src"), ["'self'"])
    group.equal(f"{path}: frames around it", policy.get("frame-ancestors"), ["'none'"])
    for name, sources in policy.items():
        group.expect(set(sources) <= OWN_SOURCES, f"{path}: {name} permits {sources}")


def page(world, group):
    """The page and its files come from this service, with types and validators."""
    html = world.caller.get("/docs", key="", headers={"Accept": "text/html,*/*;q=0.8", **GZIP})
    look_at_headers(group, "/docs", html, "text/html; charset=utf-8")
    group.expect(not ELSEWHERE.search(html.body), "/docs names another host")
    taken = re.findall(r'<(?:script|link)[^>]* (?:src|href)="([^"]+)"', html.body.decode())
    files = [one for one in taken if not one.startswith("data:")]
    described = world.operations.all["GET", "/docs/{file}"]["parameters"][0]["schema"]["enum"]
    group.equal("the files of the page", sorted(files), [f"docs/{name}" for name in described])
    for name in files:
        path = f"/{name}"
        reply = world.caller.get(path, key="", headers={"Accept": "*/*", **GZIP})
        look_at_headers(group, path, reply, TYPES[os.path.splitext(name)[1]])
        again = {**GZIP, "If-None-Match": reply.headers.get("ETag")}
        group.reply(f"{path} once more", world.caller.get(path, key="", headers=again), 304)
    group.reply("a missing file", world.caller.get("/docs/nothing.js", key=""), 404, "not_found")


def vendored(world, group):
    """Swagger UI is unmodified: the sums of its README.md, its licence, and no large file."""
    with open(os.path.join(VENDORED, "README.md"), encoding="utf-8") as text:
        sums = dict(reversed(line) for line in re.findall(r"^ +([0-9a-f]{64})  (\S+)$", text.read(), re.M))
    served = {"swagger-ui-bundle.js": "/docs/swagger-ui.js", "swagger-ui.css": "/docs/swagger-ui.css"}
    group.equal("files with sums", sorted(sums), sorted(served))
    for name, path in served.items():
        reply = world.caller.get(path, key="", headers=GZIP)
        group.equal(f"{path}: Content-Encoding", reply.headers.get("Content-Encoding"), "gzip")
        group.equal(f"{path}: Vary", reply.headers.get("Vary"), "Accept-Encoding")
        group.equal(f"{path}: sum", hashlib.sha256(gzip.decompress(reply.body)).hexdigest(), sums.get(name))
        for plain in ("identity", "gzip;q=0, *", "br"):
            refused = world.caller.get(path, key="", headers={"Accept-Encoding": plain})
            group.reply(f"{path} to {plain}", refused, 406, "not_acceptable")
    for name in ("LICENSE", "NOTICE", "swagger-ui-bundle.js.LICENSE.txt", "README.md"):
        group.expect(os.path.getsize(os.path.join(VENDORED, name)) > 0, f"{name} is empty")
    for name in os.listdir(VENDORED):
        group.expect(os.path.getsize(os.path.join(VENDORED, name)) < TRACKED_MAX, f"{name} is too large")
    style = gzip.decompress(world.caller.get("/docs/swagger-ui.css", key="", headers=GZIP).body)
    for target in re.findall(rb"url\(\s*['\"]?([^)'\"]{1,60})", style):
        group.expect(target.startswith((b"data:", b"#")), f"the style sheet loads {target!r}")
    start = world.caller.get("/docs/start.js", key="").body
    group.expect(not ELSEWHERE.search(start), "start.js names another host")
    group.expect(b"validatorUrl: null" in start, "the page would call a validator on another host")


GROUPS = [
    ("description: /docs", page),
    ("description: its files", vendored),
]
