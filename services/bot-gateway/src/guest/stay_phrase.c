// SPDX-License-Identifier: MIT
/* What the guest types: an answer to what the step asks, as ever, else all that it says of the
 * search (phrases/phrase.h). The dialogue then goes on to what is still not known; what the guest
 * left unsure is asked back and never guessed. */
#include "base/date.h"
#include "base/now.h"
#include "base/parse.h"

#include "guest/calendar.h"
#include "guest/stay.h"
#include "guest/stay_filters.h"
#include "guest/stay_intent.h"
#include "guest/stay_steps.h"
#include "phrases/phrase.h"

enum { DAY_HOURS = 24, HOUR_S = 3600 };

/* What is near is looked for in titles, by these words. */
static const struct {
    const char *near;
    const char *word;
} near_words[] = {
    {"airport",    "аэропорт"},
    {"center",     "центр"      },
    {"embankment", "набережн"},
    {"metro",      "метро"      },
    {"park",       "парк"        },
    {"station",    "вокзал"    },
};

/* --- reading --- */

enum heard { HEARD_NOTHING, HEARD_TOO_LONG, HEARD };

static bool says_wish(const struct phrase *phrase)
{
    return phrase->city.at != NULL || phrase->district.at != NULL || phrase->room_count > 0 ||
           phrase->min_price > 0 || phrase->max_price > 0 || phrase->amenities.count > 0 ||
           phrase->q.count > 0 || phrase->near.at != NULL ||
           (phrase->ask & (PHRASE_ASK_CITY | PHRASE_ASK_ROOMS | PHRASE_ASK_PRICE)) != 0;
}

static bool says_dates(const struct phrase *phrase)
{
    return phrase->check_in != DATE_ABSENT || phrase->check_out != DATE_ABSENT ||
           phrase->nights > 0 || (phrase->ask & PHRASE_ASK_DATES) != 0;
}

static bool says_guests(const struct phrase *phrase)
{
    return phrase->guests > 0 || (phrase->ask & PHRASE_ASK_GUESTS) != 0;
}

/* Enough of one to leave a booking's screen for it. */
static bool says_search(const struct phrase *phrase)
{
    return phrase->city.at != NULL || phrase->room_count > 0 || phrase->max_price > 0 ||
           (phrase->check_in != DATE_ABSENT && phrase->check_out != DATE_ABSENT);
}

static struct phrase_now now_of(const struct talk *talk)
{
    const int64_t local_s = talk->input->now / US_PER_S + FORMAT_ZONE_S;

    return (struct phrase_now){.day = format_day_of(talk->input->now),
                               .hour = (int)(local_s / HOUR_S % DAY_HOURS)};
}

static bool says_anything(const struct phrase *phrase)
{
    return says_wish(phrase) || says_dates(phrase) || says_guests(phrase);
}

/* By the rules. */
static bool read_phrase(struct talk *talk, struct phrase *phrase, enum heard *heard,
                        struct fault *fault)
{
    const struct update_view *update = &talk->input->update;
    const struct arena_mark mark = arena_mark(talk->arena);

    *heard = HEARD_NOTHING;
    if (talk->input->words == NULL || update->text.at == NULL || update->command.at != NULL)
        return true;
    if (!phrase_read(talk->input->words, update->text, talk->language, now_of(talk), talk->arena,
                     phrase, fault)) {
        *heard = HEARD_TOO_LONG;
        return fault->kind != FAULT_UNAVAILABLE;
    }
    arena_put_back(talk->arena, &mark);
    if (says_anything(phrase))
        *heard = HEARD;
    return true;
}

/* By the rules, else by the AI, if there is one. */
static bool understand(struct talk *talk, struct phrase *phrase, enum heard *heard,
                       struct fault *fault)
{
    if (!read_phrase(talk, phrase, heard, fault))
        return false;
    if (*heard == HEARD || talk->input->words == NULL || talk->input->update.text.at == NULL ||
        talk->input->update.command.at != NULL)
        return true;
    if (!stay_intent_ask(talk, now_of(talk), phrase, fault))
        return false;
    if (says_anything(phrase))
        *heard = HEARD;
    return true;
}

/* --- wishes --- */

static int64_t tiyn_of(int64_t tenge)
{
    return tenge > STAY_MONEY_MAX / 100 ? STAY_MONEY_MAX : 100 * tenge;
}

static bool add_all(struct slice *list, const struct phrase_list *said, struct talk *talk,
                    struct fault *fault)
{
    for (size_t i = 0; i < said->count; i++)
        if (!stay_wish_add(list, said->items[i], talk->arena, fault))
            return false;
    return true;
}

