// SPDX-License-Identifier: MIT
/* The JSON stored in an apartment's row equals the JSON that the encoder writes from the columns,
 * after a change by any path.
 * An instance that does not know its shape still shows the apartment. */
#include <pthread.h>

#include "apartments/apartment_listed.h"
#include "maintenance/sweeper.h"
#include "stand.h"

enum { CHANGED = 400, CREATED = 40, LOOKED_AT = 200 };

#define IS_KEPT "apartment_listed_as(version, listed_version, listed_shape) = " APARTMENT_SHAPE

static int many(void)
{
    return in_gate() ? 2000 : 10000;
}

static void begin(void)
{
    char tenant[UUID_TEXT_LEN + 1];

    stand_begin();
    uuid_format(&stand_owner.tenant_id, tenant);
    stand_sql("INSERT INTO tenant VALUES ('%s', 'one')", tenant);
    stand_sql("INSERT INTO owner (id, tenant_id, name)"
              " VALUES ('01900000-0000-7000-8000-000000000009', '%s', 'Болат')",
              tenant);
}

static void end(void)
{
    stand_sql("DROP TABLE tenant");
    stand_end();
}

/* Inserted with SQL, so nothing is stored yet. */
static void make_many(int count)
{
    char tenant[UUID_TEXT_LEN + 1], owner[UUID_TEXT_LEN + 1];

    uuid_format(&stand_owner.tenant_id, tenant);
    uuid_format(&stand_owner.actor_id, owner);
    stand_sql(
        "SELECT setseed(0.5);"
        "CREATE FUNCTION a_word(n float, always int) RETURNS text LANGUAGE sql VOLATILE AS $$"
        " SELECT CASE WHEN random() < 0.3 AND always = 0 THEN NULL ELSE"
        "  (ARRAY['Студия у парка', 'a \"quoted\" word', E'back\\\\slash', E'two\\nlines',"
        "   '🏠 дом', 'Әдемі пәтер', E'tab\\tend', '</script>'])[1 + floor(random() * 8)::int]"
        "  || floor(random() * 1000) END $$;"
        "INSERT INTO apartment (id, tenant_id, owner_id, code, title_ru, title_kz, title_en,"
        " description_ru, description_kz, city, district, address, lat, lon, rooms,"
        " max_guests, included_guests, included_follows_max, amenities, photos, base_price,"
        " weekend_price, cleaning_fee, min_nights, check_in_time, buffer_days, instant_book,"
        " cancellation_policy, timezone, is_active, check_in_info_ru, check_in_info_en, created_at)"
        "SELECT gen_random_uuid(), '%s', '%s', 'R' || n, a_word(n, 1), a_word(n, 0), a_word(n, 0),"
        " d, CASE WHEN d IS NOT NULL THEN a_word(n, 0) END,"
        " (ARRAY['almaty', 'astana', 'aktau'])[1 + n %% 3], a_word(n, 0), a_word(n, 0),"
        " CASE WHEN n %% 3 > 0 THEN random() * 180 - 90 END,"
        " CASE WHEN n %% 3 > 0 THEN random() * 360 - 180 END,"
        " 1 + n %% 50, 3 + n %% 90, 1 + n %% 3, n %% 4 = 0,"
        " (ARRAY['[]', '[\"wifi\"]', '[\"wifi\", \"kitchen\", \"parking\"]'])[1 + n %% 3]::jsonb,"
        " (ARRAY['[]', '[\"https://img.example/1.jpg\"]'])[1 + n %% 2]::jsonb,"
        " floor(random() * 1e9)::bigint * 100,"
        " CASE WHEN random() < 0.5 THEN floor(random() * 1e9)::bigint * 100 END,"
        " CASE WHEN random() < 0.5 THEN 500000 END, 1 + n %% 5,"
        " ('00:00'::time + n %% 1440 * interval '1 minute'), n %% 30, n %% 2 = 0,"
        " (ARRAY['flexible', 'moderate', 'strict'])[1 + n %% 3],"
        " (ARRAY['Asia/Almaty', 'UTC'])[1 + n %% 2], n %% 5 > 0, i,"
        " CASE WHEN i IS NOT NULL THEN a_word(n, 0) END,"
        " now() - random() * 1e8 * interval '1 second'"
        " FROM generate_series(1, %d) n, LATERAL (SELECT a_word(n, 0) AS d, a_word(n, 0) AS i) t;"
        "DROP FUNCTION a_word",
        tenant, owner, count);
}

