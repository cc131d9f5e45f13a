// SPDX-License-Identifier: MIT
/* Transcripts of what guests write to the owner and to staff. */
#include "stay_world.h"
#include "transcript.h"

// clang-format off
#define THREE(ru, kz, en)   "{\"ru\":\"" ru "\",\"kz\":\"" kz "\",\"en\":\"" en "\"}"
#define OF_PEOPLE(status)                                                                          \
    "{\"id\":\"" WORLD_BOOKING_ID "\",\"code\":\"K7M2RWHD\",\"apartment_id\":\"" WORLD_APARTMENT_ID "\",\"status\":\"" status "\"," \
    "\"check_in\":\"2026-11-27\",\"check_out\":\"2026-11-29\",\"guests\":2,\"total\":" WORLD_SUM(2200000) ","       \
    "\"owner_id\":\"" WORLD_OTHER_ID "\",\"guest\":{\"telegram_id\":8},\"apartment\":{\"title\":"                    \
    THREE("Двушка у парка", "Саябақ жанындағы екі бөлмелі пәтер", "Two rooms by the park") "},\"allowed_actions\":[]}"
#define OPEN                {TYPE("/booking AY8ABQAAcACAAAAAAAAAAQ"), IS("confirmed"), .quiet = true}
#define ONE(status)         {"GET /v1/bookings/" WORLD_BOOKING_ID, 200, OF_PEOPLE(status)}
#define OWNER               {"GET /v1/owners/", 200, "{\"id\":\"" WORLD_OTHER_ID "\",\"telegram_id\":8,\"version\":1}"}
#define IS(status)          .instead = {ONE(status), OWNER}
#define AS_OWNER            .instead = {{"GET /v1/owners?", 200, "{\"items\":[{\"id\":\"" WORLD_OTHER_ID "\",\"version\":1}]}"}, ONE("confirmed")}
#define EARLIER     TYPE("Можно заехать в 12?", "May we come at noon?", "Сағат 12-де келе аламыз ба?")
#define CALL        TYPE("Звоните +7 701 234 56 78", "Call +7 701 234 56 78", "+7 701 234 56 78 нөміріне қоңырау шалыңыз")
static const struct act written_to_the_owner[] = {
    OPEN,
    {.tap = "write", IS("confirmed")},
    {EARLIER, IS("confirmed"), .reach = REACH_OTHER | REACH_STAFF},
    {TYPE("Можно заехать в 13?", "May we come at one?", "Сағат 13-те келе аламыз ба?"), .edits = true, IS("confirmed"), .reach = REACH_OTHER | REACH_STAFF},
    {.file = UPDATE_PHOTO, IS("confirmed"), .reach = REACH_OTHER | REACH_STAFF},
    {.file = UPDATE_DOCUMENT},
    {CALL, IS("held"), .reach = REACH_OTHER | REACH_STAFF},
    {EARLIER, IS("held"), .reach = REACH_OTHER | REACH_MANY},
    {EARLIER, IS("held"), .reach = REACH_STAFF},
    {EARLIER, IS("held")},
    {.tap = "booking", IS("confirmed"), .quiet = true},
    {TYPE("/write AY8ABQAAcACAAAAAAAAAAQ_o"), AS_OWNER},
    {TYPE("Да, можно", "Yes, you may", "Иә, болады"), AS_OWNER, .reach = REACH_OTHER},
};

static const struct act a_person_is_called[] = {
    {TYPE("/person")},
    {TYPE("/booking AY8ABQAAcACAAAAAAAAAAQ"), IS("checked_in"), .quiet = true},
    {.tap = "person", IS("checked_in"), .reach = REACH_STAFF},
    {TYPE("Не открывается дверь", "The door does not open", "Есік ашылмай жатыр"), IS("checked_in"), .reach = REACH_STAFF | REACH_TALK},
    {TYPE("Не открывается подъезд", "The front door does not open", "Кіреберіс ашылмай жатыр"), .edits = true, IS("checked_in"), .reach = REACH_STAFF | REACH_TALK},
    {TYPE("Спасибо!", "Thanks!", "Рақмет!"), IS("checked_in"), .reach = REACH_STAFF},
};

const struct walk relay_walks[] = {WALK(written_to_the_owner), WALK(a_person_is_called)};
const size_t relay_walk_count = ARRAY_LEN(relay_walks);
// clang-format on
