// SPDX-License-Identifier: MIT
/* What every handler gets as `data`. */
#pragma once

#include "api/periodic.h"
#include "api/service.h"
#include "base/log.h"

struct quota;
struct semaphore;
struct embedder;
struct message_consumer;
struct synchroniser;
struct apartment_consumer;
struct apartment_places;
struct http_client;
struct lexicon_updater;
struct upload_limits;
struct rebuilder;
struct reconciler;

struct search_app {
    struct service *service;                       /* first, as in struct service_data */
    struct lexicon_updater *lexicon_updater;       /* document frequencies */
    struct message_consumer *message_consumer;     /* messages of bot-gateway */
    struct semaphore *search_semaphore;            /* running searches */
    struct semaphore *vector_semaphore;            /* running searches of vectors */
    struct upload_limits *uploads;                 /* running uploads */
    struct apartment_consumer *apartment_consumer; /* apartments of booking-api */
    struct apartment_places *places;               /* places that phrases may name */
    struct http_client *http;                      /* to booking-api */
    const char *booking_url;                       /* without a trailing '/' */
    struct quota *apartment_searches;              /* running searches for apartments */
    struct log_limit availability_log;             /* of failures of booking-api */
    struct rebuilder *rebuilder;                   /* terms of older rules */
    struct reconciler *reconciler;                 /* compares documents with the feed */
    struct periodic tombstone_cleanup;             /* deletes old tombstones */
    struct embedder *embedder;                     /* makes vectors; NULL: none */
    struct synchroniser *synchroniser;             /* owns the index of vectors; NULL: none */
};
