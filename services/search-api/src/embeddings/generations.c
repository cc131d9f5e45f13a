// SPDX-License-Identifier: MIT
#include "embeddings/generations.h"

#include "base/now.h"
#include "db/transaction.h"

#include "documents/document_store.h"

enum {
    CHECK_S = 300,      /* time between two checks of the probes */
    CHECK_BAD_S = 60,   /* time between two checks while probes do not match */
    PROBE_MS = 20000,   /* time limit of one attempt to request the vectors of the probes */
    ROOM = 1024 * 1024, /* bytes of the arena of a check */
};

bool generations_can_embed(const struct generations *generations)
{
    return generations->live.count > 0 && generations->live.list[0].state == GENERATION_SERVING &&
           generations->fits[0];
}

static bool embed_probes(struct generations *generations,
                         const struct generation_settings *settings, bool no_pause,
                         struct arena *arena, struct embeddings *out, struct fault *fault)
{
    const struct embeddings_job job = {.model = settings->model,
                                       .dimensions = settings->asked,
                                       .prefix = slice_of(settings->passage_prefix),
                                       .texts = generation_probes,
                                       .count = GENERATION_PROBES,
                                       .timeout_ms = PROBE_MS,
                                       .tries = EMBEDDINGS_TRIES,
                                       .no_pause = no_pause};

    if (!embeddings_embed_texts(generations->client, &job, arena, out, fault))
        return false;
    return out->made == GENERATION_PROBES ||
           fault_set(fault, FAULT_UNAVAILABLE, "embeddings_refused",
                     "The embeddings endpoint refuses the probes.");
}

/* Whether live.list[index] has the configured settings. */
static bool has_configured_settings(const struct generations *generations, size_t index)
{
    const struct generation_settings *own = &generations->live.list[index].settings;
    const struct generation_settings *configured = &generations->settings;

    return strcmp(own->model, configured->model) == 0 && own->asked == configured->asked &&
           strcmp(own->query_prefix, configured->query_prefix) == 0 &&
           strcmp(own->passage_prefix, configured->passage_prefix) == 0;
}

struct adopting {
    struct generation generation;
    float *probes;
};

static bool make_generation_live(struct db *tx, void *arg, struct fault *fault)
{
    const struct adopting *adopting = arg;

    return document_store_lock(tx, true, fault) &&
           generation_store_make_live(tx, &adopting->generation, adopting->probes, fault);
}

/* Makes the generation of the configured settings live if it is not, and retires another generation
 * that fills. `probe_vectors` are the vectors of the probes. */
static bool make_configured_generation_live(struct generations *generations,
                                            const struct embeddings *probe_vectors,
                                            struct arena *arena, struct fault *fault)
{
    const size_t dimensions = probe_vectors->dimensions;
    struct adopting adopting = {
        .generation = {.settings = generations->settings, .dimensions = (int64_t)dimensions},
        .probes = arena_alloc(arena, GENERATION_PROBES * dimensions * sizeof *adopting.probes)
    };

    bool lives = false, other_fills = false;
    for (size_t i = 0; i < generations->live.count; i++) {
        const bool own = has_configured_settings(generations, i);
        lives = lives || own;
        other_fills =
            other_fills || (!own && generations->live.list[i].state == GENERATION_FILLING);
    }
    if (lives && !other_fills)
        return true;
    if (adopting.probes == NULL)
        return arena_fault(fault);
    for (size_t i = 0; i < GENERATION_PROBES; i++)
        memcpy(adopting.probes + i * dimensions, probe_vectors->list[i].vector,
               dimensions * sizeof *adopting.probes);
    return db_transaction(generations->service->pool, make_generation_live, &adopting, fault);
}

static bool read_live_generations(struct generations *generations, struct fault *fault)
{
    struct generation_live live;
    struct arena arena = ARENA(ROOM);

    if (!generation_store_list_live(generations->service->db, &arena, &live, fault)) {
        arena_finish(&arena);
        return false;
    }
    for (size_t i = 0; i < GENERATIONS_LIVE; i++) {
        if (i >= live.count || live.list[i].number != generations->live.list[i].number)
            generations->fits[i] = false;
    }
    arena_finish(&generations->arena);
    generations->arena = arena;
    generations->live = live;
    return true;
}

