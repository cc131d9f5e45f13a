# SPDX-License-Identifier: MIT
"""The stack on two servers (two.py), brought up on each as a user would: server 1 has the bots, server 2 the data, with
the link between them. Telegram is outside (tools/telegram)."""
import functools
import os
import re
import secrets
import shutil
import time

import internet
import rig
import stack as stacks
import two
from telegram_people import People
from telegram_standin import TOKEN, Standin
from way import Way

BOT, TELEGRAM_PORT = "apartments", 8081
# Output of `deploy/tapbot link export`, and of `link import`, whose command runs on the other server.
CODE, KEY = re.compile(r"\b(?:[A-Z0-9]{4,8}-){3,}[A-Z0-9]{4,8}\b"), re.compile(r"link peer (\S+)")
GUEST_SECONDS = 60


class Telegram(Standin):
    """The stand-in outside; its control requests are sent from here."""

    def __init__(self):
        super().__init__("--host", "0.0.0.0", "--trust", internet.ISSUED_CA, bots={BOT: TOKEN}, port=TELEGRAM_PORT,
                         before=rig.inside(rig.OUTSIDE))

    def request(self, *words, **more):
        with rig.Namespace(rig.OUTSIDE):
            return super().request(*words, **more)


class Site(stacks.Site):
    """Server 1 or 2 of the two."""

    def __init__(self, number):
        self.number, self.server = number, two.SERVERS[number - 1]
        self.public = two.PUBLIC[number - 1]
        super().__init__(os.path.join(two.DISKS[number - 1], f"site{number}"), {
            **stacks.VARIABLES, "TAPBOT_RIG_SOCKET": self.server.socket,
            "COMPOSE_FILE": f"docker-compose.yml:deploy/compose/link.server{number}.yml:{stacks.STAND_IN_FILE}",
        }, functools.partial(two.on, self.server), functools.partial(two.docker, self.server))

    def init(self, password):
        self.make()
        self.tapbot("init", "--yes", "--domain", rig.DOMAIN, "--email", f"admin@{rig.DOMAIN}", "--acme", internet.DIRECTORY,
                    "--servers", str(self.number), "--admin-networks", f"{stacks.ADMIN_ADDRESS}/32",
                    "--address", ",".join(self.public), "--peer-address", ",".join(two.PUBLIC[2 - self.number]),
                    "--user", stacks.USER, "--password-stdin", input=password + "\n", quiet=True)
        self.settings(HEALTH_PEER_URL=f"http://{two.LINK[2 - self.number]}:7000",
                      HEALTH_PEER_PUBLIC_URL=f"https://{'health2' if self.number == 1 else 'health'}.{rig.DOMAIN}",
                      TELEGRAM_API_ROOT=f"http://{rig.NAMES_V4}:{TELEGRAM_PORT}")
        self.images_name()

    def settings(self, **values):
        """Lines of .env."""
        path = os.path.join(self.folder, ".env")
        with open(path, encoding="utf-8") as file:
            lines = [line for line in file if line.partition("=")[0] not in values]
        with open(path, "w", encoding="utf-8") as file:
            file.writelines([*lines, *(f"{name}={value}\n" for name, value in values.items())])

    def names(self):
        """Adds the records of `init --dns` to the Internet."""
        hosts = {}
        for line in self.tapbot("init", "--dns", quiet=True).stdout.splitlines():
            words = line.split()
            if len(words) == 4 and words[1] in ("A", "AAAA"):
                hosts.setdefault((words[3], words[1]), []).append(words[2])
        for (host, kind), addresses in hosts.items():
            internet.Internet.manage(f"add-{kind.lower()}", host=f"{host}.", addresses=addresses)
        return {host for host, _ in hosts}

    def customer(self, host, **more):
        return stacks.Customer(host, server=self.public, **more)


class Two:
    """As a context: the Internet between the servers (`way`), Telegram, and the two sites."""

    def __init__(self):
        self.password, self.key = secrets.token_hex(12), None
        self.way = Way(two.TABLE, [address for server in two.PUBLIC for address in server])
        self.sites = self.one, self.two = Site(1), Site(2)
        self.telegram, self.guests, self.hosts = None, 0, {}

    def __enter__(self):
        for site in self.sites:
            site.down()
        two.images_share("n8n")
        self.way.__enter__()
        self.telegram = Telegram()
        return self

    def __exit__(self, *_):
        self.telegram.stop()
        self.way.__exit__()
        for site in self.sites:
            site.down()

    def link(self):
        """Sets up the link as docs/two-servers.md describes: an encrypted file goes from server 2 to server 1, a public key comes back."""
        paths = [os.path.join(site.folder, "link-export.txt") for site in self.sites]
        code, = CODE.findall(self.two.tapbot("link", "export", paths[1], quiet=True).stdout)
        shutil.move(paths[1], paths[0])
        key, = KEY.findall(self.one.tapbot("link", "import", paths[0], input=code + "\n", quiet=True).stdout)
        self.two.tapbot("link", "peer", key, quiet=True)
        os.unlink(paths[0])

    def bot(self):
        """Creates the bot on the server of the database and copies its files to the gateway, which registers it at Telegram."""
        self.two.tapbot("bots", "add", BOT, "--tenant", "Test", input=TOKEN + "\n", quiet=True)
        folders = [os.path.join(site.folder, "secrets/bots") for site in self.sites]
        for name in os.listdir(folders[1]):
            owner = os.stat(os.path.join(folders[1], name))
            os.chown(shutil.copy2(os.path.join(folders[1], name), folders[0]), owner.st_uid, owner.st_gid)

    def first_guest(self, count):
        """The number of the first of `count` new guests."""
        self.guests += count
        return 1001 + self.guests - count

    def bookings(self, guests):
        """Sorted (guest's number, code) of their bookings."""
        numbers = ", ".join(str(guest.id) for guest in guests)
        rows = self.two.sql(f"SELECT guest_telegram_id, code FROM booking.booking WHERE guest_telegram_id IN ({numbers})").split()
        return sorted((int(number), code) for number, code in (row.split("|") for row in rows))

    def books(self, guest, seconds=GUEST_SECONDS):
        """The guest books; returns the number of taps."""
        people = People(self.telegram, [guest], 0)
        people.write(guest, "/start")
        taps, end = 0, time.monotonic() + seconds
        while not guest.booked:
            before = guest.taps
            while guest.taps == before and not guest.booked:
                assert time.monotonic() < end, f"after {taps} taps the guest sees {self.telegram.see('chat', chat=guest.id)['messages'][-1:]}"
                people.receive_events()
            if not guest.booked:
                people.tap(guest, *guest.chosen())
                taps += 1
        return taps
