// SPDX-License-Identifier: MIT
/* SQL of the copy of booking-api's apartments: its feed and the table `apartment`. */
#pragma once

#include "sync/feed_store.h"

extern const struct feed_source feed_apartments;
/* What feed_read() asks. */
extern const struct db_statement feed_apartments_statement;

/* One row of the feed, and what its words are. */
struct apartment_copy {
    struct uuid id;
    int64_t tx;
    bool deleted;
    struct slice head;  /* titles, district and address; borrowed from the rows */
    struct slice body;  /* descriptions */
    struct slice terms; /* a literal of PostgreSQL's type tsvector; those of `head` have label A */
};
void apartment_copy_store_row(const struct db_rows *rows, int row, struct apartment_copy *out);

enum { APARTMENT_COPY_MAX = 200 };
/* Copies the rows from the feed, in whatever state the copy has them, and deletes what is deleted
 * there. A row that has changed since it was read is left as it is: it comes again. At most
 * APARTMENT_COPY_MAX. */
bool apartment_copy_store_write(struct db *tx, const struct apartment_copy *list, size_t count, struct arena *arena,
                     struct fault *fault) MUST_CHECK;
/* Deletes what was not told of in this epoch: after all of it is read it is not there any more. */
bool apartment_copy_store_delete_missing(struct db *tx, int64_t epoch, struct fault *fault) MUST_CHECK;
/* Where some are read by older rules than WORDS_VERSION, the place in the feed is put back
 * to its beginning. */
bool apartment_copy_store_rewind_outdated(struct db *tx, struct fault *fault) MUST_CHECK;
/* Whether some are read by other rules than WORDS_VERSION, older or newer. */
bool apartment_copy_store_outdated(struct db *db, bool *outdated, struct fault *fault) MUST_CHECK;
