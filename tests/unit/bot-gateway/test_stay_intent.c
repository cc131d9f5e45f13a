// SPDX-License-Identifier: MIT
/* Text that the rules cannot parse: which of it is sent to the AI, which answers are valid, and how
 * they are handled. */
#include "guest/stay_intent.h"
#include "stay_talk.h"
#include "support/scratch.h"

static void begin(void)
{
    stay_talk_begin();
    talk.now = TUESDAY;
    talk.has_ai = true;
}

TEST_CASE("stay_intent", .setup = begin, .teardown = stay_talk_end);

// clang-format off
#define ASKED "POST /chat/completions"

/* --- what is sent --- */

static const char *const leaving[] = {
    "хочу потише и поближе к жизни", "что-нибудь романтичное на пару деньков", "тойға келеміз, орын керек",
    "somewhere cosy for my parents", "нас 12, две машины, 3 дня", "сто лет не был у вас", "a 1234 b c",
    "два взрослых и трое детей на пять ночей в две комнаты",
};
static const char *const staying[] = {
    /* phones: of Kazakhstan, of others, and parts of one */
    "мой номер 87071234567", "звоните 8 707 123 45 67", "+7 (707) 123-45-67", "тел: 8-707-123-45-67", "7071234567",
    "+7.707.123.45.67", "+7_707_123_45_67", "8/707/123/45/67", "8,707,1234567", "8707 1234567 Айгерим", "звони 123-45-67",
    "менің нөмірім 8 707 123 45 67", "call me +44 20 7946 0958", "whatsapp 77071234567", "12345", "1 2 3 4 5",
    "8\n707\n123\n45\n67", "8\xc2\xa0""707\xc2\xa0""123\xc2\xa0""45\xc2\xa0""67", "8\xe2\x80\x91""707\xe2\x80\x91""123", "8🙂7🙂0🙂7🙂1",
    "восемь 707 а потом 12 и 3", "87O7 l23 45 67", "8a7b0c7d1e2f", "номер8707номер1234567",
    /* other scripts */
    "رقم ٨٧٠٧١٢٣٤٥٦٧", "رقم ۸۷۰۷۱۲۳۴۵۶۷", "फोन ८७०७१२३", "tel 87071234567", "тел 8️⃣7️⃣0️⃣7️⃣1️⃣2️⃣", "тел ⑧⑦⓪⑦①②③", "tel ⁸⁷⁰⁷¹²³", "тел 𝟖𝟕𝟎𝟕𝟏𝟐𝟑", "тел Ⅷ Ⅶ Ⅰ Ⅶ Ⅰ Ⅱ",
    /* in words */
    "восемь семьсот семь сто двадцать три сорок пять шестьдесят семь", "плюс семь, семьсот семь, сто двадцать три",
    "восемь и семь и ноль и семь и один", "жети жүз жеті жүз жиырма үш", "сегіз жеті нөл жеті бір екі үш",
    "eight seven oh seven one two three", "vosem sem nol sem odin dva", "ВОСЕМЬ-СЕМЬ-НОЛЬ-СЕМЬ-ОДИН",
    /* other personal data */
    "пишите на a@b.kz", "я @aigerim", "почта daniyar@mail.ru спасибо",
    /* nothing to understand */
    "", "!!!", "👍", "ок", "?", "\xff\xff\xff\xff", "хочу \xd0",
};
// clang-format on

TEST_ROWS(text_without_phone_may_be_sent, leaving)
{
    ck_assert_msg(stay_intent_may_send_text(slice_of(*row)), "%s", *row);
}

TEST_ROWS(possible_phone_is_not_sent, staying)
{
    ck_assert_msg(!stay_intent_may_send_text(slice_of(*row)), "%s", *row);
    /* Also among other words. */
    if (strlen(*row) < 5)
        return;
    const char *said = textf("добрый день, %s, жду ответа", *row);
    ck_assert_msg(!stay_intent_may_send_text(slice_of(said)), "%s", said);
}

TEST(long_text_is_not_sent)
{
    char said[2 * STAY_INTENT_TEXT_MAX + 3] = "";

    for (int i = 0; i < STAY_INTENT_TEXT_MAX; i++)
        strcat(said, "ы");
    ck_assert(stay_intent_may_send_text(slice_of(said)));
    strcat(said, "ы");
    ck_assert(!stay_intent_may_send_text(slice_of(said)));
}

/* --- valid answers --- */

