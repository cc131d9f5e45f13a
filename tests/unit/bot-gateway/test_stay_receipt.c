// SPDX-License-Identifier: MIT
/* Photos and documents of a guest: receipts of payments, or not. */
#include "json/fields.h"

#include "guest/stay_json.h"
#include "stay_talk.h"

TEST_CASE("receipt", .setup = stay_talk_begin, .teardown = stay_talk_end);

// clang-format off
#define UNPAID      "GET /v1/bookings?status=held,payment_claimed&limit=6"
#define OTHER_ID    "018f0005-0000-7000-8000-000000000002"
#define OTHER       "{\"id\":\"" OTHER_ID "\",\"code\":\"X3T9QKBW\",\"apartment_id\":\"" WORLD_OTHER_ID "\",\"status\":\"payment_claimed\"," \
                    "\"check_in\":\"2026-12-05\",\"check_out\":\"2026-12-08\",\"guests\":2,\"total\":" WORLD_SUM(100) ",\"allowed_actions\":[" WORLD_CANCEL "]}"
#define ARE_UNPAID(items) {UNPAID, 200, WORLD_BOOKINGS(items, "null")}
#define CLAIM(id, kind) "POST /v1/bookings/" id "/claim-payment {\"receipt\":\"telegram:flats:" kind ":" CONVERSATION_FILE_ID "\"}"
#define REFUSED(status, code) {"POST /v1/bookings/" WORLD_BOOKING_ID "/claim-payment", status, WORLD_PROBLEM(code)}
#define OTHER_BUTTON "X3T9QKBW · 5–8 дек · проверяем оплату"

CONVERSATION(pdf_with_a_caption,
    {.file = UPDATE_DOCUMENT, .type = "оплатил", .step = "booking", .sees = {CLAIM(WORLD_BOOKING_ID, "document"), "@stay_receipt"}, INSTEAD(ARE_UNPAID(WORLD_TO_PAY))})
/* The search that the guest has left is resumed; the keyboard for the phone is removed. */
CONVERSATION(receipt_in_another_step,
    TO_CONTACT,
    {.file = UPDATE_PHOTO, .step = "booking", .sees = {CLAIM(WORLD_BOOKING_ID, "photo"), "@keys_away"}, INSTEAD(ARE_UNPAID(WORLD_TO_PAY))},
    {.tap = "@button_back", .step = "mine", .sees = {"@stay_mine"}},
    {.tap = "@stay_button_search", .step = "list"})
CONVERSATION(receipt_for_one_of_two_bookings,
    {.file = UPDATE_PHOTO, .step = "receipt", .sees = {"@stay_receipt_which", OTHER_BUTTON}, .sees_not = "POST", INSTEAD(ARE_UNPAID(WORLD_TO_PAY "," OTHER))},
    {.type = "алматы", .step = "day"},
    {.file = UPDATE_DOCUMENT, .step = "receipt", .sees = {"@stay_receipt_which"}, INSTEAD(ARE_UNPAID(WORLD_TO_PAY "," OTHER))},
    {.tap = OTHER_BUTTON, .step = "booking", .sees = {CLAIM(OTHER_ID, "document"), "@stay_receipt"}, INSTEAD({"POST /v1/bookings/" OTHER_ID "/claim-payment", 200, OTHER})})
CONVERSATION(choice_is_left,
    {.file = UPDATE_PHOTO, .step = "receipt", INSTEAD(ARE_UNPAID(WORLD_TO_PAY "," OTHER))},
    {.tap = "@button_back", .step = "mine", .sees_not = "POST"})
/* The list is read again, because it may have changed. */
CONVERSATION(choice_in_another_language,
    {.file = UPDATE_PHOTO, .step = "receipt", INSTEAD(ARE_UNPAID(WORLD_TO_PAY "," OTHER))},
    {.type = "/language en", .step = "receipt", .sees = {"Which booking", "X3T9QKBW"}, INSTEAD(ARE_UNPAID(OTHER))})
/* The guest may have paid in the last minute. */
#define ENDED(list) {"GET /v1/bookings?status=expired,cancelled&limit=6", 200, WORLD_BOOKINGS(list, "null")}
#define LAPSED(more) WORLD_BOOKING("expired", "\"expired_from\":\"held\"," more, "")
#define WITHIN_A_DAY "\"updated_at\":\"2026-11-20T07:00:00Z\","
#define LONGER_AGO "\"updated_at\":\"2026-11-20T06:59:59Z\","
CONVERSATION(receipt_and_expiry_at_the_same_time,
    {.file = UPDATE_PHOTO, .step = "booking", .sees = {"@stay_expired_hold", "предоплату " TENGE("5", "400"), "@button_person", "@stay_button_again"}, INSTEAD(ARE_UNPAID(WORLD_TO_PAY), REFUSED(410, "hold_expired"), {CALL_BOOKING, 200, LAPSED(WITHIN_A_DAY)})})
