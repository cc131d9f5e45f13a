// SPDX-License-Identifier: MIT
#include "base/number.h"

#include "rides/delivery.h"
#include "rides/ride.h"

#define MINUTE (INT64_C(60) * 1000000)
#define HOUR   (60 * MINUTE)
#define DAY    (24 * HOUR)

enum {
    GUEST = RIDE_BY_GUEST,
    DRIVER = RIDE_BY_DRIVER,
    STAFF = TRANSITION_BY_STAFF,
    SYSTEM = TRANSITION_BY_SYSTEM
};

const char *const ride_status_names[] = {"open",      "held",      "requested", "payment_claimed",
                                         "confirmed", "boarded",   "completed", "expired",
                                         "declined",  "cancelled", "no_show",   NULL};
static const char *const already[] = {
    "already_open",      "already_held",      "already_requested", "already_payment_claimed",
    "already_confirmed", "already_boarded",   "already_completed", "already_expired",
    "already_declined",  "already_cancelled", "already_no_show"};

// clang-format off
static const struct transition_action actions[RIDE_ACTION_COUNT] = {
    [RIDE_CONFIRM]        = {"confirm", "ride.confirm", {TEXTS_LITERAL("Подтвердить"), TEXTS_LITERAL("Растау"), TEXTS_LITERAL("Confirm")}},
    [RIDE_DECLINE]        = {"decline", "ride.decline", {TEXTS_LITERAL("Отклонить"), TEXTS_LITERAL("Қабылдамау"), TEXTS_LITERAL("Decline")}},
    [RIDE_CLAIM_PAYMENT]  = {"claim-payment", "ride.claim_payment", {TEXTS_LITERAL("Я оплатил"), TEXTS_LITERAL("Мен төледім"), TEXTS_LITERAL("I have paid")}},
    [RIDE_BOARD]          = {"board", "ride.board", {TEXTS_LITERAL("Сел"), TEXTS_LITERAL("Отырды"), TEXTS_LITERAL("On board")}},
    [RIDE_DROP]           = {"drop", "ride.drop", {TEXTS_LITERAL("Вышел"), TEXTS_LITERAL("Түсті"), TEXTS_LITERAL("Dropped off")}},
    [RIDE_DELIVER]        = {"deliver", "ride.deliver", {TEXTS_LITERAL("Посылка вручена"), TEXTS_LITERAL("Сәлемдеме табысталды"), TEXTS_LITERAL("Parcel delivered")}},
    [RIDE_MARK_NO_SHOW]   = {"no-show", "ride.no_show", {TEXTS_LITERAL("Не пришёл"), TEXTS_LITERAL("Келмеді"), TEXTS_LITERAL("Did not come")}},
    [RIDE_DRIVER_NO_SHOW] = {"driver-no-show", "ride.driver_no_show", {TEXTS_LITERAL("Водителя нет"), TEXTS_LITERAL("Жүргізуші келмеді"), TEXTS_LITERAL("The driver did not come")}},
    [RIDE_CANCEL]         = {"cancel", "ride.cancel", {TEXTS_LITERAL("Отменить"), TEXTS_LITERAL("Бас тарту"), TEXTS_LITERAL("Cancel")}},
    [RIDE_SHARE]          = {"share", "ride.share", {TEXTS_LITERAL("Поделиться"), TEXTS_LITERAL("Бөлісу"), TEXTS_LITERAL("Share")}},
    [RIDE_SOS]            = {"sos", "ride.sos", {TEXTS_LITERAL("SOS"), TEXTS_LITERAL("Көмек"), TEXTS_LITERAL("SOS")}},
    [RIDE_RATE]           = {"rating", "ride.rating", {TEXTS_LITERAL("Оценить"), TEXTS_LITERAL("Бағалау"), TEXTS_LITERAL("Rate")}},
    [RIDE_COMPLAIN]       = {"complaints", "ride.complaint", {TEXTS_LITERAL("Пожаловаться"), TEXTS_LITERAL("Шағымдану"), TEXTS_LITERAL("Complain")}},
    [RIDE_OFFER]          = {"offers", "ride.offer", {TEXTS_LITERAL("Предложить цену"), TEXTS_LITERAL("Баға ұсыну"), TEXTS_LITERAL("Make an offer")}},
    [RIDE_SETTLE]         = {"settle", "ride.settle", {TEXTS_LITERAL("Разобрать"), TEXTS_LITERAL("Шешу"), TEXTS_LITERAL("Settle")}},
    [RIDE_EDIT]           = {.verb = "edit", .audit = "ride.edit"},
    [RIDE_ACCEPT]         = {.verb = "accept", .audit = "ride.accept"},
    [RIDE_HOLD]           = {.verb = "hold", .audit = "ride.hold"},
    [RIDE_EXPIRE]         = {.verb = "expire", .audit = "ride.expire"},
    [RIDE_COMPLETE]       = {.verb = "complete", .audit = "ride.complete"},
};
/* The label of RIDE_BOARD for a parcel, which the driver takes over from its sender. */
static const struct texts take_parcel = {TEXTS_LITERAL("Взял посылку"), TEXTS_LITERAL("Сәлемдемені алдым"), TEXTS_LITERAL("Parcel taken")};

