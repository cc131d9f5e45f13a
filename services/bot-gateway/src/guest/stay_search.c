// SPDX-License-Identifier: MIT
/* The flats of a wish in search-api's order. The wish goes there as words that search-api reads by
 * the same rules (phrases/phrase.h), so that it understands what the dialogue has understood; words
 * that no rule knows go with them, and are looked for in what flats say of themselves. */
#include "base/text.h"

#include "clients/search_results_json.h"
#include "guest/stay_filters.h"
#include "guest/stay_steps.h"
#include "phrases/phrase.h"

enum { QUERY_BYTES_MAX = 4 * PHRASE_MAX };

// clang-format off
/* Amenities, and words of q= that are stems: what a guest would type. */
static const struct {
    const char *of;
    const char *typed;
} typed_words[] = {
    {"mountain-view",   "вид на горы"                         },
    {"city-view",       "вид на город"                       },
    {"balcony",         "балкон"                                },
    {"fireplace",       "камин"                                  },
    {"self-check-in",   "бесконтактное заселение"},
    {"pets-allowed",    "с питомцем"                         },
    {"crib",            "детская кроватка"             },
    {"parking",         "парковка"                            },
    {"workplace",       "рабочее место"                   },
    {"wifi",            "вай-фай"                               },
    {"air-conditioner", "кондиционер"                      },
    {"kitchen",         "кухня"                                  },
    {"washer",          "стиральная машина"           },
    {"dishwasher",      "посудомойка"                      },
    {"elevator",        "лифт"                                    },
    {"tv",              "телевизор"                          },
    {"iron",            "утюг"                                    },
    {"тих",          "тихая"                                  },
    {"баней",      "баня"                                    },
    {"сауной",     "сауна"                                  },
    {"аэропорт",   "у аэропорта"                       },
    {"центр",      "в центре"                             },
    {"набережн",   "у набережной"                     },
    {"метро",      "у метро"                               },
    {"парк",       "у парка"                               },
    {"вокзал",     "у вокзала"                           },
};
// clang-format on

/* --- the wish as words --- */

static struct slice typed(struct slice word)
{
    for (size_t i = 0; i < sizeof typed_words / sizeof typed_words[0]; i++)
        if (slice_is(word, typed_words[i].of))
            return slice_of(typed_words[i].typed);
    return word;
}

/* What has no room is left out: search-api reads no longer phrase. */
static void put(struct buf *query, const char *between, struct slice what, const char *behind)
{
    const struct buf before = *query;

    if (what.len == 0)
        return;
    buf_text(query, query->len > 0 ? between : "");
    buf_slice(query, what);
    buf_text(query, behind);
    if (query->failed || text_length(buf_as_slice(query)) > PHRASE_MAX)
        *query = before;
}

static void put_list(struct buf *query, struct slice list)
{
    while (list.len > 0)
        put(query, ", ", typed(slice_cut(&list, ',')), "");
}

static void put_rooms(struct buf *query, struct slice rooms)
{
    while (rooms.len > 0) {
        const struct slice number = slice_cut(&rooms, ',');
        put(query, " или ", number, rooms.len > 0 ? "" : " комн");
    }
}

bool stay_wish_query(const struct stay_wish *wish, struct arena *arena, struct slice *out,
                     struct fault *fault)
{
    char room[QUERY_BYTES_MAX];
    struct buf query;

    buf_init_over(&query, room, sizeof room);
    put_rooms(&query, wish->rooms);
    put(&query, ", ", wish->district, " район");
    put_list(&query, wish->words);
    put_list(&query, wish->amenities);
    put_list(&query, wish->rest);
    *out = (struct slice){NULL, 0};
    if (query.len == 0)
        return true;
    *out = arena_copy(arena, buf_as_slice(&query));
    return out->at != NULL || arena_fault(fault);
}

/* --- asking --- */

/* Where nothing is wished, the order is the price. Of the least price, and of pages behind the
 * first, booking-api alone knows. */
static bool may_seek(const struct talk *talk)
{
    const struct stay *stay = talk->data;
    const struct stay_wish *wish = &stay->wish;

    return talk->input->has_search && wish->min_price == 0 && stay->pages.count == 0 &&
           stay->at < STAY_APARTMENTS_MAX && (stay_wishes_of(wish).count > 0 || wish->rest.len > 0);
}

bool stay_seek(struct talk *talk, struct stay_apartments *flats, bool *answered,
               struct fault *fault)
{
    struct stay *stay = talk->data;
    struct service_call call = {
        .service = SERVICE_SEARCH, .method = "POST", .path = SLICE(SERVICE_SEARCH_PATH)};
    struct service_answer answer;

    *answered = false;
    if (!may_seek(talk))
        return true;
    struct stay_search_results *sought = arena_alloc(talk->arena, sizeof *sought);
    if (sought == NULL)
        return arena_fault(fault);
    if (!stay_write_search(stay, STAY_APARTMENTS_MAX, talk->arena, &call.body, fault) ||
        !talk_call(talk, &call, &answer, fault))
        return false;
    if (answer.status != 200)
        return true;
    if (!stay_read_search_results(answer.body, talk->arena, sought, fault))
        return fault->kind != FAULT_UNAVAILABLE;
    *flats = sought->flats;
    stay->sought = sought;
    *answered = true;
    return true;
}

bool stay_look_closer(struct talk *talk, struct stay_apartment *flat, struct fault *fault)
{
    const struct stay *stay = talk->data;
    char id[UUID_TEXT_LEN + 1];
    struct service_answer answer;
    struct stay_apartment closer;
    struct fault ignored;

    if (stay->sought == NULL || talk_calls_left(talk) == 0)
        return true;
    uuid_format(&flat->id, id);
    if (!stay_get(talk, arena_printf(talk->arena, "/v1/apartments/%s", id), &answer, fault))
        return false;
    if (answer.status != 200 || !stay_read_apartment(answer.body, talk->arena, &closer, &ignored))
        return true;
    flat->photo = closer.photo;
    flat->amenities = closer.amenities;
    return true;
}

/* --- what could be given up --- */

int64_t stay_adds(const struct talk *talk, enum stay_relax what)
{
    const struct stay *stay = talk->data;

    return stay->sought != NULL ? stay->sought->adds[what] : 0;
}

int64_t stay_wish_adds(const struct talk *talk, const struct stay_wish_item *item)
{
    switch (item->kind) {
    case STAY_WISH_ROOMS:
        return stay_adds(talk, STAY_RELAX_ROOMS);
    case STAY_WISH_PRICE:
        return stay_adds(talk, STAY_RELAX_PRICE);
    case STAY_WISH_DISTRICT:
    case STAY_WISH_AMENITY:
    case STAY_WISH_WORD:
        return 0; /* they make a flat better, and keep none away */
    }
    return 0;
}

struct slice stay_say_adds(struct talk *talk, struct slice label, int64_t adds)
{
    return adds == 0 ? label
                     : talk_format(talk, TEXT_STAY_BUTTON_ADDS,
                                   TALK_VALUES({.name = "wish", .text = label},
                                               {.name = "adds", .number = adds}));
}

bool stay_put_relax(struct talk *talk, enum text label, const char *action, enum stay_relax what,
                    struct fault *fault)
{
    talk_new_row(talk);
    return talk_button(
        talk, stay_say_adds(talk, talk_format(talk, label, TALK_NO_VALUES), stay_adds(talk, what)),
        action, SLICE(""), fault);
}
