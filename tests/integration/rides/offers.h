// SPDX-License-Identifier: MIT
/* Requests of the offer tests. */
#pragma once

#include "requests.h"

enum { OFFER_DRIVERS = 50 };

extern struct offer_driver {
    struct api_caller caller;
    char text[64];
    char id[UUID_TEXT_LEN + 1];
    char car[UUID_TEXT_LEN + 1];
} offer_drivers[OFFER_DRIVERS];

/* Adds `count` drivers with a car of three seats each, besides rides_driver. */
void offer_add_drivers(int count);

/* order_open_ride(); copies the ride's id to `into`. */
void offer_open_ride(char into[40], const struct api_caller *caller, double hours,
                     const char *more);

/* `more` begins with a comma. */
struct answer offer_post(const struct api_caller *driver, const char *ride, int tenge,
                         const char *more);
/* An offer on last_trip. */
struct answer offer_on_trip(const char *ride, int tenge);
/* An offer with the driver's car, departing in `hours`. */
struct answer offer_with_car(const struct offer_driver *driver, const char *ride, int tenge,
                             double hours, const char *more);
struct answer offer_action(http_handler *verb, const struct api_caller *caller, const char *ride,
                           const char *id);

/* Checks the stored status of an offer. */
void ck_offer(const struct answer *made, const char *status);
