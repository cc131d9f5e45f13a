// SPDX-License-Identifier: MIT
/* A booking: its rules (booking.c) and its state machine (booking_transitions.c). Both are pure:
 * no HTTP, SQL or JSON, and the time is a parameter. Other files:
 *   booking_handlers.c  routes
 *   booking_json.c      JSON fields and their bounds
 *   booking_place.c     creates a booking
 *   booking_price.c     computes the price that is stored
 *   booking_act.c       all other actions of people: confirm, cancel, check-in and so on
 *   booking_change.c    changes dates, guests or apartment; hands bookings to a new owner
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
 * have an expires_at, at which the first two expire; a claimed payment does not. The first five
 * occupy their nights. */
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
/* True for held and requested, which expire. A claimed payment does not: the guest may have paid,
 * so owner or staff must decide. */
bool booking_status_expires(enum booking_status status);

enum {
    BOOKING_HOLD_DEFAULT_S = 15 * 60,
    BOOKING_HOLD_MAX_MIN = 60,
    BOOKING_REQUEST_S = 12 * 60 * 60, /* the owner's time to answer a request */
    BOOKING_PAY_S = 60 * 60,          /* the guest's time to pay after the owner has accepted */
    BOOKING_CLAIM_S = 12 * 60 * 60,   /* the owner's time to verify a claimed payment */
    BOOKING_HOLDS_MAX = 3,            /* pending bookings of a guest; overdue ones do not count */
    BOOKING_CODE_LEN = 8,
    BOOKING_RATING_MAX = 5
};

struct booking_guest {
    struct slice name;
    struct slice phone;  /* E.164; may be absent */
    bool phone_verified; /* the phone is known to be the guest's own; true if absent */
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
    bool by_guest;            /* the caller is the guest: known_phone replaces a missing phone */
    bool check_in_unchanged;  /* in a date change, true: notice and window are not checked */
    bool apartment_unchanged; /* in a date change, true: the apartment may be inactive */
    bool stay_unchanged; /* the same, and both dates: of the rules only guests and total count */
};

/* The body of a request for an action; each action uses some of the members. */
struct booking_action_body {
    struct slice phone;      /* confirm, contact */
    bool phone_verified;     /* confirm, contact: the phone is known to be the guest's own */
    bool phone_required;     /* confirm: fails without a phone, even with a Telegram account */
    int64_t paid;            /* confirm, set-paid; FIELD_ABSENT: the deposit was paid */
    struct slice reason;     /* cancel, decline, check-in, check-out, no-show */
    struct slice receipt;    /* claim-payment */
    int64_t rating;          /* rate: 1 to BOOKING_RATING_MAX */
    int64_t expected_refund; /* cancel; FIELD_ABSENT: any refund is accepted */
    bool within_other;       /* a part of another resource's change, whose version If-Match names */
    bool refunds_all;        /* cancel: all that was paid, whatever the policy says */
    bool sold_elsewhere;     /* cancel: another channel has the nights; its event says so */
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
    int64_t check_in_info;   /* when a guest may first see check_in_info */
};

/* The members of the apartment that its bookings show, or that decide who sees them. */
struct booking_apartment {
    struct texts title;
    struct slice address, address_kz, address_en; /* may be absent; see booking_shows_address() */
    struct field_geo location;                    /* may be absent; see booking_shows_address() */
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
    struct uuid former_owner_id; /* in the event of a change of the owner; else nil */
    bool sold_elsewhere;         /* in the event of such a cancellation */
    int status;                  /* enum booking_status; see booking_apply_clock() */
    int32_t check_in;
    int32_t check_out;
    int64_t guests;
    struct booking_guest guest;
    struct slice note;
    struct slice lines; /* JSON */
    int64_t total;
    int64_t deposit;
    int64_t paid;
    int64_t claimed;    /* what the guest claims to have paid beside `paid`; 0 once confirmed or
                         * recorded by BOOKING_SET_PAID */
    int64_t expires_at; /* FIELD_ABSENT unless the booking is pending; see enum booking_status */
    struct slice expired_from; /* name of the status that expired; absent unless expired */
    bool was_requested; /* has left the status "requested"; set by booking_store_lock() only */
    int64_t version;
    int64_t created_at;
    int64_t updated_at;
    struct slice source;                /* channel through which the guest came; may be absent */
    struct texts check_in_info;         /* from the apartment; see booking_shows_check_in_info() */
    struct slice payment_info;          /* from the owner; see booking_shows_payment_info() */
    struct slice receipt;               /* proof of the claimed payment; may be absent */
    struct policy policy;               /* as it was when the booking was created */
    struct policy_price policy_price;   /* the parts of the total that the policy distinguishes */
    int64_t fee;                        /* FIELD_ABSENT unless cancelled or no-show */
    int64_t refund;                     /* still to be returned; FIELD_ABSENT like `fee` */
    int64_t rating;                     /* by the guest; FIELD_ABSENT: none */
    struct booking_apartment apartment; /* see booking_shows_apartment() */
    struct booking_clock clock;
};

