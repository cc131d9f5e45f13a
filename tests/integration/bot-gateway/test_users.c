// SPDX-License-Identifier: MIT
/* Users of a bot. */
#include "sends.h"

TEST_CASE("users", .setup = sends_begin, .teardown = sends_finish);

FIBER_TEST(users_are_listed_newest_first)
{
    const char *wanted[] = {"3", "2", "1"};
    struct answer page;

    stand_look();
    stand_sql("INSERT INTO person (bot_id, user_id, language, told_language, source, first_seen_at)"
              " SELECT id, n, CASE n WHEN 2 THEN 'kz' END, 'ru', CASE n WHEN 2 THEN 'friend' END,"
              " now() + CASE n WHEN 1 THEN 0 ELSE 1 END * interval '1 hour'"
              " FROM bot, generate_series(1, 3) n");
    stand_sql("UPDATE person SET id = ('00000000-0000-4000-8000-00000000000' || user_id)::uuid");
    stand_sql("UPDATE person SET consent_version = '2026-11', consent_at = '2026-11-26T10:00:00Z'"
              " WHERE user_id = 2");
    stand_sql("INSERT INTO recipient (bot_id, chat_id, unreachable_since, unreachable_reason)"
              " SELECT id, 2, now(), 'Forbidden' FROM bot");
    const char *cursor = "";
    for (int i = 0; i < 3; i++) {
        page =
            ck_status(ask_get(get_users, .id = "taxi", .params = textf("limit=1%s", cursor)), 200);
        const json_t *item = value_at(page.json, "items.0");
        ck_number(item, "user_id", atoi(wanted[i]));
        const json_t *next = json_object_get(page.json, "next_cursor");
        ck_assert_int_eq(json_is_null(next), i == 2);
        cursor = textf("&cursor=%s", json_string_value(next));
    }
    struct answer one = ck_status(ask_get(get_user, .id = "taxi", .second_id = "2"), 200);
    ck_text(one.json, "language", "kz");
    ck_text(one.json, "source", "friend");
    ck_text(one.json, "consent.version", "2026-11");
    ck_text(one.json, "consent.at", "2026-11-26T10:00:00.000Z");
    ck_assert(json_is_false(json_object_get(one.json, "reachable")));
    ck_assert(json_is_string(json_object_get(one.json, "unreachable_since")));
    ck_assert(one.etag[0] != '\0');
    one = ask_get(get_user, .id = "taxi", .second_id = "1");
    ck_assert(json_is_true(json_object_get(one.json, "reachable")));
    ck_assert(json_object_get(one.json, "unreachable_since") == NULL);
    ck_assert(json_object_get(one.json, "consent") == NULL);
    static const char *const nobody[][2] = {
        {"taxi",   "4"},
        {"taxi",   "x"},
        {"taxi",   "0"},
        {"nobody", "2"}
    };
    for (size_t i = 0; i < ARRAY_LEN(nobody); i++)
        ck_status(ask_get(get_user, .id = nobody[i][0], .second_id = nobody[i][1]), 404);
    ck_status(ask_get(get_user, .caller = &stand_other, .id = "taxi", .second_id = "2"), 404);
    ck_status(ask_get(get_users, .caller = &stand_other, .id = "taxi"), 404);
}
