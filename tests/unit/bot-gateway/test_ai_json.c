// SPDX-License-Identifier: MIT
/* Requests to an OpenAI-compatible endpoint, and its answers. */
#include <jansson.h>

#include "base/auto.h"

#include "clients/ai_json.h"
#include "phrases/phrase.h"
#include "support/json_at.h"
#include "support/scratch.h"

TEST_CASE("ai_json");

TEST(request_contains_only_prompt_and_text)
{
    static const char said[] = "{\"text\":\"\\\"}]} \\n\",\"language\":\"ru\"}";
    AUTO(buf_finish) struct buf out = BUF(16 * 1024);
    json_error_t error;

    ai_request_write("some-model", slice_of(said), &out);
    json_t *json = json_loadb(out.data, out.len, JSON_REJECT_DUPLICATES, &error);
    ck_assert_msg(json != NULL, "%s", error.text);
    ck_text(json, "model", "some-model");
    ck_number(json, "temperature", 0);
    ck_assert_int_le(number_at(json, "max_tokens"), 400);
    ck_text(json, "response_format.type", "json_object");
    ck_assert_uint_eq(json_object_size(json), 5);
    ck_count(json, "messages", 2);
    ck_text(json, "messages.0.content", ai_prompt);
    ck_text(json, "messages.1.role", "user");
    ck_text(json, "messages.1.content", said);
    json_decref(json);
}

/* The prompt needs no others, because phrases have no more. */
TEST(prompt_lists_the_amenities_of_phrases)
{
    static const char *const names[] = {
        "air-conditioner", "balcony", "city-view", "crib",          "dishwasher", "elevator",
        "fireplace",       "iron",    "kitchen",   "mountain-view", "parking",    "pets-allowed",
        "self-check-in",   "tv",      "washer",    "wifi",          "workplace",
    };

    for (size_t i = 0; i < ARRAY_LEN(names); i++) {
        ck_has(ai_prompt, names[i]);
        ck_assert_slice(phrase_find_amenity(slice_of(names[i])), names[i]);
    }
    ck_assert_ptr_null(phrase_find_amenity(SLICE("helipad")).at);
    ck_assert_ptr_null(phrase_find_amenity(SLICE("")).at);
}

#define SAYS(content) "{\"choices\":[{\"message\":{\"content\":" content "}}]}"
static const struct {
    const char *body;
    const char *content; /* NULL: none */
} replies[] = {
    {SAYS("\"{\\\"city\\\":null}\""),                   "{\"city\":null}"},
    {"{\"id\":\"x\",\"choices\":[{\"index\":0,\"message\":{\"role\":\"assistant\",\"refusal\":null,"
     "\"content\":\"a\"},\"finish_reason\":\"stop\"},{\"message\":{\"content\":\"b\"}}],\"usage\":{"
     "}}",                                         "a"              },
    {SAYS("\"\""),                                      ""               },
    {SAYS("null"),                                      NULL             },
    {SAYS("7"),                                         NULL             },
    {SAYS("{\"city\":1}"),                              NULL             },
    {"{\"choices\":[]}",                                NULL             },
    {"{\"choices\":null}",                              NULL             },
    {"{\"choices\":[7]}",                               NULL             },
    {"{\"choices\":{\"message\":{\"content\":\"a\"}}}", NULL             },
    {"{\"choices\":[{\"message\":\"a\"}]}",             NULL             },
    {"{\"error\":{\"message\":\"no\"}}",                NULL             },
    {"[]",                                              NULL             },
    {"",                                                NULL             },
    {"<html>",                                          NULL             },
    {SAYS("\"a\"") "x",                                 NULL             },
};

TEST_ROWS(answer_has_content_or_a_fault, replies)
{
    struct slice content = SLICE_NONE;
    const bool well = ai_reply_read_content(slice_of(row->body), &arena, &content, &fault);

    ck_assert_msg(well == (row->content != NULL), "%s", row->body);
    ck_assert(!well || slice_is(content, row->content));
    ck_assert(well || fault.kind == FAULT_UNREADABLE);
}

/* "{", "[" or letters repeated `count` times, in the place of the content. */
static struct slice many(const char *before, char of, size_t count, const char *behind)
{
    AUTO(buf_finish) struct buf out = BUF(2 << 20);
    struct slice made;

    buf_text(&out, before);
    for (size_t i = 0; i < count; i++)
        buf_char(&out, of);
    buf_text(&out, behind);
    ck_assert(buf_keep(&out, &arena, &made, &fault));
    return made;
}

TEST(oversized_answer_is_refused)
{
    static const char head[] = "{\"choices\":[{\"message\":{\"content\":";
    struct slice content;

    ck_assert(ai_reply_read_content(
        many("{\"choices\":[{\"message\":{\"content\":\"", 'a', AI_CONTENT_MAX, "\"}}]}"), &arena,
        &content, &fault));
    ck_assert(!ai_reply_read_content(
        many("{\"choices\":[{\"message\":{\"content\":\"", 'a', AI_CONTENT_MAX + 1, "\"}}]}"),
        &arena, &content, &fault));
    ck_assert(!ai_reply_read_content(many(head, '[', 100000, ""), &arena, &content, &fault));
    ck_assert(!ai_reply_read_content(many(head, '{', 100000, ""), &arena, &content, &fault));
    ck_assert(!ai_reply_read_content(
        many("{\"choices\":[{\"message\":{\"content\":\"", 'a', 1 << 20, "\"}}]}"), &arena,
        &content, &fault));
}
