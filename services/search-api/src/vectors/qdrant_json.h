// SPDX-License-Identifier: MIT
/* Requests to Qdrant and its answers as JSON. Pure. Requests follow its OpenAPI document, tags
 * v1.10 to v1.19; tests/qdrant validates them.
 *
 * A point is a row of vectors/vector_index.h: its id is the document's number, its payload the
 * attributes that filters need, without text. So lists are in the order of numbers, and hits need
 * no payload.
 */
#pragma once

#include "base/arena.h"
#include "base/buf.h"

#include "vectors/vector_index.h"

/* What versions of Qdrant support: for each feature the minor number of the first version, 1.x. */
enum qdrant_feature {
    QDRANT_LEAST = 10,        /* /points/query */
    QDRANT_TENANT_INDEX = 11, /* is_tenant */
    QDRANT_STRICT_MODE = 13,
    QDRANT_UPDATE_FILTER = 16,
    QDRANT_METADATA = 16
};

struct qdrant_version {
    int major, minor;
};
bool qdrant_version_supports(const struct qdrant_version *version, enum qdrant_feature feature);

/* The properties of a collection. */
struct qdrant_shape {
    int64_t dimensions;
    bool is_cosine;
    struct slice generation; /* as in struct qdrant_collection; .at NULL: not stored */
};

/* A point as Qdrant lists it. */
struct qdrant_known {
    int64_t number;
    int64_t revision; /* FIELD_ABSENT: the point has none */
};

/* --- requests; check buf_ok() of `out`, which may be full --- */

/* PUT /collections/C */
void qdrant_write_collection(int64_t dimensions, const char *generation,
                             const struct qdrant_version *version, struct buf *out);
enum { QDRANT_INDEXES = 7 };
/* PUT /collections/C/index: the index of member `index` of the payload, below QDRANT_INDEXES.
 * Strict mode refuses filters by members without an index. */
void qdrant_write_payload_index(size_t index, const struct qdrant_version *version,
                                struct buf *out);
/* POST /collections/C/points/batch. If the version has QDRANT_UPDATE_FILTER, a point is replaced
 * only by a higher revision. That filter applies to a whole operation, so consecutive rows of one
 * revision share an operation. */
void qdrant_write_upserts(const struct vector_row *rows, size_t count, size_t dimensions,
                          const struct qdrant_version *version, struct buf *out);
/* POST /collections/C/points/delete */
void qdrant_write_deletion(const int64_t *numbers, size_t count, struct buf *out);
/* POST /collections/C/points/query. The vector's values become 16-bit integers, because the cosine
 * does not depend on the scale. False, with nothing written: a value is not finite, or all are 0.
 */
bool qdrant_write_query(const struct vector_filter *filter, const float *vector, size_t dimensions,
                        size_t limit, struct buf *out) MUST_CHECK;
/* POST /collections/C/points/scroll: points after number `after`. */
void qdrant_write_point_list_request(int64_t after, size_t limit, struct buf *out);

/* --- answers; FAULT_UNREADABLE "bad_json", or "qdrant_unreadable": a required member is missing
 * --- */

bool qdrant_read_version(struct slice body, struct qdrant_version *out, struct arena *arena,
                         struct fault *fault) MUST_CHECK;
bool qdrant_read_collection_shape(struct slice body, struct qdrant_shape *out, struct arena *arena,
                                  struct fault *fault) MUST_CHECK;
/* Reads the answer to a write or to a batch of writes. `is_visible` is false if the write is
 * accepted but not yet visible. */
bool qdrant_read_write_result(struct slice body, bool *is_visible, struct arena *arena,
                              struct fault *fault) MUST_CHECK;
/* Reads at most `limit` hits: the nearest first, with equal similarity the higher number. */
bool qdrant_read_hits(struct slice body, size_t limit, struct vector_hit *hits, size_t *count,
                      struct arena *arena, struct fault *fault) MUST_CHECK;
bool qdrant_read_count(struct slice body, int64_t *out, struct arena *arena,
                       struct fault *fault) MUST_CHECK;
/* Reads at most `limit` points. The numbers must ascend from above `after`, otherwise the answer is
 * unreadable. `more`: further points follow. */
bool qdrant_read_point_list(struct slice body, int64_t after, size_t limit,
                            struct qdrant_known *out, size_t *count, bool *more,
                            struct arena *arena, struct fault *fault) MUST_CHECK;
/* The message of an error; "" if there is none. */
struct slice qdrant_read_error(struct slice body, struct arena *arena);
