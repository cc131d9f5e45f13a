// SPDX-License-Identifier: MIT
#include "channels/ical_event.h"

#include <time.h>

#include "channels/ical_rule.h"

enum {
    DAY_SECONDS = 24 * 3600,
    DURATION_PART_MAX = 100000, /* of the weeks, days, hours, ... of a DURATION */
    STEPS_UNTIL_CLOCK = 64      /* repetitions between two readings of the CPU time */
};

/* How long an event takes, as written; its repetitions take as long. */
struct span {
    bool has_end;
    bool is_duration;
    bool has_date;            /* its start or its end is a date */
    int32_t days;             /* from the date of the start to the date of the end */
    int hour, minute, second; /* of the end by the clock of the start, if both are times */
    int32_t end;              /* as ical_instance.end, for the first one */
};

bool ical_reader_is_late(struct ical_reader *reader)
{
    struct timespec now;

    if (clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now) == 0 &&
        (int64_t)now.tv_sec * 1000000000 + now.tv_nsec > reader->cpu_until_ns)
        reader->is_too_much = true;
    return reader->is_too_much;
}

/* --- times --- */

/* A date outside of DATE_MIN..DATE_MAX becomes the nearest one inside. False if there is no such
 * date. */
static bool day_of(struct icaltimetype time, int32_t *day)
{
    const struct date_civil civil = {time.year, time.month, time.day};

    if (time.month < 1 || time.month > 12 || time.day < 1 ||
        time.day > icaltime_days_in_month(time.month, time.year))
        return false;
    if (!date_from_civil(civil, day))
        *day = time.year < 2000 ? DATE_MIN : DATE_MAX;
    return true;
}

/* libical reads numbers of any size. 24:00:00 is the end of a day. */
static bool is_clock_readable(struct icaltimetype time)
{
    return time.hour >= 0 && time.hour <= 24 && time.minute >= 0 && time.minute <= 59 &&
           time.second >= 0 && time.second <= 60;
}

/* The apartment's zone if the time is floating. */
static icaltimezone *zone_of(struct ical_reader *reader, icalproperty *property)
{
    icalparameter *tzid = icalproperty_get_first_parameter(property, ICAL_TZID_PARAMETER);
    const char *name = tzid != NULL ? icalparameter_get_tzid(tzid) : NULL;

    return ical_zones_find(&reader->zones, name != NULL ? name : reader->options->time_zone);
}

static bool complete_time(struct ical_reader *reader, icalproperty *property,
                          struct icaltimetype *time)
{
    int32_t day;

    if (!day_of(*time, &day))
        return false;
    if (time->is_date)
        return true;
    if (!is_clock_readable(*time))
        return false;
    if (!icaltime_is_utc(*time))
        time->zone = zone_of(reader, property);
    *time = icaltime_normalize(*time);
    return true;
}

static bool read_time(struct ical_reader *reader, icalproperty *property, struct icaltimetype *out)
{
    const icalvalue *value = property != NULL ? icalproperty_get_value(property) : NULL;
    const icalvalue_kind kind = value != NULL ? icalvalue_isa(value) : ICAL_NO_VALUE;

    if (kind == ICAL_DATE_VALUE)
        *out = icalvalue_get_date(value);
    else if (kind == ICAL_DATETIME_VALUE || kind == ICAL_DATETIMEDATE_VALUE)
        *out = icalvalue_get_datetime(value);
    else
        return false;
    return complete_time(reader, property, out);
}

static struct ical_moment moment_of(struct ical_reader *reader, struct icaltimetype time)
{
    const struct icaltimetype local =
        icaltime_convert_to_zone(time, ical_zones_find(&reader->zones, reader->options->time_zone));
    struct ical_moment moment = {DATE_MIN, -1};

    (void)!day_of(local, &moment.day);
    if (!local.is_date)
        moment.second = local.hour * 3600 + local.minute * 60 + local.second;
    return moment;
}

/* --- how long --- */

static int32_t days_between(struct icaltimetype start, struct icaltimetype end)
{
    int32_t first = 0, last = 0;

    (void)(!day_of(start, &first) || !day_of(end, &last));
    return last - first;
}

static void set_end_clock(struct span *span, struct icaltimetype start, struct icaltimetype end)
{
    span->days = days_between(start, end);
    span->hour = end.hour;
    span->minute = end.minute;
    span->second = end.second;
}

static void span_until(struct ical_reader *reader, struct icaltimetype start,
                       struct icaltimetype end, struct span *span)
{
    *span = (struct span){
        .has_end = true, .has_date = start.is_date != 0 || end.is_date != 0, .end = DATE_ABSENT};
    /* libical takes the zone without const, but does not change it. */
    if (!span->has_date)
        set_end_clock(span, start,
                      icaltime_convert_to_zone(end, (icaltimezone *)(uintptr_t)start.zone));
    else
        span->days = moment_of(reader, end).day - moment_of(reader, start).day;
    if (start.is_date && end.is_date)
        span->end = moment_of(reader, end).day;
}

