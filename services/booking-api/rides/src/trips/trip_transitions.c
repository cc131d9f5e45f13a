// SPDX-License-Identifier: MIT
#include "trips/trip.h"

enum { DRIVER = RIDE_BY_DRIVER, STAFF = TRANSITION_BY_STAFF, SYSTEM = TRANSITION_BY_SYSTEM };

const char *const trip_status_names[] = {"scheduled", "started", "finished", "cancelled", NULL};
static const char *const already[] = {"already_scheduled", "already_started", "already_finished",
                                      "already_cancelled"};

// clang-format off
static const struct transition_action actions[TRIP_ACTION_COUNT] = {
    [TRIP_CONFIRM] = {"confirm", "trip.confirm", {TEXTS_LITERAL("Еду"), TEXTS_LITERAL("Барамын"), TEXTS_LITERAL("I am going")}},
    [TRIP_DELAY]   = {"delay", "trip.delay", {TEXTS_LITERAL("Задержусь"), TEXTS_LITERAL("Кешігемін"), TEXTS_LITERAL("I am late")}},
    [TRIP_START]   = {"start", "trip.start", {TEXTS_LITERAL("Выезжаю"), TEXTS_LITERAL("Шықтым"), TEXTS_LITERAL("Set off")}},
    [TRIP_FINISH]  = {"finish", "trip.finish", {TEXTS_LITERAL("Приехали"), TEXTS_LITERAL("Жеттік"), TEXTS_LITERAL("We have arrived")}},
    [TRIP_CANCEL]  = {"cancel", "trip.cancel", {TEXTS_LITERAL("Отменить поездку"), TEXTS_LITERAL("Сапардан бас тарту"), TEXTS_LITERAL("Cancel the trip")}},
    [TRIP_EDIT]    = {.verb = "edit", .audit = "trip.edit"},
};

enum { SCHEDULED = 1 << TRIP_SCHEDULED, STARTED = 1 << TRIP_STARTED }; /* bits of statuses */

/* action, from, to, actors, conditions */
static const struct transition rows[] = {
    {TRIP_CONFIRM, SCHEDULED,           TRANSITION_STAYS, DRIVER | STAFF, TRIP_CONFIRM_TIME | TRIP_UNCONFIRMED},
    {TRIP_DELAY,   SCHEDULED | STARTED, TRANSITION_STAYS, DRIVER | STAFF, TRIP_DELAY_LEFT},
    {TRIP_START,   SCHEDULED,           TRIP_STARTED,     DRIVER | STAFF, TRIP_START_TIME},

    {TRIP_FINISH,  STARTED,             TRIP_FINISHED,    DRIVER | STAFF, TRIP_SETTLED},
    {TRIP_FINISH,  STARTED,             TRIP_FINISHED,    SYSTEM,         TRIP_ARRIVED},

    {TRIP_CANCEL,  SCHEDULED | STARTED, TRIP_CANCELLED,   DRIVER | STAFF, 0},
    {TRIP_CANCEL,  SCHEDULED,           TRIP_CANCELLED,   SYSTEM,         TRIP_NOT_GONE},

    {TRIP_EDIT,    SCHEDULED,           TRANSITION_STAYS, DRIVER | STAFF, 0},
};

static const struct transition_refusal refusals[] = {
    {TRIP_UNCONFIRMED,  FAULT_CONFLICT, "already_confirmed", "The driver has confirmed the trip."},
    {TRIP_CONFIRM_TIME, FAULT_CONFLICT, "too_early", "A trip is confirmed from 6 hours before its departure."},
    {TRIP_DELAY_LEFT,   FAULT_CONFLICT, "too_many_delays", "The delays of the trip have reached their maximum."},
    {TRIP_START_TIME,   FAULT_CONFLICT, "too_early", "A trip starts from 30 minutes before its departure."},
    {TRIP_SETTLED,      FAULT_CONFLICT, "unsettled_rides", "Some passengers have neither boarded nor been noted as no-shows."},
    {TRIP_ARRIVED,      FAULT_CONFLICT, "too_early", "The trip was due less than 3 hours ago."},
    {TRIP_NOT_GONE,     FAULT_CONFLICT, "too_early", "The departure was less than an hour ago."},
};
// clang-format on

const struct transition_machine trip_machine = {
    .noun = "trip",
    .rows = rows,
    .row_count = ARRAY_LEN(rows),
    .actions = actions,
    .action_count = TRIP_ACTION_COUNT,
    .statuses = trip_status_names,
    .already = already,
    .refusals = refusals,
    .refusal_count = ARRAY_LEN(refusals),
};

struct transition_state trip_state(const struct trip *trip)
{
    const int64_t now = trip->now, departs = trip->departs_at;
    unsigned conditions = 0;

    if (now >= departs - TRIP_CONFIRM_FROM_US)
        conditions |= TRIP_CONFIRM_TIME;
    if (trip->confirmed_at == FIELD_ABSENT)
        conditions |= TRIP_UNCONFIRMED;
    if (trip->delay_minutes + TRIP_DELAY_MIN_MINUTES <= TRIP_DELAY_MAX_MINUTES)
        conditions |= TRIP_DELAY_LEFT;
    if (now >= departs - TRIP_START_FROM_US)
        conditions |= TRIP_START_TIME;
    if (trip->confirmed_rides == 0)
        conditions |= TRIP_SETTLED;
    if (now >= trip->arrives_at + TRIP_FINISH_AFTER_US)
        conditions |= TRIP_ARRIVED;
    if (now >= departs + TRIP_CANCEL_AFTER_US)
        conditions |= TRIP_NOT_GONE;
    return (struct transition_state){trip->status, conditions};
}

size_t trip_first_delayed_stop(const struct trip *trip, int64_t waiting_stop)
{
    const struct trip_stop *stops = trip->stops.items;
    size_t stop = 0;

    while (trip->status == TRIP_STARTED && stop + 1 < trip->stops.count &&
           stops[stop].at <= trip->now && (int64_t)stop != waiting_stop)
        stop++;
    return stop;
}
