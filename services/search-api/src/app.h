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
    struct lexicon_updater *lexicon_updater;       /* maintains the document frequencies */
    struct message_consumer *message_consumer;     /* copies bot-gateway's messages */
    struct semaphore *search_semaphore;            /* running searches */
    struct semaphore *vector_semaphore;            /* limits concurrent searches by vectors */
    struct upload_limits *uploads;                 /* limits concurrent uploads */
    struct apartment_consumer *apartment_consumer; /* copies booking-api's apartments */
    struct apartment_places *places;               /* places that phrases may name */
    struct http_client *http;                      /* client for calls of booking-api */
    const char *booking_url;                       /* without a trailing '/' */
    struct quota *apartment_searches;              /* limits concurrent searches for apartments */
    struct log_limit availability_log; /* limits log lines about booking-api's failures */
    struct rebuilder *rebuilder;       /* renews terms of older tokenizer rules */
    struct reconciler *reconciler;     /* compares documents with the feed */
    struct periodic tombstone_cleanup; /* deletes old tombstones */
    struct embedder *embedder;         /* makes vectors; NULL: none */
    struct synchroniser *synchroniser; /* owns the index of vectors; NULL: none */
};
