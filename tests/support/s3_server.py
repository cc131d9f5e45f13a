# SPDX-License-Identifier: MIT
"""A small S3 storage in memory, with the calls that restic uses, which fails on demand. It checks the name of the access key, not the signature.
Standard library only."""
import hashlib
import http.server
import re
import threading
import time
import urllib.parse
from xml.sax.saxutils import escape

from http_server import Handler

ACCESS_KEY, SECRET_KEY = "TESTACCESSKEY0000001", "test-secret-of-the-storage"
HEAD = '<?xml version="1.0" encoding="UTF-8"?>\n'


class Request(Handler):
    protocol_version = "HTTP/1.1"

    def refuse(self, status, code):
        self.answer(status, f"{HEAD}<Error><Code>{code}</Code><Message>{code}</Message></Error>", Content_Type="application/xml")

    def body(self):
        """The object; minio's client sends it in signed chunks."""
        sent = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        if not self.headers.get("x-amz-content-sha256", "").startswith("STREAMING"):
            return sent
        whole, at = b"", 0
        while at < len(sent):
            end = sent.index(b"\r\n", at)
            size = int(sent[at:end].split(b";")[0], 16)
            whole += sent[end + 2:end + 2 + size]
            at = end + 4 + size
        return whole

    def handle_one(self):
        store = self.server.store
        if store.fault == "reset":
            self.close_connection = True
            return
        if store.fault == "silence":
            store.woken.wait(600)
            self.close_connection = True
            return
        body = self.body()
        writes = self.command in ("PUT", "POST")
        if store.fault == 403 or f"Credential={ACCESS_KEY}/" not in self.headers.get("Authorization", ""):
            self.refuse(403, "AccessDenied" if store.fault else "InvalidAccessKeyId")
            return
        if store.fault == 507 and writes:
            self.refuse(507, "XMinioStorageFull")
            return
        url = urllib.parse.urlsplit(self.path)
        query = urllib.parse.parse_qs(url.query, keep_blank_values=True)
        _, bucket, *rest = urllib.parse.unquote(url.path).split("/", 2)
        name = rest[0] if rest else ""
        if bucket != store.bucket:
            self.refuse(404, "NoSuchBucket")
        elif name:
            self.of_object(store, name, body)
        elif "location" in query:
            self.answer(200, f'{HEAD}<LocationConstraint xmlns="http://s3.amazonaws.com/doc/2006-03-01/">{store.region}</LocationConstraint>')
        elif "versioning" in query and f"/{store.region or 'us-east-1'}/s3/" in self.headers["Authorization"]:
            self.answer(200, f'{HEAD}<VersioningConfiguration xmlns="http://s3.amazonaws.com/doc/2006-03-01/">{store.versioning}</VersioningConfiguration>')
        elif "versioning" in query:
            self.refuse(400, "AuthorizationHeaderMalformed")
        else:
            self.listed(store, query)

    def of_object(self, store, name, body):
        if self.command == "PUT":
            store.objects[name] = (body, time.time())
            self.answer(200, ETag=f'"{hashlib.md5(body).hexdigest()}"')
        elif self.command == "DELETE":
            store.objects.pop(name, None)
            self.answer(204)
        elif name not in store.objects:
            self.refuse(404, "NoSuchKey")
        else:
            content, at = store.objects[name]
            headers = {"ETag": f'"{hashlib.md5(content).hexdigest()}"', "Last_Modified": self.date_time_string(at), "Accept_Ranges": "bytes"}
            wanted = re.fullmatch(r"bytes=(\d+)-(\d*)", self.headers.get("Range", ""))
            if wanted and self.command == "GET":
                first, last = int(wanted[1]), min(int(wanted[2] or len(content)), len(content) - 1)
                self.answer(206, content[first:last + 1], Content_Range=f"bytes {first}-{last}/{len(content)}", **headers)
            else:
                self.answer(200, content, **headers)

    def listed(self, store, query):
        prefix, delimiter = (query.get(name, [""])[0] for name in ("prefix", "delimiter"))
        contents, folders = [], set()
        for name, (content, at) in sorted(store.objects.items()):
            if not name.startswith(prefix):
                continue
            below = name[len(prefix):]
            if delimiter and delimiter in below:
                folders.add(prefix + below.split(delimiter)[0] + delimiter)
                continue
            stamp = time.strftime("%Y-%m-%dT%H:%M:%S.000Z", time.gmtime(at))
            contents.append(f"<Contents><Key>{escape(name)}</Key><LastModified>{stamp}</LastModified><ETag>&quot;0&quot;</ETag><Size>{len(content)}</Size></Contents>")
        common = "".join(f"<CommonPrefixes><Prefix>{escape(one)}</Prefix></CommonPrefixes>" for one in sorted(folders))
        self.answer(200, f'{HEAD}<ListBucketResult xmlns="http://s3.amazonaws.com/doc/2006-03-01/"><Name>{store.bucket}</Name><Prefix>{escape(prefix)}</Prefix>'
                         f"<KeyCount>{len(contents)}</KeyCount><MaxKeys>10000</MaxKeys><IsTruncated>false</IsTruncated>{''.join(contents)}{common}</ListBucketResult>",
                    Content_Type="application/xml")

    do_GET = do_HEAD = do_PUT = do_DELETE = do_POST = handle_one


class S3Server:
    """As a context: the storage and its address. `fault` is None, a status (403, 507), "reset" or "silence"; `versioning` is the content
    of the bucket's settings, `region` its region if that is not the default one."""

    def __init__(self, bucket="copies"):
        self.bucket, self.objects, self.fault = bucket, {}, None
        self.versioning = self.region = ""
        self.woken = threading.Event()
        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Request)
        self.server.daemon_threads = True
        self.server.store = self

    def __enter__(self):
        threading.Thread(target=self.server.serve_forever, daemon=True).start()
        return self

    def __exit__(self, *_):
        self.woken.set()
        self.server.shutdown()
        self.server.server_close()

    @property
    def address(self):
        return f"s3:http://127.0.0.1:{self.server.server_port}/{self.bucket}"