static bool span_of_duration(struct icaldurationtype lasts, struct icaltimetype start,
                             struct span *span)
{
    const unsigned parts[] = {lasts.weeks, lasts.days, lasts.hours, lasts.minutes, lasts.seconds};

    for (size_t i = 0; i < ARRAY_LEN(parts); i++)
        if (parts[i] > DURATION_PART_MAX)
            return false;
    const int32_t days = (int32_t)(lasts.weeks * 7 + lasts.days);
    const int32_t seconds =
        (int32_t)lasts.hours * 3600 + (int32_t)lasts.minutes * 60 + (int32_t)lasts.seconds;
    *span = (struct span){
        .has_end = true, .is_duration = true, .has_date = start.is_date != 0, .end = DATE_ABSENT};
    if (lasts.is_neg) {
        span->days = -1;
    } else if (start.is_date) {
        span->days = days + (seconds + DAY_SECONDS - 1) / DAY_SECONDS;
    } else {
        struct icaltimetype end = start;
        icaltime_adjust(&end, days, 0, 0, seconds);
        set_end_clock(span, start, end);
    }
    return true;
}

static struct span read_span(struct ical_reader *reader, icalcomponent *event,
                             struct icaltimetype start)
{
    icalproperty *property = icalcomponent_get_first_property(event, ICAL_DTEND_PROPERTY);
    struct span span = {.has_date = start.is_date != 0, .end = DATE_ABSENT};
    struct icaltimetype end;

    if (property != NULL) {
        if (read_time(reader, property, &end))
            span_until(reader, start, end, &span);
        else
            reader->is_damaged = true;
        return span;
    }
    property = icalcomponent_get_first_property(event, ICAL_DURATION_PROPERTY);
    if (property != NULL && !span_of_duration(icalproperty_get_duration(property), start, &span))
        reader->is_damaged = true;
    return span;
}

/* The day after the last night of a stay that begins with the night `from`. */
static int32_t end_of_stay(struct ical_reader *reader, const struct span *span,
                           struct icaltimetype start, int32_t from)
{
    int32_t to = from + span->days;

    if (!span->has_end)
        return span->has_date ? from + 1 : from;
    if (!span->has_date) {
        start.hour = span->hour;
        start.minute = span->minute;
        start.second = span->second;
        icaltime_adjust(&start, span->days, 0, 0, 0);
        to = moment_of(reader, start).day;
    }
    if (reader->options->ends_inclusive && !span->is_duration)
        to++;
    return span->has_date || to < from ? (to > from ? to : from + 1) : to;
}

/* --- repetitions --- */

/* An event while its repetitions are found. */
struct series {
    struct ical_reader *reader;
    struct ical_instance first;
    struct icaltimetype start;
    struct span span;
    bool holds; /* neither cancelled nor transparent */
};

static bool is_excepted(const struct ical_reader *reader, struct ical_moment moment)
{
    for (size_t i = 0; i < reader->exception_count; i++)
        if (ical_moments_match(reader->exceptions[i], moment))
            return true;
    return false;
}

/* Adds the repetition that begins at `start`; one without nights in the window only if it `always`
 * counts. */
static void add_instance(const struct series *series, struct icaltimetype start,
                         const struct span *span, bool always)
{
    struct ical_reader *reader = series->reader;
    struct ical_instance instance = series->first;

    instance.start = moment_of(reader, start);
    instance.from = instance.to = instance.start.day;
    if (series->holds && !is_excepted(reader, instance.start))
        instance.to = end_of_stay(reader, span, start, instance.from);
    instance.is_timed = start.is_date == 0;
    instance.end = instance.to > instance.from ? span->end : DATE_ABSENT;
    const bool counts = instance.to > instance.from && instance.from < reader->options->to &&
                        instance.to > reader->options->from;
    if (!counts && !always)
        return;
    reader->held += counts;
    if (reader->held > ICAL_STAYS_MAX)
        reader->is_too_much = true;
    else
        buf_append(&reader->found, &instance, sizeof instance);
}

static void read_exceptions(struct ical_reader *reader, icalcomponent *event)
{
    struct icaltimetype time;

    reader->exception_count = 0;
    for (icalproperty *one = icalcomponent_get_first_property(event, ICAL_EXDATE_PROPERTY);
         one != NULL && reader->exception_count < ICAL_EXCEPTIONS_MAX;
         one = icalcomponent_get_next_property(event, ICAL_EXDATE_PROPERTY))
        if (read_time(reader, one, &time))
            reader->exceptions[reader->exception_count++] = moment_of(reader, time);
}

