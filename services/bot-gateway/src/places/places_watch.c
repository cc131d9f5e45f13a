// SPDX-License-Identifier: MIT
#include "places/places_watch.h"

#include <stdlib.h>

#include "api/periodic.h"
#include "base/auto.h"
#include "base/metric.h"
#include "base/now.h"

#include "bots/bots.h"
#include "places/places_json.h"

enum {
    TICK_MS = 1000,        /* time between runs, and so until a new bot has its places */
    STARTING_MS = 100,     /* the same while the bots are not known yet */
    EVERY_S = 5 * 60,      /* time between two reads of a tenant */
    RETRY_S = 3,           /* time from a failed read of a tenant to the next */
    LIMIT_MS = 120 * 1000, /* maximum duration of a run */
    WORK_BYTES_MAX = 8 * BOOKING_ANSWER_MAX
};

/* A tenant with bots of a type. */
struct tenant {
    struct uuid id;
    int type; /* enum bot_type */
    char key[BOT_KEY_MAX + 1];
    struct places *places; /* NULL: not read yet */
    int failed_reads;      /* since the start or the last success */
    int64_t due_at;        /* time of the next read, of now_mono_ns() */
};

struct places_watch {
    const struct bots *bots;
    struct booking_client booking;
    struct periodic task;
    struct places *none; /* owned; for tenants whose places are not known */
    struct tenant tenants[BOT_TYPES * PLACES_TENANTS_MAX];
    size_t count;
    struct metric known;
};

/* --- one tenant --- */

static bool call_booking_api(const struct places_watch *watch, const struct tenant *tenant,
                             struct slice path, struct arena *work, struct service_answer *answer,
                             struct fault *fault)
{
    const struct service_call call = {.method = "GET", .path = path, .actor = SERVICE_AS_STAFF};
    const struct booking_call made = {
        .call = &call, .key = tenant->key, .user_id = FIELD_ABSENT, .name = SLICE("tg:places")};

    if (path.at == NULL)
        return arena_fault(fault);
    if (!booking_client_call(&watch->booking, &made, work, answer, fault))
        return false;
    return answer->status == 200 || answer->status == 404 ||
           fault_set(fault, FAULT_UNAVAILABLE, "booking_failed", "booking-api answered %ld.",
                     answer->status);
}

/* Adds the cities and towns in the answer to `path`. After 404 there are none: no rides are served.
 */
static bool fetch_and_add_cities(const struct places_watch *watch, const struct tenant *tenant,
                                 struct slice path, struct places *places, struct fault *fault)
{
    AUTO(arena_finish) struct arena work = ARENA(WORK_BYTES_MAX);
    struct service_answer answer;

    return call_booking_api(watch, tenant, path, &work, &answer, fault) &&
           (answer.status == 404 || places_add_cities(places, answer.body, &work, fault));
}

/* Adds the places of the page at `cursor`, and sets `cursor` to the next page. */
static bool fetch_and_add_apartment_page(const struct places_watch *watch,
                                         const struct tenant *tenant, struct places *places,
                                         char cursor[ANSWER_CURSOR_MAX + 1], struct fault *fault)
{
    AUTO(arena_finish) struct arena work = ARENA(WORK_BYTES_MAX);
    struct service_answer answer;
    struct slice next;

    const struct slice path = arena_printf(&work, "/v1/apartments?limit=%d%s%s", PLACES_PAGE_MAX,
                                           cursor[0] != '\0' ? "&cursor=" : "", cursor);
    if (!call_booking_api(watch, tenant, path, &work, &answer, fault) ||
        !places_add_apartments(places, answer.body, &work, &next, fault))
        return false;
    slice_copy(next, cursor, ANSWER_CURSOR_MAX + 1);
    return true;
}

static bool fetch_all_places(const struct places_watch *watch, const struct tenant *tenant,
                             struct places *places, struct fault *fault)
{
    char cursor[ANSWER_CURSOR_MAX + 1] = "";

    if (tenant->type == BOT_TAXI)
        return fetch_and_add_cities(watch, tenant, SLICE("/v1/places?limit=100"), places, fault);
    if (!fetch_and_add_cities(watch, tenant, SLICE("/v1/cities"), places, fault))
        return false;
    for (int page = 0; page < PLACES_PAGES_MAX; page++) {
        if (!fetch_and_add_apartment_page(watch, tenant, places, cursor, fault))
            return false;
        if (cursor[0] == '\0')
            break;
    }
    return true;
}

static bool refresh_tenant(const struct places_watch *watch, struct tenant *tenant,
                           struct fault *fault)
{
    struct places *places = places_create(fault);

    if (places == NULL)
        return false;
    const bool read = fetch_all_places(watch, tenant, places, fault),
               known = tenant->places != NULL && tenant->places->digest == places->digest,
               ok = read && (known || places_compile(places, fault));
    if (ok && !known) {
        places_release(tenant->places);
        tenant->places = places;
    } else {
        places_release(places);
    }
    return ok;
}

/* --- all tenants --- */

/* Returns the index of the tenant; watch->count: it is not in the list. */
static size_t find_tenant(const struct places_watch *watch, const struct uuid *id, int bot_type)
{
    size_t i = 0;

    while (i < watch->count &&
           !(uuid_equal(&watch->tenants[i].id, id) && watch->tenants[i].type == bot_type))
        i++;
    return i;
}

