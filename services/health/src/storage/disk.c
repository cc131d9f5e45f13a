// SPDX-License-Identifier: MIT
#include "storage/disk.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>

#include "base/log.h"
#include "base/now.h"
#include "loop/work.h"

#include "storage/history_private.h"
#include "storage/tables.h"

enum { QUEUE_MAX = 64, PATH_ROOM = 2048 };
/* A call waits this much longer than the timeout, so that disk_is_stuck() is true when the call
 * fails. */
#define SLACK_NS (50 * NS_PER_MS)
/* The minimum time between two quarantined files, so that they do not fill the disk. */
#define QUARANTINE_PAUSE_US (INT64_C(600) * US_PER_S)

/* WAL: a reader (sqlite3, a backup) does not block the writer. FULL: an alert marked as sent stays
 * marked after a power failure; a sync every few seconds is cheap. The cache has at most 2 MiB, and
 * the log is truncated to 4 MiB after a checkpoint. New rows reuse pages that deletions free, so
 * the file stops growing without a vacuum. */
static const char pragmas[] = "PRAGMA main.journal_mode = WAL;"
                              "PRAGMA main.synchronous = FULL;"
                              "PRAGMA main.cache_size = -2048;"
                              "PRAGMA main.mmap_size = 0;"
                              "PRAGMA main.journal_size_limit = 4194304;";

struct disk {
    const char *path;
    /* Used by the loop's thread. */
    struct work *work;
    int64_t timeout_ns;
    size_t pending;      /* jobs that the thread has not ended */
    int64_t answered_ns; /* when a job last ended, or was given to the idle thread */
    int64_t away_us;     /* when saving began to fail, wall clock; 0: the last save succeeded */
    /* Used by the thread alone while it runs. */
    struct sqlite *file;    /* NULL: the file is not open */
    bool ready;             /* the file is open, and its tables exist */
    bool started;           /* the first save has ended; files opened later are reconciled */
    int64_t written;        /* number of the last written sample */
    int64_t now_us;         /* wall clock at the call of the current job */
    int64_t quarantined_us; /* when a file was last quarantined */
    dev_t device;           /* device of the file while `ready` */
    ino_t inode;
};

/* --- the file --- */

static bool upgrade_and_load_in_tx(struct sqlite *file, void *data, struct fault *fault)
{
    const struct disk *disk = data;

    return tables_upgrade(file, fault) &&
           (!disk->started || tables_end_rows_not_in_copy(file, fault)) &&
           tables_copy_rows(file, TABLES_LOAD, fault);
}

/* Sets save->found: adds the needed rows of the file (TABLES_LOAD) to the attached `copy`. These
 * rows are valid even if the file cannot be written afterwards. */
static bool load_needed_rows(struct disk *disk, struct sqlite *file, struct disk_save *save,
                             struct fault *fault)
{
    sqlite_image_free(&save->found);
    return sqlite_run_transaction(file, upgrade_and_load_in_tx, disk, fault) &&
           sqlite_image_create(file, "copy", &save->found, fault);
}

static bool set_up_opened_file(struct disk *disk, struct disk_save *save, struct fault *fault)
{
    struct stat file;

    if (!sqlite_run_script(disk->file, pragmas, fault) ||
        !load_needed_rows(disk, disk->file, save, fault))
        return false;
    if (stat(disk->path, &file) != 0)
        return fault_set(fault, FAULT_UNAVAILABLE, "history_away", "The file does not exist");
    disk->device = file.st_dev;
    disk->inode = file.st_ino;
    disk->ready = true;
    return true;
}

static bool load_rows_read_only(struct disk *disk, const char *path, const char *script,
                                struct disk_save *save)
{
    struct fault fault;
    struct sqlite *file = sqlite_open(path, &fault);
    const bool ok = file != NULL && sqlite_run_script(file, script, &fault) &&
                    sqlite_image_attach(file, &save->memory, &fault) &&
                    load_needed_rows(disk, file, save, &fault);

    sqlite_close(file);
    return ok;
}

/* Reads the rows of a file that cannot be written when health starts, so that no alert is sent
 * twice. */
static void load_unwritable_file(struct disk *disk, struct disk_save *save)
{
    char uri[PATH_ROOM];

    /* With exclusive locking, SQLite keeps the index of the log in memory and writes no file. */
    if (load_rows_read_only(disk, disk->path, "PRAGMA main.locking_mode = EXCLUSIVE", save))
        return;
    /* "immutable" also opens a file on a read-only file system, if it has no log. */
    if (strpbrk(disk->path, "?#%") == NULL &&
        snprintf(uri, sizeof uri, "file:%s?immutable=1", disk->path) < (int)sizeof uri)
        (void)load_rows_read_only(disk, uri, "", save);
}

