// SPDX-License-Identifier: MIT
/* What guests type at a screen, judged beforehand (tests/data/context/README.md): RIGHT_MIN of the
 * phrases do what the guest means, and each of the others offers a person when it is typed again.
 */
#include "base/date.h"

#include "phrase_world.h"
#include "stay_talk.h"
#include "texts/texts.h"

enum { ROWS = 120, RIGHT_MIN = 108, FILE_BYTES = 1 << 21 };

#define PAY_TO "\"payment_info\":\"Kaspi +7 701 234 56 78\","
#define ENTRY  "\"check_in_info\":{\"ru\":\"Код двери 12\",\"kz\":null,\"en\":null},"
#define AGREED WORLD_BOOKING("confirmed", PAY_TO ENTRY, WORLD_CANCEL "," WORLD_CHANGE)
#define BOOKING_IS(booking)                                                                        \
    {"POST /v1/bookings", 201, booking},                                                           \
    {                                                                                              \
        CALL_BOOKING, 200, booking                                                                 \
    }

TEST_CASE("context", .setup = stay_talk_begin, .teardown = stay_talk_end);

/* --- the screens --- */

// clang-format off
static const struct scripted held[] = {WORLD_ROWS, {NULL, 0, NULL}};
static const struct scripted pay[] = {BOOKING_IS(WORLD_TO_PAY), WORLD_ROWS, {NULL, 0, NULL}};
static const struct scripted agreed[] = {BOOKING_IS(AGREED), WORLD_ROWS, {NULL, 0, NULL}};

static const struct exchange to_booking[] = {TO_BOOKING};
static const struct exchange to_cancel = {.tap = "Отменить бронь", .step = "cancel"};
/* Columns: name, world, how many exchanges of `to_booking` lead to it, what follows. */
static const struct context {
    const char *name;
    const struct scripted *world;
    size_t steps;
    const struct exchange *then;
} contexts[] = {
    {"none",      held,   0, NULL},
    {"day",       held,   2, NULL},
    {"nights",    held,   3, NULL},
    {"guests",    held,   4, NULL},
    {"list",      held,   5, NULL},
    {"flat",      held,   6, NULL},
    {"contact",   held,   7, NULL},
    {"held",      held,   8, NULL},
    {"pay",       pay,    8, NULL},
    {"confirmed", agreed, 8, NULL},
    {"cancel",    held,   8, &to_cancel},
};
// clang-format on

static void open_screen(struct slice name, enum language language)
{
    const struct context *context = contexts;

    while (!slice_is(name, context->name))
        ck_assert_msg(++context < contexts + COUNT(contexts), "no context %.*s", SLICE_ARG(name));
    stay_talk_end();
    stay_talk_begin();
    talk.world = context->world;
    conversation_go(&talk, to_booking, context->steps);
    conversation_go(&talk, context->then, context->then != NULL);
    talk.language = (int)language;
}

/* --- what has happened --- */

static bool saw(struct slice what)
{
    return memmem(talk.seen, strlen(talk.seen), what.at, what.len) != NULL;
}

/* Whether the text was said: its words before the first value. */
static bool said(enum text text)
{
    struct texts texts = texts_built_in()[text];
    struct slice rest = *texts_member_of_language(&texts, (enum language)talk.language);
    struct slice words = slice_cut(&rest, '{');

    while (slice_starts(words, SLICE("\\n")))
        words = slice_from(words, 2);
    return saw(words);
}

static bool asked(const char *call)
{
    return strstr(talk.asked, call) != NULL;
}

static bool has_data(const char *member)
{
    return strstr(talk.data, member) != NULL;
}

/* Something that may not happen by a mistake. */
static bool acted(void)
{
    static const char dry_run[] = "POST /v1/bookings/" WORLD_BOOKING_ID "/change-dates?dry_run";
    const char *rest = talk.asked;

    while ((rest = strstr(rest, "POST /v1/bookings")) != NULL) {
        if (strncmp(rest, dry_run, strlen(dry_run)) != 0)
            return true;
        rest++;
    }
    return false;
}

static bool took_dates(struct slice from, struct slice to)
{
    int32_t check_in, check_out;

    ck_assert(date_parse(from, &check_in) && date_parse(to, &check_out));
    return has_data(textf("\"check_in\":\"%.*s\"", SLICE_ARG(from))) &&
           strcmp(talk.step, "guests") == 0 &&
           has_data(textf("\"nights\":%d,", check_out - check_in));
}

static bool took(const char *step, const char *name, const char *quote, struct slice value)
{
    return has_data(textf("\"%s\":%s%.*s%s", name, quote, SLICE_ARG(value), quote)) &&
           strcmp(talk.step, step) == 0;
}

/* Whether the answer names the amenity. */
static bool answered_amenity(enum text answer, struct slice slug)
{
    const enum text name = slice_is(slug, "parking") ? TEXT_STAY_AMENITY_PARKING
                           : slice_is(slug, "wifi")  ? TEXT_STAY_AMENITY_WIFI
                                                     : TEXT_STAY_AMENITY_PETS;

    return said(answer) && said(name) && strcmp(talk.step, "flat") == 0;
}

