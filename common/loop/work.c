// SPDX-License-Identifier: MIT
#include "loop/work.h"

#include <assert.h>
#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <sys/resource.h>
#include <unistd.h>

#include "base/metric.h"
#include "loop/work_private.h"

enum { WORK_NICE = 10, WORK_THREAD_STACK = 512 * 1024 };

/* The pool whose metrics are in /metrics: the last one registered. Services have only one pool. */
static struct work *measured;

static size_t get_running_look_ups_max(const struct work *work)
{
    return work->thread_count > 1 ? work->thread_count / 2 : 1;
}

/* The lock must be held. Returns the next job for a thread; NULL if no job may be taken. */
static struct work_job *take_next_job(struct work *work)
{
    const bool only_names = STAILQ_EMPTY(&work->queues[WORK_QUEUE_CPU]);
    const enum work_queue queue = only_names ? WORK_QUEUE_NAMES : WORK_QUEUE_CPU;
    struct work_job *job = STAILQ_FIRST(&work->queues[queue]);

    if (job == NULL || (only_names && work->names_running >= get_running_look_ups_max(work)))
        return NULL;
    STAILQ_REMOVE_HEAD(&work->queues[queue], of_queue);
    work->waiting[queue]--;
    work->names_running += only_names;
    job->waiting = false;
    work->running++;
    return job;
}

/* The lock must be held. Passes a finished job to the loop's thread. */
static void pass_job_to_loop(struct work *work, struct work_job *job)
{
    static const uint64_t one = 1;
    const bool first = STAILQ_EMPTY(&work->done);

    work->running--;
    if (job->queue == WORK_QUEUE_NAMES) {
        work->names_running--;
        pthread_cond_signal(&work->more);
    }
    STAILQ_INSERT_TAIL(&work->done, job, of_queue);
    /* One event is enough for all finished jobs, since finish_done_jobs() takes them all. If the
     * counter is full, the loop has not read it yet and will wake. */
    if (first && write(work->event, &one, sizeof one) < 0)
        assert(errno == EAGAIN);
}

static void *run_jobs(void *data)
{
    struct work *work = data;
    const id_t self = (id_t)gettid();

    if (getpriority(PRIO_PROCESS, self) < WORK_NICE) /* never raises the priority of the thread */
        setpriority(PRIO_PROCESS, self, WORK_NICE);
    pthread_mutex_lock(&work->lock);
    while (!work->stopping) {
        struct work_job *job = take_next_job(work);
        if (job == NULL) {
            pthread_cond_wait(&work->more, &work->lock);
            continue;
        }
        pthread_mutex_unlock(&work->lock);
        job->run(job->arg);
        pthread_mutex_lock(&work->lock);
        pass_job_to_loop(work, job);
    }
    pthread_mutex_unlock(&work->lock);
    return NULL;
}

static void finish_done_jobs(struct work *work)
{
    struct work_jobs done = STAILQ_HEAD_INITIALIZER(done);
    struct work_job *job;

    pthread_mutex_lock(&work->lock);
    STAILQ_CONCAT(&done, &work->done);
    pthread_mutex_unlock(&work->lock);
    while ((job = STAILQ_FIRST(&done)) != NULL) {
        STAILQ_REMOVE_HEAD(&done, of_queue);
        job->finished(job);
    }
}

static void on_event_ready(void *data, uint32_t events)
{
    struct work *work = data;
    uint64_t count;

    (void)events;
    if (read(work->event, &count, sizeof count) == (ssize_t)sizeof count)
        finish_done_jobs(work);
}

