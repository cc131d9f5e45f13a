// SPDX-License-Identifier: MIT
/* Times of day in every form and for every hour: a ride departs then, and a stay ignores them. At
 * 12:15 of 2026-11-24. */
#include "base/date.h"

#include "phrase_world.h"
#include "support/scratch.h"

enum { TODAY = 20781, HOUR = 60, HALF_DAY = 12, DAY = 24 };

static const struct phrase_now now = {TODAY, 12, 15};
static const struct phrase_words *ride_words, *stay_words;

static void begin(void)
{
    ride_words = phrase_world_ride_words();
    stay_words = phrase_world_words();
}

TEST_CASE("ride_clocks", .setup_once = begin);

enum hours {
    DIGITS, /* 0 to 23 */
    PADDED, /* 00 to 23 */
    TWELVE, /* 1 to 12 in digits; the first half of the day */
    AFTER_NOON,
    WORDS,   /* 1 to 12 in words */
    ORDINALS /* the hour that has begun, in words */
};

static const char *const words_of_hours[][HALF_DAY + 1] = {
    [LANGUAGE_RU] = {"", "час", "два", "три", "четыре", "пять", "шесть", "семь", "восемь", "девять",
                     "десять",                                                                                                                 "одиннадцать", "двенадцать"},
    [LANGUAGE_KZ] = {"", "бір", "екі", "үш",   "төрт",     "бес",   "алты",   "жеті", "сегіз",   "тоғыз",   "он",
                     "он бір",                                                                                                                                            "он екі"         },
    [LANGUAGE_EN] = {"", "one",    "two",    "three",  "four",         "five",     "six",        "seven",    "eight",        "nine",
                     "ten",                                                                                                                          "eleven",                 "twelve"              },
};
static const char *const ordinals[HALF_DAY + 1] = {
    "",         "первого",  "второго",  "третьего", "четвёртого",    "пятого",      "шестого",
    "седьмого", "восьмого", "девятого", "десятого", "одиннадцатого", "двенадцатого"};

/* The forms follow "завтра", "ертең", "tomorrow". `minutes` after the hour. For a stay some may
 * also be days. */
// clang-format off
static const struct {
    enum language language;
    const char *form;
    enum hours hours;
    int32_t minutes;
    bool may_be_days;
} forms[] = {
    {LANGUAGE_RU, "в %s:00", DIGITS, 0, false},
    {LANGUAGE_RU, "в %s:05", PADDED, 5, false},
    {LANGUAGE_RU, "в %s.00", PADDED, 0, false},
    {LANGUAGE_RU, "в %s.30", DIGITS, 30, false},
    {LANGUAGE_RU, "в %s-00", DIGITS, 0, false},
    {LANGUAGE_RU, "в %s-30", DIGITS, 30, false},
    {LANGUAGE_RU, "в %s-45", PADDED, 45, false},
    {LANGUAGE_RU, "%s-30", DIGITS, 30, true},
    {LANGUAGE_RU, "%s.30", DIGITS, 30, false},
    {LANGUAGE_RU, "в %s 30", DIGITS, 30, false},
    {LANGUAGE_RU, "к %s-30", DIGITS, 30, false},
    {LANGUAGE_RU, "в %s часов", DIGITS, 0, false},
    {LANGUAGE_RU, "в половине %s", ORDINALS, -30, false},
    {LANGUAGE_RU, "в пол %s", ORDINALS, -30, false},
    {LANGUAGE_RU, "в пол%s", ORDINALS, -30, false},
    {LANGUAGE_RU, "в четверть %s", ORDINALS, -45, false},
    {LANGUAGE_RU, "без четверти %s", WORDS, -15, false},
    {LANGUAGE_RU, "без пятнадцати %s", WORDS, -15, false},
    {LANGUAGE_RU, "без двадцати %s", WORDS, -20, false},
    {LANGUAGE_RU, "без 10 %s", TWELVE, -10, false},
    {LANGUAGE_KZ, "сағат %s-де", DIGITS, 0, false},
    {LANGUAGE_KZ, "сағат %s.00-де", DIGITS, 0, false},
    {LANGUAGE_KZ, "сағат %s.30-да", DIGITS, 30, false},
    {LANGUAGE_KZ, "%s.30-да", PADDED, 30, false},
    {LANGUAGE_KZ, "%s:30-да", PADDED, 30, false},
    {LANGUAGE_KZ, "сағат %s жарымда", WORDS, 30, false},
    {LANGUAGE_KZ, "%s жарымда", WORDS, 30, false},
    {LANGUAGE_KZ, "таңғы %s жарымда", WORDS, 30, false},
    {LANGUAGE_KZ, "%s-ге ширек қалғанда", TWELVE, -15, true},
    {LANGUAGE_EN, "at %s:00", PADDED, 0, false},
    {LANGUAGE_EN, "at %s.30", DIGITS, 30, false},
    {LANGUAGE_EN, "at %s am", TWELVE, 0, false},
    {LANGUAGE_EN, "at %sam", TWELVE, 0, false},
    {LANGUAGE_EN, "at %s a.m.", TWELVE, 0, false},
    {LANGUAGE_EN, "at %s A.M", TWELVE, 0, false},
    {LANGUAGE_EN, "at %s:30 am", TWELVE, 30, false},
    {LANGUAGE_EN, "%s.30am", TWELVE, 30, false},
    {LANGUAGE_EN, "at %s pm", AFTER_NOON, 0, false},
    {LANGUAGE_EN, "at %spm", AFTER_NOON, 0, false},
    {LANGUAGE_EN, "at %s p.m.", AFTER_NOON, 0, false},
    {LANGUAGE_EN, "at %s PM", AFTER_NOON, 0, false},
    {LANGUAGE_EN, "at %s:30 p.m.", AFTER_NOON, 30, false},
    {LANGUAGE_EN, "at %s:05pm", AFTER_NOON, 5, false},
    {LANGUAGE_EN, "%s.30pm", AFTER_NOON, 30, false},
    {LANGUAGE_EN, "at half past %s", WORDS, 30, false},
    {LANGUAGE_EN, "at half %s", WORDS, 30, false},
    {LANGUAGE_EN, "at quarter past %s", WORDS, 15, false},
    {LANGUAGE_EN, "at a quarter to %s", WORDS, -15, false},
    {LANGUAGE_EN, "at quarter to %s", TWELVE, -15, false},
    {LANGUAGE_EN, "at %s o'clock", WORDS, 0, false},
};

