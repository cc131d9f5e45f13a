// SPDX-License-Identifier: MIT
#include "apartments/explanation.h"

#include <math.h>

#include "base/district.h"

#include "phrases/amenity.h"

enum { LANGUAGES = LANGUAGE_KZ + 1, THOUSAND = 1000, TIYN = 100 };

/* Facts about an apartment. Each has a text in `facts`, in which {} stands for a value. A text that
 * begins with a space follows the previous fact without a comma. */
enum fact {
    FACT_ROOMS,
    FACT_NIGHT,
    FACT_BELOW,
    FACT_TOTAL,
    FACT_FREE,
    FACT_UNKNOWN,
    FACT_HAS,
    FACT_LACKS,
    FACT_PETS,
    FACT_NO_PETS,
    FACT_DISTRICT,
    FACT_WORDS,
    FACT_AWAY
};

// clang-format off
static const char *const facts[][LANGUAGES] = {
    [FACT_ROOMS] = {[LANGUAGE_RU] = "{}", [LANGUAGE_KZ] = "{}", [LANGUAGE_EN] = "{}"},
    [FACT_NIGHT] = {[LANGUAGE_RU] = "{} за ночь", [LANGUAGE_KZ] = "бір түнге {}", [LANGUAGE_EN] = "{} a night"},
    [FACT_BELOW] = {[LANGUAGE_RU] = " (на {} дешевле вашего бюджета)", [LANGUAGE_KZ] = " (бюджетіңізден {} арзан)", [LANGUAGE_EN] = " ({} under your budget)"},
    [FACT_TOTAL] = {[LANGUAGE_RU] = "за всё проживание {}", [LANGUAGE_KZ] = "барлық түнге {}", [LANGUAGE_EN] = "{} for the stay"},
    [FACT_FREE] = {[LANGUAGE_RU] = "свободна на эти даты", [LANGUAGE_KZ] = "осы күндерге бос", [LANGUAGE_EN] = "free on these dates"},
    [FACT_UNKNOWN] = {[LANGUAGE_RU] = "свободна ли на эти даты, сейчас неизвестно", [LANGUAGE_KZ] = "осы күндерге бос па, қазір белгісіз", [LANGUAGE_EN] = "whether it is free on these dates is not known now"},
    [FACT_HAS] = {[LANGUAGE_RU] = "есть {}", [LANGUAGE_KZ] = "{} бар", [LANGUAGE_EN] = "{}"},
    [FACT_LACKS] = {[LANGUAGE_RU] = "без {}", [LANGUAGE_KZ] = "{} жоқ", [LANGUAGE_EN] = "no {}"},
    [FACT_PETS] = {[LANGUAGE_RU] = "можно с питомцем", [LANGUAGE_KZ] = "үй жануарымен болады", [LANGUAGE_EN] = "pets allowed"},
    [FACT_NO_PETS] = {[LANGUAGE_RU] = "без питомцев", [LANGUAGE_KZ] = "үй жануарымен болмайды", [LANGUAGE_EN] = "no pets"},
    [FACT_DISTRICT] = {[LANGUAGE_RU] = "район {}", [LANGUAGE_KZ] = "{} ауданы", [LANGUAGE_EN] = "{} district"},
    [FACT_WORDS] = {[LANGUAGE_RU] = "в описании: {}", [LANGUAGE_KZ] = "сипаттамасында: {}", [LANGUAGE_EN] = "in its description: {}"},
    [FACT_AWAY] = {[LANGUAGE_RU] = "до нужного места {}", [LANGUAGE_KZ] = "керекті жерге дейін {}", [LANGUAGE_EN] = "{} to the place"},
};

/* Words of criteria, some of them stems, and how an explanation names them. A word that is missing
 * here stays unchanged. */
