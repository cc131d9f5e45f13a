// SPDX-License-Identifier: MIT
/* What the guest wants of a flat: its filters, its words, and leaving one of them out. */
#include "guest/stay_filters.h"

#include "base/parse.h"
#include "base/text.h"

#include "guest/stay_steps.h"

enum { AMENITIES_SAID = 6, LINE_BYTES_MAX = 1024, DROPS_IN_ROW = 2, PATH_BYTES_MAX = 4096 };

/* --- as a list --- */

static void list_parts(struct stay_wishes *wishes, enum stay_wish_kind kind, struct slice list)
{
    while (list.len > 0 && wishes->count < STAY_WISHES_MAX) {
        const struct slice part = slice_cut(&list, ',');
        wishes->items[wishes->count++] = (struct stay_wish_item){kind, part};
    }
}

struct stay_wishes stay_wishes_of(const struct stay_wish *wish)
{
    struct stay_wishes wishes = {.count = 0};

    if (wish->rooms.len > 0)
        wishes.items[wishes.count++] = (struct stay_wish_item){STAY_WISH_ROOMS, wish->rooms};
    if (wish->min_price > 0 || wish->max_price > 0)
        wishes.items[wishes.count++] = (struct stay_wish_item){.kind = STAY_WISH_PRICE};
    if (wish->district.len > 0)
        wishes.items[wishes.count++] = (struct stay_wish_item){STAY_WISH_DISTRICT, wish->district};
    list_parts(&wishes, STAY_WISH_AMENITY, wish->amenities);
    list_parts(&wishes, STAY_WISH_WORD, wish->words);
    return wishes;
}

static bool has_part(struct slice list, struct slice part)
{
    while (list.len > 0)
        if (slice_equal(slice_cut(&list, ','), part))
            return true;
    return false;
}

bool stay_wish_add(struct slice *list, struct slice part, struct arena *arena, struct fault *fault)
{
    struct slice longer;

    if (has_part(*list, part) || list->len + part.len + 1 > STAY_WISH_BYTES_MAX)
        return true;
    longer = list->len == 0 ? arena_copy(arena, part)
                            : arena_printf(arena, "%.*s,%.*s", SLICE_ARG(*list), SLICE_ARG(part));
    if (longer.at == NULL)
        return arena_fault(fault);
    *list = longer;
    return true;
}

bool stay_wish_rest(struct slice *list, const struct slice *words, size_t count,
                    struct arena *arena, struct fault *fault)
{
    if (count > 0)
        *list = (struct slice){NULL, 0};
    for (size_t i = 0; i < count; i++)
        if (memchr(words[i].at, ',', words[i].len) == NULL && !text_has_control(words[i]) &&
            !stay_wish_add(list, words[i], arena, fault))
            return false;
    return true;
}

static bool without(struct slice *list, struct slice part, struct arena *arena, struct fault *fault)
{
    struct slice rest = *list, left = {NULL, 0};

    while (rest.len > 0) {
        const struct slice one = slice_cut(&rest, ',');
        if (!slice_equal(one, part) && !stay_wish_add(&left, one, arena, fault))
            return false;
    }
    *list = left;
    return true;
}

static bool drop(struct stay_wish *wish, const struct stay_wish_item *item, struct arena *arena,
                 struct fault *fault)
{
    switch (item->kind) {
    case STAY_WISH_ROOMS:
        wish->rooms = (struct slice){NULL, 0};
        return true;
    case STAY_WISH_PRICE:
        wish->min_price = wish->max_price = 0;
        return true;
    case STAY_WISH_DISTRICT:
        wish->district = (struct slice){NULL, 0};
        return true;
    case STAY_WISH_AMENITY:
        return without(&wish->amenities, item->text, arena, fault);
    case STAY_WISH_WORD:
        return without(&wish->words, item->text, arena, fault);
    }
    return true;
}

bool stay_wish_drop(struct stay_wish *wish, const struct stay_wish_item *item, struct arena *arena,
                    struct fault *fault)
{
    if (!drop(wish, item, arena, fault))
        return false;
    if (stay_wishes_of(wish).count == 0)
        wish->rest = (struct slice){NULL, 0};
    return true;
}

/* --- as filters --- */

