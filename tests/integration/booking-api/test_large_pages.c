// SPDX-License-Identifier: MIT
/* Lists of the largest possible items: a page never fails because of its size, stays small enough
 * for a shared connection, and the next page continues where it ended. */

#include "api/events_private.h"

#include "bookings/booking_store.h"
#include "calendar/apartment_list.h"
#include "stand.h"

enum { MANY = 100, PAGE_BYTES = 256 * 1024, PAGES_MAX = 110 };

/* Creates apartments with 20 photos of 500 bytes and 100 amenities each. */
static void make_apartments(void)
{
    stand_apartment();
    stand_sql("UPDATE apartment SET lat = 43.2, lon = 76.9, city = 'taraz', title_ru = 'Лофт',"
              " photos = (SELECT jsonb_agg('https://images.example/' || repeat('a', 473)"
              "  || lpad(n::text, 4, '0')) FROM generate_series(1, 20) n),"
              " amenities = (SELECT jsonb_agg('amenity-' || lpad(n::text, 56, '0'))"
              "  FROM generate_series(1, 100) n)");
    stand_sql("CREATE TEMP TABLE more AS SELECT * FROM apartment;"
              "ALTER TABLE more DROP COLUMN words");
    stand_sql("INSERT INTO apartment (id, tenant_id, owner_id, code, title_ru, city, rooms,"
              " max_guests, included_guests, base_price, lat, lon, photos, amenities)"
              " SELECT gen_random_uuid(), tenant_id, owner_id, 'L' || n, title_ru, city, rooms,"
              " max_guests, included_guests, base_price + n %% 7 * 10000, lat + n %% 9 / 1000.0,"
              " lon, photos, amenities FROM more, generate_series(2, %d) n",
              MANY);
}

static bool is_new(const char *id, char (*seen)[40], size_t *count)
{
    for (size_t i = 0; i < *count; i++) {
        if (strcmp(seen[i], id) == 0)
            return false;
    }
    snprintf(seen[(*count)++], sizeof seen[0], "%s", id);
    return true;
}

/* Reads all pages, each with at least one new item, and returns the number of items. */
static size_t walk(struct ask ask, const char *cursor_name, int *pages)
{
    static char seen[2 * MANY][40];
    const char *params = ask.params;
    size_t count = 0;

    *pages = 0;
    for (bool more = true; more && *pages < PAGES_MAX; ++*pages) {
        struct answer answer = stand_ask(&ask);
        const json_t *items = json_object_get(answer.json, "items");
        const char *next = text_at(answer.json, "next_cursor");

        ck_status(answer, 200);
        ck_assert_uint_ge(json_array_size(items), ask.handler == service_get_events ? 0 : 1);
        for (size_t i = 0; i < json_array_size(items); i++)
            ck_assert(is_new(text_at(json_array_get(items, i), "id"), seen, &count));
        more = next != NULL && json_array_size(items) > 0;
        ask.params = textf("%s&%s=%s", params, cursor_name, next != NULL ? next : "");
    }
    return count;
}

static const struct {
    const char *why;
    const char *params; /* +N: N days from now */
} orders[] = {
    {"newest",         "limit=100&city=taraz"                                             },
    {"all cities",     "limit=100"                                                        },
    {"cheapest",       "limit=100&sort=price"                                             },
    {"words",          "limit=100&q=лофт"                                             },
    {"near",           "limit=100&near=43.2,76.9"                                         },
    {"nearest",        "limit=100&near=43.2,76.9&sort=distance"                           },
    {"dates",          "limit=100&check_in=+10&check_out=+12"                             },
    {"dates, price",   "limit=100&check_in=+10&check_out=+12&sort=price"                  },
    {"dates, nearest", "limit=100&check_in=+10&check_out=+12&near=43.2,76.9&sort=distance"},
};

static const char *with_dates(const char *params)
{
    const char *plus = strchr(params, '+');

    if (plus == NULL)
        return params;
    char *rest;
    const long days = strtol(plus + 1, &rest, 10);
    return with_dates(textf("%.*s%s%s", (int)(plus - params), params, stand_day((int)days), rest));
}

TEST_CASE("large_pages", .setup = stand_begin, .teardown = stand_end);

FIBER_TEST(pages_of_large_apartments_end_early_in_every_order)
{
    make_apartments();
    for (size_t i = 0; i < ARRAY_LEN(orders); i++) {
        struct ask ask = {.handler = get_apartments, .params = with_dates(orders[i].params)};
        int pages;
        const size_t found = walk(ask, "cursor", &pages);
        ck_assert_msg(found == MANY, "%s: %zu", orders[i].why, found);
        ck_assert_int_gt(pages, 1);
    }
}

/* --- what comes over the connection --- */

static size_t bytes_of(const struct db_rows *rows)
{
    size_t bytes = 0;

    for (int i = 0; i < rows->count; i++) {
        for (int column = 0; column < PQnfields(rows->result); column++)
            bytes += (size_t)PQgetlength(rows->result, i, column);
    }
    return bytes;
}

