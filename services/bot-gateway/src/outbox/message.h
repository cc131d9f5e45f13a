// SPDX-License-Identifier: MIT
/* A text for a chat, as a program asks for it: POST /v1/messages. Pure. */
#pragma once

#include "base/arena.h"

#include "bots/bot.h"
#include "outbox/outbox.h"
#include "telegram/text.h"
#include "texts/text_ask.h"

enum {
    MESSAGE_TEXT_MAX = 60000, /* characters, tags counted; a body has 64 KiB */
    MESSAGE_ACTION_MAX = 32,
    MESSAGE_LABEL_MAX = 64, /* characters of a button's text */
    MESSAGE_ROWS_MAX = 8    /* of buttons, and buttons in a row */
};
/* callback_data (Bot API, InlineKeyboardButton: 1-64 bytes) of a button with an action is the
 * action behind this. */
#define MESSAGE_ACTION_PREFIX "a:"

struct message_button {
    struct slice text;
    struct slice action; /* one of both */
    struct slice url;
};

struct message {
    struct slice bot;
    int64_t chat_id;
    struct slice text; /* or: */
    struct text_ask template;
    int parse_mode;            /* 0: HTML; -1: none */
    int language;              /* of the template; -1: the person's. A text is sent as it is */
    struct field_list buttons; /* rows: lists of struct message_button */
    int64_t ttl_seconds;
    int on_unknown; /* enum outbox_on_unknown */
    struct slice supersede_key;
};

/* A text as calls of the Bot API, sendMessage or editMessageText. */
struct message_parts {
    struct slice text;
    enum telegram_markup markup;
    int64_t message_id;        /* of the message that each part is to edit; FIELD_ABSENT: none */
    struct slice reply_markup; /* JSON, under the last part; absent: none */
    const char *method;        /* that each part names; NULL: that of its row */
    int64_t removes;           /* a message that is deleted behind the last part; 0: none */
};

/* The payload of a text: a part for each piece of it. The payload is in the arena. FAULT_INVALID
 * "bad_html", "text_too_long" or "blank", of the field text. */
bool message_parts_payload(const struct message_parts *parts, struct arena *arena,
                           struct slice *payload, struct fault *fault) MUST_CHECK;

/* A photo with words below it, as a call of the Bot API: sendPhoto or editMessageMedia. */
struct message_photo {
    struct slice url;          /* from where Telegram takes it */
    struct slice caption;      /* HTML, at most TELEGRAM_CAPTION_MAX; the caller has checked it */
    int64_t message_id;        /* of the message that is edited; FIELD_ABSENT: none */
    struct slice reply_markup; /* JSON; absent: none */
};
/* The payload, of one part, in the arena. */
bool message_photo_payload(const struct message_photo *photo, struct arena *arena,
                           struct slice *payload, struct fault *fault) MUST_CHECK;

/* The message's payload: a part for each piece of its text, the buttons under the last one. The
 * text is in the arena. Faults as above. */
bool message_payload(const struct message *message, struct arena *arena, struct slice *payload,
                     struct fault *fault) MUST_CHECK;
