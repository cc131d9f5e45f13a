// SPDX-License-Identifier: MIT
/* An embedder beside an embeddings endpoint of the test's own (support/embeddings_server.h), and
 * documents for it. */
#pragma once

#include "embeddings/embedder_private.h"
#include "stand.h"
#include "support/embeddings_server.h"
#include "support/metric_of.h"

extern struct embedder *embedder;

/* stand_begin(), and the endpoint listens. */
void embedding_begin(void);
/* Also stops `embedder` and the app's synchroniser. */
void embedding_finish(void);

/* Returns new. */
struct embedder *embedding_create(const char *model, int64_t minute_texts, int64_t daily_tokens);
/* `embedder`, with a client whose circuit breaker closes soon. */
void embedding_start_with(const char *model, int64_t minute_texts, int64_t daily_tokens);
void embedding_start(const char *model); /* practically without a budget */
void embedding_stop(void);
void embedding_restart(const char *model);

/* One run that succeeds; or one that fails, with the fault's code. In a fiber. */
void embedding_works(void);
const char *embedding_fails(void);
struct embedder_state embedding_state(void);
void embedding_next_minute(void);
/* Waits until at least 19 s of the minute are left, so that limits per minute apply to one minute.
 */
void embedding_early_in_a_minute(void);

void embedding_says(struct embeddings_says step);

/* Documents of these ids; the higher the number, the newer. */
void write_all(int first, int last, const char *text);
void write_one(int id, const char *text);
/* Each has its own text: "слово слово 7". */
void write_many(int first, int last);
/* Of the caller's tenant; the others are of stand_staff's. */
void write_many_of(const struct api_caller *caller, int first, int last);

/* The ids of documents with a vector, separated by blanks. */
const char *embedded(void);
int vectors(void);
/* Checks that the document's newest vector is of this text. */
void check_vector(int id, const char *text, int seed);