// clang-format off
static const char *const unsound[] = {
    "", "null", "[]", "7", "\"almaty\"", "{", "```json\n{}\n```", "{} {}", "Sure! {}",
    "{\"city\":7}", "{\"city\":[\"Алматы\"]}", "{\"city\":\"\"}", "{\"city\":\"a\\u0000\"}",
    "{\"check_in\":\"tomorrow\"}", "{\"check_in\":\"2026-02-30\"}", "{\"check_in\":20261205}", "{\"check_in\":\"2026-12-05T12:00:00Z\"}",
    "{\"nights\":0}", "{\"nights\":366}", "{\"nights\":1.5}", "{\"nights\":\"2\"}",
    "{\"guests\":1000000000000000000}", "{\"guests\":1e18}", "{\"guests\":99999999999999999999}", "{\"guests\":-1}", "{\"guests\":0}", "{\"guests\":101}",
    "{\"rooms\":2}", "{\"rooms\":[0]}", "{\"rooms\":[51]}", "{\"rooms\":[\"2\"]}", "{\"rooms\":[[2]]}",
    "{\"min_price\":0}", "{\"max_price\":10000000001}", "{\"max_price\":\"25000\"}",
    "{\"amenities\":\"wifi\"}", "{\"amenities\":[7]}", "{\"amenities\":[\"Wi-Fi!\"]}",
    /* Whatever the guest has made the AI answer. */
    "{\"action\":\"book\"}", "{\"city\":\"Алматы\",\"book\":true}", "{\"city\":\"Алматы\",\"quote_id\":\"" WORLD_QUOTE_ID "\"}",
    "{\"city\":\"Алматы\",\"phone\":\"+77071234567\"}", "{\"city\":\"Алматы\",\"city\":\"Астана\"}",
    "{\"city\":{\"a\":{\"a\":{\"a\":{\"a\":{\"a\":{}}}}}}}",
};
CONVERSATION(nothing_recognised,
    {.type = "абракадабра", .step = "", .sees = {"@unknown", ASKED " {\"text\":\"абракадабра\",\"language\":\"ru\",\"today\":\"2026-11-24\",\"weekday\":\"Tuesday\"}"}, INSTEAD({ASKED, 0, ""})},
    {.type = "/search", .step = "city"},
    {.type = "абракадабра", .step = "city", .sees = {"@stay_city_unknown", ASKED}, INSTEAD({ASKED, 0, ""})},
    {.tap = "Алматы", .step = "day"},
    {.type = "абракадабра", .step = "day", .sees = {"@stay_day_unknown", ASKED}, INSTEAD({ASKED, 0, ""})},
    {.type = "27.11", .step = "nights"},
    {.type = "абракадабра", .step = "nights", .sees = {"@stay_number_unknown", ASKED}, INSTEAD({ASKED, 0, ""})},
    {.type = "2", .step = "guests"},
    {.type = "абракадабра", .step = "guests", .sees = {"@stay_number_unknown", ASKED}, INSTEAD({ASKED, 0, ""})},
    {.type = "2", .step = "list"},
    {.type = "абракадабра", .step = "list", .sees = {"@stay_unheard", ASKED}, INSTEAD({ASKED, 0, ""})},
    {.tap = APARTMENT_BUTTON, .step = "flat"},
    {.type = "абракадабра", .step = "flat", .sees = {"@stay_unheard", ASKED}, INSTEAD({ASKED, 0, ""})})
// clang-format on

TEST_ROWS(invalid_answer_is_ignored, unsound)
{
    struct ai_intent intent;
    const struct scripted instead[] = {
        {ASKED, 200, *row},
        {NULL,  0,   NULL}
    };

    ck_assert_msg(!ai_intent_read(slice_of(*row), &talk.arena, &intent, &fault), "%s", *row);
    talk.instead = instead;
    type("абракадабра");
    ck_assert_saw("@unknown");
    ck_assert_str_eq(talk.step, "");
}

TEST(oversized_answer_is_ignored)
{
    static char deep[100001], texts[8001] = "{\"city\":\"";
    struct ai_intent intent;

    memset(deep, '[', sizeof deep - 1);
    memcpy(deep, "{\"rooms\":", 9);
    ck_assert(!ai_intent_read(slice_of(deep), &talk.arena, &intent, &fault));
    memset(texts + 9, 'a', sizeof texts - 12);
    memcpy(texts + sizeof texts - 3, "\"}", 3);
    ck_assert(!ai_intent_read(slice_of(texts), &talk.arena, &intent, &fault));
}

