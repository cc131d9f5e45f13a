// SPDX-License-Identifier: MIT
#include "config.h"

#define AT(member) offsetof(struct search_config, member)

// clang-format off
/* name, type, place, default, min, max, help */
const struct env_variable search_variables[] = {
    {"BOOKING_URL",   ENV_TEXT,     AT(booking_url),      "http://127.0.0.1:7020", 8, 200,
     "Where search-api asks booking-api whether flats can be had, without a / at the end."},
    {"SEARCH_DOCUMENTS_MAX", ENV_INT, AT(documents_max),         "1000000",                1, 1000000000000,
     "How many documents that programs send one tenant may have; messages of bots do not count."},
    {"EMBEDDINGS_URL",    ENV_TEXT,   AT(embeddings_url),        "",                       0, 200,
     "OpenAI-compatible endpoint, without a / at the end (https://HOST/v1), that makes vectors of documents and queries; empty: there are none."},
    {"EMBEDDINGS_MODEL",  ENV_TEXT,   AT(embeddings_model),      "text-embedding-3-small", 1, 200,
     "Its model. Another one makes all vectors anew."},
    {"EMBEDDINGS_KEY",    ENV_SECRET, AT(embeddings_key),        "",                       0, 500,
     "Its key; empty: none is sent."},
    {"EMBEDDINGS_DIMENSIONS", ENV_INT, AT(embeddings_dimensions), "256",                   0, 4096,
     "How many dimensions the model is asked for, where it can be: memory grows with them; 0: it is not asked."},
    {"EMBEDDINGS_QUERY_PREFIX", ENV_TEXT, AT(embeddings_query_prefix), "",                 0, 200,
     "What the model wants before a query: e5 query: and a blank, in quotes; empty: nothing."},
    {"EMBEDDINGS_PASSAGE_PREFIX", ENV_TEXT, AT(embeddings_passage_prefix), "",             0, 200,
     "The same before a document: e5 passage: and a blank."},
    {"EMBEDDINGS_MINUTE_TEXTS", ENV_INT, AT(embeddings_minute_texts), "600",               1, 1000000,
     "How many documents get a vector in a minute, by all copies together."},
    {"EMBEDDINGS_DAILY_BUDGET", ENV_INT, AT(embeddings_daily_tokens), "1000000",           1, 1000000000000,
     "How many tokens are sent in a day (UTC), by all copies together: those of documents, which tenants share, and of queries, which have an eighth to themselves."},
    {"SEARCH_VECTOR_MEMORY",  ENV_INT,  AT(vector_memory),        "32",                     1, 65536,
     "MiB that vectors take in memory, of 280 bytes each with 256 dimensions; where it is used up the tenant with the most loses its oldest."},
    {"QDRANT_URL",        ENV_TEXT,   AT(qdrant_url),            "",                       0, 200,
     "Where Qdrant is that keeps the vectors, without a / at the end; empty: search-api keeps them in its own memory."},
    {"QDRANT_API_KEY",    ENV_SECRET, AT(qdrant_key),            "",                       0, 500,
     "Its key; empty: none is sent."},
    {"QDRANT_COLLECTION", ENV_TEXT,   AT(qdrant_collection),     "tapbot_conversations",   1, 60,
     "How the names of its collections begin; each generation of vectors has one of its own."},
    {"QDRANT_TIMEOUT",    ENV_DURATION, AT(qdrant_timeout_ms),   "1s",                     50, 10000,
     "How long a search waits for it; then it goes on by words."},
};
// clang-format on
const size_t search_variable_count = sizeof search_variables / sizeof search_variables[0];
