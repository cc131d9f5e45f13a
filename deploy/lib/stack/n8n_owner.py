# SPDX-License-Identifier: MIT
"""n8n makes whoever opens it first its owner, with every credential that is stored there later. `up` takes that place, from this
machine and past the edge; the password is shown once and kept nowhere."""
from say import say, warn
from stack import tree, users, watch

SERVICE, PORT, SECONDS = "n8n", 5678, 20


def password_make():
    """n8n wants a digit and a capital letter."""
    while True:
        password = users.generate()
        if any(one.isdigit() for one in password) and any(one.isupper() for one in password):
            return password


def is_wanted(address):
    """True: n8n has no owner; None: it does not say."""
    status, found = watch.call(address, None, "GET", "/rest/settings") or (0, {})
    try:
        return bool(found["data"]["userManagement"]["showSetupOnFirstLoad"]) if status == 200 else None
    except (KeyError, TypeError):
        return None


def ensure():
    """Where n8n runs here without an owner, it has one afterwards."""
    for address in watch.addresses(SERVICE, PORT):
        wanted = is_wanted(address)
        if wanted is False:
            return
        email, password = tree.env_read().get("ACME_EMAIL", ""), password_make()
        if wanted and (watch.call(address, None, "POST", "/rest/owner/setup", SECONDS, {
                "email": email, "firstName": "Admin", "lastName": "TapBot", "password": password}) or (0,))[0] == 200:
            say(f"\nВладелец n8n заведён, вход с почтой {email}.", f"\nThe owner of n8n is made, who enters with {email}.")
            users.print_once(email, password)
            return
    if tree.running(SERVICE):
        warn("Владелец n8n не заведён, им станет первый, кто откроет страницу: откройте её сейчас сами или повторите deploy/tapbot up",
             "n8n has no owner, and whoever opens it first becomes one: open it now, or repeat deploy/tapbot up")
