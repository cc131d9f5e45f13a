// SPDX-License-Identifier: MIT
/* SQL of flats: booking-api's feed of them, and our copy of it, the table `flat`. */
#pragma once

#include "feeding/feed_store.h"

extern const struct feed_source feed_flats;
/* What feed_read() asks. */
extern const struct db_statement feed_flats_statement;

/* One row of the feed, and what its words are. */
struct flat_read {
    struct uuid id;
    int64_t tx;
    bool deleted;
    struct slice text;  /* all its texts; borrowed from the rows */
    struct slice terms; /* a literal of PostgreSQL's type tsvector */
};
void flat_store_read(const struct db_rows *rows, int row, struct flat_read *out);

enum { FLATS_READ_MAX = 200 };
/* Copies the rows from the feed, in whatever state the copy has them, and deletes what is deleted
 * there. A row that has changed since it was read is left as it is: it comes again. At most
 * FLATS_READ_MAX. */
bool flat_store_copy(struct db *tx, const struct flat_read *list, size_t count, struct arena *arena,
                     struct fault *fault) MUST_CHECK;
/* Deletes what was not told of in this epoch: after all of it is read it is not there any more. */
bool flat_store_sweep(struct db *tx, int64_t epoch, struct fault *fault) MUST_CHECK;
/* Whether some are read by other rules than WORDS_VERSION; then the place in the feed is put back
 * to its beginning. */
bool flat_store_renew(struct db *tx, struct fault *fault) MUST_CHECK;
