// SPDX-License-Identifier: MIT
#include "i18n/i18n.h"

#include <math.h>
#include <stdio.h>
#include <time.h>

#include "base/now.h"

#include "config/threshold.h"

// clang-format off
/* All tables are in the order of enum language: ru, en, kz. */
static const char *const verdict_words[VERDICTS][3] = {
    [VERDICT_UNKNOWN] = {"ещё не проверено", "not known yet", "әлі тексерілмеген"},
    [VERDICT_GREEN] = {"работает", "works", "жұмыс істейді"},
    [VERDICT_YELLOW] = {"посмотрите сегодня", "look today", "бүгін қараңыз"},
    [VERDICT_RED] = {"не работает", "does not work", "жұмыс істемейді"},
    [VERDICT_AFFECTED] = {"следствие другой проблемы", "caused by another problem", "басқа ақаудың салдары"},
    [VERDICT_SILENCED] = {"сбой, без оповещений", "failing, alerts are off",
        "ақау, хабарламалар өшірулі"},
};

#define TROUBLE_TEXTS(name, word, ...) {__VA_ARGS__},
static const char *const troubles[TROUBLES][3] = {TROUBLES_EACH(TROUBLE_TEXTS)};

#define MEASURE_TEXTS(word, unit, worse, ...) {__VA_ARGS__},
static const char *const measures[MEASURES][3] = {MEASURES_EACH(MEASURE_TEXTS)};

static const char *const thresholds[2][3] = {
    {"жёлтая граница", "yellow border", "сары шек"},
    {"красная граница", "red border", "қызыл шек"},
};

enum { SECOND, MINUTE, HOUR, MILLISECOND, UNITS };
static const char *const units[UNITS][3] = {
    [SECOND] = {"с", "s", "с"},
    [MINUTE] = {"мин", "min", "мин"},
    [HOUR] = {"ч", "h", "сағ"},
    [MILLISECOND] = {"мс", "ms", "мс"},
};
// clang-format on

const char *i18n_title(const struct check *check, enum language language)
{
    const char *title = check->title[language];

    return title != NULL && title[0] != '\0' ? title : check->name;
}

const char *i18n_verdict(enum verdict verdict, enum language language)
{
    return verdict_words[verdict][language];
}

/* The word after a number of days, by the plural rules of CLDR: "1 день", "2 дня", "5 дней". */
static const char *days_word(int64_t days, enum language language)
{
    if (language == LANGUAGE_KZ)
        return "күн";
    if (language == LANGUAGE_EN)
        return days == 1 ? "day" : "days";
    if (days % 10 == 1 && days % 100 != 11)
        return "день";
    if (days % 10 >= 2 && days % 10 <= 4 && (days % 100 < 12 || days % 100 > 14))
        return "дня";
    return "дней";
}

static void put_number_with_unit(int64_t value, int unit, enum language language, struct buf *out)
{
    buf_i64(out, value);
    buf_char(out, ' ');
    buf_text(out, units[unit][language]);
}

void i18n_put_duration(int64_t duration_us, enum language language, struct buf *out)
{
    const int64_t seconds = duration_us > 0 ? duration_us / US_PER_S : 0;
    const int64_t minutes = seconds / 60, hours = minutes / 60, days = hours / 24;

    if (seconds < 60)
        put_number_with_unit(seconds, SECOND, language, out);
    else if (minutes < 60)
        put_number_with_unit(minutes, MINUTE, language, out);
    else if (hours < 24) {
        put_number_with_unit(hours, HOUR, language, out);
        if (minutes % 60 > 0) {
            buf_char(out, ' ');
            put_number_with_unit(minutes % 60, MINUTE, language, out);
        }
    } else {
        buf_i64(out, days);
        buf_char(out, ' ');
        buf_text(out, days_word(days, language));
    }
}

void i18n_put_percent(float share, enum language language, struct buf *out)
{
    /* The float nearest to a decimal such as 0.9998 may be below it; with 1e-7 more it counts as
     * this decimal. */
    const int hundredths = (int)floorf((fminf(fmaxf(share, 0), 1) + 1e-7F) * 10000);
    const char *space = language == LANGUAGE_EN ? "" : " ";

    if (hundredths % 100 == 0)
        buf_printf(out, "%d%s%%", hundredths / 100, space);
    else
        buf_printf(out, "%d%c%02d%s%%", hundredths / 100, language == LANGUAGE_EN ? '.' : ',',
                   hundredths % 100, space);
}

