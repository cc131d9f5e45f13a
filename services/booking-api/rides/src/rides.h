// SPDX-License-Identifier: MIT
/* Interface of the rides library. Handlers receive data that begins as struct service_data. The
 * service's search_path contains the schema `ride`, and those of the table `city` and of
 * api/change.h. */
#pragma once

#include "api/change.h"
#include "api/periodic.h"
#include "api/service.h"

#include "ride_callers.h"

struct db_migration_set rides_migrations(void);

enum { RIDES_ROUTES = 62 };
extern const struct http_route rides_routes[RIDES_ROUTES];

/* For the actor `driver` of struct api_callers: does the driver exist? */
bool rides_driver_known(void *data, const struct api_caller *caller, struct fault *fault);

/* Starts the task that expires rides and advances trips every `every_ms` ms until periodic_stop().
 * It also runs while rides are switched off, because personal data must be removed in time. */
void rides_sweeper_start(struct periodic *sweeper, struct service *service, int64_t every_ms);

/* Counts violations of the invariants of rides, in the format of the service's
 * selfcheck_store_run(): a row of name, violations, allowed violations. Checks the `most` rows
 * changed last. Work that was due more than `swept_in_s` seconds ago counts as overdue. */
bool rides_selfcheck(struct db *db, int64_t most, int64_t swept_in_s, struct db_rows *rows,
                     struct fault *fault) MUST_CHECK;

/* Sets for how long contacts of a completed ride stay visible, RIDES_CONTACT_LINGER; 24 hours
 * unless set. Call it before the first request. */
void rides_set_contact_linger(int64_t ms);

/* Writes a stored answer again. In an answer that shows a ride, the contacts are those the reader
 * may see now; any other answer is copied unchanged. For `again` of struct service_definition. */
bool rides_again(struct change *change, struct slice stored, struct buf *out,
                 struct fault *fault) MUST_CHECK;

/* --- erasure of a person ---
 * Runs in the transaction in which the service erases the person, also while rides are switched
 * off. The person's own rides lose name, phone, account, recipient and note, the words of ratings
 * and complaints, and the places of calls for help; rides that still wait and shared links end;
 * parcels addressed to the person lose the recipient. Amounts, stops and times stay. */

struct rides_person {
    int64_t telegram_id; /* FIELD_ABSENT: unknown */
    struct slice phone;  /* named in the request; may be absent */
    struct slice phones; /* "{+7...,...}": all phones, including `phone`; may be absent */
};
/* Rows touched, by table. */
struct rides_erased {
    int64_t audit;
    int64_t idempotency;
    int64_t ride;
    int64_t ride_history;
};
struct rides_found {
    int64_t count;        /* rides found; 0: nothing to blank */
    struct slice own;     /* "{uuid,...}": rides of the person, in the arena */
    struct slice parcels; /* likewise: parcels of others addressed to the person */
    struct slice live;    /* JSON array of the rides that forbid the erasure; absent: none */
};

/* One value a row: at most two accounts that gave this phone; at most RIDES_PHONES_MAX phones given
 * with this account. */
enum { RIDES_PHONES_MAX = 100 };
bool rides_erase_accounts(struct change *change, struct slice phone, struct db_rows *rows,
                          struct fault *fault) MUST_CHECK;
bool rides_erase_phones(struct change *change, int64_t telegram_id, struct db_rows *rows,
                        struct fault *fault) MUST_CHECK;
/* Locks the person, the trips of the person's waiting rides, then at most `most` rides. */
bool rides_erase_find(struct change *change, const struct rides_person *person, int64_t most,
                      struct rides_found *out, struct fault *fault) MUST_CHECK;
/* The history names `change->caller` as the actor. */
bool rides_erase_blank(struct change *change, const struct rides_found *found,
                       struct rides_erased *out, struct fault *fault) MUST_CHECK;

/* Starts the background task of safety. Every five seconds it adds ratings to the drivers' averages
 * once they are final, and sets two gauges over all tenants:
 *   rides_sos_unanswered   calls for help without an answer
 *   rides_trips_overdue    trips under way an hour after their arrival, and scheduled trips not
 *                          started within an hour of their departure
 * The gauges keep their values while PostgreSQL is unavailable. */
struct rides_watch;
/* Returns new; NULL with a fault. */
struct rides_watch *rides_watch_start(struct service *service, struct fault *fault);
/* Takes NULL. */
void rides_watch_stop(struct rides_watch *watch);
