// SPDX-License-Identifier: MIT
/* SQL of flats: booking-api's feed of them, and our copy of it, the table `flat`. */
#pragma once

#include "feeding/feed_store.h"
#include "flats/flat.h"

extern const struct feed_source feed_flats;
/* What feed_read() asks. */
extern const struct db_statement feed_flats_statement;

/* One row of the feed, and what its words are. */
struct flat_read {
    struct uuid id;
    int64_t tx;
    bool deleted;
    struct slice head;  /* titles, district and address; borrowed from the rows */
    struct slice body;  /* descriptions */
    struct slice terms; /* a literal of PostgreSQL's type tsvector; those of `head` have label A */
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
/* Where some are read by older rules than WORDS_VERSION, the place in the feed is put back
 * to its beginning. */
bool flat_store_renew(struct db *tx, struct fault *fault) MUST_CHECK;
/* Whether some are read by other rules than WORDS_VERSION, older or newer. */
bool flat_store_outdated(struct db *db, bool *outdated, struct fault *fault) MUST_CHECK;

/* --- searching --- */

enum { FLATS_MAX = 500 }; /* candidates; booking-api tells of as many at once */

/* Which flats are worth to be judged. Absent members ask for nothing. */
struct flat_filter {
    struct slice city;
    int64_t guests;
    const int64_t *rooms; /* that will do */
    size_t room_count;
    int64_t max_price;
    const struct slice *must; /* amenities */
    size_t must_count;
    const struct slice *wanted; /* likewise, but flats without them will do */
    size_t wanted_count;
    struct slice district;
    const struct slice *words; /* tsqueries, 63 at most: bit n of flat.matched */
    size_t word_count;
    struct uuid without; /* this flat is not asked for; nil: none */
};

/* Active flats of the tenant that miss one of city, guests, rooms, price and amenities at most:
 * those that meet all first, then those with more of what is wished, then the cheaper. At most
 * FLATS_MAX. Text is borrowed from `rows`. */
bool flat_store_candidates(struct db *db, const struct uuid *tenant_id,
                           const struct flat_filter *filter, struct arena *arena,
                           struct db_rows *rows, struct flat **out, size_t *count,
                           struct fault *fault) MUST_CHECK;
/* A flat of the tenant, active or not; `found` is false where there is none. */
bool flat_store_find(struct db *db, const struct uuid *tenant_id, const struct uuid *id,
                     struct db_rows *rows, struct flat *out, bool *found,
                     struct fault *fault) MUST_CHECK;

/* What changes whenever a flat of the tenant does. */
struct flats_stamp {
    int64_t tx;
    int64_t count;
};
bool flat_store_stamp(struct db *db, const struct uuid *tenant_id, struct flats_stamp *out,
                      struct fault *fault) MUST_CHECK;
/* District, title and address of active flats, in this order of columns, the newest first. */
bool flat_store_names(struct db *db, const struct uuid *tenant_id, int64_t limit,
                      struct db_rows *rows, struct fault *fault) MUST_CHECK;
