# SPDX-License-Identifier: MIT
"""The public site (site/public.py): its links come from settings, and no page names what is not set."""
import glob
import os
import re
import sys
import tempfile

from stack import settings, tree
from stand import ROOT

sys.path.append(os.path.join(ROOT, "site"))
import public  # noqa: E402

LANGUAGES = ("", "kk", "en")
GIVEN = {"SITE_APARTMENTS_BOT": "@tapbot_flats_bot", "SITE_TAXI_BOT": "tapbot_rides_bot", "SITE_PHONE": "+77012345678", "SITE_EMAIL": "hello@tapbot.kz"}
LINKS = {"SITE_APARTMENTS_BOT": "https://t.me/tapbot_flats_bot", "SITE_TAXI_BOT": "https://t.me/tapbot_rides_bot", "SITE_PHONE": "tel:+77012345678",
         "SITE_EMAIL": "mailto:hello@tapbot.kz"}


def pages(environment):
    """The three front pages with these settings."""
    with tempfile.TemporaryDirectory() as folder:
        public.copy(folder, environment)
        found = glob.glob(os.path.join(folder, "**/*.html"), recursive=True)
        texts = {os.path.relpath(path, folder): open(path, encoding="utf-8").read() for path in found}
    assert not any("SITE_" in text for text in texts.values()), "a page has a name of a setting"
    return [texts[os.path.join(one, "index.html")] for one in LANGUAGES]


def linked(page):
    return set(re.findall(r'href="((?:https://t\.me/|tel:|mailto:)[^"]*)"', page))


def links():
    """Each setting is a link in each language, and without it there is none."""
    for page in pages(GIVEN):
        assert linked(page) == set(LINKS.values()), linked(page)
        assert ">+7 701 234 56 78<" in page
    for missing in GIVEN:
        for page in pages({name: value for name, value in GIVEN.items() if name != missing}):
            assert linked(page) == set(LINKS.values()) - {LINKS[missing]}, f"without {missing}: {linked(page)}"
    assert not any(linked(page) for page in pages({}))


def forms():
    """The image is built with every setting of .env.example, whose form is checked before."""
    known = tree.env_read(tree.ENV_SAMPLE)
    assert {name for name in known if name.startswith("SITE_")} == set(public.SETTINGS)
    for name, value in GIVEN.items():
        assert settings.wrong_form(name, value) is None and public.values({name: value})[name] == value.lstrip("@"), name
        for wrong in ("<b>", "a b", '"', "x@"):
            assert settings.wrong_form(name, wrong), f"{name}={wrong}"
            try:
                public.values({name: wrong})
            except ValueError:
                continue
            raise AssertionError(f"{name}={wrong} is accepted")


TESTS = [("site: links", links), ("site: forms of settings", forms)]
