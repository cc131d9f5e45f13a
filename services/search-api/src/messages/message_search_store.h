// SPDX-License-Identifier: MIT
/* SQL of searches for messages: candidates by words, and documents by number. */
#pragma once

#include "db/query.h"

#include "messages/message_query.h"

/* Prepares a search of only the QUERY_TERMS_NEWEST newest documents of the tenant that match the
 * filter. Sets `bound` to the number of the newest document that is not searched; 0: all are
 * searched, because there are not so many. */
bool message_search_store_find_newest_bound(struct db *db, const struct vector_filter *filter,
                                            int64_t *bound, struct fault *fault) MUST_CHECK;

/* Documents and their texts. Must be zeroed first, and finished even after a failed read. */
struct message_rows {
    struct db_rows rows;
    const struct slice *texts; /* for each row; absent: the document was just deleted, or the texts
                                * of the rows before it have MESSAGE_TEXTS_MAX bytes */
    struct arena arena;
};
enum { MESSAGE_TEXTS_MAX = 4 * 1024 * 1024 };
void message_rows_finish(struct message_rows *rows);

/* Reads candidates: documents of the tenant that match the filter and have a term that selects
 * candidates or, with `requires_phrases`, the words of all phrases. The best come first, at most
 * MESSAGE_RESULTS_MAX. Reads only documents with a number above `number_above`. */
bool message_search_store_list_candidates(struct db *db, const struct vector_filter *filter,
                                          const struct query_terms *query_terms,
                                          bool requires_phrases, int64_t number_above,
                                          struct arena *arena, struct message_rows *out,
                                          struct fault *fault) MUST_CHECK;

/* Reads documents with the given numbers in the given order. Omits documents of other tenants and
 * documents that do not match the filter. */
bool message_search_store_list_documents(struct db *db, const struct vector_filter *filter,
                                         const int64_t *numbers, size_t count,
                                         struct message_rows *out, struct fault *fault) MUST_CHECK;

int64_t message_search_store_read_number(const struct message_rows *rows, int row);
/* Reads a hit from a row, but not its score, ranks and snippet. Text is borrowed from `rows`. */
void message_search_store_read_hit(const struct message_rows *rows, int row,
                                   struct message_hit *out);
