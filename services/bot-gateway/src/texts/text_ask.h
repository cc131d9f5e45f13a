// SPDX-License-Identifier: MIT
/* A text that a program asks for by its key: `template` and `params` of POST /v1/messages. */
#pragma once

#include "texts/text_key.h"

struct text_ask {
    struct slice key; /* absent: none is asked for */
    struct text_params params;
};

/* Is there such a text for this kind of bot, and are these its values? FAULT_INVALID
 * "unknown_template" of the field template, or of fields of params. */
bool text_ask_check(const struct text_ask *ask, enum bot_type type, struct arena *arena,
                    struct fault *fault) MUST_CHECK;

/* What it says in the language, HTML of the Bot API, in the arena. It was checked. */
bool text_ask_say(const struct text_ask *ask, const struct texts *texts, enum language language,
                  struct arena *arena, struct slice *text, struct fault *fault) MUST_CHECK;
