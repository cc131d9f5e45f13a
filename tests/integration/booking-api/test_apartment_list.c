// SPDX-License-Identifier: MIT
/* The list of apartments on PostgreSQL. Totals, rules and free nights computed in SQL are compared
 * with the rules in C, over random apartments and stays. */

#include "api/change.h"
#include "base/date.h"
#include "base/money.h"
#include "db/transaction.h"

#include "apartments/rate_store.h"
#include "bookings/availability.h"
#include "bookings/booking.h"
#include "calendar/apartment_list.h"
#include "prices/stay_price.h"
#include "stand.h"

enum { APARTMENTS = 160, ROUNDS = 60, SEED = 20261120, RATED = 100, RULES_MAX = 6 };

/* Creates apartments with random prices, rules, time zones and stays (fixed seed). */
static void random_apartments(void)
{
    stand_sql("SELECT setseed(0.25)");
    stand_sql(
        "INSERT INTO apartment (id, tenant_id, owner_id, code, title_ru, city, district, rooms,"
        " max_guests, included_guests, base_price, weekend_price, extra_guest_fee, cleaning_fee,"
        " min_nights, max_nights, buffer_days, advance_notice_hours, booking_window_days, timezone,"
        " is_active, lat, lon, amenities, included_follows_max)"
        " SELECT ('01900000-0000-7000-8000-' || lpad(i::text, 12, '0'))::uuid, o.tenant_id, o.id,"
        " 'R' || i, 'Квартира ' || i, (array['almaty','astana','semey'])[1 + i %% 3],"
        " (array['Медеу','Есиль',NULL])[1 + i %% 3], 1 + i %% 4, 2 + i %% 5, 1 + i %% 2,"
        " (50 + (random() * 30)::int) * 10000,"
        " CASE WHEN random() < 0.6 THEN (60 + (random() * 40)::int) * 10000 END,"
        " CASE WHEN random() < 0.6 THEN (random() * 20)::int * 10000 END,"
        " CASE WHEN random() < 0.6 THEN (random() * 9)::int * 50000 END,"
        " 1 + (random() * 3)::int, 4 + (random() * 10)::int, (random() * 2)::int,"
        " (array[0, 0, 1, 12, 24, 30, 48, 100])[1 + (random() * 7)::int],"
        " (array[365, 365, 20, 10, 3])[1 + (random() * 4)::int],"
        " (array['Asia/Almaty','Pacific/Kiritimati','Pacific/Pago_Pago'])[1 + (random() * 2)::int],"
        " random() < 0.9, 43.2 + random() / 5, 76.8 + random() / 4,"
        " (array['[]', '[\"wifi\"]', '[\"wifi\", \"tv\"]'])[1 + i %% 3]::jsonb, i %% 4 = 0"
        " FROM owner o, generate_series(1, %d) i",
        APARTMENTS);
    stand_sql("UPDATE apartment SET max_guests = max_guests + 1 WHERE included_follows_max");
    stand_sql("INSERT INTO occupancy (id, tenant_id, apartment_id, kind, status, check_in,"
              " check_out, buffer_days, expires_at) SELECT gen_random_uuid(), tenant_id, id,"
              " 'booking', (array['held', 'confirmed', 'cancelled'])[1 + (random() * 2)::int],"
              " '%s'::date + k * 7 + 1, '%s'::date + k * 7 + 2 + (random() * 3)::int,"
              " (random() * 1)::int, now() + (array[-1, 1])[1 + (random() * 1)::int]"
              " * interval '1 hour' FROM apartment,"
              " generate_series(-1, 5) k WHERE random() < 0.6",
              stand_day(0), stand_day(0));
}

static int by_id(const void *a, const void *b)
{
    const struct apartment *x = a;
    const struct apartment *y = b;

    return memcmp(x->id.bytes, y->id.bytes, sizeof x->id.bytes);
}

/* Reads all pages of the query. */
static size_t list_all(struct apartment_query *query, struct arena *arena, struct apartment *out)
{
    size_t total = 0;

    for (;;) {
        auto_rows struct db_rows rows = {0};
        ck_ok(apartment_list_find(stand_db(), &stand_staff.tenant_id, query, arena, &rows, &fault));
        for (int i = 0; i < rows.count && i < query->page.limit; i++) {
            const struct apartment_unlisted none = {0};
            struct apartment listed;
            size_t found;
            ck_assert_uint_lt(total, APARTMENTS);
            apartment_list_read_row(&rows, i, &none, &listed);
            ck_ok(apartment_store_find_brief_by_ids(stand_db(), &stand_staff.tenant_id, &listed.id,
                                                    1, arena, &out[total], &found, &fault));
            ck_assert_uint_eq(found, 1);
            out[total].total = listed.total;
            out[total].distance_m = listed.distance_m;
            apartment_list_set_cursor(query, &out[total++], &query->page.after);
        }
        if (rows.count <= query->page.limit)
            return total;
    }
}

