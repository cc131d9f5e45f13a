// SPDX-License-Identifier: MIT
/* The handlers of routes.c, each in the file of its noun unless a comment names another file. */
#pragma once

#include "api/caller.h"
#include "http/route.h"

http_handler post_apartment;
http_handler get_apartment;
http_handler patch_apartment;
http_handler get_apartments; /* apartment_list_handlers.c */
http_handler get_calendar;   /* calendar_handlers.c */

http_handler post_availability;

http_handler post_block;
http_handler get_blocks;
http_handler delete_block;

http_handler post_booking;
http_handler get_booking;
http_handler get_bookings;
http_handler get_booking_cancel_preview;
http_handler get_booking_history;
http_handler confirm_booking;
http_handler decline_booking;
http_handler cancel_booking;
http_handler claim_booking_payment;
http_handler check_in_booking;
http_handler check_out_booking;
http_handler mark_booking_no_show;
http_handler change_booking_dates;
http_handler set_booking_contact;
http_handler rate_booking;
http_handler set_booking_paid;

http_handler post_calendar_link;
http_handler get_calendar_links;
http_handler delete_calendar_link;
http_handler close_calendar_link;
http_handler get_exported_calendar; /* calendar_link_handlers.c */

http_handler get_cities;

http_handler get_conflicts;
http_handler resolve_conflict;

http_handler get_feeds;
http_handler post_feed;
http_handler get_feed;
http_handler patch_feed;
http_handler delete_feed;
http_handler accept_feed;
http_handler read_feed;

http_handler post_guest_erase;

http_handler post_owner;
http_handler get_owners;
http_handler get_owner;
http_handler patch_owner;

/* For api_actor_kind.known: FAULT_INVALID "bad_actor" if the tenant has no owner with the id that
 * X-Actor names. */
bool owner_check_actor_exists(void *data, const struct api_caller *caller, struct fault *fault);

http_handler post_quote;
http_handler get_quote;

http_handler get_rates;
http_handler put_rates;

http_handler get_selfcheck;

http_handler post_webhook;
http_handler get_webhooks;
http_handler get_webhook;
http_handler patch_webhook;
http_handler delete_webhook;
http_handler replay_webhook;
http_handler test_webhook;
