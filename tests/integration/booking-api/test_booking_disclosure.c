// SPDX-License-Identifier: MIT
/* What a booking discloses about apartment and owner, and when: arrival and departure times, title,
 * address, location, security deposit, check_in_info, payment_info. Answers to actions and reads
 * agree. */
#include "stand.h"

/* Checks the answer, and that a read by the same caller returns the same. */
static void check_disclosure(const struct api_caller *caller, struct answer *answer, bool address,
                             bool info, bool payment)
{
    const json_t *apartment = json_object_get(answer->json, "apartment");

    ck_assert_msg(answer->status < 300, "%d %s", answer->status, answer->code);
    ck_text(apartment, "title.ru", "Студия");
    ck_number(apartment, "security_deposit.amount", 2000000);
    ck_assert_int_eq(json_object_get(apartment, "address") != NULL, address);
    ck_assert_int_eq(json_object_get(apartment, "address_kz") != NULL, address);
    ck_assert_int_eq(json_object_get(apartment, "address_en") != NULL, address);
    ck_assert_int_eq(json_object_get(apartment, "location") != NULL, address);
    ck_assert_int_eq(json_object_get(answer->json, "check_in_info") != NULL, info);
    ck_assert_int_eq(json_object_get(answer->json, "payment_info") != NULL, payment);
    struct answer read = ask_get(get_booking, .caller = caller, .id = answer->id);
    ck_assert(json_equal(read.json, answer->json));
}

TEST_CASE("booking_disclosure", .setup = stand_begin, .teardown = stand_end);

FIBER_TEST(booking_discloses_details_in_the_right_statuses)
{
    const char *body = textf("{'apartment_id':'%s','check_in':'%s','check_out':'%s','guests':1,"
                             "'guest':{'name':'А'},'source':' instagram '}",
                             stand_apartment(), stand_day(10), stand_day(12));

    stand_sql(
        "UPDATE apartment SET prepayment_percent = 30, check_in_info_ru = '12#',"
        " title_ru = 'Студия', address = 'ул. Абая, 1', lat = 43.2, lon = 76.9,"
        " address_kz = 'Абай көшесі, 1', address_en = '1 Abay St', security_deposit = 2000000,"
        " check_in_time = '15:00', check_out_time = '11:30', timezone = 'Asia/Tokyo'");
    stand_sql("UPDATE owner SET payment_info = 'Kaspi'");
    /* Otherwise anyone could collect the accounts of owners without holding dates. */
    struct answer answer =
        ask_post(post_booking, .caller = &stand_guest, .body = body, .params = "dry_run=true");
    ck_text(answer.json, "would.status", "held");
    ck_assert_ptr_null(text_at(answer.json, "would.payment_info"));
    answer = ask_post(post_booking, .body = body, .params = "dry_run=true");
    ck_text(answer.json, "would.payment_info", "Kaspi");
    answer = ask_post(post_booking, .caller = &stand_guest, .body = body);
    ck_text(answer.json, "source", "instagram");
    ck_text(answer.json, "check_in_at", stand_text("SELECT '%sT06:00:00.000Z'", stand_day(10)));
    ck_text(answer.json, "check_out_at", stand_text("SELECT '%sT02:30:00.000Z'", stand_day(12)));
    const char *id = textf("%s", answer.id);
    check_disclosure(&stand_guest, &answer, false, false, true);
    answer = stand_act(claim_booking_payment, &stand_guest, id, NULL);
    check_disclosure(&stand_guest, &answer, false, false, true);
    ck_assert_ptr_null(json_object_get(answer.json, "check_in_info_at"));
    answer = stand_act(confirm_booking, &stand_owner, id, NULL);
    check_disclosure(&stand_owner, &answer, true, true, true);
    answer = ask_get(get_booking, .caller = &stand_guest, .id = id);
    check_disclosure(&stand_guest, &answer, true, false, true);
    ck_text(answer.json, "check_in_info_at", stand_text("SELECT '%sT06:00:00.000Z'", stand_day(9)));
    stand_sql("UPDATE booking SET paid = total");
    stand_sql("UPDATE occupancy SET check_in = check_in - 10, check_out = check_out - 10");
    answer = stand_act(check_in_booking, NULL, id, NULL);
    check_disclosure(NULL, &answer, true, true, false);
    answer = ask_get(get_booking, .caller = &stand_guest, .id = id);
    check_disclosure(&stand_guest, &answer, true, true, false);
    ck_assert_ptr_null(json_object_get(answer.json, "check_in_info_at"));
    answer = stand_act(check_out_booking, NULL, id, NULL);
    ck_text(
        answer.json, "check_out_at",
        stand_text("SELECT to_char((check_out + time '11:30') AT TIME ZONE 'Asia/Tokyo'"
                   " AT TIME ZONE 'UTC', 'YYYY-MM-DD\"T\"HH24:MI:SS.000\"Z\"') FROM occupancy"));
    check_disclosure(NULL, &answer, false, false, false);
    ck_rows(0, "outbox WHERE data::text ~ '12#|Kaspi|Абая|Abay'");
}

/* A confirmed booking as the guest reads it; `info`: in what it contains, address included. */
static void check_guest_sees(const char *id, bool address, bool info, bool needs_phone)
{
    struct answer answer = ask_get(get_booking, .caller = &stand_guest, .id = id);

    check_disclosure(&stand_guest, &answer, address, info, false);
    ck_assert_int_eq(json_is_true(json_object_get(answer.json, "needs_phone")), needs_phone);
    ck_assert_ptr_nonnull(json_object_get(answer.json, "check_in_info_at"));
    const json_t *listed = json_array_get(
        json_object_get(ask_get(get_bookings, .caller = &stand_guest).json, "items"), 0);
    ck_assert(json_equal(listed, answer.json));
}

FIBER_TEST(guest_sees_how_to_get_in_with_a_phone_and_hours_before_check_in)
{
    const char *apartment = stand_apartment();

    stand_sql("UPDATE apartment SET check_in_info_ru = '12#', address = 'ул. Абая, 1',"
              " address_kz = 'Абай көшесі, 1', address_en = '1 Abay St', lat = 43.2, lon = 76.9,"
              " title_ru = 'Студия', security_deposit = 2000000, check_in_info_hours = 1");
    struct answer answer = book(&stand_guest, apartment, 2, 2);
    ck_status(stand_act(confirm_booking, NULL, answer.id, NULL), 200);
    check_guest_sees(answer.id, false, false, true);
    stand_sql("UPDATE apartment SET check_in_info_hours = 720");
    check_guest_sees(answer.id, false, false, true);
    const struct answer dry =
        ask_action(set_booking_contact, .caller = &stand_guest, .id = answer.id,
                   .body = "{'phone':'+77011234567'}", .params = "dry_run=true");
    ck_status(dry, 200);
    ck_text(dry.json, "would.guest.phone", "+77011234567");
    ck_assert_ptr_null(json_object_get(value_at(dry.json, "would.apartment"), "address"));
    ck_assert_ptr_null(json_object_get(value_at(dry.json, "would"), "check_in_info"));
    ck_status(stand_act(set_booking_contact, &stand_guest, answer.id, "{'phone':'+77011234567'}"),
              200);
    check_guest_sees(answer.id, true, true, false);
    stand_sql("UPDATE apartment SET check_in_info_hours = 1");
    check_guest_sees(answer.id, true, false, false);
    stand_sql("UPDATE apartment SET is_active = false");
    check_guest_sees(answer.id, true, false, false);
}
