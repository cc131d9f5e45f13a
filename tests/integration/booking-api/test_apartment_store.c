// SPDX-License-Identifier: MIT
/* Cities and apartments on PostgreSQL: what is written is read back, by callers who may see it. */

#include "apartments/apartments_json.h"
#include "stand.h"

TEST_CASE("apartment_store", .setup = stand_begin, .teardown = stand_end);

TEST(cities_of_table_and_program_are_equal)
{
    ck_rows((long long)city_count, "city");
    for (size_t i = 0; i < city_count; i++) {
        const struct city *city = &city_all[i];
        ck_assert_msg(stand_number("SELECT count(*) FROM city WHERE slug = '%s' AND name_ru = '%s'"
                                   " AND name_kz = '%s' AND name_en = '%s' AND lat = %.4f"
                                   " AND lon = %.4f",
                                   city->slug.at, city->name.ru.at, city->name.kz.at,
                                   city->name.en.at, city->location.lat, city->location.lon) == 1,
                      "%s", city->slug.at);
    }
}

static const char *owner_id(void)
{
    static char text[UUID_TEXT_LEN + 1];
    uuid_format(&stand_owner.actor_id, text);
    return text;
}

static struct answer post(const struct api_caller *caller, const char *more)
{
    const char *body =
        textf("{'owner_id':'%s','title':{'ru':'Студия'},'city':'Алматы','rooms':1,'max_guests':3,"
              "'base_price':KZT(1500000)%s}",
              owner_id(), more);
    return ask_post(post_apartment, .caller = caller, .body = body);
}

static struct answer get(const struct api_caller *caller, const char *id)
{
    return ask_get(get_apartment, .caller = caller, .id = id);
}

static struct answer patch(const struct api_caller *caller, const char *id, const char *if_match,
                           const char *body)
{
    return ask_patch(patch_apartment, .caller = caller, .id = id, .if_match = if_match,
                     .body = body);
}

#define EVERYTHING                                                                                          \
    ",'code':'T-1','title':{'ru':'Студия','kz':'Студия пәтер','en':'Studio'},"             \
    "'description':{'ru':'Тихо, «центр» \\'А\\' \\\\ \\n конец'},'district':'Медеу'," \
    "'address':'ул. Абая, 1','address_kz':'Абай көшесі, 1','address_en':'1 Abay "           \
    "St','location':{'lat':43.238,'lon':-76.9452},"                                                         \
    "'included_guests':2,'amenities':['wifi','self-check-in'],"                                             \
    "'photos':['https://x.kz/a%%20b.jpg?c=1&d=2'],'weekend_price':KZT(0),"                                  \
    "'extra_guest_fee':KZT(100),'cleaning_fee':KZT(1000000000000),"                                         \
    "'security_deposit':KZT(2000000),'house_rules':{'ru':'Не курить'},"                             \
    "'prepayment_percent':100,'min_nights':2,'max_nights':366,"                                             \
    "'check_in_time':'00:00','check_out_time':'23:59','buffer_days':3,"                                     \
    "'advance_notice_hours':720,'booking_window_days':0,'instant_book':false,"                              \
    "'cancellation_policy':'strict','timezone':'Europe/Moscow','is_active':false,"                          \
    "'check_in_info':{'ru':'Код 12#'},'check_in_info_hours':0}"

FIBER_TEST(written_fields_are_read_back)
{
    const char *body = textf("{'owner_id':'%s','city':'ОРАЛ','rooms':50,'max_guests':100,"
                             "'base_price':KZT(1000000000000)" EVERYTHING,
                             owner_id());
    struct answer made = ck_status(ask_post(post_apartment, .body = body), 201);
    struct answer read = ck_status(get(NULL, made.id), 200);
    ck_assert(json_equal(made.json, read.json));
    ck_assert_str_eq(made.etag, read.etag);

    json_t *sent = parsed(body);
    json_object_set_new(sent, "city", json_string("uralsk"));
    static const char *const texts[] = {"description", "check_in_info", "house_rules"};
    for (size_t i = 0; i < ARRAY_LEN(texts); i++) {
        json_t *text = json_object_get(sent, texts[i]);
        json_object_set_new(text, "kz", json_null());
        json_object_set_new(text, "en", json_null());
    }
    for (size_t i = 0; i < apartment_fields.count; i++) {
        const struct field *field = &apartment_fields.items[i];
        ck_assert_msg((field->flags & FIELD_READ_ONLY) != 0 ||
                          json_object_get(sent, field->name) != NULL,
                      "EVERYTHING lacks %s", field->name);
    }
    const char *name;
    json_t *value;
    json_object_foreach(sent, name, value)
    {
        ck_assert_msg(json_equal(value, json_object_get(read.json, name)), "%s: %s", name,
                      json_dumps(json_object_get(read.json, name), JSON_ENCODE_ANY));
    }
}

