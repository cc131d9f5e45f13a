// SPDX-License-Identifier: MIT
/* Resolves names in threads, because getaddrinfo() blocks for ten seconds and more if a name server
 * does not answer. One look-up serves all fibers that need the name. Its result is cached for 30
 * seconds; a failure, or addresses that accept no connections, for 2 seconds. If the fiber that
 * started the look-up gives up, the look-up continues and fills the cache. work_resolve_uncached()
 * bypasses the cache.
 *
 * Expired addresses are still returned, for five minutes after their look-up, if the next look-up
 * has no result after 200 ms. Otherwise a name that is in use would wait behind the look-up of
 * another name whose name server does not answer. The 200 ms are enough for a name server that
 * answers, so a container that was recreated with another address is found at once. */
#include <netdb.h>
#include <stdlib.h>
#include <string.h>
#include <sys/un.h>

#include "base/now.h"
#include "loop/work_private.h"

#define KNOWN_NS  (30 * NS_PER_S)
#define FAILED_NS (2 * NS_PER_S)
#define STALE_NS  (300 * NS_PER_S)
#define WAIT_NS   (200 * NS_PER_MS)

/* The argument of a look-up job, with its result. */
struct lookup {
    char host[WORK_HOST_MAX + 1];
    bool *goes_on; /* argument of work_resolve_uncached(); otherwise NULL */
    int error;     /* result of getaddrinfo() */
    size_t count;
    struct work_address addresses[WORK_ADDRESSES_MAX];
};

static void look_up_name(void *arg)
{
    static const struct addrinfo hints = {.ai_family = AF_UNSPEC, .ai_socktype = SOCK_STREAM};
    struct lookup *lookup = arg;
    struct addrinfo *found = NULL;

    lookup->error = getaddrinfo(lookup->host, NULL, &hints, &found);
    if (lookup->error != 0)
        return;
    for (const struct addrinfo *at = found; at != NULL; at = at->ai_next) {
        if (lookup->count == WORK_ADDRESSES_MAX || at->ai_addrlen > sizeof lookup->addresses->addr)
            continue;
        struct work_address *address = &lookup->addresses[lookup->count++];
        memcpy(&address->addr, at->ai_addr, at->ai_addrlen);
        address->len = at->ai_addrlen;
    }
    freeaddrinfo(found);
}

static bool is_unknown_name_error(int error)
{
#if defined(EAI_NODATA)
    if (error == EAI_NODATA)
        return true;
#endif
    return error == EAI_NONAME;
}

static bool is_current(const struct work_name *name)
{
    return name->expires_ns > now_mono_ns();
}

/* True if the name has addresses that may be returned although they expired, if the next look-up
 * takes long. */
static bool may_use_expired(const struct work_name *name)
{
    return name->state == NAME_KNOWN && !name->distrusted && name->stale_ns > now_mono_ns();
}

static void store_look_up_result(struct work_job *job)
{
    struct work_name *name = job->owner;
    struct lookup lookup;

    memcpy(&lookup, job->arg, sizeof lookup);
    free(job);
    const bool known = lookup.error == 0 && lookup.count > 0;
    const bool unknown = is_unknown_name_error(lookup.error);
    name->asking = false;
    name->expires_ns = now_mono_ns() + (known ? KNOWN_NS : FAILED_NS);
    if (known || unknown || !may_use_expired(name)) {
        name->state = known ? NAME_KNOWN : NAME_FAILED;
        name->stale_ns = now_mono_ns() + STALE_NS;
        name->unknown = unknown;
        name->distrusted = false;
        name->count = lookup.count;
        memcpy(name->addresses, lookup.addresses, sizeof name->addresses);
    }
    fiber_queue_wake_all(&name->waiters);
}

static struct work_name *find_name(struct work *work, const char *host)
{
    for (size_t i = 0; i < WORK_NAMES_MAX; i++) {
        struct work_name *name = &work->names[i];
        if (name->state != NAME_FREE && strcmp(name->host, host) == 0)
            return name;
    }
    return NULL;
}

/* A free slot of the cache. If no slot is free, the slot whose name expires first. NULL if the
 * names of all slots are being looked up. */
static struct work_name *find_free_or_oldest_name(struct work *work)
{
    struct work_name *best = NULL;

    for (size_t i = 0; i < WORK_NAMES_MAX; i++) {
        struct work_name *name = &work->names[i];
        if (name->state == NAME_FREE)
            return name;
        if (!name->asking && (best == NULL || name->expires_ns < best->expires_ns))
            best = name;
    }
    return best;
}

/* Returns a slot of the cache for the name, which is not looked up yet. NULL with a fault. */
static struct work_name *add_name(struct work *work, const char *host, struct fault *fault)
{
    struct work_name *name = find_free_or_oldest_name(work);

    if (name == NULL) {
        fault_set(fault, FAULT_UNAVAILABLE, "overloaded", "Too many names are looked up.");
        return NULL;
    }
    *name = (struct work_name){.state = NAME_FAILED};
    memcpy(name->host, host, strlen(host) + 1);
    return name;
}

