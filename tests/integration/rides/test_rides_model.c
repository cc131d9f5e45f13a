// SPDX-License-Identifier: MIT
/* Replays the history written by the clients of rides_model.h in an oracle (rides_oracle.h), which
 * checks each step and each answer. TEST_SEED repeats the choices of a run, not their interleaving.
 */
#include <time.h>

#include "rides_model.h"
#include "support/patience.h"

enum { IN_FLIGHT = MODEL_CLIENTS }; /* tolerance of a count of steps */

static struct oracle_trip trip;

static size_t ride_of(const char *id)
{
    for (size_t i = 0; i < model.ride_count; i++)
        if (strcmp(model.rides[i].id, id) == 0)
            return i;
    ck_abort_msg("no client was told of ride %s", id);
    return 0;
}

/* Rides have the same index in the oracle. */
static void begin_trip(const struct model_trip *one)
{
    const int room[ORACLE_LOADS] = {one->seats, MODEL_CARGO, one->children};

    memset(&trip, 0, sizeof trip);
    memcpy(trip.room, room, sizeof room);
    trip.count = model.ride_count;
    for (size_t i = 0; i < model.ride_count; i++)
        trip.rides[i] =
            (struct oracle_ride){.order = model.rides[i].order, .id = model.rides[i].id};
}

/* Overdue holds expire and waiting rides get their seats before an order is checked. If the order
 * is then refused, that is rolled back. */
static bool may_reassign_seats(void)
{
    bool ends = false, waits = false;

    for (size_t i = 0; i < trip.count; i++) {
        ends = ends || (model.rides[i].is_short_hold && strcmp(trip.rides[i].status, "held") == 0);
        waits = waits || strcmp(trip.rides[i].status, "open") == 0;
    }
    return ends && waits;
}

static void try_refusals(int number, int64_t at)
{
    for (size_t i = 0; i < model.refusal_count; i++) {
        struct model_refusal *one = &model.refusals[i];
        if (one->trip == number && at >= one->first - IN_FLIGHT && at <= one->last + IN_FLIGHT)
            one->could = one->could || !oracle_fits(&trip, &one->order) || may_reassign_seats();
    }
}

static void ck_acked(size_t ride, int version, const char *status)
{
    for (size_t i = 0; i < model.ack_count; i++)
        if (model.acks[i].ride == ride && model.acks[i].version == version)
            ck_assert_msg(strcmp(model.acks[i].status, status) == 0, "%s was told to be %s, is %s",
                          model.rides[ride].id, model.acks[i].status, status);
}

struct recorded {
    size_t ride;
    int version;
    char from[16], to[16], actor[16];
    long long tx;
    bool done;
};
static struct recorded recorded[4 * MODEL_ACKS_MAX];

/* All steps of a trip's rides, in the order in which they were written. */
static size_t read_steps(const struct model_trip *one)
{
    char *steps = stand_long_text(
        "SELECT coalesce(string_agg(concat_ws(' ', r.id, h.version, coalesce(h.from_status, '-'),"
        "  h.to_status, split_part(h.actor, ':', 1), h.xmin), E'\\n' ORDER BY h.id),"
        " '') FROM ride_history h JOIN ride r ON r.id = h.ride_id WHERE r.trip_id = '%s'",
        one->id);
    char *rest = NULL;
    size_t count = 0;

    for (char *line = strtok_r(steps, "\n", &rest); line != NULL;
         line = strtok_r(NULL, "\n", &rest)) {
        struct recorded *step = &recorded[count++];
        char id[40];
        ck_assert_int_eq(sscanf(line, "%39s %d %15s %15s %15s %lld", id, &step->version, step->from,
                                step->to, step->actor, &step->tx),
                         6);
        if (strcmp(step->from, "-") == 0)
            step->from[0] = '\0';
        step->ride = ride_of(id);
        step->done = false;
    }
    free(steps);
    return count;
}

/* Replays one transaction, whose steps that take seats may be written before those that free them.
 */
