// SPDX-License-Identifier: MIT
/* A booking: the rules (booking.c), the states and who may move it between them
 * (booking_transitions.c). Pure: no HTTP, SQL, JSON; the time is always given. Its other files:
 *   booking_handlers.c   the routes
 *   booking_json.c       names and bounds on the wire
 *   booking_place.c      a booking is made
 *   booking_price.c      its price, as it is stored
 *   booking_act.c        confirm, claim, cancel, decline, check-in, check-out, no-show, contact
 *   booking_change.c     other dates, guests, apartment
 *   booking_expire.c     time ran out, or the check-out time has come: by the sweeper, or by a
 *                        writer who wants its nights
 *   booking_store.c      SQL by id; booking_place_store.c makes one, booking_list_store.c lists
 */
#pragma once

#include <stdint.h>

#include "base/arena.h"
#include "base/fault.h"
#include "base/value.h"

#include "access.h"
#include "apartments/apartment.h"
#include "apartments/owner.h"
#include "prices/policy.h"
#include "prices/rate.h"

/* Order of booking_status_names; the first three wait for somebody until expires_at, the first five
 * take nights. */
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
bool booking_status_is_pending(enum booking_status status);

enum {
    BOOKING_HOLD_DEFAULT_S = 15 * 60,
    BOOKING_HOLD_MAX_MIN = 60,
    BOOKING_REQUEST_S = 12 * 60 * 60, /* a request waits so long for the owner */
    BOOKING_PAY_S = 60 * 60,          /* an accepted request so long for its payment */
    BOOKING_CLAIM_S = 12 * 60 * 60,   /* a claimed payment so long for the owner */
    BOOKING_HOLDS_MAX = 3,            /* live ones of one guest */
    BOOKING_CODE_LEN = 8
};

struct booking_guest {
    struct slice name;
    struct slice phone;  /* E.164; may be absent */
    int64_t telegram_id; /* FIELD_ABSENT: unknown */
    int language;        /* enum language */
};

/* What somebody asks for. */
struct booking_draft {
    struct uuid quote_id; /* then apartment, dates, guests and price are the quote's */
    struct uuid apartment_id;
    int32_t check_in;
    int32_t check_out;
    int64_t guests;
    struct booking_guest guest;
    struct slice note;
    struct slice source;      /* where the guest came from */
    int64_t hold_minutes;     /* FIELD_ABSENT: the default */
    int64_t hold_seconds;     /* keys of tests only */
    bool test_key;            /* such a key asks */
    bool check_in_unchanged;  /* of a stay that changes: notice and window were judged before */
    bool apartment_unchanged; /* likewise: whether the apartment is let */
};

/* The body of an action. */
struct booking_action_body {
    struct slice phone;      /* confirm, contact */
    int64_t paid;            /* confirm; FIELD_ABSENT: the deposit */
    struct slice reason;     /* all others but claim-payment and contact */
    struct slice receipt;    /* claim-payment */
    int64_t expected_refund; /* cancel; FIELD_ABSENT: whatever it is */
};

/* The body of change-dates: what the stay should be. */
struct booking_change_request {
    int32_t check_in;
    int32_t check_out;
    int64_t guests;           /* FIELD_ABSENT: as many as now */
    struct uuid apartment_id; /* nil: where it is */
    int64_t expected_total;   /* FIELD_ABSENT: whatever it costs */
};

/* Instants of a stay in the apartment's zone, and the one it was read at. */
struct booking_clock {
    int64_t now;
    int64_t arrival_day;     /* the check-in day begins */
    int64_t arrival_day_end; /* and is over */
    int64_t check_out;       /* the apartment's check-out time on the last day */
    int64_t check_in;        /* and its check-in time on the first */
};

