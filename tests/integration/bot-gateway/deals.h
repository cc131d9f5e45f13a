// SPDX-License-Identifier: MIT
/* Bookings of a booking-api that lives in the test: what is done to them makes events, and the
 * calls of notifier.h are answered out of them. */
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
    int64_t expires_at; /* microseconds; 0: nobody is waited for */
    int paid;           /* tenge */
    int version;
};
extern struct deal deals[DEALS_MAX];
extern int deals_count;

/* The owner of all flats. */
#define DEAL_OWNER 500
extern struct deal_owner {
    int64_t telegram_id; /* 0: none */
    bool notify;
    const char *language;
} deal_owner;

/* No bookings, no events, the owner wants to hear, and booking-api works; the bot "taxi", which is
 * for flats, has its key, and bots are looked at. */
void deals_begin(void);

/* A booking of the guest; its first event is of its status. */
struct deal *deal_make(int64_t guest, const char *status, const char *actor);
/* A step: the status and the event of it, "booking.changed" where it stays the same. */
void deal_step(struct deal *deal, const char *status, const char *actor, const char *reason);
/* The clock of the test, and of events. */
extern int64_t deals_now_us;
int64_t deals_now(void);

/* Of this booking half an answer comes; NULL: of none. */
extern const struct deal *deals_broken;
/* booking-api is away; it takes so long; it is called before each answer; calls so far. */
extern bool deals_away;
extern int deals_delay_ms;
extern void (*deals_before)(const char *path);
extern int deals_asked;
notifier_call_fn deals_ask;

/* In a fiber: a copy of what the service starts, that looks every few milliseconds. */
struct notifier *deals_follow(void);
/* It ends as a process that is killed: what it was about is left where it was. */
void deals_kill(struct notifier *notices);
/* Waits until all events were read. */
void deals_wait(void);

/* A person whom the bot knows. */
void deal_person(int64_t user_id, const char *language);