/* Bits of statuses. */
enum {
    OPEN = 1 << RIDE_OPEN, HELD = 1 << RIDE_HELD, REQUESTED = 1 << RIDE_REQUESTED, CLAIMED = 1 << RIDE_PAYMENT_CLAIMED,
    CONFIRMED = 1 << RIDE_CONFIRMED, BOARDED = 1 << RIDE_BOARDED, COMPLETED = 1 << RIDE_COMPLETED, EXPIRED = 1 << RIDE_EXPIRED,
    DECLINED = 1 << RIDE_DECLINED, CANCELLED = 1 << RIDE_CANCELLED, NO_SHOW = 1 << RIDE_NO_SHOW
};

/* action, from, to, actors, conditions. The system cancels rides whose trip was cancelled or whose
 * passenger is erased. */
static const struct transition rows[] = {
    {RIDE_CONFIRM,  HELD,           RIDE_CONFIRMED, GUEST,          RIDE_DRIVER_NOT_BLOCKED | RIDE_NOTHING_DUE},
    {RIDE_CONFIRM,  HELD,           RIDE_CONFIRMED, DRIVER | STAFF, RIDE_DRIVER_NOT_BLOCKED},
    {RIDE_CONFIRM,  REQUESTED,      RIDE_CONFIRMED, DRIVER | STAFF, RIDE_DRIVER_NOT_BLOCKED | RIDE_NOTHING_DUE},
    {RIDE_CONFIRM,  REQUESTED,      RIDE_HELD,      DRIVER | STAFF, RIDE_DRIVER_NOT_BLOCKED | RIDE_SOMETHING_DUE},
    {RIDE_CONFIRM,  CLAIMED,        RIDE_CONFIRMED, DRIVER | STAFF, 0},

    {RIDE_DECLINE,  REQUESTED,      RIDE_DECLINED,  DRIVER | STAFF, 0},

    {RIDE_CLAIM_PAYMENT, HELD,      RIDE_PAYMENT_CLAIMED, GUEST | STAFF, RIDE_DRIVER_NOT_BLOCKED | RIDE_SOMETHING_DUE},

    {RIDE_BOARD,    CONFIRMED,      RIDE_BOARDED,   DRIVER | STAFF, RIDE_BOARDING_TIME},
    {RIDE_DROP,     BOARDED,        RIDE_COMPLETED, DRIVER | STAFF, RIDE_PASSENGERS},
    {RIDE_DELIVER,  BOARDED,        RIDE_COMPLETED, DRIVER,         RIDE_PARCEL | RIDE_CODE_TRIES_LEFT},
    {RIDE_DELIVER,  BOARDED,        RIDE_COMPLETED, STAFF,          RIDE_PARCEL},
    {RIDE_MARK_NO_SHOW,   CONFIRMED, RIDE_NO_SHOW,  DRIVER | STAFF, RIDE_GUEST_LATE},
    {RIDE_DRIVER_NO_SHOW, CONFIRMED, RIDE_CANCELLED, GUEST | STAFF, RIDE_DRIVER_LATE},

    {RIDE_CANCEL,   OPEN,           RIDE_CANCELLED, GUEST | STAFF | SYSTEM, 0},
    {RIDE_CANCEL,   OPEN,           RIDE_CANCELLED, DRIVER,                 RIDE_ON_TRIP},
    {RIDE_CANCEL,   HELD | REQUESTED | CLAIMED | CONFIRMED, RIDE_CANCELLED, GUEST | DRIVER | STAFF | SYSTEM, 0},
    {RIDE_CANCEL,   BOARDED,        RIDE_CANCELLED, SYSTEM,                 0},

    {RIDE_SHARE,    CONFIRMED | BOARDED, TRANSITION_STAYS, GUEST | STAFF,  0},
    {RIDE_SOS,      CONFIRMED | BOARDED, TRANSITION_STAYS, GUEST | DRIVER, 0},
    {RIDE_RATE,     COMPLETED,           TRANSITION_STAYS, GUEST | DRIVER, RIDE_ENDED_7_DAYS},
    {RIDE_COMPLAIN, BOARDED | COMPLETED | CANCELLED | NO_SHOW, TRANSITION_STAYS, GUEST | DRIVER, RIDE_ENDED_7_DAYS},
    {RIDE_OFFER,    OPEN,                TRANSITION_STAYS, DRIVER,         RIDE_WITHOUT_TRIP},
    {RIDE_SETTLE,   COMPLETED | EXPIRED | DECLINED | CANCELLED | NO_SHOW, TRANSITION_STAYS, STAFF, RIDE_ENDED_30_DAYS},
    {RIDE_EDIT,     OPEN,                TRANSITION_STAYS, GUEST | STAFF,  0},

    {RIDE_ACCEPT,   OPEN,           RIDE_CONFIRMED, GUEST | STAFF,  RIDE_WITHOUT_TRIP | RIDE_NOTHING_DUE},
    {RIDE_ACCEPT,   OPEN,           RIDE_HELD,      GUEST | STAFF,  RIDE_WITHOUT_TRIP | RIDE_SOMETHING_DUE},
    {RIDE_ACCEPT,   OPEN,           RIDE_CONFIRMED, DRIVER,         RIDE_WITHOUT_TRIP | RIDE_AUTO_ACCEPT | RIDE_NOTHING_DUE},
    {RIDE_ACCEPT,   OPEN,           RIDE_HELD,      DRIVER,         RIDE_WITHOUT_TRIP | RIDE_AUTO_ACCEPT | RIDE_SOMETHING_DUE},

    {RIDE_HOLD,     OPEN,           RIDE_HELD,      SYSTEM,         RIDE_ON_TRIP},
    {RIDE_EXPIRE,   OPEN | HELD | REQUESTED | CLAIMED, RIDE_EXPIRED, SYSTEM, RIDE_TIME_OUT},
    {RIDE_COMPLETE, CONFIRMED,      RIDE_COMPLETED, SYSTEM,         RIDE_ARRIVED},
    {RIDE_COMPLETE, BOARDED,        RIDE_COMPLETED, SYSTEM,         0},
};