/* Whether the deposit has been paid. */
bool booking_is_deposit_paid(const struct booking *booking);
/* The amount paid if owner or staff confirm the booking and state no amount: with what the guest
 * has claimed or, without a claim, at least the deposit. */
int64_t booking_paid_if_confirmed(const struct booking *booking);

/* Whether the caller may see the address. If the booking is checked in, every caller may; if it is
 * confirmed, owner and staff may, and a guest who has given a phone or paid a deposit above 0; in
 * other statuses no caller may. */
bool booking_shows_address(const struct booking *booking, const struct api_caller *caller);
/* Whether the caller may see check_in_info. This requires booking_shows_address(), and a guest who
 * has not checked in may see it only from clock.check_in_info on. */
bool booking_shows_check_in_info(const struct booking *booking, const struct api_caller *caller);
/* Whether a confirmed booking hides its address or check_in_info from the guest because the guest
 * has given no phone and paid no deposit. */
bool booking_needs_phone(const struct booking *booking);

/* Whether the caller may see the apartment of the booking: apartment_visible(), and the guest of a
 * live booking sees it even if it is inactive. */
bool booking_shows_apartment(const struct booking *booking, const struct api_caller *caller);

/* Whether the booking shows payment_info: its status occupies nights and is not requested, and part
 * of the total is unpaid. */
bool booking_shows_payment_info(const struct booking *booking);

/* Sets status, expires_at and expired_from as of `now_us`: an overdue hold or request reads as
 * expired even if the sweeper has not stored that yet, and expires_at is cleared unless the booking
 * is pending. */
void booking_apply_clock(struct booking *booking, int64_t now_us);

/* Counts of the bookings with a guest's account or phone. They limit what the guest may book. */
struct booking_counts {
    int64_t holds;      /* pending and not overdue */
    int64_t unpaid;     /* confirmed, check-in today or later, and nothing was paid */
    int64_t unpaid_max; /* highest `unpaid` that the tenant allows */
};
/* Checks that the guest may have another confirmed stay without a payment. FAULT_CONFLICT
 * "too_many_unpaid". */
bool booking_check_unpaid_limit(const struct booking_counts *counts,
                                struct fault *fault) MUST_CHECK;

/* The terms of a cancellation at `clock.now`: fee and refund. */
struct policy_terms booking_cancel_terms(const struct booking *booking);

/* The amount paid beyond the total or, for a booking that has expired, all that was paid.
 * FIELD_ABSENT: none, or a cancellation or no-show has set fee and refund. */
int64_t booking_refund_due(const struct booking *booking);

/* Sets what the guest has paid, less what was returned. The fee of a cancellation or no-show stays
 * as it was decided, and the refund is what is held beyond it. A claimed payment counts as
 * checked. */
void booking_set_paid(struct booking *booking, int64_t paid);

/* --- the rules for a new or changed stay --- */

/* Adds a problem for each rule that the draft breaks if the stay costs `total`. The current time is
 * that of `apartment` (local_day, local_minute). Codes: not_bookable, in_the_past, too_late,
 * beyond_window, min_nights, max_nights, too_many_guests, closed_to_arrival, closed_to_departure,
 * total_too_high. */
void booking_check(const struct apartment *apartment, const struct booking_draft *draft,
                   int64_t total, struct fault_list *problems);
/* Like booking_check(), but the caller has applied the seasons. `rules` is the result. */
void booking_check_rules(const struct apartment *apartment, const struct booking_draft *draft,
                         const struct rate_stay *rules, int64_t total, struct fault_list *problems);
/* The total of the draft at current prices. */
int64_t booking_compute_total(const struct apartment *apartment, const struct booking_draft *draft);
/* booking_check() at the total of booking_compute_total(). */
void booking_check_at_current_price(const struct apartment *apartment,
                                    const struct booking_draft *draft, struct fault_list *problems);