static void close_file(struct disk *disk)
{
    sqlite_close(disk->file);
    disk->file = NULL;
    disk->ready = false;
}

/* Renames a damaged file to <path>.broken-<seconds>, and its log likewise, so that SQLite finds the
 * log. False: renaming failed, or another file was quarantined within QUARANTINE_PAUSE_US. */
static bool quarantine_file(struct disk *disk)
{
    static const char *const parts[] = {"", "-wal", "-shm"};
    char from[PATH_ROOM];
    char to[PATH_ROOM];

    if (disk->quarantined_us != 0 && disk->now_us - disk->quarantined_us < QUARANTINE_PAUSE_US)
        return false;
    for (size_t i = 0; i < ARRAY_LEN(parts); i++) {
        snprintf(from, sizeof from, "%s%s", disk->path, parts[i]);
        snprintf(to, sizeof to, "%s.broken-%" PRId64 "%s", disk->path, disk->now_us / US_PER_S,
                 parts[i]);
        if (rename(from, to) != 0 && i == 0)
            return false;
    }
    disk->quarantined_us = disk->now_us;
    return true;
}

/* Handles a failure of a job: closes the file, and quarantines it if it is damaged. True: the file
 * was quarantined, and the caller must try again. If the disk is full, the file stays open, because
 * it can still be read. */
static bool close_or_quarantine_file(struct disk *disk)
{
    if (disk->file == NULL || (disk->ready && sqlite_is_full(disk->file)))
        return false;
    const bool damaged = sqlite_is_damaged(disk->file);
    close_file(disk);
    return damaged && quarantine_file(disk);
}

/* True if the file was moved or deleted, so that writes to it would be lost. */
static bool is_file_moved(const struct disk *disk)
{
    struct stat file;

    return stat(disk->path, &file) != 0 || file.st_ino != disk->inode ||
           file.st_dev != disk->device;
}

/* --- jobs --- */

static bool save_and_prune_in_tx(struct sqlite *file, void *data, struct fault *fault)
{
    const struct disk *disk = data;

    return tables_copy_rows(file, TABLES_SAVE, fault) &&
           sample_store_write_samples(file, disk->written, fault) &&
           sample_store_prune(file, disk->now_us, fault) &&
           tables_delete_expired(file, disk->now_us, fault);
}

static bool try_save(struct disk *disk, struct disk_save *save, struct fault *fault)
{
    bool ok;

    if (disk->file == NULL)
        disk->file = sqlite_open(disk->path, fault);
    if (disk->file == NULL)
        return false;
    ok = sqlite_image_attach(disk->file, &save->memory, fault) &&
         (disk->ready || set_up_opened_file(disk, save, fault)) &&
         sqlite_run_transaction(disk->file, save_and_prune_in_tx, disk, fault);
    sqlite_image_detach(disk->file);
    return ok;
}

static bool run_save_job(struct disk *disk, void *data, struct fault *fault)
{
    struct disk_save *save = data;
    bool ok;

    if (disk->ready && is_file_moved(disk))
        close_file(disk);
    while (!(ok = try_save(disk, save, fault)) && close_or_quarantine_file(disk))
        save->quarantined = true;
    if (ok && save->sample > disk->written)
        disk->written = save->sample;
    if (!disk->started && save->found.bytes == NULL)
        load_unwritable_file(disk, save);
    disk->started = true;
    return ok;
}

/* A job of disk_run_in_transaction(). It is on the heap, because the thread may run it after the
 * fiber has stopped waiting. */
struct part {
    sqlite_part_fn *run;
    char arg[] __attribute__((aligned));
};

static bool run_transaction_job(struct disk *disk, void *data, struct fault *fault)
{
    struct part *part = data;

    if (!disk->ready)
        return fault_set(fault, FAULT_UNAVAILABLE, "history_away", "The history is unavailable");
    if (sqlite_run_transaction(disk->file, part->run, part->arg, fault))
        return true;
    if (fault->kind == FAULT_UNAVAILABLE)
        close_or_quarantine_file(disk);
    return false;
}

/* --- calls of the thread --- */

typedef bool job_fn(struct disk *disk, void *data, struct fault *fault);

struct call {
    struct disk *disk;
    job_fn *job;
    void *data;
    disk_finish_fn *finish;
    int64_t now_us;
    bool ran, ok;
    struct fault fault;
};

static void run_job_of_call(void *arg)
{
    struct call *call = arg;

    call->disk->now_us = call->now_us;
    call->ok = call->job(call->disk, call->data, &call->fault);
    call->ran = true;
}

static void update_away_time(struct disk *disk, bool saved, const struct fault *fault)
{
    if (!saved && disk->away_us == 0) {
        disk->away_us = now_wall_us();
        LOG(LOG_ERROR, "history_away", "The history cannot be written",
            log_str("reason", fault->detail), log_str("path", disk->path));
    } else if (saved && disk->away_us != 0) {
        LOG(LOG_INFO, "history_back", "The history can be written again",
            log_int("away_s", (now_wall_us() - disk->away_us) / US_PER_S));
        disk->away_us = 0;
    }
}

