// SPDX-License-Identifier: MIT
#include "storage/disk.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>

#include "base/log.h"
#include "base/now.h"
#include "loop/fiber.h"
#include "loop/work.h"

#include "storage/check_name_store.h"

enum { QUEUE_MAX = 64, PATH_ROOM = 2048 };
/* A call waits this much longer than the timeout, so that the disk counts as stuck when the call
 * fails. */
#define SLACK_NS (50 * NS_PER_MS)
/* The time between two quarantined files, so that a disk that damages every file is not filled with
 * them. */
#define QUARANTINE_PAUSE_US (INT64_C(600) * US_PER_S)

extern const char memory_schema_sql[]; /* memory_schema.sql */
extern const char disk_schema_1_sql[]; /* disk_schema_1.sql */
extern const char disk_schema_2_sql[], disk_schema_3_sql[], disk_schema_4_sql[];

/* versions[n] upgrades schema n to n + 1. */
static const char *const versions[] = {disk_schema_1_sql, disk_schema_2_sql, disk_schema_3_sql,
                                       disk_schema_4_sql};
enum { VERSION = ARRAY_LEN(versions) };

/* The state of the disk, which every job reports to the loop. */
struct disk_state {
    int64_t away_us;    /* since when the disk is unavailable; 0: it is available */
    size_t quarantined; /* number of quarantined files */
    char reason[FAULT_DETAIL_MAX];
};

struct disk {
    struct work *work;
    int64_t timeout_ns;
    size_t pending;      /* jobs that the thread has not ended; used in the loop's thread, as the
                          * next member */
    int64_t answered_ns; /* when the last job ended, or when the first of the pending jobs was
                          * submitted */
    const char *path;
    const struct plan *plan;
    const struct mirror *const *mirrors;
    struct disk_state reported; /* the last reported state; in the loop's thread */
    /* Used only by the thread while it runs. */
    struct sqlite *sqlite;
    bool attached;
    bool loaded; /* the start is over: a file that is opened now is reconciled, not loaded */
    bool unsaved;
    int64_t now_us;
    int64_t quarantined_us; /* when a file was last quarantined */
    dev_t device;           /* of the attached file */
    ino_t inode;
    int64_t check_ids[CHECKS_MAX];
    struct disk_state state;
};

/* --- the file --- */

static bool each_mirror(const struct disk *disk, size_t member, struct fault *fault)
{
    for (size_t i = 0; disk->mirrors[i] != NULL; i++) {
        const char *sql;

        memcpy(&sql, (const char *)disk->mirrors[i] + member, sizeof(sql));
        if (sql != NULL && !sqlite_exec(disk->sqlite, sql, SQLITE_NO_VALUES, fault))
            return false;
    }
    return true;
}

struct opening {
    struct disk *disk;
    int64_t version;
};

static bool open_in_tx(struct sqlite *sqlite, void *data, struct fault *fault)
{
    const struct opening *opening = data;
    struct disk *disk = opening->disk;
    char version[48];
    bool ok;

    for (size_t i = (size_t)opening->version; i < VERSION; i++)
        if (!sqlite_script(sqlite, versions[i], fault))
            return false;
    if (opening->version < VERSION) {
        snprintf(version, sizeof(version), "PRAGMA disk.user_version = %d", VERSION);
        if (!sqlite_script(sqlite, version, fault))
            return false;
    }
    if (!disk->loaded)
        ok = each_mirror(disk, offsetof(struct mirror, load), fault);
    else /* it may be a new or an older file */
        ok = each_mirror(disk, offsetof(struct mirror, reconcile), fault) &&
             each_mirror(disk, offsetof(struct mirror, mark_unsaved), fault);
    return ok && check_name_store_ids(sqlite, disk->plan, disk->check_ids, fault);
}

static const char read_version[] = "PRAGMA disk.user_version";

static bool open_attached(struct disk *disk, struct fault *fault)
{
    struct opening opening = {.disk = disk};
    struct stat file;

    if (!sqlite_count(disk->sqlite, read_version, SQLITE_NO_VALUES, &opening.version, fault))
        return false;
    if (opening.version > VERSION)
        return fault_set(fault, FAULT_UNAVAILABLE, "history_away",
                         "The history was written by a newer version (%" PRId64 ")",
                         opening.version);
    if (stat(disk->path, &file) != 0)
        return fault_set(fault, FAULT_UNAVAILABLE, "history_away", "The file does not exist");
    disk->device = file.st_dev;
    disk->inode = file.st_ino;
    return sqlite_transaction(disk->sqlite, open_in_tx, &opening, fault);
}

static bool attach(struct disk *disk, struct fault *fault)
{
    if (!sqlite_attach(disk->sqlite, disk->path, fault))
        return false;
    disk->attached = open_attached(disk, fault);
    if (!disk->attached)
        sqlite_detach(disk->sqlite);
    return disk->attached;
}

static bool load_in_tx(struct sqlite *sqlite, void *data, struct fault *fault)
{
    (void)sqlite;
    return each_mirror(data, offsetof(struct mirror, load), fault);
}