static const struct {
    const char *word;
    const char *names[LANGUAGES];
} words[] = {
    {"тих", {[LANGUAGE_RU] = "тихо", [LANGUAGE_KZ] = "тыныш", [LANGUAGE_EN] = "quiet"}},
    {"дом", {[LANGUAGE_RU] = "дом", [LANGUAGE_KZ] = "жер үй", [LANGUAGE_EN] = "house"}},
    {"баней", {[LANGUAGE_RU] = "баня", [LANGUAGE_KZ] = "монша", [LANGUAGE_EN] = "bath-house"}},
    {"сауной", {[LANGUAGE_RU] = "сауна", [LANGUAGE_KZ] = "сауна", [LANGUAGE_EN] = "sauna"}},
    {"пентхаус", {[LANGUAGE_RU] = "пентхаус", [LANGUAGE_KZ] = "пентхаус", [LANGUAGE_EN] = "penthouse"}},
    {"метро", {[LANGUAGE_RU] = "метро", [LANGUAGE_KZ] = "метро", [LANGUAGE_EN] = "metro"}},
    {"вокзал", {[LANGUAGE_RU] = "вокзал", [LANGUAGE_KZ] = "вокзал", [LANGUAGE_EN] = "station"}},
    {"парк", {[LANGUAGE_RU] = "парк", [LANGUAGE_KZ] = "саябақ", [LANGUAGE_EN] = "park"}},
    {"аэропорт", {[LANGUAGE_RU] = "аэропорт", [LANGUAGE_KZ] = "әуежай", [LANGUAGE_EN] = "airport"}},
    {"набережная", {[LANGUAGE_RU] = "набережная", [LANGUAGE_KZ] = "жағалау", [LANGUAGE_EN] = "embankment"}},
};
// clang-format on

struct writer {
    enum language language;
    struct buf *out;
    bool started; /* a fact was written */
};

static void write_fact(struct writer *writer, enum fact fact, struct slice value)
{
    struct slice rest = slice_of(facts[fact][writer->language]);
    const struct slice before = slice_cut(&rest, '{');

    buf_text(writer->out, writer->started && before.at[0] != ' ' ? ", " : "");
    writer->started = true;
    buf_slice(writer->out, before);
    if (rest.at == NULL)
        return;
    buf_slice(writer->out, value);
    buf_slice(writer->out, slice_from(rest, 1));
}

/* An amenity that has no row is named by its slug. */
static struct slice find_amenity_name(struct slice slug, enum language language,
                                      bool apartment_has_it)
{
    const struct amenity *amenity = amenity_find(slug);

    if (amenity == NULL)
        return slug;
    return slice_of(!apartment_has_it && language == LANGUAGE_RU ? amenity->without_ru
                                                                 : amenity->names[language]);
}

static struct slice translate_criteria_word(struct slice word, enum language language)
{
    for (size_t i = 0; i < ARRAY_LEN(words); i++)
        if (slice_is(word, words[i].word))
            return slice_of(words[i].names[language]);
    return word;
}

/* Appends an amount such as "18 500 ₸", in English "18,500 ₸". */
static void append_money(struct buf *out, int64_t tiyn, enum language language)
{
    enum { DIGITS_MAX = 20 };
    char digits[DIGITS_MAX + 1];
    struct buf number = buf_over(digits, sizeof digits);

    buf_i64(&number, tiyn / TIYN);
    for (size_t i = 0; i < number.len; i++) {
        if (i > 0 && (number.len - i) % 3 == 0)
            buf_char(out, language == LANGUAGE_EN ? ',' : ' ');
        buf_char(out, digits[i]);
    }
    buf_text(out, " ₸");
}

static void append_distance(struct buf *out, double km, enum language language)
{
    const long metres = lround(km * 100) * 10;
    const bool english = language == LANGUAGE_EN;

    if (metres < THOUSAND)
        buf_printf(out, english ? "%ld m" : "%ld м", metres);
    else
        buf_printf(out, english ? "%ld.%ld km" : "%ld,%ld км", metres / THOUSAND,
                   metres % THOUSAND / 100);
}

static void write_money_fact(struct writer *writer, enum fact fact, int64_t tiyn)
{
    char room[64];
    struct buf text = buf_over(room, sizeof room);

    append_money(&text, tiyn, writer->language);
    write_fact(writer, fact, buf_as_slice(&text));
}

