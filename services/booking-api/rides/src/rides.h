// SPDX-License-Identifier: MIT
/* Rides, as the service that runs them knows them. Their handlers get what begins as struct
 * service_data does. The service's search_path names the schema `ride`, that of `city` and that of
 * the tables of api/change.h. */
#pragma once

#include "api/change.h"
#include "api/periodic.h"
#include "api/service.h"

#include "ride_callers.h"

/* The migrations of schema `ride`. */
struct db_migration_set rides_migrations(void);

enum { RIDES_ROUTES = 62 };
extern const struct http_route rides_routes[RIDES_ROUTES];

/* For the actor `driver` of struct api_callers. */
bool rides_driver_known(void *data, const struct api_caller *caller, struct fault *fault);

/* What the clock does with rides and trips, every so often, until periodic_stop(). It runs where
 * rides are switched off, too: what there is of people goes when its time is over. */
struct periodic *rides_sweeper_start(struct service *service, int64_t every_ms,
                                     struct fault *fault);

/* The invariants of rides, counted: as selfcheck_store_run() of the service tells its own. A row
 * each: name, how many rows break it, how many are still fine. Looks at the `looked_at` rows that
 * were changed last; what was due `swept_in_s` seconds ago should be done. */
bool rides_selfcheck(struct db *db, int64_t looked_at, int64_t swept_in_s, struct db_rows *rows,
                     struct fault *fault) MUST_CHECK;

/* What a stored answer says again: of a ride, its people as the reader may see them now. Any other
 * stays as it is. For `again` of struct service_definition. */
bool rides_again(struct change *change, struct slice stored, struct buf *out,
                 struct fault *fault) MUST_CHECK;

/* --- the erasure of a person ---
 * In the transaction of the service that erases him: his own rides lose name, phone, account,
 * recipient and note; those that wait for somebody end; parcels to him lose the recipient. Money,
 * stops and times stay. Also where rides are switched off. */

struct rides_person {
    int64_t telegram_id; /* FIELD_ABSENT: unknown */
    struct slice phone;  /* by which he was asked for; may be absent */
    struct slice phones; /* "{+7...,...}": his, that one among them; may be absent */
};
/* Rows touched, by table. */
struct rides_erased {
    int64_t audit;
    int64_t idempotency;
    int64_t ride;
    int64_t ride_history;
};
struct rides_found {
    int count;            /* of the rides below; 0: there is nothing to blank */
    struct slice own;     /* "{uuid,...}" of his rides, in the arena */
    struct slice parcels; /* likewise, of parcels of others to him */
    struct slice live;    /* JSON array of those that forbid the erasure; absent: none */
};

/* One row each, in a column: accounts that gave this phone, at most two; phones that were given
 * with this account, at most RIDES_PHONES_MAX. */
enum { RIDES_PHONES_MAX = 100 };
bool rides_erase_accounts(struct change *change, struct slice phone, struct db_rows *rows,
                          struct fault *fault) MUST_CHECK;
bool rides_erase_phones(struct change *change, int64_t telegram_id, struct db_rows *rows,
                        struct fault *fault) MUST_CHECK;
/* Locks the person, the trips of his rides that wait, then at most `most` rides. */
bool rides_erase_find(struct change *change, const struct rides_person *person, int64_t most,
                      struct rides_found *out, struct fault *fault) MUST_CHECK;
/* `change->caller` is who the history names. */
bool rides_erase_blank(struct change *change, const struct rides_found *found,
                       struct rides_erased *out, struct fault *fault) MUST_CHECK;

/* The background task of safety, every five seconds: counts ratings that can be seen since nobody
 * can rate any more, and measures what staff must hear of at once, over all tenants:
 *   rides_sos_unanswered   calls for help that nobody has answered
 *   rides_trips_overdue    trips under way an hour behind their arrival, and scheduled ones that
 *                          did not start within an hour of their departure
 * Both keep their value while PostgreSQL is away. */
struct rides_watch;
/* Returns new; NULL with a fault. */
struct rides_watch *rides_watch_start(struct service *service, struct fault *fault);
/* Takes NULL. */
void rides_watch_stop(struct rides_watch *watch);