/* If the file cannot be written at start, reads it nevertheless, so that no alert is sent twice. */
static void load_read_only(struct disk *disk)
{
    int64_t version;
    struct fault fault;

    if (!sqlite_attach_read_only(disk->sqlite, disk->path, &fault))
        return;
    if (sqlite_count(disk->sqlite, read_version, SQLITE_NO_VALUES, &version, &fault) &&
        version == VERSION)
        (void)!sqlite_transaction(disk->sqlite, load_in_tx, disk, &fault);
    sqlite_detach(disk->sqlite);
}

static void detach(struct disk *disk)
{
    if (disk->attached)
        sqlite_detach(disk->sqlite);
    disk->attached = false;
}

/* The log is renamed with the file, to the name that SQLite expects. */
static bool quarantine(struct disk *disk)
{
    static const char *const parts[] = {"", "-wal", "-shm"};
    char from[PATH_ROOM];
    char to[PATH_ROOM];

    if (disk->quarantined_us != 0 && disk->now_us - disk->quarantined_us < QUARANTINE_PAUSE_US)
        return false;
    for (size_t i = 0; i < ARRAY_LEN(parts); i++) {
        snprintf(from, sizeof(from), "%s%s", disk->path, parts[i]);
        snprintf(to, sizeof(to), "%s.broken-%" PRId64 "%s", disk->path, disk->now_us / US_PER_S,
                 parts[i]);
        if (rename(from, to) != 0 && i == 0)
            return false;
    }
    disk->quarantined_us = disk->now_us;
    disk->state.quarantined++;
    return true;
}

/* Handles a failure. True: the caller should try again. A full disk stays attached, since it can be
 * read. */
static bool recover(struct disk *disk)
{
    if (sqlite_is_full(disk->sqlite))
        return false;
    const bool damaged = sqlite_is_damaged(disk->sqlite);
    detach(disk);
    return damaged && quarantine(disk);
}

/* The file was moved or deleted, so writes to it would be lost. */
static bool is_moved(const struct disk *disk)
{
    struct stat file;

    return stat(disk->path, &file) != 0 || file.st_ino != disk->inode ||
           file.st_dev != disk->device;
}

/* --- jobs --- */

struct sqlite *disk_sqlite(struct disk *disk)
{
    return disk->sqlite;
}

int64_t disk_now_us(const struct disk *disk)
{
    return disk->now_us;
}

const int64_t *disk_check_ids(const struct disk *disk)
{
    return disk->check_ids;
}

bool disk_is_saved(const struct disk *disk)
{
    return disk->attached && !disk->unsaved;
}

bool disk_change(struct disk *disk, disk_part_fn *change, void *data, struct fault *fault)
{
    struct fault away;

    if (!sqlite_transaction(disk->sqlite, change, data, fault))
        return false;
    disk->unsaved = true;
    if (disk->attached)
        (void)!disk_write(disk, NULL, NULL, &away);
    return true;
}

bool disk_read(struct disk *disk, disk_part_fn *read, void *data, struct fault *fault)
{
    if (!disk->attached)
        return fault_set(fault, FAULT_UNAVAILABLE, "history_away", "The history is unavailable");
    if (sqlite_transaction(disk->sqlite, read, data, fault))
        return true;
    recover(disk);
    return false;
}

struct writing {
    const struct disk *disk;
    disk_part_fn *part;
    void *data;
};

static bool write_in_tx(struct sqlite *sqlite, void *data, struct fault *fault)
{
    const struct writing *writing = data;

    return each_mirror(writing->disk, offsetof(struct mirror, save), fault) &&
           (writing->part == NULL || writing->part(sqlite, writing->data, fault));
}

static bool finish_write_in_tx(struct sqlite *sqlite, void *data, struct fault *fault)
{
    (void)sqlite;
    return each_mirror(data, offsetof(struct mirror, mark_saved), fault) &&
           each_mirror(data, offsetof(struct mirror, trim), fault);
}

static bool write_once(struct disk *disk, struct writing *writing, struct fault *fault)
{
    return (disk->attached || attach(disk, fault)) &&
           sqlite_transaction(disk->sqlite, write_in_tx, writing, fault);
}

bool disk_write(struct disk *disk, disk_part_fn *part, void *data, struct fault *fault)
{
    struct writing writing = {disk, part, data};
    struct fault finishing;
    bool ok;

    if (disk->attached && is_moved(disk))
        detach(disk);
    ok = write_once(disk, &writing, fault);
    if (!ok && recover(disk)) {
        ok = write_once(disk, &writing, fault);
        if (!ok)
            recover(disk);
    }
    if (!ok) {
        if (disk->state.away_us == 0)
            disk->state.away_us = disk->now_us;
        snprintf(disk->state.reason, sizeof(disk->state.reason), "%s", fault->detail);
        return false;
    }
    disk->state.away_us = 0;
    disk->unsaved = false;
    /* On failure the rows are saved once more. */
    (void)!sqlite_transaction(disk->sqlite, finish_write_in_tx, disk, &finishing);
    return true;
}

/* --- the thread --- */

struct call {
    struct disk *disk;
    disk_job_fn *job;
    void *data;
    void (*drop)(void *data);
    int64_t now_us;
    bool ran, ok;
    struct fault fault;
    struct disk_state state;
};