bool generations_set_swapped_fault(struct fault *fault)
{
    return fault_set(fault, FAULT_UNAVAILABLE, "embeddings_swapped",
                     "The endpoint has another model under the same name: its probes moved.");
}

bool generations_probes_match(const struct generations *generations, size_t index,
                              const struct embeddings *probe_vectors, size_t count,
                              struct fault *fault)
{
    const struct generation *generation = &generations->live.list[index];
    const size_t dimensions = (size_t)generation->dimensions;

    if (probe_vectors->dimensions != dimensions)
        return generations_set_swapped_fault(fault);
    for (size_t i = 0; i < count; i++) {
        const float *stored = generations->live.probes[index] + i * dimensions;
        if (generation_cosine_of_unit_vectors(stored, probe_vectors->list[i].vector, dimensions) <
            GENERATION_SAME)
            return generations_set_swapped_fault(fault);
    }
    return true;
}

/* Checks the probes of live.list[index]. `configured_vectors` are the vectors of the probes made
 * with the configured settings. If the generation has other settings, its probes are requested; if
 * that fails, the result of the last check stays, unless the endpoint refuses the model. */
static bool check_probes_of_generation(struct generations *generations, size_t index,
                                       const struct embeddings *configured_vectors,
                                       struct arena *arena, struct fault *fault)
{
    const struct generation_settings *settings = &generations->live.list[index].settings;
    struct embeddings made = *configured_vectors;
    bool fits = generations->fits[index];

    if (!has_configured_settings(generations, index) &&
        !embed_probes(generations, settings, true, arena, &made, fault))
        fits = fits && strcmp(fault->code, "embeddings_refused") != 0;
    else
        fits = generations_probes_match(generations, index, &made, GENERATION_PROBES, fault);
    generations->fits[index] = fits;
    if (!fits && generations->live.list[index].state == GENERATION_SERVING)
        generations->reason = fault->code;
    return fits;
}

/* Checks all live generations. `configured_vectors` are the vectors of the probes made with the
 * configured settings. */
static bool check_probes_of_generations(struct generations *generations,
                                        const struct embeddings *configured_vectors,
                                        struct arena *arena, struct fault *fault)
{
    struct fault why;

    generations->own_swapped = false;
    for (size_t i = 0; i < generations->live.count; i++) {
        if (!check_probes_of_generation(generations, i, configured_vectors, arena, &why) &&
            has_configured_settings(generations, i)) {
            generations->own_swapped = true;
            *fault = why;
        }
    }
    return !generations->own_swapped;
}

static bool read_and_check_live_generations(struct generations *generations, struct arena *arena,
                                            struct fault *fault)
{
    struct embeddings made;

    if (!read_live_generations(generations, fault) ||
        !embed_probes(generations, &generations->settings, false, arena, &made, fault) ||
        !make_configured_generation_live(generations, &made, arena, fault) ||
        !read_live_generations(generations, fault))
        return false;
    generations->reason = NULL;
    return check_probes_of_generations(generations, &made, arena, fault);
}

static void schedule_check(struct generations *generations, int64_t seconds)
{
    generations->check_ns = loop_now_ns(generations->service->loop) + seconds * NS_PER_S;
}

bool generations_check_probes_if_due(struct generations *generations, struct fault *fault)
{
    struct arena arena = ARENA(ROOM);

    if (generations->check_ns > loop_now_ns(generations->service->loop))
        return !generations->own_swapped || generations_set_swapped_fault(fault);
    const bool ok = read_and_check_live_generations(generations, &arena, fault);
    arena_finish(&arena);
    if (!ok && !generations_can_embed(generations))
        generations->reason = fault->code;
    schedule_check(generations, ok && generations_can_embed(generations) ? CHECK_S : CHECK_BAD_S);
    return ok;
}

void generations_mark_model_swapped(struct generations *generations, size_t index)
{
    generations->fits[index] = false;
    generations->own_swapped |= has_configured_settings(generations, index);
    if (generations->live.list[index].state == GENERATION_SERVING)
        generations->reason = "embeddings_swapped";
    schedule_check(generations, CHECK_BAD_S);
}

void generations_finish(struct generations *generations)
{
    arena_finish(&generations->arena);
}
