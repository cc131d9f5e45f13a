# SPDX-License-Identifier: MIT
"""The methods about the bot itself, and the table of all methods. Each takes (world, bot, parameters) and returns its result,
or a Described result with a description."""
import re
import time
import urllib.parse

from . import messages
from .errors import Failure, bad, flood, named

SECRET = re.compile(r"[A-Za-z0-9_-]{1,256}")
HOOK = re.compile(r"(https?)://[^\s/?#]+\S*", re.I)
COMMAND = re.compile(r"[a-z0-9_]{1,32}")
LANGUAGE = re.compile(r"(?:[a-z]{2})?")
COMMANDS_MAX, DESCRIPTION_MAX = 100, 256
DOWNLOAD_MAX = 20 << 20
ANSWER_MAX = 200
KINDS = frozenset("""message edited_message channel_post edited_channel_post business_connection business_message
    edited_business_message deleted_business_messages message_reaction message_reaction_count inline_query
    chosen_inline_result callback_query shipping_query pre_checkout_query purchased_paid_media poll poll_answer
    my_chat_member chat_member chat_join_request chat_boost removed_chat_boost""".split())


class Described:
    """A result with a description."""

    def __init__(self, result, description):
        self.result, self.description = result, description


def get_me(_world, bot, _given):
    return {**bot.me, "can_join_groups": True, "can_read_all_group_messages": False, "supports_inline_queries": False,
            "can_connect_to_business": False, "has_main_web_app": False}


def take_allowed(bot, given):
    """allowed_updates: if absent, the current value remains; [] restores the default; unknown kinds are ignored."""
    names = given.json("allowed_updates", list, "allowed_updates")
    if names is not None:
        bot.queue.allowed = [name for name in names if isinstance(name, str) and name in KINDS] or None


def updates_now(world, bot, given):
    """The current result of getUpdates; the caller does the waiting."""
    if bot.webhook:
        raise named("webhook_active")
    take_allowed(bot, given)
    taken = bot.queue.take(given.integer("offset"), given.integer("limit", 100, 1, 100), world.clock.now())
    return [update.object() for update in taken]


def reachable(url):
    """Whether the URL has a host and a valid port."""
    try:
        parts = urllib.parse.urlsplit(url)
        return bool(parts.hostname and parts.hostname.encode("idna")) and parts.port != 0
    except ValueError:
        return False


def set_webhook(world, bot, given):
    url = given.text("url").strip()
    if not url:
        return delete_webhook(world, bot, given)
    found = HOOK.fullmatch(url if "://" in url else f"https://{url}")
    if found is None or not reachable(found[0]):
        raise bad("bad webhook: Invalid URL specified")
    if world.https_only and found[1].lower() != "https":
        raise bad("bad webhook: An HTTPS URL must be provided for webhook")
    secret = given.text("secret_token")
    if secret and not SECRET.fullmatch(secret):
        raise bad("secret token is too long" if len(secret) > 256 else "secret token contains unallowed characters")
    now = time.monotonic()
    if world.enforce_limits and bot.webhook_set_at is not None and now - bot.webhook_set_at < 1.0:
        raise flood(1)
    bot.webhook_set_at = now
    take_allowed(bot, given)
    if given.boolean("drop_pending_updates"):
        bot.queue.clear()
    certificate = given.files.get("certificate")
    webhook = {"url": found[0], "secret": secret, "max_connections": given.integer("max_connections", 40, 1, 100),
               "ip_address": given.text("ip_address"),
               "certificate": certificate.content.decode("utf-8", "replace") if certificate else ""}
    same = bot.webhook == webhook
    if not same:
        bot.webhook, bot.last_error = webhook, None
        bot.wake()
        world.on_change()
    return Described(True, "Webhook is already set" if same else "Webhook was set")