static bool start_look_up(struct work *work, struct work_name *name, struct fault *fault)
{
    struct lookup lookup = {.error = 0};

    memcpy(lookup.host, name->host, sizeof lookup.host);
    struct work_job *job =
        work_job_create(WORK_QUEUE_NAMES, look_up_name, &lookup, sizeof lookup, fault);
    if (job == NULL)
        return false;
    job->finished = store_look_up_result;
    job->owner = name;
    if (!work_submit(work, job, fault)) {
        free(job);
        return false;
    }
    name->asking = true;
    name->wait_ns = now_mono_ns() + WAIT_NS;
    return true;
}

/* Returns the cache's entry for the name. If it has expired, a look-up runs. NULL with a fault. */
static struct work_name *get_name(struct work *work, const char *host, struct fault *fault)
{
    struct work_name *name = find_name(work, host);

    if (name == NULL)
        name = add_name(work, host, fault);
    if (name == NULL || name->asking || is_current(name))
        return name;
    return start_look_up(work, name, fault) || may_use_expired(name) ? name : NULL;
}

static bool fault_host_unknown(struct fault *fault)
{
    return fault_set(fault, FAULT_UNAVAILABLE, "host_unknown", "There is no such host.");
}

static bool fault_look_up_failed(bool host_unknown, struct fault *fault)
{
    return host_unknown ? fault_host_unknown(fault)
                        : fault_set(fault, FAULT_UNAVAILABLE, "resolver_unavailable",
                                    "A name cannot be looked up now.");
}

static bool copy_addresses_with_port(const struct work_address *found, size_t found_count,
                                     uint16_t port, struct work_address *out, size_t *count)
{
    *count = found_count < *count ? found_count : *count;
    for (size_t i = 0; i < *count; i++) {
        out[i] = found[i];
        work_address_set_port(&out[i], port);
    }
    return true;
}

static bool name_copy_addresses(const struct work_name *name, uint16_t port,
                                struct work_address *out, size_t *count, struct fault *fault)
{
    if (name->state == NAME_FAILED)
        return fault_look_up_failed(name->unknown, fault);
    return copy_addresses_with_port(name->addresses, name->count, port, out, count);
}

static bool address_from_path(const char *path, struct work_address *out)
{
    struct sockaddr_un *local = (struct sockaddr_un *)&out->addr;
    const size_t len = strlen(path);

    if (path[0] != '/' || len >= sizeof local->sun_path)
        return false;
    *out = (struct work_address){.len = sizeof *local};
    local->sun_family = AF_UNIX;
    memcpy(local->sun_path, path, len + 1);
    return true;
}

/* True if the host is a numeric address or a path; then `out` and `count` are set. */
static bool parse_address_or_path(const char *host, uint16_t port, struct work_address *out,
                                  size_t *count)
{
    if (*count == 0 || (!work_address_parse(host, port, out) && !address_from_path(host, out)))
        return false;
    *count = 1;
    return true;
}

static bool may_be_name(const char *host)
{
    return host[0] != '\0' && host[0] != '/' && strlen(host) <= WORK_HOST_MAX;
}

static void on_look_up_ended(void *arg)
{
    const struct lookup *lookup = arg;

    *lookup->goes_on = false;
}

bool work_resolve_uncached(struct work *work, const char *host, uint16_t port, int64_t until_ns,
                           bool *is_look_up_running, struct work_address *out, size_t *count,
                           struct fault *fault)
{
    struct lookup lookup = {.goes_on = is_look_up_running};

    if (parse_address_or_path(host, port, out, count))
        return true;
    if (!may_be_name(host))
        return fault_host_unknown(fault);
    if (*is_look_up_running)
        return fault_set(fault, FAULT_TIMEOUT, "look_up_goes_on", "An earlier look-up goes on.");
    memcpy(lookup.host, host, strlen(host) + 1);
    *is_look_up_running = true;
    if (!work_run_in_queue(work, WORK_QUEUE_NAMES, look_up_name, &lookup, sizeof lookup,
                           on_look_up_ended, until_ns, fault))
        return false;
    *is_look_up_running = false;
    if (lookup.error != 0 || lookup.count == 0)
        return fault_look_up_failed(is_unknown_name_error(lookup.error), fault);
    return copy_addresses_with_port(lookup.addresses, lookup.count, port, out, count);
}

bool work_resolve(struct work *work, const char *host, uint16_t port, int64_t until_ns,
                  struct work_address *out, size_t *count, struct fault *fault)
{
    if (parse_address_or_path(host, port, out, count))
        return true;
    if (!may_be_name(host))
        return fault_host_unknown(fault);
    for (;;) {
        struct work_name *name = get_name(work, host, fault);
        if (name == NULL)
            return false;
        const bool expired = may_use_expired(name);
        if (is_current(name) || (expired && name->wait_ns <= now_mono_ns()))
            return name_copy_addresses(name, port, out, count, fault);
        if (fiber_queue_wait(&name->waiters, WORK_WAITERS_MAX, expired ? name->wait_ns : until_ns,
                             fault))
            continue;
        name = find_name(work, host);
        return name != NULL && may_use_expired(name) &&
               name_copy_addresses(name, port, out, count, fault);
    }
}

void work_distrust_addresses(struct work *work, const char *host)
{
    struct work_name *name = find_name(work, host);

    if (name == NULL || name->state != NAME_KNOWN || name->distrusted)
        return;
    name->distrusted = true;
    name->expires_ns -= KNOWN_NS - FAILED_NS;
}
