// SPDX-License-Identifier: MIT
#include "deals.h"

#include "base/date.h"
#include "base/parse.h"

enum { BODY_MAX = 32 * 1024, POLL_MS = 5, NIGHTS = 2 };

struct deal deals[DEALS_MAX];
int deals_count;
struct deal_owner deal_owner;
int64_t deals_now_us;
const struct deal *deals_broken;
const struct deal *deals_failing;
int deals_failed;
bool deals_away;
int deals_delay_ms;
void (*deals_before)(const char *path);
int deals_asked;
bool deals_without_steps;

static struct step {
    int deal; /* number of the booking */
    int version;
    const char *from, *to, *actor, *reason;
    const char *former_owner; /* NULL: the step does not change the owner */
    int64_t at_us;
    const char *event;   /* the whole event, of another resource; NULL: a step of the booking */
    bool sold_elsewhere; /* a channel has the nights */
} steps[DEAL_EVENTS_MAX];
static int step_count;

/* --- changes --- */

static void look(void *data)
{
    stand_look();
}

void deals_begin(void)
{
    sends_begin();
    deals_count = step_count = deals_asked = deals_failed = deals_delay_ms = 0;
    deals_away = false;
    deals_before = NULL;
    deals_without_steps = false;
    deals_broken = deals_failing = NULL;
    deals_now_us = 0;
    deal_owner = (struct deal_owner){DEAL_OWNER, true, "ru"};
    stand_key("taxi");
    deals_look();
}

void deals_look(void)
{
    stand_run(look, NULL);
}

int64_t deals_time(const char *text)
{
    int64_t us = 0;

    ck_assert_msg(parse_timestamp(slice_of(text), &us), "%s", text);
    return us;
}

int64_t deals_now(void)
{
    return deals_now_us != 0 ? deals_now_us : now_wall_us();
}

static void note(struct deal *deal, const char *from, const char *actor, const char *reason)
{
    ck_assert_int_lt(step_count, DEAL_EVENTS_MAX);
    steps[step_count++] = (struct step){(int)(deal - deals),
                                        ++deal->version,
                                        from,
                                        deal->status,
                                        actor,
                                        reason,
                                        NULL,
                                        deals_now(),
                                        NULL,
                                        false};
}

void deals_add_event(const char *type, const char *resource, const char *id, int version,
                     const char *data)
{
    char at[NOW_RFC3339_LEN + 1];

    ck_assert_int_lt(step_count, DEAL_EVENTS_MAX);
    now_format_rfc3339(deals_now(), at);
    steps[step_count] = (struct step){
        .deal = -1,
        .event = textf("{\"id\":\"00000000-0000-7000-8001-%012d\",\"type\":\"%s\","
                       "\"occurred_at\":\"%s\",\"resource\":{\"type\":\"%s\",\"id\":\"%s\","
                       "\"version\":%d},\"data\":{%s}}",
                       step_count, type, at, resource, id, version, data)};
    step_count++;
}

struct deal *deal_make(int64_t guest, const char *status, const char *actor)
{
    ck_assert_int_lt(deals_count, DEALS_MAX);
    struct deal *deal = &deals[deals_count++];
    *deal = (struct deal){.id = uuid_make(),
                          .status = status,
                          .check_in = "2027-03-05",
                          .check_in_time = "14:00",
                          .zone = "Asia/Almaty",
                          .guest = guest,
                          .owner = DEAL_OWNER_ID};
    note(deal, NULL, actor, NULL);
    return deal;
}

void deal_step(struct deal *deal, const char *status, const char *actor, const char *reason)
{
    const char *from = deal->status;

    deal->status = status;
    note(deal, from, actor, reason);
}

void deal_give_away(struct deal *deal, const char *actor)
{
    deal_step(deal, "cancelled", actor, "The nights are sold on another channel.");
    steps[step_count - 1].sold_elsewhere = true;
}

void deal_move(struct deal *deal, const char *owner_id)
{
    note(deal, deal->status, "staff:x", "Before: another apartment");
    steps[step_count - 1].former_owner = deal->owner;
    deal->owner = owner_id;
}

void deal_person(int64_t user_id, const char *language)
{
    stand_sql("INSERT INTO person (bot_id, user_id, told_language)"
              " SELECT id, %lld, '%s' FROM bot WHERE name = 'taxi'",
              (long long)user_id, language);
}

void deal_staff_chat(int64_t chat_id)
{
    stand_sql("INSERT INTO staff_chat (bot_id, chat_id, language)"
              " SELECT id, %lld, 'ru' FROM bot WHERE name = 'taxi'",
              (long long)chat_id);
}

/* --- answers --- */

