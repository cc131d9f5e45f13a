// SPDX-License-Identifier: MIT
/* Opens and closes the history, lists its mirrors, and buffers samples in a ring until the thread
 * has written them. If a write fails or its caller stops waiting, the samples are still there. */
#include <stdlib.h>

#include "storage/alert_store.h"
#include "storage/heartbeat_store.h"
#include "storage/history_private.h"
#include "storage/incident_store.h"
#include "storage/key_store.h"
#include "storage/message_store.h"
#include "storage/report_store.h"
#include "storage/sample_store.h"
#include "storage/silence_store.h"

static const struct mirror *const mirrors[] = {
    &incident_mirror, &alert_mirror, &silence_mirror, &heartbeat_mirror, &report_mirror,
    &message_mirror,  NULL};

enum { RING = 4096, KEYS_WAIT_MAX = 32 };

struct history {
    const struct plan *plan;
    struct disk *disk;
    struct sample ring[RING];
    uint64_t first, next; /* sequence numbers: the ring contains the samples of [first, next) */
    bool writing;
    struct missed missing;                   /* dropped and not yet written to the disk */
    struct api_key_kept keys[KEYS_WAIT_MAX]; /* not yet written */
    size_t key_count;
    int64_t alerts_waiting, alerts_given_up;
};

/* Samples that the thread writes. */
struct batch {
    struct history *history;
    bool written;
    uint64_t first;
    size_t count;
    struct missed missing;
    struct disk *disk;
    size_t key_count;
    struct api_key_kept keys[KEYS_WAIT_MAX];
    struct sample samples[];
};

struct disk *history_disk(struct history *history)
{
    return history->disk;
}

struct history *history_open(struct loop *loop, const char *path, const struct plan *plan,
                             struct fault *fault)
{
    struct history *history = fault_calloc(sizeof(*history), "the history", fault);

    if (history == NULL)
        return NULL;
    history->plan = plan;
    history->disk = disk_create(loop, path, plan, mirrors, fault);
    if (history->disk == NULL) {
        free(history);
        return NULL;
    }
    return history;
}

static void drop_oldest(struct history *history)
{
    const struct sample *oldest = &history->ring[history->first++ % RING];
    struct missed *missing = &history->missing;

    if (missing->samples++ == 0)
        missing->from_us = oldest->at_us;
    missing->to_us = oldest->at_us;
}

void history_add_sample(struct history *history, size_t check, enum verdict verdict, int64_t at_us,
                        int64_t took_us)
{
    if (history->next - history->first == RING)
        drop_oldest(history);
    history->ring[history->next++ % RING] = (struct sample){
        .at_us = at_us,
        .took_us = took_us,
        .for_ms = (uint32_t)history->plan->checks[check].interval_ms,
        .check = (uint16_t)check,
        .verdict = (uint16_t)verdict,
    };
}

static struct api_key_kept *key_find(struct history *history, const struct api_key_kept *key)
{
    for (size_t i = 0; i < history->key_count; i++)
        if (digest_equal(history->keys[i].hash, key->hash, sizeof(key->hash)))
            return &history->keys[i];
    return NULL;
}

/* If the buffer is full, the key is added again when it is next used, within a minute. */
void history_store_key(struct history *history, const struct api_key_kept *key)
{
    struct api_key_kept *known = key_find(history, key);

    if (known != NULL)
        *known = *key;
    else if (history->key_count < KEYS_WAIT_MAX)
        history->keys[history->key_count++] = *key;
}

static struct batch *batch_make(struct history *history, struct fault *fault)
{
    const size_t count = (size_t)(history->next - history->first);
    struct batch *batch =
        fault_calloc(sizeof(*batch) + count * sizeof(struct sample), "samples", fault);

    if (batch == NULL)
        return NULL;
    batch->history = history;
    batch->first = history->first;
    batch->count = count;
    batch->missing = history->missing;
    batch->key_count = history->key_count;
    memcpy(batch->keys, history->keys, history->key_count * sizeof(batch->keys[0]));
    history->key_count = 0;
    for (size_t i = 0; i < count; i++)
        batch->samples[i] = history->ring[(history->first + i) % RING];
    history->writing = true;
    return batch;
}

/* Frees the batch. Written samples leave the ring; those that the ring dropped during the write are
 * not missed. */
static void batch_finish(void *data)
{
    struct batch *batch = data;
    struct history *history = batch->history;
    const uint64_t end = batch->first + batch->count;

    history->writing = false;
    for (size_t i = 0; !batch->written && i < batch->key_count; i++)
        if (key_find(history, &batch->keys[i]) == NULL)
            history_store_key(history, &batch->keys[i]);
    if (batch->written) {
        const uint64_t kept = history->first < end ? history->first : end;
        struct missed *missing = &history->missing;

        missing->samples -= batch->missing.samples + (int64_t)(kept - batch->first);
        if (missing->samples > 0)
            missing->from_us = batch->samples[batch->count - 1].at_us;
        if (history->first < end)
            history->first = end;
    }
    free(batch);
}

static bool batch_in_tx(struct sqlite *sqlite, void *data, struct fault *fault)
{
    const struct batch *batch = data;

    for (size_t i = 0; i < batch->count; i++)
        if (!sample_store_add(sqlite, disk_check_ids(batch->disk), &batch->samples[i], fault))
            return false;
    for (size_t i = 0; i < batch->key_count; i++)
        if (!key_store_put(sqlite, &batch->keys[i], fault))
            return false;
    return (batch->missing.samples == 0 || sample_store_missed(sqlite, &batch->missing, fault)) &&
           sample_store_prune(sqlite, disk_now_us(batch->disk), fault) &&
           key_store_prune(sqlite, disk_now_us(batch->disk), fault);
}

static bool batch_job(struct disk *disk, void *data, struct fault *fault)
{
    struct batch *batch = data;

    batch->disk = disk;
    batch->written = disk_write(disk, batch_in_tx, batch, fault);
    return batch->written;
}

bool history_write(struct history *history, struct fault *fault)
{
    struct batch *batch;

    if (history->writing)
        return fault_set(fault, FAULT_UNAVAILABLE, "history_away",
                         "The history is still being written");
    batch = batch_make(history, fault);
    if (batch == NULL || !disk_run(history->disk, batch_job, batch, batch_finish, fault))
        return false;
    batch_finish(batch);
    return true;
}

int64_t history_gap(const struct history *history)
{
    return disk_away_since(history->disk);
}

bool history_is_stuck(const struct history *history)
{
    return disk_is_stuck(history->disk);
}

int64_t history_alerts_waiting(const struct history *history)
{
    return history->alerts_waiting;
}

void history_set_alerts_waiting(struct history *history, int64_t count)
{
    history->alerts_waiting = count;
}

int64_t history_alerts_given_up(const struct history *history)
{
    return history->alerts_given_up;
}

void history_add_alerts_given_up(struct history *history, int64_t count)
{
    history->alerts_given_up += count;
}

struct missed history_missing(const struct history *history)
{
    return history->missing;
}

void history_close(struct history *history)
{
    struct fault fault;
    struct batch *batch;

    if (history == NULL)
        return;
    disk_stop(history->disk);
    batch = batch_make(history, &fault);
    if (batch != NULL) {
        (void)!batch_job(history->disk, batch, &fault);
        batch_finish(batch);
    }
    disk_destroy(history->disk);
    free(history);
}
