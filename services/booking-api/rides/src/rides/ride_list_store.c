// SPDX-License-Identifier: MIT
#include "rides/ride_store.h"

// clang-format off
/* The SQL of all statements below: one for each index, because PostgreSQL plans a statement without
 * knowing which filters are set. {access} is the condition on the index, with {value}; all other filters
 * are applied row by row in the order of that index. An overdue ride counts as expired. */
static const char list_sql[] =
    LIST_PAGE_OF
    "SELECT {columns}, octet_length(concat(r.lines, r.note)) AS large FROM {joined}"
    " WHERE r.tenant_id = {tenant} AND {access} AND r.id < {after}"
    "  AND ({statuses} IS NULL OR CASE WHEN ride_is_over(r.status, r.expires_at)"
    "   THEN 'expired' ELSE r.status END = ANY (string_to_array({statuses}, ',')))"
    "  AND ({trip} IS NULL OR r.trip_id = {trip})"
    "  AND ({driver} IS NULL OR t.driver_id = {driver} OR {open_to_driver})"
    "  AND ({telegram_id} IS NULL OR r.passenger_telegram_id = {telegram_id})"
    "  AND ({phone} IS NULL OR r.passenger_phone = {phone})"
    "  AND ({from_place} IS NULL OR r.from_place = {from_place})"
    "  AND ({to_place} IS NULL OR r.to_place = {to_place})"
    "  AND ({depart_from} IS NULL OR coalesce(g.departs_at, r.depart_to) >= {depart_from}"
    "   AND coalesce(g.departs_at, r.depart_from) <= {depart_to})"
    "  AND ({needs} <> 1 OR {needs_help}) AND ({needs} <> 2 OR {needs_settling}) AND ({needs} <> 3 OR {needs_driver})"
    " ORDER BY r.id DESC LIMIT {limit}"
    LIST_PAGE_CUT;

static const char list_parameters[] =
    "tenant uuid, value, last uuid, statuses text, trip uuid, driver uuid, telegram_id bigint, phone text,"
    " from_place text, to_place text, depart_from timestamptz, depart_to timestamptz, code text, needs bigint, limit bigint";

static const struct db_part list_parts[] = {
    {"after", "coalesce({last}, 'ffffffff-ffff-ffff-ffff-ffffffffffff')"},
    /* The conditions of enum ride_needs. Settling does not change the status, so a settled ride is
     * recognised by a step of its history without a change of status. */
    {"needs_help", "EXISTS (SELECT FROM sos s WHERE s.ride_id = r.id AND s.answered_at IS NULL)"},
    {"needs_settling", "(r.fault IN ('passenger', 'driver') OR r.deposit > r.paid AND EXISTS (SELECT FROM ride_history h"
               "  WHERE h.ride_id = r.id AND h.from_status = 'payment_claimed' AND h.to_status = r.status))"
               " AND r.ended_at > now() - interval '30 days'"
               " AND NOT EXISTS (SELECT FROM ride_history h WHERE h.ride_id = r.id"
               "  AND h.from_status = h.to_status AND h.to_status = r.status)"},
    {"needs_driver", "{looks} AND ({driver} IS NULL OR {suits})"},
    /* A driver does not see the code of a ride that looks for one, so a search by code does not find it. */
    {"open_to_driver", "{looks} AND {code} IS NULL AND NOT {avoids}"},
    {"who", "{driver}"},
    {NULL, NULL},
};

#define LIST(name_, access_) {                                                                        \
    .name = "ride_list_" name_,                                                                    \
    .sql = list_sql,                                                                               \
    .parameters = list_parameters,                                                                 \
    .parts = {list_parts, ride_parts, driver_fit_parts, (const struct db_part[]){{"access", access_}, {NULL, NULL}}}, \
    .shape = &ride_shape}

