// SPDX-License-Identifier: MIT
/* SQL of searches: candidates. */
#pragma once

#include "db/query.h"

#include "search/search.h"

/* Of the tenant's documents that fit the filters the newest that is behind WANTED_NEWEST others, by
 * its number; FIELD_ABSENT: there are no more. */
bool search_store_oldest(struct db *db, const struct uuid *tenant_id, const struct search *asked,
                         int64_t *oldest, struct fault *fault) MUST_CHECK;

/* Documents of the tenant that fit the filters and have one of the terms that select, or with
 * `phrases` the words of all phrases, the most promising first, at most SEARCH_FOUND_MAX with
 * CANDIDATES_BYTES_MAX of text. With `oldest` only what is newer. */
enum { CANDIDATES_BYTES_MAX = 256 * 1024 };
bool search_store_candidates(struct db *db, const struct uuid *tenant_id,
                             const struct search *asked, const struct wanted *wanted, bool phrases,
                             int64_t oldest, struct arena *arena, struct db_rows *rows,
                             struct fault *fault) MUST_CHECK;

/* Of these documents those of the tenant that fit the filters, in their order, with as much text.
 */
bool search_store_documents(struct db *db, const struct uuid *tenant_id, const struct search *asked,
                            const int64_t *numbers, size_t count, struct arena *arena,
                            struct db_rows *rows, struct fault *fault) MUST_CHECK;

struct slice search_store_text(const struct db_rows *rows, int row);
int64_t search_store_number(const struct db_rows *rows, int row);
/* All but score, place and snippet. Text is borrowed from `rows`. */
void search_store_read(const struct db_rows *rows, int row, struct search_hit *out);
