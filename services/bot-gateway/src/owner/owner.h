// SPDX-License-Identifier: MIT
/* The dialogue in which an owner answers booking requests and manages apartments. Only booking-api
 * stores which owner a chat belongs to: the owner whose `telegram_id` is the person's. */
#pragma once

#include "dialogue/flow.h"
#include "dialogue/talk.h"

struct owner_record;
struct stay_booking;

extern const struct flow owner_flow;

/* The command "/desk": shows requests that wait for the owner, and leads to the other screens. */
bool owner_begin_dialogue(struct talk *talk) MUST_CHECK;

/* The command "/start own_x": binds the chat to an owner; `link` is the text after the prefix. */
bool owner_bind_chat(struct talk *talk, struct slice link) MUST_CHECK;

/* Shows the booking. The argument of this and the following commands is the booking's id as
 * talk_put_id_button() writes it. */
bool owner_command_show_booking(struct talk *talk) MUST_CHECK;
/* Asks whether to decline the booking or, if that is not possible, to cancel it. */
bool owner_command_ask_decline(struct talk *talk) MUST_CHECK;
/* Asks whether to mark the booking as a no-show: the guest has not arrived. */
bool owner_command_ask_no_show(struct talk *talk) MUST_CHECK;
/* The next two commands act without a question. In their argument, "_" and the version of the
 * booking that the person has seen follow the id. If the booking has another version by now, or the
 * argument has none, nothing is done and the person is informed. */
/* Approves a requested booking, or confirms that its payment was received. */
bool owner_command_approve(struct talk *talk) MUST_CHECK;
/* Checks the guest in: the guest has arrived. */
bool owner_command_check_in(struct talk *talk) MUST_CHECK;

/* In the argument of the next two commands is the id of a conflict: nights that a channel and ours
 * have. Keeps ours. */
bool owner_command_keep_ours(struct talk *talk) MUST_CHECK;
/* Asks whether to cancel ours, so that the channel keeps the nights. */
bool owner_command_ask_give(struct talk *talk) MUST_CHECK;

/* Shows the calendars of other channels of the apartment whose id is the argument. */
bool owner_command_show_calendars(struct talk *talk) MUST_CHECK;

/* --- for other dialogues --- */

/* Makes a GET call of booking-api as the owner. If no owner has this Telegram account, the answer
 * is 403 without a call. talk->data must be a struct owner_state (owner/owner_json.h), or begin
 * with one. */
bool owner_get_as_owner(struct talk *talk, struct slice path,
                        struct service_answer *answer) MUST_CHECK;
/* Reads the record of the owner `id` as that owner or as staff (`actor`). `found` is false if there
 * is no such owner. */
bool owner_fetch_record(struct talk *talk, const struct uuid *id, enum service_actor actor,
                        struct owner_record *out, bool *found) MUST_CHECK;

/* --- for staff --- */

/* The paid amount (tiyn) that confirming the booking reports to booking-api: with a claimed payment
 * what is paid and claimed, even if the dates and with them the deposit have changed since; else
 * the deposit, or what is paid already if that is more. 0: it reports no payment, because a request
 * is only approved, or there is no deposit. */
int64_t owner_paid_after_confirm(const struct stay_booking *booking);
