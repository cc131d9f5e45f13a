// SPDX-License-Identifier: MIT
#include "channels/feed_client.h"

#include <stdio.h>
#include <string.h>

#include "base/now.h"
#include "http/client.h"

#include "channels/ical_read.h"
#include "channels/ical_write.h"

enum { HEADER_MAX = FEED_VALIDATOR_MAX + 32, STATUS_OK = 200, STATUS_NOT_MODIFIED = 304 };
enum { LOCATION, ETAG, LAST_MODIFIED }; /* headers that are returned */

static bool set_error(struct feed_fetched *out, const char *error)
{
    out->reading = (struct feed_reading){.answer = FEED_ANSWER_NONE, .error = error};
    return true;
}

static bool set_status_error(long status, struct arena *arena, struct feed_fetched *out,
                             struct fault *fault)
{
    const struct slice error = arena_printf(arena, "status_%03ld", status);

    return error.at != NULL ? set_error(out, error.at) : arena_fault(fault);
}

/* The codes of last_error for faults of the call that the channel causes. */
static const struct {
    const char *fault;
    const char *error;
} errors[] = {
    {"upstream_unreachable", "upstream_unreachable"},
    {"upstream_timeout",     "upstream_timeout"    },
    {"answer_too_large",     "too_large"           },
    {"address_refused",      "address_refused"     },
    {"url_not_allowed",      "address_refused"     },
    {"bad_url",              "address_refused"     },
};

static bool set_fault_error(const struct fault *fault, struct feed_fetched *out)
{
    for (size_t i = 0; i < ARRAY_LEN(errors); i++) {
        if (strcmp(fault->code, errors[i].fault) == 0)
            return set_error(out, errors[i].error);
    }
    return false;
}

/* --- the answer --- */

/* Lists the nights of the stays, each once, in their order. */
static bool list_nights(const struct ical_feed *feed, const struct ical_options *window,
                        struct arena *arena, struct feed_reading *out, struct fault *fault)
{
    bool taken[FEED_WINDOW_DAYS] = {false};
    int32_t *nights = arena_alloc(arena, FEED_WINDOW_DAYS * sizeof *nights);

    if (nights == NULL)
        return arena_fault(fault);
    for (size_t i = 0; i < feed->count; i++) {
        const struct ical_stay *stay = &feed->stays[i];
        if (ical_uid_is_ours(stay->uid))
            continue; /* our own export that came back through a channel */
        for (int32_t night = stay->from; night < stay->to; night++)
            taken[night - window->from] = true;
    }
    out->nights = nights;
    for (int32_t i = 0; i < FEED_WINDOW_DAYS; i++) {
        if (taken[i])
            nights[out->count++] = window->from + i;
    }
    return true;
}

static bool read_calendar(const struct feed_client *client, const struct feed *feed,
                          struct slice body, struct arena *arena, struct feed_fetched *out,
                          struct fault *fault)
{
    struct ical_options options = {.from = feed->today,
                                   .to = feed->today + FEED_WINDOW_DAYS,
                                   .ends_inclusive = feed->ends_inclusive};
    struct ical_feed calendar;

    snprintf(options.time_zone, sizeof options.time_zone, "%.*s", SLICE_ARG(feed->timezone));
    if (!ical_read_in_pool(client->work, body, &options, arena, &calendar, fault))
        return false;
    if (calendar.verdict == ICAL_TOO_LARGE || calendar.verdict == ICAL_TOO_MANY_EVENTS)
        return set_error(out, ical_verdict_name(calendar.verdict));
    out->ends_guess = (int)calendar.ends;
    out->reading = (struct feed_reading){
        .answer = calendar.verdict == ICAL_OK               ? FEED_ANSWER_COMPLETE
                  : calendar.verdict == ICAL_NOT_A_CALENDAR ? FEED_ANSWER_NOT_A_CALENDAR
                                                            : FEED_ANSWER_INCOMPLETE};
    return list_nights(&calendar, &options, arena, &out->reading, fault);
}

/* A validator that can be sent back as it is. Of a damaged answer none is stored, so that the next
 * answer has a body. */
