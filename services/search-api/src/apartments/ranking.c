// SPDX-License-Identifier: MIT
#include "apartments/ranking.h"

#include <math.h>
#include <stdlib.h>

#include "base/geo.h"
#include "base/money.h"

enum { DISTANCE_FAR_KM = 20 };

struct context {
    const struct criteria *criteria;
    const struct apartment *apartments;
    size_t count;
    double median;                                 /* median of the prices per night */
    struct field_geo anchors[RANKING_ANCHORS_MAX]; /* places from which distances are measured */
    size_t anchor_count;
    double weights[CRITERIA_WORDS_MAX]; /* for criteria.words; 0: the word does not count */
    double weight_sum;
};

/* The price per night: that of the requested stay, if its total is known; otherwise the base price.
 */
static int64_t night_price(const struct criteria *criteria, const struct apartment *apartment)
{
    if (apartment->total == FIELD_ABSENT || !criteria_has_dates(criteria))
        return apartment->base_price;
    return money_per_night(apartment->total, criteria->check_out - criteria->check_in);
}

/* --- constraints --- */

static uint64_t violated_rules(const struct criteria *criteria, const struct apartment *apartment)
{
    const bool broken[RULE_AMENITY] = {
        [RULE_MAX_PRICE] = criteria->max_price != FIELD_ABSENT &&
                           night_price(criteria, apartment) > criteria->max_price,
        [RULE_MIN_PRICE] = criteria->min_price != FIELD_ABSENT &&
                           night_price(criteria, apartment) < criteria->min_price,
        [RULE_ROOMS] = criteria->rooms != 0 && (apartment->rooms < 0 || apartment->rooms >= 64 ||
                                                (criteria->rooms >> apartment->rooms & 1) == 0),
        [RULE_GUESTS] =
            (criteria->guests != FIELD_ABSENT && apartment->max_guests < criteria->guests) ||
            apartment->availability == APARTMENT_TOO_SMALL,
        [RULE_DATES] = apartment->availability == APARTMENT_TAKEN,
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

/* --- the score --- */

/* Sets the weight of each word that is no landmark: the IDF of BM25 among the candidates. */
static void weigh_words(struct context *context)
{
    for (size_t word = 0; word < context->criteria->word_count; word++) {
        double df = 0;
        for (size_t i = 0; i < context->count; i++)
            df += apartment_matches_word(&context->apartments[i], word);
        if (df == 0 || context->criteria->words[word].kind != CRITERIA_TEXT)
            continue;
        context->weights[word] = log(1 + ((double)context->count - df + 0.5) / (df + 0.5));
        context->weight_sum += context->weights[word];
    }
}

static void add_anchor(struct context *context, struct field_geo place)
{
    if (geo_is_in_range(place) && context->anchor_count < RANKING_ANCHORS_MAX)
        context->anchors[context->anchor_count++] = place;
}

/* Finds the places near which apartments rank higher: the requested location or, without one, the
 * locations of apartments in the requested city that name the landmark. */
static void find_anchors(struct context *context)
{
    const struct criteria *criteria = context->criteria;

    add_anchor(context, criteria->near);
    for (size_t i = 0; i < context->count && !geo_is_in_range(criteria->near); i++) {
        const struct apartment *apartment = &context->apartments[i];
        if (criteria->city.at != NULL && !slice_equal(apartment->city, criteria->city))
            continue;
        for (size_t word = 0; word < criteria->word_count; word++)
            if (criteria->words[word].kind == CRITERIA_LANDMARK &&
                apartment_matches_word(apartment, word)) {
                add_anchor(context, apartment->place);
                break;
            }
    }
}

static int compare_prices(const void *left, const void *right)
{
    const double a = *(const double *)left, b = *(const double *)right;

    return (a > b) - (a < b);
}

static bool compute_median_price(struct context *context, struct arena *arena, struct fault *fault)
{
    double *prices = arena_alloc(arena, (context->count + 1) * sizeof *prices);

    if (prices == NULL)
        return arena_fault(fault);
    for (size_t i = 0; i < context->count; i++)
        prices[i] = (double)night_price(context->criteria, &context->apartments[i]);
    qsort(prices, context->count, sizeof *prices, compare_prices);
    context->median = prices[context->count / 2];
    return true;
}

static double nearest_anchor_km(const struct context *context, const struct apartment *apartment)
{
    double best = (double)NAN;

    for (size_t i = 0; i < context->anchor_count; i++) {
        const double km = geo_km(apartment->place, context->anchors[i]);
        if (isnan(best) || km < best)
            best = km;
    }
    return best;
}

/* The score of the price. Below half of the limit the price makes no difference: guests with a high
 * limit do not want the cheapest. */
static double price_score(const struct context *context, const struct apartment *apartment)
{
    const struct criteria *criteria = context->criteria;
    const double night = (double)night_price(criteria, apartment);

    if (criteria->max_price != FIELD_ABSENT && criteria->max_price > 0) {
        const double over = 2 * night / (double)criteria->max_price - 1;
        return 1 - fmin(fmax(over, 0), 1) / 2;
    }
    if (criteria->like != NULL && criteria->like->base_price > 0 && night > 0)
        return exp(-2 * fabs(log(night / (double)criteria->like->base_price)));
    return context->median > 0 ? context->median / (context->median + night) : 1;
}

static double cheap_score(const struct context *context, const struct apartment *apartment)
{
    const double night = (double)night_price(context->criteria, apartment);

    if (!context->criteria->cheap)
        return (double)NAN;
    return context->median > 0 ? context->median / (context->median + night) : 1;
}

/* The score of the distance to the nearest place: each doubling of the distance costs the same, 300
 * m and 900 m differ as much as 3 km and 8 km. 0.77 at a kilometre, 0 from DISTANCE_FAR_KM on,
 * which is the other end of a city. */
static double distance_score(const struct context *context, const struct apartment *apartment)
{
    const struct apartment *like = context->criteria->like;
    double km;

    if (context->anchor_count > 0)
        km = nearest_anchor_km(context, apartment);
    else if (like != NULL && geo_is_in_range(like->place))
        km = geo_km(apartment->place, like->place);
    else
        return (double)NAN;
    return isnan(km) ? 0 : fmax(1 - log1p(km) / log1p(DISTANCE_FAR_KM), 0);
}

/* Of the amenities that at least one of the apartments has, the share that both have. */
static double common_amenities_share(const struct apartment *a, const struct apartment *b)
{
    double both = 0, either = 0;
    struct slice rest = a->amenities;

    /* The list is JSON text. Quotes divide it into parts, of which every second part is a slug. */
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

static double amenity_score(const struct context *context, const struct apartment *apartment)
{
    const struct phrase_list *preferred = &context->criteria->amenities;
    double has = 0;

    if (preferred->count == 0)
        return context->criteria->like != NULL
                   ? common_amenities_share(context->criteria->like, apartment)
                   : (double)NAN;
    for (size_t i = 0; i < preferred->count; i++)
        has += apartment_has_amenity(apartment, preferred->items[i]);
    return has / (double)preferred->count;
}

static double text_score(const struct context *context, const struct apartment *apartment)
{
    double sum = 0;

    if (context->weight_sum <= 0)
        return (double)NAN;
    for (size_t word = 0; word < context->criteria->word_count; word++)
        sum += apartment_matches_word(apartment, word) ? context->weights[word] : 0;
    return sum / context->weight_sum;
}

static double district_score(const struct context *context, const struct apartment *apartment)
{
    const struct criteria *criteria = context->criteria;

    if (criteria->district.at != NULL)
        return slice_equal(apartment->district, criteria->district);
    if (criteria->like == NULL || criteria->like->district.len == 0)
        return (double)NAN;
    return slice_equal(apartment->district, criteria->like->district) &&
           slice_equal(apartment->city, criteria->like->city);
}

/* The score of the size: less than 1 if the apartment could take more guests than there are. */
static double capacity_score(const struct context *context, const struct apartment *apartment)
{
    const int64_t guests = context->criteria->guests;

    if (guests == FIELD_ABSENT)
        return (double)NAN;
    return apartment->max_guests > guests
               ? 1 / (1 + 0.25 * (double)(apartment->max_guests - guests))
               : 1;
}

static double room_similarity_score(const struct context *context,
                                    const struct apartment *apartment)
{
    if (context->criteria->like == NULL || context->criteria->rooms != 0)
        return (double)NAN;
    return 1 / (1 + fabs((double)(apartment->rooms - context->criteria->like->rooms)));
}

/* The weight of each part of the score, and the function that measures the part, from 0 to 1; NAN:
 * the search has no such criterion. The weights were not fitted to the judged searches. */
static const struct {
    double weight;
    double (*measure)(const struct context *context, const struct apartment *apartment);
} parts[RANKING_PARTS] = {
    [PART_PRICE] = {2, price_score          }, /* the price always matters, even if not mentioned */
    [PART_CHEAP] = {2, cheap_score          }, /* a price that is mentioned counts twice */
    [PART_DISTANCE] = {9, distance_score       }, /* across the city counts more than all amenities */
    [PART_AMENITIES] = {3, amenity_score        }, /* mentioned criteria weigh more */
    [PART_TEXT] = {3, text_score           }, /* mentioned criteria weigh more */
    [PART_DISTRICT] = {3, district_score       }, /* mentioned criteria weigh more */
    [PART_SIZE] = {1, capacity_score       }, /* guests may not mind */
    [PART_ROOMS] = {2, room_similarity_score}, /* an example weighs as much as the price */
};

static void score_apartment(const struct context *context, const struct apartment *apartment,
                            struct ranked_apartment *out)
{
    double sum = 0, weights = 0;

    *out = (struct ranked_apartment){.apartment = apartment,
                                     .broken = violated_rules(context->criteria, apartment),
                                     .km = nearest_anchor_km(context, apartment),
                                     .night = night_price(context->criteria, apartment)};
    for (size_t i = 0; i < RANKING_PARTS; i++) {
        out->parts[i] = parts[i].measure(context, apartment);
        if (isnan(out->parts[i]))
            continue;
        sum += parts[i].weight * out->parts[i];
        weights += parts[i].weight;
    }
    out->score = sum / weights;
}

/* --- the order --- */

static int compare_ranked(const void *left, const void *right)
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

static size_t count_in_same_house(const struct ranked_apartment *page, size_t count,
                                  const struct apartment *apartment)
{
    size_t same = 0;

    for (size_t i = 0; i < count; i++)
        same += apartment_is_in_same_house(page[i].apartment, apartment);
    return same;
}

/* Makes a page of the best apartments, the best first. Of each house, apartments beyond
 * RANKING_HOUSE_MAX come after those of all other houses. */
static bool make_page_limited_per_house(struct ranked_apartment *all, size_t fitting_count,
                                        size_t limit, struct arena *arena, struct ranking *out,
                                        struct fault *fault)
{
    const size_t most = fitting_count < limit ? fitting_count : limit;
    struct ranked_apartment *page = arena_alloc(arena, (most + 1) * sizeof *page);
    bool *placed = arena_alloc(arena, fitting_count + 1);

    if (page == NULL || placed == NULL)
        return arena_fault(fault);
    for (size_t i = 0; i < fitting_count && out->count < most; i++) {
        placed[i] = count_in_same_house(page, out->count, all[i].apartment) < RANKING_HOUSE_MAX;
        if (placed[i])
            page[out->count++] = all[i];
    }
    for (size_t i = 0; i < fitting_count && out->count < most; i++)
        if (!placed[i])
            page[out->count++] = all[i];
    out->fits = page;
    return true;
}

/* --- relaxations --- */

static void add_relaxation_if_useful(const struct criteria *criteria, size_t rule,
                                     const struct ranked_apartment *all, size_t count,
                                     struct ranking *out)
{
    struct relaxation one = {.drop = rule < RULE_AMENITY ? (int)rule : RULE_AMENITY,
                             .needed = FIELD_ABSENT};

    for (size_t i = 0; i < count; i++) {
        if (all[i].broken != UINT64_C(1) << rule)
            continue;
        one.adds++;
        if (rule == RULE_MAX_PRICE && (one.needed == FIELD_ABSENT || all[i].night < one.needed))
            one.needed = all[i].night;
        if (rule == RULE_MIN_PRICE && (one.needed == FIELD_ABSENT || all[i].night > one.needed))
            one.needed = all[i].night;
    }
    /* If there is an example, the city may be that of the example. The caller has not requested
     * this city, so the answer does not propose to drop it. */
    if (one.adds == 0 || (rule == RULE_CITY && criteria->like != NULL))
        return;
    if (rule >= RULE_AMENITY)
        one.amenity = criteria->must[rule - RULE_AMENITY];
    out->relaxations[out->relaxation_count++] = one;
}

/* Orders relaxations by the number of apartments that each adds; dropping the city comes last. */
static int compare_relaxations(const void *left, const void *right)
{
    const struct relaxation *a = left, *b = right;

    if ((a->drop == RULE_CITY) != (b->drop == RULE_CITY))
        return a->drop == RULE_CITY ? 1 : -1;
    if (a->adds != b->adds)
        return a->adds < b->adds ? 1 : -1;
    return a->drop < b->drop ? -1 : a->drop > b->drop;
}

/* True if no candidate names the place. */
static bool is_place_unknown(const struct context *context, size_t word)
{
    const struct criteria *criteria = context->criteria;

    if (criteria->words[word].kind == CRITERIA_LANDMARK)
        return context->anchor_count == 0;
    return (criteria->place_words >> word & 1) != 0 && context->weights[word] == 0;
}

bool ranking_make(const struct criteria *criteria, const struct apartment *apartments, size_t count,
                  size_t limit, struct arena *arena, struct ranking *out, struct fault *fault)
{
    struct context context = {.criteria = criteria, .apartments = apartments, .count = count};
    struct ranked_apartment *all = arena_alloc(arena, (count + 1) * sizeof *all);
    struct ranking result = {.count = 0};

    if (all == NULL)
        return arena_fault(fault);
    weigh_words(&context);
    find_anchors(&context);
    if (!compute_median_price(&context, arena, fault))
        return false;
    for (size_t i = 0; i < count; i++) {
        score_apartment(&context, &apartments[i], &all[i]);
        result.found += all[i].broken == 0;
    }
    qsort(all, count, sizeof *all, compare_ranked);
    for (size_t rule = 0; rule < RULE_AMENITY + criteria->must_count; rule++)
        add_relaxation_if_useful(criteria, rule, all, count, &result);
    qsort(result.relaxations, result.relaxation_count, sizeof result.relaxations[0],
          compare_relaxations);
    for (size_t i = 0; i < criteria->word_count; i++)
        result.place_unknown |= is_place_unknown(&context, i);
    result.place_unknown |= criteria->near_kind.at != NULL && context.anchor_count == 0;
    if (!make_page_limited_per_house(all, result.found, limit, arena, &result, fault))
        return false;
    *out = result;
    return true;
}
