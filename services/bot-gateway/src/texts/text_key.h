// SPDX-License-Identifier: MIT
/* What is known of each text before its words: where it is said, and which values it may name. */
#pragma once

#include "base/fault.h"
#include "json/fields.h"

#include "bots/bot.h"
#include "texts/texts.h"

/* Where a text is said, by which its length is limited (Bot API). */
enum said {
    SAID_MESSAGE, /* sendMessage and its like: HTML */
    SAID_BUTTON,  /* the label of a button: one line */
    SAID_NOTICE,  /* answerCallbackQuery: what shows for a moment over the chat */
    SAID_PLACES
};
struct said_place {
    bool html;
    bool one_line;
    size_t most; /* UTF-16 units */
};
extern const struct said_place said_places[SAID_PLACES];

enum { TEXT_KEY_MAX = 64 }; /* bytes of a key's name */

struct text_key {
    const char *name; /* message_key of the table, first column of the files */
    enum said said;
    unsigned bots;      /* bit n: those of enum bot_type n */
    const char *values; /* names with a space between them; "name?" may be missing */
};
extern const struct text_key text_keys[TEXTS];

/* The text with this key; TEXTS: there is none. */
enum text text_key_find(struct slice name);

/* A value of this name means the same in every text. */
struct text_value_kind {
    const char *name;
    bool is_number;
    int64_t most; /* the largest number; of text, UTF-16 units that are said */
};
/* NULL: there is none of this name. */
const struct text_value_kind *text_value_kind(struct slice name);

/* Takes the next name off `values` of a key. */
bool text_key_next_value(struct slice *values, struct slice *name, bool *may_be_missing);

/* Are these the values that the key names, each of its kind, and none missing that may not be? */
bool text_key_takes(const struct text_key *key, const struct text_value *values, size_t count);

/* --- texts that programs ask for --- */

/* A value for each name that there is, as JSON: {"nights":2,"city":"Almaty"}. */
enum { TEXT_PARAMS_MAX = 47 };
struct text_params {
    struct slice words[TEXT_PARAMS_MAX]; /* absent: not given */
    int64_t numbers[TEXT_PARAMS_MAX];    /* FIELD_ABSENT: not given */
};
extern const struct fields text_params_fields;

/* The values that the key names; how many. What is missing, and what it does not name, is added to
 * `problems` under params/. */
size_t text_params_take(const struct text_key *key, const struct text_params *params,
                        struct text_value values[TEXT_VALUES_MAX], struct fault_list *problems);
