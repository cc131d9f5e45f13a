// SPDX-License-Identifier: MIT
/* The calls of each tap that books or shows a booking of the guest. A tap waits for its calls one
 * after another, so none may be added unnoticed: a new move needs a row here. */
#include "dialogue/flow.h"
#include "guest/stay.h"
#include "stay_talk.h"

TEST_CASE("calls", .setup = stay_talk_begin, .teardown = stay_talk_end);

enum { CALLS_MAX = 2 };

// clang-format off
#define DO       "POST /v1/bookings/" WORLD_BOOKING_ID
#define HOME     "GET /v1/apartments/" WORLD_APARTMENT_ID
#define ENDED    "GET /v1/bookings?status=completed,"
#define LISTED   WORLD_BOOKINGS(WORLD_HELD, "null")

#define ANONYMOUS WORLD_BOOKING("confirmed", "\"needs_phone\":true,", WORLD_CANCEL)
static const struct exchange to_list[] = {TO_LIST};
static const struct exchange to_apartment[] = {TO_APARTMENT};
static const struct exchange to_contact[] = {TO_CONTACT};
static const struct exchange to_booking[] = {TO_BOOKING};
static const struct exchange to_pay[] = {TO_CONTACT, {.tap = "@stay_key_no_contact", INSTEAD({CALL_BOOKING, 200, WORLD_TO_PAY})}};
static const struct exchange to_unknown[] = {TO_CONTACT, {.tap = "@stay_key_no_contact", INSTEAD({CALL_BOOKING, 200, ANONYMOUS})}};
static const struct exchange to_expired[] = {TO_CONTACT, {.tap = "@stay_key_no_contact", INSTEAD({CALL_BOOKING, 200, WORLD_EXPIRED})}};
static const struct exchange to_agreed[] = {TO_BOOKING, {.tap = "Подтвердить"}};
static const struct exchange to_cancel[] = {TO_BOOKING, {.tap = "Отменить бронь"}};
static const struct exchange to_new_day[] = {TO_BOOKING, {.tap = "Изменить даты"}};
static const struct exchange to_new_end[] = {TO_BOOKING, {.tap = "Изменить даты"}, {.tap = "25"}};
static const struct exchange to_change[] = {TO_BOOKING, {.tap = "Изменить даты"}, {.tap = "25"}, {.tap = "28"}};
static const struct exchange to_holds[] = {TO_APARTMENT, {.tap = "@stay_button_book", INSTEAD({"POST /v1/bookings", 409, WORLD_PROBLEM("too_many_holds")})}};
static const struct exchange to_mine[] = {TO_BOOKING, {.type = "/mybookings"}};
static const struct exchange to_more[] = {{.type = "/mybookings", INSTEAD({CALL_LIVE, 200, WORLD_BOOKINGS(WORLD_HELD, "\"b2\"")})}};
static const struct exchange to_ended[] = {{.type = "/mybookings", INSTEAD({CALL_LIVE, 200, WORLD_BOOKINGS(WORLD_HELD, "\"b2\"")})}, {.tap = "@button_more"}};
static const struct exchange to_release[] = {{.type = "/cancel", INSTEAD({"GET /v1/bookings?status=held&limit=3", 200, LISTED})}};

#define UNPAID  "GET /v1/bookings?status=held,payment_claimed&limit=6"
#define TWO     WORLD_BOOKINGS(WORLD_TO_PAY "," WORLD_CLAIMED, "null")
static const struct exchange to_receipt[] = {{.file = UPDATE_PHOTO, INSTEAD({UNPAID, 200, TWO})}};