static void record_ended_save(struct disk *disk, const struct disk_save *save, bool saved,
                              const struct fault *fault)
{
    if (save->quarantined)
        LOG(LOG_ERROR, "history_broken",
            "The history is damaged: it is quarantined and a new one is created",
            log_str("path", disk->path));
    update_away_time(disk, saved, fault);
}

static void record_ended_call(const struct call *call)
{
    call->disk->pending--;
    if (!call->ran)
        return;
    call->disk->answered_ns = now_mono_ns();
    if (call->job == run_save_job)
        record_ended_save(call->disk, call->data, call->ok, &call->fault);
}

/* Called when a job was refused, or has ended after its caller has stopped waiting. */
static void finish_abandoned_call(void *arg)
{
    const struct call *call = arg;

    record_ended_call(call);
    call->finish(call->data, call->ran && call->ok);
}

bool disk_is_stuck(const struct disk *disk)
{
    return disk->pending > 0 && now_mono_ns() - disk->answered_ns >= disk->timeout_ns;
}

void disk_set_timeout(struct disk *disk, int64_t timeout_ms)
{
    disk->timeout_ns = timeout_ms * NS_PER_MS;
}

static bool fail_as_stuck(struct disk *disk, struct fault *fault)
{
    fault_set(fault, FAULT_UNAVAILABLE, "history_away", "The disk does not answer");
    update_away_time(disk, false, fault);
    return false;
}

/* Runs `job` in the thread and parks the fiber until it ends, at most for the disk's timeout. True:
 * it succeeded, and the caller owns `data` again. False: the disk is stuck, the time is over or the
 * job has failed; `finish` is called with `data`, at once or when the job ends. */
static bool run_in_thread(struct disk *disk, job_fn *job, void *data, disk_finish_fn *finish,
                          struct fault *fault)
{
    struct call call = {
        .disk = disk, .job = job, .data = data, .finish = finish, .now_us = now_wall_us()};

    if (disk_is_stuck(disk)) {
        finish(data, false);
        return fail_as_stuck(disk, fault);
    }
    if (disk->pending++ == 0)
        disk->answered_ns = now_mono_ns();
    if (!work_run_until(disk->work, run_job_of_call, &call, sizeof call, finish_abandoned_call,
                        now_mono_ns() + disk->timeout_ns + SLACK_NS, fault))
        return disk_is_stuck(disk) ? fail_as_stuck(disk, fault) : false;
    record_ended_call(&call);
    if (!call.ok) {
        *fault = call.fault;
        finish(data, false);
    }
    return call.ok;
}

static void free_part(void *data, bool ok)
{
    (void)ok;
    free(data);
}

bool disk_run_in_transaction(struct disk *disk, sqlite_part_fn *part_run, void *arg, size_t size,
                             struct fault *fault)
{
    struct part *part = fault_calloc(sizeof *part + size, "the history", fault);

    if (part == NULL)
        return false;
    part->run = part_run;
    memcpy(part->arg, arg, size);
    if (!run_in_thread(disk, run_transaction_job, part, free_part, fault))
        return false;
    memcpy(arg, part->arg, size);
    free(part);
    return true;
}

bool disk_save(struct disk *disk, struct disk_save *save, disk_finish_fn *finish,
               struct fault *fault)
{
    if (!run_in_thread(disk, run_save_job, save, finish, fault))
        return false;
    finish(save, true);
    return true;
}

bool disk_save_blocking(struct disk *disk, struct disk_save *save, disk_finish_fn *finish,
                        struct fault *fault)
{
    disk->now_us = now_wall_us();
    const bool ok = run_save_job(disk, save, fault);
    record_ended_save(disk, save, ok, fault);
    finish(save, ok);
    return ok;
}

int64_t disk_away_since_us(const struct disk *disk)
{
    return disk->away_us;
}

struct disk *disk_create(struct loop *loop, const char *path, struct fault *fault)
{
    struct disk *disk = fault_calloc(sizeof *disk, "the history", fault);

    if (disk == NULL)
        return NULL;
    disk->path = path;
    disk_set_timeout(disk, DISK_TIMEOUT_MS);
    disk->work = work_create(loop, 1, QUEUE_MAX, fault);
    if (disk->work != NULL)
        return disk;
    free(disk);
    return NULL;
}

void disk_stop_thread(struct disk *disk)
{
    work_destroy(disk->work);
    disk->work = NULL;
}

void disk_destroy(struct disk *disk)
{
    disk_stop_thread(disk);
    close_file(disk);
    free(disk);
}