static long long count_unlisted(void)
{
    return stand_number("SELECT count(*) FROM apartment WHERE NOT " IS_KEPT);
}

/* Runs the background task until nothing is left to do. */
static void sweep(void)
{
    struct periodic sweeper;

    sweeper_start(&sweeper, stand_app()->service, 5);
    for (long long left = count_unlisted(); left > 0; left = count_unlisted())
        stand_until(count_unlisted() < left, "%lld apartments have no listed JSON", left);
    periodic_stop(&sweeper);
}

static int64_t wrong(void)
{
    int64_t count = -1;

    ck_ok(apartment_store_count_wrong_json(stand_db(), many() + CREATED, &count, &fault));
    return count;
}

static void change(http_handler *handler, enum http_method method, const char *id, const char *body)
{
    ck_status(
        stand_ask(&(struct ask){.handler = handler, .method = method, .id = id, .body = body}),
        200);
}

static const char *some_id(int n)
{
    return stand_text("SELECT id FROM apartment WHERE code = 'R%d'", n);
}

/* Changes through the API, one of each kind in turn. */
static void change_some(void)
{
    for (int i = 0; i < CHANGED; i++) {
        const char *id = textf("%s", some_id(1 + rand() % many()));
        switch (i % 4) {
        case 0:
            change(patch_apartment, HTTP_PATCH, id,
                   textf("{'title':{'ru':'Новая \\'%d\\' \\\\'},'amenities':['wifi','tv'],"
                         "'location':{'lat':%d.1234567,'lon':-0.00000004}}",
                         i, rand() % 80));
            break;
        case 1:
            change(patch_apartment, HTTP_PATCH, id,
                   "{'description':null,'included_guests':null,'location':null,'photos':[],"
                   "'check_in_info':{'ru':'12#'}}");
            break;
        case 2:
            change(patch_apartment, HTTP_PATCH, id,
                   "{'owner_id':'01900000-0000-7000-8000-000000000009'}");
            break;
        default:
            change(put_rates, HTTP_PUT, id,
                   textf("{'items':[{'from':'%s','to':'%s','percent':%d}]}", stand_day(3),
                         stand_day(9), rand() % 50));
        }
    }
}

static void create_some(void)
{
    for (int i = 0; i < CREATED; i++) {
        const char *body =
            textf("{\"code\":\"N%d\",\"owner_id\":\"01900000-0000-7000-8000-000000000009\","
                  "\"title\":{\"ru\":\"Двушка\"},\"city\":\"astana\",\"rooms\":2,"
                  "\"max_guests\":95,\"base_price\":{\"amount\":%d,\"currency\":\"KZT\"}}",
                  i, 100000 + 100 * i);
        ck_status(ask_post(post_apartment, .body = body), 201);
    }
}

/* An apartment reads the same whether or not this instance knows the stored shape. Changing
 * listed_shape does not change the version. */
static void ck_shown_alike(const char *id, const struct api_caller *caller)
{
    struct answer listed = ask_get(get_apartment, .caller = caller, .id = id);

    stand_sql("UPDATE apartment SET listed_shape = 99, listed_version = version WHERE id = '%s'",
              id);
    struct answer encoded =
        ck_status(ask_get(get_apartment, .caller = caller, .id = id), listed.status);
    ck_assert_str_eq(listed.etag, encoded.etag); /* a hash of the bytes */
    ck_assert(listed.json == NULL || json_equal(listed.json, encoded.json));
    stand_sql("UPDATE apartment SET listed_shape = %s WHERE id = '%s'", APARTMENT_SHAPE, id);
}

