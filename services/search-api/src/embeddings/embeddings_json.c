// SPDX-License-Identifier: MIT
#include "embeddings/embeddings_json.h"

#include <math.h>

#include <jansson.h>

#include "base/digest.h"
#include "base/value.h"

void embeddings_request_write(const struct embeddings_request *request, struct buf *out)
{
    buf_text(out, "{\"model\":");
    buf_json_string(out, slice_of(request->model));
    if (request->base64)
        buf_text(out, ",\"encoding_format\":\"base64\"");
    if (request->dimensions > 0) {
        buf_text(out, ",\"dimensions\":");
        buf_i64(out, request->dimensions);
    }
    buf_text(out, ",\"input\":[");
    for (size_t i = 0; i < request->count; i++) {
        if (i > 0)
            buf_char(out, ',');
        buf_json_string(out, request->texts[i]);
    }
    buf_text(out, "]}");
}

/* --- answers --- */

static bool bad_vector(struct fault *fault)
{
    return fault_set(fault, FAULT_UNREADABLE, "embeddings_vector",
                     "A vector is no list of finite numbers with a length.");
}

_Static_assert(__BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__, "base64 is of little-endian floats");

/* Reads a vector, base64 or a list of numbers, into `out`, which has room for
 * EMBEDDINGS_DIMENSIONS_MAX. Returns the number of its dimensions; 0: it is neither. */
static size_t read_numbers(const json_t *vector, float *out)
{
    const struct slice text = slice_of(json_string_value(vector));
    const json_t *number;
    size_t i, bytes = 0;

    if (text.at != NULL)
        return digest_base64_decode(DIGEST_BASE64, text, out,
                                    EMBEDDINGS_DIMENSIONS_MAX * sizeof *out, &bytes) &&
                       bytes % sizeof *out == 0
                   ? bytes / sizeof *out
                   : 0;
    if (json_array_size(vector) > EMBEDDINGS_DIMENSIONS_MAX)
        return 0;
    json_array_foreach(vector, i, number)
    {
        out[i] = json_is_number(number) ? (float)json_number_value(number) : NAN;
    }
    return json_array_size(vector);
}

static bool make_unit(float *vector, size_t count)
{
    double squares = 0;

    for (size_t i = 0; i < count; i++)
        squares += (double)vector[i] * (double)vector[i];
    const double length = sqrt(squares);
    if (!isfinite(length) || length < 1e-12)
        return false;
    for (size_t i = 0; i < count; i++)
        vector[i] = (float)((double)vector[i] / length);
    return true;
}

static int64_t int_of(const json_t *value)
{
    return json_is_integer(value) ? (int64_t)json_integer_value(value) : FIELD_ABSENT;
}

static bool read_items(const json_t *data, struct arena *arena, struct embeddings_vectors *out,
                       struct fault *fault)
{
    float *room = arena_alloc(arena, EMBEDDINGS_DIMENSIONS_MAX * sizeof *room);
    bool taken[EMBEDDINGS_TEXTS_MAX] = {false};
    const size_t count = json_array_size(data);
    const json_t *item, *first = json_object_get(json_array_get(data, 0), "embedding");
    size_t i;

    if (room == NULL)
        return arena_fault(fault);
    json_array_foreach(data, i, item)
    {
        const json_t *vector = json_object_get(item, "embedding");
        const size_t dimensions = read_numbers(vector, room);
        if (json_is_string(vector) != json_is_string(first) || dimensions == 0 ||
            !make_unit(room, dimensions))
            return bad_vector(fault);
        if (i == 0) {
            out->dimensions = dimensions;
            out->values = arena_alloc(arena, count * dimensions * sizeof *out->values);
            if (out->values == NULL)
                return arena_fault(fault);
        }
        if (dimensions != out->dimensions)
            return fault_set(fault, FAULT_UNREADABLE, "embeddings_dimensions",
                             "The vectors of one answer have different lengths.");
        /* Without an index, the position of the item says which text it belongs to. */
        const int64_t index = int_of(json_object_get(item, "index"));
        const size_t text = index != FIELD_ABSENT ? (size_t)index : i;
        if (text >= count || taken[text])
            return fault_set(fault, FAULT_UNREADABLE, "embeddings_count",
                             "A vector is of no text, or two are of one.");
        taken[text] = true;
        memcpy(out->values + text * dimensions, room, dimensions * sizeof *room);
    }
    return true;
}

bool embeddings_answer_read(struct slice body, size_t count, struct arena *arena,
                            struct embeddings_vectors *out, struct fault *fault)
{
    struct embeddings_vectors made = {.dimensions = 0};
    json_auto_t *json = json_loadb(body.at, body.len, 0, NULL);
    const json_t *data = json_object_get(json, "data"), *usage = json_object_get(json, "usage");

    if (!json_is_object(json))
        return fault_set(fault, FAULT_UNREADABLE, "bad_json", "The answer is not a JSON object.");
    if (json_array_size(data) != count || count == 0 || count > EMBEDDINGS_TEXTS_MAX)
        return fault_set(fault, FAULT_UNREADABLE, "embeddings_count",
                         "There are %zu vectors of %zu texts.", json_array_size(data), count);
    if (!read_items(data, arena, &made, fault))
        return false;
    made.tokens = int_of(json_object_get(usage, "prompt_tokens"));
    if (made.tokens == FIELD_ABSENT)
        made.tokens = int_of(json_object_get(usage, "total_tokens"));
    if (made.tokens > EMBEDDINGS_TOKENS_MAX)
        made.tokens = FIELD_ABSENT;
    *out = made;
    return true;
}

/* --- reasons --- */

static struct slice text_of(const json_t *object, const char *name, struct arena *arena)
{
    const struct slice text = slice_of(json_string_value(json_object_get(object, name)));

    return text.at != NULL ? arena_copy(arena, text) : SLICE_NONE;
}

void embeddings_reason_read(struct slice body, struct arena *arena, struct embeddings_reason *out)
{
    json_auto_t *json = json_loadb(body.at, body.len, 0, NULL);
    const json_t *error = json_object_get(json, "error");

    if (!json_is_string(json_object_get(error, "message")))
        error = json;
    *out = (struct embeddings_reason){text_of(error, "message", arena),
                                      text_of(error, "code", arena), text_of(error, "type", arena)};
}
