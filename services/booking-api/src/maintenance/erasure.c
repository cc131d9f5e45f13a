// SPDX-License-Identifier: MIT
#include "maintenance/erasure.h"

#include "base/auto.h"

enum { PHONES_MAX = 8 * 1024 }; /* bytes of a list of phones */

/* The account, if all rows of both results have the same one. FIELD_ABSENT if there are no rows or
 * several accounts. */
static int64_t single_account_of_rows(const struct db_rows *bookings, const struct db_rows *rides)
{
    int64_t account = FIELD_ABSENT;

    for (int i = 0; i < bookings->count + rides->count; i++) {
        const int64_t account_of_row = i < bookings->count
                                           ? db_get_int(bookings, i, 0)
                                           : db_get_int(rides, i - bookings->count, 0);

        if (account != FIELD_ABSENT && account != account_of_row)
            return FIELD_ABSENT;
        account = account_of_row;
    }
    return account;
}

static bool find_account_by_phone(struct change *change, struct slice phone, int64_t *account,
                                  struct fault *fault)
{
    auto_rows struct db_rows bookings = {0}, rides = {0};

    if (!erasure_store_find_accounts(change, phone, &bookings, fault) ||
        !rides_erase_find_accounts(change, phone, &rides, fault))
        return false;
    *account = single_account_of_rows(&bookings, &rides);
    return true;
}

/* Appends the phones in `rows` to a list. A phone is a plus and digits, so it needs no quoting. */
static void append_phones(const struct db_rows *rows, struct buf *list)
{
    for (int i = 0; i < rows->count; i++) {
        if (list->len > 1)
            buf_char(list, ',');
        buf_slice(list, db_get_text(rows, i, 0));
    }
}

static bool collect_phones_of_person(struct change *change, struct erasure_person *person,
                                     struct fault *fault)
{
    auto_rows struct db_rows bookings = {0}, rides = {0};
    AUTO(buf_finish) struct buf list;

    buf_init(&list, PHONES_MAX);
    buf_char(&list, '{');
    if (person->asked.phone.at != NULL)
        buf_slice(&list, person->asked.phone);
    if (person->telegram_id != FIELD_ABSENT) {
        if (!erasure_store_find_phones(change, person->telegram_id, &bookings, fault) ||
            !rides_erase_find_phones(change, person->telegram_id, &rides, fault))
            return false;
        append_phones(&bookings, &list);
        append_phones(&rides, &list);
    }
    buf_char(&list, '}');
    return buf_keep(&list, change->arena, &person->phones, fault);
}

bool erasure_identify(struct change *change, const struct erasure_subject *subject,
                      bool collect_phones, struct erasure_person *out, struct fault *fault)
{
    struct erasure_person person = {.asked = *subject, .telegram_id = subject->telegram_id};

    if (subject->phone.at != NULL &&
        !find_account_by_phone(change, subject->phone, &person.telegram_id, fault))
        return false;
    if (collect_phones && !collect_phones_of_person(change, &person, fault))
        return false;
    *out = person;
    return true;
}

bool erasure_find_and_lock(struct change *change, const struct erasure_person *person,
                           struct erasure_found *out, struct fault *fault)
{
    const struct rides_person of_rides = {person->telegram_id, person->asked.phone, person->phones};

    *out = (struct erasure_found){.telegram_id = person->telegram_id};
    return erasure_store_find_and_lock(change, person, out, fault) &&
           rides_erase_find_and_lock(change, &of_rides, ERASURE_BOOKINGS_MAX, &out->rides, fault);
}

bool erasure_erase_found(struct change *change, const struct erasure_found *found,
                         struct erasure_counts *out, struct fault *fault)
{
    struct rides_erased rides;

    if (!erasure_store_erase_found(change, found, out, fault) ||
        !rides_erase_found(change, &found->rides, &rides, fault))
        return false;
    out->audit += rides.audit;
    out->idempotency += rides.idempotency;
    out->ride = rides.ride;
    out->ride_history = rides.ride_history;
    return true;
}