/* As stored. Text is borrowed from the request's arena or from the rows it was read from. */
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
    int64_t expires_at; /* FIELD_ABSENT once nobody is waited for */
    int64_t version;
    int64_t created_at;
    int64_t updated_at;
    struct slice source;              /* where the guest came from; may be absent */
    struct texts check_in_info;       /* the apartment's; see booking_shows_check_in_info() */
    struct slice payment_info;        /* the owner's; see booking_shows_payment_info() */
    struct slice receipt;             /* what the guest claims to have paid by; may be absent */
    struct policy policy;             /* as it was when the booking was made */
    struct policy_price policy_price; /* what of the total it speaks of */
    int64_t fee;                      /* what a cancellation kept; FIELD_ABSENT before */
    int64_t refund;                   /* and what goes back */
    bool apartment_is_active;
    struct booking_clock clock;
};

/* A booking as it is after a step, the status it had, and the id of the step's event. */
struct booking_step_record {
    struct uuid event_id;
    struct booking booking;
    struct slice status_before;
};

/* Nothing has to be paid before arrival. */
bool booking_nothing_due(const struct booking *booking);

/* Who sees the booking is told how to get in once it is confirmed, until the guest is out. */
bool booking_shows_check_in_info(const struct booking *booking);

/* And where to pay while something of the total is to be paid: before a stay is confirmed, and the
 * rest until the guest is out. A request is answered first. */
bool booking_shows_payment_info(const struct booking *booking);

/* Makes the status what it is by the clock: a booking whose time ran out is expired, swept or not.
 * Also forgets expires_at where nobody waits. */
void booking_apply_clock(struct booking *booking, int64_t now_us);

/* What cancelling costs by its own clock. */
struct policy_terms booking_cancellation_terms(const struct booking *booking);

/* What was paid beyond the total, of a stay that was not cancelled; FIELD_ABSENT: nothing. */
int64_t booking_refund_due(const struct booking *booking);

/* --- making one --- */

/* Every rule of the apartment that the draft breaks at this total, by field, in the apartment's own
 * time (local_day, local_minute): not_bookable, in_the_past, too_late, beyond_window, min_nights,
 * max_nights, too_many_guests, closed_to_arrival, closed_to_departure, total_too_high. */
void booking_check(const struct apartment *apartment, const struct booking_draft *draft,
                   int64_t total, struct fault_list *problems);
/* The same where it is known what the apartment's seasons come to on these nights. */
void booking_check_with_rules(const struct apartment *apartment, const struct booking_draft *draft,
                              const struct rate_stay *rules, int64_t total,
                              struct fault_list *problems);
/* The total of today, and the same at that price. */
int64_t booking_total(const struct apartment *apartment, const struct booking_draft *draft);
void booking_check_at_current_price(const struct apartment *apartment,
                                    const struct booking_draft *draft, struct fault_list *problems);

/* check_out after check_in, at most STAY_NIGHTS_MAX nights; nothing where one of them is absent. */
void booking_range_check(int32_t check_in, int32_t check_out, struct fault_list *problems);

/* Returns false with FAULT_INVALID "unknown_apartment": a body names an apartment that is not
 * there, or not for this caller. */
bool booking_refuse_apartment(struct arena *arena, struct fault *fault);

/* What the draft's own fields must agree on, before any apartment is read: check_out after
 * check_in, one way to say how long the hold lasts, seconds for test keys only. */
void booking_draft_check(const struct booking_draft *draft, struct fault_list *problems);

/* Fills in the guest whom the caller acts for; another one is FAULT_FORBIDDEN "forbidden". */
bool booking_draft_set_guest(struct booking_draft *draft, const struct api_caller *caller,
                             struct fault *fault) MUST_CHECK;

int64_t booking_hold_seconds(const struct booking_draft *draft);

/* A short code for people: Crockford's base32 has no I, L, O, U to misread. */
void booking_code_make(char out[BOOKING_CODE_LEN + 1]);
/* As people type it: case, spaces and dashes do not matter, I and L are 1, O is 0. */
bool booking_code_parse(struct slice text, char out[BOOKING_CODE_LEN + 1]) MUST_CHECK;

