// SPDX-License-Identifier: MIT
/* A text that a client requests by its key: `template` and `params` of POST /v1/messages. */
#pragma once

#include "texts/text_key.h"

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

/* Finds the text of this key for this type of bot and checks the values. FAULT_INVALID
 * "unknown_template" of the field template, or faults of fields of params. */
bool text_request_resolve(const struct text_request *ask, enum bot_type type, struct arena *arena,
                          struct text_resolved *out, struct fault *fault) MUST_CHECK;

/* Renders the text in the language, as HTML of the Bot API, in the arena. */
bool text_request_render(const struct text_resolved *asked, const struct texts *texts,
                         enum language language, struct arena *arena, struct slice *words,
                         struct fault *fault) MUST_CHECK;
