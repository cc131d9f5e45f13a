// SPDX-License-Identifier: MIT
/* Plates of Kazakhstan, and cars that may carry passengers. */
#include "drivers/car.h"
#include "support/scratch.h"
#include "support/test.h"

TEST_CASE("cars");

TEST(plate_spelling_variants_are_accepted)
{
    static const struct {
        const char *text;
        const char *plate; /* NULL: none */
    } cases[] = {
        {"123ABC02",      "123ABC02"},
        {"123 abc 02",    "123ABC02"},
        {"777-АВС-05", "777ABC05"}, /* Cyrillic */
        {"777авс05",   "777ABC05"},
        {"001AB20",       "001AB20" },
        {"A123BCD",       "A123BCD" },
        {"а123вс",     "A123BC"  },
        {"123ABC00",      NULL      },
        {"123ABC21",      NULL      },
        {"12ABC02",       NULL      },
        {"123ABCD02",     NULL      },
        {"123ABC021",     NULL      },
        {"123ЖЖЖ02",   NULL      }, /* no Latin letter looks like it */
        {"",              NULL      },
        {"\xff\xfe",      NULL      },
    };
    for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
        char plate[CAR_PLATE_MAX + 1];
        const bool is_one = car_plate_normalize(slice_of(cases[i].text), plate);
        ck_assert_msg(is_one == (cases[i].plate != NULL), "%s", cases[i].text);
        if (is_one)
            ck_assert_str_eq(plate, cases[i].plate);
    }
}

TEST(unsuitable_car_reports_every_problem)
{
    const struct car car = {
        .plate = SLICE("нет"), .doors = 3, .steering = CAR_RIGHT, .seats = 4, .year = 2019};
    const struct car good = {.plate = SLICE("777ABC05"), .doors = 4, .steering = CAR_LEFT};
    const struct car told = {.make = SLICE("8 701 123 45 67"),
                             .model = SLICE("@askhat"),
                             .color = SLICE("t.me/askhat"),
                             .doors = 4};
    struct fault_list problems;

    fault_list_init(&problems, &arena);
    car_check(&car, &problems);
    ck_assert_uint_eq(problems.count, 3);
    ck_assert_str_eq(problems.fields[0].code, "right_hand_drive");
    ck_assert_str_eq(problems.fields[1].code, "two_doors");
    ck_assert_str_eq(problems.fields[2].code, "bad_plate");
    fault_list_init(&problems, &arena);
    car_check(&good, &problems);
    ck_assert_uint_eq(problems.count, 0);
    car_check(&told, &problems);
    ck_assert_uint_eq(problems.count, 3);
    for (size_t i = 0; i < 3; i++)
        ck_assert_str_eq(problems.fields[i].code, "contact_in_text");
}
