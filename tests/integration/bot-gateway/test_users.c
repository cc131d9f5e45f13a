// SPDX-License-Identifier: MIT
/* Users of a bot. */
#include "sends.h"

TEST_CASE("users", .setup = sends_begin, .teardown = sends_finish);

FIBER_TEST(user_shows_source_and_consent)
{
    stand_look();
    stand_sql("INSERT INTO person (bot_id, user_id, told_language, source, consent_version,"
              " consent_at) SELECT id, 2, 'ru', 'friend', '2026-11', '2026-11-26T10:00:00Z'"
              " FROM bot");
    struct answer one = ck_status(ask_get(get_user, .id = "taxi", .second_id = "2"), 200);
    ck_text(one.json, "source", "friend");
    ck_text(one.json, "consent.version", "2026-11");
    ck_text(one.json, "consent.at", "2026-11-26T10:00:00.000Z");
    stand_sql("UPDATE person SET consent_version = NULL, consent_at = NULL");
    one = ask_get(get_user, .id = "taxi", .second_id = "2");
    ck_assert(json_object_get(one.json, "consent") == NULL);
}
