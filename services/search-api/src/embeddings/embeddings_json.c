// SPDX-License-Identifier: MIT
#include "embeddings/embeddings_json.h"

#include <math.h>

#include "base/digest.h"
#include "json/foreign.h"

void embeddings_request_write(const struct embeddings_request *request, struct buf *out)
{
    buf_json_member(out, "{\"model\":", slice_of(request->model));
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

/* A vector as base64 (`text`) or as a list (`numbers`); the other member is absent. */
struct item {
    int64_t index;
    struct slice text;
    struct foreign_list numbers;
};

struct answer {
    struct foreign_list data;
    int64_t prompt_tokens;
    int64_t total_tokens;
    struct embeddings_reason error, flat;
};

// clang-format off
static const struct foreign_member item_members[] = {
    {"index",     FOREIGN_INT,     offsetof(struct item, index),   NULL, 0},
    {"embedding", FOREIGN_TEXT,    offsetof(struct item, text),    NULL, 0},
    {"embedding", FOREIGN_DOUBLES, offsetof(struct item, numbers), NULL, EMBEDDINGS_DIMENSIONS_MAX},
};
static const struct foreign item_table = FOREIGN_OF(item_members, struct item);
#define AT(member) offsetof(struct answer, member)
static const struct foreign_member members[] = {
    {"data",                FOREIGN_LIST, AT(data),          &item_table, EMBEDDINGS_TEXTS_MAX},
    {"usage/prompt_tokens", FOREIGN_INT,  AT(prompt_tokens), NULL, 0},
    {"usage/total_tokens",  FOREIGN_INT,  AT(total_tokens),  NULL, 0},
    {"error/message",       FOREIGN_TEXT, AT(error.message), NULL, 0},
    {"error/code",          FOREIGN_TEXT, AT(error.code),    NULL, 0},
    {"error/type",          FOREIGN_TEXT, AT(error.type),    NULL, 0},
    {"message",             FOREIGN_TEXT, AT(flat.message),  NULL, 0},
    {"code",                FOREIGN_TEXT, AT(flat.code),     NULL, 0},
    {"type",                FOREIGN_TEXT, AT(flat.type),     NULL, 0},
};
#undef AT
// clang-format on
static const struct foreign table = FOREIGN_OF(members, struct answer);

_Static_assert(__BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__, "base64 is of little-endian floats");

/* Reads the numbers of an item into `out`, which has room for EMBEDDINGS_DIMENSIONS_MAX. Returns
 * how many there are; 0: the item is invalid. */
static size_t read_numbers(const struct item *item, float *out)
{
    const double *numbers = item->numbers.items;
    size_t bytes = 0;

    if (item->text.at != NULL)
        return digest_base64_decode(DIGEST_BASE64, item->text, out,
                                    EMBEDDINGS_DIMENSIONS_MAX * sizeof *out, &bytes) &&
                       bytes % sizeof *out == 0
                   ? bytes / sizeof *out
                   : 0;
    if (item->numbers.left_out > 0)
        return 0;
    for (size_t i = 0; i < item->numbers.count; i++)
        out[i] = (float)numbers[i];
    return item->numbers.count;
}

/* Scales a vector to length 1. False: its length is 0 or not finite. */
static bool scale_to_unit_length(float *vector, size_t count)
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

static bool read_items(const struct foreign_list *data, struct arena *arena,
                       struct embeddings_vectors *out, struct fault *fault)
{
    const struct item *items = data->items;
    float *room = arena_alloc(arena, EMBEDDINGS_DIMENSIONS_MAX * sizeof *room);
    bool taken[EMBEDDINGS_TEXTS_MAX] = {false};

    if (room == NULL)
        return arena_fault(fault);
    for (size_t i = 0; i < data->count; i++) {
        const size_t dimensions = read_numbers(&items[i], room);
        const bool same_form = (items[i].text.at != NULL) == (items->text.at != NULL);
        if (!same_form || dimensions == 0 || !scale_to_unit_length(room, dimensions))
            return fault_set(fault, FAULT_UNREADABLE, "embeddings_vector",
                             "A vector is no list of finite numbers with a length.");
        if (i == 0) {
            out->dimensions = dimensions;
            out->values = arena_alloc(arena, data->count * dimensions * sizeof *out->values);
            if (out->values == NULL)
                return arena_fault(fault);
        }
        if (dimensions != out->dimensions)
            return fault_set(fault, FAULT_UNREADABLE, "embeddings_dimensions",
                             "The vectors of one answer have different lengths.");
        /* Without an index, the position of the item says which text it belongs to. */
        const size_t text = items[i].index != FIELD_ABSENT ? (size_t)items[i].index : i;
        if (text >= data->count || taken[text])
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
    struct answer answer;

    if (!foreign_read(&table, body, &answer, arena, fault))
        return false;
    if (answer.data.count + answer.data.left_out != count || count == 0 ||
        count > EMBEDDINGS_TEXTS_MAX)
        return fault_set(fault, FAULT_UNREADABLE, "embeddings_count",
                         "There are %zu vectors of %zu texts.", answer.data.count, count);
    if (!read_items(&answer.data, arena, &made, fault))
        return false;
    made.tokens = answer.prompt_tokens != FIELD_ABSENT ? answer.prompt_tokens : answer.total_tokens;
    if (made.tokens > EMBEDDINGS_TOKENS_MAX)
        made.tokens = FIELD_ABSENT;
    *out = made;
    return true;
}

void embeddings_error_reason_read(struct slice body, struct arena *arena,
                                  struct embeddings_reason *out)
{
    struct answer answer;
    struct fault ignored;

    *out = (struct embeddings_reason){.message = SLICE_NONE};
    if (foreign_read(&table, body, &answer, arena, &ignored))
        *out = answer.error.message.at != NULL ? answer.error : answer.flat;
}