CONVERSATION(receipt_after_the_hold_offers_a_person,
    {.file = UPDATE_PHOTO, .step = "booking", .sees = {"@stay_receipt_none", "@stay_expired_due", "@button_person"}, .sees_not = "POST", INSTEAD(ARE_UNPAID(""), ENDED(LAPSED(WITHIN_A_DAY)), {CALL_BOOKING, 200, LAPSED(WITHIN_A_DAY)})},
    {.tap = "@button_back", .step = "mine"},
    {.file = UPDATE_DOCUMENT, .type = "оплатил", .step = "booking", .sees = {"@stay_expired_due"}, INSTEAD(ARE_UNPAID(""), ENDED(LAPSED(WITHIN_A_DAY)), {CALL_BOOKING, 200, LAPSED(WITHIN_A_DAY)})})
CONVERSATION(receipt_of_no_ended_booking,
    {.file = UPDATE_PHOTO, .step = "", .sees = {"@stay_receipt_none", "@button_person"}, .sees_not = "предоплату", INSTEAD(ARE_UNPAID(""), ENDED(LAPSED(LONGER_AGO)))},
    {.file = UPDATE_PHOTO, .step = "", .sees = {"@stay_receipt_none"}, .sees_not = "предоплату", INSTEAD(ARE_UNPAID(""), ENDED(LAPSED(WITHIN_A_DAY "\"paid\":" WORLD_SUM(540000) ",")))},
    {.file = UPDATE_PHOTO, .step = "", .sees = {"@stay_receipt_none"}, INSTEAD(ARE_UNPAID(""), ENDED(WORLD_BOOKING("expired", "\"expired_from\":\"requested\"," WITHIN_A_DAY, "")))})
/* The owner has not found the payment; the money may be on its way all the same. */
#define REJECTED(paid) WORLD_BOOKING("cancelled", "\"receipt\":\"telegram:flats:photo:x\",\"paid\":" WORLD_SUM(paid) ",", "")
CONVERSATION(cancelled_booking_with_a_receipt_offers_a_person,
    {.type = "/booking AY8ABQAAcACAAAAAAAAAAQ", .step = "booking", .sees = {"@stay_cancelled", "@stay_sent", "@button_person", "@button_search"}, INSTEAD({CALL_BOOKING, 200, REJECTED(0)})},
    {.type = "/booking AY8ABQAAcACAAAAAAAAAAQ", .step = "booking", .sees = {"@stay_cancelled"}, .sees_not = "@button_person", INSTEAD({CALL_BOOKING, 200, REJECTED(540000)})})
CONVERSATION(booking_that_is_confirmed_meanwhile,
    {.file = UPDATE_PHOTO, .step = "booking", .sees = {"@stay_moved_on"}, INSTEAD(ARE_UNPAID(WORLD_CLAIMED), REFUSED(409, "already_confirmed"), {CALL_BOOKING, 200, WORLD_CONFIRMED})})
/* Staff may have changed the dates since the guest read the sum and paid it. */
#define SEEN(version) WORLD_BOOKING("held", "\"version\":" version ",", WORLD_CANCEL "," WORLD_CLAIM)
CONVERSATION(receipt_for_the_shown_version,
    {.type = "/booking AY8ABQAAcACAAAAAAAAAAQ", .step = "booking", INSTEAD({CALL_BOOKING, 200, SEEN("3")})},
    {.file = UPDATE_PHOTO, .step = "booking", .sees = {CLAIM(WORLD_BOOKING_ID, "photo") " if 3\n", "@stay_moved_on", "@stay_pay"}, INSTEAD(ARE_UNPAID(SEEN("4")), REFUSED(412, "version_mismatch"), {CALL_BOOKING, 200, SEEN("4")})},
    {.file = UPDATE_PHOTO, .step = "receipt", INSTEAD(ARE_UNPAID(SEEN("4") "," OTHER))},
    {.tap = HELD_BUTTON, .step = "booking", .sees = {CLAIM(WORLD_BOOKING_ID, "photo") " if 4\n"}})
CONVERSATION(receipt_for_a_booking_that_was_not_shown,
    {.file = UPDATE_PHOTO, .step = "booking", .sees = {CLAIM(WORLD_BOOKING_ID, "photo") "\n"}, INSTEAD(ARE_UNPAID(SEEN("4")))})
