// SPDX-License-Identifier: MIT
#include <math.h>
#include <stdlib.h>

#include "base/parse.h"
#include "base/value.h"
#include "json/foreign.h"

#include "vectors/qdrant_json.h"

static bool unreadable(struct fault *fault, const char *what)
{
    return fault_set(fault, FAULT_UNREADABLE, "qdrant_unreadable", "Qdrant's answer has no %s.",
                     what);
}

/* --- GET / --- */

static const struct foreign_member greeting_members[] = {
    {"version", FOREIGN_TEXT, 0, NULL, 0},
};
static const struct foreign greeting_table = FOREIGN_OF(greeting_members, struct slice);

bool qdrant_read_version(struct slice body, struct qdrant_version *out, struct arena *arena,
                         struct fault *fault)
{
    struct slice rest;
    int64_t major, minor;

    if (!foreign_read(&greeting_table, body, &rest, arena, fault))
        return false;
    if (!parse_i64(slice_cut(&rest, '.'), 0, 1000, &major) ||
        !parse_i64(slice_cut(&rest, '.'), 0, 1000, &minor))
        return unreadable(fault, "version");
    *out = (struct qdrant_version){(int)major, (int)minor};
    return true;
}

/* --- GET /collections/C --- */

struct collection {
    int64_t size;
    struct slice distance, generation;
};
#define CONFIG "result/config/"
static const struct foreign_member collection_members[] = {
    {CONFIG "params/vectors/size",     FOREIGN_INT,  offsetof(struct collection, size),       NULL, 0},
    {CONFIG "params/vectors/distance", FOREIGN_TEXT, offsetof(struct collection, distance),   NULL,
     0                                                                                               },
    {CONFIG "metadata/generation",     FOREIGN_TEXT, offsetof(struct collection, generation), NULL, 0},
};
static const struct foreign collection_table = FOREIGN_OF(collection_members, struct collection);

bool qdrant_read_shape(struct slice body, struct qdrant_shape *out, struct arena *arena,
                       struct fault *fault)
{
    struct collection found;

    if (!foreign_read(&collection_table, body, &found, arena, fault))
        return false;
    /* A collection of named vectors lacks these members, so its shape fits no generation. */
    *out = (struct qdrant_shape){.dimensions = found.size > 0 ? found.size : 0,
                                 .is_cosine = slice_is(found.distance, "Cosine"),
                                 .generation = found.generation};
    return true;
}

/* --- writes --- */

struct update {
    struct slice status;
};
static const struct foreign_member update_members[] = {
    {"status", FOREIGN_TEXT, offsetof(struct update, status), NULL, 0},
};
static const struct foreign update_table = FOREIGN_OF(update_members, struct update);

/* The answer to writes. Its member "result" is an object with a status, read into `one`, or a list
 * of such objects, read into `several`; the other of both members is absent. */
struct updates_answer {
    struct slice one; /* its status */
    struct foreign_list several;
};
static const struct foreign_member updates_members[] = {
    {"result/status", FOREIGN_TEXT, offsetof(struct updates_answer, one),     NULL,          0},
    {"result",        FOREIGN_LIST, offsetof(struct updates_answer, several), &update_table,
     VECTOR_ROWS_MAX                                                                          },
};
static const struct foreign updates_table = FOREIGN_OF(updates_members, struct updates_answer);

bool qdrant_read_write_result(struct slice body, bool *done, struct arena *arena,
                              struct fault *fault)
{
    struct updates_answer answer;

    if (!foreign_read(&updates_table, body, &answer, arena, fault))
        return false;
    if (answer.one.at == NULL && answer.several.count == 0)
        return unreadable(fault, "status");
    bool completed = answer.several.items != NULL || slice_is(answer.one, "completed");
    const struct update *updates = answer.several.items;
    for (size_t i = 0; i < answer.several.count; i++)
        completed = completed && slice_is(updates[i].status, "completed");
    *done = completed;
    return true;
}

/* --- points --- */

struct point {
    int64_t id; /* absent if it is a UUID; ids of our points are numbers */
    double score;
    int64_t rev;
};
static const struct foreign_member point_members[] = {
    {"id",          FOREIGN_INT,    offsetof(struct point, id),    NULL, 0},
    {"score",       FOREIGN_DOUBLE, offsetof(struct point, score), NULL, 0},
    {"payload/rev", FOREIGN_INT,    offsetof(struct point, rev),   NULL, 0},
};
static const struct foreign point_table = FOREIGN_OF(point_members, struct point);

