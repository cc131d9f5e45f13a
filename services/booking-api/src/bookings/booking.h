// SPDX-License-Identifier: MIT
/* A booking: its rules (booking.c) and its state machine (booking_transitions.c). Both are pure:
 * no HTTP, SQL or JSON, and the time is a parameter. Other files:
 *   booking_handlers.c  routes
 *   booking_json.c      JSON fields and their bounds
 *   booking_place.c     creates a booking
 *   booking_price.c     computes the price that is stored
 *   booking_act.c       confirm, claim, cancel, decline, check-in, check-out, no-show, contact,
 * rate booking_change.c    changes dates, guests or apartment; hands bookings to a new owner
 *   booking_expire.c    expires holds and completes stays when their time has come
 *   booking_record.c    history, event and audit of a step
 *   booking_store.c     SQL by id; booking_place_store.c inserts, booking_list_store.c lists
 * The use cases are declared in booking_change.h, the SQL in booking_store.h. */
#pragma once

#include <stdint.h>

#include "api/transition.h"
#include "base/arena.h"
#include "base/fault.h"
#include "base/value.h"

#include "access.h"
#include "apartments/apartment.h"
#include "apartments/owner.h"
#include "prices/policy.h"
#include "prices/rate.h"

/* The states of a booking, in the order of booking_status_names. The first three are pending: they
 * have an expires_at, at which the first two expire. The first five (live) occupy their nights. */
enum booking_status {
    BOOKING_HELD,
    BOOKING_REQUESTED,
    BOOKING_PAYMENT_CLAIMED,
    BOOKING_CONFIRMED,
    BOOKING_CHECKED_IN,
    BOOKING_COMPLETED,
    BOOKING_EXPIRED,
    BOOKING_DECLINED,
    BOOKING_CANCELLED,
    BOOKING_NO_SHOW,
    BOOKING_STATUS_COUNT
};
extern const char *const booking_status_names[]; /* NULL-terminated */
bool booking_status_pending(enum booking_status status);
/* Pending, except payment_claimed: the guest may have paid, so a person decides, however late. */
bool booking_status_expires(enum booking_status status);

enum {
    BOOKING_HOLD_DEFAULT_S = 15 * 60,
    BOOKING_HOLD_MAX_MIN = 60,
    BOOKING_REQUEST_S = 12 * 60 * 60, /* the owner's time to answer a request */
    BOOKING_PAY_S = 60 * 60,          /* the guest's time to pay after the owner has accepted */
    BOOKING_CLAIM_S = 12 * 60 * 60,   /* by then the owner should verify a claimed payment */
    BOOKING_HOLDS_MAX = 3,            /* live holds of one guest */
    BOOKING_CODE_LEN = 8,
    BOOKING_RATING_MAX = 5
};

struct booking_guest {
    struct slice name;
    struct slice phone;  /* E.164; may be absent */
    int64_t telegram_id; /* FIELD_ABSENT: unknown */
    int language;        /* enum language */
};

/* A booking as requested by a client. */
struct booking_draft {
    struct uuid quote_id; /* if set, the quote determines apartment, dates, guests and price */
    struct uuid apartment_id;
    int32_t check_in;
    int32_t check_out;
    int64_t guests;
    struct booking_guest guest;
    struct slice note;
    struct slice source;      /* channel through which the guest came */
    int64_t hold_minutes;     /* FIELD_ABSENT: BOOKING_HOLD_DEFAULT_S */
    int64_t hold_seconds;     /* only with test keys */
    bool test_key;            /* the request was made with a test key */
    bool by_guest;            /* without a phone, that of the guest's last booking is used */
    bool check_in_unchanged;  /* set by a date change: notice and window were checked earlier */
    bool apartment_unchanged; /* set by a date change: is_active was checked earlier */
};

/* The body of a request for an action; each action uses some of the members. */
struct booking_action_body {
    struct slice phone;      /* confirm, contact */
    bool phone_required;     /* confirm: an account is not enough */
    int64_t paid;            /* confirm; FIELD_ABSENT: the deposit was paid */
    struct slice reason;     /* every action except claim-payment and contact */
    struct slice receipt;    /* claim-payment */
    int64_t rating;          /* rate: 1 to BOOKING_RATING_MAX */
    int64_t expected_refund; /* cancel; FIELD_ABSENT: any refund is accepted */
};

/* The body of change-dates: the stay as the client wants it. */
struct booking_change_body {
    int32_t check_in;
    int32_t check_out;
    int64_t guests;           /* FIELD_ABSENT: unchanged */
    struct uuid apartment_id; /* nil: unchanged */
    int64_t expected_total;   /* FIELD_ABSENT: any total is accepted */
};