static void write_price_and_availability(struct writer *writer, const struct criteria *criteria,
                                         const struct ranked_apartment *ranked)
{
    const struct apartment *apartment = ranked->apartment;

    write_money_fact(writer, FACT_NIGHT, ranked->night);
    if (criteria->max_price != FIELD_ABSENT && criteria->max_price - ranked->night >= TIYN)
        write_money_fact(writer, FACT_BELOW, criteria->max_price - ranked->night);
    if (!criteria_has_dates(criteria))
        return;
    if (apartment->availability != APARTMENT_BOOKABLE) {
        write_fact(writer, FACT_UNKNOWN, SLICE(""));
        return;
    }
    if (apartment->total != FIELD_ABSENT)
        write_money_fact(writer, FACT_TOTAL, apartment->total);
    write_fact(writer, FACT_FREE, SLICE(""));
}

/* Writes which of the requested amenities the apartment has or, with `present` false, lacks. */
static void write_requested_amenities(struct writer *writer, const struct criteria *criteria,
                                      const struct apartment *apartment, bool present)
{
    char room[512];
    struct buf list = buf_over(room, sizeof room);

    for (size_t i = 0; i < criteria->must_count + criteria->amenities.count; i++) {
        const struct slice slug = i < criteria->must_count
                                      ? criteria->must[i]
                                      : criteria->amenities.items[i - criteria->must_count];
        const bool again =
            i >= criteria->must_count && slice_is_among(slug, criteria->must, criteria->must_count);
        if (again || apartment_has_amenity(apartment, slug) != present)
            continue;
        if (slice_is(slug, "pets-allowed")) {
            write_fact(writer, present ? FACT_PETS : FACT_NO_PETS, SLICE(""));
            continue;
        }
        buf_text(&list, list.len > 0 ? ", " : "");
        buf_slice(&list, find_amenity_name(slug, writer->language, present));
    }
    if (list.len > 0)
        write_fact(writer, present ? FACT_HAS : FACT_LACKS, buf_as_slice(&list));
}

static void write_matched_words(struct writer *writer, const struct criteria *criteria,
                                const struct apartment *apartment)
{
    char room[512];
    struct buf list = buf_over(room, sizeof room);

    for (size_t i = 0; i < criteria->word_count; i++) {
        if (!apartment_matches_word(apartment, i))
            continue;
        buf_text(&list, list.len > 0 ? ", " : "");
        buf_slice(&list, translate_criteria_word(criteria->words[i].text, writer->language));
    }
    if (list.len > 0)
        write_fact(writer, FACT_WORDS, buf_as_slice(&list));
}

/* Writes "2 комнаты", by the plural rules of Unicode CLDR. */
static void write_room_count(struct writer *writer, int64_t rooms)
{
    const bool teen = rooms % 100 >= 11 && rooms % 100 <= 14;
    const int64_t last = teen ? 0 : rooms % 10;
    const char *const names[LANGUAGES] = {[LANGUAGE_RU] = last == 1 ? "комната"
                                                          : last >= 2 && last <= 4 ? "комнаты"
                                                                                   : "комнат",
                                          [LANGUAGE_KZ] = "бөлме",
                                          [LANGUAGE_EN] = rooms == 1 ? "room" : "rooms"};
    char room[64];
    struct buf text = buf_over(room, sizeof room);

    buf_printf(&text, "%lld %s", (long long)rooms, names[writer->language]);
    write_fact(writer, FACT_ROOMS, buf_as_slice(&text));
}

void explanation_write(const struct criteria *criteria, const struct ranked_apartment *ranked,
                       enum language language, struct buf *out)
{
    enum { NEAR_M = 10, FAR_KM = 1 }; /* beyond it the distance speaks against the apartment */
    const struct apartment *apartment = ranked->apartment;
    struct writer writer = {.language = language, .out = out};
    char number[32];
    struct buf text = buf_over(number, sizeof number);

    write_room_count(&writer, apartment->rooms);
    write_price_and_availability(&writer, criteria, ranked);
    if (ranked->parts[PART_DISTRICT] > 0)
        write_fact(&writer, FACT_DISTRICT, district_translate(apartment->district, language));
    if (ranked->km * THOUSAND >= NEAR_M && ranked->km <= FAR_KM) {
        append_distance(&text, ranked->km, language);
        write_fact(&writer, FACT_AWAY, buf_as_slice(&text));
    }
    write_requested_amenities(&writer, criteria, apartment, true);
    write_requested_amenities(&writer, criteria, apartment, false);
    write_matched_words(&writer, criteria, apartment);
}
