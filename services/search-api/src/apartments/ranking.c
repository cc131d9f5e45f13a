// SPDX-License-Identifier: MIT
#include "apartments/ranking.h"

#include <math.h>
#include <stdlib.h>

#include "base/geo.h"

struct bench {
    const struct criteria *criteria;
    const struct apartment *apartments;
    size_t count;
    double median; /* of the prices of a night */
    struct field_geo anchors[RANKING_ANCHORS_MAX];
    size_t anchor_count;
    double weights[CRITERIA_WORDS_MAX]; /* of words; 0: no apartment says it */
    double weight_sum;
};

int64_t ranking_night_price(const struct criteria *criteria, const struct apartment *apartment)
{
    if (apartment->total == FIELD_ABSENT || !criteria_has_dates(criteria))
        return apartment->base_price;
    return apartment->total / (criteria->check_out - criteria->check_in);
}

/* --- constraints --- */

static uint64_t broken_by(const struct criteria *criteria, const struct apartment *apartment)
{
    const bool broken[RULE_AMENITY] = {
        [RULE_PRICE] = criteria->max_price != FIELD_ABSENT &&
                       ranking_night_price(criteria, apartment) > criteria->max_price,
        [RULE_ROOMS] = criteria->rooms != 0 && (apartment->rooms < 0 || apartment->rooms >= 64 ||
                                                (criteria->rooms >> apartment->rooms & 1) == 0),
        [RULE_GUESTS] =
            (criteria->guests != FIELD_ABSENT && apartment->max_guests < criteria->guests) ||
            apartment->free == APARTMENT_TOO_SMALL,
        [RULE_DATES] = apartment->free == APARTMENT_TAKEN,
        [RULE_CITY] = criteria->city.at != NULL && !slice_equal(apartment->city, criteria->city),
    };
    uint64_t bits = 0;

    for (size_t i = 0; i < RULE_AMENITY; i++)
        bits |= (uint64_t)broken[i] << i;
    for (size_t i = 0; i < criteria->must_count; i++)
        bits |= (uint64_t)!apartment_has_amenity(apartment, criteria->must[i])
                << (RULE_AMENITY + i);
    return bits;
}

/* --- how good it is --- */

static bool says(const struct apartment *apartment, size_t word)
{
    return ((uint64_t)apartment->matched >> word & 1) != 0;
}

/* As BM25 weighs words, among the apartments at hand. */
static void weigh_words(struct bench *bench)
{
    for (size_t word = 0; word < bench->criteria->word_count; word++) {
        double df = 0;
        for (size_t i = 0; i < bench->count; i++)
            df += says(&bench->apartments[i], word);
        if (df == 0 || bench->criteria->words[word].kind != CRITERIA_TEXT)
            continue;
        bench->weights[word] = log(1 + ((double)bench->count - df + 0.5) / (df + 0.5));
        bench->weight_sum += bench->weights[word];
    }
}

static void add_anchor(struct bench *bench, struct field_geo place)
{
    if (geo_is_place(place) && bench->anchor_count < RANKING_ANCHORS_MAX)
        bench->anchors[bench->anchor_count++] = place;
}

/* The place itself, else where the apartments are that name the landmark, in the city if one was
 * said.
 */