/* Instants (microseconds UTC) of a stay, computed in the apartment's time zone. */
struct booking_clock {
    int64_t now;
    int64_t arrival_day;     /* start of the check-in day */
    int64_t arrival_day_end; /* end of the check-in day */
    int64_t check_out;       /* check-out time on the last day */
    int64_t check_in;        /* check-in time on the first day */
    int64_t check_in_info;   /* from then on the guest may see check_in_info */
};

/* The members of the apartment that its bookings show, or that decide who sees them. */
struct booking_apartment {
    struct texts title;
    struct slice address, address_kz, address_en; /* may be absent; see booking_shows_address() */
    struct field_geo location;                    /* as address */
    int64_t security_deposit;                     /* may be absent */
    struct uuid owner_id;
    bool is_active;
};

/* A booking as stored. Text is borrowed from the request's arena or from rows. */
struct booking {
    struct uuid id;
    struct uuid tenant_id;
    struct slice code;
    struct uuid apartment_id;
    struct uuid owner_id;
    int status; /* enum booking_status; see booking_apply_clock() */
    int32_t check_in;
    int32_t check_out;
    int64_t guests;
    struct booking_guest guest;
    struct slice note;
    struct slice lines; /* JSON */
    int64_t total;
    int64_t deposit;
    int64_t paid;
    int64_t expires_at; /* FIELD_ABSENT unless the booking is pending; of a claim: not its end */
    struct slice expired_from; /* name of the status that expired; absent unless expired */
    int64_t version;
    int64_t created_at;
    int64_t updated_at;
    struct slice source;                /* channel through which the guest came; may be absent */
    struct texts check_in_info;         /* from the apartment; see booking_shows_check_in_info() */
    struct slice payment_info;          /* from the owner; see booking_shows_payment_info() */
    struct slice receipt;               /* proof of the claimed payment; may be absent */
    struct policy policy;               /* frozen when the booking was created */
    struct policy_price policy_price;   /* the parts of the total that the policy distinguishes */
    int64_t fee;                        /* withheld by a cancellation; FIELD_ABSENT before one */
    int64_t refund;                     /* returned by a cancellation */
    int64_t rating;                     /* by the guest; FIELD_ABSENT: none */
    struct booking_apartment apartment; /* see booking_shows_apartment() */
    struct booking_clock clock;
};

/* A booking after a step, its status before the step, and the id of the step's event. */
struct booking_step_record {
    struct uuid event_id;
    struct booking booking;
    struct slice status_before;
};

/* True if the deposit has been paid. */
bool booking_nothing_due(const struct booking *booking);

/* True if the caller may see the address: from confirmation to check-out, a guest who has not
 * checked in only after giving a phone or paying the deposit, which is not 0 then. */
bool booking_shows_address(const struct booking *booking, const struct api_caller *caller);
/* True if the caller may see check_in_info: as the address, a guest who has not checked in only
 * from clock.check_in_info on. */
bool booking_shows_check_in_info(const struct booking *booking, const struct api_caller *caller);
/* True if a confirmed booking withholds its address or check_in_info from the guest until a phone
 * is given. */
bool booking_needs_phone(const struct booking *booking);

/* True if the caller may see the apartment of the booking: apartment_visible(). */
bool booking_shows_apartment(const struct booking *booking, const struct api_caller *caller);

/* True while readers of the booking may see payment_info: in a live status with part of the total
 * unpaid, except while a request awaits its answer. */
bool booking_shows_payment_info(const struct booking *booking);

/* Sets status, expires_at and expired_from as of `now_us`: an overdue hold or request reads as
 * expired even if the sweeper has not stored that yet, and expires_at is cleared unless the booking
 * is pending. */
void booking_apply_clock(struct booking *booking, int64_t now_us);

/* The bookings of a guest, by account or phone, that limit further ones. */
struct booking_counts {
    int64_t holds;      /* live ones */
    int64_t unpaid;     /* confirmed, not begun, and nothing was paid */
    int64_t unpaid_max; /* as many as the tenant allows */
};
/* Whether the guest may have another confirmed stay without a payment. FAULT_CONFLICT
 * "too_many_unpaid". */
bool booking_check_unpaid(const struct booking_counts *counts, struct fault *fault) MUST_CHECK;

/* The terms of a cancellation at `clock.now`: fee and refund. */
struct policy_terms booking_cancel_terms(const struct booking *booking);

/* The amount paid beyond the total of a stay that was not cancelled; FIELD_ABSENT: none. */
int64_t booking_refund_due(const struct booking *booking);

/* --- making one --- */

/* Adds each rule that the draft breaks to `problems`, if the stay costs `total`. The time is the
 * apartment's local time (local_day, local_minute). Codes: not_bookable, in_the_past, too_late,
 * beyond_window, min_nights, max_nights, too_many_guests, closed_to_arrival, closed_to_departure,
 * total_too_high. */