/* Updates the list of tenants that have bots. Tenants that remain in the list keep their places. */
static void update_tenants(struct places_watch *watch, const struct bot *bots, size_t count)
{
    struct places_watch now = {.count = 0};
    size_t of_type[BOT_TYPES] = {0};

    for (size_t i = 0; i < count; i++) {
        if (!bot_is_active_with(&bots[i], BOT_KEY) || !bot_type_has_dialogue(bots[i].type) ||
            of_type[bots[i].type] == PLACES_TENANTS_MAX ||
            find_tenant(&now, &bots[i].tenant_id, bots[i].type) < now.count)
            continue;
        struct tenant *tenant = &now.tenants[now.count++];
        const size_t before = find_tenant(watch, &bots[i].tenant_id, bots[i].type);
        of_type[bots[i].type]++;
        tenant->id = bots[i].tenant_id;
        tenant->type = bots[i].type;
        if (before < watch->count) {
            *tenant = watch->tenants[before];
            watch->tenants[before].places = NULL;
        }
        memcpy(tenant->key, bots[i].key, sizeof tenant->key);
    }
    for (size_t i = 0; i < watch->count; i++)
        places_release(watch->tenants[i].places);
    memcpy(watch->tenants, now.tenants, sizeof watch->tenants);
    watch->count = now.count;
}

static void set_places_gauge(struct places_watch *watch)
{
    watch->known.value = 0;
    for (size_t i = 0; i < watch->count; i++)
        if (watch->tenants[i].places != NULL)
            watch->known.value += (double)places_count(watch->tenants[i].places);
}

bool places_watch_refresh(struct places_watch *watch, bool all_tenants, struct fault *fault)
{
    const struct bot *bots;
    struct fault why;
    size_t count;
    bool ok = true;

    if (!bots_all(watch->bots, &bots, &count, &why)) {
        periodic_run_soon(&watch->task, STARTING_MS);
        return true;
    }
    update_tenants(watch, bots, count);
    for (size_t i = 0; i < watch->count; i++) {
        struct tenant *tenant = &watch->tenants[i];
        if (!all_tenants && tenant->due_at > now_mono_ns())
            continue;
        const bool read = refresh_tenant(watch, tenant, fault);
        tenant->failed_reads = read ? 0 : tenant->failed_reads + 1;
        tenant->due_at = now_mono_ns() + (read ? EVERY_S : RETRY_S) * NS_PER_S;
        ok = ok && read;
    }
    set_places_gauge(watch);
    return ok;
}

static bool refresh_due_tenants(void *data, struct fault *fault)
{
    return places_watch_refresh(data, false, fault);
}

/* --- start and stop --- */

struct places_watch *places_watch_start(struct service *service, const struct bots *bots,
                                        const struct booking_client *booking, struct fault *fault)
{
    static const struct periodic_task task = {"places", refresh_due_tenants, TICK_MS, LIMIT_MS,
                                              .at_once = true};
    struct places_watch *watch = fault_calloc(sizeof *watch, "places", fault);

    if (watch == NULL)
        return NULL;
    watch->bots = bots;
    watch->booking = *booking;
    watch->none = places_create(fault);
    if (watch->none == NULL || !places_compile(watch->none, fault)) {
        places_release(watch->none);
        free(watch);
        return NULL;
    }
    metric_register_gauge(&watch->known, "places_known", "Places that phrases may name.", NULL,
                          NULL);
    periodic_start(&watch->task, service->loop, &task, watch);
    return watch;
}

void places_watch_stop(struct places_watch *watch)
{
    if (watch == NULL)
        return;
    periodic_stop(&watch->task);
    metric_unregister(&watch->known);
    for (size_t i = 0; i < watch->count; i++)
        places_release(watch->tenants[i].places);
    places_release(watch->none);
    free(watch);
}

bool places_watch_must_wait(const struct places_watch *watch, const struct uuid *bot_id)
{
    const struct bot *bot;
    struct fault none;
    size_t of_type = 0;

    if (watch == NULL || !bots_find_active_by_id(watch->bots, bot_id, &bot, &none) ||
        !bot_has_part(bot, BOT_KEY) || !bot_type_has_dialogue(bot->type))
        return false;
    const size_t n = find_tenant(watch, &bot->tenant_id, bot->type);
    if (n < watch->count)
        return watch->tenants[n].places == NULL &&
               watch->tenants[n].failed_reads < PLACES_FIRST_READS_MAX;
    for (size_t i = 0; i < watch->count; i++)
        of_type += watch->tenants[i].type == bot->type;
    return of_type < PLACES_TENANTS_MAX;
}

bool places_watch_borrow_vocabulary(const struct places_watch *watch, const struct uuid *tenant_id,
                                    int bot_type, struct arena *arena,
                                    const struct phrase_words **out, struct fault *fault)
{
    *out = NULL;
    if (watch == NULL)
        return true;
    const size_t n = find_tenant(watch, tenant_id, bot_type);
    struct places *places = n < watch->count && watch->tenants[n].places != NULL
                                ? watch->tenants[n].places
                                : watch->none;
    if (!arena_own(arena, places_release, places))
        return arena_fault(fault);
    places->users++;
    *out = places->words;
    return true;
}