FIBER_TEST(absent_fields_get_defaults_and_an_event_is_written)
{
    struct answer made = ck_status(post(NULL, ""), 201);
    const char *code = text_at(made.json, "code");
    ck_begins(code, "ALM-");
    ck_number(made.json, "included_guests", 3);
    ck_assert(json_is_null(json_object_get(made.json, "weekend_price")));
    ck_assert(json_is_null(json_object_get(made.json, "location")));
    ck_assert_ptr_null(json_object_get(made.json, "check_in_info"));
    ck_number(made.json, "check_in_info_hours", 24);
    ck_count(made.json, "amenities", 0);
    ck_rows(1, "outbox WHERE type = 'apartment.created' AND resource_id = '%s'", made.id);
    ck_rows(1, "audit WHERE resource_id = '%s'", made.id);
}

static json_int_t included(const char *id, const char *body)
{
    struct answer changed = ck_status(patch(NULL, id, NULL, body), 200);
    struct answer read = get(NULL, id);
    ck_assert(json_equal(read.json, changed.json));
    json_int_t shown = number_at(read.json, "included_guests");
    ck_sql(shown, "SELECT included_guests FROM apartment WHERE id = '%s'", id);
    return shown;
}

FIBER_TEST(absent_included_guests_follow_max_guests)
{
    struct answer made = ck_status(post(NULL, ""), 201);
    ck_assert_int_eq(included(made.id, "{\"max_guests\":5}"), 5);
    ck_assert_int_eq(included(made.id, "{\"max_guests\":2}"), 2);
    stand_sql("UPDATE apartment SET max_guests = 6");
    ck_assert_int_eq(included(made.id, "{\"rooms\":2}"), 6);

    ck_assert_int_eq(included(made.id, "{\"included_guests\":4}"), 4);
    ck_assert_int_eq(included(made.id, "{\"max_guests\":5}"), 4);
    ck_refused(patch(NULL, made.id, NULL, "{'max_guests':3}"), 422, "invalid");
    ck_assert_int_eq(included(made.id, "{\"max_guests\":3,\"included_guests\":null}"), 3);
    ck_assert_int_eq(included(made.id, "{\"max_guests\":9}"), 9);
}

FIBER_TEST(taken_code_guest_and_foreign_owner_are_refused)
{
    struct answer first = post(NULL, ",'code':'SAME'");
    struct answer again = post(NULL, ",'code':'SAME'");
    struct answer guest = post(&stand_guest, "");
    struct answer owner = post(&stand_owner, "");
    struct answer other = post(&stand_other, "");
    ck_status(first, 201);
    ck_refused(again, 409, "code_taken");
    ck_refused(guest, 403, "forbidden");
    ck_status(owner, 201);
    ck_refused(other, 422, "unknown_owner");
    ck_rows(2, "apartment");
}

TEST(table_refuses_invalid_time_zones)
{
    ck_sql(1, "SELECT timezone_known('Asia/Almaty')::int");
    ck_sql(0, "SELECT timezone_known('Mars/Phobos')::int");
    ck_sql(0, "SELECT timezone_known('FOO+3')::int");
    ck_sql(0, "SELECT timezone_known('')::int");
}

FIBER_TEST(patch_merges_and_refusals_change_nothing)
{
    struct answer made = post(NULL, ",'description':{'ru':'Было'}");
    struct answer changed = ck_status(patch(NULL, made.id, made.etag,
                                            "{'title':{'en':'Studio'},'description':null,"
                                            "'min_nights':2,'amenities':['wifi']}"),
                                      200);
    ck_number(changed.json, "version", 2);
    ck_text(changed.json, "title.ru", "Студия");
    ck_assert(json_is_null(json_object_get(changed.json, "description")));
    struct answer read = get(NULL, made.id);
    ck_assert(json_equal(read.json, changed.json));
    ck_assert_str_eq(read.etag, changed.etag);

    ck_refused(patch(NULL, made.id, made.etag, "{'min_nights':3}"), 412, "version_mismatch");
    struct answer wrong =
        ck_refused(patch(NULL, made.id, NULL, "{'max_nights':1}"), 422, "invalid");
    ck_count(wrong.json, "errors", 2);
    ck_refused(patch(NULL, made.id, NULL, "{'owner_id':'01900000-0000-7000-8000-000000000009'}"),
               422, "unknown_owner");
    ck_status(patch(NULL, made.id, NULL, "{'base_price':null}"), 422);
    ck_sql(2, "SELECT version FROM apartment WHERE id = '%s'", made.id);
    ck_rows(2, "outbox WHERE resource_id = '%s'", made.id);
}

static const struct {
    const char *why;
    const struct api_caller *caller;
    bool active;
    int read, write;
} actors[] = {
    {"staff",               NULL,         true,  200, 200},
    {"staff, inactive",     NULL,         false, 200, 200},
    {"its owner",           &stand_owner, true,  200, 200},
    {"its owner, inactive", &stand_owner, false, 200, 200},
    {"a guest",             &stand_guest, true,  200, 403},
    {"a guest, inactive",   &stand_guest, false, 404, 404},
    {"another tenant",      &stand_other, true,  404, 404},
};