void booking_check(const struct apartment *apartment, const struct booking_draft *draft,
                   int64_t total, struct fault_list *problems);
/* Like booking_check(), with the rules of the seasons for these nights already combined. */
void booking_check_rules(const struct apartment *apartment, const struct booking_draft *draft,
                         const struct rate_stay *rules, int64_t total, struct fault_list *problems);
/* The total of the draft at current prices; and booking_check() at that total. */
int64_t booking_compute_total(const struct apartment *apartment, const struct booking_draft *draft);
void booking_check_priced(const struct apartment *apartment, const struct booking_draft *draft,
                          struct fault_list *problems);

/* Checks that check_out is 1 to STAY_NIGHTS_MAX days after check_in. An absent date passes. */
void booking_range_check(int32_t check_in, int32_t check_out, struct fault_list *problems);

/* Sets the fault for an apartment, named in a body, that does not exist or is hidden from this
 * caller: FAULT_INVALID "unknown_apartment". Returns false. */
bool booking_refuse_apartment(struct arena *arena, struct fault *fault);

/* Checks the draft's own fields before any apartment is read: check_out after check_in, no field
 * that the quote determines, one unit for the hold's duration, seconds only with test keys. */
void booking_draft_check(const struct booking_draft *draft, struct fault_list *problems);

/* If the caller is a guest, sets `by_guest` and the guest's telegram_id. FAULT_FORBIDDEN
 * "forbidden" if the draft names another guest. */
bool booking_draft_set_guest(struct booking_draft *draft, const struct api_caller *caller,
                             struct fault *fault) MUST_CHECK;

int64_t booking_hold_seconds(const struct booking_draft *draft);

/* Occupied nights of a stay, with its buffer: first .. end - 1. */
struct booking_taken {
    int32_t first;
    int32_t end;
};

/* Writes the unavailable nights of the stay into `nights`, in ascending order and at most
 * STAY_NIGHTS_MAX, and returns their number. If the stay's own buffer overlaps a taken night, its
 * last night is unavailable. */
size_t booking_taken_nights(int32_t check_in, int32_t check_out, int64_t buffer_days,
                            const struct booking_taken *taken, size_t count, int32_t *nights);

/* --- who may see it --- */

bool booking_visible(const struct booking *booking, const struct api_caller *caller);

/* --- moving it (booking_transitions.c) --- */

/* Bits of actors, beside those of api/transition.h. */
enum { BOOKING_BY_GUEST = 1 << ACTOR_GUEST, BOOKING_BY_OWNER = 1 << ACTOR_OWNER };

enum booking_action {
    BOOKING_CONFIRM,
    BOOKING_DECLINE,
    BOOKING_CANCEL,
    BOOKING_CLAIM_PAYMENT,
    BOOKING_CHECK_IN,
    BOOKING_CHECK_OUT,
    BOOKING_MARK_NO_SHOW,
    BOOKING_CHANGE_DATES,
    BOOKING_CONTACT,
    BOOKING_RATE,
    BOOKING_EXPIRE,   /* by the system only, when expires_at has passed; has no route */
    BOOKING_COMPLETE, /* by the system only, at check-out time; has no route */
    BOOKING_RECEIPT,  /* claim-payment with another receipt for a claimed payment */
    BOOKING_ACTION_COUNT
};

/* Further conditions of transitions, beside status and actor. */
enum booking_condition {
    BOOKING_NOTHING_DUE = 1 << 0,
    BOOKING_SOMETHING_DUE = 1 << 1,
    BOOKING_ARRIVAL_DAY = 1 << 2,     /* the check-in day has begun in the apartment's time zone */
    BOOKING_AFTER_ARRIVAL = 1 << 3,   /* the check-in day has ended */
    BOOKING_CHANGE_FREE = 1 << 4,     /* booking_change_allowed() */
    BOOKING_CHECK_OUT_PASSED = 1 << 5 /* the check-out time has come */
};

/* True if the guest may change the dates without the owner: the apartment is active and a
 * cancellation would still refund everything. */
bool booking_change_allowed(const struct booking *booking);

/* Faults: 403 "forbidden" or "payment_due", 409 "already_<status>", "nothing_due" or "too_early",
 * 410 "hold_expired". */
extern const struct transition_machine booking_machine;
/* Call booking_apply_clock() before these. */
struct transition_state booking_state(const struct booking *booking);
/* transition_check() for the caller. */
bool booking_transition_check(const struct booking *booking, enum booking_action action,
                              const struct api_caller *caller, const struct transition **row,
                              struct fault *fault) MUST_CHECK;
/* transition_allowed() for the caller, with deadline and cost. */
size_t booking_allowed_actions(const struct booking *booking, const struct api_caller *caller,
                               struct transition_allowed out[TRANSITION_ACTIONS_MAX]);
