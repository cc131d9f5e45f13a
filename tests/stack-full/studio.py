# SPDX-License-Identifier: MIT
"""Directus' own interface in Chromium, as a person of a role sees it."""
import base64
import json
import os

from chromium import Chromium

WIDTH, HEIGHT = 1440, 900
# The form has been built: its fields are there and nothing loads.
FORM = "document.querySelector('.v-form .field') && !document.querySelector('.v-skeleton-loader') && document.querySelector('.v-form')"
OPEN_GROUPS = """(() => { for (const one of document.querySelectorAll('.group-detail .v-divider, .group-detail .header-content, .v-detail .v-divider')) {
    const group = one.closest('.v-detail, .group-detail'); if (!group.querySelector('.content, .v-form .field')) one.click(); } return true; })()"""
BUTTON = "document.querySelector('header [data-icon=%s]')?.closest('button')"
CLOSED = """Array.from(document.querySelectorAll('.v-form .field'), (one) => one)
    .filter((one) => one.dataset.field && one.querySelector('[disabled]:not([disabled=false]), .disabled, .non-editable') !== null).map((one) => one.dataset.field)"""
LABELS = """Array.from(document.querySelectorAll('.v-form .field-label .field-name, .v-form .type-label .field-name, .v-form .v-divider .title, .v-form .field-label'),
    (one) => one.textContent.trim()).filter(Boolean)"""


PHOTOS = "https://images.tapbot.kz/*"  # of the demo's apartments; there are none
PHOTO = """<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 120 120"><rect width="120" height="120" fill="#cfe3ef"/><rect y="84" width="120" height="36"
fill="#c9a77c"/><rect x="12" y="16" width="36" height="44" fill="#fdf6d8"/><rect x="40" y="62" width="72" height="30" rx="6" fill="#7d93a8"/></svg>"""


class Window(Chromium):
    """Shows a drawing in place of each photo."""

    def decide(self, message):
        if message.get("method") == "Fetch.requestPaused":
            self.send("Fetch.fulfillRequest", message["sessionId"], requestId=message["params"]["requestId"], responseCode=200,
                      responseHeaders=[{"name": "Content-Type", "value": "image/svg+xml"}], body=base64.b64encode(PHOTO.encode()).decode())


class Studio:
    """A context: a browser in which `email` is logged in."""

    def __init__(self, folder, base, email, password):
        self.base, self.email, self.password = base, email, password
        self.browser = Window(folder, flags=(f"--window-size={WIDTH},{HEIGHT}", "--lang=ru"))

    def __enter__(self):
        self.browser.__enter__()
        self.tab = self.browser.tab()
        self.tab.call("Emulation.setDeviceMetricsOverride", width=WIDTH, height=HEIGHT, deviceScaleFactor=1, mobile=False)
        self.tab.call("Emulation.setTimezoneOverride", timezoneId="Asia/Almaty")
        self.tab.call("Fetch.enable", patterns=[{"urlPattern": PHOTOS}])
        self.tab.go(f"{self.base}/admin/login")
        self.tab.until("document.querySelector('input[type=password]') || document.querySelector('form')", 60)
        body = json.dumps({"email": self.email, "password": self.password, "mode": "session"})
        status = self.tab.ask("fetch('/auth/login', {method: 'POST', headers: {'Content-Type': 'application/json'}, "
                              f"body: {json.dumps(body)}}}).then((answer) => answer.status)")
        assert status == 200, f"login: {status}"
        return self

    def __exit__(self, *error):
        self.browser.__exit__(*error)

    def open(self, path, ready, seconds=60):
        """Goes to a page and waits until the expression `ready` is true; returns its value."""
        self.tab.go(f"{self.base}/admin/{path}")
        return self.tab.until(ready, seconds)

    def form(self, path):
        """The labels of an item's form, with all its groups open."""
        self.open(path, f"({FORM}) ? true : false")
        self.tab.ask(OPEN_GROUPS)
        return self.tab.ask(LABELS)

    def closed_fields(self):
        """The names of the open form's fields that the person cannot change."""
        return self.tab.ask(CLOSED)

    def clear_and_save(self, field):
        """Empties a text field of the open form as a person would, and presses the button that saves."""
        self.tab.ask(f"(() => {{ const one = document.querySelector('[data-field={field}] input'); one.focus(); one.select(); return true; }})()")
        for kind in ("keyDown", "keyUp"):
            self.tab.call("Input.dispatchKeyEvent", type=kind, key="Delete", code="Delete", windowsVirtualKeyCode=46)
        self.tab.until(f"{BUTTON % 'check'}.disabled === false")
        self.tab.ask(f"{BUTTON % 'check'}.click()")

    def is_pressable(self, icon):
        return self.tab.ask(f"(() => {{ const one = {BUTTON % 'ICON'}; return one !== undefined && one !== null && !one.disabled; }})()".replace("ICON", icon))

    def picture(self, path):
        os.makedirs(os.path.dirname(path), exist_ok=True)
        data = self.tab.call("Page.captureScreenshot", format="png")["data"]
        with open(path, "wb") as file:
            file.write(base64.b64decode(data))
