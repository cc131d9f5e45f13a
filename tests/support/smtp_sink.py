#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""smtp_sink.py FOLDER [options]: a mail server for tests. Prints `listening on 127.0.0.1:PORT`, writes each accepted mail to
FOLDER/N.eml (an envelope line "FROM TO TO...", then the mail), and the commands of clients to FOLDER/said.

It refuses, or does not answer, at the configured steps. Standard library only.
"""
import argparse
import base64
import os
import socket
import ssl
import threading

parser = argparse.ArgumentParser()
parser.add_argument("folder")
parser.add_argument("--port", type=int, default=0)
parser.add_argument("--answer", action="append", default=[], metavar="VERB=ANSWER",
                    help='instead of the usual one: "RCPT=550 No such user", "DOT=451 Later"')
parser.add_argument("--hang", default="", metavar="VERB", help="no answer from this command on; GREETING: none at all")
parser.add_argument("--tls", choices=["none", "starttls", "implicit"], default="none")
parser.add_argument("--certificate")
parser.add_argument("--key")
parser.add_argument("--user", default="")
parser.add_argument("--password", default="")
args = parser.parse_args()
answers = dict(one.split("=", 1) for one in args.answer)
lock = threading.Lock()
mails = 0


def context():
    made = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    made.load_cert_chain(args.certificate, args.key)
    return made


class Talk:
    def __init__(self, line):
        self.line = line
        self.file = line.makefile("rb")
        self.secure = args.tls == "implicit"
        self.known = not args.user
        self.sender, self.recipients = "", []

    def say(self, verb, text):
        if args.hang == verb:
            self.file.read()
            raise ConnectionError("the client has disconnected")
        self.line.sendall((answers.get(verb, text) + "\r\n").encode())
        return verb not in answers

    def read(self):
        text = self.file.readline(4096)
        if not text:
            raise ConnectionError("the client has disconnected")
        with lock, open(os.path.join(args.folder, "said"), "ab") as said:
            said.write(text)
        return text.decode("latin-1").rstrip("\r\n")

    def run(self):
        self.say("GREETING", "220 sink ESMTP")
        while True:
            text = self.read()
            verb = text.split(" ")[0].upper()
            getattr(self, verb.lower(), self.unknown)(text)
            if verb == "QUIT":
                return

    def unknown(self, _):
        self.say("UNKNOWN", "500 What?")

    def ehlo(self, _):
        words = ["sink"]
        if args.tls == "starttls" and not self.secure:
            words.append("STARTTLS")
        if args.user:
            words.append("AUTH PLAIN LOGIN")
        self.say("EHLO", "\r\n".join(f"250{'-' if i < len(words) - 1 else ' '}{word}" for i, word in enumerate(words)))

    def starttls(self, _):
        if self.say("STARTTLS", "220 Go on"):
            self.line = context().wrap_socket(self.line, server_side=True)
            self.file, self.secure = self.line.makefile("rb"), True

    def auth(self, text):
        first = text.split(" ")[2] if len(text.split(" ")) > 2 else None
        if first is None:
            self.say("CHALLENGE", "334 ")
            first = self.read()
        given = base64.b64decode(first).split(b"\0")[1:]
        self.known = given == [args.user.encode(), args.password.encode()]
        self.say("AUTH", "235 Welcome" if self.known else f"535 {given!r} is not known")

    def mail(self, text):
        self.sender, self.recipients = text.split("<")[1].split(">")[0], []
        self.say("MAIL", "250 Fine" if self.known else "530 Sign in first")

    def rcpt(self, text):
        if self.say("RCPT", "250 Fine"):
            self.recipients.append(text.split("<")[1].split(">")[0])

    def data(self, _):
        global mails
        if not self.say("DATA", "354 Go on"):
            return
        lines = []
        while (text := self.read()) != ".":
            lines.append(text[1:] if text.startswith(".") else text)
        if not self.say("DOT", "250 Taken"):
            return
        with lock:
            mails += 1
            path = os.path.join(args.folder, f"{mails}.eml")
            with open(path + ".new", "w", encoding="utf-8") as out:
                out.write(" ".join([self.sender, *self.recipients]) + "\n" + "\n".join(lines) + "\n")
            os.rename(path + ".new", path)

    def quit(self, _):
        self.say("QUIT", "221 Bye")


def talk(line):
    with line:
        try:
            if args.tls == "implicit":
                line = context().wrap_socket(line, server_side=True)
            Talk(line).run()
        except OSError:
            pass


with socket.create_server(("127.0.0.1", args.port), backlog=16) as listening:
    print(f"listening on 127.0.0.1:{listening.getsockname()[1]}", flush=True)
    while True:
        threading.Thread(target=talk, args=(listening.accept()[0],), daemon=True).start()