static void report_changes(struct disk *disk, const struct disk_state *state)
{
    const struct disk_state before = disk->reported;

    disk->reported = *state;
    if (state->quarantined > before.quarantined)
        LOG(LOG_ERROR, "history_broken",
            "The history is damaged: it is quarantined and a new one is created",
            log_str("path", disk->path));
    if (state->away_us != 0 && before.away_us == 0)
        LOG(LOG_ERROR, "history_away", "The history cannot be written",
            log_str("reason", state->reason), log_str("path", disk->path));
    if (state->away_us == 0 && before.away_us != 0)
        LOG(LOG_INFO, "history_back", "The history can be written again",
            log_int("away_s", (now_wall_us() - before.away_us) / US_PER_S));
}

static void call_run(void *arg)
{
    struct call *call = arg;

    call->disk->now_us = call->now_us;
    call->ok = call->job(call->disk, call->data, &call->fault);
    call->state = call->disk->state;
    call->ran = true;
}

static void call_drop(void *arg)
{
    const struct call *call = arg;

    call->drop(call->data);
}

static void call_started(struct disk *disk)
{
    if (disk->pending++ == 0)
        disk->answered_ns = now_mono_ns();
}

static void call_finished(const struct call *call)
{
    call->disk->pending--;
    if (call->ran)
        call->disk->answered_ns = now_mono_ns();
}

/* The caller has stopped waiting. */
static void call_abandoned(void *arg)
{
    call_finished(arg);
    call_drop(arg);
}

bool disk_is_stuck(const struct disk *disk)
{
    return disk->pending > 0 && now_mono_ns() - disk->answered_ns >= disk->timeout_ns;
}

void disk_set_timeout(struct disk *disk, int64_t ms)
{
    disk->timeout_ns = ms * NS_PER_MS;
}

static bool fail_stuck(struct disk *disk, struct fault *fault)
{
    struct disk_state state = disk->reported;

    if (state.away_us == 0)
        state.away_us = now_wall_us();
    snprintf(state.reason, sizeof(state.reason), "The disk does not answer");
    report_changes(disk, &state);
    return fault_set(fault, FAULT_UNAVAILABLE, "history_away", "The disk does not answer");
}

bool disk_run(struct disk *disk, disk_job_fn *job, void *data, void (*drop)(void *data),
              struct fault *fault)
{
    struct call call = {.disk = disk,
                        .job = job,
                        .data = data,
                        .drop = drop != NULL ? drop : free,
                        .now_us = now_wall_us()};

    if (disk_is_stuck(disk)) {
        call_drop(&call);
        return fail_stuck(disk, fault);
    }
    call_started(disk);
    const int64_t until_ns = now_mono_ns() + disk->timeout_ns + SLACK_NS;

    if (!work_run_until(disk->work, call_run, &call, sizeof(call), call_abandoned, until_ns,
                        fault)) {
        /* Otherwise the pool drops it when the thread has ended the job. */
        if (fault->kind != FAULT_TIMEOUT && !fiber_was_cancelled(fault))
            call_abandoned(&call);
        return disk_is_stuck(disk) ? fail_stuck(disk, fault) : false;
    }
    call_finished(&call);
    report_changes(disk, &call.state);
    if (!call.ok) {
        *fault = call.fault;
        call_drop(&call);
    }
    return call.ok;
}

size_t disk_check_count(const struct disk *disk)
{
    return disk->plan->count;
}

bool disk_check_is_outside(const struct disk *disk, size_t check)
{
    return disk->plan->checks[check].outside;
}

int64_t disk_away_since(const struct disk *disk)
{
    return disk->reported.away_us;
}

struct disk *disk_create(struct loop *loop, const char *path, const struct plan *plan,
                         const struct mirror *const *mirrors, struct fault *fault)
{
    struct disk *disk = fault_calloc(sizeof(*disk), "the history", fault);
    struct fault away;

    if (disk == NULL)
        return NULL;
    disk->path = path;
    disk->plan = plan;
    disk->mirrors = mirrors;
    disk_set_timeout(disk, DISK_TIMEOUT_MS);
    disk->now_us = now_wall_us();
    disk->sqlite = sqlite_create(fault);
    if (disk->sqlite == NULL || !sqlite_script(disk->sqlite, memory_schema_sql, fault))
        goto fail;
    if (!disk_write(disk, NULL, NULL, &away))
        load_read_only(disk);
    disk->loaded = true;
    report_changes(disk, &disk->state);
    disk->work = work_create(loop, 1, QUEUE_MAX, fault);
    if (disk->work == NULL)
        goto fail;
    return disk;
fail:
    disk_destroy(disk);
    return NULL;
}

void disk_stop(struct disk *disk)
{
    if (disk == NULL)
        return;
    work_destroy(disk->work);
    disk->work = NULL;
    disk->now_us = now_wall_us();
}

void disk_destroy(struct disk *disk)
{
    if (disk == NULL)
        return;
    disk_stop(disk);
    detach(disk);
    sqlite_destroy(disk->sqlite);
    free(disk);
}