/* The text around a form: a ride to Taraz, and a stay of two nights. */
static const struct {
    const char *ride, *stay;
} sentences[] = {
    [LANGUAGE_RU] = {"завтра %s из Алматы в Тараз", "заезд завтра %s, 2 ночи"},
    [LANGUAGE_KZ] = {"ертең %s Алматыдан Таразға", "ертең %s келеміз, 2 түн"},
    [LANGUAGE_EN] = {"tomorrow %s from Almaty to Taraz", "check in tomorrow %s, 2 nights"},
};

/* Times without a number. */
static const struct {
    enum language language;
    const char *form;
    int32_t minute;
} named[] = {
    {LANGUAGE_RU, "в полночь", 0},
    {LANGUAGE_RU, "ровно в полдень", 12 * HOUR},
    {LANGUAGE_KZ, "түн ортасында", 0},
    {LANGUAGE_KZ, "түн жарымында", 0},
    {LANGUAGE_KZ, "тал түсте", 12 * HOUR},
    {LANGUAGE_EN, "at midnight", 0},
    {LANGUAGE_EN, "at 12 midnight", 0},
    {LANGUAGE_EN, "at noon", 12 * HOUR},
    {LANGUAGE_EN, "at 12 noon", 12 * HOUR},
    {LANGUAGE_EN, "at midday", 12 * HOUR},
};
// clang-format on

static const char *fill(const char *format, const char *value)
{
    const char *const at = strstr(format, "%s");

    return textf("%.*s%s%s", (int)(at - format), format, value, at + strlen("%s"));
}

static void expect_departure(enum language language, const char *form, int32_t minute)
{
    const char *text = fill(sentences[language].ride, form);
    struct phrase_ride ride;

    ck_ok(phrase_read_ride(ride_words, slice_of(text), language, now, &arena, &ride, &fault));
    ck_assert_msg(ride.clock == (minute == 0 ? PHRASE_MIDNIGHT : minute), "%s: %d, not %d", text,
                  ride.clock, minute);
    ck_assert_msg(ride.ask == 0 && ride.day == TODAY + 1 && ride.seats == 0 &&
                      slice_is(ride.from, "almaty") && slice_is(ride.to, "taraz"),
                  "%s: not the ride of tomorrow", text);
}

static void expect_stay(enum language language, const char *form)
{
    const char *text = fill(sentences[language].stay, form);
    struct phrase stay;

    ck_ok(phrase_read(stay_words, slice_of(text), language, now, &arena, &stay, &fault));
    ck_assert_msg(stay.ask == 0 && stay.check_in == TODAY + 1 && stay.nights == 2 &&
                      stay.guests == 0 && stay.max_price == 0,
                  "%s: ask=%x check_in=%ld nights=%d", text, stay.ask, (long)stay.check_in - TODAY,
                  stay.nights);
}

static const char *name_of_hour(enum language language, enum hours hours, int32_t hour)
{
    if (hours == WORDS)
        return words_of_hours[language][hour];
    if (hours == ORDINALS)
        return ordinals[hour];
    return textf(hours == PADDED ? "%02d" : "%d", hour);
}

TEST_ROWS(each_form_of_a_time_gives_it_for_every_hour, forms)
{
    const bool whole_day = row->hours == DIGITS || row->hours == PADDED;
    const bool begins_at_noon = row->hours == TWELVE || row->hours == AFTER_NOON;

    for (int32_t hour = whole_day ? 0 : 1; hour < (whole_day ? DAY : HALF_DAY + 1); hour++) {
        const char *form = fill(row->form, name_of_hour(row->language, row->hours, hour));
        int32_t minute = hour * HOUR + row->minutes;
        if (row->hours == AFTER_NOON)
            minute = (hour % HALF_DAY + HALF_DAY) * HOUR + row->minutes;
        else if (begins_at_noon && row->minutes >= 0)
            minute = hour % HALF_DAY * HOUR + row->minutes;
        else if (minute < HOUR && !whole_day)
            minute += HALF_DAY * HOUR; /* "половина первого" */
        expect_departure(row->language, form, minute);
        if (!row->may_be_days)
            expect_stay(row->language, form);
    }
}

TEST_ROWS(noon_and_midnight_are_times, named)
{
    expect_departure(row->language, row->form, row->minute);
    expect_stay(row->language, row->form);
}