/* A value of a query (RFC 3986, 2.1); commas of a list of words become spaces. */
static void put_encoded(struct buf *out, const char *name, struct slice value, bool words)
{
    static const char plain[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_.";

    if (value.len == 0)
        return;
    buf_text(out, name);
    for (size_t i = 0; i < value.len; i++) {
        const unsigned char byte = (unsigned char)value.at[i];
        if (byte != '\0' && strchr(plain, byte) != NULL) {
            buf_char(out, value.at[i]);
        } else {
            buf_char(out, '%');
            buf_hex(out, words && byte == ',' ? ' ' : byte, 2);
        }
    }
}

static void put_price(struct buf *out, const char *name, int64_t tiyn)
{
    if (tiyn <= 0)
        return;
    buf_text(out, name);
    buf_i64(out, tiyn);
}

struct slice stay_wish_filters(const struct stay_wish *wish, struct arena *arena)
{
    char room[PATH_BYTES_MAX];
    struct buf out;

    buf_init_over(&out, room, sizeof room);
    put_encoded(&out, "&rooms=", wish->rooms, false);
    put_price(&out, "&min_price=", wish->min_price);
    put_price(&out, "&max_price=", wish->max_price);
    put_encoded(&out, "&amenities=", wish->amenities, false);
    put_encoded(&out, "&district=", wish->district, false);
    put_encoded(&out, "&q=", wish->words, true);
    return out.failed ? (struct slice){NULL, 0} : arena_copy(arena, buf_as_slice(&out));
}

/* --- in words --- */

// clang-format off
struct named {
    const char *slug;
    enum text text;
};
/* What sets a flat apart first. */
static const struct named amenities[] = {
    {"mountain-view",   TEXT_STAY_AMENITY_MOUNTAINS  },
    {"city-view",       TEXT_STAY_AMENITY_VIEW       },
    {"balcony",         TEXT_STAY_AMENITY_BALCONY    },
    {"fireplace",       TEXT_STAY_AMENITY_FIREPLACE  },
    {"self-check-in",   TEXT_STAY_AMENITY_SELF       },
    {"pets-allowed",    TEXT_STAY_AMENITY_PETS       },
    {"crib",            TEXT_STAY_AMENITY_CRIB       },
    {"parking",         TEXT_STAY_AMENITY_PARKING    },
    {"workplace",       TEXT_STAY_AMENITY_WORKPLACE  },
    {"wifi",            TEXT_STAY_AMENITY_WIFI       },
    {"air-conditioner", TEXT_STAY_AMENITY_CONDITIONER},
    {"kitchen",         TEXT_STAY_AMENITY_KITCHEN    },
    {"washer",          TEXT_STAY_AMENITY_WASHER     },
    {"dishwasher",      TEXT_STAY_AMENITY_DISHWASHER },
    {"elevator",        TEXT_STAY_AMENITY_ELEVATOR   },
    {"tv",              TEXT_STAY_AMENITY_TV         },
    {"iron",            TEXT_STAY_AMENITY_IRON       },
};
/* Words of q= that are stems of what the guest has said (phrases/words_amenities.c). */
static const struct named words[] = {
    {"тих",        TEXT_STAY_WORD_QUIET     },
    {"дом",        TEXT_STAY_WORD_HOUSE     },
    {"баней",      TEXT_STAY_WORD_BATH      },
    {"сауной",     TEXT_STAY_WORD_SAUNA     },
    {"пентхаус",   TEXT_STAY_WORD_PENTHOUSE },
    {"аэропорт",   TEXT_STAY_WORD_AIRPORT   },
    {"центр",      TEXT_STAY_WORD_CENTER    },
    {"набережн",   TEXT_STAY_WORD_EMBANKMENT},
    {"метро",      TEXT_STAY_WORD_METRO     },
    {"парк",       TEXT_STAY_WORD_PARK      },
    {"вокзал",     TEXT_STAY_WORD_STATION   },
};
// clang-format on
#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

/* As it is written where it has no name. */
static struct slice say_named(struct talk *talk, const struct named *names, size_t count,
                              struct slice slug)
{
    for (size_t i = 0; i < count; i++)
        if (slice_is(slug, names[i].slug))
            return talk_format(talk, names[i].text, TALK_NO_VALUES);
    return slug;
}

/* "2 rooms", "1 room / 2 rooms" */
static struct slice say_rooms(struct talk *talk, struct slice rooms)
{
    char room[LINE_BYTES_MAX];
    struct buf line;
    int64_t number;

    buf_init_over(&line, room, sizeof room);
    while (rooms.len > 0) {
        if (!parse_i64(slice_cut(&rooms, ','), 1, STAY_ROOMS_MAX, &number))
            continue;
        buf_text(&line, line.len > 0 ? " / " : "");
        buf_slice(&line, talk_format(talk, TEXT_STAY_WISH_ROOMS,
                                     TALK_VALUES({.name = "rooms", .number = number})));
    }
    return arena_copy(talk->arena, buf_as_slice(&line));
}

/* "from 10 000 ₸ up to 25 000 ₸ a night" */
static struct slice say_price(struct talk *talk)
{
    const struct stay *stay = talk->data;
    const struct formatted least = format_money(stay->wish.min_price),
                           most = format_money(stay->wish.max_price);
    struct text_value values[2];
    size_t count = 0;

    if (stay->wish.min_price > 0)
        values[count++] = (struct text_value){.name = "lowest", .text = formatted_slice(&least)};
    if (stay->wish.max_price > 0)
        values[count++] = (struct text_value){.name = "price", .text = formatted_slice(&most)};
    return talk_format(talk, TEXT_STAY_WISH_PRICE, values, count);
}

struct slice stay_wish_say(struct talk *talk, const struct stay_wish_item *item)
{
    switch (item->kind) {
    case STAY_WISH_ROOMS:
        return say_rooms(talk, item->text);
    case STAY_WISH_PRICE:
        return say_price(talk);
    case STAY_WISH_AMENITY:
        return say_named(talk, amenities, COUNT(amenities), item->text);
    case STAY_WISH_WORD:
        return say_named(talk, words, COUNT(words), item->text);
    case STAY_WISH_DISTRICT:
        return item->text;
    }
    return item->text;
}

struct slice stay_wishes_say(struct talk *talk)
{
    const struct stay *stay = talk->data;
    const struct stay_wishes wishes = stay_wishes_of(&stay->wish);
    char room[LINE_BYTES_MAX];
    struct buf line;

    buf_init_over(&line, room, sizeof room);
    for (size_t i = 0; i < wishes.count; i++) {
        const struct slice one = stay_wish_say(talk, &wishes.items[i]);
        if (line.len + one.len + 2 > sizeof room)
            break; /* more of them are cut where they are said anyway */
        buf_text(&line, i > 0 ? ", " : "");
        buf_slice(&line, one);
    }
    return arena_copy(talk->arena, buf_as_slice(&line));
}

/* --- what a flat has --- */

static bool has_amenity(const struct stay_apartment *flat, const char *slug)
{
    const struct slice *all = flat->amenities.items;

    for (size_t i = 0; i < flat->amenities.count; i++)
        if (slice_is(all[i], slug))
            return true;
    return false;
}

struct slice stay_say_amenities(struct talk *talk, const struct stay_apartment *flat)
{
    const struct stay *stay = talk->data;
    char room[LINE_BYTES_MAX];
    struct buf line;
    size_t said = 0;

    buf_init_over(&line, room, sizeof room);
    for (size_t i = 0; i < COUNT(amenities) && said < AMENITIES_SAID; i++)
        if (has_amenity(flat, amenities[i].slug) &&
            !has_part(stay->wish.amenities, slice_of(amenities[i].slug))) {
            buf_text(&line, said++ > 0 ? ", " : "");
            buf_slice(&line, talk_format(talk, amenities[i].text, TALK_NO_VALUES));
        }
    return line.failed ? SLICE("") : arena_copy(talk->arena, buf_as_slice(&line));
}

/* --- leaving one out --- */

bool stay_put_drop(struct talk *talk, size_t number, struct fault *fault)
{
    const struct stay *stay = talk->data;
    const struct stay_wishes wishes = stay_wishes_of(&stay->wish);
    const struct slice wish = stay_wish_say(talk, &wishes.items[number]);
    const struct slice label =
        talk_format(talk, TEXT_STAY_BUTTON_DROP, TALK_VALUES({.name = "wish", .text = wish}));
    const struct slice argument = arena_printf(talk->arena, "%zu", number);
    const int64_t adds = stay_wish_adds(talk, &wishes.items[number]);

    return argument.at != NULL
               ? talk_button(talk, stay_say_adds(talk, label, adds), "drop", argument, fault)
               : arena_fault(fault);
}

bool stay_put_drops(struct talk *talk, struct fault *fault)
{
    const struct stay *stay = talk->data;
    const struct stay_wishes wishes = stay_wishes_of(&stay->wish);

    for (size_t i = 0; i < wishes.count; i++) {
        if (i % DROPS_IN_ROW == 0)
            talk_new_row(talk);
        if (!stay_put_drop(talk, i, fault))
            return false;
    }
    return true;
}

/* The number is one of the list that was shown: an older button is stale. */
bool stay_drop(struct talk *talk, struct fault *fault)
{
    struct stay *stay = talk->data;
    const struct stay_wishes wishes = stay_wishes_of(&stay->wish);
    int64_t number;

    if (slice_is(talk->argument, STAY_DROP_ALL))
        stay->wish = (struct stay_wish){.min_price = 0};
    else if (parse_i64(talk->argument, 0, (int64_t)wishes.count - 1, &number) &&
             !stay_wish_drop(&stay->wish, &wishes.items[number], talk->arena, fault))
        return false;
    return stay_search(talk, fault);
}