static void put_text(char *body, size_t *len, const char *name, const char *value)
{
    if (value == NULL)
        return;
    *len += (size_t)snprintf(body + *len, BODY_MAX - *len, ",\"%s\":\"%s\"", name, value);
}

static const char *event_type(const struct step *step)
{
    const bool same = step->from != NULL && strcmp(step->from, step->to) == 0 &&
                      (step->reason != NULL || strcmp(step->to, "payment_claimed") != 0);

    return textf("booking.%s", same ? "changed" : step->to);
}

static bool was_requested_before(int step)
{
    for (int i = 0; i < step; i++)
        if (steps[i].event == NULL && steps[i].deal == steps[step].deal && steps[i].from != NULL &&
            strcmp(steps[i].from, "requested") == 0)
            return true;
    return false;
}

static void put_step(int i, char *body, size_t *len)
{
    const struct step *step = &steps[i];

    if (deals_without_steps)
        return;
    *len += (size_t)snprintf(
        body + *len, BODY_MAX - *len,
        ",\"was_requested\":%s,\"step\":{\"to\":\"%s\",\"actor\":\"%.*s\",\"has_reason\":%s",
        was_requested_before(i) ? "true" : "false", step->to, (int)strcspn(step->actor, ":"),
        step->actor, step->reason != NULL ? "true" : "false");
    put_text(body, len, "from", step->from);
    *len += (size_t)snprintf(body + *len, BODY_MAX - *len, "}");
}

static void put_events(const char *path, char *body)
{
    const char *after = strstr(path, "&after=c");
    const int first = after != NULL ? atoi(after + 8) : 0, limit = atoi(strstr(path, "limit=") + 6);
    const int end = first + limit < step_count ? first + limit : step_count;
    size_t len = (size_t)snprintf(body, BODY_MAX, "{\"items\":[");

    for (int i = first; i < end; i++) {
        char id[UUID_TEXT_LEN + 1], at[NOW_RFC3339_LEN + 1];
        if (steps[i].event != NULL) {
            len += (size_t)snprintf(body + len, BODY_MAX - len, "%s%s", i > first ? "," : "",
                                    steps[i].event);
            continue;
        }
        uuid_format(&deals[steps[i].deal].id, id);
        now_format_rfc3339(steps[i].at_us, at);
        len += (size_t)snprintf(
            body + len, BODY_MAX - len,
            "%s{\"id\":\"00000000-0000-7000-8000-%012d\",\"type\":\"%s\",\"occurred_at\":\"%s\","
            "\"resource\":{\"type\":\"booking\",\"id\":\"%s\",\"version\":%d},"
            "\"data\":{\"status\":\"%s\"",
            i > first ? "," : "", i, event_type(&steps[i]), at, id, steps[i].version, steps[i].to);
        put_text(body, &len, "former_owner_id", steps[i].former_owner);
        put_step(i, body, &len);
        len += (size_t)snprintf(body + len, BODY_MAX - len, "%s}}",
                                steps[i].sold_elsewhere ? ",\"sold_elsewhere\":true" : "");
    }
    snprintf(body + len, BODY_MAX - len, "],\"next_cursor\":\"c%d\"}", end);
}

static void put_history(const struct deal *deal, char *body)
{
    size_t len = (size_t)snprintf(body, BODY_MAX, "{\"items\":[");
    bool more = false;

    ck_assert_msg(deals_without_steps, "the history is not read");
    for (int i = 0; i < step_count; i++) {
        if (steps[i].event != NULL || &deals[steps[i].deal] != deal)
            continue;
        len += (size_t)snprintf(body + len, BODY_MAX - len,
                                "%s{\"version\":%d,\"to_status\":\"%s\",\"actor\":\"%s\"",
                                more ? "," : "", steps[i].version, steps[i].to, steps[i].actor);
        put_text(body, &len, "from_status", steps[i].from);
        put_text(body, &len, "reason", steps[i].reason);
        len += (size_t)snprintf(body + len, BODY_MAX - len, "}");
        more = true;
    }
    snprintf(body + len, BODY_MAX - len, "],\"next_cursor\":null}");
}

static int32_t check_in_of(const struct deal *deal)
{
    int32_t day = 0;

    ck_assert(date_parse(slice_of(deal->check_in), &day));
    return day;
}

/* The actor of the call. */
static enum service_actor actor;