static bool start_threads(struct work *work, size_t threads, struct fault *fault)
{
    sigset_t all;
    sigset_t before;
    pthread_attr_t attributes;
    int error = 0;

    pthread_attr_init(&attributes);
    pthread_attr_setstacksize(&attributes, WORK_THREAD_STACK);
    /* All signals are blocked in the new threads, because the loop's thread handles them. */
    sigfillset(&all);
    pthread_sigmask(SIG_SETMASK, &all, &before);
    for (size_t i = 0; i < threads && error == 0; i++) {
        error = pthread_create(&work->threads[i], &attributes, run_jobs, work);
        if (error == 0)
            work->thread_started++;
    }
    pthread_sigmask(SIG_SETMASK, &before, NULL);
    pthread_attr_destroy(&attributes);
    return error == 0 || fault_set(fault, FAULT_UNAVAILABLE, "work_refused",
                                   "The work pool cannot start: %s.", strerrordesc_np(error));
}

struct work *work_create(struct loop *loop, size_t threads, size_t queue_limit, struct fault *fault)
{
    assert(threads >= 1 && threads <= WORK_THREADS_MAX);
    struct work *work = fault_calloc(sizeof *work, "the work pool", fault);
    if (work == NULL)
        return NULL;
    work->loop = loop;
    work->queue_limit = queue_limit;
    work->thread_count = threads;
    work->watch.fd = -1;
    pthread_mutex_init(&work->lock, NULL);
    pthread_cond_init(&work->more, NULL);
    for (int queue = 0; queue < WORK_QUEUES; queue++)
        STAILQ_INIT(&work->queues[queue]);
    STAILQ_INIT(&work->done);
    work->names = calloc(WORK_NAMES_MAX, sizeof *work->names);
    work->event = eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC);
    if (work->event < 0 || work->names == NULL) {
        fault_set(fault, FAULT_UNAVAILABLE, "work_refused", "The work pool cannot start: %s.",
                  strerrordesc_np(errno));
        goto fail;
    }
    if (!loop_watch_add(loop, &work->watch, work->event, EPOLLIN, on_event_ready, work, fault))
        goto fail;
    if (!start_threads(work, threads, fault))
        goto fail;
    return work;

fail:
    work_destroy(work);
    return NULL;
}

void work_destroy(struct work *work)
{
    struct work_job *job;

    if (work == NULL)
        return;
    pthread_mutex_lock(&work->lock);
    work->stopping = true;
    pthread_cond_broadcast(&work->more);
    pthread_mutex_unlock(&work->lock);
    for (size_t i = 0; i < work->thread_started; i++)
        pthread_join(work->threads[i], NULL);
    finish_done_jobs(work);
    if (measured == work)
        measured = NULL;
    for (int queue = 0; queue < WORK_QUEUES; queue++) {
        while ((job = STAILQ_FIRST(&work->queues[queue])) != NULL) {
            STAILQ_REMOVE_HEAD(&work->queues[queue], of_queue);
            free(job);
        }
    }
    loop_watch_remove(work->loop, &work->watch);
    if (work->event >= 0)
        close(work->event);
    pthread_cond_destroy(&work->more);
    pthread_mutex_destroy(&work->lock);
    free(work->names);
    free(work);
}

struct work_job *work_job_create(enum work_queue queue, void (*run)(void *arg), const void *arg,
                                 size_t size, struct fault *fault)
{
    assert(size <= WORK_ARG_MAX);
    struct work_job *job = fault_calloc(sizeof *job + size, "a job", fault);

    if (job == NULL)
        return NULL;
    *job = (struct work_job){.queue = queue, .run = run, .size = size};
    if (size > 0)
        memcpy(job->arg, arg, size);
    return job;
}

bool work_submit(struct work *work, struct work_job *job, struct fault *fault)
{
    pthread_mutex_lock(&work->lock);
    const bool room = work->waiting[job->queue] < work->queue_limit;
    if (room) {
        job->waiting = true;
        STAILQ_INSERT_TAIL(&work->queues[job->queue], job, of_queue);
        work->waiting[job->queue]++;
        pthread_cond_signal(&work->more);
    } else {
        work->refused++;
    }
    pthread_mutex_unlock(&work->lock);
    return room || fault_set(fault, FAULT_UNAVAILABLE, "overloaded", "Too much work is waiting.");
}