static bool answered(struct slice subject)
{
    // clang-format off
    static const struct {
        const char *subject, *step, *sees;
    } answers[] = {
        {"capacity",   "flat",    " 5 "},
        {"times",      "flat",    "14:00"},
        {"place",      "flat",    "Медеу"},
        {"place",      "flat",    "Medeu"},
        {"price",      "flat",    TENGE("18", "000")},
        {"payment",    "flat",    TENGE("5", "400")},
        {"cancelling", "flat",    "Бесплатная отмена за 5 дней"},
        {"cancelling", "flat",    "Тегін"},
        {"cancelling", "flat",    "Free"},
        {"address",    "booking", "ул. Абая, 1"},
        {"times",      "booking", "14:00"},
        {"entry",      "booking", "Код двери 12"},
        {"payment",    "booking", "Kaspi +7 701 234 56 78"},
    };
    // clang-format on
    for (size_t i = 0; i < COUNT(answers); i++)
        if (slice_is(subject, answers[i].subject) && strcmp(talk.step, answers[i].step) == 0 &&
            saw(slice_of(answers[i].sees)))
            return !said(TEXT_STAY_UNHEARD);
    return false;
}

/* Whether the guest got what `expected` says. */
static bool is_right(struct slice expected)
{
    static const struct {
        const char *name;
        const char *call; /* "": none that acts */
        const char *step;
    } moves[] = {
        {"book",       "POST /v1/bookings ",                                    "contact"},
        {"confirm",    "POST /v1/bookings/" WORLD_BOOKING_ID "/confirm ",       "booking"},
        {"paid",       "POST /v1/bookings/" WORLD_BOOKING_ID "/claim-payment ", "booking"},
        {"cancel",     "POST /v1/bookings/" WORLD_BOOKING_ID "/cancel ",        "booking"},
        {"no-phone",   "",                                                      "booking"},
        {"back",       "",                                                      "booking"},
        {"ask-cancel", "",                                                      "cancel" },
        {"move",       "",                                                      "new_day"},
        {"bookings",   "",                                                      "mine"   },
    };
    struct slice rest = expected;
    const struct slice verb = slice_cut(&rest, ' ');
    const struct slice first = slice_cut(&rest, ' ');

    for (size_t i = 0; i < COUNT(moves); i++)
        if (slice_is(verb, moves[i].name))
            return strcmp(talk.step, moves[i].step) == 0 &&
                   (moves[i].call[0] != '\0' ? asked(moves[i].call) : !acted());
    if (acted())
        return false;
    if (slice_is(verb, "check_in"))
        return took("nights", "check_in", "\"", first);
    if (slice_is(verb, "check_out"))
        return took_dates(SLICE("2026-11-22"), first);
    if (slice_is(verb, "dates"))
        return took_dates(first, rest);
    if (slice_is(verb, "guests"))
        return took("list", "guests", "", first);
    if (slice_is(verb, "has"))
        return answered_amenity(TEXT_STAY_HAS, first);
    if (slice_is(verb, "lacks"))
        return answered_amenity(TEXT_STAY_LACKS, first);
    if (slice_is(verb, "says"))
        return answered(first);
    if (slice_is(verb, "search"))
        return strcmp(talk.step, "list") == 0 &&
               memmem(talk.asked, strlen(talk.asked), first.at, first.len) != NULL;
    ck_assert_msg(slice_is(verb, "person"), "what is %.*s?", SLICE_ARG(verb));
    /* The conversation has no staff, so none is called. */
    return said(TEXT_STAY_FOR_PERSON) || said(TEXT_PERSON_NONE);
}

/* --- the rows --- */

struct score {
    size_t rows, right;
};

/* Types the phrase. If the bot does not do what is expected, the same words a second time must
 * offer a person, and nothing may have been done. */
static void judge(struct slice context, const char *phrase, struct slice expected,
                  enum language language, struct score *score)
{
    char step[sizeof talk.step];

    open_screen(context, language);
    memcpy(step, talk.step, sizeof step);
    type(phrase);
    score->rows++;
    if (is_right(expected)) {
        score->right++;
        return;
    }
    const bool is_person = slice_is(expected, "person");
    if (!is_person)
        printf("%s, %.*s: %s\n    expected %.*s\n    got %s%s\n", language_names[language],
               SLICE_ARG(context), phrase, SLICE_ARG(expected), talk.seen, talk.asked);
    ck_assert_msg(!acted() && strcmp(talk.step, step) == 0, "%s does something else at %.*s: %s",
                  phrase, SLICE_ARG(context), talk.seen);
    type(phrase);
    ck_assert_msg(said(TEXT_BUTTON_PERSON) && !acted(), "%s offers no person at %.*s: %s", phrase,
                  SLICE_ARG(context), talk.seen);
    score->right += is_person;
}

static void judge_language(enum language language, struct score *score)
{
    struct arena arena = ARENA(FILE_BYTES + 1);

    struct slice rest = phrase_world_file(
        &arena, textf(REPOSITORY "/tests/data/context/%s.tsv", language_names[language]));
    slice_cut(&rest, '\n');
    while (rest.len > 0) {
        struct slice row = slice_cut(&rest, '\n');
        const struct slice context = slice_cut(&row, '\t');
        const struct slice words = slice_cut(&row, '\t');
        judge(context, textf("%.*s", SLICE_ARG(words)), row, language, score);
    }
    arena_finish(&arena);
}

TEST(judged_phrases_do_what_the_guest_means_or_reach_a_person)
{
    struct score score = {0};

    for (enum language language = 0; language <= LANGUAGE_KZ; language++)
        judge_language(language, &score);
    printf("%zu of %zu\n", score.right, score.rows);
    ck_assert_uint_eq(score.rows, ROWS);
    ck_assert_uint_ge(score.right, RIGHT_MIN);
}