static bool add_near(struct stay_wish *wish, struct slice near, struct talk *talk,
                     struct fault *fault)
{
    for (size_t i = 0; i < sizeof near_words / sizeof near_words[0]; i++)
        if (slice_is(near, near_words[i].near))
            return stay_wish_add(&wish->words, slice_of(near_words[i].word), talk->arena, fault);
    return true;
}

static bool add_rooms(struct stay_wish *wish, const struct phrase *phrase, struct talk *talk,
                      struct fault *fault)
{
    if (phrase->room_count > 0)
        wish->rooms = (struct slice){NULL, 0};
    for (size_t i = 0; i < phrase->room_count; i++) {
        const struct slice number = arena_printf(talk->arena, "%d", phrase->rooms[i]);
        if (number.at == NULL)
            return arena_fault(fault);
        if (phrase->rooms[i] <= STAY_ROOMS_MAX &&
            !stay_wish_add(&wish->rooms, number, talk->arena, fault))
            return false;
    }
    return true;
}

/* Rooms, price, district and what no rule knows are said anew, what the flat has to have is added.
 */
static bool take_wishes(struct talk *talk, const struct phrase *phrase, struct fault *fault)
{
    struct stay *stay = talk->data;
    struct stay_wish *wish = &stay->wish;

    if (phrase->min_price > 0 || phrase->max_price > 0) {
        wish->min_price = tiyn_of(phrase->min_price);
        wish->max_price = tiyn_of(phrase->max_price);
    }
    if (phrase->district.at != NULL) {
        wish->district = arena_copy(talk->arena, phrase->district);
        if (wish->district.at == NULL)
            return arena_fault(fault);
    }
    return add_rooms(wish, phrase, talk, fault) &&
           add_all(&wish->amenities, &phrase->amenities, talk, fault) &&
           add_all(&wish->words, &phrase->q, talk, fault) &&
           add_near(wish, phrase->near, talk, fault) &&
           stay_wish_rest(&wish->rest, phrase->rest, phrase->rest_count, talk->arena, fault);
}

/* --- where, when and how many --- */

static bool take_where(struct talk *talk, const struct phrase *phrase, struct fault *fault)
{
    struct stay *stay = talk->data;
    bool found = false;

    if (phrase->city.at != NULL && !stay_find_city(talk, phrase->city, &found, fault))
        return false;
    if ((phrase->ask & PHRASE_ASK_CITY) != 0 || (phrase->city.at != NULL && !found)) {
        stay->city = (struct slice){NULL, 0};
        stay_tell(talk, TEXT_STAY_UNSURE_CITY);
    }
    return true;
}

static void forget_dates(struct stay *stay)
{
    stay->check_in = 0;
    stay->nights = stay->ahead_nights = 0;
    stay->ahead_check_out = 0;
}

int32_t stay_end_ahead(const struct stay *stay, int32_t check_in)
{
    return stay->ahead_nights > 0 ? check_in + (int32_t)stay->ahead_nights : stay->ahead_check_out;
}

/* An end whose start is known, or will be asked for. */
static void take_end(struct talk *talk, const struct phrase *phrase)
{
    struct stay *stay = talk->data;

    if (stay->check_in < format_day_of(talk->input->now)) {
        forget_dates(stay);
        stay->ahead_nights = phrase->nights;
        stay->ahead_check_out = phrase->check_out != DATE_ABSENT ? phrase->check_out : 0;
        return;
    }
    const int32_t day = phrase->nights > 0 ? stay->check_in + phrase->nights : phrase->check_out;
    stay->nights = stay_check_out_is_good(talk, day) ? day - stay->check_in : 0;
}

static void take_when(struct talk *talk, const struct phrase *phrase)
{
    struct stay *stay = talk->data;

    if (!says_dates(phrase))
        return;
    if ((phrase->ask & PHRASE_ASK_DATES) != 0) {
        forget_dates(stay);
        stay->month = 0;
        stay->unsure = true;
        return;
    }
    if (phrase->check_in == DATE_ABSENT) {
        take_end(talk, phrase);
        return;
    }
    const int32_t end = phrase->check_out != DATE_ABSENT ? phrase->check_out
                                                         : stay_end_ahead(stay, phrase->check_in);
    if (!stay_check_in_is_good(talk, phrase->check_in)) {
        forget_dates(stay);
        return;
    }
    forget_dates(stay);
    stay->check_in = phrase->check_in;
    stay->month = phrase->check_in + 1;
    if (end > phrase->check_in && stay_check_out_is_good(talk, end))
        stay->nights = end - phrase->check_in;
}