/* Codes contain no I, L or O. People read the digits 1 and 0 as these letters, so they are translated back. */
static const struct db_statement by_code = LIST("by_code", "r.code = translate(upper({value}), 'ILO -', '110')");
static const struct db_statement by_telegram = LIST("by_telegram", "r.passenger_telegram_id = {value}");
static const struct db_statement by_phone = LIST("by_phone", "r.passenger_phone = {value}");
static const struct db_statement by_trip = LIST("by_trip", "r.trip_id = {value}");
static const struct db_statement by_driver = LIST("by_driver",
    "r.id IN (SELECT mine.id FROM trip own JOIN ride mine ON mine.trip_id = own.id"
    "  WHERE own.driver_id = {value} AND mine.id < {after}"
    " UNION ALL SELECT looks.id FROM ride looks WHERE looks.tenant_id = {tenant} AND looks.status = 'open'"
    "  AND looks.trip_id IS NULL AND looks.id < {after})");
static const struct db_statement by_tenant = LIST("all", "r.tenant_id = {value}");
static const struct db_statement by_help =
    LIST("by_help", "r.tenant_id = {value} AND r.id IN (SELECT s.ride_id FROM sos s WHERE s.answered_at IS NULL)");
/* The partial index ride_listed_to_settle finds them. */
static const struct db_statement by_settling =
    LIST("by_settling", "r.tenant_id = {value} AND (r.fault IN ('passenger', 'driver')"
         " OR r.status IN ('expired', 'cancelled') AND r.deposit > r.paid)");
/* Few rides have these statuses at a time; the partial indexes ride_expiry and ride_listed_agreed find them. */
static const struct db_statement by_waiting =
    LIST("waiting", "r.tenant_id = {value} AND r.status IN ('open', 'held', 'requested', 'payment_claimed')");
static const struct db_statement by_agreed =
    LIST("agreed", "r.tenant_id = {value} AND r.status IN ('confirmed', 'boarded')");
// clang-format on

/* Groups of statuses, without `expired`: an expired ride may be stored in a waiting status. */
enum {
    WAITING = 1 << RIDE_OPEN | 1 << RIDE_HELD | 1 << RIDE_REQUESTED | 1 << RIDE_PAYMENT_CLAIMED,
    AGREED = 1 << RIDE_CONFIRMED | 1 << RIDE_BOARDED
};

bool ride_list(struct db *db, const struct uuid *tenant_id, const struct ride_filter *filter,
               const struct list_page *page, struct db_rows *rows, struct fault *fault)
{
    const struct db_value tenant = db_uuid(tenant_id), none = db_null();
    // clang-format off
    const struct list_path paths[] = {
        {&by_code,     db_text(filter->code)                                     },
        {&by_trip,     db_uuid(&filter->trip_id)                                 },
        {&by_telegram, db_int(filter->telegram_id)                               },
        {&by_phone,    db_text(filter->phone)                                    },
        {&by_driver,   db_uuid(&filter->driver_id)                               },
        {&by_help,     filter->needs == RIDE_NEEDS_HELP ? tenant : none          },
        {&by_settling, filter->needs == RIDE_NEEDS_SETTLING ? tenant : none      },
        {&by_waiting,  filter->needs == RIDE_NEEDS_DRIVER ? tenant : none        },
        {&by_waiting,  list_value_if_within(WAITING, filter->statuses, tenant_id)},
        {&by_agreed,   list_value_if_within(AGREED, filter->statuses, tenant_id) },
        {&by_tenant,   tenant                                                    },
    };
    // clang-format on
    const struct list_path *path = list_choose_path(paths);
    char statuses[LIST_NAMES_MAX];

    return db_query(
        db, path->statement,
        DB_VALUES(tenant, path->value, db_uuid(&page->after.id),
                  db_text(list_join_names(filter->statuses, ride_status_names, statuses)),
                  db_uuid(&filter->trip_id), db_uuid(&filter->driver_id),
                  db_int(filter->telegram_id), db_text(filter->phone), db_text(filter->from),
                  db_text(filter->to), db_time(filter->depart_from), db_time(filter->depart_to),
                  db_text(filter->code), db_int(filter->needs), db_int(page->limit + 1)),
        rows, fault);
}
