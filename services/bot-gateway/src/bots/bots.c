// SPDX-License-Identifier: MIT
#include "bots/bots.h"

#include <stdlib.h>

#include "api/periodic.h"
#include "base/auto.h"
#include "base/log.h"

#include "bots/bot_files.h"
#include "bots/bot_store.h"

enum { RELOAD_MS = 5000 };

struct bots {
    struct service *service;
    const char *folder;
    struct periodic task;
    struct bot *all; /* owned; NULL before the first read */
    size_t count;
    size_t refused; /* number of refused files at the last read */
    size_t part;    /* of the instance's readiness, from ready_add() */
};

/* Joins rows and files by name; a bot that has only files is included. Both inputs must be sorted
 * by name; the result is sorted by name too. */
static size_t merge_rows_and_files(const struct bot *rows, size_t row_count,
                                   const struct bot_files *files, struct bot *merged)
{
    size_t count = 0, at = 0;

    for (size_t i = 0; i < row_count || at < files->count;) {
        const int order = i == row_count       ? 1
                          : at == files->count ? -1
                                               : strcmp(rows[i].name, files->bots[at].name);
        struct bot *bot = &merged[count++];
        if (order > 0) {
            *bot = files->bots[at++];
            continue;
        }
        *bot = rows[i++];
        if (order < 0)
            continue;
        const struct bot *with = &files->bots[at++];
        memcpy(bot->token, with->token, sizeof bot->token);
        memcpy(bot->secret, with->secret, sizeof bot->secret);
        memcpy(bot->key, with->key, sizeof bot->key);
    }
    return count;
}

static void log_refused_file_if_count_changed(struct bots *bots, const struct bot_files *files)
{
    if (files->refused > 0 && files->refused != bots->refused)
        LOG(LOG_WARN, "bot_file_refused", "A file of a bot is not taken",
            log_str("file", files->refused_name), log_str("why", files->refused_why),
            log_int("refused", (int64_t)files->refused));
    bots->refused = files->refused;
}

static bool read_rows_and_replace_list(struct bots *bots, struct bot_files *files,
                                       struct fault *fault)
{
    auto_free struct bot *rows = fault_calloc(BOTS_MAX * sizeof *rows, "bots", fault);
    size_t row_count;

    if (rows == NULL || !bot_store_list(bots->service->db, rows, &row_count, fault))
        return false;
    auto_free struct bot *all =
        fault_calloc((row_count + files->count + 1) * sizeof *all, "bots", fault);
    if (all == NULL)
        return false;
    const size_t count = merge_rows_and_files(rows, row_count, files, all);
    struct bot *before = bots->all;
    bots->all = all;
    bots->count = count;
    all = before;
    log_refused_file_if_count_changed(bots, files);
    return true;
}

bool bots_reload(struct bots *bots, struct fault *fault)
{
    struct bot_files files AUTO(bot_files_finish) = {0};

    return bot_files_read(bots->service->work, bots->folder, &files, fault) &&
           read_rows_and_replace_list(bots, &files, fault);
}

static bool reload_and_report_ready(void *data, struct fault *fault)
{
    struct bots *bots = data;

    if (!bots_reload(bots, fault))
        return false;
    ready_report(bots->service->ready, bots->part, true, loop_now_ns(bots->service->loop));
    return true;
}

struct bots *bots_create(struct service *service, const char *folder, struct fault *fault)
{
    struct bots *bots = fault_calloc(sizeof *bots, "bots", fault);

    if (bots != NULL)
        *bots = (struct bots){.service = service, .folder = folder};
    return bots;
}

void bots_reload_every(struct bots *bots, int64_t every_ms)
{
    const struct periodic_task task = {"bots", reload_and_report_ready, every_ms, RELOAD_MS,
                                       .at_once = true};

    bots->part = ready_add(bots->service->ready, "bots", true);
    periodic_start(&bots->task, bots->service->loop, &task, bots);
}

void bots_destroy(struct bots *bots)
{
    if (bots == NULL)
        return;
    periodic_stop(&bots->task);
    free(bots->all);
    free(bots);
}

bool bots_all(const struct bots *bots, const struct bot **all, size_t *count, struct fault *fault)
{
    if (bots->all == NULL)
        return fault_set(fault, FAULT_UNAVAILABLE, "starting", "The bots are not known yet.");
    *all = bots->all;
    *count = bots->count;
    return true;
}

static bool require_active_bot(const struct bot *bot, const struct bot **out, struct fault *fault)
{
    if (bot == NULL || !bot_is_active_with(bot, BOT_ROW))
        return fault_set(fault, FAULT_NOT_FOUND, "not_found", "There is no such bot.");
    *out = bot;
    return true;
}

static int compare_name_to_bot(const void *name, const void *bot)
{
    return strcmp(name, ((const struct bot *)bot)->name);
}

bool bots_find_active(const struct bots *bots, struct slice name, const struct bot **out,
                      struct fault *fault)
{
    const struct bot *all;
    char text[BOT_NAME_MAX + 1] = "";
    size_t count;

    if (!bots_all(bots, &all, &count, fault))
        return false;
    if (bot_name_is_good(name)) /* else "", which no bot has */
        memcpy(text, name.at, name.len);
    return require_active_bot(bsearch(text, all, count, sizeof *all, compare_name_to_bot), out,
                              fault);
}

bool bots_find_active_by_id(const struct bots *bots, const struct uuid *id, const struct bot **out,
                            struct fault *fault)
{
    const struct bot *all;
    size_t count, i = 0;

    if (!bots_all(bots, &all, &count, fault))
        return false;
    while (i < count && !uuid_equal(&all[i].id, id))
        i++;
    return require_active_bot(i < count ? &all[i] : NULL, out, fault);
}
