// SPDX-License-Identifier: MIT
/* A bot: its row of the table `bot`, and its files in BOTS_DIR. */
#pragma once

#include <stdint.h>

#include "base/slice.h"
#include "base/uuid.h"
#include "base/value.h"

enum {
    BOTS_MAX = 256,
    BOT_NAME_MAX = 32,
    BOT_FILE_MAX = 4096, /* bytes of a file */
    BOT_USERNAME_MAX = 32,
    BOT_TOKEN_MAX = 128,
    BOT_SECRET_MAX = 256, /* Bot API, setWebhook: secret_token */
    BOT_KEY_MAX = 64
};

/* How a bot gets its updates; in the order of bot_intake_names. */
enum bot_intake { BOT_WEBHOOK, BOT_POLL };
extern const char *const bot_intake_names[];

/* The type of a bot determines its dialogues, texts and settings. In the order of
 * bot_type_names. */
enum bot_type { BOT_APARTMENTS, BOT_TAXI, BOT_FLOW, BOT_TYPES };
extern const char *const bot_type_names[];
/* False of BOT_FLOW: other programs answer its people, so it has no texts, settings, places and
 * notifications either. `type` is an enum bot_type. */
bool bot_type_has_dialogue(int type);
/* Reads a name of bot_type_names; false if it is unknown. */
bool bot_type_read(struct slice name, enum bot_type *out);

/* Names of a bot's polling state, in the order of enum telegram_poll_state (telegram/poll.h). */
extern const char *const bot_polling_names[];

struct bot {
    char name[BOT_NAME_MAX + 1];
    struct uuid id; /* nil: there is no row, and the members up to updated_at are unset */
    struct uuid tenant_id;
    int type;                            /* enum bot_type */
    char username[BOT_USERNAME_MAX + 1]; /* Telegram's, without '@'; "": unknown */
    int intake;                          /* enum bot_intake */
    bool is_active;
    int64_t version;
    int64_t created_at;
    int64_t updated_at;
    int polling;        /* state reported by the polling instance; -1: none yet */
    int64_t polling_at; /* start of that state; FIELD_ABSENT if `polling` is -1 */
    /* The contents of the bot's files. "" if a file is missing or invalid: */
    char token[BOT_TOKEN_MAX + 1];
    char secret[BOT_SECRET_MAX + 1];
    char key[BOT_KEY_MAX + 1]; /* API key for calls of our services */
};

/* Where a bot's webhook points, according to Telegram (Bot API, "WebhookInfo"). In the order of
 * bot_webhook_names. */
enum bot_webhook_state { BOT_WEBHOOK_NONE, BOT_WEBHOOK_OURS, BOT_WEBHOOK_ELSEWHERE };
extern const char *const bot_webhook_names[];

enum { BOT_WEBHOOK_ERROR_MAX = 200 }; /* bytes */

struct bot_webhook {
    int state;       /* -1: unknown yet */
    int64_t pending; /* updates waiting at Telegram; FIELD_ABSENT with state -1, like the times */
    int64_t last_error_at;                      /* the last failed delivery; FIELD_ABSENT: none */
    char last_error[BOT_WEBHOOK_ERROR_MAX + 1]; /* Telegram's description; "": none */
    int64_t checked_at;                         /* time of Telegram's last answer about the state */
    const char *error; /* reason why a check after checked_at failed, static; NULL: none failed */
};

/* The parts that a bot needs to work: its row and its files. */
enum bot_part { BOT_ROW, BOT_TOKEN, BOT_SECRET, BOT_KEY, BOT_PARTS };
extern const struct slice bot_part_names[BOT_PARTS];
bool bot_has_part(const struct bot *bot, enum bot_part part);
/* Whether the bot is active and has the part. */
bool bot_is_active_with(const struct bot *bot, enum bot_part part);

/* Whether the name begins with a lower-case letter, has only lower-case letters, digits and dashes,
 * and at most BOT_NAME_MAX of them. */
bool bot_name_is_good(struct slice name);

/* Parses a file name such as "apartments.token". False: not a file of a bot. */
bool bot_file_name_read(const char *file, struct slice *name, enum bot_part *part);

/* Copies the text of a file into the bot, without a final newline. False if the text is invalid: a
 * token is digits, ":", and characters of A-Za-z0-9_- (Bot API, "Authorizing your bot"); a secret
 * is characters of A-Za-z0-9_-; a key is checked by api/key.h. */
bool bot_set_part(struct bot *bot, enum bot_part part, struct slice file_text);