/* Nights somebody has: from first to last - 1, with a buffer's. */
struct booking_taken {
    int32_t first;
    int32_t end;
};

/* Which nights of the stay cannot be had, ascending, at most STAY_NIGHTS_MAX into `nights`. A stay
 * whose own buffer runs into a taken night cannot have its last night. Returns how many. */
size_t booking_taken_nights(int32_t check_in, int32_t check_out, int64_t buffer_days,
                            const struct booking_taken *taken, size_t count, int32_t *nights);

/* --- who may see it --- */

bool booking_visible(const struct booking *booking, const struct api_caller *caller);

/* --- moving it (booking_transitions.c) --- */

enum booking_actor_bits {
    BOOKING_BY_GUEST = 1 << 0,
    BOOKING_BY_OWNER = 1 << 1,
    BOOKING_BY_STAFF = 1 << 2,
    BOOKING_BY_SYSTEM = 1 << 3
};
unsigned booking_actor_bits(const struct api_caller *caller);

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
    BOOKING_EXPIRE,   /* by the clock alone, as the next; no path */
    BOOKING_COMPLETE, /* at check-out time */
    BOOKING_ACTION_COUNT
};

struct booking_action_name {
    const char *verb;   /* as in the path */
    const char *audit;  /* the audit's word */
    struct texts label; /* none: allowed_actions does not list it */
};
extern const struct booking_action_name booking_action_names[BOOKING_ACTION_COUNT];

/* When a row holds, beside its status and who asks. */
enum booking_condition {
    BOOKING_ALWAYS,
    BOOKING_NOTHING_DUE,
    BOOKING_SOMETHING_DUE,
    BOOKING_ARRIVAL_DAY,     /* the check-in day has begun, where the apartment is */
    BOOKING_AFTER_ARRIVAL,   /* it has ended */
    BOOKING_CHANGE_FREE,     /* booking_change_allowed() */
    BOOKING_CHECK_OUT_PASSED /* the check-out time has come */
};

/* May the guest still change dates by himself? While cancelling would give everything back, in an
 * apartment that is let. */
bool booking_change_allowed(const struct booking *booking);

/* The state machine: what is not a row cannot happen. */
struct booking_transition {
    enum booking_action action;
    enum booking_status from;
    enum booking_status to;
    unsigned actors; /* bits of enum booking_actor_bits */
    enum booking_condition condition;
};
extern const struct booking_transition booking_transitions[];
extern const size_t booking_transition_count;

/* The row for a booking as it is by the clock; NULL when there is none. */
const struct booking_transition *
booking_transition_find(const struct booking *booking, enum booking_action action, unsigned actors);

/* The last step of a booking's history that made a status. */
struct booking_step {
    int from; /* enum booking_status, -1: it was made */
    int to;
    struct slice actor;
    struct slice changed_by; /* who made the present version, if it only changed the stay */
};

/* The caller repeats the very step that made the present status: 200 without effect, even with an
 * old If-Match, and even where the same action could go on from there. */
bool booking_action_repeats(const struct booking *booking, const struct booking_step *last,
                            enum booking_action action, const struct api_caller *caller);

/* May this caller do that to this booking, as it is by the clock? Else why not: 403 "forbidden" or
 * "payment_due", 409 "already_<status>", "nothing_due" or "too_early", 410 "hold_expired". */
bool booking_transition_check(const struct booking *booking, enum booking_action action,
                              const struct api_caller *caller,
                              const struct booking_transition **move,
                              struct fault *fault) MUST_CHECK;

/* One entry of allowed_actions; `until` FIELD_ABSENT: open. Returns how many (at most
 * BOOKING_ACTION_COUNT). */
struct booking_allowed {
    struct slice verb;
    int64_t until;
    int64_t cost; /* FIELD_ABSENT: not a matter of money */
    struct texts label;
};
size_t booking_allowed_actions(const struct booking *booking, const struct api_caller *caller,
                               struct booking_allowed out[BOOKING_ACTION_COUNT]);