static size_t replay_transaction(size_t first, size_t count)
{
    size_t done = 0, before;

    do {
        before = done;
        for (size_t i = first; i < count; i++) {
            const struct recorded *one = &recorded[i];
            const struct oracle_step step = {one->ride, one->version, one->from, one->to,
                                             one->actor};
            if (one->done || one->tx != recorded[first].tx || !oracle_step(&trip, &step))
                continue;
            recorded[i].done = true;
            ck_acked(one->ride, one->version, one->to);
            done++;
        }
    } while (done > before);
    return done;
}

static void replay(int number)
{
    const size_t count = read_steps(&model.trips[number]);
    size_t at = 0;

    begin_trip(&model.trips[number]);
    try_refusals(number, 0);
    for (size_t i = 0; i < count; i++) {
        if (recorded[i].done)
            continue;
        at += replay_transaction(i, count);
        for (size_t k = i; k < count; k++)
            ck_assert_msg(recorded[k].done || recorded[k].tx != recorded[i].tx,
                          "trip %d, step %zu: %s", number, at, trip.wrong);
        ck_assert_msg(oracle_is_filled(&trip), "trip %d, step %zu: %s", number, at, trip.wrong);
        try_refusals(number, (int64_t)at);
    }
}

static void ck_stored(void)
{
    for (size_t i = 0; i < model.ack_count; i++)
        ck_rows(1, "ride_history WHERE ride_id = '%s' AND version = %d",
                model.rides[model.acks[i].ride].id, model.acks[i].version);
    for (size_t i = 0; i < model.refusal_count; i++)
        ck_assert_msg(model.refusals[i].could, "order %zu was refused although seats were free", i);
}

static void ck_money(void)
{
    char *rows = stand_long_text(
        "SELECT coalesce(string_agg(concat_ws(' ', r.policy, split_part(h.actor, ':', 1),"
        "  h.from_status, extract(epoch FROM g.departs_at - h.at) / 3600,"
        "  coalesce(extract(epoch FROM h.at - r.agreed_at) / 3600, 0), r.paid, r.total,"
        "  coalesce(r.fee, 0), coalesce(r.refund, 0)), E'\\n'), '')"
        " FROM ride r JOIN ride_history h ON h.ride_id = r.id AND h.to_status = 'cancelled'"
        " JOIN trip_leg g USING (trip_id, from_stop, to_stop)");
    char *rest = NULL;

    for (char *line = strtok_r(rows, "\n", &rest); line != NULL;
         line = strtok_r(NULL, "\n", &rest)) {
        char policy[16], actor[16], from[16];
        struct oracle_cancel cancel = {policy, actor, from, 0, 0, 0, 0};
        long long paid, total, fee, refund;
        ck_assert_int_eq(sscanf(line, "%15s %15s %15s %lf %lf %lld %lld %lld %lld", policy, actor,
                                from, &cancel.hours, &cancel.agreed_hours, &paid, &total, &fee,
                                &refund),
                         9);
        cancel.paid = paid;
        cancel.total = total;
        ck_assert_msg(fee == oracle_kept(&cancel) && refund == paid - fee, "%s: not %lld", line,
                      (long long)oracle_kept(&cancel));
        model.done[MODEL_COST] += fee > 0;
    }
    free(rows);
}

TEST(concurrent_clients_match_the_oracle)
{
    const char *seed = getenv("TEST_SEED"), *full = getenv("TEST_FULL");
    const int rounds = full != NULL && strcmp(full, "yes") == 0 ? 20 : 5;

    rides_begin();
    model_begin();
    model.seed = seed != NULL ? (unsigned)strtoul(seed, NULL, 10)
                 : in_gate()  ? 1
                              : (unsigned)time(NULL);
    printf("seed %u\n", model.seed);
    for (int i = 0; i < rounds; i++) {
        model_play();
        for (int trip_number = 0; trip_number < MODEL_TRIPS; trip_number++)
            replay(trip_number);
        ck_stored();
        ck_money();
        ck_ride_traces();
    }
    printf("confirmed %d, paid %d, claimed %d, declined %d, cancelled %d, %d at a price\n",
           model.done[MODEL_CONFIRMED], model.done[MODEL_PAID], model.done[MODEL_CLAIMED],
           model.done[MODEL_DECLINED], model.done[MODEL_CANCELLED], model.done[MODEL_COST]);
    for (int i = 0; i < MODEL_COUNTS; i++)
        ck_assert_int_gt(model.done[i], 0);
    stand_end();
}