#define SECRET "код 12#"

static bool contains_secret(struct answer answer)
{
    ck_status(answer, 200);
    char *text = json_dumps(answer.json, 0);
    bool found = strstr(text, SECRET) != NULL;
    free(text);
    return found;
}

static struct answer list(const struct api_caller *caller)
{
    return ask_get(get_apartments, .caller = caller);
}

FIBER_TEST(check_in_info_is_visible_to_owner_and_staff_only)
{
    const char *apartment = stand_apartment();
    const char *body = "{'check_in_info':{'ru':'" SECRET "','en':'" SECRET "'}}";
    ck_assert(contains_secret(patch(&stand_owner, apartment, NULL, body)));
    ck_assert(contains_secret(get(NULL, apartment)));
    ck_assert(contains_secret(get(&stand_owner, apartment)));
    ck_assert(!contains_secret(get(&stand_guest, apartment)));
    ck_assert(contains_secret(list(NULL)));
    ck_assert(contains_secret(list(&stand_owner)));
    ck_assert(!contains_secret(list(&stand_guest)));
    ck_status(ask_put(put_rates, .id = apartment, .body = "{'items':[]}"), 200);
    ck_rows(2, "outbox WHERE resource_id = '%s'", apartment);
    ck_rows(0, "outbox WHERE data::text LIKE '%%" SECRET "%%'");
    ck_rows(0, "feed_apartments f WHERE f::text LIKE '%%" SECRET "%%'");

    ck_refused(patch(NULL, apartment, NULL, "{'check_in_info':{'ru':null}}"), 422, "required");
    ck_assert(!contains_secret(patch(NULL, apartment, NULL, "{\"check_in_info\":null}")));
    ck_refused(patch(NULL, apartment, NULL, "{'check_in_info':{'en':'Door'}}"), 422, "required");
}

FIBER_TEST_ROWS_WHY(each_actor_reads_and_changes_only_own_apartments, actors)
{
    const char *apartment = stand_apartment();
    if (!row->active)
        stand_sql("UPDATE apartment SET is_active = false");
    struct answer read = get(row->caller, apartment);
    struct answer calendar = ask_get(get_calendar, .caller = row->caller, .id = apartment);
    struct answer write = patch(row->caller, apartment, NULL, "{'rooms':2}");
    ck_assert_int_eq(read.status, row->read);
    ck_assert_int_eq(calendar.status, row->read);
    ck_assert_int_eq(write.status, row->write);
}

FIBER_TEST(table_refuses_lists_too_large_for_an_event)
{
    static const char *const lists[] = {"photos", "amenities"};

    stand_apartment();
    for (size_t i = 0; i < ARRAY_LEN(lists); i++)
        stand_sql("DO $$ BEGIN UPDATE apartment SET %s = jsonb_build_array(repeat('a', 16384));"
                  " RAISE 'stored'; EXCEPTION WHEN check_violation THEN NULL; END $$",
                  lists[i]);
}

static const char *night(json_t *calendar, size_t index)
{
    return text_at(json_array_get(json_object_get(calendar, "days"), index), "status");
}

FIBER_TEST(calendar_shows_taken_nights_without_overdue_holds)
{
    const char *apartment = stand_apartment();
    stand_sql("UPDATE apartment SET buffer_days = 1");
    stand_sql("INSERT INTO occupancy (id, tenant_id, apartment_id, kind, status, check_in,"
              " check_out, buffer_days, expires_at) SELECT gen_random_uuid(), a.tenant_id, a.id,"
              " kind, status, '%s'::date + first, '%s'::date + last, buffer,"
              " now() + wait * interval '1 minute' FROM apartment a, (VALUES ('booking',"
              " 'confirmed', 1, 3, 1, NULL), ('booking', 'held', 5, 6, 0, 10), ('booking', 'held',"
              " 7, 9, 0, -1), ('block', 'blocked', 10, 12, 0, NULL), ('booking', 'cancelled', 0,"
              " 20, 0, NULL)) AS o (kind, status, first, last, buffer, wait)",
              stand_day(0), stand_day(0));
    struct answer read = ask_get(get_calendar, .id = apartment);
    static const char *const wanted[] = {"free",    "booked",  "booked", "buffer", "free",
                                         "held",    "free",    "free",   "free",   "free",
                                         "blocked", "blocked", "free"};
    ck_status(read, 200);
    ck_count(read.json, "days", 60);
    for (size_t i = 0; i < ARRAY_LEN(wanted); i++)
        ck_assert_msg(strcmp(night(read.json, i), wanted[i]) == 0, "night %zu: %s", i,
                      night(read.json, i));

    struct answer year =
        ask_get(get_calendar, .id = apartment, .params = "from=2026-01-01&to=2027-01-03");
    ck_refused(year, 422, "out_of_range");
    ck_refused(ask_get(get_calendar, .id = apartment, .params = "to=2020-01-01"), 422, "bad_range");
}
