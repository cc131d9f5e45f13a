// SPDX-License-Identifier: MIT
/* The steps of the flow "desk", and what they share. owner.c identifies the owner, owner_bookings.c
 * has lists of bookings, owner_booking.c one booking, owner_apartments.c apartments and their
 * blocks, owner_binding.c binds a chat to an owner. */
#pragma once

#include "dialogue/flow.h"
#include "dialogue/talk.h"
#include "guest/stay_steps.h"
#include "owner/owner_json.h"

/* --- the steps --- */

// clang-format off
/* The first is the initial one. A new step: its row here, and its owner_step_NAME in a file. */
#define OWNER_STEPS(X) \
    X(home) X(today) X(week) X(booking) X(sure) X(cancel) \
    X(apartments) X(apartment) X(from) X(to) X(block)
// clang-format on
#define OWNER_STEP(name) extern const struct flow_step owner_step_##name;
OWNER_STEPS(OWNER_STEP)

/* Handles a tap that only goes to the first page of a list. */
#define OWNER_LEADS_TO_LIST(function, step)                                                        \
    static bool function(struct talk *talk, struct fault *fault)                                   \
    {                                                                                              \
        struct owner_state *state = talk->data;                                                    \
        state->cursor = SLICE_NONE;                                                                \
        return talk_step(talk, step, fault);                                                       \
    }

/* To the list from which the booking was opened. */
bool owner_to_list(struct talk *talk, struct fault *fault);

/* --- shared functions --- */

/* Asks booking-api who the person is, once in a turn: sets state->owner or state->is_unbound. */
bool owner_identify(struct talk *talk, struct fault *fault) MUST_CHECK;
/* Makes a call as the owner; its path may be absent for lack of memory. If no owner has this
 * account, answers 403 without a call. */
bool owner_call(struct talk *talk, struct service_call call, struct service_answer *answer,
                struct fault *fault) MUST_CHECK;
bool owner_get(struct talk *talk, struct slice path, struct service_answer *answer,
               struct fault *fault) MUST_CHECK;
/* Handles an answer other than 2xx: explains the reason, and goes to the step. If no owner has this
 * account, explains how to become one and ends the dialogue. */
bool owner_refuse(struct talk *talk, const struct service_answer *answer, const char *step,
                  struct fault *fault) MUST_CHECK;
/* The same for a list or an apartment that cannot be read. */
bool owner_reply_missing(struct talk *talk, const char *what, struct fault *fault) MUST_CHECK;

/* The cursor of the list as the end of a query, or "". */
struct slice owner_cursor(const struct talk *talk);
/* A label "name · name" of the parts that are present. Absent for lack of memory. */
struct slice owner_label(const struct talk *talk, const struct slice *parts, size_t count);
/* Apartments of the owner, up to OWNER_APARTMENTS_MAX, in the arena; `page` is the end of the
 * query, or "". `out` is NULL if they cannot be read. */
bool owner_fetch_apartments(struct talk *talk, struct slice page, struct owner_apartments **out,
                            struct fault *fault) MUST_CHECK;
/* "/v1/bookings/{id}" or "/v1/apartments/{id}", and more; absent for lack of memory. */
struct slice owner_path(const struct talk *talk, const char *things, const struct uuid *id,
                        const char *more);
/* The step of the list from which the booking was opened. */
const char *owner_list_step(const struct owner_state *state);
