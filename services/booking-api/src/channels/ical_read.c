// SPDX-License-Identifier: MIT
#include "channels/ical_read.h"

#include <stdlib.h>
#include <time.h>

#include "channels/ical_event.h"
#include "channels/ical_lines.h"

/* The properties of an event that decide about nights. libical does not see the others, such as
 * descriptions and attachments. */
static const char *const event_properties[] = {
    "DTSTART",       "DTEND", "DURATION", "RRULE",  "RDATE",  "EXDATE",
    "RECURRENCE-ID", "UID",   "SEQUENCE", "STATUS", "TRANSP",
};
/* Those that make a feed incomplete if they cannot be read. The first ones above. */
enum { TIME_PROPERTIES = 7 };

static bool is_named(struct slice name, const char *const *names, size_t count)
{
    for (size_t i = 0; i < count; i++)
        if (slice_equal_caseless(name, slice_of(names[i])))
            return true;
    return false;
}

/* --- the first pass: zones --- */

/* A VTIMEZONE while its lines are read. */
struct zone_draft {
    icalparser *parser; /* NULL: not needed, or refused */
    char name[ICAL_TZID_MAX];
    size_t lines;
    bool has_offset;
};

static void drop_draft(struct zone_draft *draft)
{
    if (draft->parser != NULL)
        icalparser_free(draft->parser);
    *draft = (struct zone_draft){0};
}

/* libical expands the rules of a zone for decades, so only yearly ones are let in. */
static bool is_zone_line_cheap(const struct ical_line *line)
{
    static const struct slice yearly = {"FREQ=YEARLY", 11};

    return !slice_equal_caseless(line->name, SLICE("RRULE")) || slice_contains(line->value, yearly);
}

static void add_zone_line(struct ical_zones *zones, struct zone_draft *draft,
                          const struct ical_line *line)
{
    icalcomponent *whole;

    if (line->kind == ICAL_LINE_BEGIN && line->component == ICAL_ZONE) {
        drop_draft(draft);
        draft->parser = icalparser_new();
    }
    if (draft->parser == NULL)
        return;
    if (line->component == ICAL_ZONE && slice_equal_caseless(line->name, SLICE("TZID")) &&
        line->value.len < sizeof draft->name)
        slice_copy(line->value, draft->name, sizeof draft->name);
    draft->has_offset |= slice_equal_caseless(line->name, SLICE("TZOFFSETTO"));
    if (++draft->lines > ICAL_ZONE_LINES_MAX || !is_zone_line_cheap(line)) {
        drop_draft(draft);
        return;
    }
    whole = icalparser_add_line(draft->parser, line->text);
    if (whole == NULL)
        return;
    if (draft->has_offset && ical_zones_needs(zones, slice_of(draft->name)))
        ical_zones_add(zones, slice_of(draft->name), whole);
    else
        icalcomponent_free(whole);
    drop_draft(draft);
}

static bool read_zones(struct ical_zones *zones, struct slice bytes, struct arena *arena,
                       struct fault *fault)
{
    const struct arena_mark mark = arena_mark(arena);
    struct zone_draft draft = {0};
    struct ical_lines lines;
    struct ical_line line;

    if (!ical_lines_init(&lines, bytes, arena, fault))
        return false;
    while (ical_lines_next(&lines, &line)) {
        if (line.component == ICAL_ZONE || line.component == ICAL_OBSERVANCE)
            add_zone_line(zones, &draft, &line);
    }
    drop_draft(&draft);
    arena_put_back(arena, &mark);
    return true;
}

/* --- the second pass: events --- */

static void give_line(struct ical_reader *reader, icalparser *parser, const struct ical_line *line)
{
    if (line->value.len == 0 ||
        !is_named(line->name, event_properties, ARRAY_LEN(event_properties)))
        return;
    (void)icalparser_add_line(parser, line->text);
    if (icalparser_get_state(parser) == ICALPARSER_ERROR &&
        is_named(line->name, event_properties, TIME_PROPERTIES))
        reader->is_damaged = true;
}

