// SPDX-License-Identifier: MIT
#include "embeddings/embeddings_json.h"

#include <math.h>

#include "base/digest.h"
#include "json/foreign.h"

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

/* A vector as base64 (`text`) or as a list (`numbers`); the other member is absent. */
struct item {
    int64_t index;
    struct slice text;
    struct foreign_list numbers;
};
static const struct foreign_member item_members[] = {
    {"index",     FOREIGN_INT,     offsetof(struct item, index),   NULL, 0                        },
    {"embedding", FOREIGN_TEXT,    offsetof(struct item, text),    NULL, 0                        },
    {"embedding", FOREIGN_DOUBLES, offsetof(struct item, numbers), NULL, EMBEDDINGS_DIMENSIONS_MAX},
};
static const struct foreign item_table = FOREIGN_OF(item_members, struct item);

struct answer {
    struct foreign_list data;
    int64_t prompt_tokens;
    int64_t total_tokens;
};
static const struct foreign_member answer_members[] = {
    {"data",                FOREIGN_LIST, offsetof(struct answer, data),          &item_table, EMBEDDINGS_TEXTS_MAX},
    {"usage/prompt_tokens", FOREIGN_INT,  offsetof(struct answer, prompt_tokens), NULL,        0                   },
    {"usage/total_tokens",  FOREIGN_INT,  offsetof(struct answer, total_tokens),  NULL,        0                   },
};
static const struct foreign answer_table = FOREIGN_OF(answer_members, struct answer);

static bool bad_vector(struct fault *fault)
{
    return fault_set(fault, FAULT_UNREADABLE, "embeddings_vector",
                     "A vector is no list of finite numbers with a length.");
}

_Static_assert(__BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__, "base64 is of little-endian floats");

/* Reads the numbers of an item into `out`, which has room for EMBEDDINGS_DIMENSIONS_MAX. 0: none.
 */
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

/* Finds the text to which an item belongs, by the item's index or, without an index, by its
 * position. */
static bool text_of(const struct item *item, size_t position, size_t count, bool *taken,
                    size_t *out, struct fault *fault)
{
    const int64_t index = item->index != FIELD_ABSENT ? item->index : (int64_t)position;

    if (index < 0 || index >= (int64_t)count || taken[index])
        return fault_set(fault, FAULT_UNREADABLE, "embeddings_count",
                         "A vector is of no text, or two are of one.");
    taken[index] = true;
    *out = (size_t)index;
    return true;
}

static bool read_items(const struct foreign_list *data, size_t count, struct arena *arena,
                       struct embeddings_vectors *out, struct fault *fault)
{
    const struct item *items = data->items;
    float *room = arena_alloc(arena, EMBEDDINGS_DIMENSIONS_MAX * sizeof *room);
    bool taken[EMBEDDINGS_TEXTS_MAX] = {false};
    size_t text = 0;

    if (room == NULL)
        return arena_fault(fault);
    for (size_t i = 0; i < count; i++) {
        const size_t dimensions = read_numbers(&items[i], room);
        const bool same_form = (items[i].text.at != NULL) == (items->text.at != NULL);
        if (!same_form || dimensions == 0 || !make_unit(room, dimensions))
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
        if (!text_of(&items[i], i, count, taken, &text, fault))
            return false;
        memcpy(out->values + text * dimensions, room, dimensions * sizeof *room);
    }
    return true;
}

bool embeddings_answer_read(struct slice body, size_t count, struct arena *arena,
                            struct embeddings_vectors *out, struct fault *fault)
{
    struct embeddings_vectors made = {.dimensions = 0};
    struct answer answer;

    if (!foreign_read(&answer_table, body, &answer, arena, fault))
        return false;
    if (answer.data.count + answer.data.left_out != count || count == 0 ||
        count > EMBEDDINGS_TEXTS_MAX)
        return fault_set(fault, FAULT_UNREADABLE, "embeddings_count",
                         "There are %zu vectors of %zu texts.", answer.data.count, count);
    if (!read_items(&answer.data, count, arena, &made, fault))
        return false;
    made.tokens = answer.prompt_tokens != FIELD_ABSENT ? answer.prompt_tokens : answer.total_tokens;
    if (made.tokens > EMBEDDINGS_TOKENS_MAX)
        made.tokens = FIELD_ABSENT;
    *out = made;
    return true;
}

/* --- reasons --- */

static const struct foreign_member reason_members[] = {
    {"message", FOREIGN_TEXT, offsetof(struct embeddings_reason, message), NULL, 0},
    {"code",    FOREIGN_TEXT, offsetof(struct embeddings_reason, code),    NULL, 0},
    {"type",    FOREIGN_TEXT, offsetof(struct embeddings_reason, type),    NULL, 0},
};
static const struct foreign reason_table = FOREIGN_OF(reason_members, struct embeddings_reason);

struct enveloped {
    struct embeddings_reason error;
};
static const struct foreign_member enveloped_members[] = {
    {"error", FOREIGN_OBJECT, offsetof(struct enveloped, error), &reason_table, 0},
};
static const struct foreign enveloped_table = FOREIGN_OF(enveloped_members, struct enveloped);

void embeddings_reason_read(struct slice body, struct arena *arena, struct embeddings_reason *out)
{
    struct enveloped enveloped;
    struct fault ignored;

    *out = (struct embeddings_reason){
        .message = {NULL, 0}
    };
    if (!foreign_read(&enveloped_table, body, &enveloped, arena, &ignored))
        return;
    if (enveloped.error.message.at != NULL)
        *out = enveloped.error;
    else if (!foreign_read(&reason_table, body, out, arena, &ignored))
        *out = (struct embeddings_reason){
            .message = {NULL, 0}
        };
}
