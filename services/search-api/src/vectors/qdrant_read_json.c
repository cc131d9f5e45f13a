// SPDX-License-Identifier: MIT
#include <math.h>
#include <stdlib.h>

#include "base/parse.h"
#include "json/foreign.h"

#include "vectors/qdrant_json.h"

/* The result of one write of a batch. */
struct update {
    struct slice status;
};

struct point {
    int64_t id; /* FIELD_ABSENT: a UUID; the ids of search-api's points are numbers */
    double score;
    int64_t rev;
};

/* Members of all kinds of answers; most are absent. */
struct answer {
    struct slice version;              /* in the answer to GET / */
    int64_t size;                      /* dimensions of a collection's vectors */
    struct slice distance, generation; /* properties of a collection */
    struct slice status;               /* status of a write */
    struct foreign_list statuses;      /* for a batch of writes: struct update */
    struct foreign_list points;
    bool has_next; /* further points follow */
    int64_t count;
    struct slice error;
};

// clang-format off
static const struct foreign_member update_members[] = {
    {"status", FOREIGN_TEXT, 0, NULL, 0},
};
static const struct foreign update_table = FOREIGN_OF(update_members, struct update);

static const struct foreign_member point_members[] = {
    {"id",          FOREIGN_INT,    offsetof(struct point, id),    NULL, 0},
    {"score",       FOREIGN_DOUBLE, offsetof(struct point, score), NULL, 0},
    {"payload/rev", FOREIGN_INT,    offsetof(struct point, rev),   NULL, 0},
};
static const struct foreign point_table = FOREIGN_OF(point_members, struct point);

#define AT(member) offsetof(struct answer, member)
#define CONFIG "result/config/"
static const struct foreign_member members[] = {
    {"version",                        FOREIGN_TEXT,    AT(version),    NULL, 0},
    {CONFIG "params/vectors/size",     FOREIGN_INT,     AT(size),       NULL, 0},
    {CONFIG "params/vectors/distance", FOREIGN_TEXT,    AT(distance),   NULL, 0},
    {CONFIG "metadata/generation",     FOREIGN_TEXT,    AT(generation), NULL, 0},
    {"result/status",                  FOREIGN_TEXT,    AT(status),     NULL, 0},
    {"result",                         FOREIGN_LIST,    AT(statuses),   &update_table, VECTOR_ROWS_MAX},
    {"result/points",                  FOREIGN_LIST,    AT(points),     &point_table, VECTOR_HITS_MAX},
    {"result/next_page_offset",        FOREIGN_PRESENT, AT(has_next),   NULL, 0},
    {"result/count",                   FOREIGN_INT,     AT(count),      NULL, 0},
    {"status/error",                   FOREIGN_TEXT,    AT(error),      NULL, 0},
};
#undef AT
// clang-format on
static const struct foreign table = FOREIGN_OF(members, struct answer);

static bool set_unreadable_fault(struct fault *fault, const char *missing_member)
{
    return fault_set(fault, FAULT_UNREADABLE, "qdrant_unreadable", "Qdrant's answer has no %s.",
                     missing_member);
}

bool qdrant_read_version(struct slice body, struct qdrant_version *out, struct arena *arena,
                         struct fault *fault)
{
    struct answer answer;
    int64_t major, minor;

    if (!foreign_read(&table, body, &answer, arena, fault))
        return false;
    if (!parse_i64(slice_cut(&answer.version, '.'), 0, 1000, &major) ||
        !parse_i64(slice_cut(&answer.version, '.'), 0, 1000, &minor))
        return set_unreadable_fault(fault, "version");
    *out = (struct qdrant_version){(int)major, (int)minor};
    return true;
}

bool qdrant_read_collection_shape(struct slice body, struct qdrant_shape *out, struct arena *arena,
                                  struct fault *fault)
{
    struct answer answer;

    if (!foreign_read(&table, body, &answer, arena, fault))
        return false;
    /* A collection of named vectors lacks these members, so its shape fits no generation. */
    *out = (struct qdrant_shape){.dimensions = answer.size > 0 ? answer.size : 0,
                                 .is_cosine = slice_is(answer.distance, "Cosine"),
                                 .generation = answer.generation};
    return true;
}

bool qdrant_read_write_result(struct slice body, bool *is_visible, struct arena *arena,
                              struct fault *fault)
{
    struct answer answer;

    if (!foreign_read(&table, body, &answer, arena, fault))
        return false;
    if (answer.status.at == NULL && answer.statuses.count == 0)
        return set_unreadable_fault(fault, "status");
    bool completed = answer.statuses.items != NULL || slice_is(answer.status, "completed");
    const struct update *updates = answer.statuses.items;
    for (size_t i = 0; i < answer.statuses.count; i++)
        completed = completed && slice_is(updates[i].status, "completed");
    *is_visible = completed;
    return true;
}

/* --- points --- */

static bool read_points(struct slice body, struct answer *out, struct arena *arena,
                        struct fault *fault)
{
    return foreign_read(&table, body, out, arena, fault) &&
           (out->points.items != NULL || set_unreadable_fault(fault, "points"));
}

static int compare_hits(const void *one, const void *other)
{
    const struct vector_hit *a = one, *b = other;

    if (a->similarity != b->similarity)
        return a->similarity < b->similarity ? 1 : -1;
    return (a->number < b->number) - (a->number > b->number);
}

bool qdrant_read_hits(struct slice body, size_t limit, struct vector_hit *hits, size_t *count,
                      struct arena *arena, struct fault *fault)
{
    struct answer answer;
    size_t read = 0;

    if (!read_points(body, &answer, arena, fault))
        return false;
    const struct point *points = answer.points.items;
    for (size_t i = 0; i < answer.points.count && read < limit; i++)
        if (points[i].id > 0 && isfinite(points[i].score))
            hits[read++] =
                (struct vector_hit){points[i].id, (float)fmin(1, fmax(-1, points[i].score))};
    qsort(hits, read, sizeof *hits, compare_hits);
    *count = read;
    return true;
}

bool qdrant_read_point_list(struct slice body, int64_t after, size_t limit,
                            struct qdrant_known *out, size_t *count, bool *more,
                            struct arena *arena, struct fault *fault)
{
    struct answer answer;
    size_t listed = 0;

    if (!read_points(body, &answer, arena, fault))
        return false;
    const struct point *points = answer.points.items;
    for (size_t i = 0; i < answer.points.count && listed < limit; i++) {
        if (points[i].id <= 0)
            continue;
        if (points[i].id <= after)
            return set_unreadable_fault(fault, "order");
        after = points[i].id;
        out[listed++] = (struct qdrant_known){points[i].id, points[i].rev};
    }
    *count = listed;
    *more = listed > 0 && answer.has_next;
    return true;
}

/* --- counts and errors --- */

bool qdrant_read_count(struct slice body, int64_t *out, struct arena *arena, struct fault *fault)
{
    struct answer answer;

    if (!foreign_read(&table, body, &answer, arena, fault))
        return false;
    if (answer.count < 0)
        return set_unreadable_fault(fault, "count");
    *out = answer.count;
    return true;
}

struct slice qdrant_read_error(struct slice body, struct arena *arena)
{
    struct answer answer;
    struct fault ignored;

    return foreign_read(&table, body, &answer, arena, &ignored) && answer.error.at != NULL
               ? answer.error
               : SLICE("");
}
