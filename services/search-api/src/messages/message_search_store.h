// SPDX-License-Identifier: MIT
/* SQL of searches for messages: candidates by words, and documents by number. */
#pragma once

#include "db/query.h"

#include "messages/message_query.h"

/* Prepares a search of only the QUERY_TERMS_NEWEST newest documents of the tenant that match the
 * filters. Sets `bound` to the number of the newest document that is not searched; FIELD_ABSENT:
 * all are searched, because there are not so many. */
bool message_search_store_find_newest_bound(struct db *db, const struct uuid *tenant_id,
                                            const struct message_query *request, int64_t *bound,
                                            struct fault *fault) MUST_CHECK;

enum { CANDIDATES_BYTES_MAX = 256 * 1024 };
/* Reads candidates: documents of the tenant that match the filters and have a term that selects
 * candidates or, with `requires_phrases`, the words of all phrases. The best come first, at most
 * MESSAGE_RESULTS_MAX with CANDIDATES_BYTES_MAX of text. Unless `number_above` is FIELD_ABSENT,
 * reads only documents with a number above `number_above`. */
bool message_search_store_list_candidates(struct db *db, const struct uuid *tenant_id,
                                          const struct message_query *request,
                                          const struct query_terms *query_terms,
                                          bool requires_phrases, int64_t number_above,
                                          struct arena *arena, struct db_rows *rows,
                                          struct fault *fault) MUST_CHECK;

/* Reads documents with the given numbers in the given order, with at most CANDIDATES_BYTES_MAX of
 * text. Omits documents of other tenants and documents that do not match the filters. */
bool message_search_store_list_documents(struct db *db, const struct uuid *tenant_id,
                                         const struct message_query *request,
                                         const int64_t *numbers, size_t count, struct db_rows *rows,
                                         struct fault *fault) MUST_CHECK;

struct slice message_search_store_read_text(const struct db_rows *rows, int row);
int64_t message_search_store_read_number(const struct db_rows *rows, int row);
/* Reads a hit from a row, but not its score, ranks and snippet. Text is borrowed from `rows`. */
void message_search_store_read_hit(const struct db_rows *rows, int row, struct message_hit *out);
