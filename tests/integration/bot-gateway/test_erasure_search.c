// SPDX-License-Identifier: MIT
/* search-api is called to erase the documents of a person. */

#include "erasing.h"
#include "privacy/erasure.h"

#define UNFINISHED(documents)                                                                      \
    "{\"code\":\"erasure_unfinished\",\"status\":503,\"erased\":{\"document\":" documents "}}"

TEST_CASE("erasure_search", .setup = erasing_begin, .teardown = sends_finish, .timeout_s = 60);

FIBER_TEST(search_api_is_called_last)
{
    const struct booking_says says[] = {receipts[0], receipts[1], receipts[1], search_receipt};

    erasing_start(says, 4);
    erasing_with_search();
    say(1, "hi");
    struct answer answer = ck_status(erase(HIM), 200);
    ck_assert_int_eq(erased_rows(&answer, "search.document"), 5);
    ck_assert_int_eq(erased_rows(&answer, "booking.booking"), 2);
    ck_assert_str_eq(erased_by(&answer, "search-api"), "erased");
    ck_assert_int_eq(booking_asked(), 4);
    const char *request = booking_request(3);
    ck_assert_msg(strstr(request, "DELETE /v1/documents?user_id=" HIM
                                  "&bot=taxi&without_bot=true HTTP/1.1\r\n") == request,
                  "%s", request);
    ck_has(request, "\r\nX-API-Key: tb_test_");
    ck_has(request, "\r\nX-Request-Id: test\r\n");
    ck_has(request, "\r\ntraceparent: 00-a-b-01\r\n");
}

FIBER_TEST(partial_erasures_of_search_api_are_counted)
{
    const struct booking_says says[] = {
        receipts[1],
        receipts[1],
        {503, 0, UNFINISHED("3000")},
        {503, 0, UNFINISHED("2000")},
        search_receipt
    };

    erasing_start(says, 5);
    erasing_with_search();
    struct answer answer = ck_status(erase(HIM), 200);
    ck_assert_int_eq(erased_rows(&answer, "search.document"), 3000 + 2000 + 5);
    ck_assert_int_eq(booking_asked(), 5);
}

FIBER_TEST(calls_of_search_api_are_limited)
{
    const struct booking_says says[] = {
        receipts[1], receipts[1], {503, 0, UNFINISHED("1000")}
    };

    erasing_start(says, 3);
    erasing_with_search();
    ck_assert(ck_refused(erase(HIM), 503, "erasure_unfinished").retry_after);
    ck_assert_int_eq(booking_asked(), 2 + ERASURE_CALLS_MAX);
}

/* The counts of an interrupted call would be lost. */
FIBER_TEST(no_call_starts_that_cannot_end_in_time)
{
    enum { PART_MS = 3200, REQUEST_MS = 2 * PART_MS - 100 };
    const struct booking_says says[] = {
        receipts[1], receipts[1], {503, PART_MS, UNFINISHED("3000")},
          search_receipt
    };
    const int64_t deadline_ns = fiber_deadline_ns(fiber_current());

    erasing_start(says, 4);
    erasing_with_search();
    fiber_set_deadline(fiber_current(), now_mono_ns() + REQUEST_MS * NS_PER_MS);
    struct answer answer = erase(HIM);
    fiber_set_deadline(fiber_current(), deadline_ns);
    ck_refused(answer, 503, "erasure_unfinished");
    ck_assert_int_eq(booking_asked(), 3);
}
