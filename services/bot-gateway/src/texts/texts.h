// SPDX-License-Identifier: MIT
/* All texts that bots send to people.
 *
 * A text has a key. Its templates (texts/template.h) are built in from
 * services/bot-gateway/texts/{ru,kz,en}.tsv and may be replaced by rows of the table `bot_messages`
 * (texts/texts_watch.h).
 *
 * A new text needs a line here and a line in each of the three files; a new value needs a line of
 * `value_kinds` in texts/text_key.c. The suite test_texts reports what is missing. */
#pragma once

#include "base/language.h"
#include "base/value.h"

#include "texts/template.h"
#include "texts/texts_rides.h"

// clang-format off
/* Columns: constant, key, use, types of bots, names of values ("name?" is optional). Those of rides
 * are in texts/texts_rides.h. */
#define TEXTS_EACH(X)                                                                              \
    X(TEXT_START,   "start",   TEXT_USE_MESSAGE, BOTS_ALL, "name?")                                    \
    X(TEXT_HELP,    "help",    TEXT_USE_MESSAGE, BOTS_ALL, "support?")                                         \
    X(TEXT_PRIVACY, "privacy", TEXT_USE_MESSAGE, BOTS_ALL, "offer? privacy? support?") \
    X(TEXT_UNKNOWN, "unknown", TEXT_USE_MESSAGE, BOTS_ALL, "") /* reply to unknown input */ \
    X(TEXT_HELLO,   "hello",   TEXT_USE_MESSAGE, BOTS_ALL, "")                                         \
    X(TEXT_WELCOME, "welcome", TEXT_USE_MESSAGE, BOTS_ALL, "") /* reply to thanks */                         \
    X(TEXT_SORRY,   "sorry",   TEXT_USE_MESSAGE, BOTS_ALL, "") /* an update could not be handled */    \
    X(TEXT_PAUSE,   "pause",   TEXT_USE_MESSAGE, BOTS_ALL, "") /* another service does not answer yet */ \
    X(TEXT_LANGUAGE_ASK, "language_ask", TEXT_USE_MESSAGE, BOTS_ALL, "")                               \
    X(TEXT_LANGUAGE_SET, "language_set", TEXT_USE_MESSAGE, BOTS_ALL, "")                               \
    X(TEXT_CANCELLED, "cancelled", TEXT_USE_MESSAGE, BOTS_ALL, "")                                     \
    X(TEXT_NOTHING_TO_CANCEL, "nothing_to_cancel", TEXT_USE_MESSAGE, BOTS_ALL, "")                     \
    X(TEXT_PAUSE_TAP, "pause_tap", TEXT_USE_NOTICE, BOTS_ALL, "") /* PostgreSQL is unavailable */ \
    X(TEXT_PAUSE_DATABASE, "pause_database", TEXT_USE_MESSAGE, BOTS_ALL, "") \
    X(TEXT_BUTTON_STALE, "button_stale", TEXT_USE_NOTICE, BOTS_ALL, "")                                \
    X(TEXT_BUTTON_FOREIGN, "button_foreign", TEXT_USE_NOTICE, BOTS_ALL, "")                            \
    X(TEXT_BUTTON_SEARCH, "button_search", TEXT_USE_BUTTON, BOTS_ALL, "")                              \
    X(TEXT_BUTTON_LANGUAGE, "button_language", TEXT_USE_BUTTON, BOTS_ALL, "")                          \
    X(TEXT_BUTTON_HELP, "button_help", TEXT_USE_BUTTON, BOTS_ALL, "")                                   \
    X(TEXT_BUTTON_BACK, "button_back", TEXT_USE_BUTTON, BOTS_ALL, "")                                   \
    X(TEXT_BUTTON_AGAIN, "button_again", TEXT_USE_BUTTON, BOTS_ALL, "")                                 \
    X(TEXT_BUTTON_NOT_NOW, "button_not_now", TEXT_USE_BUTTON, BOTS_ALL, "")                             \
    TEXTS_OF_RIDES(X) \
    X(TEXT_STAY_CITY, "stay_city", TEXT_USE_MESSAGE, BOTS_APARTMENTS, "")                               \
    X(TEXT_STAY_CITY_UNKNOWN, "stay_city_unknown", TEXT_USE_NOTICE, BOTS_APARTMENTS, "")                \
    X(TEXT_STAY_CITY_FAR, "stay_city_far", TEXT_USE_NOTICE, BOTS_APARTMENTS, "") /* from the sent location */ \
    X(TEXT_STAY_DAY, "stay_day", TEXT_USE_MESSAGE, BOTS_APARTMENTS, "city title?")                      \
    X(TEXT_STAY_DAY_UNKNOWN, "stay_day_unknown", TEXT_USE_NOTICE, BOTS_APARTMENTS, "")                  \
    X(TEXT_STAY_DAY_PAST, "stay_day_past", TEXT_USE_NOTICE, BOTS_APARTMENTS, "")                        \
    X(TEXT_STAY_DAY_EARLY, "stay_day_early", TEXT_USE_NOTICE, BOTS_APARTMENTS, "") /* for check-out */  \
    X(TEXT_STAY_DAY_FAR, "stay_day_far", TEXT_USE_NOTICE, BOTS_APARTMENTS, "")                          \
    X(TEXT_STAY_DAY_TAKEN, "stay_day_taken", TEXT_USE_NOTICE, BOTS_APARTMENTS, "")                      \
    X(TEXT_STAY_DAY_CLOSED, "stay_day_closed", TEXT_USE_NOTICE, BOTS_APARTMENTS, "")                    \
    X(TEXT_STAY_DAY_SHORT, "stay_day_short", TEXT_USE_NOTICE, BOTS_APARTMENTS, "least?") /* too few nights */ \
    X(TEXT_STAY_MONTH_FULL, "stay_month_full", TEXT_USE_MESSAGE, BOTS_APARTMENTS, "")                   \
    X(TEXT_STAY_BUTTON_TODAY, "stay_button_today", TEXT_USE_BUTTON, BOTS_ALL, "")                \
    X(TEXT_STAY_BUTTON_TOMORROW, "stay_button_tomorrow", TEXT_USE_BUTTON, BOTS_ALL, "")          \
    X(TEXT_STAY_BUTTON_WEEKEND, "stay_button_weekend", TEXT_USE_BUTTON, BOTS_APARTMENTS, "dates")       \
    X(TEXT_STAY_NIGHTS, "stay_nights", TEXT_USE_MESSAGE, BOTS_APARTMENTS, "check_in most title?")       \
    X(TEXT_STAY_GUESTS, "stay_guests", TEXT_USE_MESSAGE, BOTS_APARTMENTS, "")                           \
    X(TEXT_STAY_GUESTS_LIMIT, "stay_guests_limit", TEXT_USE_MESSAGE, BOTS_APARTMENTS, "limit") \
    X(TEXT_STAY_NUMBER_UNKNOWN, "stay_number_unknown", TEXT_USE_NOTICE, BOTS_APARTMENTS, "")            \
    X(TEXT_STAY_LIST, "stay_list", TEXT_USE_MESSAGE, BOTS_APARTMENTS, "check_in check_out nights guests city wishes?") \
    X(TEXT_STAY_CARD, "stay_card", TEXT_USE_MESSAGE, BOTS_APARTMENTS, "check_in check_out nights guests title city total night district? rooms? amenities? wishes? why?") \
    X(TEXT_STAY_BUTTON_SEE, "stay_button_see", TEXT_USE_BUTTON, BOTS_APARTMENTS, "")                    \
    X(TEXT_STAY_AMENITY_MOUNTAINS, "stay_amenity_mountains", TEXT_USE_BUTTON, BOTS_APARTMENTS, "") \
    X(TEXT_STAY_AMENITY_VIEW, "stay_amenity_view", TEXT_USE_BUTTON, BOTS_APARTMENTS, "") \
    X(TEXT_STAY_AMENITY_BALCONY, "stay_amenity_balcony", TEXT_USE_BUTTON, BOTS_APARTMENTS, "") \
    X(TEXT_STAY_AMENITY_FIREPLACE, "stay_amenity_fireplace", TEXT_USE_BUTTON, BOTS_APARTMENTS, "") \
    X(TEXT_STAY_AMENITY_SELF, "stay_amenity_self", TEXT_USE_BUTTON, BOTS_APARTMENTS, "") \
    X(TEXT_STAY_AMENITY_PETS, "stay_amenity_pets", TEXT_USE_BUTTON, BOTS_APARTMENTS, "") \
    X(TEXT_STAY_AMENITY_CRIB, "stay_amenity_crib", TEXT_USE_BUTTON, BOTS_APARTMENTS, "") \
    X(TEXT_STAY_AMENITY_PARKING, "stay_amenity_parking", TEXT_USE_BUTTON, BOTS_APARTMENTS, "") \
    X(TEXT_STAY_AMENITY_WORKPLACE, "stay_amenity_workplace", TEXT_USE_BUTTON, BOTS_APARTMENTS, "") \
    X(TEXT_STAY_AMENITY_WIFI, "stay_amenity_wifi", TEXT_USE_BUTTON, BOTS_APARTMENTS, "") \
    X(TEXT_STAY_AMENITY_CONDITIONER, "stay_amenity_conditioner", TEXT_USE_BUTTON, BOTS_APARTMENTS, "") \
    X(TEXT_STAY_AMENITY_KITCHEN, "stay_amenity_kitchen", TEXT_USE_BUTTON, BOTS_APARTMENTS, "") \
    X(TEXT_STAY_AMENITY_WASHER, "stay_amenity_washer", TEXT_USE_BUTTON, BOTS_APARTMENTS, "") \
    X(TEXT_STAY_AMENITY_DISHWASHER, "stay_amenity_dishwasher", TEXT_USE_BUTTON, BOTS_APARTMENTS, "") \
    X(TEXT_STAY_AMENITY_ELEVATOR, "stay_amenity_elevator", TEXT_USE_BUTTON, BOTS_APARTMENTS, "") \
    X(TEXT_STAY_AMENITY_TV, "stay_amenity_tv", TEXT_USE_BUTTON, BOTS_APARTMENTS, "") \
    X(TEXT_STAY_AMENITY_IRON, "stay_amenity_iron", TEXT_USE_BUTTON, BOTS_APARTMENTS, "") \
    X(TEXT_STAY_NOTHING, "stay_nothing", TEXT_USE_MESSAGE, BOTS_APARTMENTS, "check_in check_out nights guests city wishes?") \
    X(TEXT_STAY_BUTTON_DATES, "stay_button_dates", TEXT_USE_BUTTON, BOTS_APARTMENTS, "")                \
    X(TEXT_STAY_BUTTON_GUESTS, "stay_button_guests", TEXT_USE_BUTTON, BOTS_APARTMENTS, "") \
    X(TEXT_STAY_BUTTON_CITY, "stay_button_city", TEXT_USE_BUTTON, BOTS_APARTMENTS, "")                  \
    X(TEXT_STAY_REFUSED, "stay_refused", TEXT_USE_MESSAGE, BOTS_APARTMENTS, "")                         \
    X(TEXT_STAY_FLAT_GONE, "stay_flat_gone", TEXT_USE_MESSAGE, BOTS_APARTMENTS, "")                     \
    X(TEXT_STAY_FLAT, "stay_flat", TEXT_USE_MESSAGE, BOTS_APARTMENTS, "check_in check_out nights guests title city district? rooms? amenities?") \
    X(TEXT_STAY_OFFER, "stay_offer", TEXT_USE_MESSAGE, BOTS_APARTMENTS, "total")       \
    X(TEXT_STAY_TERMS, "stay_terms", TEXT_USE_MESSAGE, BOTS_APARTMENTS, "deposit until policy?") /* a line of a card, as the next four */ \
    X(TEXT_STAY_TERMS_KEPT, "stay_terms_kept", TEXT_USE_MESSAGE, BOTS_APARTMENTS, "deposit policy?") \
    X(TEXT_STAY_TERMS_NONE, "stay_terms_none", TEXT_USE_MESSAGE, BOTS_APARTMENTS, "") \
    X(TEXT_STAY_SECURITY, "stay_security", TEXT_USE_MESSAGE, BOTS_APARTMENTS, "security") \
    X(TEXT_STAY_ASKS, "stay_asks", TEXT_USE_MESSAGE, BOTS_APARTMENTS, "") \
    X(TEXT_STAY_ABOUT, "stay_about", TEXT_USE_MESSAGE, BOTS_APARTMENTS, "title about?") /* description, amenities or rules */ \
    X(TEXT_STAY_RULES, "stay_rules", TEXT_USE_MESSAGE, BOTS_APARTMENTS, "arrival departure limit? least?") \
    X(TEXT_STAY_NEAR, "stay_near", TEXT_USE_NOTICE, BOTS_APARTMENTS, "") /* after the district, on the map */ \
    X(TEXT_STAY_PHOTOS_REFUSED, "stay_photos_refused", TEXT_USE_MESSAGE, BOTS_APARTMENTS, "") \
    X(TEXT_STAY_BUTTON_PHOTOS, "stay_button_photos", TEXT_USE_BUTTON, BOTS_APARTMENTS, "") \
    X(TEXT_STAY_BUTTON_MAP, "stay_button_map", TEXT_USE_BUTTON, BOTS_APARTMENTS, "") \
    X(TEXT_STAY_BUTTON_DESCRIPTION, "stay_button_description", TEXT_USE_BUTTON, BOTS_APARTMENTS, "") \
    X(TEXT_STAY_BUTTON_AMENITIES, "stay_button_amenities", TEXT_USE_BUTTON, BOTS_APARTMENTS, "") \
    X(TEXT_STAY_BUTTON_RULES, "stay_button_rules", TEXT_USE_BUTTON, BOTS_APARTMENTS, "") \
    X(TEXT_STAY_BUTTON_BOOK, "stay_button_book", TEXT_USE_BUTTON, BOTS_APARTMENTS, "")                  \
    X(TEXT_STAY_OTHERS, "stay_others", TEXT_USE_MESSAGE, BOTS_APARTMENTS, "")                           \
    X(TEXT_STAY_NO_OTHERS, "stay_no_others", TEXT_USE_MESSAGE, BOTS_APARTMENTS, "")                     \
    X(TEXT_STAY_FEW_NIGHTS, "stay_few_nights", TEXT_USE_MESSAGE, BOTS_APARTMENTS, "least") \
    X(TEXT_STAY_BUTTON_DATES_OF, "stay_button_dates_of", TEXT_USE_BUTTON, BOTS_APARTMENTS, "dates total") \
    X(TEXT_STAY_BUTTON_OTHER_FLAT, "stay_button_other_flat", TEXT_USE_BUTTON, BOTS_APARTMENTS, "dates total") \
    X(TEXT_STAY_GUEST_NAME, "stay_guest_name", TEXT_USE_BUTTON, BOTS_ALL, "")                    \
    X(TEXT_STAY_NIGHTS_TAKEN, "stay_nights_taken", TEXT_USE_MESSAGE, BOTS_APARTMENTS, "")               \
    X(TEXT_STAY_PRICE_OLD, "stay_price_old", TEXT_USE_MESSAGE, BOTS_APARTMENTS, "")                     \
    X(TEXT_STAY_HOLDS_MANY, "stay_holds_many", TEXT_USE_MESSAGE, BOTS_APARTMENTS, "")                   \
    X(TEXT_STAY_UNPAID_MANY, "stay_unpaid_many", TEXT_USE_MESSAGE, BOTS_APARTMENTS, "") \
    X(TEXT_STAY_HOLDS, "stay_holds", TEXT_USE_MESSAGE, BOTS_APARTMENTS, "")                             \
    X(TEXT_STAY_NO_HOLDS, "stay_no_holds", TEXT_USE_MESSAGE, BOTS_APARTMENTS, "")                       \
    X(TEXT_STAY_HELD, "stay_held", TEXT_USE_MESSAGE, BOTS_APARTMENTS, "until? refund?")        \
    X(TEXT_STAY_REQUESTED, "stay_requested", TEXT_USE_MESSAGE, BOTS_APARTMENTS, "until? refund?") \
    X(TEXT_STAY_CLAIMED, "stay_claimed", TEXT_USE_MESSAGE, BOTS_APARTMENTS, "until? refund?")  \
    X(TEXT_STAY_CLAIMED_LATE, "stay_claimed_late", TEXT_USE_MESSAGE, BOTS_APARTMENTS, "until? refund?") /* after `until` */ \
    X(TEXT_STAY_CONFIRMED, "stay_confirmed", TEXT_USE_MESSAGE, BOTS_APARTMENTS, "until? refund?") \
    X(TEXT_STAY_AGREED, "stay_agreed", TEXT_USE_MESSAGE, BOTS_APARTMENTS, "until? refund?") /* confirmed before */ \
    X(TEXT_STAY_CHECKED_IN, "stay_checked_in", TEXT_USE_MESSAGE, BOTS_APARTMENTS, "until? refund?") \
    X(TEXT_STAY_COMPLETED, "stay_completed", TEXT_USE_MESSAGE, BOTS_APARTMENTS, "until? refund?") \
    X(TEXT_STAY_EXPIRED, "stay_expired", TEXT_USE_MESSAGE, BOTS_APARTMENTS, "until? refund?")  \
    X(TEXT_STAY_EXPIRED_HOLD, "stay_expired_hold", TEXT_USE_MESSAGE, BOTS_APARTMENTS, "until? refund?") /* button_again follows */ \
    X(TEXT_STAY_EXPIRED_REQUEST, "stay_expired_request", TEXT_USE_MESSAGE, BOTS_APARTMENTS, "until? refund?") \
    X(TEXT_STAY_DECLINED, "stay_declined", TEXT_USE_MESSAGE, BOTS_APARTMENTS, "until? refund?") \
    X(TEXT_STAY_CANCELLED, "stay_cancelled", TEXT_USE_MESSAGE, BOTS_APARTMENTS, "until? refund?") \
    X(TEXT_STAY_NO_SHOW, "stay_no_show", TEXT_USE_MESSAGE, BOTS_APARTMENTS, "until? refund?")  \
    X(TEXT_STAY_BOOKING, "stay_booking", TEXT_USE_MESSAGE, BOTS_APARTMENTS, "check_in check_out nights guests code total paid? title?") \
    X(TEXT_STAY_TO_CONFIRM, "stay_to_confirm", TEXT_USE_MESSAGE, BOTS_APARTMENTS, "") \
    X(TEXT_STAY_PAY, "stay_pay", TEXT_USE_MESSAGE, BOTS_APARTMENTS, "deposit? payment_info? policy?")   \
    X(TEXT_STAY_RECEIPT, "stay_receipt", TEXT_USE_MESSAGE, BOTS_APARTMENTS, "") \
    X(TEXT_STAY_RECEIPT_WHICH, "stay_receipt_which", TEXT_USE_MESSAGE, BOTS_APARTMENTS, "") \
    X(TEXT_STAY_RECEIPT_NONE, "stay_receipt_none", TEXT_USE_MESSAGE, BOTS_APARTMENTS, "support?") /* no payment is awaited */ \
    X(TEXT_STAY_RECEIPT_KIND, "stay_receipt_kind", TEXT_USE_MESSAGE, BOTS_APARTMENTS, "") /* a file of another type */ \
    X(TEXT_STAY_ARRIVAL, "stay_arrival", TEXT_USE_MESSAGE, BOTS_APARTMENTS, "arrival departure address? entry?") \
    X(TEXT_STAY_REST, "stay_rest", TEXT_USE_MESSAGE, BOTS_APARTMENTS, "rest payment_info?") \
    X(TEXT_STAY_ENTRY, "stay_entry", TEXT_USE_MESSAGE, BOTS_APARTMENTS, "check_in_info")                \
    X(TEXT_STAY_ENTRY_PHONE, "stay_entry_phone", TEXT_USE_MESSAGE, BOTS_APARTMENTS, "") \
    X(TEXT_STAY_BOOKING_GONE, "stay_booking_gone", TEXT_USE_MESSAGE, BOTS_APARTMENTS, "")               \
    X(TEXT_STAY_BUTTON_FREE, "stay_button_free", TEXT_USE_BUTTON, BOTS_APARTMENTS, "")                  \
    X(TEXT_STAY_RATED, "stay_rated", TEXT_USE_MESSAGE, BOTS_APARTMENTS, "") \
    X(TEXT_STAY_MOVED_ON, "stay_moved_on", TEXT_USE_MESSAGE, BOTS_APARTMENTS, "")                       \
    X(TEXT_STAY_CANCEL, "stay_cancel", TEXT_USE_MESSAGE, BOTS_APARTMENTS, "refund? fee?")               \
    X(TEXT_STAY_CANCEL_FREE, "stay_cancel_free", TEXT_USE_MESSAGE, BOTS_APARTMENTS, "")                 \
    X(TEXT_STAY_SENT, "stay_sent", TEXT_USE_MESSAGE, BOTS_APARTMENTS, "support?") /* a payment is claimed but not confirmed */ \
    X(TEXT_STAY_BUTTON_CANCEL, "stay_button_cancel", TEXT_USE_BUTTON, BOTS_APARTMENTS, "")              \
    X(TEXT_STAY_REFUND_CHANGED, "stay_refund_changed", TEXT_USE_MESSAGE, BOTS_APARTMENTS, "") \
    X(TEXT_STAY_CHANGE_DAY, "stay_change_day", TEXT_USE_MESSAGE, BOTS_APARTMENTS, "check_in check_out") \
    X(TEXT_STAY_CHANGE_SAME, "stay_change_same", TEXT_USE_NOTICE, BOTS_APARTMENTS, "") \
    X(TEXT_STAY_CHANGE_TAKEN, "stay_change_taken", TEXT_USE_MESSAGE, BOTS_APARTMENTS, "taken?") \
    X(TEXT_STAY_CHANGE_LATE, "stay_change_late", TEXT_USE_MESSAGE, BOTS_APARTMENTS, "until support?") \
    X(TEXT_STAY_CHANGE_FROM, "stay_change_from", TEXT_USE_MESSAGE, BOTS_APARTMENTS, "check_in check_out nights guests code total") \
    X(TEXT_STAY_CHANGE_TO, "stay_change_to", TEXT_USE_MESSAGE, BOTS_APARTMENTS, "check_in check_out nights guests code total paid? deposit? rest? refund?") \
    X(TEXT_STAY_BUTTON_CHANGE, "stay_button_change", TEXT_USE_BUTTON, BOTS_APARTMENTS, "") \
    X(TEXT_STAY_CHANGED, "stay_changed", TEXT_USE_MESSAGE, BOTS_APARTMENTS, "") \
    X(TEXT_BUTTON_MYBOOKINGS, "button_mybookings", TEXT_USE_BUTTON, BOTS_ALL, "") \
    X(TEXT_BUTTON_MORE, "button_more", TEXT_USE_BUTTON, BOTS_ALL, "") \
    X(TEXT_COMMAND_SEARCH, "command_search", TEXT_USE_BUTTON, BOTS_ALL, "") /* in the menu of commands */ \
    X(TEXT_COMMAND_MYBOOKINGS, "command_mybookings", TEXT_USE_BUTTON, BOTS_ALL, "") \
    X(TEXT_COMMAND_LANGUAGE, "command_language", TEXT_USE_BUTTON, BOTS_ALL, "") \
    X(TEXT_COMMAND_PRIVACY, "command_privacy", TEXT_USE_BUTTON, BOTS_ALL, "") \
    X(TEXT_COMMAND_CANCEL, "command_cancel", TEXT_USE_BUTTON, BOTS_ALL, "") \
    X(TEXT_COMMAND_HELP, "command_help", TEXT_USE_BUTTON, BOTS_ALL, "") \
    X(TEXT_COMMAND_START, "command_start", TEXT_USE_BUTTON, BOTS_ALL, "") \
    X(TEXT_KEYS_AWAY, "keys_away", TEXT_USE_MESSAGE, BOTS_ALL, "") \
    X(TEXT_STAY_LINE, "stay_line", TEXT_USE_MESSAGE, BOTS_APARTMENTS, "line price") \
    X(TEXT_STAY_LINE_NIGHTS, "stay_line_nights", TEXT_USE_MESSAGE, BOTS_APARTMENTS, "nights price") \
    X(TEXT_STAY_LINE_OTHER_NIGHTS, "stay_line_other_nights", TEXT_USE_MESSAGE, BOTS_APARTMENTS, "line nights price") \
    X(TEXT_STAY_CONTACT, "stay_contact", TEXT_USE_MESSAGE, BOTS_APARTMENTS, "") \
    X(TEXT_STAY_CONTACT_NEEDED, "stay_contact_needed", TEXT_USE_MESSAGE, BOTS_APARTMENTS, "") /* in place of stay_contact, where nothing is due */ \
    X(TEXT_STAY_CONTACT_SHARE, "stay_contact_share", TEXT_USE_NOTICE, BOTS_APARTMENTS, "") /* a typed number, there */ \
    X(TEXT_STAY_CONSENT, "stay_consent", TEXT_USE_MESSAGE, BOTS_ALL, "") /* after stay_contact and stay_contact_needed, if there is an agreement */ \
    X(TEXT_STAY_CONTACT_UNKNOWN, "stay_contact_unknown", TEXT_USE_NOTICE, BOTS_ALL, "") \
    X(TEXT_STAY_CONTACT_FOREIGN, "stay_contact_foreign", TEXT_USE_NOTICE, BOTS_ALL, "") \
    X(TEXT_STAY_CONTACT_TAKEN, "stay_contact_taken", TEXT_USE_MESSAGE, BOTS_APARTMENTS, "") \
    X(TEXT_STAY_CONTACT_NONE, "stay_contact_none", TEXT_USE_MESSAGE, BOTS_APARTMENTS, "") \
    X(TEXT_STAY_KEY_CONTACT, "stay_key_contact", TEXT_USE_BUTTON, BOTS_ALL, "") \
    X(TEXT_STAY_KEY_NO_CONTACT, "stay_key_no_contact", TEXT_USE_BUTTON, BOTS_APARTMENTS, "") \
    X(TEXT_STAY_BUTTON_AGAIN, "stay_button_again", TEXT_USE_BUTTON, BOTS_APARTMENTS, "") \
    X(TEXT_STAY_BUTTON_RELEASE, "stay_button_release", TEXT_USE_BUTTON, BOTS_APARTMENTS, "code dates") \
    X(TEXT_STAY_MINE, "stay_mine", TEXT_USE_MESSAGE, BOTS_APARTMENTS, "") \
    X(TEXT_STAY_MINE_NONE, "stay_mine_none", TEXT_USE_MESSAGE, BOTS_APARTMENTS, "") \
    X(TEXT_STAY_BUTTON_SEARCH, "stay_button_search", TEXT_USE_BUTTON, BOTS_APARTMENTS, "") \
    X(TEXT_STAY_RELEASE, "stay_release", TEXT_USE_MESSAGE, BOTS_APARTMENTS, "") \
    X(TEXT_STAY_IS_HELD, "stay_is_held", TEXT_USE_BUTTON, BOTS_APARTMENTS, "") \
    X(TEXT_STAY_IS_REQUESTED, "stay_is_requested", TEXT_USE_BUTTON, BOTS_APARTMENTS, "") \
    X(TEXT_STAY_IS_CLAIMED, "stay_is_claimed", TEXT_USE_BUTTON, BOTS_APARTMENTS, "") \
    X(TEXT_STAY_IS_CONFIRMED, "stay_is_confirmed", TEXT_USE_BUTTON, BOTS_APARTMENTS, "") \
    X(TEXT_STAY_IS_CHECKED_IN, "stay_is_checked_in", TEXT_USE_BUTTON, BOTS_APARTMENTS, "") \
    X(TEXT_STAY_IS_COMPLETED, "stay_is_completed", TEXT_USE_BUTTON, BOTS_APARTMENTS, "") \
    X(TEXT_STAY_IS_EXPIRED, "stay_is_expired", TEXT_USE_BUTTON, BOTS_APARTMENTS, "") \
    X(TEXT_STAY_IS_DECLINED, "stay_is_declined", TEXT_USE_BUTTON, BOTS_APARTMENTS, "") \
    X(TEXT_STAY_IS_CANCELLED, "stay_is_cancelled", TEXT_USE_BUTTON, BOTS_APARTMENTS, "") \
    X(TEXT_STAY_IS_NO_SHOW, "stay_is_no_show", TEXT_USE_BUTTON, BOTS_APARTMENTS, "") \
    X(TEXT_STAY_NOTHING_SO, "stay_nothing_so", TEXT_USE_MESSAGE, BOTS_APARTMENTS, "check_in check_out nights guests city wishes") /* with these filters */ \
    X(TEXT_STAY_WISH_ROOMS, "stay_wish_rooms", TEXT_USE_BUTTON, BOTS_APARTMENTS, "rooms") \
    X(TEXT_STAY_WISH_PRICE, "stay_wish_price", TEXT_USE_BUTTON, BOTS_APARTMENTS, "lowest? price?") \
    X(TEXT_STAY_BUTTON_DROP, "stay_button_drop", TEXT_USE_BUTTON, BOTS_APARTMENTS, "wish") \
    X(TEXT_STAY_BUTTON_DROP_ALL, "stay_button_drop_all", TEXT_USE_BUTTON, BOTS_APARTMENTS, "") \
    X(TEXT_STAY_BUTTON_ADDS, "stay_button_adds", TEXT_USE_BUTTON, BOTS_APARTMENTS, "wish adds") /* number of apartments without this filter */ \
    X(TEXT_STAY_WORD_QUIET, "stay_word_quiet", TEXT_USE_BUTTON, BOTS_APARTMENTS, "") \
    X(TEXT_STAY_WORD_HOUSE, "stay_word_house", TEXT_USE_BUTTON, BOTS_APARTMENTS, "") \
    X(TEXT_STAY_WORD_BATH, "stay_word_bath", TEXT_USE_BUTTON, BOTS_APARTMENTS, "") \
    X(TEXT_STAY_WORD_SAUNA, "stay_word_sauna", TEXT_USE_BUTTON, BOTS_APARTMENTS, "") \
    X(TEXT_STAY_WORD_PENTHOUSE, "stay_word_penthouse", TEXT_USE_BUTTON, BOTS_APARTMENTS, "") \
    X(TEXT_STAY_WORD_AIRPORT, "stay_word_airport", TEXT_USE_BUTTON, BOTS_APARTMENTS, "") \
    X(TEXT_STAY_WORD_CENTER, "stay_word_center", TEXT_USE_BUTTON, BOTS_APARTMENTS, "") \
    X(TEXT_STAY_WORD_EMBANKMENT, "stay_word_embankment", TEXT_USE_BUTTON, BOTS_APARTMENTS, "") \
    X(TEXT_STAY_WORD_METRO, "stay_word_metro", TEXT_USE_BUTTON, BOTS_APARTMENTS, "") \
    X(TEXT_STAY_WORD_PARK, "stay_word_park", TEXT_USE_BUTTON, BOTS_APARTMENTS, "") \
    X(TEXT_STAY_WORD_STATION, "stay_word_station", TEXT_USE_BUTTON, BOTS_APARTMENTS, "") \
    X(TEXT_STAY_UNSURE_CITY, "stay_unsure_city", TEXT_USE_MESSAGE, BOTS_APARTMENTS, "") \
    X(TEXT_STAY_UNSURE_DATES, "stay_unsure_dates", TEXT_USE_MESSAGE, BOTS_APARTMENTS, "") \
    X(TEXT_STAY_UNSURE_START, "stay_unsure_start", TEXT_USE_MESSAGE, BOTS_APARTMENTS, "") /* the length of the stay is known */ \
    X(TEXT_STAY_UNSURE_GUESTS, "stay_unsure_guests", TEXT_USE_MESSAGE, BOTS_APARTMENTS, "") \
    X(TEXT_STAY_UNSURE_ROOMS, "stay_unsure_rooms", TEXT_USE_MESSAGE, BOTS_APARTMENTS, "") \
    X(TEXT_STAY_UNSURE_PRICE, "stay_unsure_price", TEXT_USE_MESSAGE, BOTS_APARTMENTS, "") \
    X(TEXT_STAY_FOR_PERSON, "stay_for_person", TEXT_USE_MESSAGE, BOTS_APARTMENTS, "") \
    X(TEXT_STAY_ASKED, "stay_asked", TEXT_USE_MESSAGE, BOTS_APARTMENTS, "title check_in check_out nights guests") /* stay_offer follows */ \
    X(TEXT_STAY_HAS, "stay_has", TEXT_USE_MESSAGE, BOTS_APARTMENTS, "amenities") \
    X(TEXT_STAY_LACKS, "stay_lacks", TEXT_USE_MESSAGE, BOTS_APARTMENTS, "amenities") \
    X(TEXT_STAY_TIMES, "stay_times", TEXT_USE_MESSAGE, BOTS_APARTMENTS, "arrival departure") \
    X(TEXT_STAY_PLACE, "stay_place", TEXT_USE_MESSAGE, BOTS_APARTMENTS, "city district?") \
    X(TEXT_STAY_CODE, "stay_code", TEXT_USE_MESSAGE, BOTS_APARTMENTS, "code title?") \
    X(TEXT_STAY_LATER, "stay_later", TEXT_USE_MESSAGE, BOTS_APARTMENTS, "") /* address and entry are not shown yet */ \
    X(TEXT_STAY_UNHEARD, "stay_unheard", TEXT_USE_MESSAGE, BOTS_APARTMENTS, "") /* where no question was asked */ \
    X(TEXT_STAY_TOO_LONG, "stay_too_long", TEXT_USE_MESSAGE, BOTS_APARTMENTS, "") /* a message */ \
    X(TEXT_NOTICE_PAID, "notice_paid", TEXT_USE_MESSAGE, BOTS_APARTMENTS, "") \
    X(TEXT_NOTICE_AGREED, "notice_agreed", TEXT_USE_MESSAGE, BOTS_APARTMENTS, "") \
    X(TEXT_NOTICE_EVE, "notice_eve", TEXT_USE_MESSAGE, BOTS_APARTMENTS, "arrival") \
    X(TEXT_NOTICE_TODAY, "notice_today", TEXT_USE_MESSAGE, BOTS_APARTMENTS, "arrival") \
    X(TEXT_NOTICE_ENTRY, "notice_entry", TEXT_USE_MESSAGE, BOTS_APARTMENTS, "arrival address?") /* stay_entry follows */ \
    X(TEXT_NOTICE_HOLD_ENDS, "notice_hold_ends", TEXT_USE_MESSAGE, BOTS_APARTMENTS, "until?") \
    X(TEXT_NOTICE_CHECK_OUT, "notice_check_out", TEXT_USE_MESSAGE, BOTS_APARTMENTS, "departure?") \
    X(TEXT_NOTICE_RATE, "notice_rate", TEXT_USE_MESSAGE, BOTS_APARTMENTS, "") /* buttons from 1 to 5 follow */ \
    X(TEXT_NOTICE_BUTTON_BOOKING, "notice_button_booking", TEXT_USE_BUTTON, BOTS_APARTMENTS, "") \
    X(TEXT_NOTICE_REQUEST, "notice_request", TEXT_USE_MESSAGE, BOTS_APARTMENTS, "until?") /* to the owner, as all that follow */ \
    X(TEXT_NOTICE_CLAIM, "notice_claim", TEXT_USE_MESSAGE, BOTS_APARTMENTS, "deposit? until?") \
    X(TEXT_NOTICE_MOVED, "notice_moved", TEXT_USE_MESSAGE, BOTS_APARTMENTS, "") \
    X(TEXT_NOTICE_BOOKED, "notice_booked", TEXT_USE_MESSAGE, BOTS_APARTMENTS, "") /* the next three too: notice_summary follows */ \
    X(TEXT_NOTICE_WITHDRAWN, "notice_withdrawn", TEXT_USE_MESSAGE, BOTS_APARTMENTS, "") \
    X(TEXT_NOTICE_CHECKED_IN, "notice_checked_in", TEXT_USE_MESSAGE, BOTS_APARTMENTS, "") \
    X(TEXT_NOTICE_LAPSED, "notice_lapsed", TEXT_USE_MESSAGE, BOTS_APARTMENTS, "") \
    X(TEXT_NOTICE_SUMMARY, "notice_summary", TEXT_USE_MESSAGE, BOTS_APARTMENTS, "dates title? guests total code") \
    X(TEXT_NOTICE_REFUND, "notice_refund", TEXT_USE_MESSAGE, BOTS_APARTMENTS, "refund") \
    X(TEXT_NOTICE_TOMORROW, "notice_tomorrow", TEXT_USE_MESSAGE, BOTS_APARTMENTS, "check_in arrivals departures") \
    X(TEXT_NOTICE_ARRIVAL, "notice_arrival", TEXT_USE_MESSAGE, BOTS_APARTMENTS, "arrival? title? guests code") \
    X(TEXT_NOTICE_DEPARTURE, "notice_departure", TEXT_USE_MESSAGE, BOTS_APARTMENTS, "departure? title? guests code") \
    X(TEXT_NOTICE_MORE, "notice_more", TEXT_USE_MESSAGE, BOTS_APARTMENTS, "most") /* stays that do not fit */ \
    X(TEXT_NOTICE_HOUR, "notice_hour", TEXT_USE_MESSAGE, BOTS_APARTMENTS, "") \
    X(TEXT_NOTICE_CLAIM_WAITS, "notice_claim_waits", TEXT_USE_MESSAGE, BOTS_APARTMENTS, "deposit? until?") \
    X(TEXT_NOTICE_ARRIVED, "notice_arrived", TEXT_USE_MESSAGE, BOTS_APARTMENTS, "") \
    X(TEXT_NOTICE_BUTTON_PAID, "notice_button_paid", TEXT_USE_BUTTON, BOTS_APARTMENTS, "deposit") \
    X(TEXT_NOTICE_BUTTON_UNPAID, "notice_button_unpaid", TEXT_USE_BUTTON, BOTS_APARTMENTS, "") \
    X(TEXT_NOTICE_BUTTON_DEAL, "notice_button_deal", TEXT_USE_BUTTON, BOTS_APARTMENTS, "") \
    X(TEXT_BUTTON_DESK, "button_desk", TEXT_USE_BUTTON, BOTS_ALL, "") \
    X(TEXT_DESK_STRANGER, "desk_stranger", TEXT_USE_MESSAGE, BOTS_APARTMENTS, "") \
    X(TEXT_DESK_LINK_OLD, "desk_link_old", TEXT_USE_MESSAGE, BOTS_APARTMENTS, "") \
    X(TEXT_DESK_LINK_TAKEN, "desk_link_taken", TEXT_USE_MESSAGE, BOTS_APARTMENTS, "") \
    X(TEXT_DESK_LINK_OTHER, "desk_link_other", TEXT_USE_MESSAGE, BOTS_APARTMENTS, "") \
    X(TEXT_DESK_BOUND, "desk_bound", TEXT_USE_MESSAGE, BOTS_APARTMENTS, "") \
    X(TEXT_DESK_HOME, "desk_home", TEXT_USE_MESSAGE, BOTS_APARTMENTS, "waiting name?") \
    X(TEXT_DESK_HOME_IDLE, "desk_home_idle", TEXT_USE_MESSAGE, BOTS_APARTMENTS, "name?") \
    X(TEXT_DESK_BUTTON_TODAY, "desk_button_today", TEXT_USE_BUTTON, BOTS_APARTMENTS, "") \
    X(TEXT_DESK_BUTTON_WEEK, "desk_button_week", TEXT_USE_BUTTON, BOTS_APARTMENTS, "") \
    X(TEXT_DESK_BUTTON_FLATS, "desk_button_flats", TEXT_USE_BUTTON, BOTS_APARTMENTS, "") \
    X(TEXT_DESK_TODAY, "desk_today", TEXT_USE_MESSAGE, BOTS_APARTMENTS, "check_in check_out arrivals departures stays") \
    X(TEXT_DESK_WEEK, "desk_week", TEXT_USE_MESSAGE, BOTS_APARTMENTS, "check_in check_out arrivals departures stays") \
    X(TEXT_DESK_ARRIVES, "desk_arrives", TEXT_USE_BUTTON, BOTS_APARTMENTS, "") \
    X(TEXT_DESK_LEAVES, "desk_leaves", TEXT_USE_BUTTON, BOTS_APARTMENTS, "") \
    X(TEXT_DESK_STAYS, "desk_stays", TEXT_USE_BUTTON, BOTS_APARTMENTS, "") \
    X(TEXT_DESK_BOOKING, "desk_booking", TEXT_USE_MESSAGE, BOTS_APARTMENTS, "check_in check_out nights guests state code total title? name? phone? note? deposit? paid? refund? rating? until?") \
    X(TEXT_DESK_IS_HELD, "desk_is_held", TEXT_USE_BUTTON, BOTS_APARTMENTS, "") \
    X(TEXT_DESK_IS_REQUESTED, "desk_is_requested", TEXT_USE_BUTTON, BOTS_APARTMENTS, "") \
    X(TEXT_DESK_IS_CLAIMED, "desk_is_claimed", TEXT_USE_BUTTON, BOTS_APARTMENTS, "") \
    X(TEXT_DESK_IS_CONFIRMED, "desk_is_confirmed", TEXT_USE_BUTTON, BOTS_APARTMENTS, "") \
    X(TEXT_DESK_IS_CHECKED_IN, "desk_is_checked_in", TEXT_USE_BUTTON, BOTS_APARTMENTS, "") \
    X(TEXT_DESK_IS_COMPLETED, "desk_is_completed", TEXT_USE_BUTTON, BOTS_APARTMENTS, "") \
    X(TEXT_DESK_IS_EXPIRED, "desk_is_expired", TEXT_USE_BUTTON, BOTS_APARTMENTS, "") \
    X(TEXT_DESK_IS_DECLINED, "desk_is_declined", TEXT_USE_BUTTON, BOTS_APARTMENTS, "") \
    X(TEXT_DESK_IS_CANCELLED, "desk_is_cancelled", TEXT_USE_BUTTON, BOTS_APARTMENTS, "") \
    X(TEXT_DESK_IS_NO_SHOW, "desk_is_no_show", TEXT_USE_BUTTON, BOTS_APARTMENTS, "") \
    X(TEXT_DESK_BUTTON_PAID, "desk_button_paid", TEXT_USE_BUTTON, BOTS_APARTMENTS, "price") \
    X(TEXT_DESK_BUTTON_RECEIPT, "desk_button_receipt", TEXT_USE_BUTTON, BOTS_APARTMENTS, "") \
    X(TEXT_DESK_BUTTON_SURE, "desk_button_sure", TEXT_USE_BUTTON, BOTS_APARTMENTS, "") \
    X(TEXT_DESK_SURE_DECLINE, "desk_sure_decline", TEXT_USE_MESSAGE, BOTS_APARTMENTS, "check_in check_out nights guests code") \
    X(TEXT_DESK_SURE_CHECK_OUT, "desk_sure_check_out", TEXT_USE_MESSAGE, BOTS_APARTMENTS, "check_in check_out nights guests code") \
    X(TEXT_DESK_SURE_NO_SHOW, "desk_sure_no_show", TEXT_USE_MESSAGE, BOTS_APARTMENTS, "check_in check_out nights guests code") \
    X(TEXT_DESK_CANCEL, "desk_cancel", TEXT_USE_MESSAGE, BOTS_APARTMENTS, "refund fee") \
    X(TEXT_DESK_CANCEL_FREE, "desk_cancel_free", TEXT_USE_MESSAGE, BOTS_APARTMENTS, "") \
    X(TEXT_DESK_TOO_EARLY, "desk_too_early", TEXT_USE_MESSAGE, BOTS_APARTMENTS, "") \
    X(TEXT_DESK_NIGHTS_TAKEN, "desk_nights_taken", TEXT_USE_MESSAGE, BOTS_APARTMENTS, "") \
    X(TEXT_DESK_NO_CONTACT, "desk_no_contact", TEXT_USE_MESSAGE, BOTS_APARTMENTS, "") \
    X(TEXT_DESK_NOT_THERE, "desk_not_there", TEXT_USE_MESSAGE, BOTS_APARTMENTS, "") \
    X(TEXT_DESK_FLATS, "desk_flats", TEXT_USE_MESSAGE, BOTS_APARTMENTS, "") \
    X(TEXT_DESK_NO_FLATS, "desk_no_flats", TEXT_USE_MESSAGE, BOTS_APARTMENTS, "") \
    X(TEXT_DESK_FLAT, "desk_flat", TEXT_USE_MESSAGE, BOTS_APARTMENTS, "title flat") \
    X(TEXT_DESK_FLAT_BLOCKED, "desk_flat_blocked", TEXT_USE_MESSAGE, BOTS_APARTMENTS, "title flat") \
    X(TEXT_DESK_BUTTON_BLOCK, "desk_button_block", TEXT_USE_BUTTON, BOTS_APARTMENTS, "") \
    X(TEXT_DESK_BLOCK_FROM, "desk_block_from", TEXT_USE_MESSAGE, BOTS_APARTMENTS, "") \
    X(TEXT_DESK_BLOCK_TO, "desk_block_to", TEXT_USE_MESSAGE, BOTS_APARTMENTS, "check_in most") \
    X(TEXT_DESK_BLOCKED, "desk_blocked", TEXT_USE_MESSAGE, BOTS_APARTMENTS, "") \
    X(TEXT_DESK_BLOCK, "desk_block", TEXT_USE_MESSAGE, BOTS_APARTMENTS, "check_in check_out note?") \
    X(TEXT_DESK_BUTTON_OPEN, "desk_button_open", TEXT_USE_BUTTON, BOTS_APARTMENTS, "") \
    X(TEXT_DESK_OPENED, "desk_opened", TEXT_USE_MESSAGE, BOTS_APARTMENTS, "") \
    X(TEXT_DESK_OPEN_ALREADY, "desk_open_already", TEXT_USE_MESSAGE, BOTS_APARTMENTS, "") \
    X(TEXT_STAFF_LINKED, "staff_linked", TEXT_USE_MESSAGE, BOTS_ALL, "name?") /* in the staff chat, as all that follow */ \
    X(TEXT_STAFF_CODE_OLD, "staff_code_old", TEXT_USE_MESSAGE, BOTS_ALL, "") \
    X(TEXT_STAFF_NAMELESS, "staff_nameless", TEXT_USE_BUTTON, BOTS_ALL, "") /* a member without a name in Telegram */ \
    X(TEXT_STAFF_REQUEST, "staff_request", TEXT_USE_MESSAGE, BOTS_APARTMENTS, "until?") /* notice_summary follows this and the next ones */ \
    X(TEXT_STAFF_CLAIM, "staff_claim", TEXT_USE_MESSAGE, BOTS_APARTMENTS, "deposit? until?") \
    X(TEXT_STAFF_REFUND, "staff_refund", TEXT_USE_MESSAGE, BOTS_APARTMENTS, "refund") \
    X(TEXT_STAFF_REFUND_CHANGED, "staff_refund_changed", TEXT_USE_MESSAGE, BOTS_APARTMENTS, "refund") \
    X(TEXT_STAFF_MISSED, "staff_missed", TEXT_USE_MESSAGE, BOTS_APARTMENTS, "") \
    X(TEXT_STAFF_REQUEST_ENDS, "staff_request_ends", TEXT_USE_MESSAGE, BOTS_APARTMENTS, "until?") \
    X(TEXT_STAFF_CLAIM_ENDS, "staff_claim_ends", TEXT_USE_MESSAGE, BOTS_APARTMENTS, "deposit? until?") \
    X(TEXT_STAFF_REQUEST_WAITS, "staff_request_waits", TEXT_USE_MESSAGE, BOTS_APARTMENTS, "until?") \
    X(TEXT_STAFF_CLAIM_WAITS, "staff_claim_waits", TEXT_USE_MESSAGE, BOTS_APARTMENTS, "deposit? until?") \
    X(TEXT_STAFF_CLAIM_OVERDUE, "staff_claim_overdue", TEXT_USE_MESSAGE, BOTS_APARTMENTS, "deposit?") \
    X(TEXT_STAFF_WHY_UNBOUND, "staff_why_unbound", TEXT_USE_MESSAGE, BOTS_APARTMENTS, "") /* why staff are notified in place of the owner */ \
    X(TEXT_STAFF_WHY_OFF, "staff_why_off", TEXT_USE_MESSAGE, BOTS_APARTMENTS, "") \
    X(TEXT_STAFF_WHY_UNKNOWN, "staff_why_unknown", TEXT_USE_MESSAGE, BOTS_APARTMENTS, "") \
    X(TEXT_STAFF_WHY_BLOCKED, "staff_why_blocked", TEXT_USE_MESSAGE, BOTS_APARTMENTS, "") \
    X(TEXT_STAFF_WHY_GONE, "staff_why_gone", TEXT_USE_MESSAGE, BOTS_APARTMENTS, "") \
    X(TEXT_STAFF_WHY_REFUSED, "staff_why_refused", TEXT_USE_MESSAGE, BOTS_APARTMENTS, "") \
    X(TEXT_STAFF_STRANGER, "staff_stranger", TEXT_USE_NOTICE, BOTS_APARTMENTS, "") /* the tap of a person who is no member */ \
    X(TEXT_STAFF_BUTTON_ACCEPT, "staff_button_accept", TEXT_USE_BUTTON, BOTS_APARTMENTS, "") \
    X(TEXT_STAFF_BUTTON_DECLINE, "staff_button_decline", TEXT_USE_BUTTON, BOTS_APARTMENTS, "") \
    X(TEXT_STAFF_BUTTON_PAID, "staff_button_paid", TEXT_USE_BUTTON, BOTS_APARTMENTS, "deposit?") \
    X(TEXT_STAFF_BUTTON_UNPAID, "staff_button_unpaid", TEXT_USE_BUTTON, BOTS_APARTMENTS, "") \
    X(TEXT_STAFF_BOOKING, "staff_booking", TEXT_USE_MESSAGE, BOTS_APARTMENTS, "state code dates title? guests total deposit? paid? refund?") \
    X(TEXT_STAFF_DECIDED, "staff_decided", TEXT_USE_MESSAGE, BOTS_APARTMENTS, "name") /* who has answered */ \
    X(TEXT_STAFF_SURE, "staff_sure", TEXT_USE_MESSAGE, BOTS_APARTMENTS, "") \
    X(TEXT_STAFF_GONE, "staff_gone", TEXT_USE_MESSAGE, BOTS_APARTMENTS, "") \
    X(TEXT_STAFF_IS_DECLINED, "staff_is_declined", TEXT_USE_BUTTON, BOTS_APARTMENTS, "") \
    X(TEXT_BUTTON_PERSON, "button_person", TEXT_USE_BUTTON, BOTS_ALL, "") \
    X(TEXT_COMMAND_PERSON, "command_person", TEXT_USE_BUTTON, BOTS_ALL, "") \
    X(TEXT_PERSON_CALLED, "person_called", TEXT_USE_MESSAGE, BOTS_ALL, "") \
    X(TEXT_PERSON_NONE, "person_none", TEXT_USE_MESSAGE, BOTS_ALL, "support?") /* there is no staff chat */ \
    X(TEXT_PERSON_OVER, "person_over", TEXT_USE_MESSAGE, BOTS_ALL, "") /* staff have ended the talk before this message */ \
    X(TEXT_PERSON_ENDED, "person_ended", TEXT_USE_MESSAGE, BOTS_ALL, "") \
    X(TEXT_PERSON_CALLS, "person_calls", TEXT_USE_MESSAGE, BOTS_ALL, "speaker code? title?") /* in the staff chat */ \
    X(TEXT_STAFF_TALK_CLOSED, "staff_talk_closed", TEXT_USE_MESSAGE, BOTS_ALL, "name") \
    X(TEXT_STAFF_TALK_OVER, "staff_talk_over", TEXT_USE_NOTICE, BOTS_ALL, "") \
    X(TEXT_STAFF_TALK_LOST, "staff_talk_lost", TEXT_USE_MESSAGE, BOTS_ALL, "") \
    X(TEXT_RELAY_BUTTON_OWNER, "relay_button_owner", TEXT_USE_BUTTON, BOTS_APARTMENTS, "") \
    X(TEXT_RELAY_BUTTON_GUEST, "relay_button_guest", TEXT_USE_BUTTON, BOTS_APARTMENTS, "") \
    X(TEXT_RELAY_BUTTON_ANSWER, "relay_button_answer", TEXT_USE_BUTTON, BOTS_ALL, "") \
    X(TEXT_RELAY_BUTTON_CLOSE, "relay_button_close", TEXT_USE_BUTTON, BOTS_ALL, "") /* in the staff chat */ \
    X(TEXT_RELAY_GUEST, "relay_guest", TEXT_USE_BUTTON, BOTS_ALL, "") /* the next two too: who speaks */ \
    X(TEXT_RELAY_OWNER, "relay_owner", TEXT_USE_BUTTON, BOTS_ALL, "") \
    X(TEXT_RELAY_STAFF, "relay_staff", TEXT_USE_BUTTON, BOTS_ALL, "") \
    X(TEXT_RELAY_MESSAGE, "relay_message", TEXT_USE_MESSAGE, BOTS_ALL, "speaker code? title? words?") \
    X(TEXT_RELAY_ASK_OWNER, "relay_ask_owner", TEXT_USE_MESSAGE, BOTS_APARTMENTS, "") \
    X(TEXT_RELAY_ASK_GUEST, "relay_ask_guest", TEXT_USE_MESSAGE, BOTS_APARTMENTS, "") \
    X(TEXT_RELAY_SENT, "relay_sent", TEXT_USE_MESSAGE, BOTS_ALL, "") \
    X(TEXT_RELAY_KIND, "relay_kind", TEXT_USE_MESSAGE, BOTS_ALL, "") /* why a message is not passed on, to relay_many */ \
    X(TEXT_RELAY_ONE_PHOTO, "relay_one_photo", TEXT_USE_MESSAGE, BOTS_ALL, "") \
    X(TEXT_RELAY_LONG, "relay_long", TEXT_USE_MESSAGE, BOTS_ALL, "") \
    X(TEXT_RELAY_PHOTO_ELSEWHERE, "relay_photo_elsewhere", TEXT_USE_MESSAGE, BOTS_ALL, "") /* the other uses another bot */ \
    X(TEXT_RELAY_MANY, "relay_many", TEXT_USE_MESSAGE, BOTS_ALL, "") \
    X(TEXT_RELAY_HIDES, "relay_hides", TEXT_USE_MESSAGE, BOTS_APARTMENTS, "") \
    X(TEXT_RELAY_LOST, "relay_lost", TEXT_USE_MESSAGE, BOTS_APARTMENTS, "") /* passed to staff instead */ \
    X(TEXT_RELAY_LOST_ALL, "relay_lost_all", TEXT_USE_MESSAGE, BOTS_ALL, "support?") /* to nobody */ \
    X(TEXT_RELAY_UNDELIVERED, "relay_undelivered", TEXT_USE_MESSAGE, BOTS_APARTMENTS, "speaker code? title? words?") /* in the staff chat */
