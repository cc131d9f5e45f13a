// SPDX-License-Identifier: MIT
/* The properties of each text: its use and its values. The build writes the tables from texts.tsv
 * and values.tsv (cmake/texts_table.py). */
#pragma once

#include "base/fault.h"
#include "json/fields.h"

#include "bots/bot.h"
#include "texts/texts.h"

/* How a text is used, which limits its length (Bot API). */
enum text_use {
    TEXT_USE_MESSAGE, /* sendMessage and similar calls: HTML */
    TEXT_USE_BUTTON,  /* the label of a button: one line */
    TEXT_USE_NOTICE,  /* answerCallbackQuery: shown over the chat for a moment */
    TEXT_USES
};
struct text_use_limits {
    bool html;
    bool one_line;
    size_t most; /* maximum length in UTF-16 units */
};
extern const struct text_use_limits text_use_limits[TEXT_USES];

enum { TEXT_KEY_MAX = 64 }; /* bytes of a key */

struct text_key {
    const char *name; /* as in texts.tsv and bot_messages.message_key */
    enum text_use use;
    unsigned bots;      /* bit n: enum bot_type n has the text */
    const char *values; /* names separated by spaces; "name?" is optional */
};
extern const struct text_key text_keys[TEXTS]; /* in the order of the names; TEXT_NONE: no bot */

/* The text with this key; TEXTS: none. */
enum text text_key_find(struct slice key);
/* The built-in texts: texts_built_in(). */
extern const struct texts texts_table[TEXTS];

/* How a value that is given as a number is written. */
enum text_format {
    TEXT_FORMAT_NONE,  /* as it is */
    TEXT_FORMAT_MONEY, /* tiyn; if `other` is positive: one of `other` equal parts of the sum */
    TEXT_FORMAT_DATE,  /* day number */
    TEXT_FORMAT_DATES, /* day number; `other`: the day number of the end */
    TEXT_FORMAT_TIME,  /* microseconds; the day is written only if it is not that of `other` */
    /* The same of a deadline: apps show it in the time zone of the reader (Bot API 9.5, date_time);
     * older ones show the text. */
    TEXT_FORMAT_DEADLINE
};

/* A kind of value: a row of values.tsv. A value of one name has the same meaning in all texts. */
struct text_value_kind {
    const char *name;
    bool is_number;
    enum text_format format;
    int64_t most; /* maximum number, or maximum UTF-16 units of a text; a longer one is cut */
};
extern const struct text_value_kind text_value_kinds[TEXT_VALUE_KINDS];
/* The kind of the value with this name; NULL: no value has this name. */
const struct text_value_kind *text_value_find_kind(struct slice name);

/* Removes the next name from the `values` of a key. False: there is no next name. */
bool text_key_cut_value_name(struct slice *values, struct slice *name, bool *may_be_missing);

/* Whether the values match the key: the key names each value, each is of its kind, and no required
 * value is missing. */
bool text_key_accepts(const struct text_key *key, const struct text_value *values, size_t count);

/* --- requested texts: `template` and `params` of POST /v1/messages and /v1/broadcasts --- */

/* The values that a request gives by name, as JSON: {"nights":2,"city":"Almaty"}. */
struct text_params {
    struct slice words[TEXT_VALUE_KINDS]; /* absent: not given */
    int64_t numbers[TEXT_VALUE_KINDS];    /* FIELD_ABSENT: not given */
};
extern const struct field text_param_items[TEXT_PARAM_FIELDS];
extern const struct fields text_params_fields;

/* A text that a client requests by its key. */
struct text_request {
    struct slice key; /* absent: none */
    struct text_params params;
};

/* A request whose key was found and whose values were checked; borrows from the request. */
struct text_resolved {
    enum text text;
    struct text_value values[TEXT_VALUES_MAX];
    size_t count;
};

/* Reports values without a key: a text of the client has no values, so its braces would be sent as
 * they are. Code not_of_template of params/<name>. */
void text_request_check(const struct text_request *ask, struct fault_list *problems);

/* Finds the text of this key for this type of bot and checks the values. FAULT_INVALID
 * "unknown_template" of the field template, or faults of fields of params. */
bool text_request_resolve(const struct text_request *ask, enum bot_type type, struct arena *arena,
                          struct text_resolved *out, struct fault *fault) MUST_CHECK;

/* Renders the text in the language, as HTML of the Bot API, in the arena. */
bool text_request_render(const struct text_resolved *asked, const struct texts *texts,
                         enum language language, struct arena *arena, struct slice *rendered,
                         struct fault *fault) MUST_CHECK;
