// SPDX-License-Identifier: MIT
#include "rides_oracle.h"

#include <stdio.h>
#include <string.h>

#include "base/array.h"

// clang-format off
/* `actor`: allowed actors, as letters of guest, driver, staff and system (y). */
static const struct { const char *from, *to, *actor; } steps[] = {
    {"",                "held",            "gs"},
    {"",                "requested",       "gs"},
    {"",                "confirmed",       "d"},
    {"",                "open",            "gs"},
    {"held",            "confirmed",       "gds"},
    {"held",            "payment_claimed", "gs"},
    {"payment_claimed", "confirmed",       "ds"},
    {"requested",       "confirmed",       "ds"},
    {"requested",       "held",            "ds"},
    {"requested",       "declined",        "ds"},
    {"open",            "held",            "y"},
    {"open",            "expired",         "y"},
    {"held",            "expired",         "y"},
    {"requested",       "expired",         "y"},
    {"payment_claimed", "expired",         "y"},
    {"open",            "cancelled",       "gdsy"},
    {"held",            "cancelled",       "gdsy"},
    {"requested",       "cancelled",       "gdsy"},
    {"payment_claimed", "cancelled",       "gdsy"},
    {"confirmed",       "cancelled",       "gdsy"},
};
// clang-format on

static bool is_allowed(const struct oracle_step *step)
{
    const char letter = strcmp(step->actor, "system") == 0   ? 'y'
                        : strcmp(step->actor, "client") == 0 ? 's'
                                                             : step->actor[0];

    for (size_t i = 0; i < ARRAY_LEN(steps); i++)
        if (strcmp(steps[i].from, step->from) == 0 && strcmp(steps[i].to, step->to) == 0)
            return strchr(steps[i].actor, letter) != NULL;
    return false;
}

static bool takes(const char *status)
{
    static const char *const all[] = {"held", "requested", "payment_claimed", "confirmed"};

    for (size_t i = 0; i < ARRAY_LEN(all); i++)
        if (strcmp(all[i], status) == 0)
            return true;
    return false;
}

bool oracle_fits(const struct oracle_trip *trip, const struct oracle_order *order)
{
    for (int i = 0; i < ORACLE_LOADS; i++)
        for (int s = order->from; s < order->to; s++)
            if (trip->taken[i][s] + order->load[i] > trip->room[i])
                return false;
    return true;
}

static void add(struct oracle_trip *trip, const struct oracle_order *order, int sign)
{
    for (int i = 0; i < ORACLE_LOADS; i++)
        for (int s = order->from; s < order->to; s++)
            trip->taken[i][s] += sign * order->load[i];
}

bool oracle_is_filled(struct oracle_trip *trip)
{
    for (size_t i = 0; i < trip->count; i++)
        if (strcmp(trip->rides[i].status, "open") == 0 &&
            oracle_fits(trip, &trip->rides[i].order)) {
            snprintf(trip->wrong, ORACLE_TEXT, "%s waits though there is room", trip->rides[i].id);
            return false;
        }
    return true;
}

/* No older waiting ride fits. */
static bool is_oldest(struct oracle_trip *trip, const struct oracle_ride *ride)
{
    for (size_t i = 0; i < trip->count; i++) {
        const struct oracle_ride *other = &trip->rides[i];
        if (strcmp(other->status, "open") == 0 && strcmp(other->id, ride->id) < 0 &&
            oracle_fits(trip, &other->order)) {
            snprintf(trip->wrong, ORACLE_TEXT, "%s waits longer than %s", other->id, ride->id);
            return false;
        }
    }
    return true;
}

bool oracle_step(struct oracle_trip *trip, const struct oracle_step *step)
{
    struct oracle_ride *ride = &trip->rides[step->ride];

    if (!is_allowed(step) || strcmp(ride->status, step->from) != 0 ||
        step->version != ride->version + 1) {
        snprintf(trip->wrong, ORACLE_TEXT, "%s: version %d, '%s' to '%s' by %s, of '%s' at %d",
                 ride->id, step->version, step->from, step->to, step->actor, ride->status,
                 ride->version);
        return false;
    }
    const bool before = takes(step->from), after = takes(step->to);
    if (before && !after)
        add(trip, &ride->order, -1);
    if (strcmp(step->from, "open") == 0 && after && !is_oldest(trip, ride))
        return false;
    if (after && !before) {
        if (!oracle_fits(trip, &ride->order)) {
            snprintf(trip->wrong, ORACLE_TEXT, "%s is oversold", ride->id);
            return false;
        }
        add(trip, &ride->order, 1);
    }
    ride->version = step->version;
    snprintf(ride->status, sizeof ride->status, "%s", step->to);
    return true;
}

/* Half, rounded up to whole tenge. */
static int64_t half_up(int64_t tiyn)
{
    return (tiyn + 100) / 200 * 100;
}

int64_t oracle_kept(const struct oracle_cancel *cancel)
{
    const int64_t of = cancel->paid < cancel->total ? cancel->paid : cancel->total;

    if (cancel->actor[0] != 'g' || strcmp(cancel->from, "confirmed") != 0 ||
        (cancel->agreed_hours <= 0.5 && cancel->hours >= 2))
        return 0;
    if (strcmp(cancel->policy, "flexible") == 0)
        return cancel->hours >= 3 ? 0 : half_up(of);
    if (strcmp(cancel->policy, "moderate") == 0)
        return cancel->hours >= 24 ? 0 : half_up(of);
    return cancel->hours >= 24 ? half_up(of) : of;
}
