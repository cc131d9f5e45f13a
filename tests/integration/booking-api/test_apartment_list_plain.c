// SPDX-License-Identifier: MIT
/* Short pages without filters: the plain statement returns the same as the full one. */

#include "calendar/apartment_list.h"
#include "stand.h"

enum { APARTMENTS = 160 };

static void make_apartments(void)
{
    stand_sql("INSERT INTO apartment (id, tenant_id, owner_id, code, title_ru, city, rooms,"
              " max_guests, included_guests, base_price, is_active)"
              " SELECT ('01900000-0000-7000-8000-' || lpad(i::text, 12, '0'))::uuid, tenant_id, id,"
              " 'R' || i, 'Квартира', (array['almaty','astana','semey'])[1 + i %% 3], 1, 2, 1,"
              " (i * 7919 %% 30) * 10000, i %% 10 > 0 FROM owner, generate_series(1, %d) i",
              APARTMENTS);
}

/* Stores listed JSON: the id, and `more`. */
static void store_listed(const char *where, const char *more)
{
    stand_sql("UPDATE apartment SET listed_version = NULL WHERE %s", where);
    stand_sql("UPDATE apartment SET listed = '\"id\":\"' || id || '\"' || %s,"
              " listed_version = version, listed_shape = " APARTMENT_SHAPE " WHERE %s",
              more, where);
}

struct listing {
    char ids[APARTMENTS][UUID_TEXT_LEN + 1];
    size_t count, pages;
    size_t longest; /* of any page */
};

static void list_by(const char *params, const char *limit, struct listing *out)
{
    const char *cursor = "";

    *out = (struct listing){0};
    do {
        struct answer answer = ck_status(
            ask_get(get_apartments, .params = textf("limit=%s%s%s%s", limit,
                                                    *params != '\0' ? "&" : "", params, cursor)),
            200);
        out->pages++;
        const json_t *items = json_object_get(answer.json, "items");
        for (size_t i = 0; i < json_array_size(items); i++) {
            ck_assert_uint_lt(out->count, APARTMENTS);
            snprintf(out->ids[out->count++], sizeof out->ids[0], "%s",
                     text_at(json_array_get(items, i), "id"));
        }
        if (json_array_size(items) > out->longest)
            out->longest = json_array_size(items);
        const char *next = text_at(answer.json, "next_cursor");
        cursor = next != NULL ? textf("&cursor=%s", next) : "";
    } while (*cursor != '\0');
}

static struct listing short_pages, long_pages;

/* Pages of 20 use the plain statement, pages of 100 do not. */
static void compare_pages(const char *params)
{
    list_by(params, "20", &short_pages);
    list_by(params, "100", &long_pages);
    ck_assert_uint_eq(short_pages.count, long_pages.count);
    ck_assert_mem_eq(short_pages.ids, long_pages.ids, sizeof short_pages.ids);
}

static const struct {
    const char *params;
    const char *where; /* the same filter in SQL */
} unfiltered[] = {
    {"",                           "is_active"                       },
    {"sort=price",                 "is_active"                       },
    {"city=almaty",                "is_active AND city = 'almaty'"   },
    {"city=astana&sort=price",     "is_active AND city = 'astana'"   },
    {"city=semey&is_active=false", "NOT is_active AND city = 'semey'"},
    {"is_active=all",              "true"                            },
    {"sort=price&is_active=all",   "true"                            },
    {"city=aktau",                 "false"                           },
};

static void compare_unfiltered(void)
{
    for (size_t i = 0; i < ARRAY_LEN(unfiltered); i++) {
        compare_pages(unfiltered[i].params);
        ck_assert_int_eq((long long)short_pages.count,
                         stand_number("SELECT count(*) FROM apartment WHERE tenant_id ="
                                      " (SELECT min(tenant_id::text) FROM owner)::uuid AND %s",
                                      unfiltered[i].where));
    }
}

/* Rows of the plain statement have no size. */
static bool is_plain(const struct apartment_query *query)
{
    auto_rows struct db_rows rows = {0};
    struct arena arena = ARENA(1 << 20);

    ck_ok(apartment_list_find(stand_db(), &stand_staff.tenant_id, query, &arena, &rows, &fault));
    arena_finish(&arena);
    ck_assert_int_gt(rows.count, 0);
    return db_get_int(&rows, 0, (int)apartment_listed_shape.count + APARTMENT_LIST_EXTRA_COLUMNS) ==
           0;
}

TEST_CASE("apartment_list_plain", .setup = stand_begin, .teardown = stand_end);

FIBER_TEST(plain_and_full_statements_return_the_same_list)
{
    struct apartment_query query = apartment_list_defaults();

    make_apartments();
    /* Another tenant's apartment, next in each order. */
    stand_sql("INSERT INTO owner (id, tenant_id, name) VALUES"
              " ('01900000-0000-7000-8000-00000000000b',"
              " 'ffffffff-0000-7000-8000-00000000000b', 'Б')");
    stand_sql("INSERT INTO apartment (id, tenant_id, owner_id, code, title_ru, city, rooms,"
              " max_guests, included_guests, base_price)"
              " SELECT gen_random_uuid(), tenant_id, id, 'N' || n, 'Чужая',"
              " (array['almaty','astana','semey'])[1 + n %% 3], 1, 2, 1, 0"
              " FROM owner, generate_series(1, 9) n WHERE name = 'Б'");
    ck_assert(!is_plain(&query)); /* no listed JSON is stored yet */
    store_listed("true", "''");
    ck_assert(is_plain(&query));
    compare_unfiltered();

    /* One apartment of the first page has another shape, or exceeds its share. */
    stand_sql("UPDATE apartment SET listed_shape = listed_shape + 1 WHERE code = 'R151'");
    ck_assert(!is_plain(&query));
    compare_unfiltered();
    store_listed("code = 'R151'", "',\"x\":\"' || repeat('x', 9000) || '\"'");
    ck_assert(!is_plain(&query));
    compare_unfiltered();

    query.page.limit = LIST_LIMIT_DEFAULT + 1;
    store_listed("true", "''");
    ck_assert(!is_plain(&query));
    query.page.limit = LIST_LIMIT_DEFAULT;
    ck_assert(is_plain(&query));
    query.guests = 1;
    ck_assert(!is_plain(&query));
}

FIBER_TEST(plain_page_ends_early_if_apartments_are_large)
{
    enum { SIZE = 3 * 3000 * 2 + 1024, FITTING = LIST_PAGE_BYTES_MAX / SIZE };

    make_apartments();
    stand_sql("UPDATE apartment SET check_in_info_ru = repeat('ж', 3000),"
              " check_in_info_kz = repeat('қ', 3000), check_in_info_en = repeat('é', 3000)");
    store_listed("true", "''");
    for (size_t i = 0; i < ARRAY_LEN(unfiltered); i++) {
        compare_pages(unfiltered[i].params);
        ck_assert_uint_le(short_pages.longest, FITTING);
        ck_assert(short_pages.count < FITTING || short_pages.longest >= FITTING - 1);
    }
}