static void make_stays(void)
{
    char note[3001];

    memset(note, 'n', sizeof note - 1);
    note[sizeof note - 1] = '\0';
    stand_sql("UPDATE apartment SET max_nights = 366");
    ck_book(NULL, stand_apartment(), 1, 3);
    stand_sql("CREATE TEMP TABLE ids AS SELECT gen_random_uuid() AS id, n"
              " FROM generate_series(2, %d) n",
              MANY);
    stand_sql("INSERT INTO occupancy (id, tenant_id, apartment_id, kind, status, check_in,"
              " check_out) SELECT ids.id, tenant_id, apartment_id, kind, 'completed', check_in,"
              " check_out FROM ids, occupancy");
    stand_sql("INSERT INTO booking (id, tenant_id, code, apartment_id, owner_id, guest_name,"
              " guest_phone, guests, note, lines, total, deposit) SELECT ids.id, tenant_id,"
              " 'L' || n, apartment_id, owner_id, 'Гость', '+77010000001', 1, '%s', lines, total,"
              " deposit FROM ids, booking",
              note);
    /* Price lines of a stay of a year, of different lengths, so that they do not compress alike. */
    stand_sql("UPDATE booking SET lines = (SELECT json_agg(line) FROM"
              " generate_series(1, 122), json_array_elements(lines) AS line)");
    stand_sql("INSERT INTO outbox (event_id, type, source, sequence, resource_type, resource_id,"
              " resource_version, tenant_id, data) SELECT gen_random_uuid(), 'test', 'test', 1,"
              " 'apartment', id, 1, tenant_id, jsonb_build_object('lines', lines) FROM booking");
}

/* Reads a page of each list as its handler does. */
FIBER_TEST(page_size_is_limited_per_connection)
{
    const struct booking_filter all = {.telegram_id = FIELD_ABSENT,
                                       .from = FIELD_ABSENT32,
                                       .to = FIELD_ABSENT32,
                                       .check_in_from = FIELD_ABSENT32,
                                       .check_in_to = FIELD_ABSENT32,
                                       .check_out_from = FIELD_ABSENT32,
                                       .check_out_to = FIELD_ABSENT32};
    struct apartment_query query = apartment_list_defaults();
    auto_rows struct db_rows bookings = {0}, events = {0}, apartments = {0};
    const struct events_part all_events = {0};
    const struct field_texts all_types = {0};
    struct arena arena = ARENA(1 << 20);

    make_apartments();
    make_stays();
    stand_wait_for_events();
    query.page.limit = MANY;
    ck_ok(booking_list_store_find(stand_db(), &stand_staff.tenant_id, &all,
                                  &(struct list_page){.limit = MANY}, &bookings, &fault));
    ck_ok(events_store_list(stand_db(), &stand_staff.tenant_id, &all_events, &all_types,
                            &(struct event_position){0}, MANY, &events, &fault));
    ck_ok(apartment_list_find(stand_db(), &stand_staff.tenant_id, &query, &arena, &apartments,
                              &fault));
    ck_assert_uint_le(bytes_of(&bookings), PAGE_BYTES);
    ck_assert_uint_le(bytes_of(&events), PAGE_BYTES);
    ck_assert_uint_le(bytes_of(&apartments), PAGE_BYTES);
    ck_assert_int_gt(bookings.count, 1);
    ck_assert_int_gt(events.count, 1);
    ck_assert_int_gt(apartments.count, 1);
    arena_finish(&arena);
}

FIBER_TEST(pages_of_long_stays_and_events_continue_where_they_ended)
{
    struct ask ask = {.handler = get_bookings, .params = "limit=100"};
    int pages;

    make_stays();
    ck_assert_uint_eq(walk(ask, "cursor", &pages), MANY);
    ck_assert_int_gt(pages, 1);
    ask.params = "limit=100&phone=+77010000001";
    ck_assert_uint_eq(walk(ask, "cursor", &pages), MANY - 1);
    /* An item larger than a page is alone on it. */
    stand_sql("UPDATE booking SET lines = (SELECT json_agg(line) FROM"
              " generate_series(1, 8), json_array_elements(lines) AS line)");
    ask.params = "limit=100";
    ck_assert_uint_eq(walk(ask, "cursor", &pages), MANY);
    ck_assert_int_eq(pages, MANY);
    stand_wait_for_events();
    ck_assert_uint_ge(
        walk((struct ask){.handler = service_get_events, .params = "limit=100"}, "after", &pages),
        MANY);
    ck_assert_int_gt(pages, 2);
}

FIBER_TEST(largest_owners_are_complete_and_blocks_are_paged)
{
    const char *apartment = stand_apartment();
    int pages;

    stand_sql("INSERT INTO owner (id, tenant_id, name, phone) SELECT gen_random_uuid(), tenant_id,"
              " repeat('😀', 200), '+77010000001' FROM owner, generate_series(2, %d)",
              MANY);
    stand_sql("INSERT INTO occupancy (id, tenant_id, apartment_id, kind, status, check_in,"
              " check_out, reason) SELECT gen_random_uuid(), tenant_id, id, 'block', 'blocked',"
              " current_date + n, current_date + n + 1, repeat('😀', 3000)"
              " FROM apartment, generate_series(1, %d) n",
              MANY);
    ck_assert_uint_eq(
        walk((struct ask){.handler = get_owners, .params = "limit=100"}, "cursor", &pages), MANY);
    ck_assert_int_eq(pages, 1);
    ck_assert_uint_eq(
        walk((struct ask){.handler = get_blocks, .id = apartment, .params = "limit=100"}, "cursor",
             &pages),
        MANY);
    ck_assert_int_gt(pages, 1);
}