static const struct transition_refusal refusals[] = {
    {RIDE_DRIVER_NOT_BLOCKED, FAULT_CONFLICT, "driver_blocked", "The driver is blocked."},
    {RIDE_ON_TRIP,       FAULT_CONFLICT,  "no_driver",      "The ride has no driver yet."},
    {RIDE_WITHOUT_TRIP,  FAULT_CONFLICT,  "waits_for_seat", "The ride waits for a seat of one trip."},
    /* Drivers may not accept. The state machine has their row for offers that are accepted at once. */
    {RIDE_AUTO_ACCEPT,   FAULT_FORBIDDEN, "forbidden",      "The passenger chooses the offer."},
    {RIDE_NOTHING_DUE,   FAULT_CONFLICT,  "payment_due",    "Driver or staff confirm it once the deposit is paid."},
    {RIDE_SOMETHING_DUE, FAULT_CONFLICT,  "nothing_due",    "Nothing is due beforehand."},
    {RIDE_PASSENGERS,    FAULT_CONFLICT,  "needs_code",     "A parcel is delivered, with its code."},
    {RIDE_PARCEL,        FAULT_CONFLICT,  "not_a_parcel",   "Only parcels are delivered."},
    {RIDE_CODE_TRIES_LEFT, FAULT_CONFLICT, "code_locked",   "After too many wrong codes only staff deliver the parcel."},
    {RIDE_BOARDING_TIME, FAULT_CONFLICT,  "too_early",      "Passengers board from 30 minutes before the departure."},
    {RIDE_GUEST_LATE,    FAULT_CONFLICT,  "too_early",      "A passenger is waited for until 10 minutes after the departure."},
    {RIDE_DRIVER_LATE,   FAULT_CONFLICT,  "too_early",      "A driver is waited for until 15 minutes after the departure, or 30 once the trip has started."},
    {RIDE_ARRIVED,       FAULT_CONFLICT,  "too_early",      "The trip was due less than 3 hours ago."},
    {RIDE_TIME_OUT,      FAULT_CONFLICT,  "too_early",      "The ride's time has not run out."},
    {RIDE_ENDED_30_DAYS, FAULT_CONFLICT,  "too_late",       "A ride is settled within 30 days of its end."},
    {RIDE_ENDED_7_DAYS,  FAULT_CONFLICT,  "too_late",       "The ride ended more than 7 days ago."},
};

