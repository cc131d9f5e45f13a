// SPDX-License-Identifier: MIT
/* A text that a program asks for by its key: `template` and `params` of POST /v1/messages. */
#pragma once

#include "texts/text_key.h"

struct text_ask {
    struct slice key; /* absent: none is asked for */
    struct text_params params;
};

/* What is to be said; borrows from the text_ask. */
struct text_asked {
    enum text text;
    struct text_value values[TEXT_VALUES_MAX];
    size_t count;
};

/* Is there such a message for this kind of bot, and are these its values? FAULT_INVALID
 * "unknown_template" of the field template, or of fields of params. */
bool text_ask_read(const struct text_ask *ask, enum bot_type type, struct arena *arena,
                   struct text_asked *out, struct fault *fault) MUST_CHECK;

/* Its words in the language, HTML of the Bot API, in the arena. */
bool text_ask_say(const struct text_asked *asked, const struct texts *texts, enum language language,
                  struct arena *arena, struct slice *words, struct fault *fault) MUST_CHECK;