/* How to get in, for staff or as the guest sees it. Returns its length. */
static size_t put_entry(const struct deal *deal, char *body)
{
    char at[NOW_RFC3339_LEN + 1];
    size_t len = 0;

    if (actor == SERVICE_AS_STAFF || (!deal->needs_phone && deal->entry_at <= deals_now()))
        len +=
            (size_t)snprintf(body, BODY_MAX, ",\"check_in_info\":{\"ru\":\"Ключ под ковриком\"}");
    now_format_rfc3339(deal->entry_at, at);
    put_text(body, &len, "check_in_info_at", deal->entry_at != 0 ? at : NULL);
    if (deal->needs_phone)
        len += (size_t)snprintf(body + len, BODY_MAX - len, ",\"needs_phone\":true");
    return len;
}

/* Returns its length. */
static size_t put_deal(const struct deal *deal, char *body)
{
    char id[UUID_TEXT_LEN + 1], expires[NOW_RFC3339_LEN + 1], until[DATE_TEXT_LEN + 1];

    uuid_format(&deal->id, id);
    date_format(check_in_of(deal) + NIGHTS, until);
    size_t len = (size_t)snprintf(
        body, BODY_MAX,
        "{\"id\":\"%s\",\"code\":\"CODE%d\",\"apartment_id\":\"%s\",\"owner_id\":\"%s\","
        "\"status\":\"%s\",\"version\":%d,\"check_in\":\"%s\",\"check_out\":\"%s\",\"guests\":2,"
        "\"check_out_at\":\"%sT07:00:00Z\",\"apartment\":{\"title\":{\"ru\":\"Студия\"}},"
        "\"guest\":{\"name\":\"Guest\",\"telegram_id\":%lld},\"total\":{\"amount\":3000000},"
        "\"deposit\":{\"amount\":900000},\"paid\":{\"amount\":%d},"
        "\"allowed_actions\":["
        "{\"action\":\"confirm\",\"label\":{\"ru\":\"Подтвердить\"}},"
        "{\"action\":\"decline\",\"label\":{\"ru\":\"Отклонить\"}},"
        "{\"action\":\"cancel\",\"label\":{\"ru\":\"Отменить\"}},"
        "{\"action\":\"check-in\",\"label\":{\"ru\":\"Заселить\"}},"
        "{\"action\":\"no-show\",\"label\":{\"ru\":\"Гость не приехал\"}}]",
        id, (int)(deal - deals), id, deal->owner, deal->status, deal->version, deal->check_in,
        until, until, (long long)deal->guest, deal->paid * 100);
    len += put_entry(deal, body + len);
    now_format_rfc3339(deal->expires_at, expires);
    put_text(body, &len, "receipt", deal->receipt);
    put_text(body, &len, "expires_at", deal->expires_at != 0 ? expires : NULL);
    if (deal->refund != 0)
        len += (size_t)snprintf(body + len, BODY_MAX - len, ",\"refund\":{\"amount\":%d}",
                                deal->refund * 100);
    if (deal->claimed != 0)
        len += (size_t)snprintf(body + len, BODY_MAX - len, ",\"claimed\":{\"amount\":%d}",
                                deal->claimed * 100);
    return len + (size_t)snprintf(body + len, BODY_MAX - len, "}");
}

static int32_t date_in(const char *path, const char *name)
{
    const char *at = strstr(path, name);
    int32_t day = 0;

    ck_assert_msg(at != NULL, "%s in %s", name, path);
    ck_assert(date_parse((struct slice){at + strlen(name), DATE_TEXT_LEN}, &day));
    return day;
}

/* Confirmed stays with a night of the period. */
static void put_list(const char *path, char *body)
{
    const int32_t from = date_in(path, "&from="), to = date_in(path, "&to=");
    size_t len = (size_t)snprintf(body, BODY_MAX, "{\"items\":[");
    bool more = false;

    ck_has(path, "owner_id=" DEAL_OWNER_ID "&status=confirmed,checked_in&");
    for (int i = 0; i < deals_count; i++) {
        const int32_t check_in = check_in_of(&deals[i]);
        if ((strcmp(deals[i].status, "confirmed") != 0 &&
             strcmp(deals[i].status, "checked_in") != 0) ||
            check_in >= to || check_in + NIGHTS <= from)
            continue;
        len += (size_t)snprintf(body + len, BODY_MAX - len, "%s", more ? "," : "");
        len += put_deal(&deals[i], body + len);
        more = true;
    }
    snprintf(body + len, BODY_MAX - len, "],\"next_cursor\":null}");
}

static void put_flat(const struct deal *deal, char *body)
{
    snprintf(body, BODY_MAX,
             "{\"title\":{\"ru\":\"Студия\",\"en\":\"Studio\"},\"timezone\":\"%s\","
             "\"check_in_time\":\"%s\"}",
             deal->zone, deal->check_in_time);
}