#define GONE(action) {(action), EXPIRED, FAULT_GONE, "hold_expired", "The ride's time ran out."}
static const struct transition_exception exceptions[] = {
    GONE(RIDE_CONFIRM), GONE(RIDE_CLAIM_PAYMENT), GONE(RIDE_ACCEPT),
    {RIDE_OFFER, HELD | CLAIMED | CONFIRMED | BOARDED | COMPLETED, FAULT_CONFLICT, "ride_taken", "The ride is taken."},
};
// clang-format on

const struct transition_machine ride_machine = {
    .noun = "ride",
    .rows = rows,
    .row_count = ARRAY_LEN(rows),
    .actions = actions,
    .action_count = RIDE_ACTION_COUNT,
    .statuses = ride_status_names,
    .already = already,
    .refusals = refusals,
    .refusal_count = ARRAY_LEN(refusals),
    .exceptions = exceptions,
    .exception_count = ARRAY_LEN(exceptions),
};

bool ride_status_waits(int status)
{
    return status <= RIDE_PAYMENT_CLAIMED;
}

bool ride_status_takes_seats(int status)
{
    return status >= RIDE_HELD && status <= RIDE_BOARDED;
}

bool ride_status_ended(int status)
{
    return status >= RIDE_COMPLETED;
}

int ride_status_at(int status, int64_t expires_at, int64_t now)
{
    return ride_status_waits(status) && expires_at <= now ? RIDE_EXPIRED : status;
}

/* Is `now` at least instant + after (microseconds)? False if the instant is FIELD_ABSENT. */
static bool has_elapsed(int64_t since, int64_t delay_us, int64_t now)
{
    return since != FIELD_ABSENT && now >= since + delay_us;
}

/* When the ride ended: for an overdue ride, its deadline. FIELD_ABSENT: not ended. */
static int64_t find_end_instant(const struct ride *ride)
{
    const int status = ride_status_at(ride->status, ride->expires_at, ride->now);

    return status != ride->status ? ride->expires_at : ride->ended_at;
}

struct transition_state ride_state(const struct ride *ride)
{
    const int64_t now = ride->now, depart_at = ride->depart_at, ended = find_end_instant(ride);
    const int64_t driver_waits = (ride->trip_status == TRIP_STARTED ? 30 : 15) * MINUTE;
    unsigned conditions = 0;

