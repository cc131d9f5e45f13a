// SPDX-License-Identifier: MIT
/* Random guests, owners and clocks against a small model: after every operation the answer agrees
 * with the model, and in the end the tables do. */

#include "bookings/booking_change.h"
#include "stand.h"
#include "support/scratch.h"

enum { APARTMENTS = 2, WINDOW = 40, LONGEST = 5, STEPS = 400, STAYS_MAX = STEPS };

/* One apartment has a buffer of one day, one has none. */
static const int buffers[APARTMENTS] = {0, 1};

enum state { HELD, CONFIRMED, CANCELLED, EXPIRED };
static const char *const state_names[] = {"held", "confirmed", "cancelled", "expired"};

struct stay {
    int apartment, from, end; /* nights from .. end - 1 */
    enum state state;
    char id[40];
};

static struct {
    const char *apartments[APARTMENTS];
    struct stay stays[STAYS_MAX];
    int count;
    unsigned seed;
} model;

static int dice(int sides)
{
    return (int)((unsigned)rand_r(&model.seed) % (unsigned)sides);
}

/* True if a stay or its buffer occupies the day. */
static bool is_taken(int apartment, int day)
{
    for (int i = 0; i < model.count; i++) {
        const struct stay *stay = &model.stays[i];
        if (stay->apartment == apartment && stay->state <= CONFIRMED && stay->from <= day &&
            day < stay->end + buffers[apartment])
            return true;
    }
    return false;
}

/* The nights that a refusal must name. */
static int taken_nights(int apartment, int from, int end, int nights[LONGEST])
{
    bool buffer_taken = false;
    int count = 0;

    for (int day = end; day < end + buffers[apartment]; day++)
        buffer_taken = buffer_taken || is_taken(apartment, day);
    for (int day = from; day < end; day++)
        if (is_taken(apartment, day) || (day == end - 1 && buffer_taken))
            nights[count++] = day;
    return count;
}

static void check_nights(const struct answer *answer, const int *nights, int count)
{
    const json_t *named = json_object_get(answer->json, "nights");

    ck_refused(*answer, 409, "nights_taken");
    ck_assert_int_eq((int)json_array_size(named), count);
    for (int i = 0; i < count; i++)
        ck_assert_str_eq(json_string_value(json_array_get(named, (size_t)i)), stand_day(nights[i]));
}

static void book_random(void)
{
    const int apartment = dice(APARTMENTS), from = 1 + dice(WINDOW), end = from + 1 + dice(LONGEST);
    int nights[LONGEST];
    const int count = taken_nights(apartment, from, end, nights);

    const char *body = textf(
        "{'apartment_id':'%s','check_in':'%s','check_out':'%s','guests':1,'guest':{'name':'A',"
        "'phone':'+7701%07d'}}",
        model.apartments[apartment], stand_day(from), stand_day(end), 1000000 + model.count);
    struct answer answer = ask_post(post_booking, .body = body);
    if (count > 0) {
        check_nights(&answer, nights, count);
    } else {
        struct stay *stay = &model.stays[model.count++];
        ck_status(answer, 201);
        *stay = (struct stay){apartment, from, end, HELD, ""};
        memcpy(stay->id, answer.id, sizeof stay->id);
    }
}

static struct stay *some_stay(void)
{
    return model.count > 0 ? &model.stays[dice(model.count)] : NULL;
}

/* Expected status and code of each action in each state, by one actor. */
static const struct outcome {
    int status;
    const char *code;
} confirms[] =
    {
        {200, ""                 },
        {200, ""                 },
        {409, "already_cancelled"},
        {410, "hold_expired"     }
},
  cancels[] = {{200, ""}, {200, ""}, {200, ""}, {409, "already_expired"}};

/* The action succeeds up to the state `last`. */
static void act(http_handler *verb, const struct outcome *outcomes, enum state last, enum state to)
{
    struct stay *stay = some_stay();

    if (stay == NULL)
        return;
    ck_refused(stand_act(verb, NULL, stay->id, NULL), outcomes[stay->state].status,
               outcomes[stay->state].code);
    if (stay->state <= last)
        stay->state = to;
}

static void confirm(void)
{
    act(confirm_booking, confirms, HELD, CONFIRMED);
}

static void cancel(void)
{
    act(cancel_booking, cancels, CONFIRMED, CANCELLED);
}

static void run_out(void)
{
    struct stay *stay = some_stay();

    if (stay == NULL || stay->state != HELD)
        return;
    stand_sql("UPDATE occupancy SET expires_at = now() - interval '1 second' WHERE id = '%s'",
              stay->id);
    stay->state = EXPIRED;
}

static bool sweep_batch(struct change *change, void *arg, struct fault *why)
{
    return booking_expire_holds_batch(change, arg, why);
}

static void sweep(void)
{
    const struct uuid nil_id = {0};
    int64_t ended;

    ck_ok(api_task(stand_changes(), &nil_id, &arena, sweep_batch, &ended, &fault));
}

static void read_random(void)
{
    const struct stay *stay = some_stay();

    if (stay == NULL)
        return;
    struct answer answer = ck_status(ask_get(get_booking, .id = stay->id), 200);
    ck_text(answer.json, "status", state_names[stay->state]);
}

TEST_CASE("booking_model", .setup = stand_begin, .teardown = stand_finish);

FIBER_TEST_LOOP(random_operations_agree_with_the_model, 0, 4)
{
    const char *seed = getenv("TEST_SEED");

    memset(&model, 0, sizeof model);
    model.seed = seed != NULL ? (unsigned)atoi(seed) : (unsigned)_i + 1;
    /* Mostly bookings, so that the apartments are nearly full. */
    static void (*const steps[])(void) = {book_random, book_random, book_random,
                                          book_random, confirm,     cancel,
                                          run_out,     sweep,       read_random};

    for (int i = 0; i < APARTMENTS; i++) {
        model.apartments[i] = stand_apartment();
        stand_sql("UPDATE apartment SET buffer_days = %d WHERE id = '%s'", buffers[i],
                  model.apartments[i]);
    }
    for (int i = 0; i < STEPS; i++)
        steps[dice((int)(ARRAY_LEN(steps)))]();
    sweep();
    for (int i = 0; i < model.count; i++)
        ck_sql_text(state_names[model.stays[i].state],
                    "SELECT status FROM occupancy WHERE id = '%s'", model.stays[i].id);
    ck_rows(model.count, "booking");
}