static void put_owner(char *body)
{
    size_t len = (size_t)snprintf(body, BODY_MAX, "{\"name\":\"Owner\",\"notify\":%s",
                                  deal_owner.notify ? "true" : "false");

    put_text(body, &len, "language", deal_owner.language);
    if (deal_owner.telegram_id != 0)
        len += (size_t)snprintf(body + len, BODY_MAX - len, ",\"telegram_id\":%lld",
                                (long long)deal_owner.telegram_id);
    snprintf(body + len, BODY_MAX - len, "}");
}

static const struct deal *deal_of(const char *path)
{
    for (int i = 0; i < deals_count; i++) {
        char id[UUID_TEXT_LEN + 1];
        uuid_format(&deals[i].id, id);
        if (strstr(path, id) != NULL)
            return &deals[i];
    }
    return NULL;
}

static bool put_answer(const char *path, char *body)
{
    const struct deal *deal = deal_of(path);

    if (strncmp(path, "/v1/events?", 11) == 0)
        put_events(path, body);
    else if (strncmp(path, "/v1/bookings?", 13) == 0)
        put_list(path, body);
    else if (strcmp(path, "/v1/owners/" DEAL_OWNER_ID) == 0)
        put_owner(body);
    else if (strcmp(path, "/v1/owners/" DEAL_OTHER_ID) == 0)
        snprintf(body, BODY_MAX, "{\"notify\":true,\"telegram_id\":%d}", DEAL_OTHER);
    else if (deal == NULL)
        return false;
    else if (deal == deals_broken)
        snprintf(body, BODY_MAX, "{\"status\":\"confirmed\"}");
    else if (strstr(path, "/history") != NULL)
        put_history(deal, body);
    else if (strstr(path, "/v1/bookings/") != NULL)
        (void)put_deal(deal, body);
    else
        put_flat(deal, body);
    return true;
}

bool deals_ask(void *data, const struct booking_call *call, struct arena *arena,
               struct service_answer *answer, struct fault *fault)
{
    char path[256], *body = arena_alloc(arena, BODY_MAX);

    ck_assert_ptr_nonnull(body);
    ck_assert_str_eq(call->call->method, "GET");
    ck_assert_int_gt((int)strlen(call->key), 20);
    snprintf(path, sizeof path, "%.*s", SLICE_ARG(call->call->path));
    deals_asked++;
    if (deals_delay_ms > 0 && !fiber_sleep(deals_delay_ms * NS_PER_MS, fault))
        return false;
    if (deals_away)
        return fault_set(fault, FAULT_UNAVAILABLE, "upstream_unreachable", "It is away.");
    if (deals_before != NULL)
        deals_before(path);
    actor = call->call->actor;
    const bool found = put_answer(path, body);
    *answer = (struct service_answer){found ? 200 : 404, found ? slice_of(body) : SLICE("{}")};
    if (deals_failing != NULL && deal_of(path) == deals_failing) {
        answer->status = 500;
        deals_failed++;
    }
    return true;
}

/* --- instances --- */

static void stop(void *notifier)
{
    notifier_stop(notifier);
}

struct notifier *deals_follow(void)
{
    return deals_follow_by(deals_ask);
}

struct notifier *deals_follow_by(notifier_call_fn *ask)
{
    const struct notifier_options options = {.service = stand_service(),
                                             .bots = stand_app()->bots,
                                             .texts = stand_app()->texts,
                                             .ask = ask,
                                             .now = deals_now,
                                             .poll_ms = POLL_MS};
    struct fault fault = {.code = ""};
    struct notifier *notifier = notifier_start(&options, &fault);

    ck_assert_msg(notifier != NULL, "%s", fault.detail);
    stand_started(notifier, stop);
    return notifier;
}

void deals_kill(struct notifier *notifier)
{
    stand_stop(notifier);
    /* Another instance that is storing events holds its lease. */
    stand_sql("UPDATE booking_feed SET leased_until = now() WHERE bot_id IN"
              " (SELECT bot_id FROM booking_feed FOR UPDATE SKIP LOCKED)");
}

void deals_wait(void)
{
    deals_wait_for(step_count);
}

void deals_wait_for(int events)
{
    const char *place = textf("c%d", events);

    stand_until(strcmp(stand_text("SELECT coalesce(max(place), '') FROM booking_feed"), place) == 0,
                "not all events up to %s were read", place);
}

void deals_follow_to_end(void)
{
    deals_follow();
    deals_wait();
}

long long count_messages(int64_t chat_id, const char *word)
{
    return stand_number("SELECT count(*) FROM sending WHERE (%lld = -1 OR chat_id = %lld)"
                        " AND payload::text LIKE '%%%s%%'",
                        (long long)chat_id, (long long)chat_id, word);
}

long long count_all_messages(void)
{
    return stand_number("SELECT count(*) FROM sending");
}