def delete_webhook(world, bot, given):
    if given.boolean("drop_pending_updates"):
        bot.queue.clear()
    was, bot.webhook, bot.last_error = bot.webhook, None, None
    bot.wake()
    world.on_change()
    return Described(True, "Webhook was deleted" if was else "Webhook is already deleted")


def get_webhook_info(world, bot, _given):
    bot.queue.expire(world.clock.now())
    info = {"url": "", "has_custom_certificate": False, "pending_update_count": len(bot.queue.waiting)}
    if bot.webhook:
        info.update(url=bot.webhook["url"], has_custom_certificate=bool(bot.webhook["certificate"]),
                    max_connections=bot.webhook["max_connections"],
                    ip_address=bot.webhook["ip_address"] or "127.0.0.1")
        if bot.last_error:
            info.update(last_error_date=int(bot.last_error[0]), last_error_message=bot.last_error[1])
    if bot.queue.allowed:
        info["allowed_updates"] = bot.queue.allowed
    return info


def answer_callback_query(world, bot, given):
    press = bot.callbacks.get(given.text("callback_query_id"))
    if press is None or world.clock.unhurried() - press["at"] > world.callback_seconds:
        raise named("too_old")
    if len(given.text("text")) > ANSWER_MAX:
        raise bad("MESSAGE_TOO_LONG")
    answer = {"text": given.text("text"), "show_alert": given.boolean("show_alert"), "url": given.text("url")}
    press["answers"].append(answer)
    world.emit("answer", bot, press["chat_id"], callback_query_id=press["id"], answer=answer)
    return True


def command_key(given):
    if not LANGUAGE.fullmatch(given.text("language_code")):
        raise bad("Invalid language code specified")
    scope = given.json("scope", dict, "BotCommandScope") or {"type": "default"}
    return (str(scope.get("type", "default")), str(scope.get("chat_id")), str(scope.get("user_id")), given.text("language_code"))


def set_my_commands(_world, bot, given):
    commands = given.json("commands", list, "BotCommand")
    if commands is None:
        raise bad('parameter "commands" is required')
    if len(commands) > COMMANDS_MAX:
        raise bad("BOT_COMMANDS_TOO_MUCH")
    made = []
    for one in commands:
        if not isinstance(one, dict) or "command" not in one or "description" not in one:
            raise bad("can't parse BotCommand: expected an Object with command and description")
        name, description = str(one["command"]).removeprefix("/"), str(one["description"])
        if not COMMAND.fullmatch(name):
            raise bad("BOT_COMMAND_INVALID")
        if not description or len(description) > DESCRIPTION_MAX:
            raise bad("BOT_COMMAND_DESCRIPTION_INVALID")
        made.append({"command": name, "description": description})
    bot.commands[command_key(given)] = made
    return True


def get_my_commands(_world, bot, given):
    return bot.commands.get(command_key(given), [])


def delete_my_commands(_world, bot, given):
    bot.commands.pop(command_key(given), None)
    return True


def get_file(_world, bot, given):
    found = bot.files.get(given.text("file_id"))
    if not given.text("file_id"):
        raise bad("file_id is empty")
    if found is None:
        raise bad("wrong file_id or the file is temporarily unavailable")
    if found[0]["file_size"] > DOWNLOAD_MAX:
        raise bad("file is too big")
    return found[0]


METHODS = {
    "getme": get_me,
    "setwebhook": set_webhook, "deletewebhook": delete_webhook, "getwebhookinfo": get_webhook_info,
    "answercallbackquery": answer_callback_query,
    "setmycommands": set_my_commands, "getmycommands": get_my_commands, "deletemycommands": delete_my_commands,
    "getfile": get_file,
    **messages.METHODS,
}


def run(world, bot, method, given):
    """Runs a method by its lower-case name, except for getUpdates; returns the response as JSON."""
    if method not in METHODS:
        raise Failure(404, "Not Found")
    result = METHODS[method](world, bot, given)
    answer = {"ok": True, "result": result}
    if isinstance(result, Described):
        answer.update(result=result.result, description=result.description)
    return answer