struct points {
    struct foreign_list points;
    bool has_next;
};
static const struct foreign_member points_members[] = {
    {"result/points",           FOREIGN_LIST,    offsetof(struct points, points),   &point_table, VECTOR_HITS_MAX},
    {"result/next_page_offset", FOREIGN_PRESENT, offsetof(struct points, has_next), NULL,         0              },
};
static const struct foreign points_table = FOREIGN_OF(points_members, struct points);

static bool read_points(struct slice body, struct points *out, struct arena *arena,
                        struct fault *fault)
{
    return foreign_read(&points_table, body, out, arena, fault) &&
           (out->points.items != NULL || unreadable(fault, "points"));
}

static int nearer(const void *one, const void *other)
{
    const struct vector_hit *a = one, *b = other;

    if (a->similarity != b->similarity)
        return a->similarity < b->similarity ? 1 : -1;
    return (a->number < b->number) - (a->number > b->number);
}

bool qdrant_read_hits(struct slice body, size_t limit, struct vector_hit *hits, size_t *count,
                      struct arena *arena, struct fault *fault)
{
    struct points answer;
    size_t read = 0;

    if (!read_points(body, &answer, arena, fault))
        return false;
    const struct point *points = answer.points.items;
    for (size_t i = 0; i < answer.points.count && read < limit; i++) {
        if (points[i].id > 0 && isfinite(points[i].score))
            hits[read++] =
                (struct vector_hit){points[i].id, (float)fmin(1, fmax(-1, points[i].score))};
    }
    qsort(hits, read, sizeof *hits, nearer);
    *count = read;
    return true;
}

static size_t known_of(const struct foreign_list *list, size_t limit, struct qdrant_known *out)
{
    const struct point *points = list->items;
    size_t count = 0;

    for (size_t i = 0; i < list->count && count < limit; i++) {
        if (points[i].id > 0)
            out[count++] = (struct qdrant_known){points[i].id, points[i].rev};
    }
    return count;
}

bool qdrant_read_scroll(struct slice body, int64_t after, size_t limit, struct qdrant_known *out,
                        size_t *count, bool *more, struct arena *arena, struct fault *fault)
{
    struct points answer;

    if (!read_points(body, &answer, arena, fault))
        return false;
    const size_t listed = known_of(&answer.points, limit, out);
    for (size_t i = 0; i < listed; i++) {
        if (out[i].number <= after)
            return unreadable(fault, "order");
        after = out[i].number;
    }
    *count = listed;
    *more = *count > 0 && answer.has_next;
    return true;
}

struct records_answer {
    struct foreign_list result;
};
static const struct foreign_member records_members[] = {
    {"result", FOREIGN_LIST, offsetof(struct records_answer, result), &point_table,
     VECTOR_HITS_MAX},
};
static const struct foreign records_table = FOREIGN_OF(records_members, struct records_answer);

bool qdrant_read_lookup(struct slice body, size_t limit, struct qdrant_known *out, size_t *count,
                        struct arena *arena, struct fault *fault)
{
    struct records_answer answer;

    if (!foreign_read(&records_table, body, &answer, arena, fault))
        return false;
    if (answer.result.items == NULL)
        return unreadable(fault, "points");
    *count = known_of(&answer.result, limit, out);
    return true;
}

/* --- counts and errors --- */

static const struct foreign_member count_members[] = {
    {"result/count", FOREIGN_INT, 0, NULL, 0},
};
static const struct foreign count_table = FOREIGN_OF(count_members, int64_t);

bool qdrant_read_count(struct slice body, int64_t *out, struct arena *arena, struct fault *fault)
{
    int64_t count;

    if (!foreign_read(&count_table, body, &count, arena, fault))
        return false;
    if (count < 0)
        return unreadable(fault, "count");
    *out = count;
    return true;
}

static const struct foreign_member refusal_members[] = {
    {"status/error", FOREIGN_TEXT, 0, NULL, 0},
};
static const struct foreign refusal_table = FOREIGN_OF(refusal_members, struct slice);

struct slice qdrant_read_error(struct slice body, struct arena *arena)
{
    struct slice error;
    struct fault ignored;

    if (!foreign_read(&refusal_table, body, &error, arena, &ignored) || error.at == NULL)
        return SLICE("");
    return error;
}
