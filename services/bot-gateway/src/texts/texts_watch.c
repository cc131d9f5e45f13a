// SPDX-License-Identifier: MIT
#include "texts/texts_watch.h"

#include <stdlib.h>

#include "api/periodic.h"
#include "base/log.h"
#include "base/metric.h"

enum { LOOK_MS = 10000 };

struct texts_watch {
    struct service *service;
    struct periodic task;
    struct text_tables *tables; /* owned */
    int64_t version;            /* 1 or more */
    bool written;               /* the built-in texts are in the tables */
    char stamp[TEXT_STAMP_MAX]; /* of the tables at the last read; "": never read */
    struct metric refused;
};

static bool write_built_in(struct db *tx, void *arg, struct fault *fault)
{
    (void)arg;
    return text_store_write_built_in(tx, fault);
}

static void log_and_count_refused(void *data, const struct text_refusal *row,
                                  const struct fault *why)
{
    double *count = data;

    ++*count;
    LOG(LOG_WARN, "text_refused", "A text or a setting cannot be used, what is built in is",
        log_text("key", row->key), log_text("bot_type", row->bot),
        log_text("language", row->language), log_str("why", why->code),
        log_str("detail", why->detail));
}

static bool read_and_replace_tables(struct texts_watch *watch, struct fault *fault)
{
    auto_text_tables struct text_tables *tables = text_tables_create(fault);
    double refused = 0;

    if (tables == NULL ||
        !text_tables_read(watch->service->pool, tables, log_and_count_refused, &refused, fault))
        return false;
    struct text_tables *before = watch->tables;
    watch->tables = tables;
    watch->version++;
    watch->refused.value = refused;
    tables = before;
    return true;
}

bool texts_watch_reload_if_changed(void *data, struct fault *fault)
{
    struct texts_watch *watch = data;
    char stamp[TEXT_STAMP_MAX];

    if (!watch->written) {
        if (!db_transaction(watch->service->pool, write_built_in, NULL, fault))
            return false;
        watch->written = true;
    }
    /* The stamp is read before the tables, so that the next run sees a change made meanwhile. */
    if (!text_store_read_stamp(watch->service->db, stamp, fault))
        return false;
    if (strcmp(stamp, watch->stamp) == 0)
        return true;
    if (!read_and_replace_tables(watch, fault))
        return false;
    memcpy(watch->stamp, stamp, sizeof stamp);
    return true;
}

struct texts_watch *texts_watch_start(struct service *service, int64_t every_ms,
                                      struct fault *fault)
{
    const struct periodic_task task = {"texts", texts_watch_reload_if_changed, every_ms, LOOK_MS,
                                       .at_once = true};
    struct texts_watch *watch = fault_calloc(sizeof *watch, "texts", fault);

    if (watch == NULL)
        return NULL;
    watch->service = service;
    watch->version = 1;
    watch->tables = text_tables_create(fault);
    if (watch->tables == NULL) {
        free(watch);
        return NULL;
    }
    metric_register_gauge(&watch->refused, "texts_refused",
                          "Texts and settings of people that cannot be used.", NULL, NULL);
    periodic_start(&watch->task, service->loop, &task, watch);
    return watch;
}

void texts_watch_stop(struct texts_watch *watch)
{
    if (watch == NULL)
        return;
    periodic_stop(&watch->task);
    metric_unregister(&watch->refused);
    text_tables_release(watch->tables);
    free(watch);
}

int64_t texts_watch_version(const struct texts_watch *watch)
{
    return watch->version;
}

const struct texts *texts_watch_texts(const struct texts_watch *watch, enum bot_type type)
{
    return watch->tables->texts[type];
}

const struct bot_settings *texts_watch_settings(const struct texts_watch *watch, enum bot_type type)
{
    return &watch->tables->settings[type];
}

bool texts_watch_retain_for_arena(const struct texts_watch *watch, enum bot_type type,
                                  struct arena *arena, const struct texts **texts,
                                  const struct bot_settings **settings, struct fault *fault)
{
    *texts = texts_watch_texts(watch, type);
    *settings = texts_watch_settings(watch, type);
    if (!arena_own(arena, text_tables_release, watch->tables))
        return arena_fault(fault);
    watch->tables->users++;
    return true;
}
