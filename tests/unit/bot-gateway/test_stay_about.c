// SPDX-License-Identifier: MIT
/* What a guest sees before booking: photos, map, pages about the apartment, and the conditions. */
#include "stay_talk.h"

TEST_CASE("about", .setup = stay_talk_begin, .teardown = stay_talk_end);

// clang-format off
#define HOME     "GET /v1/apartments/" WORLD_APARTMENT_ID
#define WITH(more) {HOME, 200, WORLD_APARTMENT_HEAD "," more "}"}
#define TIMES    "\"check_in_time\":\"14:00\",\"check_out_time\":\"12:00\""
#define RULES    "\"house_rules\":{\"ru\":\"Не курить.\\nБез вечеринок.\",\"kz\":null,\"en\":null}"
#define WITHOUT_PLACE "{\"id\":\"" WORLD_BOOKING_ID "\",\"code\":\"0WX1HA6S\",\"apartment_id\":\"" WORLD_APARTMENT_ID "\",\"status\":\"held\"," \
    "\"check_in\":\"2026-11-22\",\"check_out\":\"2026-11-24\",\"guests\":2,\"total\":" WORLD_SUM(1800000) ",\"apartment\":{" WORLD_TITLE "},\"allowed_actions\":[]}"
#define BARE(more) {HOME, 200, "{\"id\":\"" WORLD_APARTMENT_ID "\",\"title\":{\"ru\":\"Двушка у парка\"},\"city\":\"almaty\"" more "}"}
#define X10      "xxxxxxxxxx"
#define X100     X10 X10 X10 X10 X10 X10 X10 X10 X10 X10
#define X1000    X100 X100 X100 X100 X100 X100 X100 X100 X100 X100
#define LONG     "\"description\":{\"ru\":\"" X1000 X1000 X1000 "\"}"
#define LINK_TO_CARD(...)                                                                          \
    {.type = "/start apt_ALM-7K2Q", .step = "day"},                                                \
    {.tap = "22", .step = "nights"},                                                               \
    {.tap = "24", .step = "guests"},                                                               \
    {.tap = "2", .step = "flat", __VA_ARGS__}

CONVERSATION(photos_are_sent_above_the_card,
    TO_APARTMENT,
    {.tap = "@stay_button_photos", .step = "flat", .sees = {WORLD_PHOTO "\nhttps://x.kz/2.jpg", "@stay_offer", "@stay_button_book", "@stay_button_photos"}},
    {.tap = "@stay_button_book", .step = "contact"})
CONVERSATION(one_photo_needs_no_album,
    LINK_TO_CARD(INSTEAD(BARE(",\"photos\":[\"https://x.kz/1.jpg\"]")), .sees = {"https://x.kz/1.jpg"}, .sees_not = "@stay_button_photos"))
CONVERSATION(apartment_of_which_little_is_known,
    LINK_TO_CARD(INSTEAD(BARE(",\"photos\":[],\"location\":null,\"description\":null,\"amenities\":[\"sauna\"]")),
                 .sees = {"Забронировать\nДругие даты\n"}, .sees_not = "@stay_button_map"))
/* An album has ten photos at most, and Telegram refuses http. */
CONVERSATION(album_omits_what_telegram_refuses,
    LINK_TO_CARD(INSTEAD(BARE(",\"photos\":[\"http://x.kz/0\",\"https://x.kz/1\",\"https://x.kz/2\",\"https://x.kz/3\",\"https://x.kz/4\",\"https://x.kz/5\",\"https://x.kz/6\",\"https://x.kz/7\",\"https://x.kz/8\",\"https://x.kz/9\",\"https://x.kz/10\"]"))),
    {.tap = "@stay_button_photos", .step = "flat", .sees = {"https://x.kz/1\n", "https://x.kz/9\n"}, .sees_not = "https://x.kz/10\n",
     INSTEAD(BARE(",\"photos\":[\"http://x.kz/0\",\"https://x.kz/1\",\"https://x.kz/2\",\"https://x.kz/3\",\"https://x.kz/4\",\"https://x.kz/5\",\"https://x.kz/6\",\"https://x.kz/7\",\"https://x.kz/8\",\"https://x.kz/9\",\"https://x.kz/10\"]"))})
/* booking-api discloses the location of an agreed stay only. */
CONVERSATION(booking_without_a_place_shows_none,
    TO_BOOKING,
    {.type = "?", .step = "booking", .sees_not = "@stay_button_map", INSTEAD({CALL_BOOKING, 200, WITHOUT_PLACE})})
