# SPDX-License-Identifier: MIT
"""The first visitor of n8n becomes its owner and gets access to all credentials stored later. So `up` creates the owner from this
machine, not through Traefik. The password is printed once and not stored."""
from say import say, warn
from stack import tree, users, watch

SERVICE, PORT, SECONDS = "n8n", 5678, 20


def password_make():
    """A password that n8n accepts: with a digit and a capital letter."""
    while True:
        password = users.generate()
        if any(one.isdigit() for one in password) and any(one.isupper() for one in password):
            return password


def is_wanted(address):
    """Whether n8n has no owner yet; None if it does not answer."""
    status, found = watch.call(address, None, "GET", "/rest/settings") or (0, {})
    try:
        return bool(found["data"]["userManagement"]["showSetupOnFirstLoad"]) if status == 200 else None
    except (KeyError, TypeError):
        return None


def ensure():
    """Creates the owner of n8n if it runs here without one."""
    for address in watch.addresses(SERVICE, PORT):
        wanted = is_wanted(address)
        if wanted is False:
            return
        email, password = tree.env_read().get("ACME_EMAIL", ""), password_make()
        if wanted and (watch.call(address, None, "POST", "/rest/owner/setup", SECONDS, {
                "email": email, "firstName": "Admin", "lastName": "TapBot", "password": password}) or (0,))[0] == 200:
            say(f"\nВладелец n8n заведён, вход с почтой {email}.", f"\nThe owner of n8n has been created; the login is {email}.")
            users.print_once(email, password)
            return
    if tree.running(SERVICE):
        warn("Владелец n8n не заведён, им станет первый, кто откроет страницу: откройте её сейчас сами или повторите deploy/tapbot up",
             "n8n has no owner, and its first visitor becomes the owner: open the page now, or repeat deploy/tapbot up")
