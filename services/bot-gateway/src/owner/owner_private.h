// SPDX-License-Identifier: MIT
/* The steps of the flow "desk", and what they share. owner.c is who the owner is, owner_bookings.c
 * lists of bookings, owner_booking.c one of them, owner_apartments.c flats and their blocked
 * nights, owner_binding.c how a chat becomes that of an owner. */
#pragma once

#include "dialogue/flow.h"
#include "guest/stay_steps.h"
#include "owner/owner_json.h"

/* --- the steps --- */

bool desk_show_home(struct talk *talk, struct fault *fault);
bool desk_show_today(struct talk *talk, struct fault *fault);
bool desk_show_week(struct talk *talk, struct fault *fault);
bool desk_open_from_home(struct talk *talk, struct fault *fault);
bool desk_open_from_today(struct talk *talk, struct fault *fault);
bool desk_open_from_week(struct talk *talk, struct fault *fault);
/* The next page. */
bool desk_turn_home(struct talk *talk, struct fault *fault);
bool desk_turn_today(struct talk *talk, struct fault *fault);
bool desk_turn_week(struct talk *talk, struct fault *fault);
/* To the list where the booking was opened. */
bool desk_to_list(struct talk *talk, struct fault *fault);

bool desk_show_booking(struct talk *talk, struct fault *fault);
bool desk_do(struct talk *talk, struct fault *fault);
bool desk_show_sure(struct talk *talk, struct fault *fault);
bool desk_do_surely(struct talk *talk, struct fault *fault);
bool desk_show_cancel(struct talk *talk, struct fault *fault);
bool desk_cancel(struct talk *talk, struct fault *fault);

bool desk_show_flats(struct talk *talk, struct fault *fault);
bool desk_turn_flats(struct talk *talk, struct fault *fault);
bool desk_open_flat(struct talk *talk, struct fault *fault);
bool desk_show_flat(struct talk *talk, struct fault *fault);
bool desk_begin_block(struct talk *talk, struct fault *fault);
bool desk_show_from(struct talk *talk, struct fault *fault);
bool desk_take_from(struct talk *talk, struct fault *fault);
bool desk_turn_from(struct talk *talk, struct fault *fault);
bool desk_show_to(struct talk *talk, struct fault *fault);
bool desk_take_to(struct talk *talk, struct fault *fault);
bool desk_turn_to(struct talk *talk, struct fault *fault);
bool desk_open_block(struct talk *talk, struct fault *fault);
bool desk_show_block(struct talk *talk, struct fault *fault);
bool desk_drop_block(struct talk *talk, struct fault *fault);

/* --- what they share --- */

/* Asks booking-api who the person is, once in a turn: desk->owner, or desk->stranger. */
bool desk_know_owner(struct talk *talk, struct fault *fault) MUST_CHECK;
/* A call as the owner; its path may be absent for lack of memory. A stranger gets the answer 403
 * without asking: desk_refuse() tells him. */
bool desk_call(struct talk *talk, struct service_call call, struct service_answer *answer,
               struct fault *fault) MUST_CHECK;
bool desk_get(struct talk *talk, struct slice path, struct service_answer *answer,
              struct fault *fault) MUST_CHECK;
/* To an answer other than 2xx: says in words why, and goes to the step. A stranger is told how
 * owners come here, and the dialogue is over. */
bool desk_refuse(struct talk *talk, const struct service_answer *answer, const char *step,
                 struct fault *fault) MUST_CHECK;
/* The same to a list or a flat, of which nothing can be shown. */
bool desk_missing(struct talk *talk, const char *what, struct fault *fault) MUST_CHECK;

/* A step's cursor as the end of a query, or "". */
struct slice desk_page(const struct talk *talk);
/* "name · name": a label of parts; those that are absent are left out. Absent for lack of memory.
 */
struct slice desk_label(const struct talk *talk, const struct slice *parts, size_t count);
/* Flats of the owner, up to DESK_FLATS_MAX, in the arena; `page` is the end of the query, or "".
 * `out` is NULL where none can be told. */
bool desk_ask_flats(struct talk *talk, struct slice page, struct desk_flats **out,
                    struct fault *fault) MUST_CHECK;
/* "/v1/bookings/{id}" or "/v1/apartments/{id}", and more; absent for lack of memory. */
struct slice desk_path(const struct talk *talk, const char *things, const struct uuid *id,
                       const char *more);
/* The step of the list. */
const char *desk_list_step(const struct desk *desk);
