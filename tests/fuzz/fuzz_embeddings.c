// SPDX-License-Identifier: MIT
/* Answers of an embeddings endpoint: a readable answer has vectors of length 1, one for each text;
 * an unreadable one has an outcome. The first byte is the number of texts, the second the status.
 */
#include <math.h>

#include "embeddings/embeddings_json.h"
#include "embeddings/embeddings_outcome.h"
#include "fuzz.h"

static void try_vectors(struct slice body, size_t count)
{
    struct embeddings_vectors vectors;

    if (!embeddings_answer_read(body, count, &arena, &vectors, &fault))
        return;
    PROMISE(vectors.dimensions >= 1 && vectors.dimensions <= EMBEDDINGS_DIMENSIONS_MAX);
    for (size_t i = 0; i < count; i++) {
        double squares = 0;
        for (size_t d = 0; d < vectors.dimensions; d++) {
            const double value = (double)vectors.values[i * vectors.dimensions + d];
            squares += value * value;
        }
        PROMISE(fabs(squares - 1) < 1e-3);
    }
}

FUZZ(EMBEDDINGS_ROOM + 2 * size + ARENA_FIRST_BLOCK)
{
    static const short statuses[] = {200, 400, 413, 422, 429, 500, 503};
    struct embeddings_reason reason;
    const size_t count = 1 + fuzz_byte(&input) % EMBEDDINGS_TEXTS_MAX;
    const long status = statuses[fuzz_byte(&input) % ARRAY_LEN(statuses)];

    if (status == 200)
        try_vectors(input, count);
    embeddings_error_reason_read(input, &arena, &reason);
    PROMISE(embeddings_outcome_of(status, &reason) < EMBEDDINGS_OUTCOMES);
}
