// SPDX-License-Identifier: MIT
#include "wishes/judge.h"

#include <math.h>
#include <stdlib.h>

#include "base/geo.h"

struct bench {
    const struct wish *wish;
    const struct flat *flats;
    size_t count;
    double median; /* of the prices of a night */
    struct field_geo anchors[JUDGE_ANCHORS_MAX];
    size_t anchor_count;
    double weights[WISH_WORDS_MAX]; /* of words; 0: no flat says it */
    double weight_sum;
};

int64_t judge_night(const struct wish *wish, const struct flat *flat)
{
    if (flat->total == FIELD_ABSENT || !wish_has_dates(wish))
        return flat->base_price;
    return flat->total / (wish->check_out - wish->check_in);
}

/* --- constraints --- */

static uint64_t broken_by(const struct wish *wish, const struct flat *flat)
{
    const bool broken[RULE_AMENITY] = {
        [RULE_PRICE] = wish->max_price != FIELD_ABSENT && judge_night(wish, flat) > wish->max_price,
        [RULE_ROOMS] = wish->rooms != 0 && (flat->rooms < 0 || flat->rooms >= 64 ||
                                            (wish->rooms >> flat->rooms & 1) == 0),
        [RULE_GUESTS] = (wish->guests != FIELD_ABSENT && flat->max_guests < wish->guests) ||
                        flat->free == FLAT_TOO_SMALL,
        [RULE_DATES] = flat->free == FLAT_TAKEN,
        [RULE_CITY] = wish->city.at != NULL && !slice_equal(flat->city, wish->city),
    };
    uint64_t bits = 0;

    for (size_t i = 0; i < RULE_AMENITY; i++)
        bits |= (uint64_t)broken[i] << i;
    for (size_t i = 0; i < wish->must_count; i++)
        bits |= (uint64_t)!flat_has(flat, wish->must[i]) << (RULE_AMENITY + i);
    return bits;
}

/* --- how good it is --- */

static bool says(const struct flat *flat, size_t word)
{
    return ((uint64_t)flat->matched >> word & 1) != 0;
}

/* As BM25 weighs words, among the flats at hand. */
static void weigh_words(struct bench *bench)
{
    for (size_t word = 0; word < bench->wish->word_count; word++) {
        double df = 0;
        for (size_t i = 0; i < bench->count; i++)
            df += says(&bench->flats[i], word);
        if (df == 0 || bench->wish->words[word].kind != WISH_TEXT)
            continue;
        bench->weights[word] = log(1 + ((double)bench->count - df + 0.5) / (df + 0.5));
        bench->weight_sum += bench->weights[word];
    }
}

static void add_anchor(struct bench *bench, struct field_geo place)
{
    if (geo_is_place(place) && bench->anchor_count < JUDGE_ANCHORS_MAX)
        bench->anchors[bench->anchor_count++] = place;
}

/* The place itself, else where the flats are that name the landmark, in the city if one was said.
 */
static void find_anchors(struct bench *bench)
{
    const struct wish *wish = bench->wish;

    add_anchor(bench, wish->near);
    for (size_t i = 0; i < bench->count && !geo_is_place(wish->near); i++) {
        const struct flat *flat = &bench->flats[i];
        if (wish->city.at != NULL && !slice_equal(flat->city, wish->city))
            continue;
        for (size_t word = 0; word < wish->word_count; word++)
            if (wish->words[word].kind == WISH_LANDMARK && says(flat, word)) {
                add_anchor(bench, flat->place);
                break;
            }
    }
}

static int compare_prices(const void *left, const void *right)
{
    const double a = *(const double *)left, b = *(const double *)right;

    return (a > b) - (a < b);
}

static bool find_median(struct bench *bench, struct arena *arena, struct fault *fault)
{
    double *prices = arena_alloc(arena, (bench->count + 1) * sizeof *prices);

    if (prices == NULL)
        return arena_fault(fault);
    for (size_t i = 0; i < bench->count; i++)
        prices[i] = (double)judge_night(bench->wish, &bench->flats[i]);
    qsort(prices, bench->count, sizeof *prices, compare_prices);
    bench->median = prices[bench->count / 2];
    return true;
}

static double nearest_km(const struct bench *bench, const struct flat *flat)
{
    double best = (double)NAN;

    for (size_t i = 0; i < bench->anchor_count; i++) {
        const double km = geo_km(flat->place, bench->anchors[i]);
        if (isnan(best) || km < best)
            best = km;
    }
    return best;
}

