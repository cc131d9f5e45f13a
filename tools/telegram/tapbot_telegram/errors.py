# SPDX-License-Identifier: MIT
"""Error responses with Telegram's texts."""


class Failure(Exception):
    """An error response {"ok": false, ...} with `retry_after` and `migrate_to` in its `parameters`."""

    def __init__(self, code, description, retry_after=None, migrate_to=None):
        super().__init__(f"{code} {description}")
        self.code, self.description = code, description
        self.retry_after, self.migrate_to = retry_after, migrate_to

    def answer(self):
        answer = {"ok": False, "error_code": self.code, "description": self.description}
        parameters = {}
        if self.retry_after is not None:
            parameters["retry_after"] = self.retry_after
        if self.migrate_to is not None:
            parameters["migrate_to_chat_id"] = self.migrate_to
        if parameters:
            answer["parameters"] = parameters
        return answer


def bad(description):
    return Failure(400, f"Bad Request: {description}")


def flood(seconds):
    return Failure(429, f"Too Many Requests: retry after {seconds}", retry_after=seconds)


def migrated(chat_id):
    return Failure(400, "Bad Request: group chat was upgraded to a supergroup chat", migrate_to=chat_id)


# {name for the fault `error`: (code, description)}.
NAMED = {
    "not_modified": (400, "Bad Request: message is not modified: specified new message content and reply markup are "
                          "exactly the same as a current content and reply markup of the message"),
    "too_old": (400, "Bad Request: query is too old and response timeout expired or query ID is invalid"),
    "chat_not_found": (400, "Bad Request: chat not found"),
    "parse": (400, "Bad Request: can't parse entities: Can't find end tag corresponding to start tag \"b\""),
    "text_empty": (400, "Bad Request: message text is empty"),
    "too_long": (400, "Bad Request: message is too long"),
    "markup_too_long": (400, "Bad Request: reply markup is too long"),
    "button_data": (400, "Bad Request: BUTTON_DATA_INVALID"),
    "edit_not_found": (400, "Bad Request: message to edit not found"),
    "cannot_edit": (400, "Bad Request: message can't be edited"),
    "no_text": (400, "Bad Request: there is no text in the message to edit"),
    "delete_not_found": (400, "Bad Request: message to delete not found"),
    "photo_address": (400, "Bad Request: wrong file identifier/HTTP URL specified"),
    "photo_unreachable": (400, "Bad Request: failed to get HTTP URL content"),
    "photo_type": (400, "Bad Request: wrong type of the web page content"),
    "photo_dimensions": (400, "Bad Request: PHOTO_INVALID_DIMENSIONS"),
    "unauthorized": (401, "Unauthorized"),
    "blocked": (403, "Forbidden: bot was blocked by the user"),
    "deactivated": (403, "Forbidden: user is deactivated"),
    "kicked": (403, "Forbidden: bot was kicked from the group chat"),
    "cannot_initiate": (403, "Forbidden: bot can't initiate conversation with a user"),
    "not_found": (404, "Not Found"),
    "conflict": (409, "Conflict: terminated by other getUpdates request; make sure that only one bot instance is running"),
    "webhook_active": (409, "Conflict: can't use getUpdates method while webhook is active; use deleteWebhook to delete "
                            "the webhook first"),
    "too_large": (413, "Request Entity Too Large"),
    "misdirected": (421, "Misdirected Request"),
    "internal": (500, "Internal Server Error"),
    "restart": (500, "Internal Server Error: restart"),
    "bad_gateway": (502, "Bad Gateway"),
    "unavailable": (503, "Service Unavailable"),
    "gateway_timeout": (504, "Gateway Timeout"),
}


def named(name):
    code, description = NAMED[name]
    return Failure(code, description)
