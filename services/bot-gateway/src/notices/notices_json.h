// SPDX-License-Identifier: MIT
/* What booking-api tells of bookings by itself (services/booking-api/openapi.yaml): events, and
 * what is asked behind them. FAULT_INTERNAL "bad_answer" where an answer makes no sense,
 * FAULT_UNAVAILABLE "out_of_memory". Texts are in the arena or borrowed from the answer. */
#pragma once

#include "dialogues/stay_answers_json.h"

enum {
    NOTICE_PAGE_MAX = 20,  /* events of a page */
    NOTICE_STEPS_MAX = 100 /* of a booking's history that are looked at */
};

struct notice_event {
    struct uuid id;
    struct slice type; /* "booking.held" */
    int64_t occurred_at;
    struct uuid booking; /* nil: it is about something else */
    int64_t version;     /* of the booking, that the step has made */
    struct slice status; /* likewise */
};
struct notice_page {
    struct notice_event items[NOTICE_PAGE_MAX];
    size_t count;
    struct slice next; /* where to read on */
};
bool notice_read_page(struct slice body, struct arena *arena, struct notice_page *out,
                      struct fault *fault) MUST_CHECK;

/* A booking with those whom it concerns. */
struct notice_booking {
    struct stay_booking is;
    struct uuid owner;
    int64_t guest; /* his telegram_id; may be absent */
};
bool notice_read_booking(struct slice body, struct arena *arena, struct notice_booking *out,
                         struct fault *fault) MUST_CHECK;

/* The step of a booking's history that made a version; `found` is false where it is not there. */
struct notice_made {
    struct slice from;  /* absent: none */
    struct slice actor; /* may be absent */
    bool has_reason;
};
bool notice_read_made(struct slice body, int64_t version, struct arena *arena,
                      struct notice_made *out, bool *found, struct fault *fault) MUST_CHECK;

struct notice_flat {
    struct texts title;
    struct slice address; /* may be absent */
    struct slice zone;    /* of the tz database; Asia/Almaty where it is missing */
    int32_t check_in_minutes;
};
bool notice_read_flat(struct slice body, struct arena *arena, struct notice_flat *out,
                      struct fault *fault) MUST_CHECK;

struct notice_owner {
    int64_t telegram_id; /* may be absent */
    bool notify;
    int language; /* -1: it is none of ours */
};
bool notice_read_owner(struct slice body, struct arena *arena, struct notice_owner *out,
                       struct fault *fault) MUST_CHECK;
