// SPDX-License-Identifier: MIT
/* The steps of the dialogue "desk", and what they share. owner.c identifies and binds owners,
 * owner_bookings.c has lists of bookings, owner_booking.c one booking, owner_apartments.c
 * apartments and their blocks, owner_clash.c nights that a channel has too, owner_calendars.c
 * calendars of channels and our links for them. */
#pragma once

#include "dialogue/flow.h"
#include "dialogue/talk.h"
#include "guest/stay_steps.h"
#include "owner/owner.h"
#include "owner/owner_json.h"

/* --- the steps --- */

// clang-format off
/* The first step is the initial one. A new step needs its name here, and owner_step_NAME in a
 * file. */
#define OWNER_STEPS(X) \
    X(home) X(today) X(week) X(booking) X(sure) X(cancel) \
    X(apartments) X(apartment) X(from) X(to) X(block) X(clash) X(give) \
    X(feeds) X(feed) X(cut) X(connect) X(exports) X(make) X(export)
// clang-format on
#define OWNER_STEP(name) extern const struct flow_step owner_step_##name;
OWNER_STEPS(OWNER_STEP)

/* Defines a function for a tap that only goes to the first page of a list. */
#define OWNER_LEADS_TO_LIST(function, step)                                                        \
    static bool function(struct talk *talk)                                                        \
    {                                                                                              \
        owner_of(talk)->cursor = SLICE_NONE;                                                       \
        return talk_step(talk, step);                                                              \
    }

/* Goes to the list from which the booking was opened. */
bool owner_go_back_to_list(struct talk *talk);
/* Shows the next page of the current step's list. */
bool owner_show_next_page(struct talk *talk);

/* --- shared functions --- */

/* The data of the dialogue "desk". */
static inline struct owner_state *owner_of(const struct talk *talk_)
{
    return talk_->data;
}

/* Makes a call of booking-api as the owner; like owner_get_as_owner(), for any method. */
bool owner_call_as_owner(struct talk *talk, struct service_call call,
                         struct service_answer *answer) MUST_CHECK;
/* Reads `body` by owner_get_as_owner(). If the status is not 200, stops the move (talk_stop())
 * after owner_explain_refusal() with `step`. */
bool owner_get_or_explain(struct talk *talk, struct slice path, const struct flow_step *step,
                          struct slice *body) MUST_CHECK;
/* Handles an answer other than 2xx: explains the reason, and goes to `step`. If no owner has this
 * Telegram account, explains how to become an owner and ends the dialogue. */
bool owner_explain_refusal(struct talk *talk, const struct service_answer *answer,
                           const struct flow_step *step) MUST_CHECK;
/* Handles a list that cannot be read. If no owner has this Telegram account, does what
 * owner_explain_refusal() then does; else fails with this reason. */
bool owner_fail_or_explain_unbound(struct talk *talk, const char *reason) MUST_CHECK;

/* The cursor of the shown page as the last parameter of a URL query ("&cursor=..."); "" for the
 * first page. */
struct slice owner_format_cursor_parameter(const struct talk *talk);
/* Reads the owner's apartments, up to OWNER_APARTMENTS_MAX, into the arena; `cursor_parameter`:
 * owner_format_cursor_parameter(), or "" for the first page. `out` is NULL if they cannot be read.
 */
bool owner_fetch_apartments(struct talk *talk, struct slice cursor_parameter,
                            struct owner_apartments **out) MUST_CHECK;
/* The step with the list from which the booking was opened. */
const struct flow_step *owner_list_step(const struct owner_state *state);
