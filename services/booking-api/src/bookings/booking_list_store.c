// SPDX-License-Identifier: MIT
#include "bookings/booking_store.h"

// clang-format off
/* The list of bookings. There is one statement per access path, because PostgreSQL plans a
 * statement's text and does not know which filters are set. {access} is the condition that selects
 * an index, {value} its parameter; the other filters are checked for each row of the index. Overdue
 * holds and requests are listed as expired. */
static const char list_sql[] =
    LIST_PAGE_OF
    "SELECT {columns}, octet_length(concat(b.lines, b.note, b.receipt,"
    "  a.check_in_info_ru, a.check_in_info_kz, a.check_in_info_en,"
    "  a.title_ru, a.title_kz, a.title_en, a.address,"
    "  a.address_kz, a.address_en)) AS large"
    " FROM booking b"
    " JOIN occupancy o ON o.id = b.id"
    " JOIN apartment a ON a.id = o.apartment_id"
    " WHERE b.tenant_id = {tenant} AND {access} AND b.id < {after}"
    "  AND ({statuses} IS NULL OR CASE WHEN occupancy_is_over(o.status, o.expires_at)"
    "   THEN 'expired' ELSE o.status END = ANY (string_to_array({statuses}, ',')))"
    "  AND ({apartment} IS NULL OR b.apartment_id = {apartment})"
    "  AND ({owner} IS NULL OR b.owner_id = {owner})"
    "  AND ({telegram_id} IS NULL OR b.guest_telegram_id = {telegram_id})"
    "  AND ({phone} IS NULL OR b.guest_phone = {phone})"
    "  AND ({from} IS NULL OR o.check_out > {from})"
    "  AND ({to} IS NULL OR o.check_in < {to})"
    "  AND ({check_in_from} IS NULL OR o.check_in >= {check_in_from})"
    "  AND ({check_in_to} IS NULL OR o.check_in <= {check_in_to})"
    "  AND ({check_out_from} IS NULL OR o.check_out >= {check_out_from})"
    "  AND ({check_out_to} IS NULL OR o.check_out <= {check_out_to})"
    " ORDER BY b.id DESC LIMIT {limit}"
    LIST_PAGE_CUT;

static const char list_parameters[] =
    "tenant uuid, value, last uuid, statuses text, apartment uuid, owner uuid, telegram_id bigint,"
    " phone text, from date, to date, check_in_from date, check_in_to date, check_out_from date,"
    " check_out_to date, limit bigint";

static const struct db_part list_parts[] = {
    {"after", "coalesce({last}, 'ffffffff-ffff-ffff-ffff-ffffffffffff')"},
    {NULL, NULL},
};

#define LIST(name_, access_) {                                                                        \
    .name = "booking_list_" name_,                                                                 \
    .sql = list_sql,                                                                               \
    .parameters = list_parameters,                                                                 \
    .parts = {list_parts, (const struct db_part[]){{"access", access_}, {NULL, NULL}}},                  \
    .shape = &booking_store_shape}

static const struct db_statement by_code = LIST("by_code", "b.code = {value}");
static const struct db_statement by_telegram = LIST("by_telegram", "b.guest_telegram_id = {value}");
static const struct db_statement by_phone = LIST("by_phone", "b.guest_phone = {value}");
static const struct db_statement by_apartment = LIST("by_apartment", "b.apartment_id = {value}");
static const struct db_statement by_owner = LIST("by_owner", "b.owner_id = {value}");
static const struct db_statement by_tenant = LIST("all", "b.tenant_id = {value}");
/* Statements for groups of statuses. Each group has a partial index that is small. */
#define WITH_STATUS "o.tenant_id = {value} AND o.id < {after} AND "
static const struct db_statement by_waiting = LIST("waiting", WITH_STATUS "occupancy_waits(o.status)");
static const struct db_statement by_staying = LIST("staying", WITH_STATUS "occupancy_stays(o.status)");
static const struct db_statement by_called_off =
    LIST("called_off", WITH_STATUS "o.status IN ('declined', 'cancelled', 'no_show')");
// clang-format on

/* Groups of statuses. None has "expired", because an expired booking may still be stored as
 * pending. */
enum {
    WAITING = 1 << BOOKING_HELD | 1 << BOOKING_REQUESTED | 1 << BOOKING_PAYMENT_CLAIMED,
    STAYING = 1 << BOOKING_CONFIRMED | 1 << BOOKING_CHECKED_IN,
    CALLED_OFF = 1 << BOOKING_DECLINED | 1 << BOOKING_CANCELLED | 1 << BOOKING_NO_SHOW
};

bool booking_list_store_find(struct db *db, const struct uuid *tenant_id,
                             const struct booking_filter *filter, const struct list_page *page,
                             struct db_rows *rows, struct fault *fault)
{
    /* An owner comes before all statuses but the pending ones, of which even a whole tenant has
     * few. Every other group is larger than all bookings of an owner. */
    // clang-format off
    const struct list_path paths[] = {
        {&by_code,       db_text(filter->code)                                        },
        {&by_telegram,   db_int(filter->telegram_id)                                  },
        {&by_phone,      db_text(filter->phone)                                       },
        {&by_apartment,  db_uuid(&filter->apartment_id)                               },
        {&by_waiting,    list_value_if_within(WAITING, filter->statuses, tenant_id)   },
        {&by_owner,      db_uuid(&filter->owner_id)                                   },
        {&by_staying,    list_value_if_within(STAYING, filter->statuses, tenant_id)   },
        {&by_called_off, list_value_if_within(CALLED_OFF, filter->statuses, tenant_id)},
        {&by_tenant,     db_uuid(tenant_id)                                           },
    };
    // clang-format on
    const struct list_path *path = list_choose_path(paths);
    char statuses[LIST_NAMES_MAX];

    return db_query(
        db, path->statement,
        DB_VALUES(db_uuid(tenant_id), path->value, db_uuid(&page->after.id),
                  db_text(list_join_names(filter->statuses, booking_status_names, statuses)),
                  db_uuid(&filter->apartment_id), db_uuid(&filter->owner_id),
                  db_int(filter->telegram_id), db_text(filter->phone), db_date(filter->from),
                  db_date(filter->to), db_date(filter->check_in_from), db_date(filter->check_in_to),
                  db_date(filter->check_out_from), db_date(filter->check_out_to),
                  db_int(page->limit + 1)),
        rows, fault);
}