static void end_event(struct ical_reader *reader, icalparser *parser, const struct ical_line *line)
{
    icalcomponent *event = icalparser_add_line(parser, line->text);

    if (event == NULL)
        return;
    ical_event_read(reader, event);
    icalcomponent_free(event);
}

static void read_events(struct ical_reader *reader, struct ical_lines *lines, struct ical_feed *out)
{
    icalparser *parser = NULL;
    struct ical_line line;

    while (ical_lines_next(lines, &line)) {
        if (line.component != ICAL_EVENT)
            continue;
        if (line.kind == ICAL_LINE_BEGIN) {
            if (parser != NULL)
                icalparser_free(parser);
            parser = icalparser_new();
            if (++out->events > ICAL_EVENTS_MAX)
                reader->is_too_much = true;
            if (parser != NULL)
                (void)icalparser_add_line(parser, line.text);
        } else if (parser != NULL && line.kind == ICAL_LINE_PROPERTY) {
            give_line(reader, parser, &line);
        } else if (parser != NULL && !reader->is_too_much) {
            end_event(reader, parser, &line);
        }
    }
    if (parser != NULL)
        icalparser_free(parser);
}

/* --- what counts --- */

static int compare_uid(struct slice a, struct slice b)
{
    const size_t common = a.len < b.len ? a.len : b.len;
    const int order = common > 0 ? memcmp(a.at, b.at, common) : 0;

    return order != 0 ? order : (a.len > b.len) - (a.len < b.len);
}

/* By UID; in it the replacements last, and of these and of the others the latest revision first. */
static int compare_instances(const void *left, const void *right)
{
    const struct ical_instance *a = left, *b = right;
    const bool a_replaces = a->replaces.day != DATE_ABSENT,
               b_replaces = b->replaces.day != DATE_ABSENT;
    const int by_uid = compare_uid(a->uid, b->uid);

    if (by_uid != 0)
        return by_uid;
    if (a_replaces != b_replaces)
        return a_replaces ? 1 : -1;
    return (a->sequence < b->sequence) - (a->sequence > b->sequence);
}

/* Whether another of the `count` instances of the same UID counts instead. */
static bool is_replaced(const struct ical_instance *one, const struct ical_instance *same_uid,
                        size_t count)
{
    const bool replaces = one->replaces.day != DATE_ABSENT;

    if (one->uid.len == 0)
        return false;
    for (size_t i = 0; i < count; i++) {
        const struct ical_instance *other = &same_uid[i];
        const bool other_replaces = other->replaces.day != DATE_ABSENT;
        if (!replaces && other_replaces && ical_moments_match(one->start, other->replaces))
            return true;
        if (replaces == other_replaces && other->sequence > one->sequence &&
            (!replaces || ical_moments_match(one->replaces, other->replaces)))
            return true;
    }
    return false;
}

static int compare_stays(const void *left, const void *right)
{
    const struct ical_stay *a = left, *b = right;

    if (a->from != b->from)
        return a->from < b->from ? -1 : 1;
    if (a->to != b->to)
        return a->to < b->to ? -1 : 1;
    return compare_uid(a->uid, b->uid);
}

static size_t drop_equal_stays(struct ical_stay *stays, size_t count)
{
    size_t kept = 0;

    for (size_t i = 0; i < count; i++)
        if (kept == 0 || compare_stays(&stays[kept - 1], &stays[i]) != 0)
            stays[kept++] = stays[i];
    return kept;
}

static struct ical_stay cut_to_window(const struct ical_instance *one,
                                      const struct ical_options *options)
{
    return (struct ical_stay){
        .uid = one->uid,
        .from = one->from > options->from ? one->from : options->from,
        .to = one->to < options->to ? one->to : options->to,
        .is_timed = one->is_timed,
    };
}

