// SPDX-License-Identifier: MIT
#include "drivers/car.h"

#include "base/ascii.h"
#include "base/text.h"

#include "drivers/contact.h"

const char *const car_steering_names[] = {"left", "right", NULL};

/* The digit or Latin capital that a code point stands for in a plate; 0: not part of a plate. */
static char plate_char_of_code_point(int32_t code_point)
{
    /* Cyrillic capitals that look like Latin capitals; small letters are found through them. */
    static const struct {
        int32_t point;
        char letter;
    } alike[] = {
        {0x0410, 'A'},
        {0x0412, 'B'},
        {0x0415, 'E'},
        {0x041A, 'K'},
        {0x041C, 'M'},
        {0x041D, 'H'},
        {0x041E, 'O'},
        {0x0420, 'P'},
        {0x0421, 'C'},
        {0x0422, 'T'},
        {0x0423, 'Y'},
        {0x0425, 'X'},
    };
    enum { SMALL = 0x20 }; /* distance from a Russian capital to its small letter */

    if (ascii_is_digit(code_point) || (code_point >= 'A' && code_point <= 'Z'))
        return (char)code_point;
    if (ascii_is_lower(code_point))
        return (char)(code_point - 'a' + 'A');
    for (size_t i = 0; i < ARRAY_LEN(alike); i++)
        if (code_point == alike[i].point || code_point == alike[i].point + SMALL)
            return alike[i].letter;
    return 0;
}

/* Does the text match `pattern`, in which 9 stands for any digit and A for any letter? */
static bool matches_plate_pattern(const char *text, const char *pattern)
{
    for (; *pattern != 0; text++, pattern++)
        if (*pattern == '9' ? *text < '0' || *text > '9' : *text < 'A' || *text > 'Z')
            return false;
    return *text == 0;
}

static bool is_plate(const char *text)
{
    static const char *const numbered[] = {"999AAA99", "999AA99"};
    static const char *const old[] = {"A999AAA", "A999AA"};
    const size_t len = strlen(text);

    for (size_t i = 0; i < 2; i++) {
        const int region = matches_plate_pattern(text, numbered[i])
                               ? (text[len - 2] - '0') * 10 + text[len - 1] - '0'
                               : 0;

        if ((region >= 1 && region <= 20) || matches_plate_pattern(text, old[i]))
            return true;
    }
    return false;
}

bool car_plate_normalize(struct slice text, char out[CAR_PLATE_MAX + 1])
{
    char letters[CAR_PLATE_MAX + 1] = "";
    size_t len = 0;

    for (size_t at = 0; at < text.len;) {
        int32_t point;
        const size_t step = text_decode(text, at, &point);

        if (step == 0)
            return false;
        at += step;
        if (point == ' ' || point == '-')
            continue;
        const char letter = plate_char_of_code_point(point);
        if (letter == 0 || len == CAR_PLATE_MAX)
            return false;
        letters[len++] = letter;
    }
    if (!is_plate(letters))
        return false;
    memcpy(out, letters, sizeof letters);
    return true;
}

void car_check(const void *value, struct fault_list *problems)
{
    const struct car *car = value;
    char plate[CAR_PLATE_MAX + 1];

    contact_refuse_in_text("make", car->make, problems);
    contact_refuse_in_text("model", car->model, problems);
    contact_refuse_in_text("color", car->color, problems);
    if (car->steering == CAR_RIGHT)
        fault_list_add(problems, "steering", "right_hand_drive",
                       "Right-hand-drive cars are not accepted.");
    if (car->doors != FIELD_ABSENT && car->doors < CAR_DOORS_MIN)
        fault_list_add(problems, "doors", "two_doors", "A car needs at least %d doors.",
                       CAR_DOORS_MIN);
    if (car->plate.at != NULL && !car_plate_normalize(car->plate, plate))
        fault_list_add(problems, "plate", "bad_plate",
                       "A plate of Kazakhstan, like 123ABC02, 123AB02 or A123BCD.");
}
