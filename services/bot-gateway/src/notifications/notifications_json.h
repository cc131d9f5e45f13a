// SPDX-License-Identifier: MIT
/* Answers of booking-api that notifications need (services/booking-api/openapi.yaml).
 * FAULT_INTERNAL "bad_answer" for an answer that lacks required members, FAULT_UNAVAILABLE
 * "out_of_memory". Texts are in the arena or borrowed from the answer. */
#pragma once

#include "clients/stay_answers_json.h"

enum {
    NOTIFICATION_PAGE_MAX = 20,  /* events of a page */
    NOTIFICATION_STEPS_MAX = 100 /* steps of a history that are read */
};

struct notification_event {
    struct slice type; /* "booking.held" */
    int64_t occurred_at;
    struct slice resource; /* "booking", "ride", ... */
    struct uuid id;        /* of the resource */
    int64_t version;       /* of the resource after the step */
    struct slice status;   /* of the resource after the step */
    /* The step that the event is about. `to` is absent if the event has none, or was stored by a
     * booking-api that did not add it. */
    struct notification_told_step {
        struct slice from; /* absent: the resource was created */
        struct slice to;
        struct slice actor; /* "guest", "owner", ...; without an id */
        bool has_reason;
    } step;
    bool was_requested;       /* of a booking: it has left the status "requested" before */
    struct uuid former_owner; /* of a booking that gets another owner; else nil */
    bool sold_elsewhere;      /* of a booking that is cancelled, because a channel has its nights */
    struct uuid ride;         /* if the resource is an offer: its ride */
    struct uuid driver;       /* of an offer or a trip; else nil */
    int64_t from_stop;        /* of "trip.delayed": the first stop with a new time; may be absent */
    int64_t minutes;          /* of "trip.delayed": of this delay; may be absent */
    int64_t delay;            /* of a trip: minutes of all delays up to this event; may be absent */
    /* Of a calendar of another channel ("feed"), or of a conflict with one: */
    struct uuid owner;
    struct uuid apartment;
    struct slice channel;
    struct slice previous; /* of a feed: its status in the event before; may be absent */
    struct slice error;    /* of a feed or webhook: the last one; may be absent */
    struct slice host;     /* of a webhook; may be absent */
    struct uuid booking;   /* of a conflict: ours; nil: ours is a block */
    int32_t from;          /* the nights that both have; `to` is exclusive */
    int32_t to;
};
struct notification_page {
    struct notification_event *items; /* in the arena */
    size_t count;
    struct slice next; /* cursor of the next page */
};
bool notification_read_event_page(struct slice body, struct arena *arena,
                                  struct notification_page *out, struct fault *fault) MUST_CHECK;

/* A step of a booking, ride or trip. */
struct notification_change {
    struct slice from;  /* the status before the step; absent: none */
    struct slice actor; /* "guest", or "guest:7" if it is from the history; may be absent */
    bool has_reason;
    bool owner_knows; /* a booking has had another status than "held" before the step */
};
/* Takes the step of the event; false if it has none. */
bool notification_take_step(const struct notification_event *event,
                            struct notification_change *out);
/* Reads from the history the step that made `version`; `found` is false if the history does not
 * have it. */
bool notification_read_history_step(struct slice body, int64_t version, struct arena *arena,
                                    struct notification_change *out, bool *found,
                                    struct fault *fault) MUST_CHECK;

struct notification_apartment {
    struct texts title;
    struct slice zone;          /* of the tz database; Asia/Almaty if it is missing */
    struct slice check_in_time; /* "14:00" */
    struct slice check_out_time;
    int check_in_minutes; /* after midnight; if check_in_time is missing, the usual time */
    int check_out_minutes;
};
bool notification_read_apartment(struct slice body, struct arena *arena,
                                 struct notification_apartment *out,
                                 struct fault *fault) MUST_CHECK;

struct notification_owner {
    int64_t telegram_id; /* may be absent */
    bool notify;
    struct slice language; /* may be absent or none of ours */
};
bool notification_read_owner(struct slice body, struct arena *arena, struct notification_owner *out,
                             struct fault *fault) MUST_CHECK;
/* Reads a list of at most `drivers_max` drivers. Drivers have no `notify`. */
bool notification_read_drivers(struct slice body, size_t drivers_max, struct arena *arena,
                               const struct notification_owner **out, size_t *count,
                               struct fault *fault) MUST_CHECK;
