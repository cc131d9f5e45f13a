// SPDX-License-Identifier: MIT
#include <math.h>
#include <stdlib.h>

#include <jansson.h>

#include "base/parse.h"

#include "vectors/qdrant_json.h"

/* Returns new, to be freed by json_decref(); NULL: the body is not JSON. */
static json_t *parse(struct slice body, struct fault *fault)
{
    json_t *json = json_loadb(body.at, body.len, 0, NULL);

    if (json == NULL)
        fault_set(fault, FAULT_UNREADABLE, "bad_json", "Qdrant's answer is not JSON.");
    return json;
}

static bool unreadable(struct fault *fault, const char *what)
{
    return fault_set(fault, FAULT_UNREADABLE, "qdrant_unreadable", "Qdrant's answer has no %s.",
                     what);
}

static int64_t int_of(const json_t *value)
{
    return json_is_integer(value) ? (int64_t)json_integer_value(value) : FIELD_ABSENT;
}

bool qdrant_read_version(struct slice body, struct qdrant_version *out, struct fault *fault)
{
    json_auto_t *json = parse(body, fault);
    struct slice rest = slice_of(json_string_value(json_object_get(json, "version")));
    int64_t major, minor;

    if (json == NULL)
        return false;
    if (!parse_i64(slice_cut(&rest, '.'), 0, 1000, &major) ||
        !parse_i64(slice_cut(&rest, '.'), 0, 1000, &minor))
        return unreadable(fault, "version");
    *out = (struct qdrant_version){(int)major, (int)minor};
    return true;
}

bool qdrant_read_shape(struct slice body, struct qdrant_shape *out, struct arena *arena,
                       struct fault *fault)
{
    json_auto_t *json = parse(body, fault);
    const json_t *config = json_object_get(json_object_get(json, "result"), "config");
    const json_t *vectors = json_object_get(json_object_get(config, "params"), "vectors");
    const struct slice distance = slice_of(json_string_value(json_object_get(vectors, "distance")));
    const struct slice generation = slice_of(
        json_string_value(json_object_get(json_object_get(config, "metadata"), "generation")));
    const int64_t size = int_of(json_object_get(vectors, "size"));

    if (json == NULL)
        return false;
    /* A collection of named vectors lacks these members, so its shape fits no generation. */
    *out = (struct qdrant_shape){.dimensions = size > 0 ? size : 0,
                                 .is_cosine = slice_is(distance, "Cosine")};
    if (generation.at != NULL)
        out->generation = arena_copy(arena, generation);
    return generation.at == NULL || out->generation.at != NULL || arena_fault(fault);
}

static bool is_completed(const json_t *update)
{
    return slice_is(slice_of(json_string_value(json_object_get(update, "status"))), "completed");
}

/* The member "result" of an answer to writes is an object with a status, or a list of such objects.
 */
bool qdrant_read_write_result(struct slice body, bool *done, struct fault *fault)
{
    json_auto_t *json = parse(body, fault);
    const json_t *result = json_object_get(json, "result"), *update;
    size_t i;

    if (json == NULL)
        return false;
    if (json_array_size(result) == 0 && !json_is_string(json_object_get(result, "status")))
        return unreadable(fault, "status");
    bool completed = json_is_array(result) || is_completed(result);
    json_array_foreach(result, i, update)
    {
        completed = completed && is_completed(update);
    }
    *done = completed;
    return true;
}

/* --- points --- */

/* The points of an answer, borrowed; NULL: there are none. */
static const json_t *points_of(const json_t *json, struct fault *fault)
{
    const json_t *points = json_object_get(json_object_get(json, "result"), "points");

    if (json == NULL || json_is_array(points))
        return points;
    unreadable(fault, "points");
    return NULL;
}

static int nearer(const void *one, const void *other)
{
    const struct vector_hit *a = one, *b = other;

    if (a->similarity != b->similarity)
        return a->similarity < b->similarity ? 1 : -1;
    return (a->number < b->number) - (a->number > b->number);
}

bool qdrant_read_hits(struct slice body, size_t limit, struct vector_hit *hits, size_t *count,
                      struct fault *fault)
{
    json_auto_t *json = parse(body, fault);
    const json_t *points = points_of(json, fault), *point;
    size_t i, read = 0;

    if (points == NULL)
        return false;
    json_array_foreach(points, i, point)
    {
        const int64_t number = int_of(json_object_get(point, "id")); /* absent if it is a UUID */
        const json_t *score = json_object_get(point, "score");
        if (number > 0 && json_is_number(score) && read < limit)
            hits[read++] =
                (struct vector_hit){number, (float)fmin(1, fmax(-1, json_number_value(score)))};
    }
    qsort(hits, read, sizeof *hits, nearer);
    *count = read;
    return true;
}

bool qdrant_read_scroll(struct slice body, int64_t after, size_t limit, struct qdrant_known *out,
                        size_t *count, bool *more, struct fault *fault)
{
    json_auto_t *json = parse(body, fault);
    const json_t *points = points_of(json, fault), *point;
    size_t i, listed = 0;

    if (points == NULL)
        return false;
    json_array_foreach(points, i, point)
    {
        const int64_t number = int_of(json_object_get(point, "id"));
        if (number <= 0 || listed == limit)
            continue;
        if (number <= after)
            return unreadable(fault, "order");
        after = number;
        out[listed++] = (struct qdrant_known){
            number, int_of(json_object_get(json_object_get(point, "payload"), "rev"))};
    }
    const json_t *next = json_object_get(json_object_get(json, "result"), "next_page_offset");
    *count = listed;
    *more = listed > 0 && next != NULL && !json_is_null(next);
    return true;
}

/* --- counts and errors --- */

bool qdrant_read_count(struct slice body, int64_t *out, struct fault *fault)
{
    json_auto_t *json = parse(body, fault);
    const int64_t count = int_of(json_object_get(json_object_get(json, "result"), "count"));

    if (json == NULL)
        return false;
    if (count < 0)
        return unreadable(fault, "count");
    *out = count;
    return true;
}

struct slice qdrant_read_error(struct slice body, struct arena *arena)
{
    struct fault ignored;
    json_auto_t *json = parse(body, &ignored);
    const struct slice error =
        slice_of(json_string_value(json_object_get(json_object_get(json, "status"), "error")));
    const struct slice copy = error.at != NULL ? arena_copy(arena, error) : SLICE_NONE;

    return copy.at != NULL ? copy : SLICE("");
}