/* A random rule for days near `today`. */
static struct rate random_rate(int32_t today)
{
    struct rate rate = {.price = FIELD_ABSENT, .percent = FIELD_ABSENT, .min_nights = FIELD_ABSENT};

    rate.from = today - 10 + rand() % 35;
    rate.to = rate.from + 1 + rand() % 20;
    if (rand() % 2 == 0)
        rate.weekdays = 2 + rand() % 254 / 2 * 2;
    if (rand() % 3 == 0)
        rate.price = rand() % 200 * 10000;
    else if (rand() % 2 == 0)
        rate.percent = RATE_PERCENT_MIN + rand() % (RATE_PERCENT_MAX - RATE_PERCENT_MIN + 1);
    if (rand() % 4 == 0)
        rate.min_nights = 1 + rand() % 5;
    rate.closed_to_arrival = rand() % 8 == 0;
    rate.closed_to_departure = rand() % 8 == 0;
    return rate;
}

static bool give_rates(struct change *change, struct apartment *apartment, struct fault *fault)
{
    struct rate *rates = arena_alloc(change->arena, RULES_MAX * sizeof *rates);

    ck_assert_ptr_nonnull(rates);
    apartment->rates = rates;
    apartment->rate_count = 1 + (size_t)rand() % RULES_MAX;
    for (size_t i = 0; i < apartment->rate_count; i++)
        rates[i] = random_rate(apartment->local_day);
    return rate_store_update(change, apartment, fault);
}

struct truth {
    struct arena *arena;
    struct apartment *apartments;
    size_t count;
};

static bool lock_all(struct db *tx, void *arg, struct fault *fault)
{
    struct truth *truth = arg;
    struct change change = {.tx = tx, .arena = truth->arena, .caller = &stand_staff};

    for (int i = 0; i < APARTMENTS; i++) {
        struct uuid id;
        ck_assert(uuid_parse(slice_of(textf("01900000-0000-7000-8000-%012d", i + 1)), &id));
        if (!apartment_store_lock(&change, &id, &truth->apartments[i], fault) ||
            (i < RATED && !give_rates(&change, &truth->apartments[i], fault)))
            return false;
    }
    truth->count = APARTMENTS;
    return true;
}

/* The same result for one apartment, from the booking rules and the constraint's range. */
static bool is_bookable(const struct apartment *apartment, const struct apartment_query *query,
                        struct arena *arena)
{
    struct fault_list problems;
    struct booking_draft draft = {
        .check_in = query->check_in, .check_out = query->check_out, .guests = query->guests};
    char id[UUID_TEXT_LEN + 1], from[DATE_TEXT_LEN + 1], to[DATE_TEXT_LEN + 1];

    fault_list_init(&problems, arena);
    booking_check_at_current_price(apartment, &draft, &problems);
    if (problems.seen > 0)
        return false;
    uuid_format(&apartment->id, id);
    date_format(query->check_in, from);
    date_format(query->check_out + (int32_t)apartment->buffer_days, to);
    return stand_number("SELECT count(*) FROM occupancy WHERE apartment_id = '%s'"
                        " AND nights && daterange('%s', '%s')"
                        " AND (status = 'confirmed' OR status = 'held' AND expires_at > now())",
                        id, from, to) == 0;
}

static bool is_affordable(int64_t total, const struct apartment_query *query)
{
    const int64_t night = money_per_night(total, query->check_out - query->check_in);

    return (query->min_price == FIELD_ABSENT || night >= query->min_price) &&
           (query->max_price == FIELD_ABSENT || night <= query->max_price);
}

/* Compares POST /v1/availability for all apartments. */
static void compare_availability(const struct truth *truth, const struct apartment_query *query,
                                 struct arena *arena)
{
    struct uuid ids[APARTMENTS];
    struct availability *found;
    size_t count;

