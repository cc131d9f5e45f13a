// SPDX-License-Identifier: MIT
/* The texts of bots for rides: a part of TEXTS_EACH (texts/texts.h). */
#pragma once

// clang-format off
#define TEXTS_OF_RIDES(X) \
    X(TEXT_TAXI_SOON, "taxi_soon", TEXT_USE_MESSAGE, BOTS_TAXI, "") \
    X(TEXT_RIDE_START, "ride_start", TEXT_USE_MESSAGE, BOTS_TAXI, "name?") \
    X(TEXT_RIDE_HELP, "ride_help", TEXT_USE_MESSAGE, BOTS_TAXI, "support?") \
    X(TEXT_RIDE_PRIVACY, "ride_privacy", TEXT_USE_MESSAGE, BOTS_TAXI, "offer? privacy? support?") \
    X(TEXT_RIDE_TO, "ride_to", TEXT_USE_MESSAGE, BOTS_TAXI, "city?") \
    X(TEXT_RIDE_FROM, "ride_from", TEXT_USE_MESSAGE, BOTS_TAXI, "city?") \
    X(TEXT_RIDE_DAY, "ride_day", TEXT_USE_MESSAGE, BOTS_TAXI, "title") \
    X(TEXT_RIDE_DAY_BAD, "ride_day_bad", TEXT_USE_NOTICE, BOTS_TAXI, "") \
    X(TEXT_RIDE_DAY_NIGHT, "ride_day_night", TEXT_USE_MESSAGE, BOTS_TAXI, "") \
    X(TEXT_RIDE_SEATS, "ride_seats", TEXT_USE_MESSAGE, BOTS_TAXI, "title check_in") \
    X(TEXT_RIDE_SEATS_BAD, "ride_seats_bad", TEXT_USE_MESSAGE, BOTS_TAXI, "") \
    X(TEXT_RIDE_UNSURE_PLACE, "ride_unsure_place", TEXT_USE_MESSAGE, BOTS_TAXI, "") \
    X(TEXT_RIDE_UNHEARD, "ride_unheard", TEXT_USE_MESSAGE, BOTS_TAXI, "") \
    X(TEXT_RIDE_LIST, "ride_list", TEXT_USE_MESSAGE, BOTS_TAXI, "title check_in seats? car?") \
    X(TEXT_RIDE_TRIP, "ride_trip", TEXT_USE_MESSAGE, BOTS_TAXI, "departure arrival price car? name? free? note?") \
    X(TEXT_RIDE_CLOSED, "ride_closed", TEXT_USE_NOTICE, BOTS_TAXI, "until") \
    X(TEXT_RIDE_ASKS, "ride_asks", TEXT_USE_BUTTON, BOTS_TAXI, "") \
    X(TEXT_RIDE_OTHER_TIMES, "ride_other_times", TEXT_USE_MESSAGE, BOTS_TAXI, "") \
    X(TEXT_RIDE_NOTHING, "ride_nothing", TEXT_USE_MESSAGE, BOTS_TAXI, "title check_in seats? car?") \
    X(TEXT_RIDE_NEARBY, "ride_nearby", TEXT_USE_MESSAGE, BOTS_TAXI, "") \
    X(TEXT_RIDE_REQUEST_HINT, "ride_request_hint", TEXT_USE_MESSAGE, BOTS_TAXI, "") \
    X(TEXT_RIDE_TAKEN, "ride_taken", TEXT_USE_MESSAGE, BOTS_TAXI, "") \
    X(TEXT_RIDE_ROAD_CLOSED, "ride_road_closed", TEXT_USE_MESSAGE, BOTS_TAXI, "") \
    X(TEXT_RIDE_QUEUE_FULL, "ride_queue_full", TEXT_USE_MESSAGE, BOTS_TAXI, "") \
    X(TEXT_RIDE_RESTRICTED, "ride_restricted", TEXT_USE_MESSAGE, BOTS_TAXI, "support?") \
    X(TEXT_RIDE_MANY, "ride_many", TEXT_USE_MESSAGE, BOTS_TAXI, "") \
    X(TEXT_RIDE_BUSY, "ride_busy", TEXT_USE_MESSAGE, BOTS_TAXI, "") \
    X(TEXT_RIDE_REFUSED, "ride_refused", TEXT_USE_MESSAGE, BOTS_TAXI, "") \
    X(TEXT_RIDE_OPEN, "ride_open", TEXT_USE_MESSAGE, BOTS_TAXI, "until? refund?") \
    X(TEXT_RIDE_WAITS, "ride_waits", TEXT_USE_MESSAGE, BOTS_TAXI, "until? refund?") \
    X(TEXT_RIDE_HELD, "ride_held", TEXT_USE_MESSAGE, BOTS_TAXI, "until? refund?") \
    X(TEXT_RIDE_REQUESTED, "ride_requested", TEXT_USE_MESSAGE, BOTS_TAXI, "until? refund?") \
    X(TEXT_RIDE_CLAIMED, "ride_claimed", TEXT_USE_MESSAGE, BOTS_TAXI, "until? refund?") \
    X(TEXT_RIDE_CONFIRMED, "ride_confirmed", TEXT_USE_MESSAGE, BOTS_TAXI, "until? refund?") \
    X(TEXT_RIDE_BOARDED, "ride_boarded", TEXT_USE_MESSAGE, BOTS_TAXI, "until? refund?") \
    X(TEXT_RIDE_COMPLETED, "ride_completed", TEXT_USE_MESSAGE, BOTS_TAXI, "until? refund?") \
    X(TEXT_RIDE_EXPIRED, "ride_expired", TEXT_USE_MESSAGE, BOTS_TAXI, "until? refund?") \
    X(TEXT_RIDE_DECLINED, "ride_declined", TEXT_USE_MESSAGE, BOTS_TAXI, "until? refund?") \
    X(TEXT_RIDE_CANCELLED, "ride_cancelled", TEXT_USE_MESSAGE, BOTS_TAXI, "until? refund?") \
    X(TEXT_RIDE_NO_SHOW, "ride_no_show", TEXT_USE_MESSAGE, BOTS_TAXI, "until? refund?") \
    X(TEXT_RIDE_CARD, "ride_card", TEXT_USE_MESSAGE, BOTS_TAXI, "title departure? arrival? seats? note? car? name? phone? point? total? deposit? paid? code?") \
    X(TEXT_RIDE_DELIVERY, "ride_delivery", TEXT_USE_MESSAGE, BOTS_TAXI, "code") \
    X(TEXT_RIDE_TERMS, "ride_terms", TEXT_USE_MESSAGE, BOTS_TAXI, "until") \
    X(TEXT_RIDE_TERMS_FREE, "ride_terms_free", TEXT_USE_MESSAGE, BOTS_TAXI, "") \
    X(TEXT_RIDE_TERMS_POLICY, "ride_terms_policy", TEXT_USE_MESSAGE, BOTS_TAXI, "policy") \
    X(TEXT_RIDE_SOS, "ride_sos", TEXT_USE_MESSAGE, BOTS_TAXI, "") \
    X(TEXT_RIDE_SOS_ASK, "ride_sos_ask", TEXT_USE_MESSAGE, BOTS_TAXI, "") \
    X(TEXT_RIDE_BUTTON_SOS, "ride_button_sos", TEXT_USE_BUTTON, BOTS_TAXI, "") \
    X(TEXT_RIDE_SHARE, "ride_share", TEXT_USE_MESSAGE, BOTS_TAXI, "address until") \
    X(TEXT_RIDE_SEEN_AHEAD, "ride_seen_ahead", TEXT_USE_MESSAGE, BOTS_TAXI, "") \
    X(TEXT_RIDE_SEEN_BOARDED, "ride_seen_boarded", TEXT_USE_MESSAGE, BOTS_TAXI, "") \
    X(TEXT_RIDE_SEEN_OFF, "ride_seen_off", TEXT_USE_MESSAGE, BOTS_TAXI, "") \
    X(TEXT_RIDE_SEEN_NONE, "ride_seen_none", TEXT_USE_MESSAGE, BOTS_TAXI, "") \
    X(TEXT_RIDE_SEEN_PLACE, "ride_seen_place", TEXT_USE_BUTTON, BOTS_TAXI, "clock") \
    X(TEXT_RIDE_BUTTON_SEE, "ride_button_see", TEXT_USE_BUTTON, BOTS_TAXI, "") \
    X(TEXT_RIDE_RATE, "ride_rate", TEXT_USE_MESSAGE, BOTS_TAXI, "") \
    X(TEXT_RIDE_RATED, "ride_rated", TEXT_USE_MESSAGE, BOTS_TAXI, "rating") \
    X(TEXT_RIDE_GONE, "ride_gone", TEXT_USE_MESSAGE, BOTS_TAXI, "") \
    X(TEXT_RIDE_REFUND_CHANGED, "ride_refund_changed", TEXT_USE_MESSAGE, BOTS_TAXI, "") \
    X(TEXT_RIDE_MOVED_ON, "ride_moved_on", TEXT_USE_MESSAGE, BOTS_TAXI, "") \
    X(TEXT_RIDE_CANCEL, "ride_cancel", TEXT_USE_MESSAGE, BOTS_TAXI, "refund paid") \
    X(TEXT_RIDE_CANCEL_FREE, "ride_cancel_free", TEXT_USE_MESSAGE, BOTS_TAXI, "") \
    X(TEXT_RIDE_CANCEL_LATE, "ride_cancel_late", TEXT_USE_MESSAGE, BOTS_TAXI, "") \
    X(TEXT_RIDE_CONTACT, "ride_contact", TEXT_USE_MESSAGE, BOTS_TAXI, "") \
    X(TEXT_RIDE_CONTACT_FIRST, "ride_contact_first", TEXT_USE_MESSAGE, BOTS_TAXI, "") \
    X(TEXT_RIDE_CONTACT_TAKEN, "ride_contact_taken", TEXT_USE_MESSAGE, BOTS_TAXI, "") \
    X(TEXT_RIDE_CONTACT_SHARE, "ride_contact_share", TEXT_USE_NOTICE, BOTS_TAXI, "") \
    X(TEXT_RIDE_MINE, "ride_mine", TEXT_USE_MESSAGE, BOTS_TAXI, "") \
    X(TEXT_RIDE_MINE_NONE, "ride_mine_none", TEXT_USE_MESSAGE, BOTS_TAXI, "") \
    X(TEXT_RIDE_BUTTON_SEARCH, "ride_button_search", TEXT_USE_BUTTON, BOTS_TAXI, "") \
    X(TEXT_RIDE_BUTTON_MINE, "ride_button_mine", TEXT_USE_BUTTON, BOTS_TAXI, "") \
    X(TEXT_RIDE_BUTTON_DAYS, "ride_button_days", TEXT_USE_BUTTON, BOTS_TAXI, "") \
    X(TEXT_RIDE_BUTTON_CAR, "ride_button_car", TEXT_USE_BUTTON, BOTS_TAXI, "") \
    X(TEXT_RIDE_BUTTON_TAKE, "ride_button_take", TEXT_USE_BUTTON, BOTS_TAXI, "clock price") \
    X(TEXT_RIDE_BUTTON_REQUEST, "ride_button_request", TEXT_USE_BUTTON, BOTS_TAXI, "") \
    X(TEXT_RIDE_BUTTON_WAIT, "ride_button_wait", TEXT_USE_BUTTON, BOTS_TAXI, "clock price") \
    X(TEXT_RIDE_BUTTON_ACCEPT, "ride_button_accept", TEXT_USE_BUTTON, BOTS_TAXI, "clock price") \
    X(TEXT_RIDE_BUTTON_ANYWAY, "ride_button_anyway", TEXT_USE_BUTTON, BOTS_TAXI, "") \
    X(TEXT_RIDE_BUTTON_AGAIN, "ride_button_again", TEXT_USE_BUTTON, BOTS_TAXI, "") \
    X(TEXT_RIDE_BUTTON_CANCEL, "ride_button_cancel", TEXT_USE_BUTTON, BOTS_TAXI, "") \
    X(TEXT_RIDE_COMMAND_SEARCH, "ride_command_search", TEXT_USE_BUTTON, BOTS_TAXI, "") \
    X(TEXT_RIDE_COMMAND_RIDES, "ride_command_rides", TEXT_USE_BUTTON, BOTS_TAXI, "") \
    X(TEXT_RIDE_COMMAND_DRIVE, "ride_command_drive", TEXT_USE_BUTTON, BOTS_TAXI, "") \
    X(TEXT_PARCEL_BUTTON, "parcel_button", TEXT_USE_BUTTON, BOTS_TAXI, "") \
    X(TEXT_PARCEL_TO, "parcel_to", TEXT_USE_MESSAGE, BOTS_TAXI, "city?") \
    X(TEXT_PARCEL_FROM, "parcel_from", TEXT_USE_MESSAGE, BOTS_TAXI, "city?") \
    X(TEXT_PARCEL_SIZES, "parcel_sizes", TEXT_USE_MESSAGE, BOTS_TAXI, "title check_in") \
    X(TEXT_PARCEL_SIZE, "parcel_size", TEXT_USE_BUTTON, BOTS_TAXI, "small? medium? large?") \
    X(TEXT_PARCEL_NOTHING, "parcel_nothing", TEXT_USE_MESSAGE, BOTS_TAXI, "title check_in seats? car?") \
    X(TEXT_PARCEL_BUTTON_SEND, "parcel_button_send", TEXT_USE_BUTTON, BOTS_TAXI, "clock price") \
    X(TEXT_PARCEL_BUTTON_ANYWAY, "parcel_button_anyway", TEXT_USE_BUTTON, BOTS_TAXI, "") \
    X(TEXT_PARCEL_WHO, "parcel_who", TEXT_USE_MESSAGE, BOTS_TAXI, "") \
    X(TEXT_PARCEL_MORE, "parcel_more", TEXT_USE_MESSAGE, BOTS_TAXI, "name? phone?") \
    X(TEXT_PARCEL_RECIPIENT, "parcel_recipient", TEXT_USE_MESSAGE, BOTS_TAXI, "name phone?") \
    X(TEXT_PARCEL_HELD, "parcel_held", TEXT_USE_MESSAGE, BOTS_TAXI, "until? refund?") \
    X(TEXT_PARCEL_CONFIRMED, "parcel_confirmed", TEXT_USE_MESSAGE, BOTS_TAXI, "until? refund?") \
    X(TEXT_PARCEL_BOARDED, "parcel_boarded", TEXT_USE_MESSAGE, BOTS_TAXI, "until? refund?") \
    X(TEXT_PARCEL_COMPLETED, "parcel_completed", TEXT_USE_MESSAGE, BOTS_TAXI, "until? refund?") \
    X(TEXT_DRIVE_BUTTON, "drive_button", TEXT_USE_BUTTON, BOTS_TAXI, "") \
    X(TEXT_DRIVE_STRANGER, "drive_stranger", TEXT_USE_MESSAGE, BOTS_TAXI, "code support?") \
    X(TEXT_DRIVE_HOME, "drive_home", TEXT_USE_MESSAGE, BOTS_TAXI, "name?") \
    X(TEXT_DRIVE_PENDING, "drive_pending", TEXT_USE_MESSAGE, BOTS_TAXI, "support?") \
    X(TEXT_DRIVE_SUSPENDED, "drive_suspended", TEXT_USE_MESSAGE, BOTS_TAXI, "support?") \
    X(TEXT_DRIVE_EXPIRED, "drive_expired", TEXT_USE_MESSAGE, BOTS_TAXI, "words support?") \
    X(TEXT_DRIVE_PAPER_LICENCE, "drive_paper_licence", TEXT_USE_BUTTON, BOTS_TAXI, "") \
    X(TEXT_DRIVE_PAPER_CAR, "drive_paper_car", TEXT_USE_BUTTON, BOTS_TAXI, "") \
    X(TEXT_DRIVE_PAPER_INSURANCE, "drive_paper_insurance", TEXT_USE_BUTTON, BOTS_TAXI, "") \
    X(TEXT_DRIVE_PAPER_MEDICAL, "drive_paper_medical", TEXT_USE_BUTTON, BOTS_TAXI, "") \
    X(TEXT_DRIVE_PAPER_TECHNICAL, "drive_paper_technical", TEXT_USE_BUTTON, BOTS_TAXI, "") \
    X(TEXT_DRIVE_BUTTON_PUBLISH, "drive_button_publish", TEXT_USE_BUTTON, BOTS_TAXI, "") \
    X(TEXT_DRIVE_BUTTON_RUNS, "drive_button_runs", TEXT_USE_BUTTON, BOTS_TAXI, "") \
    X(TEXT_DRIVE_TO, "drive_to", TEXT_USE_MESSAGE, BOTS_TAXI, "city?") \
    X(TEXT_DRIVE_CLOCK, "drive_clock", TEXT_USE_MESSAGE, BOTS_TAXI, "title check_in") \
    X(TEXT_DRIVE_PRICE, "drive_price", TEXT_USE_MESSAGE, BOTS_TAXI, "title price") \
    X(TEXT_DRIVE_SUMMARY, "drive_summary", TEXT_USE_MESSAGE, BOTS_TAXI, "title departure arrival words? seats price car?") \
    X(TEXT_DRIVE_BUTTON_STOPS, "drive_button_stops", TEXT_USE_BUTTON, BOTS_TAXI, "") \
    X(TEXT_DRIVE_STOPS, "drive_stops", TEXT_USE_MESSAGE, BOTS_TAXI, "title") \
    X(TEXT_DRIVE_BUTTON_STOPS_DONE, "drive_button_stops_done", TEXT_USE_BUTTON, BOTS_TAXI, "") \
    X(TEXT_DRIVE_BUTTON_STOPS_NONE, "drive_button_stops_none", TEXT_USE_BUTTON, BOTS_TAXI, "") \
    X(TEXT_DRIVE_STOP_KNOWN, "drive_stop_known", TEXT_USE_MESSAGE, BOTS_TAXI, "city") \
    X(TEXT_DRIVE_STOP_UNKNOWN, "drive_stop_unknown", TEXT_USE_MESSAGE, BOTS_TAXI, "words") \
    X(TEXT_DRIVE_STOPS_MANY, "drive_stops_many", TEXT_USE_MESSAGE, BOTS_TAXI, "city") \
    X(TEXT_DRIVE_LONG, "drive_long", TEXT_USE_MESSAGE, BOTS_TAXI, "") \
    X(TEXT_DRIVE_PARCELS, "drive_parcels", TEXT_USE_MESSAGE, BOTS_TAXI, "small medium large") \
    X(TEXT_DRIVE_BUTTON_PARCELS, "drive_button_parcels", TEXT_USE_BUTTON, BOTS_TAXI, "small medium large") \
    X(TEXT_DRIVE_BUTTON_NO_PARCELS, "drive_button_no_parcels", TEXT_USE_BUTTON, BOTS_TAXI, "") \
    X(TEXT_DRIVE_NO_CAR, "drive_no_car", TEXT_USE_MESSAGE, BOTS_TAXI, "support?") \
    X(TEXT_DRIVE_PUBLISHED, "drive_published", TEXT_USE_MESSAGE, BOTS_TAXI, "") \
    X(TEXT_DRIVE_BUSY, "drive_busy", TEXT_USE_MESSAGE, BOTS_TAXI, "") \
    X(TEXT_DRIVE_BUSY_CLOCK, "drive_busy_clock", TEXT_USE_MESSAGE, BOTS_TAXI, "") \
    X(TEXT_DRIVE_SOON, "drive_soon", TEXT_USE_MESSAGE, BOTS_TAXI, "") \
    X(TEXT_DRIVE_SEATS_MANY, "drive_seats_many", TEXT_USE_MESSAGE, BOTS_TAXI, "") \
    X(TEXT_DRIVE_PRICE_BOUNDS, "drive_price_bounds", TEXT_USE_MESSAGE, BOTS_TAXI, "") \
    X(TEXT_DRIVE_MANY, "drive_many", TEXT_USE_MESSAGE, BOTS_TAXI, "") \
    X(TEXT_DRIVE_PAPERS, "drive_papers", TEXT_USE_MESSAGE, BOTS_TAXI, "") \
    X(TEXT_DRIVE_REFUSED, "drive_refused", TEXT_USE_MESSAGE, BOTS_TAXI, "") \
    X(TEXT_DRIVE_UNSETTLED, "drive_unsettled", TEXT_USE_MESSAGE, BOTS_TAXI, "") \
    X(TEXT_DRIVE_EARLY, "drive_early", TEXT_USE_MESSAGE, BOTS_TAXI, "") \
    X(TEXT_DRIVE_RUNS, "drive_runs", TEXT_USE_MESSAGE, BOTS_TAXI, "") \
    X(TEXT_DRIVE_RUNS_NONE, "drive_runs_none", TEXT_USE_MESSAGE, BOTS_TAXI, "") \
    X(TEXT_DRIVE_RUN, "drive_run", TEXT_USE_MESSAGE, BOTS_TAXI, "title departure arrival words? taken seats price? car? until? total?") \
    X(TEXT_DRIVE_FINISHED, "drive_finished", TEXT_USE_MESSAGE, BOTS_TAXI, "") \
    X(TEXT_DRIVE_CANCELLED, "drive_cancelled", TEXT_USE_MESSAGE, BOTS_TAXI, "") \
    X(TEXT_DRIVE_RIDER, "drive_rider", TEXT_USE_MESSAGE, BOTS_TAXI, "name? phone? seats? note? title? total state until?") \
    X(TEXT_DRIVE_IS_HELD, "drive_is_held", TEXT_USE_BUTTON, BOTS_TAXI, "") \
    X(TEXT_DRIVE_IS_REQUESTED, "drive_is_requested", TEXT_USE_BUTTON, BOTS_TAXI, "") \
    X(TEXT_DRIVE_IS_CLAIMED, "drive_is_claimed", TEXT_USE_BUTTON, BOTS_TAXI, "") \
    X(TEXT_DRIVE_IS_CONFIRMED, "drive_is_confirmed", TEXT_USE_BUTTON, BOTS_TAXI, "") \
    X(TEXT_DRIVE_IS_BOARDED, "drive_is_boarded", TEXT_USE_BUTTON, BOTS_TAXI, "") \
    X(TEXT_DRIVE_IS_COMPLETED, "drive_is_completed", TEXT_USE_BUTTON, BOTS_TAXI, "") \
    X(TEXT_DRIVE_IS_NO_SHOW, "drive_is_no_show", TEXT_USE_BUTTON, BOTS_TAXI, "") \
    X(TEXT_DRIVE_PARCEL, "drive_parcel", TEXT_USE_BUTTON, BOTS_TAXI, "small? medium? large?") \
    X(TEXT_DRIVE_CODE, "drive_code", TEXT_USE_MESSAGE, BOTS_TAXI, "") \
    X(TEXT_DRIVE_CODE_WRONG, "drive_code_wrong", TEXT_USE_MESSAGE, BOTS_TAXI, "") \
    X(TEXT_DRIVE_LATE, "drive_late", TEXT_USE_MESSAGE, BOTS_TAXI, "") \
    X(TEXT_DRIVE_BUTTON_MINUTES, "drive_button_minutes", TEXT_USE_BUTTON, BOTS_TAXI, "minutes") \
    X(TEXT_DRIVE_CANCEL, "drive_cancel", TEXT_USE_MESSAGE, BOTS_TAXI, "guests? refund?") \
    X(TEXT_DRIVE_CANCEL_LATE, "drive_cancel_late", TEXT_USE_MESSAGE, BOTS_TAXI, "") \
    X(TEXT_DRIVE_NO_SHOW, "drive_no_show", TEXT_USE_MESSAGE, BOTS_TAXI, "name?") \
    X(TEXT_DRIVE_RATE, "drive_rate", TEXT_USE_MESSAGE, BOTS_TAXI, "name?") \
    X(TEXT_DRIVE_RATE_ASK, "drive_rate_ask", TEXT_USE_MESSAGE, BOTS_TAXI, "") \
    X(TEXT_DRIVE_BUTTON_NO_SHOW, "drive_button_no_show", TEXT_USE_BUTTON, BOTS_TAXI, "") \
    X(TEXT_DRIVE_BUTTON_REQUESTS, "drive_button_requests", TEXT_USE_BUTTON, BOTS_TAXI, "") \
    X(TEXT_DRIVE_REQUESTS, "drive_requests", TEXT_USE_MESSAGE, BOTS_TAXI, "") \
    X(TEXT_DRIVE_REQUESTS_NONE, "drive_requests_none", TEXT_USE_MESSAGE, BOTS_TAXI, "") \
    X(TEXT_DRIVE_REQUEST, "drive_request", TEXT_USE_MESSAGE, BOTS_TAXI, "title departure arrival seats? car? name? price?") \
    X(TEXT_DRIVE_OFFERED, "drive_offered", TEXT_USE_MESSAGE, BOTS_TAXI, "departure price") \
    X(TEXT_DRIVE_WON, "drive_won", TEXT_USE_MESSAGE, BOTS_TAXI, "") \
    X(TEXT_DRIVE_TAKEN, "drive_taken", TEXT_USE_MESSAGE, BOTS_TAXI, "") \
    X(TEXT_DRIVE_SMALL, "drive_small", TEXT_USE_MESSAGE, BOTS_TAXI, "") \
    X(TEXT_DRIVE_BID, "drive_bid", TEXT_USE_MESSAGE, BOTS_TAXI, "title price") \
    X(TEXT_DRIVE_BUTTON_TAKE, "drive_button_take", TEXT_USE_BUTTON, BOTS_TAXI, "clock price") \
    X(TEXT_DRIVE_BUTTON_BID, "drive_button_bid", TEXT_USE_BUTTON, BOTS_TAXI, "") \
    X(TEXT_DRIVE_BUTTON_WITHDRAW, "drive_button_withdraw", TEXT_USE_BUTTON, BOTS_TAXI, "") \
    X(TEXT_NOTICE_RIDE_CONFIRMED, "notice_ride_confirmed", TEXT_USE_MESSAGE, BOTS_TAXI, "") \
    X(TEXT_NOTICE_RIDE_AGREED, "notice_ride_agreed", TEXT_USE_MESSAGE, BOTS_TAXI, "until?") \
    X(TEXT_NOTICE_RIDE_FREED, "notice_ride_freed", TEXT_USE_MESSAGE, BOTS_TAXI, "until?") \
    X(TEXT_NOTICE_RIDE_IGNORED, "notice_ride_ignored", TEXT_USE_MESSAGE, BOTS_TAXI, "") \
    X(TEXT_NOTICE_RIDE_UNMET, "notice_ride_unmet", TEXT_USE_MESSAGE, BOTS_TAXI, "") \
    X(TEXT_NOTICE_RIDE_CANCELLED, "notice_ride_cancelled", TEXT_USE_MESSAGE, BOTS_TAXI, "refund?") \
    X(TEXT_NOTICE_RIDE_OFFER, "notice_ride_offer", TEXT_USE_MESSAGE, BOTS_TAXI, "") \
    X(TEXT_NOTICE_RIDE_LATE, "notice_ride_late", TEXT_USE_MESSAGE, BOTS_TAXI, "minutes?") \
    X(TEXT_NOTICE_RIDE_CLOSED, "notice_ride_closed", TEXT_USE_MESSAGE, BOTS_TAXI, "until?") \
    X(TEXT_NOTICE_RIDE_STARTED, "notice_ride_started", TEXT_USE_MESSAGE, BOTS_TAXI, "") \
    X(TEXT_NOTICE_RIDE_RATE, "notice_ride_rate", TEXT_USE_MESSAGE, BOTS_TAXI, "") \
    X(TEXT_NOTICE_RIDE_SOON, "notice_ride_soon", TEXT_USE_MESSAGE, BOTS_TAXI, "") \
    X(TEXT_NOTICE_RIDE_BUTTON, "notice_ride_button", TEXT_USE_BUTTON, BOTS_TAXI, "") \
    X(TEXT_NOTICE_DRIVE_REQUEST, "notice_drive_request", TEXT_USE_MESSAGE, BOTS_TAXI, "until?") \
    X(TEXT_NOTICE_DRIVE_CLAIM, "notice_drive_claim", TEXT_USE_MESSAGE, BOTS_TAXI, "deposit?") \
    X(TEXT_NOTICE_DRIVE_BOOKED, "notice_drive_booked", TEXT_USE_MESSAGE, BOTS_TAXI, "") \
    X(TEXT_NOTICE_DRIVE_WITHDRAWN, "notice_drive_withdrawn", TEXT_USE_MESSAGE, BOTS_TAXI, "") \
    X(TEXT_NOTICE_DRIVE_CANCELLED, "notice_drive_cancelled", TEXT_USE_MESSAGE, BOTS_TAXI, "") \
    X(TEXT_NOTICE_DRIVE_LATE, "notice_drive_late", TEXT_USE_MESSAGE, BOTS_TAXI, "minutes?") \
    X(TEXT_NOTICE_DRIVE_CLOSED, "notice_drive_closed", TEXT_USE_MESSAGE, BOTS_TAXI, "until?") \
    X(TEXT_NOTICE_DRIVE_SOON, "notice_drive_soon", TEXT_USE_MESSAGE, BOTS_TAXI, "") \
    X(TEXT_NOTICE_DRIVE_WISH, "notice_drive_wish", TEXT_USE_MESSAGE, BOTS_TAXI, "price?") \
    X(TEXT_NOTICE_DRIVE_TAKE, "notice_drive_take", TEXT_USE_BUTTON, BOTS_TAXI, "") \
    X(TEXT_NOTICE_DRIVE_BUTTON, "notice_drive_button", TEXT_USE_BUTTON, BOTS_TAXI, "")
// clang-format on
