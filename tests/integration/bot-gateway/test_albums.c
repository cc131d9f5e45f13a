// SPDX-License-Identifier: MIT
/* Albums. */
#include "booking.h"
#include "updates.h"

TEST_CASE("albums", .setup = sends_begin_with_key, .teardown = sends_finish, .timeout_s = 60);

/* `medium` is a member of the message, and has a file_id with the number. */
static void deliver_medium(int number, const char *medium, const char *album, const char *caption)
{
    deliver(textf("{\"update_id\":%d,\"message\":{\"message_id\":%d,\"date\":1,\"from\":{\"id\":7,"
                  "\"language_code\":\"en\"},\"chat\":{\"id\":7,\"type\":\"private\"},"
                  "\"%s\":[{\"file_id\":\"file%d\"}],\"media_group_id\":\"%s\"%s%s%s}}",
                  number, number, medium, number, album, caption != NULL ? ",\"caption\":\"" : "",
                  caption != NULL ? caption : "", caption != NULL ? "\"" : ""));
}

static void deliver_picture(int number, const char *album, const char *caption)
{
    deliver_medium(number, "video", album, caption);
}

#define SPEAKERS                                                                                   \
    "SELECT string_agg(u.update_id || ':' || coalesce(s.update_id::text, '-'), ' '"                \
    " ORDER BY u.update_id) FROM update u LEFT JOIN update s ON s.id = u.spoken_by"

/* Case: Album (media_group_id). */
FIBER_TEST(album_is_one_turn)
{
    stand_look();
    deliver_picture(1, "13", NULL);
    deliver_picture(2, "13", "Two rooms");
    deliver_picture(3, "13", NULL);
    deliver_picture(4, "14", NULL);
    updates_start(NULL, NULL, NULL);
    handle_text(5, 7, "en", "/help");
    ck_sql_text("1:2 2:- 3:2 4:- 5:-", SPEAKERS);
    /* One reply for each album, and one for the late picture. */
    ck_rows(3, "sending");
    ck_sql_text("Two rooms /help", "SELECT string_agg(text, ' ') FROM message");
    /* A late picture is a turn of its own. */
    deliver_picture(6, "13", NULL);
    wait_for(NOTHING_LEFT);
    ck_rows(4, "sending");
}

/* Case: Album (media_group_id). */
FIBER_TEST(incomplete_album_waits)
{
    stand_look();
    deliver_picture(1, "13", NULL);
    /* With a time in the future the album stays incomplete until then, whatever the test takes. */
    stand_sql("UPDATE update SET received_at = now() + interval '1 hour'");
    struct turn_runner *turns = updates_start(NULL, NULL, NULL);
    wait_for("(SELECT retry_at > now() FROM update)");
    deliver_picture(2, "13", NULL);
    stand_sql(
        "UPDATE update SET received_at = now() + CASE update_id WHEN 1 THEN interval '-1 hour'"
        " ELSE interval '2 hours' END, retry_at = now()");
    turn_runner_wake(turns);
    wait_for("(SELECT retry_at > now() + interval '90 minutes' FROM update WHERE update_id = 1)");
    ck_rows(0, "sending");
    stand_stop(turns);
    stand_sql("UPDATE update SET received_at = now() - interval '2 seconds', retry_at = NULL");
    updates_start(NULL, NULL, NULL);
    wait_for(NOTHING_LEFT);
    ck_sql_text("1:- 2:1", SPEAKERS);
    ck_rows(1, "sending");
}

/* Case: Album (media_group_id). The first photo of several is the receipt. */
FIBER_TEST(album_of_receipts_is_one_claim)
{
#define BOOKING(status)                                                                            \
    "{\"id\":\"018f0005-0000-7000-8000-000000000001\",\"code\":\"0WX1HA6S\",\"status\":\"" status  \
    "\","                                                                                          \
    "\"check_in\":\"2027-03-05\",\"check_out\":\"2027-03-07\",\"guests\":2,"                       \
    "\"total\":{\"amount\":3000000,\"currency\":\"KZT\"},\"allowed_actions\":["                    \
    "{\"action\":\"claim-payment\",\"label\":{\"en\":\"I have paid\"}}]}"
    static const struct booking_says says[] = {
        {200, 0, "{\"items\":[" BOOKING("held") "],\"next_cursor\":null}"},
        {200, 0, BOOKING("payment_claimed")                              },
    };
#undef BOOKING

    booking_start(says, 2);
    stand_look();
    for (int number = 1; number <= 3; number++)
        deliver_medium(number, "photo", "13", NULL);
    struct turn_runner *turns = updates_start(NULL, NULL, booking_url());
    wait_for(NOTHING_LEFT);
    stand_stop(turns);
    ck_assert_int_eq(booking_asked(), 2);
    ck_has(booking_request(1), "{\"receipt\":\"telegram:taxi:photo:file1\"}");
    ck_rows(1, "sending");
}

