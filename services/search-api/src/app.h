// SPDX-License-Identifier: MIT
/* What every handler of search-api gets as `data`. Read-only after start. */
#pragma once

#include "api/service.h"

struct desk;
struct embedder;
struct feeder;
struct finder;
struct follower;
struct flat_feeder;
struct flat_places;
struct http_client;
struct learner;
struct loading_desk;
struct rebuilder;
struct reconciler;
struct sweeper;

struct search_app {
    struct service *service;       /* first: as struct service_data */
    struct learner *learner;       /* how common words are */
    struct feeder *feeder;         /* what bot-gateway's people say */
    struct desk *desk;             /* searches under way */
    struct desk *nearby_desk;      /* those that look for what is meant */
    struct loading_desk *loads;    /* streams under way */
    struct flat_feeder *flats;     /* booking-api's flats */
    struct flat_places *places;    /* what phrases may name of them */
    struct http_client *http;      /* to booking-api */
    struct finder *finder;         /* searches for flats */
    struct rebuilder *rebuilder;   /* terms that other rules have made */
    struct reconciler *reconciler; /* whether documents are as the feed tells */
    struct sweeper *sweeper;       /* what was deleted long ago */
    struct embedder *embedder;     /* makes vectors; NULL: there are none */
    struct follower *follower;     /* looks through them; NULL likewise */
};
