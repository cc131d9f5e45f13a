// SPDX-License-Identifier: MIT
/* Which nights a feed holds after a series of answers. A series is text: one answer a word.
 *   +ABC  a complete calendar with the nights A, B and C      ~ABC  an incomplete one
 *   ?     no calendar        !  unreachable        =  not modified        @  a person accepts
 * Night 'A' is tomorrow, 'B' the next, and so on; '0' is today, '-' yesterday. */
#include <ctype.h>

#include "base/date.h"

#include "channels/feed_trust.h"
#include "support/scratch.h"

TEST_CASE("rules");

enum { TODAY = 20000, NIGHTS_MAX = 64 };

static int32_t night_of(char letter)
{
    if (letter == '0' || letter == '-')
        return letter == '0' ? TODAY : TODAY - 1;
    return islower((unsigned char)letter) ? TODAY + 27 + letter - 'a' : TODAY + 1 + letter - 'A';
}

static char letter_of(int32_t night)
{
    if (night <= TODAY)
        return night == TODAY ? '0' : '-';
    return (char)(night > TODAY + 26 ? 'a' + night - TODAY - 27 : 'A' + night - TODAY - 1);
}

static struct feed_reading read_word(const char *word, size_t len, int32_t *nights)
{
    struct feed_reading reading = {.nights = nights, .error = "upstream_unreachable"};

    switch (word[0]) {
    case '+':
    case '~':
        reading.answer = word[0] == '+' ? FEED_ANSWER_COMPLETE : FEED_ANSWER_INCOMPLETE;
        for (size_t i = 1; i < len; i++)
            nights[reading.count++] = night_of(word[i]);
        break;
    case '?':
        reading.answer = FEED_ANSWER_NOT_A_CALENDAR;
        break;
    case '=':
        reading.answer = FEED_ANSWER_UNCHANGED;
        reading.error = "status_304";
        break;
    default:
        reading.answer = FEED_ANSWER_NONE;
    }
    return reading;
}

/* Judges the answers of `series`, each `days_between` days after the one before. */
static struct feed_judgement judge_all(const char *series, int32_t days_between, int32_t *today)
{
    struct feed_judgement last = {.state.day = DATE_ABSENT};
    int32_t nights[NIGHTS_MAX];

    *today = TODAY;
    while (*series != '\0') {
        const size_t len = strcspn(series, " ");
        const struct feed_state before = last.state;
        if (series[0] == '@') {
            ck_ok(feed_accept(&before, *today, &arena, &last, &fault));
        } else {
            const struct feed_reading reading = read_word(series, len, nights);
            ck_ok(feed_judge(&before, &reading, *today, &arena, &last, &fault));
        }
        series += len;
        series += strspn(series, " ");
        *today += days_between;
    }
    return last;
}

static const char *held(const struct feed_judgement *judgement)
{
    static char text[NIGHTS_MAX + 1];
    size_t i = 0;

    for (; i < judgement->state.count; i++)
        text[i] = letter_of(judgement->state.nights[i].night);
    text[i] = '\0';
    return text;
}

