// SPDX-License-Identifier: MIT
/* Cities and apartments on PostgreSQL: what is written is read back, and guests do not see
 * check_in_info. */

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
    struct answer read = ck_status(ask_get(get_apartment, .id = made.id), 200);

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

FIBER_TEST(body_without_members_changes_nothing)
{
    struct answer made = ck_status(post(NULL, ""), 201);
    struct answer same = ck_status(patch(NULL, made.id, made.etag, "{}"), 200);

    ck_assert(json_equal(made.json, same.json));
    ck_assert_str_eq(made.etag, same.etag);
    ck_rows(1, "outbox WHERE resource_id = '%s'", made.id);
    ck_rows(1, "audit WHERE resource_id = '%s'", made.id);
    ck_number(ck_status(patch(NULL, made.id, NULL, "{'rooms':2}"), 200).json, "version", 2);
}

TEST(table_refuses_invalid_time_zones)
{
    ck_sql(1, "SELECT timezone_known('Asia/Almaty')::int");
    ck_sql(0, "SELECT timezone_known('Mars/Phobos')::int");
    ck_sql(0, "SELECT timezone_known('FOO+3')::int");
    ck_sql(0, "SELECT timezone_known('')::int");
}

#define SECRET "код 12#"

static bool contains_secret(struct answer answer)
{
    ck_status(answer, 200);
    char *text = json_dumps(answer.json, 0);
    bool found = strstr(text, SECRET) != NULL;
    free(text);
    return found;
}

FIBER_TEST(check_in_info_is_visible_to_owner_and_staff_only)
{
    const char *apartment = stand_apartment();
    const char *body = "{'check_in_info':{'ru':'" SECRET "','en':'" SECRET "'}}";

    ck_assert(contains_secret(patch(&stand_owner, apartment, NULL, body)));
    ck_assert(contains_secret(ask_get(get_apartment, .id = apartment)));
    ck_assert(contains_secret(ask_get(get_apartment, .caller = &stand_owner, .id = apartment)));
    ck_assert(!contains_secret(ask_get(get_apartment, .caller = &stand_guest, .id = apartment)));
    ck_assert(contains_secret(ask_get(get_apartments)));
    ck_assert(contains_secret(ask_get(get_apartments, .caller = &stand_owner)));
    ck_assert(!contains_secret(ask_get(get_apartments, .caller = &stand_guest)));
    ck_status(ask_put(put_rates, .id = apartment, .body = "{'items':[]}"), 200);
    ck_rows(2, "outbox WHERE resource_id = '%s'", apartment);
    ck_rows(0, "outbox WHERE data::text LIKE '%%" SECRET "%%'");
    ck_rows(0, "feed_apartments f WHERE f::text LIKE '%%" SECRET "%%'");

    ck_refused(patch(NULL, apartment, NULL, "{'check_in_info':{'ru':null}}"), 422, "required");
    ck_assert(!contains_secret(patch(NULL, apartment, NULL, "{\"check_in_info\":null}")));
    ck_refused(patch(NULL, apartment, NULL, "{'check_in_info':{'en':'Door'}}"), 422, "required");
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