/* Changes apartments in every possible way. */
static void made_body(void *data)
{
    srand(7);
    make_many(many());
    ck_assert_int_eq(count_unlisted(), many());
}

static void sweep_body(void *data)
{
    sweep();
}

static void right_body(void *data)
{
    ck_assert_int_eq(wrong(), 0);
}

static void changed_body(void *data)
{
    /* The background task does not change apartments. */
    ck_rows(0, "apartment WHERE version <> 1");
    change_some();
    create_some();
    ck_assert_int_eq(count_unlisted(), 0); /* these writes store listed JSON themselves */
}

/* Edits with SQL, as by Directus and by a migration. */
static void by_hand_body(void *data)
{
    stand_sql("UPDATE apartment SET address = 'улица \"' || code WHERE rooms %% 7 = 0");
    stand_sql("UPDATE apartment SET included_guests = 1, included_follows_max = false"
              " WHERE rooms %% 11 = 0");
    ck_assert_int_gt(count_unlisted(), 0);
}

static void looked_at_body(void *data)
{
    for (int i = 0; i < LOOKED_AT; i++) {
        ck_shown_alike(textf("%s", some_id(1 + rand() % many())), i % 2 == 0 ? NULL : &stand_guest);
    }
    stand_sql("UPDATE apartment SET listed = listed || ' ' WHERE code = 'R77'");
    stand_sql("UPDATE apartment SET listed_version = version WHERE code = 'R77'");
    ck_assert_int_eq(wrong(), 1);
}

TEST_CASE("apartment_listed", .setup = begin, .teardown = end);

TEST(listed_json_equals_the_encoded_columns)
{
    /* One fiber each, because a fiber's time is limited. */
    void (*const bodies[])(void *data) = {
        made_body,  sweep_body,   right_body,     changed_body,
        right_body, by_hand_body, right_body, /* outdated listed JSON is ignored */
        sweep_body, right_body,   looked_at_body,
    };

    for (size_t i = 0; i < ARRAY_LEN(bodies); i++)
        stand_run(bodies[i], NULL);
}

static json_t *list(const struct api_caller *caller)
{
    struct answer answer =
        ask_get(get_apartments, .caller = caller, .params = "city=almaty&limit=100");

    ck_status(answer, 200);
    return answer.json;
}

/* Some apartments of the page have no listed JSON, some another shape. */
FIBER_TEST(page_with_different_shapes_reads_the_same)
{
    const struct api_caller *const callers[] = {NULL, &stand_guest};

    make_many(90);
    for (size_t i = 0; i < 2; i++) {
        stand_sql("UPDATE apartment SET listed = NULL, listed_version = NULL, listed_shape = NULL");
        json_t *none = list(callers[i]);
        sweep();
        json_t *all = list(callers[i]);
        stand_sql("UPDATE apartment SET listed = '\"other\":true', listed_shape = 99,"
                  " listed_version = version WHERE rooms %% 2 = 0");
        json_t *mixed = list(callers[i]);
        ck_count(all, "items", 24);
        ck_assert(json_equal(none, all));
        ck_assert(json_equal(all, mixed));
        stand_sql("UPDATE apartment SET listed_shape = NULL, listed_version = NULL");
        sweep();
    }
}

/* A page ends early if rows are large; listed JSON does not make usual rows large. */
FIBER_TEST(page_of_usual_apartments_is_complete)
{
    make_many(130);
    stand_sql("UPDATE apartment SET address = repeat('а', 200), is_active = true");
    for (int listed = 0; listed < 2; listed++) {
        struct answer answer = ck_status(ask_get(get_apartments, .params = "limit=100"), 200);
        ck_count(answer.json, "items", 100);
        sweep();
    }
    ck_assert_int_gt(stand_number("SELECT avg(octet_length(listed)) FROM apartment"), 1200);
}

