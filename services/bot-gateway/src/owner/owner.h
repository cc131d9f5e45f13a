// SPDX-License-Identifier: MIT
/* The dialogue in which an owner answers booking requests and manages apartments. Only booking-api
 * knows which owner a chat belongs to: the one whose `telegram_id` is the person's. */
#pragma once

#include "dialogue/flow.h"
#include "dialogue/talk.h"

struct owner_record;
struct service_answer;
struct stay_booking;

extern const struct flow owner_flow;

/* The command "/desk": shows requests that wait for the owner, and leads to the other screens. */
bool owner_open(struct talk *talk) MUST_CHECK;

/* The command "/start own_x": binds the chat to an owner; `link` is the text after the prefix. */
bool owner_bind(struct talk *talk, struct slice link) MUST_CHECK;

/* Commands about one booking, which is shown after them. Their argument is the booking's id as
 * talk_put_id() writes it. */
bool owner_command_booking(struct talk *talk) MUST_CHECK;
/* Asks whether to decline the booking or, if that is not possible, to cancel it. */
bool owner_command_decline(struct talk *talk) MUST_CHECK;
/* The next three commands act at once. Their argument continues with "_" and the version of the
 * booking that the person was shown. If the booking has another version by now, or the argument has
 * none, nothing is done and the person is informed. */
/* Approves a request, or confirms the payment. */
bool owner_command_approve(struct talk *talk) MUST_CHECK;
/* Checks the guest in: the guest has arrived. */
bool owner_command_check_in(struct talk *talk) MUST_CHECK;
/* Marks the booking as a no-show: the guest has not arrived. */
bool owner_command_no_show(struct talk *talk) MUST_CHECK;

/* --- for other dialogues --- */

/* Reads from booking-api as the owner. If no owner has this Telegram account, the answer is 403
 * without a call. The data of the dialogue must be a struct owner_state (owner/owner_json.h), or
 * begin with one. */
bool owner_get(struct talk *talk, struct slice path, struct service_answer *answer) MUST_CHECK;
/* Reads an owner's record as that owner or as staff. `found` is false if there is none. */
bool owner_fetch_record(struct talk *talk, const struct uuid *id, enum service_actor actor,
                        struct owner_record *out, bool *found) MUST_CHECK;

/* --- for staff --- */

/* The total paid once the deposit is, which confirming reports. 0: confirming reports no payment,
 * because a request is only approved, or no deposit is due. */
int64_t owner_paid_after_confirm(const struct stay_booking *booking);
/* The status in words. */
struct slice owner_state_of(struct talk *talk, const struct stay_booking *booking);
