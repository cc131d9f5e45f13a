# SPDX-License-Identifier: MIT
"""The public site: site/public with the settings of the image's build (deploy/stack.env.example: SITE_...). A page names a setting as
$SITE_PHONE; a line that names an empty one is left out, so that no link leads nowhere."""
import html
import os
import re
import shutil

SITE = os.path.dirname(os.path.realpath(__file__))
SETTINGS = {
    "SITE_APARTMENTS_BOT": r"[A-Za-z]\w{4,31}",
    "SITE_TAXI_BOT": r"[A-Za-z]\w{4,31}",
    "SITE_PHONE": r"\+\d{8,15}",
    "SITE_EMAIL": r"[^\s@<>\"']+@[^\s@<>\"']+",
}
NAMED = re.compile(r"\$(SITE_[A-Z_]+)")


def values(environment):
    """{setting: its value, "" if it is not set}, and SITE_PHONE_SHOWN, the phone as people read it. Raises ValueError if a value has a wrong form."""
    found = {name: environment.get(name, "").strip().removeprefix("@") for name in SETTINGS}
    for name, value in found.items():
        if value and not re.fullmatch(SETTINGS[name], value, re.ASCII):
            raise ValueError(f"{name}={value}: wrong form")
    found["SITE_PHONE_SHOWN"] = re.sub(r"^\+7(\d{3})(\d{3})(\d\d)(\d\d)$", r"+7 \1 \2 \3 \4", found["SITE_PHONE"])
    return found


def filled(page, known):
    """The page with these values, without the lines for which one is missing."""
    lines = [line for line in page.splitlines(True) if all(known[name] for name in NAMED.findall(line))]
    return NAMED.sub(lambda found: html.escape(known[found[1]]), "".join(lines))


def copy(out, environment):
    """Writes the site into the folder."""
    known = values(environment)
    shutil.copytree(os.path.join(SITE, "public"), out, dirs_exist_ok=True)
    for folder, _, names in os.walk(out):
        for path in (os.path.join(folder, name) for name in names if name.endswith(".html")):
            with open(path, encoding="utf-8") as file:
                page = file.read()
            with open(path, "w", encoding="utf-8") as file:
                file.write(filled(page, known))