    for (size_t i = 0; i < truth->count; i++)
        ids[i] = truth->apartments[i].id;
    struct availability_query asked = {
        .apartment_ids = {ids, truth->count},
        .check_in = query->check_in,
        .check_out = query->check_out,
        .guests = query->guests,
    };
    ck_ok(availability_store_find(stand_db(), &stand_staff.tenant_id, &asked, arena, &found, &count,
                                  &fault));
    ck_assert_uint_eq(count, truth->count);
    for (size_t i = 0; i < count; i++) {
        const struct tariff tariff = apartment_tariff(&truth->apartments[i]);
        struct availability_item item;
        struct stay_price price;
        ck_ok(availability_evaluate(&found[i], &asked, &stand_staff, arena, &item, &fault));
        ck_assert(uuid_equal(&item.id, &ids[i]));
        ck_assert_int_eq(item.bookable, is_bookable(&truth->apartments[i], query, arena));
        ck_ok(stay_price_compute(&tariff, query->check_in, query->check_out, query->guests, arena,
                                 &price, &fault));
        if (item.bookable)
            ck_assert_int_eq(item.total, price.total);
    }
}

static size_t compare(const struct truth *truth, struct apartment_query *query, struct arena *arena)
{
    static struct apartment found[APARTMENTS];
    size_t count = list_all(query, arena, found);
    size_t expected = 0;

    for (size_t i = 1; query->sort == SORT_PRICE && i < count; i++)
        ck_assert_int_ge(found[i].total, found[i - 1].total);
    qsort(found, count, sizeof found[0], by_id);
    for (size_t i = 0; i < truth->count; i++) {
        const struct apartment *apartment = &truth->apartments[i];
        const struct apartment *hit = bsearch(apartment, found, count, sizeof found[0], by_id);
        const struct tariff tariff = apartment_tariff(apartment);
        struct stay_price price;
        ck_ok(stay_price_compute(&tariff, query->check_in, query->check_out, query->guests, arena,
                                 &price, &fault));
        bool bookable = is_bookable(apartment, query, arena) && is_affordable(price.total, query);
        ck_assert_msg((hit != NULL) == bookable,
                      "%.*s: %s, but the rules return %d (in %d, %d nights, today %d %d)",
                      SLICE_ARG(apartment->code), hit != NULL ? "listed" : "not listed", bookable,
                      query->check_in - apartment->local_day, query->check_out - query->check_in,
                      apartment->local_day, apartment->local_minute);
        expected += bookable;
        if (hit == NULL)
            continue;
        ck_assert_int_eq(hit->total, price.total);
    }
    ck_assert_uint_eq(count, expected);
    return count;
}

TEST_CASE("apartment_list", .setup = stand_begin, .teardown = stand_end);

FIBER_TEST(search_by_dates_agrees_with_the_booking_rules)
{
    static struct apartment apartments[APARTMENTS];
    struct arena truth_arena, arena;
    struct truth truth = {.arena = &truth_arena, .apartments = apartments};
    size_t listed = 0;

    /* No hour ends during the comparison: notices are whole hours, in zones of whole hours. */
    stand_until(stand_number("SELECT extract(epoch FROM now())::bigint %% 3600") < 3550,
                "the hour ends");
    random_apartments();
    arena_init(&truth_arena, 16 << 20);
    srand(SEED);
    ck_ok(db_transaction(stand_service()->pool, lock_all, &truth, &fault));
    for (int round = 0; round < ROUNDS; round++) {
        struct apartment_query query = apartment_list_defaults();
        query.check_in = apartments[0].local_day - 1 + rand() % 25;
        query.check_out = query.check_in + 1 + rand() % 8;
        query.guests = 1 + rand() % 6;
        query.page.limit = 1 + rand() % 100;
        query.sort = rand() % 3;
        if (rand() % 3 == 0)
            query.min_price = 600000;
        if (rand() % 3 == 0)
            query.max_price = 1000000;
        if (query.sort == SORT_DISTANCE) {
            query.near = (struct field_geo){43.3, 76.9};
            query.radius_km = 500;
        }
        arena_init(&arena, 64 << 20);
        listed += compare(&truth, &query, &arena);
        if (round % 6 == 0)
            compare_availability(&truth, &query, &arena);
        arena_finish(&arena);
    }
    ck_assert_uint_gt(listed, ROUNDS); /* the comparison must not be empty */
    arena_finish(&truth_arena);
}

