// SPDX-License-Identifier: MIT
#include "texts/format.h"

#include <stdarg.h>
#include <stdio.h>

#include "base/buf.h"
#include "base/date.h"
#include "base/money.h"
#include "base/now.h"
#include "base/parse.h"

#define NO_BREAK_SPACE "\xc2\xa0"

enum { MINUTE_S = 60, HOUR_S = 60 * MINUTE_S, DAY_S = 24 * HOUR_S, TIYN = 100, LANGUAGES = 3 };

static const char *const weekdays[LANGUAGES][7] = {
    [LANGUAGE_RU] = {"пн", "вт", "ср", "чт", "пт", "сб", "вс"},
    [LANGUAGE_EN] = {"Mon",  "Tue",  "Wed",  "Thu",  "Fri",  "Sat",  "Sun" },
    [LANGUAGE_KZ] = {"дс", "сс", "ср", "бс", "жм", "сб", "жс"},
};

// clang-format off
/* The form of the names after a day: "22 ноября". */
static const char *const months[LANGUAGES][12] = {
    [LANGUAGE_RU] = {"января", "февраля", "марта", "апреля", "мая", "июня", "июля", "августа", "сентября", "октября", "ноября", "декабря"},
    [LANGUAGE_EN] = {"January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November", "December"},
    [LANGUAGE_KZ] = {"қаңтар", "ақпан", "наурыз", "сәуір", "мамыр", "маусым", "шілде", "тамыз", "қыркүйек", "қазан", "қараша", "желтоқсан"},
};
/* Only in Russian a month without a day has another form. */
static const char *const russian_months[12] = {
    "январь", "февраль", "март", "апрель", "май", "июнь", "июль", "август", "сентябрь", "октябрь", "ноябрь", "декабрь",
};
static const char *const short_months[LANGUAGES][12] = {
    [LANGUAGE_RU] = {"янв", "фев", "мар", "апр", "мая", "июн", "июл", "авг", "сен", "окт", "ноя", "дек"},
    [LANGUAGE_EN] = {"Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"},
    [LANGUAGE_KZ] = {"қаң", "ақп", "нау", "сәу", "мам", "мау", "шіл", "там", "қыр", "қаз", "қар", "жел"},
};
// clang-format on

static PRINTF_LIKE(1, 2) struct formatted make_formatted(const char *format, ...)
{
    struct formatted made = {.len = 0};
    va_list args;

    va_start(args, format);
    vsnprintf(made.text, sizeof made.text, format, args);
    va_end(args);
    made.len = strlen(made.text);
    return made;
}

const char *format_weekday_name(int weekday, enum language language)
{
    return weekdays[language][weekday - 1];
}

static const char *get_short_weekday(int32_t day, enum language language)
{
    return format_weekday_name(date_weekday(day), language);
}

/* --- formatting --- */

int32_t format_day_of(int64_t wall_us)
{
    const int64_t local_s = wall_us / US_PER_S + FORMAT_ZONE_S;

    return (int32_t)(local_s / DAY_S);
}

int format_hour_of(int64_t wall_us)
{
    const int64_t local_s = wall_us / US_PER_S + FORMAT_ZONE_S;

    return (int)(local_s % DAY_S / HOUR_S);
}

int format_minute_of(int64_t wall_us)
{
    const int64_t local_s = wall_us / US_PER_S + FORMAT_ZONE_S;

    return (int)(local_s % HOUR_S / MINUTE_S);
}

static void append_tenge(int64_t tenge, struct buf *out)
{
    int64_t unit = 1;

    while (tenge / unit >= 1000)
        unit *= 1000;
    buf_i64(out, tenge / unit);
    for (unit /= 1000; unit > 0; unit /= 1000)
        buf_printf(out, NO_BREAK_SPACE "%03d", (int)(tenge / unit % 1000));
    buf_text(out, NO_BREAK_SPACE "₸");
}

struct formatted format_money(int64_t tiyn)
{
    return format_money_part(tiyn, 1);
}

struct formatted format_money_part(int64_t sum_tiyn, int64_t parts)
{
    const int64_t tenge = sum_tiyn / TIYN;
    struct formatted formatted = {.len = 0};
    struct buf out;

    buf_init_over(&out, formatted.text, FORMATTED_MAX);
    if (tenge % parts != 0)
        buf_text(&out, "≈" NO_BREAK_SPACE);
    append_tenge(money_per_night(sum_tiyn, parts) / MONEY_TENGE, &out);
    formatted.len = out.len;
    return formatted;
}

struct formatted format_date(int32_t day, enum language language)
{
    const struct date_civil civil = date_to_civil(day);

    return make_formatted("%d %s, %s", civil.day, months[language][civil.month - 1],
                          get_short_weekday(day, language));
}

struct formatted format_short_date(int32_t day, enum language language)
{
    const struct date_civil civil = date_to_civil(day);

    return make_formatted("%s %d %s", get_short_weekday(day, language), civil.day,
                          short_months[language][civil.month - 1]);
}

const char *format_month_name(int32_t day, enum language language)
{
    const int month = date_to_civil(day).month;

    return language == LANGUAGE_RU ? russian_months[month - 1] : months[language][month - 1];
}

struct formatted format_month(int32_t day, enum language language)
{
    return make_formatted("%s %d", format_month_name(day, language), date_to_civil(day).year);
}

struct formatted format_date_range(int32_t first_day, int32_t last_day, enum language language)
{
    const struct date_civil first = date_to_civil(first_day), last = date_to_civil(last_day);
    const char *const *names = short_months[language];

    if (first.month == last.month && first.year == last.year)
        return make_formatted("%d–%d %s", first.day, last.day, names[last.month - 1]);
    return make_formatted("%d %s – %d %s", first.day, names[first.month - 1], last.day,
                          names[last.month - 1]);
}

struct formatted format_time_and_date_if_other(int64_t wall_us, int64_t now_us,
                                               enum language language)
{
    const int64_t local_s = wall_us / US_PER_S + FORMAT_ZONE_S;
    char clock[CLOCK_TEXT_LEN + 1];

    clock_format((int32_t)(local_s % DAY_S / 60), clock);
    if (format_day_of(wall_us) == format_day_of(now_us))
        return make_formatted("%s", clock);
    const struct formatted date = format_date(format_day_of(wall_us), language);
    return make_formatted("%s, %s", date.text, clock);
}

/* --- parsing --- */

static bool parse_int_in_range(struct slice text, int64_t min, int64_t max, int *out)
{
    int64_t number;

    if (!parse_i64(text, min, max, &number))
        return false;
    *out = (int)number;
    return true;
}

bool format_parse_date(struct slice text, int32_t today, int32_t *day)
{
    struct slice rest = slice_trim(text);
    struct date_civil civil;

    if (date_parse(rest, day))
        return true;
    const struct slice first = slice_cut(&rest, '.');
    const struct slice second = slice_cut(&rest, '.');
    if (!parse_int_in_range(first, 1, DATE_DAY_OF_MONTH_MAX, &civil.day) ||
        !parse_int_in_range(second, 1, 12, &civil.month))
        return false;
    if (rest.at != NULL)
        return parse_int_in_range(rest, 1970, 2099, &civil.year) && date_from_civil(civil, day);
    return date_find_next(today, civil.month, civil.day, day);
}
