// SPDX-License-Identifier: MIT
/* Shared by work.c (runs jobs) and work_resolve.c (looks names up). */
#pragma once

#include <pthread.h>
#include <sys/queue.h>

#include "loop/fiber.h"
#include "loop/work.h"

enum {
    WORK_THREADS_MAX = 16,
    WORK_ARG_MAX = 4096,
    WORK_NAMES_MAX = 64,    /* maximum of names in the cache */
    WORK_WAITERS_MAX = 256, /* maximum of fibers waiting for the same name */
    WORK_HOST_MAX = 253     /* maximum length of a name (RFC 1035) */
};

/* A look-up may take many seconds. At most half of the threads run look-ups, so that other jobs run
 * even if a name server does not answer. */
enum work_queue { WORK_QUEUE_CPU, WORK_QUEUE_NAMES, WORK_QUEUES };

struct work_job {
    STAILQ_ENTRY(work_job) of_queue;
    enum work_queue queue;
    bool waiting; /* in the queue, not taken by a thread; guarded by the lock */
    void (*run)(void *arg);
    /* Called in the loop's thread when the job has ended. The callee then owns the job. */
    void (*finished)(struct work_job *job);
    void *owner; /* for `finished`: the object that waits for the job */
    void (*discard)(void *arg);
    size_t size;
    _Alignas(max_align_t) unsigned char arg[];
};

STAILQ_HEAD(work_jobs, work_job);

enum name_state { NAME_FREE, NAME_KNOWN, NAME_FAILED };

struct work_name {
    enum name_state state;
    char host[WORK_HOST_MAX + 1];
    bool asking;        /* a look-up is queued or runs */
    int64_t expires_ns; /* 0: never looked up */
    int64_t stale_ns;   /* until then known addresses are used after they expired */
    int64_t wait_ns;    /* until then fibers wait for the look-up although they could be used */
    bool unknown;       /* look-up failed because there is no such name */
    bool distrusted;    /* its addresses accept no connections */
    struct fiber_queue waiters;
    size_t count;
    struct work_address addresses[WORK_ADDRESSES_MAX];
};

struct work {
    struct loop *loop;
    struct loop_watch watch;
    int event;
    size_t queue_limit;
    size_t thread_count;
    size_t thread_started;
    pthread_t threads[WORK_THREADS_MAX];
    struct work_name *names;

    pthread_mutex_t lock; /* guards all members below */
    pthread_cond_t more;
    bool stopping;
    size_t running; /* jobs in threads, including look-ups */
    size_t names_running;
    size_t refused; /* jobs refused since the start, because the queue was full */
    struct work_jobs queues[WORK_QUEUES];
    size_t waiting[WORK_QUEUES]; /* jobs in each queue */
    struct work_jobs done;
};

/* Returns new: a job with a copy of `arg`. Queue it with work_submit(). */
struct work_job *work_job_create(enum work_queue queue, void (*run)(void *arg), const void *arg,
                                 size_t size, struct fault *fault);
/* Queues the job for the threads. FAULT_UNAVAILABLE "overloaded" if the queue is full; the caller
 * then still owns the job. */
bool work_submit(struct work *work, struct work_job *job, struct fault *fault) MUST_CHECK;
/* work_run() with a chosen queue. `until_ns` 0: the fiber's deadline. */
bool work_run_in_queue(struct work *work, enum work_queue queue, void (*run)(void *arg), void *arg,
                       size_t size, void (*discard)(void *arg), int64_t until_ns,
                       struct fault *fault) MUST_CHECK;