// clang-format on

enum text {
#define X(text, ...) text,
    TEXTS_EACH(X)
#undef X
        TEXTS
};

enum { TEXT_VALUES_MAX = 16 }; /* of one text */

/* `struct texts` (base/value.h) is one text in three languages. All texts of a type of bot are an
 * array of TEXTS of them, in the order of enum text, as templates. */

/* Appends the rendered text in the language, within the length limit of its use (texts/text_key.h);
 * messages are HTML of the Bot API, others plain.
 *
 * `values` are those that the line of the text in TEXTS_EACH names, in any order. An optional one
 * is missing if its text is absent or empty, or its number FIELD_ABSENT. Values are untrusted: they
 * are escaped in HTML, and cut at the limit of their line in `value_kinds`, which also says how a
 * number is written: money, a date, a time. */
void text_say(const struct texts *texts, enum text text, enum language language,
              const struct text_value *values, size_t count, struct buf *out);

/* A number as a value that is missing unless the number is positive. */
static inline int64_t text_if_positive(int64_t number)
{
    return number > 0 ? number : FIELD_ABSENT;
}

/* Like text_say(), but `values` may have more than the text names, and required ones may be missing
 * too: then it returns false and appends nothing. */
bool text_say_some(const struct texts *texts, enum text text, enum language language,
                   const struct text_value *values, size_t count, struct buf *out);

/* The member of `text` for the language. */
struct slice *texts_place(struct texts *text, enum language language);
/* The text in the language, or else in another one; "" if it has none. */
struct slice texts_in(const struct texts *text, enum language language);

/* The built-in texts. Static. */
const struct texts *texts_built_in(void);
