// SPDX-License-Identifier: MIT
/* All texts that bots send to people.
 *
 * A text has a key. Its templates (texts/template.h) are built in from
 * services/bot-gateway/texts/{ru,kz,en}.tsv and may be replaced by rows of the table `bot_messages`
 * (texts/texts_watch.h).
 *
 * A new text needs a row here and a line in each of the three files; a new value needs a line of
 * `value_kinds` in texts/text_key.c. The suite test_texts reports what is missing. */
#pragma once

#include "base/language.h"
#include "base/value.h"

#include "phrases/amenity.h"
#include "texts/template.h"
#include "texts/texts_calendars.h"
#include "texts/texts_rides.h"

// clang-format off
/* By use (texts/text_key.h): the constant without TEXT_, types of bots, names of values ("name?" is
 * optional). The key is the name of the constant in lower case. Those of rides are in
 * texts/texts_rides.h, those of calendars of other channels in texts/texts_calendars.h. The labels
 * of amenities are their names (phrases/amenity.h). */
#define TEXT_OF_AMENITY(BUTTON, text, ...) BUTTON(STAY_AMENITY_##text, APARTMENTS)
#define TEXTS_EACH(MESSAGE, BUTTON, NOTICE) \
    MESSAGE(START, ALL, "name?") \
    MESSAGE(HELP, ALL, "support?") \
    MESSAGE(PRIVACY, ALL, "offer? privacy? support?") \
    MESSAGE(UNKNOWN, ALL) /* reply to unknown input */ \
    MESSAGE(HELLO, ALL) \
    MESSAGE(WELCOME, ALL) /* reply to thanks */ \
    MESSAGE(OTHER_BOT_TAXI, APARTMENTS, "bot?") /* asked for a ride */ \
    MESSAGE(OTHER_BOT_FLATS, TAXI, "bot?") /* asked for an apartment */ \
    MESSAGE(SORRY, ALL) /* an update could not be handled */ \
    MESSAGE(PAUSE, ALL) /* another service does not answer yet */ \
    MESSAGE(NOTICE_WEBHOOK, ALL, "url why") /* to staff: a webhook was disabled */ \
    MESSAGE(LANGUAGE_ASK, ALL) \
    MESSAGE(LANGUAGE_SET, ALL) \
    MESSAGE(CANCELLED, ALL) \
    MESSAGE(NOTHING_TO_CANCEL, ALL) \
    NOTICE(PAUSE_TAP, ALL) /* PostgreSQL is unavailable */ \
    MESSAGE(PAUSE_DATABASE, ALL) \
    NOTICE(BUTTON_STALE, ALL) \
    NOTICE(BUTTON_FOREIGN, ALL) \
    BUTTON(BUTTON_SEARCH, ALL) \
    BUTTON(BUTTON_LANGUAGE, ALL) \
    BUTTON(BUTTON_HELP, ALL) \
    BUTTON(BUTTON_BACK, ALL) \
    BUTTON(BUTTON_AGAIN, ALL) \
    BUTTON(BUTTON_NOT_NOW, ALL) \
    TEXTS_OF_RIDES(MESSAGE, BUTTON, NOTICE) \
    MESSAGE(STAY_CITY, APARTMENTS) \
    NOTICE(STAY_CITY_UNKNOWN, APARTMENTS) \
    NOTICE(STAY_CITY_FAR, APARTMENTS) /* from the sent location */ \
    MESSAGE(STAY_DAY, APARTMENTS, "city title? least? check_in?") /* tomorrow, as in RIDE_DAY */ \
    NOTICE(STAY_DAY_UNKNOWN, APARTMENTS) \
    NOTICE(STAY_DAY_PAST, APARTMENTS) \
    NOTICE(STAY_DAY_EARLY, APARTMENTS) /* for check-out */ \
    NOTICE(STAY_DAY_FAR, APARTMENTS) \
    NOTICE(STAY_DAY_TAKEN, APARTMENTS) \
    NOTICE(STAY_DAY_CLOSED, APARTMENTS) \
    NOTICE(STAY_DAY_SHORT, APARTMENTS, "least?") /* too few nights */ \
    MESSAGE(STAY_MONTH_FULL, APARTMENTS) \
    BUTTON(STAY_BUTTON_TODAY, ALL) \
    BUTTON(STAY_BUTTON_TOMORROW, ALL) \
    BUTTON(STAY_BUTTON_WEEKEND, APARTMENTS, "dates") \
    MESSAGE(STAY_NIGHTS, APARTMENTS, "check_in most title?") \
    MESSAGE(STAY_GUESTS, APARTMENTS) \
    MESSAGE(STAY_GUESTS_LIMIT, APARTMENTS, "limit") \
    NOTICE(STAY_NUMBER_UNKNOWN, APARTMENTS) \
    MESSAGE(STAY_LIST, APARTMENTS, "check_in check_out nights guests city wishes?") \
    MESSAGE(STAY_CARD, APARTMENTS, \
        "check_in check_out nights guests title city total night district? rooms? amenities? " \
        "wishes? why?") \
    BUTTON(STAY_BUTTON_SEE, APARTMENTS) \
    AMENITIES_EACH(TEXT_OF_AMENITY, BUTTON) \
    MESSAGE(STAY_NOTHING, APARTMENTS, "check_in check_out nights guests city wishes?") \
    BUTTON(STAY_BUTTON_DATES, APARTMENTS) \
    BUTTON(STAY_BUTTON_GUESTS, APARTMENTS) \
    BUTTON(STAY_BUTTON_CITY, APARTMENTS) \
    MESSAGE(STAY_REFUSED, APARTMENTS) \
    MESSAGE(STAY_FLAT_GONE, APARTMENTS) \
    MESSAGE(STAY_FLAT, APARTMENTS, \
        "check_in check_out nights guests title city district? rooms? amenities?") \
    MESSAGE(STAY_OFFER, APARTMENTS, "total") \
    /* a line of a card, as the next six */ \
    MESSAGE(STAY_TERMS, APARTMENTS, "deposit until policy?") \
    MESSAGE(STAY_TERMS_PAST, APARTMENTS, "deposit until policy?") \
    MESSAGE(STAY_TERMS_FREE, APARTMENTS, "deposit policy?") \
    MESSAGE(STAY_TERMS_KEPT, APARTMENTS, "deposit policy?") \
    MESSAGE(STAY_TERMS_NONE, APARTMENTS) \
    MESSAGE(STAY_SECURITY, APARTMENTS, "security") \
    MESSAGE(STAY_ASKS, APARTMENTS) \
    MESSAGE(STAY_ABOUT, APARTMENTS, "title about?") /* description, amenities or rules */ \
    MESSAGE(STAY_RULES, APARTMENTS, "arrival departure limit? least?") \
    NOTICE(STAY_NEAR, APARTMENTS) /* after the district, on the map */ \
    MESSAGE(STAY_PHOTOS_REFUSED, APARTMENTS) \
    BUTTON(STAY_BUTTON_PHOTOS, APARTMENTS) \
    BUTTON(STAY_BUTTON_MAP, APARTMENTS) \
    BUTTON(STAY_BUTTON_DESCRIPTION, APARTMENTS) \
    BUTTON(STAY_BUTTON_AMENITIES, APARTMENTS) \
    BUTTON(STAY_BUTTON_RULES, APARTMENTS) \
    BUTTON(STAY_BUTTON_BOOK, APARTMENTS) \
    MESSAGE(STAY_OTHERS, APARTMENTS) \
    MESSAGE(STAY_NO_OTHERS, APARTMENTS) \
    MESSAGE(STAY_FEW_NIGHTS, APARTMENTS, "least") \
    BUTTON(STAY_BUTTON_DATES_OF, APARTMENTS, "dates total") \
    BUTTON(STAY_BUTTON_OTHER_FLAT, APARTMENTS, "dates total") \
    BUTTON(STAY_GUEST_NAME, ALL) \
    MESSAGE(STAY_NIGHTS_TAKEN, APARTMENTS) \
    MESSAGE(STAY_PRICE_OLD, APARTMENTS) \
    MESSAGE(STAY_HOLDS_MANY, APARTMENTS) \
    MESSAGE(STAY_UNPAID_MANY, APARTMENTS) \
    MESSAGE(STAY_HOLDS, APARTMENTS) \
    MESSAGE(STAY_NO_HOLDS, APARTMENTS) \
    MESSAGE(STAY_HELD, APARTMENTS, "until? refund?") \
    MESSAGE(STAY_REQUESTED, APARTMENTS, "until? refund?") \
    MESSAGE(STAY_CLAIMED, APARTMENTS, "until? refund?") \
    MESSAGE(STAY_CLAIMED_LATE, APARTMENTS, "until? refund?") /* after `until` */ \
    MESSAGE(STAY_CONFIRMED, APARTMENTS, "until? refund?") \
    MESSAGE(STAY_AGREED, APARTMENTS, "until? refund?") /* confirmed before */ \
    MESSAGE(STAY_CHECKED_IN, APARTMENTS, "until? refund?") \
    MESSAGE(STAY_COMPLETED, APARTMENTS, "until? refund?") \
    MESSAGE(STAY_EXPIRED, APARTMENTS, "until? refund?") \
    MESSAGE(STAY_EXPIRED_HOLD, APARTMENTS, "until? refund?") /* button_again follows */ \
    MESSAGE(STAY_EXPIRED_DUE, APARTMENTS, "deposit") /* stay_expired_hold precedes it */ \
    MESSAGE(STAY_EXPIRED_REQUEST, APARTMENTS, "until? refund?") \
    MESSAGE(STAY_DECLINED, APARTMENTS, "until? refund?") \
    MESSAGE(STAY_CANCELLED, APARTMENTS, "until? refund?") \
    MESSAGE(STAY_NO_SHOW, APARTMENTS, "until? refund?") \
    MESSAGE(STAY_BOOKING, APARTMENTS, "check_in check_out nights guests code total paid? title?") \
    MESSAGE(STAY_TO_CONFIRM, APARTMENTS) \
    MESSAGE(STAY_PAY, APARTMENTS, "deposit? payment_info? policy?") \
    MESSAGE(STAY_RECEIPT, APARTMENTS) \
    MESSAGE(STAY_RECEIPT_WHICH, APARTMENTS) \
    MESSAGE(STAY_RECEIPT_NONE, APARTMENTS, "support?") /* no payment is awaited */ \
    MESSAGE(STAY_RECEIPT_OWNER, APARTMENTS) /* nor awaited, but a balance is due on arrival */ \
    MESSAGE(STAY_RECEIPT_KIND, APARTMENTS) /* a file of another type */ \
    MESSAGE(STAY_ARRIVAL, APARTMENTS, "arrival departure address? entry?") \
    MESSAGE(STAY_REST, APARTMENTS, "rest payment_info?") \
    MESSAGE(STAY_ENTRY, APARTMENTS, "check_in_info") \
    MESSAGE(STAY_ENTRY_PHONE, APARTMENTS) \
    MESSAGE(STAY_BOOKING_GONE, APARTMENTS) \
    BUTTON(STAY_BUTTON_FREE, APARTMENTS) \
    MESSAGE(STAY_RATED, APARTMENTS) \
    MESSAGE(STAY_MOVED_ON, APARTMENTS) \
    MESSAGE(STAY_CANCEL, APARTMENTS, "refund? fee?") \
    MESSAGE(STAY_CANCEL_FREE, APARTMENTS) \
    MESSAGE(STAY_SENT, APARTMENTS, "support?") /* a payment is claimed but not confirmed */ \
    BUTTON(STAY_BUTTON_CANCEL, APARTMENTS) \
    MESSAGE(STAY_REFUND_CHANGED, APARTMENTS) \
    MESSAGE(STAY_CHANGE_DAY, APARTMENTS, "check_in check_out") \
    NOTICE(STAY_CHANGE_SAME, APARTMENTS) \
    MESSAGE(STAY_CHANGE_TAKEN, APARTMENTS, "taken?") \
    MESSAGE(STAY_CHANGE_LATE, APARTMENTS, "until support?") \
    MESSAGE(STAY_CHANGE_NEVER, APARTMENTS, "support?") /* there is no free change */ \
    MESSAGE(STAY_CHANGE_FROM, APARTMENTS, "check_in check_out nights guests code total") \
    MESSAGE(STAY_CHANGE_TO, APARTMENTS, \
        "check_in check_out nights guests code total paid? deposit? rest? refund?") \
    BUTTON(STAY_BUTTON_CHANGE, APARTMENTS) \
    MESSAGE(STAY_CHANGED, APARTMENTS) \
    BUTTON(BUTTON_MYBOOKINGS, ALL) \
    BUTTON(BUTTON_MORE, ALL) \
    BUTTON(COMMAND_SEARCH, ALL) /* in the menu of commands */ \
    BUTTON(COMMAND_MYBOOKINGS, ALL) \
    BUTTON(COMMAND_LANGUAGE, ALL) \
    BUTTON(COMMAND_PRIVACY, ALL) \
    BUTTON(COMMAND_CANCEL, ALL) \
    BUTTON(COMMAND_HELP, ALL) \
    BUTTON(COMMAND_START, ALL) \
    MESSAGE(KEYS_AWAY, ALL) \
    MESSAGE(STAY_LINE, APARTMENTS, "line price") \
    MESSAGE(STAY_LINE_NIGHTS, APARTMENTS, "nights price") \
    MESSAGE(STAY_LINE_OTHER_NIGHTS, APARTMENTS, "line nights price") \
    MESSAGE(STAY_CONTACT, APARTMENTS) \
    MESSAGE(STAY_CONTACT_NEEDED, APARTMENTS) /* in place of stay_contact, where nothing is due */ \
    NOTICE(STAY_CONTACT_SHARE, APARTMENTS) /* a typed number, there */ \
    /* after stay_contact and stay_contact_needed, if there is an agreement */ \
    MESSAGE(STAY_CONSENT, ALL) \
    NOTICE(STAY_CONTACT_UNKNOWN, ALL) \
    NOTICE(STAY_CONTACT_FOREIGN, ALL) \
    MESSAGE(STAY_CONTACT_TAKEN, APARTMENTS) \
    MESSAGE(STAY_CONTACT_NONE, APARTMENTS) \
    BUTTON(STAY_KEY_CONTACT, ALL) \
    BUTTON(STAY_KEY_NO_CONTACT, APARTMENTS) \
    BUTTON(STAY_BUTTON_AGAIN, APARTMENTS) \
    BUTTON(STAY_BUTTON_RELEASE, APARTMENTS, "code dates") \
    MESSAGE(STAY_MINE, APARTMENTS) \
    MESSAGE(STAY_MINE_NONE, APARTMENTS) \
    BUTTON(STAY_BUTTON_SEARCH, APARTMENTS) \
    MESSAGE(STAY_RELEASE, APARTMENTS) \
    BUTTON(STAY_IS_HELD, APARTMENTS) \
    BUTTON(STAY_IS_REQUESTED, APARTMENTS) \
    BUTTON(STAY_IS_CLAIMED, APARTMENTS) \
    BUTTON(STAY_IS_CONFIRMED, APARTMENTS) \
    BUTTON(STAY_IS_CHECKED_IN, APARTMENTS) \
    BUTTON(STAY_IS_COMPLETED, APARTMENTS) \
    BUTTON(STAY_IS_EXPIRED, APARTMENTS) \
    BUTTON(STAY_IS_DECLINED, APARTMENTS) \
    BUTTON(STAY_IS_CANCELLED, APARTMENTS) \
    BUTTON(STAY_IS_NO_SHOW, APARTMENTS) \
    /* with these filters */ \
    MESSAGE(STAY_NOTHING_SO, APARTMENTS, "check_in check_out nights guests city wishes") \
    BUTTON(STAY_WISH_ROOMS, APARTMENTS, "rooms") \
    BUTTON(STAY_WISH_PRICE, APARTMENTS, "lowest? price?") \
    BUTTON(STAY_BUTTON_DROP, APARTMENTS, "wish") \
    BUTTON(STAY_BUTTON_DROP_ALL, APARTMENTS) \
    /* number of apartments without this filter */ \
    BUTTON(STAY_BUTTON_ADDS, APARTMENTS, "wish adds") \
    BUTTON(STAY_WORD_QUIET, APARTMENTS) \
    BUTTON(STAY_WORD_HOUSE, APARTMENTS) \
    BUTTON(STAY_WORD_BATH, APARTMENTS) \
    BUTTON(STAY_WORD_SAUNA, APARTMENTS) \
    BUTTON(STAY_WORD_PENTHOUSE, APARTMENTS) \
    BUTTON(STAY_WORD_AIRPORT, APARTMENTS) \
    BUTTON(STAY_WORD_CENTER, APARTMENTS) \
    BUTTON(STAY_WORD_EMBANKMENT, APARTMENTS) \
    BUTTON(STAY_WORD_METRO, APARTMENTS) \
    BUTTON(STAY_WORD_PARK, APARTMENTS) \
    BUTTON(STAY_WORD_STATION, APARTMENTS) \
    MESSAGE(STAY_UNKNOWN_PLACE, APARTMENTS, "words") \
    MESSAGE(STAY_UNSURE_CITY, APARTMENTS) \
    MESSAGE(STAY_UNSURE_DATES, APARTMENTS) \
    MESSAGE(STAY_FAR_DATES, APARTMENTS, "line") \
    MESSAGE(STAY_UNSURE_START, APARTMENTS) /* the length of the stay is known */ \
    MESSAGE(STAY_UNSURE_GUESTS, APARTMENTS) \
    MESSAGE(STAY_UNSURE_ROOMS, APARTMENTS) \
    MESSAGE(STAY_UNSURE_PRICE, APARTMENTS) \
    MESSAGE(STAY_FOR_PERSON, APARTMENTS) \
    /* stay_offer follows */ \
    MESSAGE(STAY_ASKED, APARTMENTS, "title check_in check_out nights guests") \
    MESSAGE(STAY_HAS, APARTMENTS, "amenities") \
    MESSAGE(STAY_LACKS, APARTMENTS, "amenities") \
    MESSAGE(STAY_TIMES, APARTMENTS, "arrival departure") \
    MESSAGE(STAY_PLACE, APARTMENTS, "city district?") \
    MESSAGE(STAY_CODE, APARTMENTS, "code title?") \
    MESSAGE(STAY_LATER, APARTMENTS) /* address and entry are not shown yet */ \
    MESSAGE(STAY_UNHEARD, APARTMENTS) /* where no question was asked */ \
    MESSAGE(STAY_TOO_LONG, APARTMENTS) /* a message */ \
    MESSAGE(NOTICE_PAID, APARTMENTS, "refund?") \
    MESSAGE(NOTICE_UNPAID, APARTMENTS) /* the claimed payment was not found */ \
    MESSAGE(NOTICE_REST, APARTMENTS, "rest") /* of a changed stay */ \
    MESSAGE(NOTICE_BACK, APARTMENTS, "refund") /* likewise */ \
    MESSAGE(NOTICE_AGREED, APARTMENTS) \
    MESSAGE(NOTICE_EVE, APARTMENTS, "arrival") \
    MESSAGE(NOTICE_TODAY, APARTMENTS, "arrival") \
    MESSAGE(NOTICE_ENTRY, APARTMENTS, "arrival address?") /* stay_entry follows */ \
    MESSAGE(NOTICE_HOLD_ENDS, APARTMENTS, "until?") \
    MESSAGE(NOTICE_CHECK_OUT, APARTMENTS, "departure?") \
    MESSAGE(NOTICE_RATE, APARTMENTS) /* buttons from 1 to 5 follow */ \
    BUTTON(NOTICE_BUTTON_BOOKING, APARTMENTS) \
    MESSAGE(NOTICE_REQUEST, APARTMENTS, "until?") /* to the owner, as all that follow */ \
    MESSAGE(NOTICE_CLAIM, APARTMENTS, "deposit? until?") \
    MESSAGE(NOTICE_MOVED, APARTMENTS) \
    MESSAGE(NOTICE_BOOKED, APARTMENTS) /* the next four too: notice_summary follows */ \
    MESSAGE(NOTICE_WITHDRAWN, APARTMENTS) \
    MESSAGE(NOTICE_CHECKED_IN, APARTMENTS) \
    MESSAGE(NOTICE_LAPSED, APARTMENTS) \
    MESSAGE(NOTICE_MOVED_AWAY, APARTMENTS) \
    MESSAGE(NOTICE_SUMMARY, APARTMENTS, "dates title? guests total code") \
    MESSAGE(NOTICE_REFUND, APARTMENTS, "refund") \
    MESSAGE(NOTICE_UNCONFIRMED, APARTMENTS, "deposit") /* claimed before a cancellation */ \
    MESSAGE(NOTICE_TOMORROW, APARTMENTS, "check_in arrivals departures") \
    MESSAGE(NOTICE_ARRIVAL, APARTMENTS, "arrival? title? guests code") \
    MESSAGE(NOTICE_DEPARTURE, APARTMENTS, "departure? title? guests code") \
    MESSAGE(NOTICE_MORE, APARTMENTS, "most") /* stays that do not fit */ \
    MESSAGE(NOTICE_HOUR, APARTMENTS) \
    MESSAGE(NOTICE_CLAIM_WAITS, APARTMENTS, "deposit? until?") \
    MESSAGE(NOTICE_ARRIVED, APARTMENTS) \
    BUTTON(NOTICE_BUTTON_PAID, APARTMENTS, "deposit") \
    BUTTON(NOTICE_BUTTON_UNPAID, APARTMENTS) \
    BUTTON(NOTICE_BUTTON_DEAL, APARTMENTS) \
    BUTTON(BUTTON_DESK, ALL) \
    MESSAGE(DESK_STRANGER, APARTMENTS) \
    MESSAGE(DESK_LINK_OLD, APARTMENTS) \
    MESSAGE(DESK_LINK_TAKEN, APARTMENTS) \
    MESSAGE(DESK_LINK_OTHER, APARTMENTS) \
    MESSAGE(DESK_BOUND, APARTMENTS) \
    MESSAGE(DESK_HOME, APARTMENTS, "waiting name?") \
    MESSAGE(DESK_HOME_IDLE, APARTMENTS, "name?") \
    BUTTON(DESK_BUTTON_TODAY, APARTMENTS) \
    BUTTON(DESK_BUTTON_WEEK, APARTMENTS) \
    BUTTON(DESK_BUTTON_FLATS, APARTMENTS) \
    MESSAGE(DESK_TODAY, APARTMENTS, "check_in check_out arrivals departures stays") \
    MESSAGE(DESK_WEEK, APARTMENTS, "check_in check_out arrivals departures stays") \
    MESSAGE(DESK_PAGE, APARTMENTS) /* after desk_home, desk_today and desk_week */ \
    BUTTON(DESK_ARRIVES, APARTMENTS) \
    BUTTON(DESK_LEAVES, APARTMENTS) \
    BUTTON(DESK_STAYS, APARTMENTS) \
    MESSAGE(DESK_BOOKING, APARTMENTS, \
        "check_in check_out nights guests state code total title? name? phone? note? deposit? " \
        "paid? refund? rating? until?") \
    BUTTON(DESK_IS_HELD, APARTMENTS) \
    BUTTON(DESK_IS_REQUESTED, APARTMENTS) \
    BUTTON(DESK_IS_CLAIMED, APARTMENTS) \
    BUTTON(DESK_IS_CONFIRMED, APARTMENTS) \
    BUTTON(DESK_IS_CHECKED_IN, APARTMENTS) \
    BUTTON(DESK_IS_COMPLETED, APARTMENTS) \
    BUTTON(DESK_IS_EXPIRED, APARTMENTS) \
    BUTTON(DESK_IS_DECLINED, APARTMENTS) \
    BUTTON(DESK_IS_CANCELLED, APARTMENTS) \
    BUTTON(DESK_IS_NO_SHOW, APARTMENTS) \
    BUTTON(DESK_BUTTON_PAID, APARTMENTS, "price") \
    BUTTON(DESK_BUTTON_RECEIPT, APARTMENTS) \
    BUTTON(DESK_BUTTON_SURE, APARTMENTS) \
    MESSAGE(DESK_SURE_DECLINE, APARTMENTS, "check_in check_out nights guests code refund? rest?") \
    MESSAGE(DESK_SURE_CHECK_OUT, APARTMENTS, "check_in check_out nights guests code refund? rest?") \
    MESSAGE(DESK_SURE_NO_SHOW, APARTMENTS, "check_in check_out nights guests code refund? rest?") \
    MESSAGE(DESK_SURE_PAID, APARTMENTS, "check_in check_out nights guests code refund? rest?") \
    MESSAGE(DESK_CANCEL, APARTMENTS, "refund fee") \
    MESSAGE(DESK_CANCEL_FREE, APARTMENTS) \
    MESSAGE(DESK_TOO_EARLY, APARTMENTS) \
    MESSAGE(DESK_OCCUPIED, APARTMENTS) \
    MESSAGE(DESK_NIGHTS_TAKEN, APARTMENTS) \
    MESSAGE(DESK_NO_CONTACT, APARTMENTS) \
    MESSAGE(DESK_NOT_THERE, APARTMENTS) \
    MESSAGE(DESK_FLATS, APARTMENTS) \
    MESSAGE(DESK_NO_FLATS, APARTMENTS) \
    MESSAGE(DESK_FLAT, APARTMENTS, "title flat") \
    MESSAGE(DESK_FLAT_BLOCKED, APARTMENTS, "title flat") \
    BUTTON(DESK_BUTTON_BLOCK, APARTMENTS) \
    MESSAGE(DESK_BLOCK_FROM, APARTMENTS) \
    MESSAGE(DESK_BLOCK_TO, APARTMENTS, "check_in most") \
    MESSAGE(DESK_BLOCKED, APARTMENTS) \
    MESSAGE(DESK_BLOCK, APARTMENTS, "check_in check_out note?") \
    BUTTON(DESK_BUTTON_OPEN, APARTMENTS) \
    MESSAGE(DESK_OPENED, APARTMENTS) \
    MESSAGE(DESK_OPEN_ALREADY, APARTMENTS) \
    MESSAGE(STAFF_LINKED, ALL, "name?") /* in the staff chat, as all that follow */ \
    MESSAGE(STAFF_HELP, ALL, "bot?") \
    MESSAGE(STAFF_TODAY_CUT, APARTMENTS) /* after desk_today */ \
    MESSAGE(STAFF_CODE_OLD, ALL) \
    BUTTON(STAFF_NAMELESS, ALL) /* a member without a name in Telegram */ \
    /* notice_summary follows this and the next ones */ \
    MESSAGE(STAFF_REQUEST, APARTMENTS, "until?") \
    MESSAGE(STAFF_CLAIM, APARTMENTS, "deposit? until?") \
    MESSAGE(STAFF_REFUND, APARTMENTS, "refund") \
    MESSAGE(STAFF_REFUND_CHANGED, APARTMENTS, "refund") \
    MESSAGE(STAFF_REFUND_NO_SHOW, APARTMENTS, "refund") \
    MESSAGE(STAFF_REFUND_EXPIRED, APARTMENTS, "refund") \
    MESSAGE(STAFF_MISSED, APARTMENTS) \
    MESSAGE(STAFF_REQUEST_ENDS, APARTMENTS, "until?") \
    MESSAGE(STAFF_CLAIM_ENDS, APARTMENTS, "deposit? until?") \
    MESSAGE(STAFF_REQUEST_WAITS, APARTMENTS, "until?") \
    MESSAGE(STAFF_CLAIM_WAITS, APARTMENTS, "deposit? until?") \
    MESSAGE(STAFF_CLAIM_OVERDUE, APARTMENTS, "deposit?") \
    MESSAGE(STAFF_WHY_UNBOUND, APARTMENTS) /* why staff are notified in place of the owner */ \
    MESSAGE(STAFF_WHY_OFF, APARTMENTS) \
    MESSAGE(STAFF_WHY_UNKNOWN, APARTMENTS) \
    MESSAGE(STAFF_WHY_BLOCKED, APARTMENTS) \
    MESSAGE(STAFF_WHY_GONE, APARTMENTS) \
    MESSAGE(STAFF_WHY_REFUSED, APARTMENTS) \
    NOTICE(STAFF_STRANGER, ALL) /* a person who is no member */ \
    NOTICE(STAFF_ANONYMOUS, ALL) /* an anonymous administrator, or a member who writes as a channel */ \
    BUTTON(STAFF_BUTTON_ACCEPT, APARTMENTS) \
    BUTTON(STAFF_BUTTON_DECLINE, APARTMENTS) \
    BUTTON(STAFF_BUTTON_PAID, APARTMENTS, "deposit?") \
    BUTTON(STAFF_BUTTON_UNPAID, APARTMENTS) \
    MESSAGE(STAFF_BOOKING, APARTMENTS, \
        "state code dates title? guests total deposit? paid? refund?") \
    MESSAGE(STAFF_DECIDED, APARTMENTS, "name") /* who has answered */ \
    MESSAGE(STAFF_SURE, APARTMENTS) \
    MESSAGE(STAFF_GONE, APARTMENTS) \
    BUTTON(STAFF_IS_DECLINED, APARTMENTS) \
    TEXTS_OF_CALENDARS(MESSAGE, BUTTON, NOTICE) \
    BUTTON(BUTTON_COPY_NUMBER, ALL, "phone") /* a phone or a card */ \
    BUTTON(BUTTON_COPY_CODE, APARTMENTS, "code") \
    BUTTON(BUTTON_COPY_ADDRESS, APARTMENTS) \
    BUTTON(BUTTON_PERSON, ALL) \
    BUTTON(COMMAND_PERSON, ALL) \
    MESSAGE(PERSON_CALLED, ALL) \
    MESSAGE(PERSON_NONE, ALL, "support?") /* there is no staff chat */ \
    MESSAGE(PERSON_OVER, ALL) /* staff have ended the talk before this message */ \
    MESSAGE(PERSON_ENDED, ALL) \
    MESSAGE(PERSON_CALLS, ALL, "speaker code? title?") /* in the staff chat */ \
    MESSAGE(STAFF_TALK_CLOSED, ALL, "name") \
    NOTICE(STAFF_TALK_OVER, ALL) \
    MESSAGE(STAFF_TALK_LOST, ALL) \
    BUTTON(RELAY_BUTTON_OWNER, APARTMENTS) \
    BUTTON(RELAY_BUTTON_GUEST, APARTMENTS) \
    BUTTON(RELAY_BUTTON_ANSWER, ALL) \
    BUTTON(RELAY_BUTTON_CLOSE, ALL) /* in the staff chat */ \
    BUTTON(RELAY_GUEST, ALL) /* the next two too: who speaks */ \
    BUTTON(RELAY_OWNER, ALL) \
    BUTTON(RELAY_STAFF, ALL) \
    MESSAGE(RELAY_MESSAGE, ALL, "speaker code? title? edited? origin? quote? words?") \
    BUTTON(RELAY_EDITED, ALL) /* the value `edited` of relay_message: the words replace others */ \
    MESSAGE(RELAY_ASK_OWNER, APARTMENTS, "code? title?") \
    MESSAGE(RELAY_ASK_GUEST, APARTMENTS, "code? title?") \
    BUTTON(RELAY_TO_GUEST, APARTMENTS) /* the next two too: to which person, in relay_sent */ \
    BUTTON(RELAY_TO_OWNER, APARTMENTS) \
    BUTTON(RELAY_TO_STAFF, ALL) \
    MESSAGE(RELAY_SENT, ALL, "speaker code? title?") /* the speaker is the addressee */ \
    MESSAGE(RELAY_EDIT_SENT, ALL) \
    MESSAGE(RELAY_KIND, ALL) /* why a message is not passed on, to relay_many */ \
    MESSAGE(RELAY_ONE_PHOTO, ALL) \
    MESSAGE(RELAY_LONG, ALL) \
    MESSAGE(RELAY_PHOTO_ELSEWHERE, ALL) /* the other uses another bot */ \
    MESSAGE(RELAY_MANY, ALL) \
    MESSAGE(RELAY_HIDES, APARTMENTS) \
    MESSAGE(RELAY_LOST, APARTMENTS) /* passed to staff instead */ \
    MESSAGE(RELAY_LOST_ALL, ALL, "support?") /* to nobody */ \
    MESSAGE(RELAY_UNDELIVERED, APARTMENTS, "speaker code? title? edited? origin? quote? words?") /* in the staff chat */
