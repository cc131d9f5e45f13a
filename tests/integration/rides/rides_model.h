// SPDX-License-Identifier: MIT
/* Model test: eight concurrent clients order, confirm, pay, cancel and let holds expire on the same
 * trips, with seeded choices, and record the answers. */
#pragma once

#include "requests.h"
#include "rides_oracle.h"

enum {
    MODEL_CLIENTS = 8,
    MODEL_TRIPS = 4,
    MODEL_OPERATIONS = 500, /* of one round; then everything is compared */
    MODEL_CARGO = 16,
    MODEL_ACKS_MAX = 4 * MODEL_OPERATIONS,
};
/* Counts of successes; the last one where amounts are compared. */
enum model_count {
    MODEL_CONFIRMED,
    MODEL_PAID,
    MODEL_CLAIMED,
    MODEL_DECLINED,
    MODEL_CANCELLED,
    MODEL_COST,
    MODEL_COUNTS
};

struct model_trip {
    char id[40];
    struct api_caller driver;
    char driver_text[80];
    char car[40];
    int segments, seats, children;
    bool instant;
    int64_t segment_price[ORACLE_SEGMENTS], child_price, luggage_price, car_price, parcel_price[3];
};
struct model_ack {
    size_t ride;
    int version;
    char status[16];
};
struct model_refusal {
    int trip;
    struct oracle_order order;
    int64_t first, last; /* steps of the trip before the request and after the answer */
    bool could;
};
struct model_ride {
    char id[40];
    int trip;
    int64_t guest; /* 0: ordered by another actor */
    struct oracle_order order;
    bool is_short_hold; /* held for a second */
    bool is_over;       /* a response said so */
};

extern struct model {
    struct model_trip trips[MODEL_TRIPS];
    struct model_ride rides[MODEL_ACKS_MAX];
    size_t ride_count;
    struct model_ack acks[MODEL_ACKS_MAX];
    size_t ack_count;
    struct model_refusal refusals[MODEL_ACKS_MAX];
    size_t refusal_count;
    int operations_left; /* operations of this round */
    int64_t passengers;  /* passengers so far */
    unsigned seed;
    int done[MODEL_COUNTS];
} model;

/* Creates the drivers and their cars. */
void model_begin(void);
/* Runs MODEL_OPERATIONS operations on new trips, then cancels the trips. */
void model_play(void);