/* Checks that check_out is 1 to STAY_NIGHTS_MAX days after check_in, unless a date is absent. */
void booking_range_check(int32_t check_in, int32_t check_out, struct fault_list *problems);

/* Sets FAULT_INVALID "unknown_apartment": the apartment that the request's body names does not
 * exist, or the caller may not use it. Returns false. */
bool booking_refuse_unknown_apartment(struct arena *arena, struct fault *fault);

/* Checks the rules of a struct booking_draft that need no apartment: check_out after check_in, no
 * field that the quote determines, not both hold_minutes and hold_seconds, hold_seconds only with
 * test keys. */
void booking_draft_check(const void *draft, struct fault_list *problems);

/* If the caller is a guest, sets `by_guest` and the guest's telegram_id. FAULT_FORBIDDEN
 * "forbidden" if the draft names another guest. */
bool booking_draft_set_guest(struct booking_draft *draft, const struct api_caller *caller,
                             struct fault *fault) MUST_CHECK;

int64_t booking_hold_seconds(const struct booking_draft *draft);

/* Nights occupied by a stay and its buffer: first .. end - 1. */
struct booking_taken {
    int32_t first;
    int32_t end;
};

/* Lists the nights of a stay that are unavailable because of `taken`, in ascending order. If the
 * stay's own buffer overlaps a taken night, the stay's last night is unavailable. `nights` has room
 * for STAY_NIGHTS_MAX. Returns the number of nights. */
size_t booking_list_taken_nights(int32_t check_in, int32_t check_out, int64_t buffer_days,
                                 const struct booking_taken *taken, size_t count, int32_t *nights);

/* Whether the caller may see the booking: guests see their own bookings, owners those of their
 * apartments, staff all. */
bool booking_visible(const struct booking *booking, const struct api_caller *caller);

/* --- transitions between states (booking_transitions.c) --- */

/* Bits of actors, in addition to those of api/transition.h. */
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
    BOOKING_SET_PAID,
    BOOKING_EXPIRE,   /* by the system only, when expires_at has passed; has no route */
    BOOKING_COMPLETE, /* by the system only, at check-out time; has no route */
    BOOKING_RECEIPT,  /* claim-payment with a new receipt for a payment that is claimed already */
    BOOKING_ACTION_COUNT
};

/* Conditions of transitions, in addition to status and actor. */
enum booking_condition {
    BOOKING_NOTHING_DUE = 1 << 0,      /* booking_is_deposit_paid() */
    BOOKING_SOMETHING_DUE = 1 << 1,    /* !booking_is_deposit_paid() */
    BOOKING_ARRIVAL_DAY = 1 << 2,      /* the check-in day has begun in the apartment's time zone */
    BOOKING_AFTER_ARRIVAL = 1 << 3,    /* the check-in day has ended */
    BOOKING_CHANGE_FREE = 1 << 4,      /* booking_guest_may_change_dates() */
    BOOKING_CHECK_OUT_PASSED = 1 << 5, /* the check-out time has come */
    BOOKING_ARRIVAL_NOT_OVER = 1 << 6  /* the check-in day has not ended */
};

/* Whether the guest may change the dates without the owner: the stay has not begun, the apartment
 * is active, and a cancellation would still refund everything. */
bool booking_guest_may_change_dates(const struct booking *booking);

/* The transitions of a booking. Faults of a refused action: FAULT_FORBIDDEN "forbidden";
 * FAULT_CONFLICT "already_<status>", "payment_due", "nothing_due", "too_early", "too_late" or
 * "change_not_free"; FAULT_GONE "hold_expired". */
extern const struct transition_machine booking_machine;
/* The status and the conditions that hold. Call booking_apply_clock() before this function and
 * those below. */
struct transition_state booking_state(const struct booking *booking);
/* Calls transition_check() for the action and the caller. */
bool booking_transition_check(const struct booking *booking, enum booking_action action,
                              const struct api_caller *caller, int *to_or_null,
                              struct fault *fault) MUST_CHECK;
/* Calls transition_allowed() for the caller, and sets deadline and cost of each action. */
size_t booking_allowed_actions(const struct booking *booking, const struct api_caller *caller,
                               struct transition_allowed out[TRANSITION_ACTIONS_MAX]);