// clang-format off
static const struct {
    const char *why, *series, *held;
    enum feed_verdict verdict;
    const char *error;
} rows[] = {
    {"a night is held when it appears",                 "+AB",                      "AB",     FEED_OK, NULL},
    {"one complete answer frees nothing",               "+ABCDE +ABCD",             "ABCDE",  FEED_OK, NULL},
    {"two in a row free",                               "+ABCDE +ABCD +ABCD",       "ABCD",   FEED_OK, NULL},
    {"the second may omit more",                        "+ABCDEFG +ABCDEF +ABCDE",  "ABCDEF", FEED_OK, NULL},
    {"a night that came back begins anew",              "+ABCDE +ABCD +ABCDE +ABCD", "ABCDE", FEED_OK, NULL},
    {"not modified repeats a complete answer",          "+ABCDE +ABCD =",           "ABCD",   FEED_OK, NULL},
    {"a failure breaks the row",                        "+ABCDE +ABCD ! +ABCD",     "ABCDE",  FEED_OK, NULL},
    {"the row after a failure",                         "+ABCDE +ABCD ! +ABCD +ABCD", "ABCD", FEED_OK, NULL},
    {"not modified after a failure is the first of a row", "+ABCDE +ABCD ! =",      "ABCDE",  FEED_OK, NULL},
    {"and then the second",                             "+ABCDE +ABCD ! = =",       "ABCD",   FEED_OK, NULL},
    {"a page breaks the row",                           "+ABCDE +ABCD ? +ABCD",     "ABCDE",  FEED_OK, NULL},
    {"a damaged answer breaks the row",                 "+ABCDE +ABCD ~ABCD +ABCD", "ABCDE",  FEED_OK, NULL},
    {"a shrunken answer breaks the row",                "+ABCDE +ABCD +A +ABCD",    "ABCDE",  FEED_OK, NULL},

    {"unreachable",                                     "+AB !",                    "AB",     FEED_FAILING, "upstream_unreachable"},
    {"unreachable from the beginning",                  "!",                        "",       FEED_FAILING, "upstream_unreachable"},
    {"not modified from the beginning",                 "=",                        "",       FEED_FAILING, "status_304"},
    {"a page after good answers",                       "+AB ?",                    "AB",     FEED_SUSPECT, "not_a_calendar"},
    {"a page from the beginning",                       "?",                        "",       FEED_FAILING, "not_a_calendar"},
    {"not modified repeats a page",                     "+AB ? =",                  "AB",     FEED_SUSPECT, "not_a_calendar"},
    {"a damaged answer lets nights in",                 "+AB ~C",                   "ABC",    FEED_SUSPECT, "incomplete"},
    {"and frees none, however often",                   "+AB ~C ~C ~C = =",         "ABC",    FEED_SUSPECT, "incomplete"},

    {"30 percent may go at once",                       "+ABCDEFGHIJ +ABCDEFG +ABCDEFG", "ABCDEFG", FEED_OK, NULL},
    {"more may not",                                    "+ABCDEFGHIJ +ABCDEF",      "ABCDEFGHIJ", FEED_SUSPECT, "shrunken"},
    {"however often",                                   "+ABCDEFGHIJ +ABCDEF +ABCDEF +ABCDEF =", "ABCDEFGHIJ", FEED_SUSPECT, "shrunken"},
    {"a shrunken answer lets nights in",                "+ABCDEFGHIJ +ABz",         "ABCDEFGHIJz", FEED_SUSPECT, "shrunken"},
    {"an empty calendar",                               "+AB +",                    "AB",     FEED_SUSPECT, "shrunken"},
    {"an empty calendar from the beginning",            "+",                        "",       FEED_OK, NULL},
    {"nights that were missing already do not count",   "+ABCDEFGHIJ +ABCDEFGH +ABCDEFG +ABCDEFG", "ABCDEFG", FEED_OK, NULL},
    {"the feed recovers",                               "+ABCDEFGHIJ +AB +ABCDEFGHIJ", "ABCDEFGHIJ", FEED_OK, NULL},
    {"a person accepts",                                "+ABCDEFGHIJ +AB @",        "AB",     FEED_OK, NULL},
    {"and the feed goes on from there",                 "+ABCDEFGHIJ +AB @ +AB +AB", "AB",    FEED_OK, NULL},

    {"all stays moved by a day",                        "+ABCDFGHIJ +BCDEGHIJK",    "ABCDEFGHIJK", FEED_SUSPECT, "times_jumped"},
    {"one stay alone may move",                         "+ABCDEFGH +BCDEFGHI +BCDEFGHI", "BCDEFGHI", FEED_OK, NULL},
    {"moved back",                                      "+BCDEGHIJK +ABCDFGHIJ",    "ABCDEFGHIJK", FEED_SUSPECT, "times_jumped"},

    {"today is never freed",                            "+0ABCDE +ABCDE +ABCDE",    "0ABCDE", FEED_OK, NULL},
    {"and does not count as gone",                      "+0A +A +A",                "0A",     FEED_OK, NULL},
};
// clang-format on

TEST_ROWS_WHY(answers_decide_which_nights_are_held, rows)
{
    int32_t today;
    const struct feed_judgement last = judge_all(row->series, 0, &today);

    ck_assert_str_eq(held(&last), row->held);
    ck_assert_int_eq(last.verdict, row->verdict);
    ck_assert_pstr_eq(last.error, row->error);
}

/* A channel that closes the next two nights and those beyond its own window: each day one night
 * further. */
TEST(nights_that_move_with_the_days_are_trusted)
{
    int32_t today;
    const struct feed_judgement moved = judge_all("+ABKLMNOP +BCLMNOPQ +CDMNOPQR", 1, &today);

    ck_assert_int_eq(moved.verdict, FEED_OK);
}

TEST(past_nights_are_never_freed)
{
    int32_t today;
    const struct feed_judgement last = judge_all("+ABCDEFGHIJ +CDEFGHIJ +EFGHIJ", 2, &today);

    ck_assert_str_eq(held(&last), "ABCDEFGHIJ");
}

TEST(unchanged_answer_changes_no_night)
{
    int32_t today;

    ck_assert(judge_all("+AB", 0, &today).is_changed);
    ck_assert(!judge_all("+AB +AB", 0, &today).is_changed);
    ck_assert(!judge_all("+AB =", 0, &today).is_changed);
    ck_assert(!judge_all("+AB !", 0, &today).is_changed);
    ck_assert(judge_all("+ABCDE +ABCD", 0, &today).is_changed);
    ck_assert(judge_all("+ABCDE +ABCD +ABCD", 0, &today).is_changed);
    ck_assert(!judge_all("+ABCDE +ABCD +ABCD +ABCD", 0, &today).is_changed);
}

TEST(only_a_suspect_calendar_can_be_accepted)
{
    ck_assert(feed_is_acceptable(FEED_SUSPECT, FEED_ANSWER_COMPLETE));
    ck_assert(feed_is_acceptable(FEED_SUSPECT, FEED_ANSWER_INCOMPLETE));
    ck_assert(!feed_is_acceptable(FEED_SUSPECT, FEED_ANSWER_NOT_A_CALENDAR));
    ck_assert(!feed_is_acceptable(FEED_FAILING, FEED_ANSWER_COMPLETE));
    ck_assert(!feed_is_acceptable(FEED_NEW, FEED_ANSWER_NONE));
}