static void take_guests(struct talk *talk, const struct phrase *phrase)
{
    struct stay *stay = talk->data;

    if (!says_guests(phrase))
        return;
    stay->guests = phrase->guests > 0 && phrase->guests <= STAY_GUESTS_MAX ? phrase->guests : 0;
    if (stay->guests == 0)
        stay_tell(talk, TEXT_STAY_UNSURE_GUESTS);
}

/* --- going on --- */

static bool knows_start(const struct talk *talk)
{
    const struct stay *stay = talk->data;

    return stay->check_in >= format_day_of(talk->input->now);
}

bool stay_go_on(struct talk *talk, struct fault *fault)
{
    struct stay *stay = talk->data;

    if (stay->city.at == NULL && !stay->chosen)
        return talk_step(talk, "city", fault);
    if (!knows_start(talk)) {
        if (stay->unsure)
            stay_tell(talk, TEXT_STAY_UNSURE_DATES);
        else if (stay->ahead_nights > 0)
            stay_tell(talk, TEXT_STAY_UNSURE_START);
        return talk_step(talk, "day", fault);
    }
    if (stay->nights == 0)
        return talk_step(talk, "nights", fault);
    if (stay->guests == 0)
        return talk_step(talk, "guests", fault);
    return stay->chosen ? talk_step(talk, "flat", fault) : stay_search(talk, fault);
}

/* All that the phrase says. */
static bool take_all(struct talk *talk, const struct phrase *phrase, struct fault *fault)
{
    struct stay *stay = talk->data;

    if (says_wish(phrase))
        stay->chosen = false;
    if (!take_where(talk, phrase, fault) || !take_wishes(talk, phrase, fault))
        return false;
    take_when(talk, phrase);
    take_guests(talk, phrase);
    if ((phrase->ask & PHRASE_ASK_ROOMS) != 0)
        stay_tell(talk, TEXT_STAY_UNSURE_ROOMS);
    if ((phrase->ask & PHRASE_ASK_PRICE) != 0)
        stay_tell(talk, TEXT_STAY_UNSURE_PRICE);
    return stay_go_on(talk, fault);
}

/* The step is shown anew below what is said of the words. */
static bool show_again(struct talk *talk, enum text why)
{
    stay_tell(talk, why);
    talk_repeat_step(talk);
    return true;
}

/* --- at each step --- */

bool stay_hear_wish(struct talk *talk, struct fault *fault)
{
    struct phrase phrase;
    enum heard heard;

    if (!understand(talk, &phrase, &heard, fault))
        return false;
    if (heard != HEARD)
        return show_again(talk, heard == HEARD_NOTHING ? TEXT_STAY_UNHEARD : TEXT_STAY_TOO_LONG);
    return take_all(talk, &phrase, fault);
}

/* Dates and guests alone are for the flat that is looked at. */
bool stay_hear_flat(struct talk *talk, struct fault *fault)
{
    struct stay *stay = talk->data;

    stay->chosen = true;
    return stay_hear_wish(talk, fault);
}

bool stay_hear_other(struct talk *talk, struct fault *fault)
{
    struct phrase phrase;
    enum heard heard;

    if (!read_phrase(talk, &phrase, &heard, fault))
        return false;
    if (heard == HEARD_TOO_LONG)
        return show_again(talk, TEXT_STAY_TOO_LONG);
    if (heard == HEARD_NOTHING || !says_search(&phrase))
        return show_again(talk, TEXT_STAY_UNHEARD);
    return talk_begin(talk, &stay_flow, fault) && take_all(talk, &phrase, fault);
}

/* `otherwise` says so where the words say nothing. */
typedef bool otherwise_fn(struct talk *talk, struct fault *fault);

static bool take_heard(struct talk *talk, const struct phrase *phrase, enum heard heard,
                       otherwise_fn *otherwise, struct fault *fault)
{
    if (heard == HEARD_TOO_LONG)
        return show_again(talk, TEXT_STAY_TOO_LONG);
    return heard == HEARD ? take_all(talk, phrase, fault) : otherwise(talk, fault);
}

static bool hear(struct talk *talk, otherwise_fn *otherwise, struct fault *fault)
{
    struct phrase phrase;
    enum heard heard;

    return understand(talk, &phrase, &heard, fault) &&
           take_heard(talk, &phrase, heard, otherwise, fault);
}

