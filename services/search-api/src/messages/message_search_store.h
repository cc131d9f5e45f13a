// SPDX-License-Identifier: MIT
/* SQL of searches: candidates. */
#pragma once

#include "db/query.h"

#include "messages/message_search.h"

/* Of the tenant's documents that fit the filters the newest that is behind QUERY_TERMS_NEWEST
 * others, by its number; FIELD_ABSENT: there are no more. */
bool message_search_store_oldest(struct db *db, const struct uuid *tenant_id,
                                 const struct message_query *asked, int64_t *oldest,
                                 struct fault *fault) MUST_CHECK;

/* Documents of the tenant that fit the filters and have one of the terms that select, or with
 * `phrases` the words of all phrases, the most promising first, at most MESSAGE_RESULTS_MAX with
 * CANDIDATES_BYTES_MAX of text. With `oldest` only what is newer. */
enum { CANDIDATES_BYTES_MAX = 256 * 1024 };
bool message_search_store_candidates(struct db *db, const struct uuid *tenant_id,
                                     const struct message_query *asked,
                                     const struct query_terms *query_terms, bool phrases,
                                     int64_t oldest, struct arena *arena, struct db_rows *rows,
                                     struct fault *fault) MUST_CHECK;

/* Of these documents those of the tenant that fit the filters, in their order, with as much text.
 */
bool message_search_store_documents(struct db *db, const struct uuid *tenant_id,
                                    const struct message_query *asked, const int64_t *numbers,
                                    size_t count, struct arena *arena, struct db_rows *rows,
                                    struct fault *fault) MUST_CHECK;

struct slice message_search_store_text(const struct db_rows *rows, int row);
int64_t message_search_store_number(const struct db_rows *rows, int row);
/* All but score, place and snippet. Text is borrowed from `rows`. */
void message_search_store_read(const struct db_rows *rows, int row, struct message_hit *out);