/* Up to half of the limit the price makes no difference: what costs a tenth of it is not meant. */
static double of_price(const struct bench *bench, const struct flat *flat)
{
    const struct wish *wish = bench->wish;
    const double night = (double)judge_night(wish, flat);

    if (wish->max_price != FIELD_ABSENT && wish->max_price > 0) {
        const double over = 2 * night / (double)wish->max_price - 1;
        return 1 - fmin(fmax(over, 0), 1) / 2;
    }
    if (wish->like != NULL && wish->like->base_price > 0 && night > 0)
        return exp(-2 * fabs(log(night / (double)wish->like->base_price)));
    return bench->median > 0 ? bench->median / (bench->median + night) : 1;
}

static double of_cheap(const struct bench *bench, const struct flat *flat)
{
    const double night = (double)judge_night(bench->wish, flat);

    if (!bench->wish->cheap)
        return (double)NAN;
    return bench->median > 0 ? bench->median / (bench->median + night) : 1;
}

/* Half at a kilometre: twelve minutes on foot. */
static double of_distance(const struct bench *bench, const struct flat *flat)
{
    const struct wish *wish = bench->wish;
    const double km = nearest_km(bench, flat);

    if (bench->anchor_count > 0)
        return isnan(km) ? 0 : 1 / (1 + km * km);
    if (wish->like == NULL || !geo_is_place(wish->like->place))
        return (double)NAN;
    const double away = geo_km(flat->place, wish->like->place);
    return isnan(away) ? 0 : 1 / (1 + away * away);
}

static double alike_amenities(const struct flat *a, const struct flat *b)
{
    double both = 0, either = 0;
    struct slice rest = a->amenities;

    /* Every second piece between quotes is a slug. */
    for (bool inside = false; rest.at != NULL; inside = !inside) {
        const struct slice part = slice_cut(&rest, '"');
        if (!inside)
            continue;
        either++;
        both += flat_has(b, part);
    }
    rest = b->amenities;
    for (bool inside = false; rest.at != NULL; inside = !inside) {
        const struct slice part = slice_cut(&rest, '"');
        if (inside && !flat_has(a, part))
            either++;
    }
    return either > 0 ? both / either : 1;
}

static double of_amenities(const struct bench *bench, const struct flat *flat)
{
    const struct phrase_list *wanted = &bench->wish->amenities;
    double has = 0;

    if (wanted->count == 0)
        return bench->wish->like != NULL ? alike_amenities(bench->wish->like, flat) : (double)NAN;
    for (size_t i = 0; i < wanted->count; i++)
        has += flat_has(flat, wanted->items[i]);
    return has / (double)wanted->count;
}

static double of_text(const struct bench *bench, const struct flat *flat)
{
    double sum = 0;

    if (bench->weight_sum <= 0)
        return (double)NAN;
    for (size_t word = 0; word < bench->wish->word_count; word++)
        sum += says(flat, word) ? bench->weights[word] : 0;
    return sum / bench->weight_sum;
}

static double of_district(const struct bench *bench, const struct flat *flat)
{
    const struct wish *wish = bench->wish;

    if (wish->district.at != NULL)
        return slice_equal(flat->district, wish->district);
    if (wish->like == NULL || wish->like->district.len == 0)
        return (double)NAN;
    return slice_equal(flat->district, wish->like->district) &&
           slice_equal(flat->city, wish->like->city);
}

/* Two guests in a flat for eight pay for beds that nobody needs. */
static double of_size(const struct bench *bench, const struct flat *flat)
{
    const int64_t guests = bench->wish->guests;

    if (guests == FIELD_ABSENT)
        return (double)NAN;
    return flat->max_guests > guests ? 1 / (1 + 0.25 * (double)(flat->max_guests - guests)) : 1;
}

static double of_rooms(const struct bench *bench, const struct flat *flat)
{
    if (bench->wish->like == NULL || bench->wish->rooms != 0)
        return (double)NAN;
    return 1 / (1 + fabs((double)(flat->rooms - bench->wish->like->rooms)));
}

/* The weights, and why. None was fitted to judged wishes. */
static const struct {
    double weight;
    double (*measure)(const struct bench *bench, const struct flat *flat);
} parts[JUDGE_PARTS] = {
    [PART_PRICE] = {2, of_price    }, /* always asked for, though often without a word */
    [PART_CHEAP] = {2, of_cheap    }, /* with that word it counts twice */
    [PART_DISTANCE] = {3, of_distance }, /* what was said counts for more than what was not */
    [PART_AMENITIES] = {3, of_amenities}, /* likewise, */
    [PART_TEXT] = {3, of_text     }, /* likewise */
    [PART_DISTRICT] = {3, of_district }, /* likewise */
    [PART_SIZE] = {1, of_size     }, /* a matter of taste */
    [PART_ROOMS] = {2, of_rooms    }, /* of a flat that is to be alike: as its price */
};