static void find_anchors(struct bench *bench)
{
    const struct criteria *criteria = bench->criteria;

    add_anchor(bench, criteria->near);
    for (size_t i = 0; i < bench->count && !geo_is_place(criteria->near); i++) {
        const struct apartment *apartment = &bench->apartments[i];
        if (criteria->city.at != NULL && !slice_equal(apartment->city, criteria->city))
            continue;
        for (size_t word = 0; word < criteria->word_count; word++)
            if (criteria->words[word].kind == CRITERIA_LANDMARK && says(apartment, word)) {
                add_anchor(bench, apartment->place);
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
        prices[i] = (double)ranking_night_price(bench->criteria, &bench->apartments[i]);
    qsort(prices, bench->count, sizeof *prices, compare_prices);
    bench->median = prices[bench->count / 2];
    return true;
}

static double nearest_km(const struct bench *bench, const struct apartment *apartment)
{
    double best = (double)NAN;

    for (size_t i = 0; i < bench->anchor_count; i++) {
        const double km = geo_km(apartment->place, bench->anchors[i]);
        if (isnan(best) || km < best)
            best = km;
    }
    return best;
}

/* Up to half of the limit the price makes no difference: what costs a tenth of it is not expansion.
 */
static double of_price(const struct bench *bench, const struct apartment *apartment)
{
    const struct criteria *criteria = bench->criteria;
    const double night = (double)ranking_night_price(criteria, apartment);

    if (criteria->max_price != FIELD_ABSENT && criteria->max_price > 0) {
        const double over = 2 * night / (double)criteria->max_price - 1;
        return 1 - fmin(fmax(over, 0), 1) / 2;
    }
    if (criteria->like != NULL && criteria->like->base_price > 0 && night > 0)
        return exp(-2 * fabs(log(night / (double)criteria->like->base_price)));
    return bench->median > 0 ? bench->median / (bench->median + night) : 1;
}

static double of_cheap(const struct bench *bench, const struct apartment *apartment)
{
    const double night = (double)ranking_night_price(bench->criteria, apartment);

    if (!bench->criteria->cheap)
        return (double)NAN;
    return bench->median > 0 ? bench->median / (bench->median + night) : 1;
}

/* Half at a kilometre: twelve minutes on foot. */
static double of_distance(const struct bench *bench, const struct apartment *apartment)
{
    const struct criteria *criteria = bench->criteria;
    const double km = nearest_km(bench, apartment);

    if (bench->anchor_count > 0)
        return isnan(km) ? 0 : 1 / (1 + km * km);
    if (criteria->like == NULL || !geo_is_place(criteria->like->place))
        return (double)NAN;
    const double away = geo_km(apartment->place, criteria->like->place);
    return isnan(away) ? 0 : 1 / (1 + away * away);
}

static double alike_amenities(const struct apartment *a, const struct apartment *b)
{
    double both = 0, either = 0;
    struct slice rest = a->amenities;

    /* Every second piece between quotes is a slug. */
    for (bool inside = false; rest.at != NULL; inside = !inside) {
        const struct slice part = slice_cut(&rest, '"');
        if (!inside)
            continue;
        either++;
        both += apartment_has_amenity(b, part);
    }
    rest = b->amenities;
    for (bool inside = false; rest.at != NULL; inside = !inside) {
        const struct slice part = slice_cut(&rest, '"');
        if (inside && !apartment_has_amenity(a, part))
            either++;
    }
    return either > 0 ? both / either : 1;
}

static double of_amenities(const struct bench *bench, const struct apartment *apartment)
{
    const struct phrase_list *query_terms = &bench->criteria->amenities;
    double has = 0;

    if (query_terms->count == 0)
        return bench->criteria->like != NULL ? alike_amenities(bench->criteria->like, apartment)
                                             : (double)NAN;
    for (size_t i = 0; i < query_terms->count; i++)
        has += apartment_has_amenity(apartment, query_terms->items[i]);
    return has / (double)query_terms->count;
}

static double of_text(const struct bench *bench, const struct apartment *apartment)
{
    double sum = 0;

    if (bench->weight_sum <= 0)
        return (double)NAN;
    for (size_t word = 0; word < bench->criteria->word_count; word++)
        sum += says(apartment, word) ? bench->weights[word] : 0;
    return sum / bench->weight_sum;
}

static double of_district(const struct bench *bench, const struct apartment *apartment)
{
    const struct criteria *criteria = bench->criteria;

    if (criteria->district.at != NULL)
        return slice_equal(apartment->district, criteria->district);
    if (criteria->like == NULL || criteria->like->district.len == 0)
        return (double)NAN;
    return slice_equal(apartment->district, criteria->like->district) &&
           slice_equal(apartment->city, criteria->like->city);
}

/* Two guests in a apartment for eight pay for beds that nobody needs. */
static double of_size(const struct bench *bench, const struct apartment *apartment)
{
    const int64_t guests = bench->criteria->guests;

    if (guests == FIELD_ABSENT)
        return (double)NAN;
    return apartment->max_guests > guests
               ? 1 / (1 + 0.25 * (double)(apartment->max_guests - guests))
               : 1;
}

static double of_rooms(const struct bench *bench, const struct apartment *apartment)
{
    if (bench->criteria->like == NULL || bench->criteria->rooms != 0)
        return (double)NAN;
    return 1 / (1 + fabs((double)(apartment->rooms - bench->criteria->like->rooms)));
}

/* The weights, and why. None was fitted to ranked_apartment wishes. */
static const struct {
    double weight;
    double (*measure)(const struct bench *bench, const struct apartment *apartment);
} parts[RANKING_PARTS] = {
    [PART_PRICE] = {2, of_price    }, /* always asked for, though often without a word */
    [PART_CHEAP] = {2, of_cheap    }, /* with that word it counts twice */
    [PART_DISTANCE] = {3, of_distance }, /* what was said counts for more than what was not */
    [PART_AMENITIES] = {3, of_amenities}, /* likewise, */
    [PART_TEXT] = {3, of_text     }, /* likewise */
    [PART_DISTRICT] = {3, of_district }, /* likewise */
    [PART_SIZE] = {1, of_size     }, /* a matter of taste */
    [PART_ROOMS] = {2, of_rooms    }, /* of a apartment that is to be alike: as its price */
};

static void ranking_one(const struct bench *bench, const struct apartment *apartment,
                        struct ranked_apartment *out)
{
    double sum = 0, weights = 0;

    *out = (struct ranked_apartment){.apartment = apartment,
                                     .broken = broken_by(bench->criteria, apartment),
                                     .km = nearest_km(bench, apartment),
                                     .night = ranking_night_price(bench->criteria, apartment)};
    for (size_t i = 0; i < RANKING_PARTS; i++) {
        out->parts[i] = parts[i].measure(bench, apartment);
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
    const struct ranked_apartment *a = left, *b = right;

    if ((a->broken != 0) != (b->broken != 0))
        return a->broken != 0 ? 1 : -1;
    if (a->score != b->score)
        return a->score < b->score ? 1 : -1;
    if (a->night != b->night)
        return a->night < b->night ? -1 : 1;
    return memcmp(a->apartment->id.bytes, b->apartment->id.bytes, sizeof a->apartment->id.bytes);
}

static size_t of_house(const struct ranked_apartment *page, size_t count,
                       const struct apartment *apartment)
{
    size_t same = 0;

    for (size_t i = 0; i < count; i++)
        same += apartment_same_house(page[i].apartment, apartment);
    return same;
}

/* The best first; what its house has no more place for stands behind all others. */
static bool spread_houses(struct ranked_apartment *all, size_t found, size_t limit,
                          struct arena *arena, struct ranking *out, struct fault *fault)
{
    const size_t most = found < limit ? found : limit;
    struct ranked_apartment *page = arena_alloc(arena, (most + 1) * sizeof *page);
    bool *seen_ids = arena_alloc(arena, found + 1);

    if (page == NULL || seen_ids == NULL)
        return arena_fault(fault);
    for (size_t i = 0; i < found && out->count < most; i++) {
        seen_ids[i] = of_house(page, out->count, all[i].apartment) < RANKING_HOUSE_MAX;
        if (seen_ids[i])
            page[out->count++] = all[i];
    }
    for (size_t i = 0; i < found && out->count < most; i++)
        if (!seen_ids[i])
            page[out->count++] = all[i];
    out->fits = page;
    return true;
}

/* --- what could be given up --- */

static void add_relaxation(const struct criteria *criteria, size_t rule,
                           const struct ranked_apartment *all, size_t count, struct ranking *out)
{
    struct relaxation one = {.drop = rule < RULE_AMENITY ? (enum criteria_rule)rule : RULE_AMENITY,
                             .needed = FIELD_ABSENT};

    for (size_t i = 0; i < count; i++) {
        if (all[i].broken != UINT64_C(1) << rule)
            continue;
        one.adds++;
        if (rule == RULE_PRICE && (one.needed == FIELD_ABSENT || all[i].night < one.needed))
            one.needed = all[i].night;
    }
    /* The example's city was not asked for. */
    if (one.adds == 0 || (rule == RULE_CITY && criteria->like != NULL))
        return;
    if (rule >= RULE_AMENITY)
        one.amenity = criteria->must[rule - RULE_AMENITY];
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

bool ranking_make(const struct criteria *criteria, const struct apartment *apartments, size_t count,
                  size_t limit, struct arena *arena, struct ranking *out, struct fault *fault)
{
    struct bench bench = {.criteria = criteria, .apartments = apartments, .count = count};
    struct ranked_apartment *all = arena_alloc(arena, (count + 1) * sizeof *all);
    struct ranking made = {.count = 0};

    if (all == NULL)
        return arena_fault(fault);
    weigh_words(&bench);
    find_anchors(&bench);
    if (!find_median(&bench, arena, fault))
        return false;
    for (size_t i = 0; i < count; i++) {
        ranking_one(&bench, &apartments[i], &all[i]);
        made.found += all[i].broken == 0;
    }
    qsort(all, count, sizeof *all, compare_judged);
    for (size_t rule = 0; rule < RULE_AMENITY + criteria->must_count; rule++)
        add_relaxation(criteria, rule, all, count, &made);
    qsort(made.relaxations, made.relaxation_count, sizeof made.relaxations[0], compare_relaxations);
    for (size_t i = 0; i < criteria->word_count; i++)
        made.nowhere |= criteria->words[i].kind == CRITERIA_LANDMARK && bench.anchor_count == 0;
    made.nowhere |= criteria->near_kind.at != NULL && bench.anchor_count == 0;
    if (!spread_houses(all, made.found, limit, arena, &made, fault))
        return false;
    *out = made;
    return true;
}