#define WAY(way) (way), ARRAY_LEN(way)
#define LEAVES true /* to the search or to an apartment, whose screens have calls of their own */
#define STAYS  false
static const struct {
    const char *step, *action; /* of the move; a contact and a file have no action */
    const struct exchange *way;
    size_t count;
    struct exchange tap;
    bool leaves;
    const char *calls[CALLS_MAX + 2];
} taps[] = {
    {"list",    "book",    WAY(to_list),      {.tap = "@stay_button_book"},                    STAYS,  {"POST /v1/bookings {"}},
    {"flat",    "book",    WAY(to_apartment), {.tap = "@stay_button_book"},                    STAYS,  {"POST /v1/bookings {"}},
    {"flat",    "book",    WAY(to_apartment), {.tap = "@stay_button_book", INSTEAD({"POST /v1/bookings", 409, WORLD_PROBLEM("too_many_holds")})}, STAYS, {"POST /v1/bookings {", "GET /v1/bookings?"}},
    {"flat",    "book",    WAY(to_apartment), {.tap = "@stay_button_book", INSTEAD({"POST /v1/bookings", 409, WORLD_PROBLEM("nights_taken")})}, LEAVES, {"POST /v1/bookings {", HOME, "POST /v1/quotes"}},
    {"contact", NULL,      WAY(to_contact),   {.share = "77012345678"},                        STAYS,  {DO "/contact", DO "/confirm"}},
    {"contact", NULL,      WAY(to_contact),   {.share = "77012345678", INSTEAD({DO "/contact", 200, WORLD_TO_PAY})}, STAYS, {DO "/contact"}},
    {"contact", "stay_key_no_contact", WAY(to_contact), {.tap = "@stay_key_no_contact"},       STAYS,  {CALL_BOOKING}},
    {"contact", "button_again", WAY(to_contact), {.tap = "@button_again"},                     STAYS,  {"GET /v1/cities"}},
    {"booking", "confirm", WAY(to_booking),   {.tap = "Подтвердить"},                          STAYS,  {DO "/confirm"}},
    {"booking", "confirm", WAY(to_booking),   {.tap = "Подтвердить", INSTEAD({DO "/confirm", 410, WORLD_PROBLEM("hold_expired")})}, STAYS, {DO "/confirm", CALL_BOOKING}},
    {"booking", "show",    WAY(to_agreed),    {.tap = "@stay_button_map", INSTEAD({CALL_BOOKING, 200, WORLD_CONFIRMED})}, STAYS, {CALL_BOOKING}},
    {"booking", "claim",   WAY(to_pay),       {.tap = "Я оплатил"},                            STAYS,  {DO "/claim-payment"}},
    {"booking", "phone",   WAY(to_unknown),   {.tap = "@stay_key_contact", INSTEAD({CALL_BOOKING, 200, ANONYMOUS})}, STAYS, {CALL_BOOKING}},
    {"booking", "dates",   WAY(to_booking),   {.tap = "Изменить даты"},                        STAYS,  {CALL_BOOKING, CALL_DAYS}},
    {"booking", "cancel",  WAY(to_booking),   {.tap = "Отменить бронь"},                       STAYS,  {CALL_BOOKING " ", CALL_BOOKING "/cancel-preview"}},
    {"booking", "again",   WAY(to_expired),   {.tap = "@stay_button_again", INSTEAD({CALL_BOOKING, 200, WORLD_EXPIRED})}, LEAVES, {CALL_BOOKING, HOME, "POST /v1/quotes"}},
    {"booking", "back",    WAY(to_booking),   {.tap = "@button_back"},                         LEAVES, {"GET /v1/apartments?"}},
    {"cancel",  "yes",     WAY(to_cancel),    {.tap = "@stay_button_cancel"},                  STAYS,  {DO "/cancel"}},
    {"cancel",  "yes",     WAY(to_cancel),    {.tap = "@stay_button_cancel", INSTEAD({DO "/cancel", 409, WORLD_PROBLEM("already_cancelled")})}, STAYS, {DO "/cancel", CALL_BOOKING}},
    {"cancel",  "back",    WAY(to_cancel),    {.tap = "@button_back"},                         STAYS,  {CALL_BOOKING}},
    {"new_day", "day",     WAY(to_new_day),   {.tap = "25"},                                   STAYS,  {CALL_DAYS}},
    {"new_day", "month",   WAY(to_new_day),   {.tap = "декабрь →"},                            STAYS,  {CALL_DAYS}},
    {"new_day", "no",      WAY(to_new_day),   {.tap = "2" STROKE "6" STROKE},                  STAYS,  {NULL}},
    {"new_day", "back",    WAY(to_new_day),   {.tap = "@button_back"},                         STAYS,  {CALL_BOOKING}},
    {"new_end", "day",     WAY(to_new_end),   {.tap = "28"},                                   STAYS,  {CALL_BOOKING, DO "/change-dates?dry_run=true"}},
    {"new_end", "month",   WAY(to_new_end),   {.tap = "декабрь →"},                            STAYS,  {CALL_DAYS}},
    {"new_end", "no",      WAY(to_new_end),   {.tap = "2" STROKE "7" STROKE},                  STAYS,  {NULL}},
    {"new_end", "back",    WAY(to_new_end),   {.tap = "@button_back"},                         STAYS,  {CALL_DAYS}},
    {"change",  "yes",     WAY(to_change),    {.tap = "@stay_button_change"},                  STAYS,  {DO "/change-dates {"}},
    {"change",  "back",    WAY(to_change),    {.tap = "@button_back"},                         STAYS,  {CALL_DAYS}},
    {"holds",   "open",    WAY(to_holds),     {.tap = HELD_BUTTON},                                   STAYS,  {CALL_BOOKING}},
    {"holds",   "back",    WAY(to_holds),     {.tap = "@button_back"},                         LEAVES, {HOME, "POST /v1/quotes"}},
    {"mine",    "open",    WAY(to_mine),      {.tap = HELD_BUTTON},                                   STAYS,  {CALL_BOOKING}},
    {"mine",    "more",    WAY(to_more),      {.tap = "@button_more"},                         STAYS,  {CALL_LIVE "&cursor=b2", ENDED}},
    {"mine",    "search",  WAY(to_mine),      {.tap = "@stay_button_search"},                  LEAVES, {"GET /v1/apartments?"}},
    {"mine",    "back",    WAY(to_ended),     {.tap = "@button_back"},                         STAYS,  {CALL_LIVE, ENDED}},
    {"release", "drop",    WAY(to_release),   {.tap = "Отменить 0WX1HA6S · 22–24 ноя"},        STAYS,  {CALL_BOOKING, DO "/cancel"}},
    {"booking", NULL,      WAY(to_booking),   {.file = UPDATE_PHOTO, INSTEAD({UNPAID, 200, WORLD_BOOKINGS(WORLD_TO_PAY, "null")})}, STAYS, {UNPAID, DO "/claim-payment {"}},
    {"booking", NULL,      WAY(to_booking),   {.file = UPDATE_PHOTO, INSTEAD({UNPAID, 200, TWO})}, STAYS, {UNPAID}},
    {"booking", NULL,      WAY(to_booking),   {.share = "77012345678"},                        STAYS,  {CALL_BOOKING}},
    {"receipt", "pay",     WAY(to_receipt),   {.tap = HELD_BUTTON}, STAYS, {DO "/claim-payment {"}},
    {"receipt", "back",    WAY(to_receipt),   {.tap = "@button_back"},                         STAYS,  {CALL_LIVE, ENDED}},
};
// clang-format on

