// SPDX-License-Identifier: MIT
/* What is said to Qdrant and what it answers, as JSON. Pure. Requests are those of its OpenAPI
 * document, tags v1.10 to v1.19; tests/qdrant holds them against it.
 *
 * A point is a row of vectors/vector_index.h: its id is the document's number, its payload the
 * attributes that filter, and no text. So points come in the order of numbers when they are listed,
 * and hits need no payload. */
#pragma once

#include "base/arena.h"
#include "base/buf.h"

#include "vectors/vector_index.h"

/* The first version that has it. */
enum qdrant_feature {
    QDRANT_LEAST,         /* 1.10: /points/query */
    QDRANT_TENANT_INDEX,  /* 1.11: is_tenant */
    QDRANT_STRICT_MODE,   /* 1.13 */
    QDRANT_UPDATE_FILTER, /* 1.16 */
    QDRANT_METADATA,      /* 1.16 */
    QDRANT_FEATURES
};

struct qdrant_version {
    int major, minor;
};
bool qdrant_version_has(const struct qdrant_version *version, enum qdrant_feature feature);

/* What a collection is to be, or is. */
struct qdrant_shape {
    int64_t dimensions;
    bool is_cosine;
    struct slice generation; /* .at NULL: it names none */
};

/* A point as it is listed. */
struct qdrant_known {
    int64_t number;
    int64_t revision; /* FIELD_ABSENT: it has none */
};

/* --- requests; `out` fails when it is full --- */

/* PUT /collections/C */
void qdrant_write_collection(const struct qdrant_shape *shape, const struct qdrant_version *version,
                             struct buf *out);
/* Payload indexes: PUT /collections/C/index, one for each `i` below the count. */
size_t qdrant_index_count(void);
void qdrant_write_index(size_t i, const struct qdrant_version *version, struct buf *out);
/* POST /collections/C/points/batch. Where the version can, a point is not replaced by one of a
 * lower or the same revision. A filter is of a whole operation, so neighbours of one revision share
 * one. */
void qdrant_write_points(const struct vector_row *rows, size_t count, size_t dimensions,
                         const struct qdrant_version *version, struct buf *out);
/* POST /collections/C/points/delete */
void qdrant_write_drop(const int64_t *numbers, size_t count, struct buf *out);
/* POST /collections/C/points: which of these are there, and of which revision. */
void qdrant_write_which(const int64_t *numbers, size_t count, struct buf *out);
/* POST /collections/C/points/query. The vector's values become integers of 16 bits: the cosine does
 * not know its scale. False, and nothing is written: a value is not finite, or all are 0. */
bool qdrant_write_query(const struct vector_filter *filter, const float *vector, size_t dimensions,
                        size_t limit, struct buf *out) MUST_CHECK;
/* POST /collections/C/points/count; `filter` NULL: all. */
void qdrant_write_count(const struct vector_filter *filter, struct buf *out);
/* POST /collections/C/points/scroll: those behind number `after`. */
void qdrant_write_scroll(int64_t after, size_t limit, struct buf *out);

/* --- answers. FAULT_UNREADABLE "bad_json" or "qdrant_unreadable": it lacks what it must have ---
 */

bool qdrant_read_version(struct slice body, struct qdrant_version *out, struct arena *arena,
                         struct fault *fault) MUST_CHECK;
bool qdrant_read_shape(struct slice body, struct qdrant_shape *out, struct arena *arena,
                       struct fault *fault) MUST_CHECK;
/* Of one write, or of a batch of them. `done` false: accepted, and not yet what is asked sees. */
bool qdrant_read_done(struct slice body, bool *done, struct arena *arena,
                      struct fault *fault) MUST_CHECK;
/* At most `limit` into `hits`: the nearest first, of equal ones the newer number. */
bool qdrant_read_hits(struct slice body, size_t limit, struct vector_hit *hits, size_t *count,
                      struct arena *arena, struct fault *fault) MUST_CHECK;
bool qdrant_read_count(struct slice body, int64_t *out, struct arena *arena,
                       struct fault *fault) MUST_CHECK;
/* At most `limit` into `out`. Of a list the numbers rise from behind `after`, else it is
 * unreadable; `more`: points follow. */
bool qdrant_read_which(struct slice body, size_t limit, struct qdrant_known *out, size_t *count,
                       struct arena *arena, struct fault *fault) MUST_CHECK;
bool qdrant_read_scroll(struct slice body, int64_t after, size_t limit, struct qdrant_known *out,
                        size_t *count, bool *more, struct arena *arena,
                        struct fault *fault) MUST_CHECK;
/* The words of an error; "" where there are none. */
struct slice qdrant_read_error(struct slice body, struct arena *arena);
