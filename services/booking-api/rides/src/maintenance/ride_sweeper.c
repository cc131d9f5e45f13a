// SPDX-License-Identifier: MIT
#include "maintenance/ride_sweeper.h"

#include "api/batches.h"
#include "db/batches.h"

#include "rides.h"
#include "rides/ride_change.h"
#include "safety/safety.h"

enum { SWEEP_MS = 20000 };

struct due_trip {
    struct uuid id;
    bool finish;
};

static bool expire_holds_and_reassign(struct change *change, void *arg, struct fault *fault)
{
    const struct due_trip *due = arg;
    bool locked;

    return ride_sweep_store_try_lock(change->tx, &due->id, &locked, fault) &&
           (!locked || ride_waitlist_hold_free_seats(change, &due->id, fault));
}

static bool hold_seats_for_waitlist(struct change *change, void *arg, struct fault *fault)
{
    const struct due_trip *due = arg;
    bool locked;

    return ride_sweep_store_try_lock(change->tx, &due->id, &locked, fault) &&
           (!locked || (ride_sweep_store_delete_waitlist_due(change->tx, &due->id, fault) &&
                        ride_waitlist_hold_free_seats(change, &due->id, fault)));
}

static bool finish_or_cancel_trip(struct change *change, void *arg, struct fault *fault)
{
    const struct due_trip *due = arg;
    const struct trip_note note = {.minutes = FIELD_ABSENT, .from_stop = FIELD_ABSENT};
    struct trip trip;

    return trip_act(change, &due->id, due->finish ? TRIP_FINISH : TRIP_CANCEL, &note, &trip, fault);
}

struct ride_sweep {
    const struct db_statement *list;
    api_task_fn *run;  /* `arg` is a struct due_trip */
    bool may_conflict; /* FAULT_CONFLICT is no error: the trip was ended or delayed concurrently */
};
const struct ride_sweep ride_sweep_overdue_holds = {&ride_sweep_store_holds,
                                                    expire_holds_and_reassign, false};
const struct ride_sweep ride_sweep_due_waitlists = {&ride_sweep_store_waitlists,
                                                    hold_seats_for_waitlist, false};
const struct ride_sweep ride_sweep_overdue_trips = {&ride_sweep_store_trips, finish_or_cancel_trip,
                                                    true};

static bool run_for_trip(const struct ride_sweep *sweep, struct api_changes *changes,
                         const struct db_rows *trips, int row, struct fault *fault)
{
    const struct uuid tenant = db_get_uuid(trips, row, 1);
    struct due_trip due = {db_get_uuid(trips, row, 0), db_get_bool(trips, row, 2)};

    return api_task(changes, &tenant, sweep->run, &due, fault) ||
           (sweep->may_conflict && fault->kind == FAULT_CONFLICT);
}

bool ride_sweep_run(const struct ride_sweep *sweep, struct api_changes *changes, struct db *db,
                    struct fault *fault)
{
    struct uuid after = {0};
    struct fault later; /* after the first fault, which is returned */
    bool all = true;
    int listed = RIDE_BATCH;

    for (int page = 0; page < API_BATCHES_MAX && listed == RIDE_BATCH; page++) {
        auto_rows struct db_rows trips = {0};
        if (!db_query(db, sweep->list, DB_VALUES(db_uuid(&after), db_int(RIDE_BATCH)), &trips,
                      all ? fault : &later))
            return false;
        listed = trips.count;
        for (int i = 0; i < listed; i++) {
            all = run_for_trip(sweep, changes, &trips, i, all ? fault : &later) && all;
            after = db_get_uuid(&trips, i, 0);
        }
    }
    return all;
}

static bool sweep_due_rows(void *data, struct fault *fault)
{
    static const struct api_batch open = {ride_expire_open_batch, RIDE_BATCH};
    static const struct api_batch offers = {offer_store_expire_batch, RIDE_BATCH};
    const struct service *service = data;
    struct api_changes *changes = service->changes;
    struct db *db = service->db;
    struct ride_due due;
    struct fault later; /* after the first fault, which is returned */
    bool all = true;

    if (service->stopping)
        return true;
    if (!ride_sweep_store_find_due(db, &due, fault))
        return false;
    if (due.holds) {
        all = ride_sweep_run(&ride_sweep_overdue_holds, changes, db, fault);
        all = api_batches_run(changes, &open, all ? fault : &later) && all;
    }
    if (due.waitlists)
        all = ride_sweep_run(&ride_sweep_due_waitlists, changes, db, all ? fault : &later) && all;
    if (due.offers)
        all = api_batches_run(changes, &offers, all ? fault : &later) && all;
    if (due.blank)
        all = db_batches_run(service->pool, &ride_sweep_store_blank, RIDE_BATCH,
                             all ? fault : &later) &&
              all;
    if (due.locations)
        all = db_batches_run(service->pool, &location_store_delete_old, RIDE_BATCH,
                             all ? fault : &later) &&
              all;
    if (due.trips)
        all = ride_sweep_run(&ride_sweep_overdue_trips, changes, db, all ? fault : &later) && all;
    return all;
}

void rides_sweeper_start(struct periodic *sweeper, struct service *service, int64_t every_ms)
{
    const struct periodic_task task = {"rides_sweeper", sweep_due_rows, every_ms, SWEEP_MS,
                                       .at_once = false};

    periodic_start(sweeper, service->loop, &task, service);
}