/* --- albums for another person --- */

/* A guest writes to the owner of a booking, and all updates are forwarded. booking-api has no
 * booking that awaits a payment. */
static struct turn_runner *write_to_owner(void)
{
    static const struct booking_says says[] = {
        {200, 0, "{\"items\":[],\"next_cursor\":null}"}
    };

    booking_start(says, 1);
    stand_look();
    struct turn_runner *turns = updates_start(NULL, NULL, booking_url());
    handle_text(1, 7, "en", "/start");
    stand_sql(
        "INSERT INTO dialogue (bot_id, chat_id, user_id, flow, step, data, data_format, version,"
        "  ends_at)"
        " SELECT id, 7, 7, 'relay', 'write', "
        "'{\"booking\":\"018f0005-0000-7000-8000-000000000001\","
        "  \"owner\":false}', 1, 1, now() + interval '1 hour' FROM bot"
        " ON CONFLICT DO NOTHING");
    stand_sql("WITH r AS (INSERT INTO receiver (id, url, key) VALUES (gen_random_uuid(),"
              "  'https://n8n.example/', decode(repeat('00', 32), 'hex')) RETURNING id)"
              " INSERT INTO forward (id, bot_id, slot) SELECT r.id, bot.id, 1 FROM r, bot");
    return turns;
}

/* The second picture is the primary one, so the first is merged before the second is handled. */
static void deliver_private_album(void)
{
    deliver_medium(2, "photo", "13", NULL);
    deliver_medium(3, "photo", "13", "Private one");
    deliver_medium(4, "photo", "13", "Private two");
    deliver_medium(5, "photo", "13", NULL);
}

static void ck_nothing_is_left(void)
{
    wait_for(NOTHING_LEFT);
    ck_sql_text("2:3 3:- 4:3 5:3",
                "SELECT string_agg(u.update_id || ':' || coalesce(s.update_id::text, '-'), ' '"
                " ORDER BY u.update_id) FROM update u LEFT JOIN update s ON s.id = u.spoken_by"
                " WHERE u.update_id > 1");
    ck_rows(1, "sending WHERE payload::text LIKE '%%photos one at a time%%'");
    ck_rows(0, "message WHERE text LIKE '%%Private%%'");
    ck_rows(0, "delivery");
    ck_rows(0, "update WHERE update_id > 1 AND body <> ''");
}

FIBER_TEST(album_for_another_person_is_concealed)
{
    write_to_owner();
    deliver_private_album();
    ck_nothing_is_left();
}

/* The process dies while booking-api is asked. */
FIBER_TEST(album_for_another_person_is_concealed_after_a_crash)
{
    struct turn_runner *turns = write_to_owner();

    booking_hold(true);
    deliver_private_album();
    wait_asked(1);
    ck_rows(3, "update WHERE spoken_by IS NOT NULL");
    ck_rows(0, "message WHERE text LIKE '%%Private%%'");
    ck_rows(0, "delivery");
    stand_sql("UPDATE update SET leased_by = gen_random_uuid(), leased_until = now() WHERE status ="
              " 'received'");
    booking_hold(false);
    retry_now(turns);
    ck_nothing_is_left();
}

/* booking-api does not answer until the last try. */
FIBER_TEST(album_that_cannot_be_handled_is_concealed)
{
    struct turn_runner *turns = write_to_owner();

    booking_say(&(struct booking_says){503, 0, NULL}, 1);
    deliver_private_album();
    wait_for("EXISTS (SELECT FROM update WHERE tries > 0 AND leased_by IS NULL)");
    stand_sql("UPDATE update SET tries = 4 WHERE status = 'received'");
    retry_now(turns);
    wait_for("EXISTS (SELECT FROM update WHERE status = 'dead')");
    ck_rows(0, "message WHERE text LIKE '%%Private%%'");
    ck_rows(0, "delivery");
    ck_rows(0, "update WHERE spoken_by IS NOT NULL AND body <> ''");
}

/* The other pictures of an album for the bot are stored and forwarded, as the primary one is. */
FIBER_TEST(album_for_the_bot_is_stored_and_forwarded)
{
    write_to_owner();
    stand_sql("DELETE FROM dialogue");
    deliver_private_album();
    wait_for(NOTHING_LEFT);
    ck_sql_text("Private two, Private one",
                "SELECT string_agg(text, ', ' ORDER BY id) FROM message WHERE text <> '/start' AND"
                " direction = 'in'");
    ck_rows(4, "delivery");
    ck_rows(4, "update WHERE update_id > 1 AND body <> ''");
}
