// SPDX-License-Identifier: MIT
/* A message as a caller requests it (POST /v1/messages), and its form for the Bot API. Pure. */
#pragma once

#include "base/arena.h"

#include "bots/bot.h"
#include "outbox/outbox.h"
#include "telegram/text.h"
#include "texts/text_key.h"

enum {
    MESSAGE_TEXT_MAX = 60000, /* characters including tags; a body has 64 KiB */
    MESSAGE_ACTION_MAX = 32,
    MESSAGE_LABEL_MAX = 64, /* characters of a button's text */
    MESSAGE_ROWS_MAX = 8    /* rows of buttons, and also buttons in a row */
};
/* The callback_data (Bot API, InlineKeyboardButton: 1-64 bytes) of a button with an action is this
 * prefix and the action. */
#define MESSAGE_ACTION_PREFIX "a:"

/* The parameter of a message that one member of a group sees (Bot API 10.3). */
#define MESSAGE_EPHEMERAL "ephemeral_message_parameters"

struct message_button {
    struct slice text;
    struct slice action; /* either this or `url` */
    struct slice url;
};

struct message {
    struct slice bot;
    int64_t chat_id;
    struct slice text; /* either this or `template` is set */
    struct text_request template;
    int parse_mode;            /* 0: HTML; -1: none */
    int language;              /* of the template; -1: the language of the user */
    struct field_list buttons; /* rows: lists of struct message_button */
    int64_t ttl_seconds;
    int on_unknown; /* enum outbox_on_unknown */
    struct slice supersede_key;
};

/* A text that is sent by one or more calls of sendMessage or editMessageText. */
struct message_parts {
    struct slice text;
    enum telegram_markup markup;
    int64_t message_id;        /* of the message that each part edits; FIELD_ABSENT: none */
    struct slice reply_markup; /* JSON, under the last part; absent: none */
    const char *method;        /* of each part; NULL: the `method` of struct outbox_message */
    int64_t removes;           /* message to delete after the last part; 0: none */
    int64_t thread_id;         /* topic of a group where a new message is sent; 0: none */
    int64_t receiver;          /* the only member of a group who sees the message; 0: all */
    const char *field;         /* of the request, for faults; NULL: "text" */
};

/* Splits a text into parts, one per call, and writes the payload of struct outbox_message to the
 * arena. FAULT_INVALID "bad_html", "text_too_long" or "blank", of parts->field. */
bool message_make_text_payload(const struct message_parts *parts, struct arena *arena,
                               struct slice *payload, struct fault *fault) MUST_CHECK;

/* A photo or a document with a caption, sent by a call of sendPhoto, sendDocument or
 * editMessageMedia. */
struct message_photo {
    struct slice file; /* a URL, which Telegram fetches, or a file_id of this bot */
    bool is_document;
    struct slice caption;      /* HTML, checked by the caller, at most TELEGRAM_CAPTION_MAX */
    int64_t message_id;        /* of the message to edit; FIELD_ABSENT: none */
    struct slice reply_markup; /* JSON; absent: none */
    int64_t thread_id;         /* topic of a group where a new message is sent; 0: none */
};
/* Writes the payload of struct outbox_message, of one part, to the arena. */
bool message_make_photo_payload(const struct message_photo *photo, struct arena *arena,
                                struct slice *payload, struct fault *fault) MUST_CHECK;

/* Writes the payload of struct outbox_message to the arena, with the buttons under the last part.
 * Faults: those of message_make_text_payload(), of `field`. */
bool message_make_payload(const struct message *message, const char *field, struct arena *arena,
                          struct slice *payload, struct fault *fault) MUST_CHECK;
