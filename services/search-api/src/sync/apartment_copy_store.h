// SPDX-License-Identifier: MIT
/* SQL of the copy of booking-api's apartments: its feed and the table `flat`. */
#pragma once

#include "sync/feed_store.h"

extern const struct feed_source feed_apartments;
/* The statement with which feed_read() reads the feed of apartments. */
extern const struct db_statement feed_apartments_statement;

/* A row of the feed with its terms. */
struct apartment_copy {
    struct uuid id;
    int64_t tx;
    bool deleted;
    struct slice head;  /* titles, district and address; borrowed from the rows */
    struct slice body;  /* descriptions; borrowed from the rows */
    struct slice terms; /* a literal of PostgreSQL's type tsvector; terms of `head` have label A,
                         * terms of `body` label D */
};
void apartment_copy_store_read_row(const struct db_rows *rows, int row, struct apartment_copy *out);

enum { APARTMENT_COPY_MAX = 200 };
/* Copies rows of the feed, even over a copy with a higher version, and deletes apartments that the
 * feed shows as deleted. Skips a row that has changed since it was read, because the feed will
 * return it again. At most APARTMENT_COPY_MAX rows. */
bool apartment_copy_store_write_and_delete(struct db *tx, const struct apartment_copy *list,
                                           size_t count, struct fault *fault) MUST_CHECK;
/* Deletes apartments that were copied in epochs before `epoch`. Must be called only after the whole
 * feed has been read in `epoch`: then these apartments no longer exist. */
bool apartment_copy_store_delete_before_epoch(struct db_pool *pool, int64_t epoch,
                                              struct fault *fault) MUST_CHECK;
/* Moves the cursor back to the beginning of the feed if some apartments have terms of older rules
 * than WORDS_VERSION, so that they are copied again. */
bool apartment_copy_store_rewind_feed_if_outdated(struct db_pool *pool,
                                                  struct fault *fault) MUST_CHECK;
/* Sets `outdated` if some apartments have terms of other rules than WORDS_VERSION. */
bool apartment_copy_store_check_outdated(struct db *db, bool *outdated,
                                         struct fault *fault) MUST_CHECK;