static struct slice validator(const struct feed_fetched *fetched, struct slice value)
{
    if (fetched->reading.answer != FEED_ANSWER_COMPLETE || value.len > FEED_VALIDATOR_MAX)
        return SLICE_NONE;
    for (size_t i = 0; i < value.len; i++) {
        if (value.at[i] < ' ' || value.at[i] > '~')
            return SLICE_NONE;
    }
    return value;
}

/* --- the call --- */

static bool call_address(const struct feed_client *client, const struct feed *feed, const char *url,
                         int64_t timeout_ms, struct arena *arena, struct http_answer *answer,
                         struct fault *fault)
{
    char if_none_match[HEADER_MAX], if_modified_since[HEADER_MAX];
    const char *headers[6] = {"Accept: text/calendar, */*;q=0.1", "Accept-Encoding: identity",
                              "User-Agent: tapbot-calendar/1.0"};
    size_t count = 3;
    bool ours;

    if (!deliver_check_host(&client->hosts, url, arena, &ours, fault))
        return false;
    if (feed->etag.at != NULL) {
        snprintf(if_none_match, HEADER_MAX, "If-None-Match: %.*s", SLICE_ARG(feed->etag));
        headers[count++] = if_none_match;
    }
    if (feed->last_modified.at != NULL) {
        snprintf(if_modified_since, HEADER_MAX, "If-Modified-Since: %.*s",
                 SLICE_ARG(feed->last_modified));
        headers[count++] = if_modified_since;
    }
    const struct http_call call = {
        .method = "GET",
        .url = url,
        .headers = headers,
        .timeout_ms = timeout_ms,
        .answer_max = ICAL_BYTES_MAX,
        .tries = 1,
        .allow_private = ours,
        .allow_plain = ours,
        .no_breaker = true,
        .headers_returned =
            {[LOCATION] = "Location", [ETAG] = "ETag", [LAST_MODIFIED] = "Last-Modified"},
    };
    return http_client_call(client->http, &call, arena, answer, fault);
}

static bool is_redirect(const struct http_answer *answer)
{
    const long status = answer->status;

    return answer->headers[LOCATION].at != NULL &&
           (status == 301 || status == 302 || status == 303 || status == 307 || status == 308);
}

/* Calls the address and follows redirects. After too many of them `answer` is the last redirect. */
static bool call_and_follow(const struct feed_client *client, const struct feed *feed,
                            int64_t timeout_ms, struct arena *arena, struct http_answer *answer,
                            struct fault *fault)
{
    static const char late[] = "upstream_timeout"; /* as of http_client_call() */
    const int64_t until_ns = now_mono_ns() + timeout_ms * NS_PER_MS;
    struct slice url = arena_copy(arena, feed->url);

    if (url.at == NULL)
        return arena_fault(fault);
    for (int i = 0;; i++) {
        const int64_t left_ms = (until_ns - now_mono_ns()) / NS_PER_MS;
        if (left_ms <= 0)
            return fault_set(fault, FAULT_TIMEOUT, late, "The channel did not answer in time.");
        if (!call_address(client, feed, url.at, left_ms, arena, answer, fault))
            return false;
        if (!is_redirect(answer) || i == FEED_REDIRECTS_MAX)
            return true;
        if (!http_url_resolve(url.at, answer->headers[LOCATION], arena, &url, fault))
            return false;
    }
}

bool feed_client_fetch(const struct feed_client *client, const struct feed *feed,
                       int64_t timeout_ms, struct arena *arena, struct feed_fetched *out,
                       struct fault *fault)
{
    struct http_answer answer;

    *out = (struct feed_fetched){.ends_guess = ICAL_ENDS_UNKNOWN};
    if (!call_and_follow(client, feed, timeout_ms, arena, &answer, fault))
        return set_fault_error(fault, out);
    if (answer.status == STATUS_NOT_MODIFIED) {
        /* The error counts if no answer is known that could be repeated. */
        out->reading =
            (struct feed_reading){.answer = FEED_ANSWER_UNCHANGED, .error = "status_304"};
        return true;
    }
    if (answer.status != STATUS_OK)
        return set_status_error(answer.status, arena, out, fault);
    if (!read_calendar(client, feed, answer.body, arena, out, fault))
        return false;
    out->etag = validator(out, answer.headers[ETAG]);
    out->last_modified = validator(out, answer.headers[LAST_MODIFIED]);
    return true;
}
