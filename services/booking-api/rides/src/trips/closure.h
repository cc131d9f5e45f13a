// SPDX-License-Identifier: MIT
/* A closed road, as pairs of places between which it runs. A trip that goes from one place of a
 * pair to the other, in either direction, while the road is closed has a warning: the trip accepts
 * no new rides, and its passengers and driver may cancel without cost and fault. */
#pragma once

#include "base/value.h"
#include "db/query.h"

enum { CLOSURE_PAIRS_MAX = 20, CLOSURES_MAX = 100 /* of a tenant, without those that are over */ };
#define CLOSURE_LONGEST_US (INT64_C(366) * 24 * 3600 * 1000000) /* maximum duration */

enum closure_reason {
    CLOSURE_WEATHER,
    CLOSURE_FLOOD,
    CLOSURE_REPAIR,
    CLOSURE_ACCIDENT,
    CLOSURE_OTHER
};
extern const char *const closure_reason_names[]; /* NULL-terminated */

/* Text is borrowed from the rows or the arena to which the closure was read. */
struct closure {
    struct uuid id;
    struct field_list pairs; /* struct place_pair; set only when decoded from a request body */
    struct slice pairs_text; /* the pairs as stored: JSON */
    int64_t from;
    int64_t until;
    int reason;        /* enum closure_reason */
    struct slice text; /* for people; absent: none */
    int64_t created_at;
};

/* Inserts the closure, sets created_at and adds an event trip.road_closed for each trip that the
 * closure concerns. FAULT_CONFLICT "too_many_closures": the tenant has CLOSURES_MAX closures that
 * are not over. */
bool closure_store_insert(struct db *tx, const struct uuid *tenant_id, struct closure *closure,
                          struct fault *fault) MUST_CHECK;
/* Deletes the closure and leaves the waiting lists of its trips to the sweeper. FAULT_NOT_FOUND
 * "not_found" if the tenant has no such closure. */
bool closure_store_delete(struct db *tx, const struct uuid *tenant_id, const struct uuid *id,
                          struct fault *fault) MUST_CHECK;
/* For list_reply_whole(): the closures of a tenant that are not over, ordered by their beginning.
 * Values: tenant, CLOSURES_MAX. */
extern const struct db_statement closure_list_statement;

/* SQL: the closed pairs of places on the route of trip `t`; none if the row `t` is NULL. */
#define CLOSURE_ON_TRIP                                                                            \
    " FROM closure_pair p JOIN trip_leg l ON l.trip_id = t.id AND l.from_place = p.from_place"     \
    "  AND l.to_place = p.to_place AND l.departs_at <= p.closed_until AND l.arrives_at >= "        \
    "p.closed_from"                                                                                \
    " WHERE p.tenant_id = t.tenant_id AND p.closed_until >= t.departs_at AND p.closed_from <= "    \
    "t.arrives_at"
#define CLOSURE_IS_ON_TRIP "EXISTS (SELECT" CLOSURE_ON_TRIP ")"
/* SQL: the closures on the route of trip `t` as a JSON list of warnings; "[]": there are none. */
#define CLOSURE_WARNINGS                                                                           \
    "(SELECT coalesce(json_agg(json_strip_nulls(json_build_object('reason', c.reason, 'text', "    \
    "c.text,"                                                                                      \
    "   'from', to_char(c.closed_from AT TIME ZONE 'UTC', 'YYYY-MM-DD\"T\"HH24:MI:SS\"Z\"'),"      \
    "   'until', to_char(c.closed_until AT TIME ZONE 'UTC', 'YYYY-MM-DD\"T\"HH24:MI:SS\"Z\"')))"   \
    "   ORDER BY c.closed_from, c.id), '[]')"                                                      \
    " FROM closure c WHERE c.id IN (SELECT p.closure_id" CLOSURE_ON_TRIP "))"