    conditions |= ride->paid >= ride->deposit ? RIDE_NOTHING_DUE : RIDE_SOMETHING_DUE;
    conditions |= ride_has_trip(ride) ? RIDE_ON_TRIP : RIDE_WITHOUT_TRIP;
    conditions |= ride->kind == FARE_PARCEL ? RIDE_PARCEL : RIDE_PASSENGERS;
    if (ride->preferences.auto_accept)
        conditions |= RIDE_AUTO_ACCEPT;
    if (!ride->driver_blocked)
        conditions |= RIDE_DRIVER_NOT_BLOCKED;
    if (ride->delivery_tries < DELIVERY_TRIES_MAX)
        conditions |= RIDE_CODE_TRIES_LEFT;
    if (has_elapsed(depart_at, -30 * MINUTE, now))
        conditions |= RIDE_BOARDING_TIME;
    if (has_elapsed(depart_at, 10 * MINUTE, now))
        conditions |= RIDE_GUEST_LATE;
    if (has_elapsed(depart_at, driver_waits, now))
        conditions |= RIDE_DRIVER_LATE;
    if (has_elapsed(ride->trip_arrives_at, 3 * HOUR, now))
        conditions |= RIDE_ARRIVED;
    if (has_elapsed(ride->expires_at, 0, now))
        conditions |= RIDE_TIME_OUT;
    if (ended == FIELD_ABSENT || now <= ended + 30 * DAY)
        conditions |= RIDE_ENDED_30_DAYS;
    if (ended == FIELD_ABSENT || now <= ended + 7 * DAY)
        conditions |= RIDE_ENDED_7_DAYS;
    return (struct transition_state){ride_status_at(ride->status, ride->expires_at, now),
                                     conditions};
}

/* Until when the action is possible; for a cancel, on the present terms. FIELD_ABSENT: no deadline.
 */
static int64_t allowed_until(const struct ride *ride, int action, const struct cancel_terms *cancel)
{
    const int64_t end = ride_status_waits(ride->status) ? ride->expires_at : FIELD_ABSENT;

    if (find_end_instant(ride) != FIELD_ABSENT)
        return find_end_instant(ride) + (action == RIDE_SETTLE ? 30 : 7) * DAY;
    if (action == RIDE_CANCEL && cancel->until != FIELD_ABSENT &&
        (end == FIELD_ABSENT || cancel->until < end))
        return cancel->until;
    return end;
}

size_t ride_allowed_actions(const struct ride *ride, unsigned actor,
                            const struct cancel_terms *cancel,
                            struct transition_allowed out[TRANSITION_ACTIONS_MAX])
{
    const size_t count = transition_allowed(&ride_machine, ride_state(ride), actor, out);

    for (size_t i = 0; i < count; i++) {
        out[i].until = allowed_until(ride, out[i].row->action, cancel);
        if (out[i].row->action == RIDE_CANCEL)
            out[i].cost = cancel->kept;
        if (out[i].row->action == RIDE_BOARD && ride->kind == FARE_PARCEL)
            out[i].label = take_parcel;
    }
    return count;
}

int64_t ride_hold_until(int64_t now, int64_t seconds, int64_t depart_at)
{
    const int64_t end = now + seconds * 1000000;

    return depart_at > now ? number_min(end, depart_at) : end;
}

int64_t ride_request_until(int64_t now, int64_t depart_at)
{
    const int64_t end = number_min(now + RIDE_REQUEST_S * INT64_C(1000000),
                                   depart_at - RIDE_LAST_S * INT64_C(1000000));

    return number_max(end, now + RIDE_REQUEST_MIN_S * INT64_C(1000000));
}

bool ride_waitlist_find_deadline(int64_t now, int64_t depart_at, int64_t *until)
{
    const int64_t end = depart_at - RIDE_LAST_S * INT64_C(1000000);

    if (end <= now)
        return false;
    *until = end;
    return true;
}