/* Removes a job from its queue. False if a thread has already taken it. */
static bool remove_job_from_queue(struct work *work, struct work_job *job)
{
    pthread_mutex_lock(&work->lock);
    const bool waiting = job->waiting;
    if (waiting) {
        STAILQ_REMOVE(&work->queues[job->queue], job, work_job, of_queue);
        work->waiting[job->queue]--;
    }
    pthread_mutex_unlock(&work->lock);
    return waiting;
}

/* A fiber that waits for its job; on the stack of the fiber. */
struct job_waiter {
    struct fiber *fiber;
    bool done;
};

static void discard_job(struct work_job *job)
{
    if (job->discard != NULL)
        job->discard(job->arg);
    free(job);
}

static void wake_waiter_or_discard(struct work_job *job)
{
    struct job_waiter *waiter = job->owner;

    if (waiter == NULL) {
        discard_job(job);
        return;
    }
    waiter->done = true;
    fiber_wake(waiter->fiber);
}

bool work_run_in_queue(struct work *work, enum work_queue queue, void (*run)(void *arg), void *arg,
                       size_t size, void (*discard)(void *arg), int64_t until_ns,
                       struct fault *fault)
{
    struct job_waiter waiter = {.fiber = fiber_current()};
    struct work_job *job = work_job_create(queue, run, arg, size, fault);

    if (job != NULL) {
        job->finished = wake_waiter_or_discard;
        job->owner = &waiter;
        job->discard = discard;
    }
    if (job == NULL || !work_submit(work, job, fault)) {
        if (discard != NULL)
            discard(arg);
        free(job);
        return false;
    }
    while (!waiter.done) {
        if (fiber_park(until_ns, fault))
            continue;
        job->owner = NULL;
        if (remove_job_from_queue(work, job))
            discard_job(job);
        return false;
    }
    if (size > 0)
        memcpy(arg, job->arg, size);
    free(job);
    return true;
}

bool work_run(struct work *work, void (*run)(void *arg), void *arg, size_t size,
              void (*discard)(void *arg), struct fault *fault)
{
    return work_run_in_queue(work, WORK_QUEUE_CPU, run, arg, size, discard, 0, fault);
}

bool work_run_until(struct work *work, void (*run)(void *arg), void *arg, size_t size,
                    void (*discard)(void *arg), int64_t until_ns, struct fault *fault)
{
    return work_run_in_queue(work, WORK_QUEUE_CPU, run, arg, size, discard, until_ns, fault);
}

/* --- metrics --- */

/* Reads a number of the pool for a metric. `data` is the offset of a size_t in struct work. */
static double read_pool_number(void *data)
{
    if (measured == NULL)
        return 0;
    const size_t *number = (const size_t *)(void *)((char *)measured + (uintptr_t)data);

    pthread_mutex_lock(&measured->lock);
    const double value = (double)*number;
    pthread_mutex_unlock(&measured->lock);
    return value;
}

#define NUMBER(n, h, t, l, member)                                                                 \
    {                                                                                              \
        .name = n, .help = h, .type = t, .labels = l, .read = read_pool_number,                    \
        .data = (void *)offsetof(struct work, member)                                              \
    }
#define QUEUED(label, index)                                                                       \
    NUMBER("work_jobs_queued", "Jobs of the work pool that wait for a thread.", METRIC_GAUGE,      \
           "line=\"" label "\"", waiting[index])

static struct metric metrics[] = {
    QUEUED("cpu", WORK_QUEUE_CPU),
    QUEUED("names", WORK_QUEUE_NAMES),
    NUMBER("work_jobs_running", "Jobs that a thread of the work pool runs.", METRIC_GAUGE, NULL,
           running),
    NUMBER("work_jobs_refused_total", "Jobs refused because too many were waiting.", METRIC_COUNTER,
           NULL, refused),
};

void work_metrics_register(struct work *work)
{
    measured = work;
    metric_register_all(metrics, ARRAY_LEN(metrics));
}