// clang-format off
static const struct {
    const char *why, *params;
    const char *where; /* the same filter in SQL */
} filters[] = {
    {"nothing",           "", "is_active"},
    {"a code",            "code=R7", "is_active AND code = 'R7'"},
    {"a code's case",     "code=r7", "is_active AND code = 'R7'"},
    {"a code elsewhere",  "code=R7&city=astana", "is_active AND code = 'R7' AND city = 'astana'"},
    {"a code nearby",     "code=R7&near=43.3,76.9", "is_active AND code = 'R7' AND metres <= 10000"},
    {"a city",            "city=АСТАНА", "is_active AND city = 'astana'"},
    {"a district",        "district=медеу", "is_active AND district = 'Медеу'"},
    {"guests",            "guests=5", "is_active AND max_guests >= 5"},
    {"rooms",             "rooms=2", "is_active AND rooms = 2"},
    {"several rooms",     "rooms=1,3", "is_active AND rooms IN (1, 3)"},
    {"a price from",      "min_price=650000", "is_active AND base_price >= 650000"},
    {"a price to",        "max_price=650000", "is_active AND base_price <= 650000"},
    {"both prices",       "min_price=600000&max_price=700000", "is_active AND base_price BETWEEN 600000 AND 700000"},
    {"an amenity",        "amenities=wifi", "is_active AND amenities ? 'wifi'"},
    {"both amenities",    "amenities=tv,wifi", "is_active AND amenities ?& '{tv,wifi}'"},
    {"words",             "q=ЕСИЛЬ квартира", "is_active AND district = 'Есиль'"},
    {"a word's wildcard", "q=%", "false"},
    {"a word's escape",   "q=\\ \" _", "false"},
    {"inactive",          "is_active=false", "NOT is_active"},
    {"all",               "is_active=all", "true"},
    {"a circle",          "near=43.3,76.9&radius_km=5", "is_active AND metres <= 5000"},
    {"a circle of ten",   "near=43.3,76.9", "is_active AND metres <= 10000"},
    {"all together",      "city=semey&guests=3&rooms=1,2,3&max_price=750000&near=43.3,76.9",
                          "is_active AND city = 'semey' AND max_guests >= 3 AND rooms <= 3 AND base_price <= 750000 AND metres <= 10000"},
};
// clang-format on

static const char *const sorts[] = {"newest", "price", "distance"};

/* Reads pages of 7 and checks that each apartment occurs once, in order. */
static size_t count_pages(const char *params, const char *sort)
{
    const char *cursor = "";
    size_t total = 0;
    json_int_t last = -1;
    char last_id[40] = "~";

    for (;;) {
        struct answer answer = ck_status(
            ask_get(get_apartments, .params = textf("limit=7&sort=%s%s%s%s", sort,
                                                    *params != '\0' ? "&" : "", params, cursor)),
            200);
        size_t i;
        json_t *apartment;
        json_array_foreach(json_object_get(answer.json, "items"), i, apartment)
        {
            const char *id = text_at(apartment, "id");
            json_int_t key = 0;
            if (strcmp(sort, "price") == 0)
                key = number_at(apartment, "base_price.amount");
            else if (strcmp(sort, "distance") == 0)
                key = number_at(apartment, "distance_m");
            else
                ck_assert_int_lt(strcmp(id, last_id), 0);
            ck_assert_int_ge(key, last);
            ck_assert_msg(key > last || strcmp(sort, "newest") == 0 || strcmp(id, last_id) > 0,
                          "%s again", id);
            ck_assert_ptr_null(json_object_get(apartment, "description"));
            ck_assert_ptr_null(json_object_get(apartment, "house_rules"));
            ck_assert_ptr_null(json_object_get(apartment, "total"));
            ck_assert_ptr_null(json_object_get(apartment, "deposit"));
            last = strcmp(sort, "newest") == 0 ? -1 : key;
            snprintf(last_id, sizeof last_id, "%s", id);
            total++;
        }
        const char *next = text_at(answer.json, "next_cursor");
        if (next == NULL)
            return total;
        cursor = textf("&cursor=%s", next);
    }
}

FIBER_TEST(every_filter_works_in_every_order_across_pages)
{
    random_apartments();
    for (size_t i = 0; i < ARRAY_LEN(filters); i++) {
        long long wanted = stand_number(
            "SELECT count(*) FROM (SELECT *, 12742017.6 * asin(sqrt("
            " power(sin(radians(lat - 43.3) / 2), 2) + cos(radians(43.3)) * cos(radians(lat))"
            " * power(sin(radians(lon - 76.9) / 2), 2))) AS metres FROM apartment) a WHERE %s",
            filters[i].where);
        bool has_near = strstr(filters[i].where, "metres") != NULL;
        for (size_t k = 0; k < (has_near ? 3u : 2u); k++) {
            size_t found = count_pages(filters[i].params, sorts[k]);
            ck_assert_msg((long long)found == wanted, "%s by %s: %zu, not %lld", filters[i].why,
                          sorts[k], found, wanted);
        }
    }
}
