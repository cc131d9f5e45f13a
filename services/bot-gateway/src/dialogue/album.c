// SPDX-License-Identifier: MIT
#include "dialogue/dialogue_json.h"
#include "dialogue/turn_runner_private.h"

struct picture {
    struct uuid id;
    struct update_view view;
};

struct album {
    struct db_rows rows;
    struct picture others[ALBUM_MAX - 1];
    size_t count;
    int64_t idle_ms; /* since the newest picture came */
};

static void free_album_rows(struct album *album)
{
    db_rows_finish(&album->rows);
}

/* Reads the other pictures of the album: updates that wait behind run->update in its lane. */
static bool lock_other_pictures(struct db *tx, struct turn_run *run, struct album *album,
                                struct fault *fault)
{
    *album = (struct album){.idle_ms = run->update.waited_ms};
    if (!turn_store_lock_queued_behind(tx, &run->update, ALBUM_MAX - 1, &album->rows, fault))
        return false;
    for (int row = 0; row < album->rows.count; row++) {
        struct picture *picture = &album->others[album->count];
        struct turn_queued behind;
        turn_store_read_queued(&album->rows, row, &behind);
        if (!update_view_read(behind.body, &run->arena, &picture->view, fault))
            return false;
        if (picture->view.album.at == NULL ||
            !slice_equal(picture->view.album, run->input.update.album))
            continue;
        picture->id = behind.id;
        album->idle_ms = behind.waited_ms;
        album->count++;
    }
    return true;
}

/* The primary update of the album: the first with a caption, or the one that is being handled. */
static const struct uuid *find_primary_update(const struct turn_run *run, const struct album *album)
{
    for (size_t i = 0; run->input.update.text.at == NULL && i < album->count; i++)
        if (album->others[i].view.text.at != NULL)
            return &album->others[i].id;
    return &run->update.id;
}

static bool merge_all_except_primary(struct db *tx, const struct turn_run *run,
                                     const struct album *album, const struct uuid *primary_id,
                                     struct fault *fault)
{
    for (size_t i = 0; i < album->count; i++)
        if (!uuid_equal(&album->others[i].id, primary_id) &&
            !turn_store_merge_into(tx, &album->others[i].id, primary_id, fault))
            return false;
    return uuid_equal(&run->update.id, primary_id) ||
           turn_store_merge_into(tx, &run->update.id, primary_id, fault);
}

bool album_merge_updates_if_complete(struct db *tx, struct turn_run *run, bool *is_primary,
                                     struct fault *fault)
{
    __attribute__((cleanup(free_album_rows))) struct album album;

    *is_primary = false;
    if (!lock_other_pictures(tx, run, &album, fault))
        return false;
    if (album.idle_ms < ALBUM_WAIT_MS)
        return turn_store_release(tx, &run->update, run->acted, ALBUM_WAIT_MS - album.idle_ms,
                                  fault);
    const struct uuid id = *find_primary_update(run, &album);
    if (!merge_all_except_primary(tx, run, &album, &id, fault))
        return false;
    *is_primary = uuid_equal(&id, &run->update.id);
    run->done = !*is_primary;
    return true;
}

bool album_lock_merged_updates(struct db *tx, struct turn_run *run, struct fault *fault)
{
    db_rows_finish(&run->merged);
    return run->input.update.album.at == NULL ||
           turn_store_lock_merged(tx, &run->update, &run->merged, fault);
}

static bool store_merged_in_history(struct db *tx, struct turn_run *run, struct fault *fault)
{
    for (int row = 0; row < run->merged.count; row++) {
        struct turn_queued merged;
        struct update_view view;
        turn_store_read_queued(&run->merged, row, &merged);
        if (!update_view_read(merged.body, &run->arena, &view, fault) ||
            !turn_run_store_in_history(tx, run, &view, fault))
            return false;
    }
    return true;
}

bool album_store_merged_updates(struct db *tx, struct turn_run *run, bool failed,
                                struct fault *fault)
{
    return run->merged.count == 0 ||
           ((failed || store_merged_in_history(tx, run, fault)) &&
            turn_store_empty_merged(tx, &run->update, run->output.conceals, fault));
}
