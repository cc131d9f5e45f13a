// SPDX-License-Identifier: MIT
/* SQL of the synchronisation with `document_vector`. */
#pragma once

#include "base/digest.h"
#include "db/query.h"

#include "vectors/qdrant_client.h"

enum {
    SYNCHRONISER_PAGE_BYTES = 128 * 1024, /* bytes of the rows of a page, roughly */
    SYNCHRONISER_PAGES_MAX = 16,          /* pages listed at once */
    SYNCHRONISER_GONE_MAX = 4096,         /* deletions listed at once */
    SYNCHRONISER_GENERATIONS = 2          /* one that serves and one that fills */
};

/* A cursor among changes: changes after it have not been read. */
struct sync_cursor {
    int64_t tx;
    int64_t number;
};

/* A generation that serves or fills. */
struct sync_generation {
    int64_t generation; /* its number */
    int64_t dimensions;
    int64_t settled; /* changes of all transactions with lower numbers are visible */
    bool serves;     /* false: it fills */
    char key[2 * DIGEST_SHA256_LEN + 1]; /* as hex */
};
/* Reads the generations that serve or fill, the serving one first. */
bool synchroniser_store_list_live_generations(struct db *db,
                                              struct sync_generation out[SYNCHRONISER_GENERATIONS],
                                              size_t *count, struct fault *fault) MUST_CHECK;

/* Divides the vectors of documents with numbers below `below_number` into pages. Each row has the
 * lowest number of a page (synchroniser_store_read_page_bound()); the page with the highest numbers
 * comes first. At most SYNCHRONISER_PAGES_MAX; no rows: there are no more pages. */
bool synchroniser_store_list_pages(struct db *db, const struct sync_generation *generation,
                                   int64_t below_number, struct db_rows *rows,
                                   struct fault *fault) MUST_CHECK;
int64_t synchroniser_store_read_page_bound(const struct db_rows *rows, int row);

/* Reads the vectors of a page, with numbers from `lowest_number` on and below `below_number`, and
 * their documents, the highest number first. Omits vectors of transactions from generation->settled
 * on, which synchroniser_store_list_new_vectors() lists. */
bool synchroniser_store_read_page(struct db *db, const struct sync_generation *generation,
                                  int64_t lowest_number, int64_t below_number, struct db_rows *rows,
                                  struct fault *fault) MUST_CHECK;
/* Lists vectors that were written after `after`, and their documents, in the order of changes, at
 * most SYNCHRONISER_PAGE_BYTES. No rows: there are no more. */
bool synchroniser_store_list_new_vectors(struct db *db, const struct sync_generation *generation,
                                         const struct sync_cursor *after, struct db_rows *rows,
                                         struct fault *fault) MUST_CHECK;
/* Reads the vectors with these numbers, and their documents, at most VECTOR_ROWS_MAX. */
bool synchroniser_store_list_vectors_by_number(struct db *db,
                                               const struct sync_generation *generation,
                                               const int64_t *numbers, size_t count,
                                               struct db_rows *rows,
                                               struct fault *fault) MUST_CHECK;
/* Reads a row of the three functions above; `out` borrows from the rows. Must be called only once
 * for each row, because reading bytes changes the row. False: the vector has a wrong length, which
 * no writer stores. */
bool synchroniser_store_read_row(const struct db_rows *rows, int row,
                                 const struct sync_generation *generation,
                                 struct vector_row *out) MUST_CHECK;

/* Lists vectors that were deleted after `after`, in the order of deletions, at most
 * SYNCHRONISER_GONE_MAX; read the rows by synchroniser_store_read_cursor(). */
bool synchroniser_store_list_deletions(struct db *db, const struct sync_generation *generation,
                                       const struct sync_cursor *after, struct db_rows *rows,
                                       struct fault *fault) MUST_CHECK;

/* Compares points of Qdrant, in the order of numbers, with the first QDRANT_PAGE vectors whose
 * numbers are above `after_number` and at most `last_number`. Each row is a difference
 * (synchroniser_store_read_difference()); `compared_number` is the last one that was compared. */
bool synchroniser_store_list_differences(struct db *db, const struct sync_generation *generation,
                                         int64_t after_number, int64_t last_number,
                                         const struct qdrant_known *points, size_t count,
                                         struct db_rows *rows, int64_t *compared_number,
                                         struct fault *fault) MUST_CHECK;
/* A document whose vector and point differ. */
struct sync_difference {
    int64_t number; /* number of the document */
    int64_t ours;   /* revision of the vector; FIELD_ABSENT: there is no vector */
    int64_t theirs; /* revision of the point; FIELD_ABSENT: no point, or one without a revision */
    bool has_point;
};
/* False: the row is empty, because nothing differs. */
bool synchroniser_store_read_difference(const struct db_rows *rows, int row,
                                        struct sync_difference *out) MUST_CHECK;

/* The cursor in a row of a vector or of a deletion. */
struct sync_cursor synchroniser_store_read_cursor(const struct db_rows *rows, int row);

/* Counts the generation's vectors. */
bool synchroniser_store_count_vectors(struct db *db, const struct sync_generation *generation,
                                      int64_t *out, struct fault *fault) MUST_CHECK;

/* The statement with which db_batches_run() deletes records of deletions after a day. */
extern const struct db_statement synchroniser_store_delete_old;
