// SPDX-License-Identifier: MIT
/* Any answers of a supposed Qdrant: what is read is within its limits and in order.
 *
 * The first byte selects the kind of answer.
 */
#include <math.h>

#include "fuzz.h"
#include "vectors/qdrant_json.h"
#include "vectors/qdrant_outcome.h"

enum { LIMIT = 20 };

static void read_hits(struct slice body)
{
    struct vector_hit hits[LIMIT];
    size_t count = 0;

    if (!qdrant_read_hits(body, LIMIT, hits, &count, &arena, &fault))
        return;
    PROMISE(count <= LIMIT);
    for (size_t i = 0; i < count; i++) {
        PROMISE(hits[i].number > 0 && hits[i].similarity >= -1 && hits[i].similarity <= 1);
        PROMISE(
            i == 0 || hits[i - 1].similarity > hits[i].similarity ||
            (hits[i - 1].similarity == hits[i].similarity && hits[i - 1].number >= hits[i].number));
    }
}

static void read_points(struct slice body)
{
    struct qdrant_known known[LIMIT];
    size_t count = 0;
    bool more = false;

    if (qdrant_read_point_list(body, 0, LIMIT, known, &count, &more, &arena, &fault)) {
        PROMISE(count <= LIMIT && (!more || count > 0));
        for (size_t i = 0; i < count; i++)
            PROMISE(known[i].number > 0 && (i == 0 || known[i - 1].number < known[i].number));
    }
}

static void read_rest(struct slice body)
{
    struct qdrant_version version = {-1, -1};
    struct qdrant_shape shape;
    int64_t count = -1;
    bool done;

    if (qdrant_read_version(body, &version, &arena, &fault))
        PROMISE(version.major >= 0 && version.minor >= 0);
    if (qdrant_read_collection_shape(body, &shape, &arena, &fault))
        PROMISE(shape.dimensions >= 0);
    if (qdrant_read_count(body, &count, &arena, &fault))
        PROMISE(count >= 0);
    (void)!qdrant_read_write_result(body, &done, &arena, &fault);
}

FUZZ(1 << 20)
{
    const uint8_t kind = fuzz_byte(&input);

    switch (kind % 4) {
    case 0:
        read_hits(input);
        break;
    case 1:
        read_points(input);
        break;
    case 2:
        read_rest(input);
        break;
    default:
        PROMISE(
            !qdrant_outcome_set_fault(200 + kind, qdrant_read_error(input, &arena), input, &fault));
        PROMISE(fault.code != NULL && strlen(fault.detail) < FAULT_DETAIL_MAX);
        PROMISE(fault.retry_after_s >= 0);
        break;
    }
}