CONVERSATION(second_receipt_changes_no_sum,
    {.type = "/booking AY8ABQAAcACAAAAAAAAAAQ", .step = "booking", INSTEAD({CALL_BOOKING, 200, SEEN("3")})},
    {.file = UPDATE_PHOTO, .step = "booking", .sees = {CLAIM(WORLD_BOOKING_ID, "photo") "\n"}, INSTEAD(ARE_UNPAID(WORLD_CLAIMED))})
CONVERSATION(file_of_another_type,
    {.file = UPDATE_OTHER_FILE, .step = "mine", .sees = {"@stay_receipt_kind", "@stay_mine"}, .sees_not = "POST", INSTEAD(ARE_UNPAID(WORLD_TO_PAY))})
/* Nothing is due for a hold without claim-payment. */
CONVERSATION(no_payment_is_awaited,
    {.file = UPDATE_PHOTO, .step = "", .sees = {"@stay_receipt_none", "@button_search", "@button_person"}, .sees_not = "POST", INSTEAD(ARE_UNPAID(WORLD_HELD))},
    {.type = "/search", .step = "city"},
    {.file = UPDATE_DOCUMENT, .step = "city", .sees = {"@stay_receipt_none", "@stay_city"}, INSTEAD(ARE_UNPAID(""))},
    {.file = UPDATE_OTHER_FILE, .step = "city", .sees = {"@stay_receipt_none"}, INSTEAD(ARE_UNPAID(""))})
/* The owner gets the balance of an agreed stay, and its receipt. */
#define AGREED(list) {"GET /v1/bookings?status=confirmed,checked_in&limit=6", 200, WORLD_BOOKINGS(list, "null")}
#define WITH_PAID(tiyn) WORLD_BOOKING("confirmed", "\"paid\":" WORLD_SUM(tiyn) ",", "")
CONVERSATION(receipt_of_a_balance_is_for_the_owner,
    {.file = UPDATE_PHOTO, .step = "booking", .sees = {"@stay_receipt_owner", "@stay_agreed", "@relay_button_owner"}, .sees_not = "POST", INSTEAD(ARE_UNPAID(""), AGREED(WITH_PAID(540000)), {CALL_BOOKING, 200, WITH_PAID(540000)})},
    {.type = "/search", .step = "city"},
    {.file = UPDATE_PHOTO, .type = "алматы", .step = "day", .sees_not = "@stay_receipt_owner", INSTEAD(ARE_UNPAID(""), AGREED(WITH_PAID(540000)))},
    {.file = UPDATE_DOCUMENT, .step = "mine", .sees = {"@stay_receipt_owner", "@stay_mine"}, .sees_not = "@stay_receipt_none", INSTEAD(ARE_UNPAID(""), AGREED(WITH_PAID(540000) "," WORLD_BOOKING("checked_in", "", "")))},
    {.file = UPDATE_PHOTO, .step = "mine", .sees = {"@stay_receipt_none"}, .sees_not = "@stay_receipt_owner", INSTEAD(ARE_UNPAID(""), AGREED(WITH_PAID(1800000)))})
/* Then the caption counts, as of any other medium. */
CONVERSATION(picture_with_a_question,
    {.type = "/search", .step = "city"},
    {.file = UPDATE_PHOTO, .type = "алматы", .step = "day", .sees_not = "Файл", INSTEAD(ARE_UNPAID(""))},
    {.file = UPDATE_PHOTO, .type = "спасибо", .step = "day", .sees = {"@welcome"}, INSTEAD(ARE_UNPAID(""))})
/* The caption of what the guest takes for a receipt says nothing to the bot. */
CONVERSATION(file_whose_caption_is_not_understood_is_answered,
    {.file = UPDATE_PHOTO, .type = "абракадабра", .step = "", .sees = {"@stay_receipt_none", "@button_person", "@button_search"}, .sees_not = "@unknown", INSTEAD(ARE_UNPAID(""))},
    {.file = UPDATE_DOCUMENT, .type = "оплатил", .step = "", .sees = {"@stay_receipt_none", "@button_person"}, INSTEAD(ARE_UNPAID(""))},
    {.type = "/search", .step = "city"},
    {.file = UPDATE_PHOTO, .type = "абракадабра", .step = "city", .sees = {"@stay_receipt_none", "@button_person", "@stay_city"}, .sees_not = "@stay_city_unknown", INSTEAD(ARE_UNPAID(""))},
    {.file = UPDATE_PHOTO, .type = "оплатил", .step = "city", .sees = {"@stay_receipt_none"}, INSTEAD(ARE_UNPAID(""))})
