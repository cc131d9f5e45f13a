// SPDX-License-Identifier: MIT
/* Requests and answers of an OpenAI-compatible endpoint (OpenAI API reference, "Create chat
 * completion"); Ollama, vLLM and the server of llama.cpp have the same API. */
#pragma once

#include "base/arena.h"
#include "base/buf.h"
#include "base/fault.h"
#include "base/value.h"

enum { AI_CONTENT_MAX = 4096 /* bytes of the model's answer */ };

/* The instructions for the model (the system message). */
extern const char ai_prompt[];

/* Writes the body of POST /chat/completions. `request` is the user message, itself JSON. */
void ai_request_write(const char *model, struct slice request, struct buf *out);

/* Reads the content of the model's answer, which is in the arena or borrowed from `body`.
 * FAULT_UNREADABLE "bad_json", or "no_content": the content is missing or longer than
 * AI_CONTENT_MAX. */
bool ai_reply_read_content(struct slice body, struct arena *arena, struct slice *content,
                           struct fault *fault) MUST_CHECK;

/* The criteria of a search that the model has found in a text. The values have the types of
 * json/fields.h. A value is absent if the text does not mention it. */
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
