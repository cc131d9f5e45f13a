// SPDX-License-Identifier: MIT
/* Bookings of a fake booking-api inside the test: changes create events, and the calls of
 * notifier.h are answered from them. */
#pragma once

#include "notifications/notifier.h"
#include "sends.h"

enum { DEALS_MAX = 128, DEAL_EVENTS_MAX = 1024 };

struct deal {
    struct uuid id;
    const char *status;
    const char *check_in; /* "2027-03-05" */
    const char *check_in_time;
    const char *zone;
    int64_t guest;
    const char *receipt; /* NULL: none */
    const char *owner;   /* its id */
    int64_t expires_at;  /* microseconds; 0: none */
    int64_t entry_at;    /* from then on the guest sees how to get in; 0: always */
    bool needs_phone;    /* the guest does not see it at all */
    int paid;            /* tenge */
    int refund;          /* tenge; 0: none */
    int claimed;         /* tenge; 0: none */
    int version;
};
extern struct deal deals[DEALS_MAX];
extern int deals_count;

/* The owner of all apartments, and another one, with an account and nothing else. */
#define DEAL_OWNER    500
#define DEAL_OWNER_ID "018f0001-0000-7000-8000-000000000001"
#define DEAL_OTHER    501
#define DEAL_OTHER_ID "018f0001-0000-7000-8000-000000000002"
extern struct deal_owner {
    int64_t telegram_id; /* 0: none */
    bool notify;
    const char *language;
} deal_owner;

/* The fixture of sends.h without bookings and events, with a working booking-api and an owner with
 * notifications; the bot "taxi" has a key. */
void deals_begin(void);
void deals_look(void); /* rereads the bots */
/* "2027-03-05T13:30:00Z" in microseconds. */
int64_t deals_time(const char *text);

/* Adds a booking of the guest; its first event is of its status. */
struct deal *deal_make(int64_t guest, const char *status, const char *actor);
/* Adds a step: sets the status and adds its event, or "booking.changed" if the status stays. A
 * claim that is repeated without a reason has another receipt. */
void deal_step(struct deal *deal, const char *status, const char *actor, const char *reason);
/* Cancels the booking, because another channel has sold its nights. */
void deal_give_away(struct deal *deal, const char *actor);
/* Adds a change by staff, which moves the booking to an apartment of this owner. */
void deal_move(struct deal *deal, const char *owner_id);
/* Adds an event of another resource than a booking. `data`: the members of its data. */
void deals_add_event(const char *type, const char *resource, const char *id, int version,
                     const char *data);
/* The time of the test and of events. */
extern int64_t deals_now_us;
int64_t deals_now(void);

/* Answers about this booking are cut in half; NULL: none. */
extern const struct deal *deals_broken;
/* Calls about this booking are answered with status 500; NULL: none. Counts these answers. */
extern const struct deal *deals_failing;
extern int deals_failed;
/* booking-api is down; the duration of a call; a hook before each answer; the number of calls. */
extern bool deals_away;
extern int deals_delay_ms;
extern void (*deals_before)(const char *path);
extern int deals_asked;
/* Events have no step, as those stored by an earlier booking-api, so the notifier reads the
 * history. Otherwise a request for a history fails the test. */
extern bool deals_without_steps;
notifier_call_fn deals_ask;

/* In a fiber: starts an instance of the notifier with a short interval; for stand_stop(). The
 * second one reads from another fake booking-api. */
struct notifier *deals_follow(void);
struct notifier *deals_follow_by(notifier_call_fn *ask);
/* Ends it like a killed process, in the middle of its work. */
void deals_kill(struct notifier *notifier);
/* Waits until all events are read, or so many. */
void deals_wait(void);
void deals_wait_for(int events);
void deals_follow_to_end(void);

/* Inserts a person that the bot knows. */
void deal_person(int64_t user_id, const char *language);
/* Links the staff chat of the bot, in Russian. */
void deal_staff_chat(int64_t chat_id);

/* Counts queued messages to a chat that contain a word; -1: any chat. */
long long count_messages(int64_t chat_id, const char *word);
long long count_all_messages(void);
