// SPDX-License-Identifier: MIT
/* The live generations, and whether the endpoint still has their models, according to the probes.
 * Creates a generation of the configured settings if there is none. */
#pragma once

#include "api/service.h"

#include "embeddings/embeddings_client.h"
#include "embeddings/generation_store.h"

struct generations {
    struct service *service;             /* borrowed */
    struct embeddings_client *client;    /* borrowed */
    struct generation_settings settings; /* the configured settings */
    struct arena arena;                  /* probes of `live` */
    struct generation_live live;
    bool fits[GENERATIONS_LIVE]; /* each in `live`: its probes matched in the last check */
    bool own_swapped;            /* the probes of the configured settings did not match */
    const char *reason;          /* why the serving generation is unusable; NULL: unknown */
    int64_t check_ns;            /* time of the next check; 0: now */
};

void generations_finish(struct generations *generations);

/* Whether queries can be embedded: the first live generation serves, and its probes matched in the
 * last check. */
bool generations_can_embed(const struct generations *generations);

/* Checks the probes if a check is due: every five minutes, and every minute while they do not
 * match. False: the probes of the configured settings do not match (FAULT_UNAVAILABLE or
 * FAULT_CONFLICT "embeddings_swapped"), or the check has failed; a generation of other settings may
 * still match. Must run in a fiber. */
bool generations_check_probes_if_due(struct generations *generations,
                                     struct fault *fault) MUST_CHECK;

/* Whether the first `count` vectors of `probe_vectors` are those of the first probes of
 * live.list[index]. False: see generations_set_swapped_fault(). */
bool generations_probes_match(const struct generations *generations, size_t index,
                              const struct embeddings *probe_vectors, size_t count,
                              struct fault *fault) MUST_CHECK;

/* Records that the endpoint has replaced the model of live.list[index]. */
void generations_mark_model_swapped(struct generations *generations, size_t index);

/* Sets the fault for a model that was replaced under its name: FAULT_UNAVAILABLE
 * "embeddings_swapped". Returns false. */
bool generations_set_swapped_fault(struct fault *fault);
