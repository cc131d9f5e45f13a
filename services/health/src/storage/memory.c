// SPDX-License-Identifier: MIT
/* Opens and closes the history, and saves its database in memory to the disk. */
#include <stdlib.h>

#include "base/now.h"

#include "storage/disk.h"
#include "storage/history_private.h"
#include "storage/tables.h"

/* --- saving --- */

static bool merge_rows_in_tx(struct sqlite *memory, void *data, struct fault *fault)
{
    (void)data;
    return tables_copy_rows(memory, TABLES_MERGE, fault);
}

/* Adds to memory the rows that a save has found in the file (disk_save.found). */
static void merge_found_rows(struct history *history, const struct sqlite_image *found)
{
    struct fault fault;

    (void)!(sqlite_image_attach(history->memory, found, &fault) &&
            sqlite_run_transaction(history->memory, merge_rows_in_tx, NULL, &fault));
    sqlite_image_detach(history->memory);
}

/* Deletes from memory the samples that were saved and, if no row has changed since the save was
 * created, the rows that are not needed. */
static bool delete_saved_rows_in_tx(struct sqlite *memory, void *data, struct fault *fault)
{
    static const char samples[] = "DELETE FROM waiting WHERE number <= ?1";
    const struct disk_save *save = data;

    return sqlite_exec(memory, samples, SQLITE_VALUES(save->sample), fault) &&
           (save->version != save->history->version ||
            tables_delete_unneeded(memory, now_wall_us(), fault));
}

/* Deletes saved rows after a save. If this fails, the rows stay and the next save writes them. */
static void delete_saved_rows(struct history *history, struct disk_save *save)
{
    struct fault fault;

    if (sqlite_run_transaction(history->memory, delete_saved_rows_in_tx, save, &fault) &&
        history->missing.samples == save->missed)
        history->missing = (struct missed){0};
}

static void apply_and_free_save(void *data, bool saved)
{
    struct disk_save *save = data;
    struct history *history = save->history;

    if (save->found.bytes != NULL)
        merge_found_rows(history, &save->found);
    if (saved)
        delete_saved_rows(history, save);
    LIST_REMOVE(save, of_saves);
    sqlite_image_free(&save->memory);
    sqlite_image_free(&save->found);
    free(save);
}

static struct disk_save *create_save_of_memory(struct history *history, struct fault *fault)
{
    struct disk_save *save = fault_calloc(sizeof *save, "the history", fault);

    if (save == NULL)
        return NULL;
    *save = (struct disk_save){.sample = history->newest,
                               .history = history,
                               .version = history->version,
                               .missed = history->missing.samples};
    if (!sample_store_add_current_gap(history, fault) ||
        !sqlite_image_create(history->memory, "main", &save->memory, fault)) {
        free(save);
        return NULL;
    }
    LIST_INSERT_HEAD(&history->saves, save, of_saves);
    return save;
}

bool history_write_to_disk(struct history *history, struct fault *fault)
{
    struct disk_save *save = create_save_of_memory(history, fault);

    return save != NULL && disk_save(history->disk, save, apply_and_free_save, fault);
}

static void save_memory_now(struct history *history)
{
    struct fault fault;
    struct disk_save *save = create_save_of_memory(history, &fault);

    if (save != NULL)
        (void)!disk_save_blocking(history->disk, save, apply_and_free_save, &fault);
}

/* --- changing memory --- */

struct sqlite *history_begin_transaction(struct history *history)
{
    struct fault fault;

    history->changes = sqlite_total_changes(history->memory);
    (void)!sqlite_exec(history->memory, "BEGIN", SQLITE_NO_VALUES, &fault);
    return history->memory;
}

bool history_end_transaction(struct history *history, bool commit, struct fault *fault)
{
    struct fault away;

    if (!sqlite_end_transaction(history->memory, commit, fault))
        return false;
    if (sqlite_total_changes(history->memory) != history->changes) {
        history->version++;
        (void)!history_write_to_disk(history, &away);
    }
    return true;
}

bool history_exec(struct history *history, const char *sql, const struct sqlite_value *values,
                  size_t count, struct fault *fault)
{
    const bool ok = sqlite_exec(history_begin_transaction(history), sql, values, count, fault);

    return history_end_transaction(history, ok, fault);
}

/* --- opening --- */

struct history *history_open(struct loop *loop, const char *path, const struct plan *plan,
                             struct fault *fault)
{
    struct history *history = fault_calloc(sizeof *history, "the history", fault);

    if (history == NULL)
        return NULL;
    history->plan = plan;
    history->memory = sqlite_open(":memory:", fault);
    if (history->memory == NULL || !tables_create(history->memory, plan, fault))
        goto fail;
    history->disk = disk_create(loop, path, fault);
    if (history->disk == NULL)
        goto fail;
    save_memory_now(history);
    return history;
fail:
    sqlite_close(history->memory);
    free(history);
    return NULL;
}

void history_close(struct history *history)
{
    if (history == NULL)
        return;
    disk_stop_thread(history->disk);
    save_memory_now(history);
    disk_destroy(history->disk);
    sqlite_close(history->memory);
    free(history);
}

int64_t history_unwritable_since_us(const struct history *history)
{
    return disk_away_since_us(history->disk);
}

int64_t history_count_waiting_alerts(const struct history *history)
{
    return history->alerts_waiting;
}

int64_t history_count_given_up_alerts(const struct history *history)
{
    return history->alerts_given_up;
}
