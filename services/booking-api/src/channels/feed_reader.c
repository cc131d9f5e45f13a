// SPDX-License-Identifier: MIT
#include "channels/feed_reader.h"

#include <string.h>

#include "base/auto.h"
#include "base/now.h"

#include "channels/conflict.h"

enum {
    RUN_MS = 5000, /* a run begins no further read after so long */
    RUN_LIMIT_MS = RUN_MS + FEED_CALL_MS + 10000,
    ANNOUNCED_PER_RUN = 200
};

struct feed_client feed_client_of(const struct service *service)
{
    return (struct feed_client){
        .http = service->client,
        .work = service->work,
        .hosts = {.internal = "", .loopback = strcmp(service->config->environment, "demo") == 0},
    };
}

struct feed_settings feed_settings_of(const struct booking_config *config)
{
    return (struct feed_settings){.interval_s = config->feed_interval_ms / 1000,
                                  .stale_s = config->feed_stale_ms / 1000};
}

/* --- reading --- */

struct read {
    struct feed_reader *reader;
    const struct feed *feed;
    const struct feed_fetched *fetched;
    enum feed_verdict verdict;
};

static bool apply_read(struct change *change, void *arg, struct fault *fault)
{
    struct read *read = arg;
    struct feed feed;

    if (!feed_apply(change, &read->reader->settings, read->feed, read->fetched, &feed, fault))
        return fault->kind == FAULT_NOT_FOUND; /* it was deleted meanwhile */
    read->verdict = (enum feed_verdict)feed.verdict;
    return true;
}

/* Takes one feed that is due and reads it. `found` becomes false if there was none. The call is
 * made between two transactions. */
static bool read_next(struct feed_reader *reader, bool *found, struct fault *fault)
{
    AUTO(arena_finish) struct arena arena = ARENA(FEED_ARENA_MAX);
    struct feed_fetched fetched;
    struct feed feed;

    if (!feed_store_take_due(reader->service->pool, &arena, &feed, found, fault))
        return false;
    if (!*found)
        return true;
    if (!feed_client_fetch(&reader->client, &feed, FEED_CALL_MS, &arena, &fetched, fault))
        return false;
    struct read read = {reader, &feed, &fetched, FEED_NEW};

    if (!api_task(reader->service->changes, &feed.tenant_id, apply_read, &read, fault))
        return false;
    reader->reads[read.verdict].value++;
    return true;
}

bool feed_reader_run(void *data, struct fault *fault)
{
    struct feed_reader *reader = data;
    const int64_t until_ns = now_mono_ns() + RUN_MS * NS_PER_MS;
    int64_t due = 0;
    bool found = true;

    if (reader->service->stopping)
        return true;
    if (!feed_store_has_due(reader->service->db, &due, fault))
        return false;
    found = due != 0;
    while (found && !reader->service->stopping && now_mono_ns() < until_ns) {
        if (!read_next(reader, &found, fault))
            return false;
    }
    return true;
}

/* --- announcing --- */

static bool announce_stale(struct change *change, void *arg, struct fault *fault)
{
    return feed_announce_stale(change, arg, fault);
}

static bool tell_conflict(struct change *change, void *arg, struct fault *fault)
{
    return conflict_tell(change, arg, fault);
}

static bool announce_stale_feeds(struct service *service, struct fault *fault)
{
    for (int i = 0; i < ANNOUNCED_PER_RUN; i++) {
        AUTO(arena_finish) struct arena arena = ARENA(FEED_ARENA_MAX);
        struct feed feed;
        bool found;

        if (!feed_store_find_stale(service->db, &arena, &feed, &found, fault))
            return false;
        if (!found)
            return true;
        if (!api_task(service->changes, &feed.tenant_id, announce_stale, &feed, fault))
            return false;
    }
    return true;
}

static bool tell_conflicts(struct service *service, struct fault *fault)
{
    for (int i = 0; i < ANNOUNCED_PER_RUN; i++) {
        struct conflict conflict;
        bool found;

        if (!conflict_store_find_untold(service->db, &conflict, &found, fault))
            return false;
        if (!found)
            return true;
        if (!api_task(service->changes, &conflict.tenant_id, tell_conflict, &conflict, fault))
            return false;
    }
    return true;
}

bool feed_announcer_run(void *data, struct fault *fault)
{
    struct feed_reader *reader = data;

    return reader->service->stopping ||
           (announce_stale_feeds(reader->service, fault) && tell_conflicts(reader->service, fault));
}

/* --- start and stop --- */

static void register_metrics(struct feed_reader *reader)
{
    static const char *const labels[] = {[FEED_OK] = "outcome=\"ok\"",
                                         [FEED_SUSPECT] = "outcome=\"suspect\"",
                                         [FEED_FAILING] = "outcome=\"failing\""};

    for (int i = FEED_OK; i <= FEED_FAILING; i++)
        metric_register_counter(&reader->reads[i], "feed_reads_total",
                                "Reads of calendars of other channels, by their outcome.",
                                labels[i]);
}

void feed_reader_start(struct feed_reader *reader, struct service *service,
                       const struct booking_config *config)
{
    const struct periodic_task read = {"feed_reader", feed_reader_run, config->sweep_interval_ms,
                                       RUN_LIMIT_MS, .at_once = false};
    const struct periodic_task announce = {"feed_announcer", feed_announcer_run,
                                           config->sweep_interval_ms, RUN_LIMIT_MS,
                                           .at_once = false};

    reader->service = service;
    reader->client = feed_client_of(service);
    reader->settings = feed_settings_of(config);
    register_metrics(reader);
    for (size_t i = 0; i < FEED_READERS; i++)
        periodic_start(&reader->readers[i], service->loop, &read, reader);
    periodic_start(&reader->announcer, service->loop, &announce, reader);
}

void feed_reader_stop(struct feed_reader *reader)
{
    for (size_t i = 0; i < FEED_READERS; i++)
        periodic_stop(&reader->readers[i]);
    periodic_stop(&reader->announcer);
    for (int i = FEED_OK; i <= FEED_FAILING; i++)
        metric_unregister(&reader->reads[i]);
}
