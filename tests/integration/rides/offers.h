// SPDX-License-Identifier: MIT
/* What the tests of offers ask for. */
#pragma once

#include "asks.h"

enum { OFFER_DRIVERS = 50 };

extern struct offer_driver {
    struct api_caller caller;
    char text[64];
    char id[UUID_TEXT_LEN + 1];
    char car[UUID_TEXT_LEN + 1];
} offer_drivers[OFFER_DRIVERS];

/* So many drivers with a car of three seats each, beside stand_driver. */
void offer_hire(int count);

/* stand_wish(), whose id becomes `into`. */
void offer_wish(char into[40], const struct api_caller *caller, double hours, const char *more);

/* `more` begins with a comma. */
struct answer offer_post(const struct api_caller *driver, const char *ride, int tenge,
                         const char *more);
/* On stand_trip. */
struct answer offer_on_trip(const char *ride, int tenge);
/* With his car, so many hours ahead. */
struct answer offer_with_car(const struct offer_driver *driver, const char *ride, int tenge,
                             double hours, const char *more);
struct answer offer_do(http_handler *verb, const struct api_caller *caller, const char *ride,
                       const char *id);

/* Checks the stored status of an offer. */
void ck_offer(const struct answer *made, const char *status);