static void judge_one(const struct bench *bench, const struct flat *flat, struct judged *out)
{
    double sum = 0, weights = 0;

    *out = (struct judged){.flat = flat,
                           .broken = broken_by(bench->wish, flat),
                           .km = nearest_km(bench, flat),
                           .night = judge_night(bench->wish, flat)};
    for (size_t i = 0; i < JUDGE_PARTS; i++) {
        out->parts[i] = parts[i].measure(bench, flat);
        if (isnan(out->parts[i]))
            continue;
        sum += parts[i].weight * out->parts[i];
        weights += parts[i].weight;
    }
    out->score = sum / weights;
}

/* --- the order --- */

static int compare_judged(const void *left, const void *right)
{
    const struct judged *a = left, *b = right;

    if ((a->broken != 0) != (b->broken != 0))
        return a->broken != 0 ? 1 : -1;
    if (a->score != b->score)
        return a->score < b->score ? 1 : -1;
    if (a->night != b->night)
        return a->night < b->night ? -1 : 1;
    return memcmp(a->flat->id.bytes, b->flat->id.bytes, sizeof a->flat->id.bytes);
}

static size_t of_house(const struct judged *page, size_t count, const struct flat *flat)
{
    size_t same = 0;

    for (size_t i = 0; i < count; i++)
        same += flat_same_house(page[i].flat, flat);
    return same;
}

/* The best first; what its house has no more place for stands behind all others. */
static bool spread_houses(struct judged *all, size_t found, size_t limit, struct arena *arena,
                          struct judgement *out, struct fault *fault)
{
    const size_t most = found < limit ? found : limit;
    struct judged *page = arena_alloc(arena, (most + 1) * sizeof *page);
    bool *shown = arena_alloc(arena, found + 1);

    if (page == NULL || shown == NULL)
        return arena_fault(fault);
    for (size_t i = 0; i < found && out->count < most; i++) {
        shown[i] = of_house(page, out->count, all[i].flat) < JUDGE_HOUSE_MAX;
        if (shown[i])
            page[out->count++] = all[i];
    }
    for (size_t i = 0; i < found && out->count < most; i++)
        if (!shown[i])
            page[out->count++] = all[i];
    out->fits = page;
    return true;
}

/* --- what could be given up --- */

static void add_relaxation(const struct wish *wish, size_t rule, const struct judged *all,
                           size_t count, struct judgement *out)
{
    struct relaxation one = {.drop = rule < RULE_AMENITY ? (enum wish_rule)rule : RULE_AMENITY,
                             .needed = FIELD_ABSENT};

    for (size_t i = 0; i < count; i++) {
        if (all[i].broken != UINT64_C(1) << rule)
            continue;
        one.adds++;
        if (rule == RULE_PRICE && (one.needed == FIELD_ABSENT || all[i].night < one.needed))
            one.needed = all[i].night;
    }
    /* The example's city was not asked for. */
    if (one.adds == 0 || (rule == RULE_CITY && wish->like != NULL))
        return;
    if (rule >= RULE_AMENITY)
        one.amenity = wish->must[rule - RULE_AMENITY];
    out->relaxations[out->relaxation_count++] = one;
}

/* Another city is the last that anybody wants. */
static int compare_relaxations(const void *left, const void *right)
{
    const struct relaxation *a = left, *b = right;

    if ((a->drop == RULE_CITY) != (b->drop == RULE_CITY))
        return a->drop == RULE_CITY ? 1 : -1;
    if (a->adds != b->adds)
        return a->adds < b->adds ? 1 : -1;
    return a->drop < b->drop ? -1 : a->drop > b->drop;
}

bool judge_flats(const struct wish *wish, const struct flat *flats, size_t count, size_t limit,
                 struct arena *arena, struct judgement *out, struct fault *fault)
{
    struct bench bench = {.wish = wish, .flats = flats, .count = count};
    struct judged *all = arena_alloc(arena, (count + 1) * sizeof *all);
    struct judgement made = {.count = 0};

    if (all == NULL)
        return arena_fault(fault);
    weigh_words(&bench);
    find_anchors(&bench);
    if (!find_median(&bench, arena, fault))
        return false;
    for (size_t i = 0; i < count; i++) {
        judge_one(&bench, &flats[i], &all[i]);
        made.found += all[i].broken == 0;
    }
    qsort(all, count, sizeof *all, compare_judged);
    for (size_t rule = 0; rule < RULE_AMENITY + wish->must_count; rule++)
        add_relaxation(wish, rule, all, count, &made);
    qsort(made.relaxations, made.relaxation_count, sizeof made.relaxations[0], compare_relaxations);
    for (size_t i = 0; i < wish->word_count; i++)
        made.nowhere |= wish->words[i].kind == WISH_LANDMARK && bench.anchor_count == 0;
    made.nowhere |= wish->near_kind.at != NULL && bench.anchor_count == 0;
    if (!spread_houses(all, made.found, limit, arena, &made, fault))
        return false;
    *out = made;
    return true;
}
