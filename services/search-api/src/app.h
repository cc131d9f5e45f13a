// SPDX-License-Identifier: MIT
/* What every handler of search-api gets as `data`. Read-only after start. */
#pragma once

#include "api/service.h"

struct semaphore;
struct embedder;
struct message_consumer;
struct apartment_searcher;
struct synchroniser;
struct apartment_consumer;
struct apartment_places;
struct http_client;
struct lexicon_updater;
struct upload_limits;
struct rebuilder;
struct reconciler;
struct tombstone_cleanup;

struct search_app {
    struct service *service;                       /* first: as struct service_data */
    struct lexicon_updater *lexicon_updater;       /* how common words are */
    struct message_consumer *message_consumer;     /* what bot-gateway's people say */
    struct semaphore *semaphore;                   /* searches under way */
    struct semaphore *vector_semaphore;            /* those that look for what is expansion */
    struct upload_limits *loads;                   /* streams under way */
    struct apartment_consumer *apartments;         /* booking-api's apartments */
    struct apartment_places *places;               /* what phrases may name of them */
    struct http_client *http;                      /* to booking-api */
    struct apartment_searcher *apartment_searcher; /* searches for apartments */
    struct rebuilder *rebuilder;                   /* terms that other rules have made */
    struct reconciler *reconciler;                 /* whether documents are as the feed tells */
    struct tombstone_cleanup *tombstone_cleanup;   /* what was deleted long ago */
    struct embedder *embedder;                     /* makes vectors; NULL: there are none */
    struct synchroniser *synchroniser;             /* looks through them; NULL likewise */
};
