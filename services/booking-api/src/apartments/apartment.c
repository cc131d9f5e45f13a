// SPDX-License-Identifier: MIT
#include "apartments/apartment.h"

#include "base/ascii.h"
#include "base/digest.h"

#include "access.h"
#include "prices/rate.h"

const char *const apartment_policy_names[] = {[POLICY_FLEXIBLE] = "flexible",
                                              [POLICY_MODERATE] = "moderate",
                                              [POLICY_STRICT] = "strict",
                                              NULL};

void apartment_check(const void *value, struct fault_list *problems)
{
    const struct apartment *apartment = value;

    if (apartment->min_nights > apartment->max_nights) {
        fault_list_add(problems, "min_nights", "contradiction", "It is more than max_nights.");
        fault_list_add(problems, "max_nights", "contradiction", "It is less than min_nights.");
    }
    if (apartment->max_guests != FIELD_ABSENT &&
        apartment->included_guests > apartment->max_guests) {
        fault_list_add(problems, "included_guests", "contradiction", "It is more than max_guests.");
        fault_list_add(problems, "max_guests", "contradiction", "It is less than included_guests.");
    }
    if (apartment->check_in_info.ru.at == NULL &&
        (apartment->check_in_info.kz.at != NULL || apartment->check_in_info.en.at != NULL))
        fault_list_add(problems, "check_in_info/ru", "required", "Is required");
    for (size_t i = 0; i < apartment->rate_count; i++) {
        if (apartment->rates[i].min_nights <= apartment->max_nights)
            continue;
        fault_list_add(problems, "max_nights", "contradiction",
                       "It is less than min_nights of one of the apartment's rates.");
        return;
    }
}

int64_t apartment_included_guests(const struct apartment *apartment)
{
    return apartment->included_guests != FIELD_ABSENT ? apartment->included_guests
                                                      : apartment->max_guests;
}

struct tariff apartment_tariff(const struct apartment *apartment)
{
    return (struct tariff){
        .base_price = apartment->base_price,
        .weekend_price = apartment->weekend_price,
        .extra_guest_fee = apartment->extra_guest_fee,
        .cleaning_fee = apartment->cleaning_fee,
        .included_guests = apartment_included_guests(apartment),
        .prepayment_percent = apartment->prepayment_percent,
        .rates = apartment->rates,
        .rate_count = apartment->rate_count,
    };
}

enum apartment_view apartment_view_for(const struct api_caller *caller)
{
    return caller->actor == ACTOR_GUEST ? APARTMENT_PUBLIC : APARTMENT_PRIVATE;
}

bool apartment_visible(const struct apartment *apartment, const struct api_caller *caller)
{
    if (caller->actor == ACTOR_GUEST)
        return apartment->is_active;
    if (caller->actor == ACTOR_OWNER)
        return uuid_equal(&apartment->owner_id, &caller->actor_id);
    return true;
}

bool apartment_check_visible(const struct api_caller *caller, const struct apartment *apartment,
                             struct fault *fault)
{
    return apartment_visible(apartment, caller) ||
           fault_set(fault, FAULT_NOT_FOUND, "not_found", "There is no such apartment.");
}

bool apartment_check_writable(const struct api_caller *caller, const struct uuid *owner_id,
                              struct fault *fault)
{
    return (caller->actor == ACTOR_OWNER && uuid_equal(&caller->actor_id, owner_id)) ||
           api_check_staff(caller, fault);
}

struct slice apartment_code_generate(const struct uuid *seed, struct slice city,
                                     struct arena *arena)
{
    static const char capitals[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZ";
    enum { PREFIX = 3, RANDOM = 6 };
    char code[PREFIX + 1 + RANDOM];

    for (size_t i = 0; i < PREFIX; i++) {
        code[i] = 'X';
        if (i < city.len && ascii_is_lower(city.at[i]))
            code[i] = capitals[city.at[i] - 'a'];
    }
    code[PREFIX] = '-';
    /* Only the last bytes of a version 7 UUID are random. */
    for (size_t i = 0; i < RANDOM; i++)
        code[PREFIX + 1 + i] = DIGEST_BASE32[seed->bytes[15 - i] % 32];
    return arena_copy(arena, (struct slice){code, sizeof code});
}