CONVERSATION(pages_lead_back_to_the_card,
    LINK_TO_CARD(INSTEAD(WITH(LONG "," TIMES "," RULES))),
    {.tap = "@stay_button_description", .step = "flat", .sees = {"<b>Двушка у парка</b>\n\n" X1000 X1000 X1000 "\n"}, .sees_not = "POST", INSTEAD(WITH(LONG))},
    {.tap = "@button_back", .step = "flat", .sees = {"@stay_offer", WORLD_PHOTO}},
    {.tap = "@stay_button_amenities", .step = "flat", .sees = {"вид на горы\nWi-Fi\n"}, .sees_not = "sauna"},
    {.tap = "@button_back", .step = "flat", INSTEAD(WITH(TIMES "," RULES))},
    {.tap = "@stay_button_rules", .step = "flat", .sees = {"Не курить.\nБез вечеринок.\n\nЗаезд с 14:00, выезд до 12:00\nДо 5 гостей\n"}, INSTEAD(WITH(TIMES "," RULES))},
    {.type = "?", .step = "flat", .sees = {"@stay_offer"}})
/* The owner has removed it meanwhile. */
CONVERSATION(missing_page_has_its_title,
    LINK_TO_CARD(INSTEAD(WITH(LONG))),
    {.tap = "@stay_button_description", .step = "flat", .sees = {"<b>Двушка у парка</b>\n← Назад\n"}, INSTEAD(BARE(""))})

/* --- conditions --- */

#define QUOTE(more) {"POST /v1/quotes", 201, "{\"id\":\"" WORLD_QUOTE_ID "\",\"total\":" WORLD_SUM(1800000) more "}"}
#define TIER(until, kept) ",\"cancellation\":{\"text\":{\"ru\":\"Условия отмены.\"},\"tiers\":[{\"until\":\"" until "\",\"kept\":" WORLD_SUM(kept) "}]}"
#define DEPOSIT(tiyn) ",\"deposit\":" WORLD_SUM(tiyn)
CONVERSATION(card_shows_the_end_of_free_cancellation,
    LINK_TO_CARD(INSTEAD(QUOTE(DEPOSIT(540000) TIER("2026-11-21T09:00:00Z", 0))),
                 .sees = {"\nПредоплата <b>" TENGE("5", "400") "</b>, бесплатная отмена до 14:00\nУсловия отмены."}))
CONVERSATION(card_says_that_cancelling_is_not_free,
    LINK_TO_CARD(INSTEAD(QUOTE(DEPOSIT(540000) TIER("2026-11-22T09:00:00Z", 270000))),
                 .sees = {"</b>, бесплатной отмены нет\nУсловия отмены."}))
/* An answer without a prepayment, as of an earlier booking-api. */
CONVERSATION(unknown_prepayment_is_not_called_none, LINK_TO_CARD(INSTEAD(QUOTE("")), .sees_not = "редоплат"))
CONVERSATION(owner_and_security_deposit_are_named,
    LINK_TO_CARD(INSTEAD(WITH("\"instant_book\":false,\"security_deposit\":" WORLD_SUM(2000000))),
                 .sees = {"\nЗалог " TENGE("20", "000") ": вернут при выезде\nБронь подтвердит хозяин"}))
CONVERSATION(instant_apartment_needs_no_owner,
    LINK_TO_CARD(INSTEAD(WITH("\"instant_book\":true,\"security_deposit\":null")), .sees_not = "@stay_asks"))
/* The results of booking-api and of search-api show the same. */
#define LISTED(id) "{\"items\":[{\"id\":\"" id "\",\"title\":{\"ru\":\"Двушка у парка\"},\"instant_book\":false,\"total\":" WORLD_SUM(1800000) DEPOSIT(540000) ",\"free_until\":\"2026-11-27T09:00:00Z\",\"security_deposit\":" WORLD_SUM(2000000) "}],\"next_cursor\":null}"
#define TERMS "\n\nПредоплата <b>" TENGE("5", "400") "</b>, бесплатная отмена до 27 ноября, пт, 14:00\nЗалог " TENGE("20", "000") ": вернут при выезде\nБронь подтвердит хозяин"
CONVERSATION(result_shows_the_conditions,
    TO_GUESTS,
    {.tap = "2", .step = "list", .sees = {TERMS}, INSTEAD({"GET /v1/apartments?", 200, LISTED(WORLD_APARTMENT_ID)})})
// clang-format on

TEST(card_moves_below_what_is_sent)
{
    static const struct exchange way[] = {TO_APARTMENT, {.tap = "@stay_button_photos"}};

    for (size_t i = 0; i < ARRAY_LEN(way); i++)
        ck_assert(conversation_do(&talk, &way[i]));
    const struct turn_output *output = &talk.output;
    ck_assert_uint_eq(output->count, 3);
    ck_assert_int_eq(output->replies[0].kind, TURN_ANSWER);
    ck_assert_int_eq(output->replies[1].kind, TURN_ALBUM);
    ck_assert_int_eq(output->replies[2].kind, TURN_REPLACE);
    ck_assert_ptr_null(output->replies[2].photo.at);
}