static void expand_rule(const struct series *series, icalproperty *property)
{
    struct ical_reader *reader = series->reader;
    struct icalrecurrencetype rule = icalproperty_get_rrule(property);
    const struct date_civil last = date_to_civil(reader->options->to);
    const struct icaltimetype end = {
        .year = last.year, .month = last.month, .day = last.day, .is_date = 1};
    struct icaltimetype start;

    /* RSCALE (RFC 7529) names other calendars, which libical has only with ICU. */
    if (rule.rscale != NULL || !ical_rule_is_cheap(&rule)) {
        reader->is_too_much = true;
        return;
    }
    if (icaltime_is_null_time(rule.until) || icaltime_compare(end, rule.until) < 0)
        rule.until = end;
    icalrecur_iterator *iterator = icalrecur_iterator_new(rule, series->start);
    for (unsigned step = 1; iterator != NULL; step++) {
        start = icalrecur_iterator_next(iterator);
        if (icaltime_is_null_time(start) || moment_of(reader, start).day >= reader->options->to ||
            (step % STEPS_UNTIL_CLOCK == 0 && ical_reader_is_late(reader)))
            break;
        add_instance(series, start, &series->span, false);
    }
    if (iterator != NULL)
        icalrecur_iterator_free(iterator);
}

static void add_further_date(const struct series *series, icalproperty *property)
{
    struct icaldatetimeperiodtype date = icalproperty_get_rdate(property);
    struct span span = series->span;
    struct icaltimetype start;

    if (icaltime_is_null_time(date.time)) {
        start = date.period.start;
        if (!complete_time(series->reader, property, &start))
            return;
        if (!icaltime_is_null_time(date.period.end) &&
            complete_time(series->reader, property, &date.period.end))
            span_until(series->reader, start, date.period.end, &span);
        else if (!span_of_duration(date.period.duration, start, &span))
            return;
        add_instance(series, start, &span, false);
    } else if (read_time(series->reader, property, &start)) {
        add_instance(series, start, &span, false);
    }
}

static void add_repetitions(const struct series *series, icalcomponent *event)
{
    for (icalproperty *one = icalcomponent_get_first_property(event, ICAL_RRULE_PROPERTY);
         one != NULL && !series->reader->is_too_much;
         one = icalcomponent_get_next_property(event, ICAL_RRULE_PROPERTY))
        expand_rule(series, one);
    for (icalproperty *one = icalcomponent_get_first_property(event, ICAL_RDATE_PROPERTY);
         one != NULL && !series->reader->is_too_much;
         one = icalcomponent_get_next_property(event, ICAL_RDATE_PROPERTY))
        add_further_date(series, one);
}

/* --- the event --- */

static bool event_holds(icalcomponent *event)
{
    icalproperty *transparency = icalcomponent_get_first_property(event, ICAL_TRANSP_PROPERTY);
    icalproperty *status = icalcomponent_get_first_property(event, ICAL_STATUS_PROPERTY);

    if (status != NULL && icalproperty_get_status(status) == ICAL_STATUS_CANCELLED)
        return false;
    return transparency == NULL ||
           (icalproperty_get_transp(transparency) != ICAL_TRANSP_TRANSPARENT &&
            icalproperty_get_transp(transparency) != ICAL_TRANSP_TRANSPARENTNOCONFLICT);
}

static struct slice read_uid(struct ical_reader *reader, icalcomponent *event)
{
    icalproperty *property = icalcomponent_get_first_property(event, ICAL_UID_PROPERTY);
    struct slice uid = slice_of(property != NULL ? icalproperty_get_uid(property) : "");

    uid.len = slice_prefix_len(uid, ICAL_UID_MAX);
    return arena_copy(reader->arena, uid);
}

static struct ical_instance read_identity(struct ical_reader *reader, icalcomponent *event)
{
    icalproperty *sequence = icalcomponent_get_first_property(event, ICAL_SEQUENCE_PROPERTY);
    icalproperty *replaced = icalcomponent_get_first_property(event, ICAL_RECURRENCEID_PROPERTY);
    struct ical_instance event_itself = {
        .uid = read_uid(reader, event),
        .sequence = sequence != NULL ? icalproperty_get_sequence(sequence) : 0,
        .replaces.day = DATE_ABSENT};
    struct icaltimetype time;

    if (replaced != NULL && read_time(reader, replaced, &time))
        event_itself.replaces = moment_of(reader, time);
    else
        reader->is_damaged |= replaced != NULL;
    return event_itself;
}

void ical_event_read(struct ical_reader *reader, icalcomponent *event)
{
    icalproperty *start = icalcomponent_get_first_property(event, ICAL_DTSTART_PROPERTY);
    struct series series = {.reader = reader, .holds = event_holds(event)};

    if (ical_reader_is_late(reader))
        return;
    series.first = read_identity(reader, event);
    if (series.first.uid.at == NULL) {
        reader->found.failed = true;
        return;
    }
    if (!read_time(reader, start, &series.start)) {
        reader->is_damaged = true;
        return;
    }
    series.span = read_span(reader, event, series.start);
    read_exceptions(reader, event);
    add_instance(&series, series.start, &series.span, true);
    if (series.holds && series.first.replaces.day == DATE_ABSENT)
        add_repetitions(&series, event);
}