TEST_ROWS(tap_makes_these_calls, taps)
{
    const char *line = talk.asked;
    size_t made = 0;

    for (size_t i = 0; i < row->count; i++)
        ck_assert(conversation_do(&talk, &row->way[i]));
    ck_assert_str_eq(talk.step, row->step);
    ck_assert_msg(conversation_do(&talk, &row->tap), "%s.%s: %s", row->step, row->action,
                  talk.fault.code);
    for (; *line != '\0'; line = strchr(line, '\n') + 1, made++)
        ck_assert_msg(row->calls[made] != NULL &&
                          strncmp(line, row->calls[made], strlen(row->calls[made])) == 0,
                      "%s.%s makes other calls:\n%s", row->step, row->action, talk.asked);
    ck_assert_ptr_null(row->calls[made]);
    ck_assert_uint_le(made, row->leaves ? CALLS_MAX + 1 : CALLS_MAX);
}

static bool has_row(const char *step, const struct flow_move *move)
{
    for (size_t i = 0; i < ARRAY_LEN(taps); i++)
        if (strcmp(taps[i].step, step) == 0 &&
            (move->action == NULL
                 ? taps[i].action == NULL
                 : taps[i].action != NULL && strcmp(taps[i].action, move->action) == 0))
            return true;
    return false;
}

/* Of steps with a booking all moves but typed texts, of the others those that book. */
TEST(each_tap_has_a_row)
{
    static const char *const search[] = {"city", "day", "nights", "guests", "list", "all", "flat"};

    for (size_t i = 0; i < stay_flow.step_count; i++) {
        const struct flow_step *step = stay_flow.steps[i];
        const bool books_only =
            slice_find(slice_of(step->name), search, ARRAY_LEN(search)) < ARRAY_LEN(search);
        for (size_t k = 0; k < step->move_count; k++) {
            const struct flow_move *move = &step->moves[k];
            const bool books = move->action != NULL && strcmp(move->action, "book") == 0;
            ck_assert_msg(move->on == FLOW_TEXT || move->on == FLOW_WORDS ||
                              (books_only && !books) || has_row(step->name, move),
                          "no row for %s.%s", step->name, move->action);
        }
    }
}
