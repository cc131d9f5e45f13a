// SPDX-License-Identifier: MIT
/* Eight clients who order, confirm, pay, cancel and let time run out on the same trips, seeded and
 * side by side, and what they were told. */
#pragma once

#include "asks.h"
#include "rides_oracle.h"

enum {
    MODEL_CLIENTS = 8,
    MODEL_TRIPS = 4,
    MODEL_OPERATIONS = 500, /* of one round, after which all is compared */
    MODEL_CARGO = 16,
    MODEL_ACKS_MAX = 4 * MODEL_OPERATIONS,
};
/* Of what succeeded; the last one is counted where money is compared. */
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
    int64_t first, last; /* steps of the trip before it was asked and answered */
    bool could;
};
struct model_ride {
    char id[40];
    int trip;
    int64_t guest; /* 0: not his own order */
    struct oracle_order order;
    bool runs_out; /* it is held for a second */
    bool over;     /* somebody was told so */
};

extern struct model {
    struct model_trip trips[MODEL_TRIPS];
    struct model_ride rides[MODEL_ACKS_MAX];
    size_t ride_count;
    struct model_ack acks[MODEL_ACKS_MAX];
    size_t ack_count;
    struct model_refusal refusals[MODEL_ACKS_MAX];
    size_t refusal_count;
    int left;       /* operations of this round */
    int64_t people; /* who have ordered */
    unsigned seed;
    int done[MODEL_COUNTS];
} model;

/* The drivers and their cars. */
void model_begin(void);
/* New trips, and MODEL_OPERATIONS operations on them; then the trips are cancelled. */
void model_play(void);