bool stay_hear_city(struct talk *talk, struct fault *fault)
{
    return hear(talk, stay_take_city, fault);
}

bool stay_hear_day(struct talk *talk, struct fault *fault)
{
    int32_t day;

    if (format_read_day(talk->argument, format_day_of(talk->input->now), &day))
        return stay_take_day(talk, fault);
    return hear(talk, stay_take_day, fault);
}

/* Where check-out is asked for, a day alone is that. */
static void take_as_end(struct phrase *phrase)
{
    if (phrase->check_in == DATE_ABSENT || phrase->check_out != DATE_ABSENT ||
        (phrase->ask & PHRASE_ASK_CHECK_OUT) == 0)
        return;
    phrase->check_out = phrase->check_in;
    phrase->check_in = DATE_ABSENT;
    phrase->ask &= ~(unsigned)PHRASE_ASK_CHECK_OUT;
}

bool stay_hear_nights(struct talk *talk, struct fault *fault)
{
    struct phrase phrase;
    enum heard heard;
    int64_t number;
    int32_t day;

    if (parse_i64(slice_trim(talk->argument), 0, INT64_MAX, &number) ||
        format_read_day(talk->argument, format_day_of(talk->input->now), &day))
        return stay_take_nights(talk, fault);
    if (!understand(talk, &phrase, &heard, fault))
        return false;
    if (heard == HEARD)
        take_as_end(&phrase);
    return take_heard(talk, &phrase, heard, stay_take_nights, fault);
}

bool stay_hear_guests(struct talk *talk, struct fault *fault)
{
    int64_t number;

    if (parse_i64(slice_trim(talk->argument), 0, INT64_MAX, &number))
        return stay_take_guests(talk, fault);
    return hear(talk, stay_take_guests, fault);
}

/* --- other dates for a booking --- */

/* What is said of the stay. `stays` is false where it is no dates, or a search. */
static bool read_dates(struct talk *talk, struct phrase *phrase, bool *stays, struct fault *fault)
{
    enum heard heard;

    if (!read_phrase(talk, phrase, &heard, fault))
        return false;
    *stays = heard == HEARD && says_dates(phrase) && !says_wish(phrase);
    return true;
}

/* What is not said of check-in is so many nights, or that day, after `check_in`. */
static bool take_dates(struct talk *talk, const struct phrase *phrase, int32_t check_in,
                       const char *step, struct fault *fault)
{
    const bool begins = phrase->check_in != DATE_ABSENT;

    if ((phrase->ask & PHRASE_ASK_DATES) != 0) {
        stay_tell(talk, TEXT_STAY_UNSURE_DATES);
        return talk_step(talk, step, fault);
    }
    return stay_take_dates(
        talk, begins ? phrase->check_in : check_in,
        !begins && phrase->nights > 0 ? check_in + phrase->nights : phrase->check_out, fault);
}

bool stay_hear_new_day(struct talk *talk, struct fault *fault)
{
    const struct stay *stay = talk->data;
    struct phrase phrase;
    bool stays;
    int32_t day;

    if (format_read_day(talk->argument, format_day_of(talk->input->now), &day))
        return stay_take_new_day(talk, fault);
    if (!read_dates(talk, &phrase, &stays, fault))
        return false;
    return stays ? take_dates(talk, &phrase, stay->change.was_in, "new_day", fault)
                 : stay_hear_other(talk, fault);
}

bool stay_hear_new_end(struct talk *talk, struct fault *fault)
{
    const struct stay *stay = talk->data;
    struct phrase phrase;
    bool stays;
    int64_t number;
    int32_t day;

    if (parse_i64(slice_trim(talk->argument), 0, INT64_MAX, &number) ||
        format_read_day(talk->argument, format_day_of(talk->input->now), &day))
        return stay_take_new_end(talk, fault);
    if (!read_dates(talk, &phrase, &stays, fault))
        return false;
    if (!stays)
        return stay_hear_other(talk, fault);
    take_as_end(&phrase);
    return take_dates(talk, &phrase, stay->change.check_in, "new_end", fault);
}

/* --- where no dialogue is under way --- */

bool stay_begin_heard(struct talk *talk, bool *heard, struct fault *fault)
{
    struct phrase phrase;
    enum heard what;

    if (!understand(talk, &phrase, &what, fault))
        return false;
    *heard = what == HEARD;
    if (what == HEARD_TOO_LONG)
        stay_tell(talk, TEXT_STAY_TOO_LONG);
    return what != HEARD || (talk_begin(talk, &stay_flow, fault) && take_all(talk, &phrase, fault));
}
