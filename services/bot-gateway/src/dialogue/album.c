// SPDX-License-Identifier: MIT
#include "dialogue/album.h"

#include "dialogue/dialogue_json.h"
#include "outgoing_webhooks/forwards.h"

struct picture {
    struct uuid id;
    struct update_view view;
};

struct album {
    struct db_rows rows;
    struct picture others[ALBUM_MAX - 1];
    size_t count;
    int64_t silent_ms; /* since the newest one came */
};

static void album_finish(struct album *album)
{
    db_rows_finish(&album->rows);
}

/* What waits behind the first picture in its lane, as far as it is of the same album. */
static bool look(struct db *tx, struct turn_run *turning, struct album *album, struct fault *fault)
{
    *album = (struct album){.silent_ms = turning->update.waited_ms};
    if (!turn_store_behind(tx, &turning->update, ALBUM_MAX - 1, &album->rows, fault))
        return false;
    for (int row = 0; row < album->rows.count; row++) {
        struct picture *picture = &album->others[album->count];
        struct turn_behind behind;
        turn_store_behind_read(&album->rows, row, &behind);
        if (!update_view_read(behind.body, &turning->arena, &picture->view, fault))
            return false;
        if (picture->view.album.at == NULL ||
            !slice_equal(picture->view.album, turning->input.update.album))
            continue;
        picture->id = behind.id;
        album->silent_ms = behind.waited_ms;
        album->count++;
    }
    return true;
}

/* Of the first with a caption; the turn's own where none has one. */
static const struct uuid *speaker(const struct turn_run *turning, const struct album *album)
{
    for (size_t i = 0; turning->input.update.text.at == NULL && i < album->count; i++)
        if (album->others[i].view.text.at != NULL)
            return &album->others[i].id;
    return &turning->update.id;
}

static bool close_one(struct db *tx, const struct turn_run *turning, const struct uuid *id,
                      const struct update_view *view, const struct uuid *speaks,
                      struct fault *fault)
{
    return turn_run_keep_line(tx, turning, view, fault) &&
           (!turning->update.has_forwards || forwards_enqueue(tx, id, fault)) &&
           turn_store_spoken_for(tx, id, speaks, fault);
}

static bool close_others(struct db *tx, const struct turn_run *turning, const struct album *album,
                         const struct uuid *speaks, struct fault *fault)
{
    for (size_t i = 0; i < album->count; i++)
        if (!uuid_equal(&album->others[i].id, speaks) &&
            !close_one(tx, turning, &album->others[i].id, &album->others[i].view, speaks, fault))
            return false;
    return uuid_equal(&turning->update.id, speaks) ||
           close_one(tx, turning, &turning->update.id, &turning->input.update, speaks, fault);
}

bool album_gather(struct db *tx, struct turn_run *turning, bool *speaks, struct fault *fault)
{
    __attribute__((cleanup(album_finish))) struct album album;

    *speaks = false;
    if (!look(tx, turning, &album, fault))
        return false;
    turning->end = TURN_RUN_LATER;
    if (album.silent_ms < ALBUM_SILENCE_MS)
        return turn_store_release(tx, &turning->update, turning->acted,
                                  ALBUM_SILENCE_MS - album.silent_ms, fault);
    const struct uuid id = *speaker(turning, &album);
    if (!close_others(tx, turning, &album, &id, fault))
        return false;
    *speaks = uuid_equal(&id, &turning->update.id);
    turning->end = *speaks ? TURN_RUN_NOTHING : TURN_RUN_DONE;
    return true;
}
