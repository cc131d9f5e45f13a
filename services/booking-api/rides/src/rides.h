// SPDX-License-Identifier: MIT
/* Interface of the rides library. The `data` of its handlers must begin like struct service_data.
 * The service's search_path must contain the schemas of rides (`ride`), of the table `city` and of
 * the tables of api/change.h. */
#pragma once

#include "api/change.h"
#include "api/periodic.h"
#include "api/service.h"

#include "ride_callers.h"

struct db_migration_set rides_migrations(void);

enum { RIDES_ROUTES = 62 };
extern const struct http_route rides_routes[RIDES_ROUTES];

/* The types of the events of rides. */
#define RIDES_EVENT_TYPES                                                                          \
    "offer.accepted", "offer.expired", "offer.lost", "offer.pending", "offer.rejected",            \
        "offer.superseded", "offer.withdrawn", "ride.boarded", "ride.cancelled", "ride.changed",   \
        "ride.complaint", "ride.completed", "ride.confirmed", "ride.declined", "ride.expired",     \
        "ride.held", "ride.matched", "ride.no_show", "ride.open", "ride.payment_claimed",          \
        "ride.requested", "ride.settled", "ride.sos", "ride.sos_answered", "trip.cancelled",       \
        "trip.car_changed", "trip.changed", "trip.confirmed", "trip.delayed", "trip.finished",     \
        "trip.road_closed", "trip.scheduled", "trip.started"

/* Whether the driver who is the caller exists. For the actor `driver` of struct api_callers. */
bool rides_check_driver_exists(void *data, const struct api_caller *caller, struct fault *fault);

/* Starts the task that expires rides and advances trips every `every_ms` ms until periodic_stop().
 * It also runs while rides are switched off, because personal data must be removed in time. */
void rides_sweeper_start(struct periodic *sweeper, struct service *service, int64_t every_ms);

/* Counts violations of the invariants of rides: a row of name, violations, allowed violations.
 * Values: `rows`, how many rows to check, those changed last; `swept_in_s`, after how many seconds
 * work that is due counts as overdue. */
extern const struct db_statement rides_selfcheck_statement;

/* Sets for how long contacts of a completed ride stay visible, RIDES_CONTACT_LINGER; 24 hours
 * unless set. Call it before the first request. */
void rides_set_contact_linger(int64_t linger_ms);

/* Writes to `out` the stored answer to a repeated request. In an answer that shows a ride, the
 * contacts are those that the reader may see now; any other answer is copied unchanged. For `again`
 * of struct service_definition. */
bool rides_refresh_stored_answer(struct change *change, struct slice stored_answer, struct buf *out,
                                 struct fault *fault) MUST_CHECK;

/* --- erasure of a person ---
 * Runs in the transaction in which the service erases the person, also while rides are switched
 * off. Removed from the person's own rides: name, phone, account, recipient, note, the texts of
 * ratings and complaints, the positions of calls for help. Removed from parcels addressed to the
 * person: the recipient. Rides that still wait and shared links end. Amounts, stops and times stay.
 */

struct rides_person {
    int64_t telegram_id; /* FIELD_ABSENT: unknown */
    struct slice phone;  /* given in the request; may be absent */
    struct slice phones; /* "{+7...,...}": all phones, including `phone`; may be absent */
};
/* Rows touched, by table. */
struct rides_erased {
    int64_t idempotency;
    int64_t ride;
    int64_t ride_history;
};
struct rides_found {
    int64_t count;        /* rides found; 0: nothing to blank */
    struct slice own;     /* "{uuid,...}": rides of the person, in the arena */
    struct slice parcels; /* "{uuid,...}": parcels of others addressed to the person */
    struct slice live;    /* JSON array of the rides that forbid the erasure; absent: none */
    struct slice trips;   /* likewise of the trips that the person drives and that are not over */
};

/* SQL: the accounts whose rides in {tenant} have {phone}. */
#define RIDES_ACCOUNTS_OF_PHONE                                                                    \
    "SELECT DISTINCT passenger_telegram_id FROM ride WHERE tenant_id = {tenant}"                   \
    " AND passenger_phone = {phone} AND passenger_telegram_id IS NOT NULL"
/* SQL: the phones in rides in {tenant} of the account `id` of the row of `account`. */
#define RIDES_PHONES_OF_ACCOUNT                                                                    \
    "SELECT DISTINCT passenger_phone FROM ride WHERE tenant_id = {tenant}"                         \
    " AND passenger_telegram_id = (SELECT id FROM account) AND passenger_phone IS NOT NULL"
/* Finds the rides to erase, at most `rides_max`. Locks the person, the trips of the person's
 * waiting rides, then the rides found. */
bool rides_erase_find_and_lock(struct change *change, const struct rides_person *person,
                               int64_t rides_max, struct rides_found *out,
                               struct fault *fault) MUST_CHECK;
/* Removes the personal data of the rides found, except from their audit rows. The history names
 * `change->caller` as the actor. */
bool rides_erase_found(struct change *change, const struct rides_found *found,
                       struct rides_erased *out, struct fault *fault) MUST_CHECK;

/* Staff receive a call for help within 10 s: health adds up to 6 s (its check "sos"). */
enum { RIDES_WATCH_EVERY_MS = 2000 };

/* Starts the background task of safety. Every RIDES_WATCH_EVERY_MS it adds ratings to the drivers'
 * averages once they are final, and sets two gauges over all tenants:
 *   rides_sos_unanswered   calls for help without an answer
 *   rides_trips_overdue    trips under way an hour after their arrival, and scheduled trips not
 *                          started within an hour of their departure
 * The gauges are NaN before the first count, and keep their values while PostgreSQL is unavailable.
 * If rides are not enabled, they are 0 and nothing runs. */
struct rides_watch {
    struct service *service;
    struct periodic task;
    struct metric sos;
    struct metric overdue;
};
void rides_watch_start(struct rides_watch *watch, struct service *service, bool enabled);
/* Does nothing if `watch` is zeroed, which it must be if it was never started. */
void rides_watch_stop(struct rides_watch *watch);