/* Sorts the instances by UID and moves those that count to the front. Returns their number. */
static size_t drop_replaced(struct ical_instance *instances, size_t count)
{
    size_t kept = 0, next;

    if (count > 0)
        qsort(instances, count, sizeof *instances, compare_instances);
    for (size_t first = 0; first < count; first = next) {
        for (next = first + 1; next < count; next++)
            if (!slice_equal(instances[first].uid, instances[next].uid))
                break;
        /* The decisions come before the moves, which write over the instances compared. */
        for (size_t i = first; i < next; i++)
            instances[i].counts = !is_replaced(&instances[i], &instances[first], next - first);
        for (size_t i = first; i < next; i++)
            if (instances[i].counts && instances[i].to > instances[i].from)
                instances[kept++] = instances[i];
    }
    return kept;
}

static bool collect_stays(const struct ical_instance *instances, size_t count,
                          const struct ical_options *options, struct arena *arena,
                          struct ical_feed *out, struct fault *fault)
{
    struct ical_stay *stays = arena_alloc(arena, (count + 1) * sizeof *stays);
    size_t found = 0;

    if (stays == NULL)
        return arena_fault(fault);
    for (size_t i = 0; i < count; i++) {
        const struct ical_stay stay = cut_to_window(&instances[i], options);
        if (stay.to > stay.from)
            stays[found++] = stay;
    }
    if (found > 0)
        qsort(stays, found, sizeof *stays, compare_stays);
    out->stays = stays;
    out->count = drop_equal_stays(stays, found);
    return true;
}

/* If DTEND is exclusive, a stay may begin on the DTEND of another, and no DTEND equals its
 * DTSTART. */
static enum ical_ends guess_ends(const struct ical_instance *instances, size_t count)
{
    enum ical_ends guess = ICAL_ENDS_UNKNOWN;
    unsigned char begins[(DATE_MAX + 8) / 8] = {0};

    for (size_t i = 0; i < count; i++)
        if (!instances[i].is_timed)
            begins[instances[i].start.day / 8] |= (unsigned char)(1u << instances[i].start.day % 8);
    for (size_t i = 0; i < count; i++) {
        const int32_t end = instances[i].end;
        if (end == DATE_ABSENT || end < instances[i].start.day)
            continue;
        if (end == instances[i].start.day)
            guess = ICAL_ENDS_INCLUSIVE;
        else if ((begins[end / 8] >> end % 8 & 1) != 0)
            return ICAL_ENDS_EXCLUSIVE;
    }
    return guess;
}

static enum ical_verdict judge(const struct ical_reader *reader, const struct ical_lines *lines)
{
    if (lines->calendars == 0)
        return ICAL_NOT_A_CALENDAR;
    if (reader->is_too_much)
        return ICAL_TOO_MANY_EVENTS;
    return reader->is_damaged || !ical_lines_are_complete(lines) ? ICAL_INCOMPLETE : ICAL_OK;
}

/* Reads into `reader`, whose members the caller frees. */
static bool read_all(struct ical_reader *reader, struct slice bytes, struct ical_feed *out,
                     struct fault *fault)
{
    struct ical_lines lines;

    reader->exceptions =
        arena_alloc(reader->arena, ICAL_EXCEPTIONS_MAX * sizeof *reader->exceptions);
    if (reader->exceptions == NULL)
        return arena_fault(fault);
    if (!read_zones(&reader->zones, bytes, reader->arena, fault) ||
        !ical_lines_init(&lines, bytes, reader->arena, fault))
        return false;
    read_events(reader, &lines, out);
    if (reader->found.failed)
        return arena_fault(fault);
    /* libical keeps its buffers for each thread. */
    icalmemory_free_ring();
    struct ical_instance *instances = (struct ical_instance *)(void *)reader->found.data;
    const size_t count = drop_replaced(instances, reader->found.len / sizeof *instances);
    out->verdict = judge(reader, &lines);
    out->ends = guess_ends(instances, count);
    return collect_stays(instances, count, reader->options, reader->arena, out, fault);
}