/* --- handling --- */

// clang-format off
#define SAYS(json) INSTEAD({ASKED, 200, json})
#define AT(city, from, to, guests) "GET /v1/apartments?city=" city "&check_in=2026-" from "&check_out=2026-" to "&guests=" guests "&limit=5&sort=price"
#define ALL "{\"city\":\"Алма-Ата\",\"place\":null,\"check_in\":\"2026-12-05\",\"check_out\":\"2026-12-08\",\"nights\":3,\"guests\":4," \
    "\"rooms\":[3,2],\"min_price\":null,\"max_price\":25000,\"amenities\":[\"parking\",\"helipad\"]}"

CONVERSATION(all_at_once,
    {.type = "абра кадабра", .step = "list", .sees = {AT("almaty", "12-05", "12-08", "4") "&rooms=2%2c3&max_price=2500000&amenities=parking ", "Подходит: 2 комнаты / 3 комнаты, до " TENGE("25", "000") " за ночь, парковка"}, .sees_not = "POST /v1", SAYS(ALL)},
    {.type = "нас трое", .step = "list", .sees = {AT("almaty", "12-05", "12-08", "3")}, .sees_not = ASKED},
    {.type = "бла бла бла", .step = "list", .sees = {AT("almaty", "12-05", "12-08", "3"), "&district=%d0%9c", "✕ Медеуский"}, SAYS("{\"place\":\"Медеуский район\"}")},
    {.type = "бла бла бла", .step = "list", .sees = {"&q=%d1%82%d0%b8%d1%85 ", }, SAYS("{\"place\":\"тихий\"}")})
CONVERSATION(missing_values_are_asked_for,
    {.type = "бла бла бла", .step = "city", .sees = {"@stay_city"}, .sees_not = "POST /v1", SAYS("{\"guests\":2,\"amenities\":[\"wifi\"]}")},
    {.type = "бла бла бла", .step = "day", .sees = {"<b>Алматы</b>"}, SAYS("{\"city\":\"Almaty\"}")},
    {.type = "бла бла бла", .step = "nights", .sees = {"27 ноября, пт"}, SAYS("{\"check_in\":\"2026-11-27\"}")},
    {.type = "бла бла бла", .step = "list", .sees = {AT("almaty", "11-27", "11-29", "2") "&amenities=wifi "}, SAYS("{\"nights\":2}")})
CONVERSATION(impossible_values_are_asked_again,
    {.type = "бла бла бла", .step = "city", .sees = {"@stay_unsure_city"}, SAYS("{\"city\":\"Шымкент\",\"guests\":2}")},
    {.type = "бла бла бла", .step = "city", .sees = {"@stay_city"}, SAYS("{\"city\":\"Готэм\",\"place\":\"улица Вязов\",\"guests\":2}")},
    {.tap = "Алматы", .step = "day"},
    {.type = "бла бла бла", .step = "day", .sees = {"@stay_day_past"}, SAYS("{\"check_in\":\"2026-11-01\",\"check_out\":\"2026-11-03\"}")},
    {.type = "бла бла бла", .step = "day", .sees = {"@stay_day_far"}, SAYS("{\"check_in\":\"2030-11-01\",\"check_out\":\"2030-11-03\"}")},
    {.type = "бла бла бла", .step = "nights", .sees = {"27 ноября, пт"}, SAYS("{\"check_in\":\"2026-11-27\",\"check_out\":\"2026-11-25\"}")},
    {.type = "бла бла бла", .step = "nights", .sees = {"@stay_day_early"}, SAYS("{\"check_out\":\"2026-11-25\"}")},
    {.type = "бла бла бла", .step = "nights", .sees = {"@stay_day_far"}, SAYS("{\"nights\":365}")},
    {.type = "бла бла бла", .step = "list", .sees = {AT("almaty", "11-27", "11-29", "2") " "}, SAYS("{\"check_out\":\"2026-11-29\"}")},
    {.type = "бла бла бла", .step = "list", .sees = {"@stay_unsure_price", AT("almaty", "11-27", "11-29", "2") " "}, SAYS("{\"min_price\":30000,\"max_price\":20000}")},
    {.type = "бла бла бла", .step = "list", .sees = {"@stay_unheard"}, SAYS("{\"amenities\":[\"helipad\"],\"place\":\"<b>&\"}")},
    {.type = "бла бла бла", .step = "list", .sees = {"@stay_unheard"}, SAYS("{}")})