enum { TURNS = 60, WRITERS = 2 };
static struct side {
    char id[UUID_TEXT_LEN + 1];
    int writing;
} side;

/* Another instance with another shape, in its own thread: writes the apartment with its listed
 * JSON. Returns the number of writes. */
static void *other_instance(void *data)
{
    PGconn *other = PQconnectdb(stand_url());
    long written = 0;

    const char *sql = textf("UPDATE test_apartment_listed.apartment SET rooms = 1 + version %% 50,"
                            " listed_version = version + 1, listed = '\"other\":' || version + 1,"
                            " listed_shape = 9 WHERE id = '%s'",
                            side.id);
    PQclear(PQexec(other, "SET search_path = test_apartment_listed, public"));
    for (int i = 0; i < TURNS; i++) {
        PGresult *result = PQexec(other, sql);
        written += PQresultStatus(result) == PGRES_COMMAND_OK;
        PQclear(result);
        usleep(2000);
    }
    PQfinish(other);
    return (void *)(intptr_t)written;
}

static void this_copy(void *data)
{
    for (int i = 0; i < TURNS; i++) {
        change(patch_apartment, HTTP_PATCH, side.id,
               i % 2 == 0 ? "{'min_nights':2}" : "{'min_nights':3}");
        stand_sleep(1);
    }
    side.writing--;
}

/* Each instance reads its own shape and never an older state of the apartment. */
FIBER_TEST(instances_with_different_shapes_run_side_by_side)
{
    struct periodic sweeper;
    json_int_t last = 0;
    pthread_t thread;
    void *written;

    snprintf(side.id, sizeof side.id, "%s", stand_apartment());
    sweeper_start(&sweeper, stand_app()->service, 2);
    side.writing = WRITERS;
    ck_assert_int_eq(pthread_create(&thread, NULL, other_instance, NULL), 0);
    for (int i = 0; i < WRITERS; i++)
        stand_go(this_copy, NULL);
    while (side.writing > 0) {
        struct answer answer = ck_status(ask_get(get_apartment, .id = side.id), 200);
        const json_int_t version = number_at(answer.json, "version");
        ck_assert_ptr_null(json_object_get(answer.json, "other"));
        ck_assert_int_ge(version, last);
        last = version;
        stand_sleep(1);
    }
    ck_assert_int_eq(pthread_join(thread, &written), 0);
    periodic_stop(&sweeper);
    ck_assert_int_eq((intptr_t)written, TURNS);
    ck_sql(1 + TURNS * (WRITERS + 1), "SELECT version FROM apartment");
    ck_assert_int_eq(wrong(), 0);
    /* A higher shape is left to the instances that know it. The other instance may have written
     * last, and writing its shape again would change the apartment. */
    stand_sql("UPDATE apartment SET listed = '\"other\":0', listed_version = version,"
              " listed_shape = 9");
    bool due = true;
    ck_ok(apartment_store_has_outdated_json(stand_db(), &due, &fault));
    ck_assert(!due);
}

/* A refreshed apartment keeps its version, times and position in the feed. */
FIBER_TEST(refreshing_listed_json_does_not_change_the_apartment)
{
    const char *row = "SELECT version || ' ' || updated_at || ' ' || feed_tx FROM apartment";

    stand_apartment();
    const char *before = textf("%s", stand_text("%s", row));
    sweep();
    ck_sql_text(before, "%s", row);
    stand_sql("UPDATE apartment SET title_ru = 'Новая'");
    ck_assert_str_ne(stand_text("%s", row), before);
    ck_assert_int_eq(count_unlisted(), 1);
    /* A change of other columns counts as a change although listed JSON is up to date. */
    sweep();
    before = textf("%s", stand_text("%s", row));
    stand_sql("UPDATE apartment SET rooms = rooms");
    ck_assert_str_ne(stand_text("%s", row), before);
}
