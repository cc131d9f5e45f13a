// SPDX-License-Identifier: MIT
/* The answer of the AI: search criteria found in a text. */
#pragma once

#include "base/arena.h"
#include "base/fault.h"
#include "base/value.h"

/* The values have the types of json/fields.h. A value is absent if the text does not mention it. */
struct ai_intent {
    struct slice city;
    struct slice place; /* district, street or landmark */
    int32_t check_in;
    int32_t check_out;
    int64_t nights;
    int64_t guests;
    int64_t rooms;     /* bit n: n rooms are acceptable; 0: absent */
    int64_t min_price; /* whole tenge for a night */
    int64_t max_price;
    struct field_texts amenities; /* slugs, possibly unknown ones */
};

/* Reads the model's answer. Strict: an unknown field, another type or a value out of range is a
 * fault of fields_decode(), and the whole answer is refused. */
bool ai_intent_read(struct slice json, struct arena *arena, struct ai_intent *out,
                    struct fault *fault) MUST_CHECK;
bool ai_intent_is_empty(const struct ai_intent *intent);