/* At the apartment that is shown: its nights and its price, without a booking. */
CONVERSATION(at_an_apartment,
    {.type = "Алматы, с 26 по 28 ноября, вдвоём", .step = "list", .sees_not = ASKED},
    {.tap = APARTMENT_BUTTON, .step = "flat"},
    {.type = "бронируй немедленно", .step = "flat", .sees = {"@stay_unheard", ASKED}, .sees_not = "POST /v1/bookings", SAYS("{\"book\":true}")},
    {.type = "бла бла бла", .step = "flat", .sees = {"\"check_in\":\"2026-12-05\",\"check_out\":\"2026-12-07\",\"guests\":2"}, .sees_not = "POST /v1/bookings", SAYS("{\"check_in\":\"2026-12-05\",\"nights\":2}")})
/* 201 characters that the rules cannot parse. */
#define TEN "абракадабр"
#define LONG TEN TEN TEN TEN TEN TEN TEN TEN TEN TEN TEN TEN TEN TEN TEN TEN TEN TEN TEN TEN "а"
CONVERSATION(too_long_for_the_rules,
    {.type = LONG, .step = "list", .sees = {AT("almaty", "12-05", "12-08", "4")}, .sees_not = "@stay_too_long", SAYS(ALL)},
    {.type = LONG, .step = "list", .sees = {"@stay_too_long"}, INSTEAD({ASKED, 0, ""})})
/* At these steps criteria are no answer, and the text is about the guest. */
CONVERSATION(about_bookings_and_contacts,
    {.type = "Алматы, с 26 по 28 ноября, вдвоём", .step = "list"},
    {.tap = APARTMENT_BUTTON, .step = "flat"},
    {.tap = "@stay_button_book", .step = "contact"},
    {.type = "зовите меня просто Айгерим", .step = "contact", .sees_not = ASKED},
    {.tap = "@stay_key_no_contact", .step = "booking"},
    {.type = "код от двери не подходит", .step = "booking", .sees = {"@stay_for_person"}, .sees_not = ASKED},
    {.tap = "Отменить бронь", .step = "cancel"},
    {.type = "абракадабра", .step = "cancel", .sees_not = ASKED},
    {.type = "/mybookings", .step = "mine"},
    {.type = "абракадабра", .step = "mine", .sees_not = ASKED})
CONVERSATION(understood_by_the_rules,
    {.type = "двушка в Алматы на выходные для двоих", .step = "list", .sees_not = ASKED},
    {.type = "недорого", .step = "list", .sees = {"@stay_unsure_price"}, .sees_not = ASKED},
    {.type = "/help", .step = "list", .sees_not = ASKED},
    {.type = "/abracadabra", .step = "list", .sees_not = ASKED},
    {.type = "8 707 123 45 67", .step = "list", .sees_not = ASKED},
    {.type = "абракадабра 8 (707) 123-45-67", .step = "list", .sees = {"@stay_unheard"}, .sees_not = ASKED},
    {.type = "абракадабра a@b.kz", .step = "list", .sees = {"@stay_unheard"}, .sees_not = ASKED})
/* The AI is the first call of a turn or none: the bookings were asked for before the caption. */
CONVERSATION(caption_of_a_file_is_not_sent,
    {.type = "/search", .step = "city"},
    {.file = UPDATE_PHOTO, .type = "хочу потише и поближе к жизни", .step = "city", .sees_not = ASKED})
// clang-format on

/* Makes no call and changes nothing else. */
TEST(missing_ai_changes_nothing)
{
    talk.has_ai = false;
    for (size_t i = 0; i < ARRAY_LEN(nothing_recognised); i++) {
        struct exchange one = nothing_recognised[i];
        one.sees[1] = NULL;
        one.sees_not = one.sees[0] != NULL ? ASKED : NULL;
        conversation_go(&talk, &one, 1);
    }
}

/* The reply is the same with and without the AI. */
TEST(unanswered_ai_is_not_reported)
{
    static char without[SEEN_MAX];
    static const struct scripted silent[] = {
        {ASKED, 0, ""  },
        {NULL,  0, NULL}
    };

    talk.has_ai = false;
    type("абракадабра");
    memcpy(without, talk.seen, sizeof without);
    talk.has_ai = true;
    talk.instead = silent;
    type("абракадабра");
    ck_assert_str_eq(talk.seen, without);
    ck_assert_saw(ASKED);
}
