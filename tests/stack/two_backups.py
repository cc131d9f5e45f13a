# SPDX-License-Identifier: MIT
"""Copies of two servers with one card: server 2, which has the data, is lost with its disk, and a new one is made from the card;
server 1 and its bot go on with it."""
import json
import os
import re
import shutil
import time

import backups
from booking_guests import Guest
from two_journey import step

# What bot and gateway need after the link has come back (two_link.py measures it).
BOOKED_SECONDS = 120


def tapbot(site, *words, code=0, **more):
    done = site.tapbot(*words, check=False, quiet=True, env=backups.KEYS, **more)
    assert done.returncode == code and "Traceback" not in done.stdout, f"server {site.number}, {words}: {done.returncode} {done.stdout[-2000:]}"
    return done.stdout


def copies(subject):
    """The key of the card serves both; each server has a copy of its own."""
    backups.storage_made()
    with backups.Storage():
        printed = tapbot(subject.two, "backup", "init", "--target", backups.TARGET)
        subject.card = " ".join(group for _, group in sorted(re.findall(r"(\d): (\w{4})", printed)))
        tapbot(subject.one, "backup", "init", "--key", "--target", backups.TARGET, input=subject.card + "\n")
        for site in subject.sites:
            tapbot(site, "backup", "now")
            tapbot(site, "backup", "verify", "--deep")
        assert "has no database" in tapbot(subject.one, "restore", "--look", "1m", code=1)
        sizes = [json.loads(tapbot(site, "backup", "--json"))["targets"][0]["size"] >> 10 for site in subject.sites]
    return f"{sizes[0]} and {sizes[1]} KiB"


def replaced(subject):
    guest = Guest(subject.first_guest(1))
    subject.books(guest)
    with backups.Storage():
        tapbot(subject.two, "backup", "now")
        subject.two.down()
        # The network of the rig's server remains; that of a new machine has no link.
        subject.two.on("sh", os.path.join(subject.two.folder, "deploy/host/link.sh"), "down")
        subject.two.on("sysctl", "-q", "-w", "net.ipv4.ip_nonlocal_bind=0")
        shutil.rmtree(subject.two.folder)
        subject.two.make()
        began = time.monotonic()
        tapbot(subject.two, "restore", "--stack", "--new-machine", "--yes", input=f"{backups.TARGET}/s2\n{subject.card}\n")
        tapbot(subject.two, "up", "--yes")
        ready = time.monotonic() - began
        assert subject.bookings([guest]) == [(guest.id, guest.booked)]
        customer = subject.two.customer("api", key=subject.key)
        step("flats", 200, customer.get("/v1/apartments"))
        customer.close()
        another = Guest(subject.first_guest(1))
        subject.books(another, BOOKED_SECONDS)
        assert subject.bookings([another]) == [(another.id, another.booked)]
        assert os.path.exists(os.path.join(subject.two.folder, "secrets/backup/key"))
        tapbot(subject.two, "backup", "now")
    return f"ready {ready:.0f} s after the new machine with images at hand, the next guest books after {time.monotonic() - began:.0f} s"


CHECKS = (("copies", copies), ("server 2 with disk gone", replaced))