static int64_t cpu_now_ns(void)
{
    struct timespec now = {0};

    (void)clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
    return (int64_t)now.tv_sec * 1000000000 + now.tv_nsec;
}

bool ical_read(struct slice bytes, const struct ical_options *options, struct arena *arena,
               struct ical_feed *out, struct fault *fault)
{
    struct ical_feed feed = {.verdict = ICAL_TOO_LARGE};

    if (bytes.len > ICAL_BYTES_MAX) {
        *out = feed;
        return true;
    }
    /* Its names of zones are too large for a frame. */
    struct ical_reader *reader = arena_alloc(arena, sizeof *reader);
    if (reader == NULL)
        return arena_fault(fault);
    *reader = (struct ical_reader){
        .options = options,
        .arena = arena,
        .found = BUF((ICAL_EVENTS_MAX + ICAL_STAYS_MAX + 1) * sizeof(struct ical_instance)),
        .cpu_until_ns = cpu_now_ns() + ICAL_CPU_MS_MAX * INT64_C(1000000),
    };
    ical_zones_init(&reader->zones, options->time_zone);
    const bool done = read_all(reader, bytes, &feed, fault);
    ical_zones_finish(&reader->zones);
    buf_finish(&reader->found);
    if (done)
        *out = feed;
    return done;
}

const char *ical_verdict_name(enum ical_verdict verdict)
{
    static const char *const names[] = {
        [ICAL_OK] = "ok",
        [ICAL_NOT_A_CALENDAR] = "not_a_calendar",
        [ICAL_INCOMPLETE] = "incomplete",
        [ICAL_TOO_LARGE] = "too_large",
        [ICAL_TOO_MANY_EVENTS] = "too_many_events",
    };

    return names[verdict];
}

/* --- in the work pool --- */

/* What a thread reads: all of it belongs to the job, because the fiber may stop waiting. */
struct job {
    struct slice bytes; /* on the heap */
    struct ical_options options;
    struct arena arena;
    struct ical_feed feed;
    struct fault fault;
    bool done;
};

static void run_job(void *arg)
{
    struct job *job = arg;

    job->done = ical_read(job->bytes, &job->options, &job->arena, &job->feed, &job->fault);
}

static void discard_job(void *arg)
{
    struct job *job = arg;

    free((char *)(uintptr_t)job->bytes.at);
    arena_finish(&job->arena);
}

/* Copies the stays out of the job's arena. */
static bool keep_feed(const struct ical_feed *feed, struct arena *arena, struct ical_feed *out,
                      struct fault *fault)
{
    struct ical_stay *stays = arena_alloc(arena, (feed->count + 1) * sizeof *stays);

    if (stays == NULL)
        return arena_fault(fault);
    for (size_t i = 0; i < feed->count; i++) {
        stays[i] = feed->stays[i];
        if (!arena_keep(arena, feed->stays[i].uid, &stays[i].uid, fault))
            return false;
    }
    *out = *feed;
    out->stays = stays;
    return true;
}

bool ical_read_in_pool(struct work *work, struct slice bytes, const struct ical_options *options,
                       struct arena *arena, struct ical_feed *out, struct fault *fault)
{
    struct job job = {.options = *options, .arena = ARENA(ICAL_ARENA_MAX)};
    char *copy;

    if (bytes.len > ICAL_BYTES_MAX)
        return ical_read(bytes, options, arena, out, fault);
    copy = malloc(bytes.len + 1);
    if (copy == NULL)
        return fault_out_of_memory(fault, "a calendar");
    if (bytes.len > 0)
        memcpy(copy, bytes.at, bytes.len);
    job.bytes = (struct slice){copy, bytes.len};
    if (!work_run(work, run_job, &job, sizeof job, discard_job, fault))
        return false;
    const bool kept = job.done && keep_feed(&job.feed, arena, out, fault);
    if (!job.done)
        *fault = job.fault;
    discard_job(&job);
    return kept;
}
