// SPDX-License-Identifier: MIT
#include "config.h"

#define AT(member) offsetof(struct search_config, member)

// clang-format off
/* name, type, member, default, min, max, help */
const struct env_variable search_variables[] = {
    {"BOOKING_URL",   ENV_TEXT,     AT(booking_url),      "http://127.0.0.1:7020", 8, 200,
     "Address of booking-api, which search-api asks for availability, without a trailing /."},
    {"SEARCH_DOCUMENTS_MAX", ENV_INT, AT(documents_max),         "1000000",                1, 1000000000000,
     "How many uploaded documents a tenant may have; messages of bots do not count."},
    {"EMBEDDINGS_URL",    ENV_TEXT,   AT(embeddings_url),        "",                       0, 200,
     "OpenAI-compatible endpoint (https://HOST/v1) that makes vectors of documents and queries, without a trailing /; empty: no vectors."},
    {"EMBEDDINGS_MODEL",  ENV_TEXT,   AT(embeddings_model),      "text-embedding-3-small", 1, 200,
     "Its model. After a change all vectors are made again."},
    {"EMBEDDINGS_KEY",    ENV_SECRET, AT(embeddings_key),        "",                       0, 500,
     "Its key; empty: none is sent."},
    {"EMBEDDINGS_DIMENSIONS", ENV_INT, AT(embeddings_dimensions), "256",                   0, 4096,
     "Dimensions requested from the model, if it supports that; memory grows with them; 0: the model's own."},
    {"EMBEDDINGS_QUERY_PREFIX", ENV_TEXT, AT(embeddings_query_prefix), "",                 0, 200,
     "Prefix of queries that the model needs, in quotes: for e5, query: and a blank; empty: none."},
    {"EMBEDDINGS_PASSAGE_PREFIX", ENV_TEXT, AT(embeddings_passage_prefix), "",             0, 200,
     "Prefix of documents: for e5, passage: and a blank."},
    {"EMBEDDINGS_MINUTE_TEXTS", ENV_INT, AT(embeddings_minute_texts), "600",               1, 1000000,
     "How many documents get a vector in a minute, in all instances together."},
    {"EMBEDDINGS_DAILY_BUDGET", ENV_INT, AT(embeddings_daily_tokens), "1000000",           1, 1000000000000,
     "Tokens sent in a day (UTC) by all instances together. Tenants share them; an eighth is reserved for queries."},
    {"SEARCH_VECTOR_MEMORY",  ENV_INT,  AT(vector_memory),        "32",                     1, 65536,
     "MiB of memory for vectors, of 280 bytes each with 256 dimensions; at the limit the tenant with the most vectors loses its oldest."},
    {"QDRANT_URL",        ENV_TEXT,   AT(qdrant_url),            "",                       0, 200,
     "Address of Qdrant, which stores the vectors, without a trailing /; empty: search-api has them in its own memory."},
    {"QDRANT_API_KEY",    ENV_SECRET, AT(qdrant_key),            "",                       0, 500,
     "Its key; empty: none is sent."},
    {"QDRANT_COLLECTION", ENV_TEXT,   AT(qdrant_collection),     "tapbot_conversations",   1, 60,
     "Prefix of its collections' names; each generation of vectors has a collection."},
    {"QDRANT_TIMEOUT",    ENV_DURATION, AT(qdrant_timeout_ms),   "1s",                     50, 2000,
     "How long a search waits for it before it continues without vectors."},
};
// clang-format on
const size_t search_variable_count = ARRAY_LEN(search_variables);
