// SPDX-License-Identifier: MIT
/* The generations that live, and whether the endpoint still has their models: what the probes say.
 * A generation of the configured settings is made when there is none. */
#pragma once

#include "api/service.h"

#include "embeddings/embeddings_client.h"
#include "embeddings/generation_store.h"

struct generations {
    struct service *service; /* borrowed, as client */
    struct embeddings_client *client;
    struct generation_settings settings; /* that are configured */
    struct arena arena;                  /* probes of `live` */
    struct generation_live live;
    bool fits[GENERATIONS_LIVE]; /* the probes did when they were looked at last */
    bool own_swapped;            /* those of the configured settings did not */
    const char *reason;          /* why the one that serves is of no use; NULL: not known */
    int64_t check_ns;            /* when the probes are looked at next; 0: now */
};

void generations_finish(struct generations *generations);

/* The one that serves is the first, and its model is there. */
bool generations_serve(const struct generations *generations);

/* live.list[at] is that of the configured settings. */
bool generations_is_own(const struct generations *generations, size_t at);

/* Looks at the probes every five minutes, every minute while they do not fit. False: those of the
 * configured settings do not, FAULT_UNAVAILABLE or FAULT_CONFLICT "embeddings_swapped", or what
 * made it impossible to say; a generation may fit nevertheless. In a fiber. */
bool generations_check(struct generations *generations, struct fault *fault) MUST_CHECK;

/* The model of live.list[at] was found to be another one. */
void generations_misfit(struct generations *generations, size_t at);

/* Of FAULT_UNAVAILABLE "embeddings_swapped". Returns false. */
bool generations_swapped(struct fault *fault);
