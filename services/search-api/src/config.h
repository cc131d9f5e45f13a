// SPDX-License-Identifier: MIT
/* The variables of search-api besides those of every service. */
#pragma once

#include "api/service.h"

struct search_config {
    struct service_config common; /* must be the first member */
    const char *booking_url;      /* the address of booking-api */
    int64_t documents_max;        /* the most uploaded documents that a tenant may have */
    const char *embeddings_url;   /* "": there are no vectors */
    const char *embeddings_model;
    const char *embeddings_key;
    int64_t embeddings_dimensions; /* requested of the model; 0: none, so the model decides */
    const char *embeddings_query_prefix;
    const char *embeddings_passage_prefix;
    int64_t embeddings_minute_texts;
    int64_t embeddings_daily_tokens;
    int64_t vector_memory;  /* MiB */
    const char *qdrant_url; /* "": vectors are in this process */
    const char *qdrant_key;
    const char *qdrant_collection;
    int64_t qdrant_timeout_ms;
};

extern const struct env_variable search_variables[];
extern const size_t search_variable_count;
