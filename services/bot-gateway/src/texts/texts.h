// SPDX-License-Identifier: MIT
/* What the bots say to people. Nothing else in this service has sentences for them.
 *
 * A text is found by its key. Its words are in services/bot-gateway/texts/{ru,kz,en}.tsv, which are
 * built in, and may be others by a row of the table `bot_messages` (texts/texts_watch.h). It is a
 * template (texts/template.h).
 *
 * A new text: a line here and a line in each of the three files; a new value: a line of
 * `value_kinds` in texts/text_key.c. The suite test_texts tells what is missing. */
#pragma once

#include "base/language.h"
#include "base/value.h"

#include "texts/template.h"

// clang-format off
/* constant, key, where it is said, by which bots, its values; "name?" is one that may be missing */
#define TEXTS_EACH(X)                                                                              \
    X(TEXT_START,   "start",   SAID_MESSAGE, BOTS_ALL, "name?")                                    \
    X(TEXT_HELP,    "help",    SAID_MESSAGE, BOTS_ALL, "support?")                                         \
    X(TEXT_UNKNOWN, "unknown", SAID_MESSAGE, BOTS_ALL, "") /* to what the bot does not understand */ \
    X(TEXT_HELLO,   "hello",   SAID_MESSAGE, BOTS_ALL, "")                                         \
    X(TEXT_WELCOME, "welcome", SAID_MESSAGE, BOTS_ALL, "") /* to thanks */                         \
    X(TEXT_SORRY,   "sorry",   SAID_MESSAGE, BOTS_ALL, "") /* an update could not be handled */    \
    X(TEXT_PAUSE,   "pause",   SAID_MESSAGE, BOTS_ALL, "") /* another service does not answer yet */ \
    X(TEXT_LANGUAGE_ASK, "language_ask", SAID_MESSAGE, BOTS_ALL, "")                               \
    X(TEXT_LANGUAGE_SET, "language_set", SAID_MESSAGE, BOTS_ALL, "")                               \
    X(TEXT_CANCELLED, "cancelled", SAID_MESSAGE, BOTS_ALL, "")                                     \
    X(TEXT_NOTHING_TO_CANCEL, "nothing_to_cancel", SAID_MESSAGE, BOTS_ALL, "")                     \
    X(TEXT_PAUSE_TAP, "pause_tap", SAID_NOTICE, BOTS_ALL, "") /* no database */ \
    X(TEXT_PAUSE_DATABASE, "pause_database", SAID_MESSAGE, BOTS_ALL, "") \
    X(TEXT_BUTTON_STALE, "button_stale", SAID_NOTICE, BOTS_ALL, "")                                \
    X(TEXT_BUTTON_FOREIGN, "button_foreign", SAID_NOTICE, BOTS_ALL, "")                            \
    X(TEXT_BUTTON_SEARCH, "button_search", SAID_BUTTON, BOTS_ALL, "")                              \
    X(TEXT_BUTTON_LANGUAGE, "button_language", SAID_BUTTON, BOTS_ALL, "")                          \
    X(TEXT_BUTTON_HELP, "button_help", SAID_BUTTON, BOTS_ALL, "")                                   \
    X(TEXT_BUTTON_BACK, "button_back", SAID_BUTTON, BOTS_ALL, "")                                   \
    X(TEXT_BUTTON_AGAIN, "button_again", SAID_BUTTON, BOTS_ALL, "")                                 \
    X(TEXT_BUTTON_NOT_NOW, "button_not_now", SAID_BUTTON, BOTS_ALL, "")                             \
    X(TEXT_STAY_CITY, "stay_city", SAID_MESSAGE, BOTS_APARTMENTS, "")                               \
    X(TEXT_STAY_CITY_UNKNOWN, "stay_city_unknown", SAID_NOTICE, BOTS_APARTMENTS, "")                \
    X(TEXT_STAY_CITY_FAR, "stay_city_far", SAID_NOTICE, BOTS_APARTMENTS, "") /* from the place that was sent */ \
    X(TEXT_STAY_DAY, "stay_day", SAID_MESSAGE, BOTS_APARTMENTS, "city title?")                      \
    X(TEXT_STAY_DAY_UNKNOWN, "stay_day_unknown", SAID_NOTICE, BOTS_APARTMENTS, "")                  \
    X(TEXT_STAY_DAY_PAST, "stay_day_past", SAID_NOTICE, BOTS_APARTMENTS, "")                        \
    X(TEXT_STAY_DAY_EARLY, "stay_day_early", SAID_NOTICE, BOTS_APARTMENTS, "") /* for check-out */  \
    X(TEXT_STAY_DAY_FAR, "stay_day_far", SAID_NOTICE, BOTS_APARTMENTS, "")                          \
    X(TEXT_STAY_DAY_TAKEN, "stay_day_taken", SAID_NOTICE, BOTS_APARTMENTS, "")                      \
    X(TEXT_STAY_DAY_CLOSED, "stay_day_closed", SAID_NOTICE, BOTS_APARTMENTS, "")                    \
    X(TEXT_STAY_DAY_SHORT, "stay_day_short", SAID_NOTICE, BOTS_APARTMENTS, "least?") /* too few nights */ \
    X(TEXT_STAY_MONTH_FULL, "stay_month_full", SAID_MESSAGE, BOTS_APARTMENTS, "")                   \
    X(TEXT_STAY_BUTTON_TODAY, "stay_button_today", SAID_BUTTON, BOTS_APARTMENTS, "")                \
    X(TEXT_STAY_BUTTON_TOMORROW, "stay_button_tomorrow", SAID_BUTTON, BOTS_APARTMENTS, "")          \
    X(TEXT_STAY_BUTTON_WEEKEND, "stay_button_weekend", SAID_BUTTON, BOTS_APARTMENTS, "dates")       \
    X(TEXT_STAY_NIGHTS, "stay_nights", SAID_MESSAGE, BOTS_APARTMENTS, "check_in most title?")       \
    X(TEXT_STAY_GUESTS, "stay_guests", SAID_MESSAGE, BOTS_APARTMENTS, "")                           \
    X(TEXT_STAY_GUESTS_LIMIT, "stay_guests_limit", SAID_MESSAGE, BOTS_APARTMENTS, "limit") \
    X(TEXT_STAY_NUMBER_UNKNOWN, "stay_number_unknown", SAID_NOTICE, BOTS_APARTMENTS, "")            \
    X(TEXT_STAY_LIST, "stay_list", SAID_MESSAGE, BOTS_APARTMENTS, "check_in check_out nights guests city wishes?") \
    X(TEXT_STAY_CARD, "stay_card", SAID_MESSAGE, BOTS_APARTMENTS, "check_in check_out nights guests title city total night district? rooms? amenities? wishes? why?") \
    X(TEXT_STAY_BUTTON_SEE, "stay_button_see", SAID_BUTTON, BOTS_APARTMENTS, "")                    \
    X(TEXT_STAY_AMENITY_MOUNTAINS, "stay_amenity_mountains", SAID_BUTTON, BOTS_APARTMENTS, "") \
    X(TEXT_STAY_AMENITY_VIEW, "stay_amenity_view", SAID_BUTTON, BOTS_APARTMENTS, "") \
    X(TEXT_STAY_AMENITY_BALCONY, "stay_amenity_balcony", SAID_BUTTON, BOTS_APARTMENTS, "") \
    X(TEXT_STAY_AMENITY_FIREPLACE, "stay_amenity_fireplace", SAID_BUTTON, BOTS_APARTMENTS, "") \
    X(TEXT_STAY_AMENITY_SELF, "stay_amenity_self", SAID_BUTTON, BOTS_APARTMENTS, "") \
    X(TEXT_STAY_AMENITY_PETS, "stay_amenity_pets", SAID_BUTTON, BOTS_APARTMENTS, "") \
    X(TEXT_STAY_AMENITY_CRIB, "stay_amenity_crib", SAID_BUTTON, BOTS_APARTMENTS, "") \
    X(TEXT_STAY_AMENITY_PARKING, "stay_amenity_parking", SAID_BUTTON, BOTS_APARTMENTS, "") \
    X(TEXT_STAY_AMENITY_WORKPLACE, "stay_amenity_workplace", SAID_BUTTON, BOTS_APARTMENTS, "") \
    X(TEXT_STAY_AMENITY_WIFI, "stay_amenity_wifi", SAID_BUTTON, BOTS_APARTMENTS, "") \
    X(TEXT_STAY_AMENITY_CONDITIONER, "stay_amenity_conditioner", SAID_BUTTON, BOTS_APARTMENTS, "") \
    X(TEXT_STAY_AMENITY_KITCHEN, "stay_amenity_kitchen", SAID_BUTTON, BOTS_APARTMENTS, "") \
    X(TEXT_STAY_AMENITY_WASHER, "stay_amenity_washer", SAID_BUTTON, BOTS_APARTMENTS, "") \
    X(TEXT_STAY_AMENITY_DISHWASHER, "stay_amenity_dishwasher", SAID_BUTTON, BOTS_APARTMENTS, "") \
    X(TEXT_STAY_AMENITY_ELEVATOR, "stay_amenity_elevator", SAID_BUTTON, BOTS_APARTMENTS, "") \
    X(TEXT_STAY_AMENITY_TV, "stay_amenity_tv", SAID_BUTTON, BOTS_APARTMENTS, "") \
    X(TEXT_STAY_AMENITY_IRON, "stay_amenity_iron", SAID_BUTTON, BOTS_APARTMENTS, "") \
    X(TEXT_STAY_NOTHING, "stay_nothing", SAID_MESSAGE, BOTS_APARTMENTS, "check_in check_out nights guests city wishes?") \
    X(TEXT_STAY_BUTTON_DATES, "stay_button_dates", SAID_BUTTON, BOTS_APARTMENTS, "")                \
    X(TEXT_STAY_BUTTON_GUESTS, "stay_button_guests", SAID_BUTTON, BOTS_APARTMENTS, "") \
    X(TEXT_STAY_BUTTON_CITY, "stay_button_city", SAID_BUTTON, BOTS_APARTMENTS, "")                  \
    X(TEXT_STAY_REFUSED, "stay_refused", SAID_MESSAGE, BOTS_APARTMENTS, "")                         \
    X(TEXT_STAY_FLAT_GONE, "stay_flat_gone", SAID_MESSAGE, BOTS_APARTMENTS, "")                     \
    X(TEXT_STAY_FLAT, "stay_flat", SAID_MESSAGE, BOTS_APARTMENTS, "check_in check_out nights guests title city district? rooms? amenities?") \
    X(TEXT_STAY_OFFER, "stay_offer", SAID_MESSAGE, BOTS_APARTMENTS, "total deposit? policy?")       \
    X(TEXT_STAY_BUTTON_BOOK, "stay_button_book", SAID_BUTTON, BOTS_APARTMENTS, "")                  \
    X(TEXT_STAY_OTHERS, "stay_others", SAID_MESSAGE, BOTS_APARTMENTS, "")                           \
    X(TEXT_STAY_NO_OTHERS, "stay_no_others", SAID_MESSAGE, BOTS_APARTMENTS, "")                     \
    X(TEXT_STAY_FEW_NIGHTS, "stay_few_nights", SAID_MESSAGE, BOTS_APARTMENTS, "least") \
    X(TEXT_STAY_BUTTON_DATES_OF, "stay_button_dates_of", SAID_BUTTON, BOTS_APARTMENTS, "dates total") \
    X(TEXT_STAY_BUTTON_OTHER_FLAT, "stay_button_other_flat", SAID_BUTTON, BOTS_APARTMENTS, "dates total") \
    X(TEXT_STAY_GUEST_NAME, "stay_guest_name", SAID_BUTTON, BOTS_APARTMENTS, "")                    \
    X(TEXT_STAY_NIGHTS_TAKEN, "stay_nights_taken", SAID_MESSAGE, BOTS_APARTMENTS, "")               \
    X(TEXT_STAY_PRICE_OLD, "stay_price_old", SAID_MESSAGE, BOTS_APARTMENTS, "")                     \
    X(TEXT_STAY_HOLDS_MANY, "stay_holds_many", SAID_MESSAGE, BOTS_APARTMENTS, "")                   \
    X(TEXT_STAY_HOLDS, "stay_holds", SAID_MESSAGE, BOTS_APARTMENTS, "")                             \
    X(TEXT_STAY_NO_HOLDS, "stay_no_holds", SAID_MESSAGE, BOTS_APARTMENTS, "")                       \
    X(TEXT_STAY_HELD, "stay_held", SAID_MESSAGE, BOTS_APARTMENTS, "until? refund?")        \
    X(TEXT_STAY_REQUESTED, "stay_requested", SAID_MESSAGE, BOTS_APARTMENTS, "until? refund?") \
    X(TEXT_STAY_CLAIMED, "stay_claimed", SAID_MESSAGE, BOTS_APARTMENTS, "until? refund?")  \
    X(TEXT_STAY_CONFIRMED, "stay_confirmed", SAID_MESSAGE, BOTS_APARTMENTS, "until? refund?") \
    X(TEXT_STAY_AGREED, "stay_agreed", SAID_MESSAGE, BOTS_APARTMENTS, "until? refund?") /* confirmed before */ \
    X(TEXT_STAY_CHECKED_IN, "stay_checked_in", SAID_MESSAGE, BOTS_APARTMENTS, "until? refund?") \
    X(TEXT_STAY_COMPLETED, "stay_completed", SAID_MESSAGE, BOTS_APARTMENTS, "until? refund?") \
    X(TEXT_STAY_EXPIRED, "stay_expired", SAID_MESSAGE, BOTS_APARTMENTS, "until? refund?")  \
    X(TEXT_STAY_DECLINED, "stay_declined", SAID_MESSAGE, BOTS_APARTMENTS, "until? refund?") \
    X(TEXT_STAY_CANCELLED, "stay_cancelled", SAID_MESSAGE, BOTS_APARTMENTS, "until? refund?") \
    X(TEXT_STAY_NO_SHOW, "stay_no_show", SAID_MESSAGE, BOTS_APARTMENTS, "until? refund?")  \
    X(TEXT_STAY_BOOKING, "stay_booking", SAID_MESSAGE, BOTS_APARTMENTS, "check_in check_out nights guests code total paid? title?") \
    X(TEXT_STAY_TO_CONFIRM, "stay_to_confirm", SAID_MESSAGE, BOTS_APARTMENTS, "") \
    X(TEXT_STAY_PAY, "stay_pay", SAID_MESSAGE, BOTS_APARTMENTS, "deposit? payment_info? policy?")   \
    X(TEXT_STAY_ARRIVAL, "stay_arrival", SAID_MESSAGE, BOTS_APARTMENTS, "arrival departure address?") \
    X(TEXT_STAY_REST, "stay_rest", SAID_MESSAGE, BOTS_APARTMENTS, "rest payment_info?") \
    X(TEXT_STAY_ENTRY, "stay_entry", SAID_MESSAGE, BOTS_APARTMENTS, "check_in_info")                \
    X(TEXT_STAY_BOOKING_GONE, "stay_booking_gone", SAID_MESSAGE, BOTS_APARTMENTS, "")               \
    X(TEXT_STAY_BUTTON_FREE, "stay_button_free", SAID_BUTTON, BOTS_APARTMENTS, "")                  \
    X(TEXT_STAY_MOVED_ON, "stay_moved_on", SAID_MESSAGE, BOTS_APARTMENTS, "")                       \
    X(TEXT_STAY_CANCEL, "stay_cancel", SAID_MESSAGE, BOTS_APARTMENTS, "refund? fee?")               \
    X(TEXT_STAY_CANCEL_FREE, "stay_cancel_free", SAID_MESSAGE, BOTS_APARTMENTS, "")                 \
    X(TEXT_STAY_SENT, "stay_sent", SAID_MESSAGE, BOTS_APARTMENTS, "") /* a payment was claimed, and is not confirmed */ \
    X(TEXT_STAY_BUTTON_CANCEL, "stay_button_cancel", SAID_BUTTON, BOTS_APARTMENTS, "")              \
    X(TEXT_STAY_REFUND_CHANGED, "stay_refund_changed", SAID_MESSAGE, BOTS_APARTMENTS, "") \
    X(TEXT_STAY_CHANGE_DAY, "stay_change_day", SAID_MESSAGE, BOTS_APARTMENTS, "check_in check_out") \
    X(TEXT_STAY_CHANGE_SAME, "stay_change_same", SAID_NOTICE, BOTS_APARTMENTS, "") \
    X(TEXT_STAY_CHANGE_TAKEN, "stay_change_taken", SAID_MESSAGE, BOTS_APARTMENTS, "taken?") \
    X(TEXT_STAY_CHANGE_LATE, "stay_change_late", SAID_MESSAGE, BOTS_APARTMENTS, "until support?") \
    X(TEXT_STAY_CHANGE_FROM, "stay_change_from", SAID_MESSAGE, BOTS_APARTMENTS, "check_in check_out nights guests code total") \
    X(TEXT_STAY_CHANGE_TO, "stay_change_to", SAID_MESSAGE, BOTS_APARTMENTS, "check_in check_out nights guests code total paid? deposit? rest? refund?") \
    X(TEXT_STAY_BUTTON_CHANGE, "stay_button_change", SAID_BUTTON, BOTS_APARTMENTS, "") \
    X(TEXT_STAY_CHANGED, "stay_changed", SAID_MESSAGE, BOTS_APARTMENTS, "") \
    X(TEXT_BUTTON_MYBOOKINGS, "button_mybookings", SAID_BUTTON, BOTS_ALL, "") \
    X(TEXT_BUTTON_MORE, "button_more", SAID_BUTTON, BOTS_ALL, "") \
    X(TEXT_COMMAND_SEARCH, "command_search", SAID_BUTTON, BOTS_ALL, "") /* in the menu of commands */ \
    X(TEXT_COMMAND_MYBOOKINGS, "command_mybookings", SAID_BUTTON, BOTS_ALL, "") \
    X(TEXT_COMMAND_LANGUAGE, "command_language", SAID_BUTTON, BOTS_ALL, "") \
    X(TEXT_COMMAND_CANCEL, "command_cancel", SAID_BUTTON, BOTS_ALL, "") \
    X(TEXT_COMMAND_HELP, "command_help", SAID_BUTTON, BOTS_ALL, "") \
    X(TEXT_COMMAND_START, "command_start", SAID_BUTTON, BOTS_ALL, "") \
    X(TEXT_KEYS_AWAY, "keys_away", SAID_MESSAGE, BOTS_ALL, "") \
    X(TEXT_STAY_LINE, "stay_line", SAID_MESSAGE, BOTS_APARTMENTS, "line price") \
    X(TEXT_STAY_LINE_NIGHTS, "stay_line_nights", SAID_MESSAGE, BOTS_APARTMENTS, "nights price") \
    X(TEXT_STAY_LINE_OTHER_NIGHTS, "stay_line_other_nights", SAID_MESSAGE, BOTS_APARTMENTS, "line nights price") \
    X(TEXT_STAY_CONTACT, "stay_contact", SAID_MESSAGE, BOTS_APARTMENTS, "") \
    X(TEXT_STAY_CONTACT_UNKNOWN, "stay_contact_unknown", SAID_NOTICE, BOTS_APARTMENTS, "") \
    X(TEXT_STAY_CONTACT_FOREIGN, "stay_contact_foreign", SAID_NOTICE, BOTS_APARTMENTS, "") \
    X(TEXT_STAY_CONTACT_TAKEN, "stay_contact_taken", SAID_MESSAGE, BOTS_APARTMENTS, "") \
    X(TEXT_STAY_CONTACT_NONE, "stay_contact_none", SAID_MESSAGE, BOTS_APARTMENTS, "") \
    X(TEXT_STAY_KEY_CONTACT, "stay_key_contact", SAID_BUTTON, BOTS_APARTMENTS, "") \
    X(TEXT_STAY_KEY_NO_CONTACT, "stay_key_no_contact", SAID_BUTTON, BOTS_APARTMENTS, "") \
    X(TEXT_STAY_BUTTON_AGAIN, "stay_button_again", SAID_BUTTON, BOTS_APARTMENTS, "") \
    X(TEXT_STAY_BUTTON_RELEASE, "stay_button_release", SAID_BUTTON, BOTS_APARTMENTS, "code dates") \
    X(TEXT_STAY_MINE, "stay_mine", SAID_MESSAGE, BOTS_APARTMENTS, "") \
    X(TEXT_STAY_MINE_NONE, "stay_mine_none", SAID_MESSAGE, BOTS_APARTMENTS, "") \
    X(TEXT_STAY_BUTTON_SEARCH, "stay_button_search", SAID_BUTTON, BOTS_APARTMENTS, "") \
    X(TEXT_STAY_RELEASE, "stay_release", SAID_MESSAGE, BOTS_APARTMENTS, "") \
    X(TEXT_STAY_IS_HELD, "stay_is_held", SAID_BUTTON, BOTS_APARTMENTS, "") \
    X(TEXT_STAY_IS_REQUESTED, "stay_is_requested", SAID_BUTTON, BOTS_APARTMENTS, "") \
    X(TEXT_STAY_IS_CLAIMED, "stay_is_claimed", SAID_BUTTON, BOTS_APARTMENTS, "") \
    X(TEXT_STAY_IS_CONFIRMED, "stay_is_confirmed", SAID_BUTTON, BOTS_APARTMENTS, "") \
    X(TEXT_STAY_IS_CHECKED_IN, "stay_is_checked_in", SAID_BUTTON, BOTS_APARTMENTS, "") \
    X(TEXT_STAY_IS_COMPLETED, "stay_is_completed", SAID_BUTTON, BOTS_APARTMENTS, "") \
    X(TEXT_STAY_IS_EXPIRED, "stay_is_expired", SAID_BUTTON, BOTS_APARTMENTS, "") \
    X(TEXT_STAY_IS_DECLINED, "stay_is_declined", SAID_BUTTON, BOTS_APARTMENTS, "") \
    X(TEXT_STAY_IS_CANCELLED, "stay_is_cancelled", SAID_BUTTON, BOTS_APARTMENTS, "") \
    X(TEXT_STAY_IS_NO_SHOW, "stay_is_no_show", SAID_BUTTON, BOTS_APARTMENTS, "") \
    X(TEXT_STAY_NOTHING_SO, "stay_nothing_so", SAID_MESSAGE, BOTS_APARTMENTS, "check_in check_out nights guests city wishes") /* with these wishes */ \
    X(TEXT_STAY_WISH_ROOMS, "stay_wish_rooms", SAID_BUTTON, BOTS_APARTMENTS, "rooms") \
    X(TEXT_STAY_WISH_PRICE, "stay_wish_price", SAID_BUTTON, BOTS_APARTMENTS, "lowest? price?") \
    X(TEXT_STAY_BUTTON_DROP, "stay_button_drop", SAID_BUTTON, BOTS_APARTMENTS, "wish") \
    X(TEXT_STAY_BUTTON_DROP_ALL, "stay_button_drop_all", SAID_BUTTON, BOTS_APARTMENTS, "") \
    X(TEXT_STAY_BUTTON_ADDS, "stay_button_adds", SAID_BUTTON, BOTS_APARTMENTS, "wish adds") /* flats, where this is given up */ \
    X(TEXT_STAY_WORD_QUIET, "stay_word_quiet", SAID_BUTTON, BOTS_APARTMENTS, "") \
    X(TEXT_STAY_WORD_HOUSE, "stay_word_house", SAID_BUTTON, BOTS_APARTMENTS, "") \
    X(TEXT_STAY_WORD_BATH, "stay_word_bath", SAID_BUTTON, BOTS_APARTMENTS, "") \
    X(TEXT_STAY_WORD_SAUNA, "stay_word_sauna", SAID_BUTTON, BOTS_APARTMENTS, "") \
    X(TEXT_STAY_WORD_PENTHOUSE, "stay_word_penthouse", SAID_BUTTON, BOTS_APARTMENTS, "") \
    X(TEXT_STAY_WORD_AIRPORT, "stay_word_airport", SAID_BUTTON, BOTS_APARTMENTS, "") \
    X(TEXT_STAY_WORD_CENTER, "stay_word_center", SAID_BUTTON, BOTS_APARTMENTS, "") \
    X(TEXT_STAY_WORD_EMBANKMENT, "stay_word_embankment", SAID_BUTTON, BOTS_APARTMENTS, "") \
    X(TEXT_STAY_WORD_METRO, "stay_word_metro", SAID_BUTTON, BOTS_APARTMENTS, "") \
    X(TEXT_STAY_WORD_PARK, "stay_word_park", SAID_BUTTON, BOTS_APARTMENTS, "") \
    X(TEXT_STAY_WORD_STATION, "stay_word_station", SAID_BUTTON, BOTS_APARTMENTS, "") \
    X(TEXT_STAY_UNSURE_CITY, "stay_unsure_city", SAID_MESSAGE, BOTS_APARTMENTS, "") \
    X(TEXT_STAY_UNSURE_DATES, "stay_unsure_dates", SAID_MESSAGE, BOTS_APARTMENTS, "") \
    X(TEXT_STAY_UNSURE_START, "stay_unsure_start", SAID_MESSAGE, BOTS_APARTMENTS, "") /* how long is known */ \
    X(TEXT_STAY_UNSURE_GUESTS, "stay_unsure_guests", SAID_MESSAGE, BOTS_APARTMENTS, "") \
    X(TEXT_STAY_UNSURE_ROOMS, "stay_unsure_rooms", SAID_MESSAGE, BOTS_APARTMENTS, "") \
    X(TEXT_STAY_UNSURE_PRICE, "stay_unsure_price", SAID_MESSAGE, BOTS_APARTMENTS, "") \
    X(TEXT_STAY_UNHEARD, "stay_unheard", SAID_MESSAGE, BOTS_APARTMENTS, "") /* where no question stands */ \
    X(TEXT_STAY_TOO_LONG, "stay_too_long", SAID_MESSAGE, BOTS_APARTMENTS, "") /* a phrase */ \
    X(TEXT_NOTICE_PAID, "notice_paid", SAID_MESSAGE, BOTS_APARTMENTS, "") \
    X(TEXT_NOTICE_AGREED, "notice_agreed", SAID_MESSAGE, BOTS_APARTMENTS, "") \
    X(TEXT_NOTICE_EVE, "notice_eve", SAID_MESSAGE, BOTS_APARTMENTS, "arrival") \
    X(TEXT_NOTICE_TODAY, "notice_today", SAID_MESSAGE, BOTS_APARTMENTS, "arrival") \
    X(TEXT_NOTICE_BUTTON_BOOKING, "notice_button_booking", SAID_BUTTON, BOTS_APARTMENTS, "") \
    X(TEXT_NOTICE_REQUEST, "notice_request", SAID_MESSAGE, BOTS_APARTMENTS, "until?") /* to the owner, as all that follow */ \
    X(TEXT_NOTICE_CLAIM, "notice_claim", SAID_MESSAGE, BOTS_APARTMENTS, "deposit? until?") \
    X(TEXT_NOTICE_MOVED, "notice_moved", SAID_MESSAGE, BOTS_APARTMENTS, "") \
    X(TEXT_NOTICE_HOUR, "notice_hour", SAID_MESSAGE, BOTS_APARTMENTS, "") \
    X(TEXT_NOTICE_ARRIVED, "notice_arrived", SAID_MESSAGE, BOTS_APARTMENTS, "") \
    X(TEXT_NOTICE_BUTTON_PAID, "notice_button_paid", SAID_BUTTON, BOTS_APARTMENTS, "deposit") \
    X(TEXT_NOTICE_BUTTON_DEAL, "notice_button_deal", SAID_BUTTON, BOTS_APARTMENTS, "") \
    X(TEXT_BUTTON_DESK, "button_desk", SAID_BUTTON, BOTS_ALL, "") \
    X(TEXT_DESK_STRANGER, "desk_stranger", SAID_MESSAGE, BOTS_APARTMENTS, "") \
    X(TEXT_DESK_LINK_OLD, "desk_link_old", SAID_MESSAGE, BOTS_APARTMENTS, "") \
    X(TEXT_DESK_LINK_TAKEN, "desk_link_taken", SAID_MESSAGE, BOTS_APARTMENTS, "") \
    X(TEXT_DESK_LINK_OTHER, "desk_link_other", SAID_MESSAGE, BOTS_APARTMENTS, "") \
    X(TEXT_DESK_BOUND, "desk_bound", SAID_MESSAGE, BOTS_APARTMENTS, "") \
    X(TEXT_DESK_HOME, "desk_home", SAID_MESSAGE, BOTS_APARTMENTS, "waiting name?") \
    X(TEXT_DESK_HOME_IDLE, "desk_home_idle", SAID_MESSAGE, BOTS_APARTMENTS, "name?") \
    X(TEXT_DESK_BUTTON_TODAY, "desk_button_today", SAID_BUTTON, BOTS_APARTMENTS, "") \
    X(TEXT_DESK_BUTTON_WEEK, "desk_button_week", SAID_BUTTON, BOTS_APARTMENTS, "") \
    X(TEXT_DESK_BUTTON_FLATS, "desk_button_flats", SAID_BUTTON, BOTS_APARTMENTS, "") \
    X(TEXT_DESK_TODAY, "desk_today", SAID_MESSAGE, BOTS_APARTMENTS, "check_in check_out arrivals departures stays") \
    X(TEXT_DESK_WEEK, "desk_week", SAID_MESSAGE, BOTS_APARTMENTS, "check_in check_out arrivals departures stays") \
    X(TEXT_DESK_ARRIVES, "desk_arrives", SAID_BUTTON, BOTS_APARTMENTS, "") \
    X(TEXT_DESK_LEAVES, "desk_leaves", SAID_BUTTON, BOTS_APARTMENTS, "") \
    X(TEXT_DESK_STAYS, "desk_stays", SAID_BUTTON, BOTS_APARTMENTS, "") \
    X(TEXT_DESK_BOOKING, "desk_booking", SAID_MESSAGE, BOTS_APARTMENTS, "check_in check_out nights guests state code total title? name? phone? note? deposit? paid? refund? until?") \
    X(TEXT_DESK_IS_HELD, "desk_is_held", SAID_BUTTON, BOTS_APARTMENTS, "") \
    X(TEXT_DESK_IS_REQUESTED, "desk_is_requested", SAID_BUTTON, BOTS_APARTMENTS, "") \
    X(TEXT_DESK_IS_CLAIMED, "desk_is_claimed", SAID_BUTTON, BOTS_APARTMENTS, "") \
    X(TEXT_DESK_IS_CONFIRMED, "desk_is_confirmed", SAID_BUTTON, BOTS_APARTMENTS, "") \
    X(TEXT_DESK_IS_CHECKED_IN, "desk_is_checked_in", SAID_BUTTON, BOTS_APARTMENTS, "") \
    X(TEXT_DESK_IS_COMPLETED, "desk_is_completed", SAID_BUTTON, BOTS_APARTMENTS, "") \
    X(TEXT_DESK_IS_EXPIRED, "desk_is_expired", SAID_BUTTON, BOTS_APARTMENTS, "") \
    X(TEXT_DESK_IS_DECLINED, "desk_is_declined", SAID_BUTTON, BOTS_APARTMENTS, "") \
    X(TEXT_DESK_IS_CANCELLED, "desk_is_cancelled", SAID_BUTTON, BOTS_APARTMENTS, "") \
    X(TEXT_DESK_IS_NO_SHOW, "desk_is_no_show", SAID_BUTTON, BOTS_APARTMENTS, "") \
    X(TEXT_DESK_BUTTON_PAID, "desk_button_paid", SAID_BUTTON, BOTS_APARTMENTS, "price") \
    X(TEXT_DESK_BUTTON_SURE, "desk_button_sure", SAID_BUTTON, BOTS_APARTMENTS, "") \
    X(TEXT_DESK_SURE_DECLINE, "desk_sure_decline", SAID_MESSAGE, BOTS_APARTMENTS, "check_in check_out nights guests code") \
    X(TEXT_DESK_SURE_CHECK_OUT, "desk_sure_check_out", SAID_MESSAGE, BOTS_APARTMENTS, "check_in check_out nights guests code") \
    X(TEXT_DESK_SURE_NO_SHOW, "desk_sure_no_show", SAID_MESSAGE, BOTS_APARTMENTS, "check_in check_out nights guests code") \
    X(TEXT_DESK_CANCEL, "desk_cancel", SAID_MESSAGE, BOTS_APARTMENTS, "refund fee") \
    X(TEXT_DESK_CANCEL_FREE, "desk_cancel_free", SAID_MESSAGE, BOTS_APARTMENTS, "") \
    X(TEXT_DESK_TOO_EARLY, "desk_too_early", SAID_MESSAGE, BOTS_APARTMENTS, "") \
    X(TEXT_DESK_NIGHTS_TAKEN, "desk_nights_taken", SAID_MESSAGE, BOTS_APARTMENTS, "") \
    X(TEXT_DESK_NO_CONTACT, "desk_no_contact", SAID_MESSAGE, BOTS_APARTMENTS, "") \
    X(TEXT_DESK_NOT_THERE, "desk_not_there", SAID_MESSAGE, BOTS_APARTMENTS, "") \
    X(TEXT_DESK_FLATS, "desk_flats", SAID_MESSAGE, BOTS_APARTMENTS, "") \
    X(TEXT_DESK_NO_FLATS, "desk_no_flats", SAID_MESSAGE, BOTS_APARTMENTS, "") \
    X(TEXT_DESK_FLAT, "desk_flat", SAID_MESSAGE, BOTS_APARTMENTS, "title flat") \
    X(TEXT_DESK_FLAT_BLOCKED, "desk_flat_blocked", SAID_MESSAGE, BOTS_APARTMENTS, "title flat") \
    X(TEXT_DESK_BUTTON_BLOCK, "desk_button_block", SAID_BUTTON, BOTS_APARTMENTS, "") \
    X(TEXT_DESK_BLOCK_FROM, "desk_block_from", SAID_MESSAGE, BOTS_APARTMENTS, "") \
    X(TEXT_DESK_BLOCK_TO, "desk_block_to", SAID_MESSAGE, BOTS_APARTMENTS, "check_in most") \
    X(TEXT_DESK_BLOCKED, "desk_blocked", SAID_MESSAGE, BOTS_APARTMENTS, "") \
    X(TEXT_DESK_BLOCK, "desk_block", SAID_MESSAGE, BOTS_APARTMENTS, "check_in check_out note?") \
    X(TEXT_DESK_BUTTON_OPEN, "desk_button_open", SAID_BUTTON, BOTS_APARTMENTS, "") \
    X(TEXT_DESK_OPENED, "desk_opened", SAID_MESSAGE, BOTS_APARTMENTS, "") \
    X(TEXT_DESK_OPEN_ALREADY, "desk_open_already", SAID_MESSAGE, BOTS_APARTMENTS, "")
// clang-format on

enum text {
#define X(text, ...) text,
    TEXTS_EACH(X)
#undef X
        TEXTS
};

enum { TEXT_VALUES_MAX = 16 }; /* of one text */

/* `struct texts` (base/value.h) is one text in the three languages. All that one kind of bot says
 * is an array of TEXTS of them, in the order of enum text: templates as they are written. */

/* Appends the text in the language. It has at most the length that its place takes (enum said of
 * texts/text_key.h); of a message it is HTML of the Bot API, else plain.
 *
 * `values` are those that the line of the key above names, in any order. Text is a stranger's: it
 * is escaped where the place is HTML, and cut where it is longer than its line in `value_kinds`
 * says. */
void text_say(const struct texts *texts, enum text text, enum language language,
              const struct text_value *values, size_t count, struct buf *out);

/* The same out of values of which the text names some. False, and nothing is said, where one is
 * missing that must not be. */
bool text_say_some(const struct texts *texts, enum text text, enum language language,
                   const struct text_value *values, size_t count, struct buf *out);

/* Where the text has its words in the language. */
struct slice *texts_place(struct texts *text, enum language language);

/* The texts that are built in. Static. */
const struct texts *texts_built_in(void);