static void put_time(int64_t at_us, int64_t now_us, bool date_only, struct buf *out)
{
    const time_t at = at_us / US_PER_S, now = now_us / US_PER_S;
    struct tm then, today;

    if (localtime_r(&at, &then) == NULL || localtime_r(&now, &today) == NULL)
        return;
    const bool this_year = then.tm_year == today.tm_year;
    const bool is_today = this_year && then.tm_yday == today.tm_yday;
    if (!is_today)
        buf_printf(out, "%02d.%02d", then.tm_mday, then.tm_mon + 1);
    if (!this_year)
        buf_printf(out, ".%d", then.tm_year + 1900);
    if (is_today || !date_only)
        buf_printf(out, "%s%02d:%02d", is_today ? "" : " ", then.tm_hour, then.tm_min);
}

void i18n_put_time(int64_t at_us, int64_t now_us, struct buf *out)
{
    put_time(at_us, now_us, false, out);
}

void i18n_put_date(int64_t at_us, int64_t now_us, struct buf *out)
{
    put_time(at_us, now_us, true, out);
}

/* Writes a number with at most one decimal, after a point in English, otherwise after a comma. */
static void put_number(double value, enum language language, struct buf *out)
{
    char text[32];
    int len = snprintf(text, sizeof text, "%.1f", value);

    if (len < 2 || (size_t)len >= sizeof text) {
        buf_text(out, "?");
        return;
    }
    if (text[len - 1] == '0' && text[len - 2] == '.')
        len -= 2;
    char *point = strchr(text, '.');
    if (point != NULL && language != LANGUAGE_EN)
        *point = ',';
    buf_append(out, text, (size_t)len);
}

static void put_value_with_unit(enum measure measure, double value, enum language language,
                                struct buf *out)
{
    const char *unit = measure_kinds[measure].unit;

    if (!isfinite(value) || fabs(value) > 1e15) {
        buf_text(out, "?");
    } else if (strcmp(unit, "s") == 0) {
        i18n_put_duration((int64_t)(value * (double)US_PER_S), language, out);
    } else {
        put_number(value, language, out);
        if (strcmp(unit, "%") == 0)
            buf_text(out, language == LANGUAGE_EN ? "%" : " %");
        else if (unit[0] != '\0' &&
                 strcmp(unit, "days") !=
                     0) /* the names of measures in days already contain the unit */
            buf_printf(out, " %s", units[strcmp(unit, "ms") == 0 ? MILLISECOND : MINUTE][language]);
    }
}

void i18n_put_reading(const struct reading *reading, enum language language, struct buf *out)
{
    buf_text(out, measures[reading->measure][language]);
    buf_char(out, ' ');
    put_value_with_unit(reading->measure, reading->value, language, out);
}

/* Writes heartbeat_oldest_s, the age of the oldest due item, if there is such a reading. */
static void put_oldest_item_age(const struct probe_result *why, enum language language,
                                struct buf *out)
{
    for (size_t i = 0; i < why->reading_count; i++)
        if (why->readings[i].measure == MEASURE_heartbeat_oldest_s) {
            buf_text(out, ", ");
            i18n_put_reading(&why->readings[i], language, out);
        }
}

/* Writes the reading that exceeds a threshold, and the threshold. False: no reading does. */
static bool put_exceeded_or_first_reading(const struct check *check, const struct probe_result *why,
                                          enum language language, struct buf *out)
{
    struct exceeded exceeded;

    if (check == NULL) {
        if (why->reading_count > 0)
            i18n_put_reading(&why->readings[0], language, out);
        return why->reading_count > 0;
    }
    if (!threshold_find_exceeded(check, why, &exceeded))
        return false;
    i18n_put_reading(exceeded.reading, language, out);
    if (exceeded.reading->measure == MEASURE_heartbeat_due)
        put_oldest_item_age(why, language, out);
    buf_printf(out, ", %s ", thresholds[exceeded.red][language]);
    put_value_with_unit(exceeded.limit->measure,
                        exceeded.red ? exceeded.limit->red : exceeded.limit->yellow, language, out);
    return true;
}

void i18n_put_problem(const struct check *check, const struct probe_result *why,
                      enum language language, struct buf *out)
{
    if (why->trouble == TROUBLE_NONE && put_exceeded_or_first_reading(check, why, language, out)) {
        if (why->detail[0] != '\0')
            buf_printf(out, " (%s)", why->detail);
        return;
    }
    buf_text(out, troubles[why->trouble][language]);
    if (why->detail[0] != '\0') {
        buf_text(out, ": ");
        buf_text(out, why->detail);
    } else if (why->trouble == TROUBLE_TIMEOUT && check != NULL) {
        buf_text(out, " (");
        put_number((double)check->timeout_ms / 1000, language, out);
        buf_printf(out, " %s)", units[SECOND][language]);
    }
}