#define NO_OWNER {"GET /v1/owners/", 404, WORLD_PROBLEM("not_found")}
#define WRITE_TO_OWNER {.type = "/write AY8ABQAAcACAAAAAAAAAAQ_g", .step = "write", INSTEAD({CALL_BOOKING, 200, WORLD_TO_PAY})}
CONVERSATION(receipt_after_writing_to_the_owner,
    WRITE_TO_OWNER,
    {.file = UPDATE_PHOTO, .step = "booking", .sees = {CLAIM(WORLD_BOOKING_ID, "photo"), "@stay_receipt"}, INSTEAD(ARE_UNPAID(WORLD_TO_PAY))},
    WRITE_TO_OWNER,
    {.file = UPDATE_DOCUMENT, .type = "оплатил", .step = "booking", .sees = {CLAIM(WORLD_BOOKING_ID, "document")}, INSTEAD(ARE_UNPAID(WORLD_TO_PAY))},
    WRITE_TO_OWNER,
    {.file = UPDATE_PHOTO, .step = "receipt", .sees = {"@stay_receipt_which"}, INSTEAD(ARE_UNPAID(WORLD_TO_PAY "," OTHER))})
/* Without an awaited payment the file is for the owner, also if another booking has ended. */
CONVERSATION(file_for_the_owner_is_no_receipt,
    WRITE_TO_OWNER,
    {.file = UPDATE_PHOTO, .step = "write", .sees = {UNPAID, "@relay_lost_all"}, .sees_not = "status=expired", INSTEAD(ARE_UNPAID(""), {CALL_BOOKING, 200, WORLD_TO_PAY}, NO_OWNER)},
    {.file = UPDATE_DOCUMENT, .step = "write", .sees = {"@relay_kind"}, .sees_not = "status=expired", INSTEAD(ARE_UNPAID(""))},
    {.file = UPDATE_OTHER_FILE, .step = "write", .sees = {"@relay_kind"}, .sees_not = "GET"},
    {.type = "Можно заехать раньше?", .step = "write", .sees_not = UNPAID, INSTEAD({CALL_BOOKING, 200, WORLD_TO_PAY}, NO_OWNER)})
static const struct exchange receipts_after_calling_a_person[] = {
    {.type = "/person", .step = "person"},
    {.file = UPDATE_PHOTO, .step = "booking", .sees = {CLAIM(WORLD_BOOKING_ID, "photo"), "@stay_receipt"}, INSTEAD(ARE_UNPAID(WORLD_TO_PAY))},
    {.type = "/person", .step = "person"},
    {.file = UPDATE_DOCUMENT, .step = "booking", .sees = {CLAIM(WORLD_BOOKING_ID, "document")}, INSTEAD(ARE_UNPAID(WORLD_TO_PAY))},
    {.type = "/person", .step = "person"},
    {.file = UPDATE_PHOTO, .step = "person", .sees_not = "POST", INSTEAD(ARE_UNPAID(""))},
};
// clang-format on

TEST(receipt_after_calling_a_person_claims_the_payment)
{
    conversation_reach(&talk, FIELD_ABSENT, -1001);
    talk.relay.talk_is_found = talk.relay.talk_is_open = true;
    CONVERSE(receipts_after_calling_a_person);
    ck_assert(talk.output.passes);
}

TEST(file_during_a_talk_with_staff_goes_to_staff)
{
    static const struct exchange late[] = {
        {.file = UPDATE_PHOTO,
         .step = "person",
         .sees_not = "status=expired",
         INSTEAD(ARE_UNPAID(""))}
    };

    talk.has_talk = true;
    conversation_reach(&talk, FIELD_ABSENT, -1001);
    talk.relay.talk_is_found = talk.relay.talk_is_open = true;
    CONVERSE(late);
}

TEST(choice_without_a_receipt_claims_nothing)
{
    static const struct exchange asks[] = {
        {.file = UPDATE_PHOTO, INSTEAD(ARE_UNPAID(WORLD_TO_PAY "," OTHER))}
    };
    struct stay stay = {.at = 0};

    ck_assert(conversation_do(&talk, &asks[0]));
    ck_assert(
        fields_decode(&stay_fields, talk.state.data, false, &stay, NULL, &talk.arena, &talk.fault));
    ck_assert_slice(stay.receipt, "telegram:flats:photo:" CONVERSATION_FILE_ID);
    char *receipt = strstr(talk.data, ",\"receipt\":");
    ck_assert_ptr_nonnull(receipt);
    strcpy(receipt, "}");
    talk.state.data = slice_of(talk.data);
    tap(OTHER_BUTTON);
    ck_assert_str_eq(talk.step, "mine");
    ck_assert(!conversation_saw(&talk, "POST"));
}