// clang-format on

enum text {
#define X(text, ...) TEXT_##text,
    TEXTS_EACH(X, X, X)
#undef X
        TEXTS
};

enum { TEXT_VALUES_MAX = 16 }; /* of one text */

/* `struct texts` (base/value.h) is one text in three languages. All texts of a type of bot are an
 * array of TEXTS of them, in the order of enum text, as templates. */

/* Appends the rendered text in the language, within the length limit of its use (texts/text_key.h);
 * messages are HTML of the Bot API, others plain.
 *
 * `values` are those that the row of the text in TEXTS_EACH names, in any order. An optional one
 * is missing if its text is absent or empty, or its number FIELD_ABSENT. Values are untrusted: they
 * are escaped in HTML, and cut at the limit of their line in `value_kinds`, which also says how a
 * number is written: money, a date, a time. */
void text_render(const struct texts *texts, enum text text, enum language language,
                 const struct text_value *values, size_t count, struct buf *out);

/* Renders a text for a button or a notice in the arena. What does not fit into 1024 bytes is
 * omitted. Absent if memory is short. */
struct slice text_render_to_arena(const struct texts *texts, enum text text, enum language language,
                                  const struct text_value *values, size_t count,
                                  struct arena *arena);

/* A number as a value that is missing unless the number is positive. */
static inline int64_t text_if_positive(int64_t number)
{
    return number > 0 ? number : FIELD_ABSENT;
}

/* Like text_render(), but `values` may have more than the text names, and required ones may be
 * missing too: then it returns false and appends nothing. */
bool text_render_if_complete(const struct texts *texts, enum text text, enum language language,
                             const struct text_value *values, size_t count, struct buf *out);

/* The member of `text` for the language. */
struct slice *texts_member_of_language(struct texts *text, enum language language);
/* The text in the language, or else in another one; "" if it has none. */
struct slice texts_in(const struct texts *text, enum language language);

/* The built-in texts. Static. */
const struct texts *texts_built_in(void);
/* The labels of amenities, in the order of amenity_table. */
extern const enum text texts_of_amenities[AMENITIES];
