# SPDX-License-Identifier: MIT
"""The column of calendars of other channels: the feeds of an apartment become those of the cell.

The API never shows the address of a feed, so a feed that was imported has a name made of it. So the same file changes
nothing when it is imported again, and a changed address replaces that of the same channel."""
import hashlib
import urllib.parse

CELL = "feeds"
NAMED = "import "
# A label of the host's name, and the channel of the API. The bot has the same table: owner_channel.c.
CHANNELS = {"airbnb": "airbnb", "booking": "booking", "sutochno": "sutochno", "krisha": "krisha", "google": "google", "vrbo": "vrbo",
            "homeaway": "vrbo", "abritel": "vrbo"}


def host_of(url):
    try:
        return urllib.parse.urlsplit(url).hostname or ""
    except ValueError:
        return ""


def channel_of(url):
    return next((channel for label, channel in CHANNELS.items() if label in host_of(url).split(".")), "other")


def name_of(url):
    return NAMED + hashlib.sha256(url.encode()).hexdigest()[:12]


def body_of(url):
    return {"url": url, "channel": channel_of(url), "name": name_of(url)}


def steps(path, urls, feeds):
    """The requests (method, path, body) that make the feeds of an apartment those of the cell; None: the cell clears them.
    Feeds that people have connected otherwise remain, unless a new address of the same channel and host replaces them."""
    if urls is None:
        return [("DELETE", f"{path}/{feed['id']}", None) for feed in feeds]
    urls = list(dict.fromkeys(urls))
    names = {name_of(url) for url in urls}
    spare = [feed for feed in feeds if feed["name"] not in names]
    found = []
    for url in urls:
        if any(feed["name"] == name_of(url) for feed in feeds):
            continue
        same = next((feed for feed in spare if (feed["channel"], feed["host"]) == (channel_of(url), host_of(url))), None)
        if same:
            spare.remove(same)
        found.append(("PATCH", f"{path}/{same['id']}", body_of(url)) if same else ("POST", path, body_of(url)))
    return found + [("DELETE", f"{path}/{feed['id']}", None) for feed in spare if (feed["name"] or "").startswith(NAMED)]
