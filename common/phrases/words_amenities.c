// SPDX-License-Identifier: MIT
#include "phrases/words.h"

enum near { NEAR_AIRPORT, NEAR_CENTER, NEAR_EMBANKMENT, NEAR_METRO, NEAR_PARK, NEAR_STATION };
const char *const near_names[] = {"airport", "center", "embankment", "metro", "park", "station"};

enum amenity {
    AIR_CONDITIONER,
    BALCONY,
    CITY_VIEW,
    CRIB,
    DISHWASHER,
    ELEVATOR,
    FIREPLACE,
    IRON,
    KITCHEN,
    MOUNTAIN_VIEW,
    PARKING,
    PETS_ALLOWED,
    SELF_CHECK_IN,
    TV,
    WASHER,
    WIFI,
    WORKPLACE
};
const char *const amenity_names[] = {
    "air-conditioner", "balcony", "city-view", "crib",          "dishwasher", "elevator",
    "fireplace",       "iron",    "kitchen",   "mountain-view", "parking",    "pets-allowed",
    "self-check-in",   "tv",      "washer",    "wifi",          "workplace",
};

struct slice phrase_find_amenity(struct slice slug)
{
    const size_t i = slice_find(slug, amenity_names, ARRAY_LEN(amenity_names));

    return i < ARRAY_LEN(amenity_names) ? slice_of(amenity_names[i]) : SLICE_NONE;
}

enum keyword { KEYWORD_BATH, KEYWORD_HOUSE, KEYWORD_PENTHOUSE, KEYWORD_SAUNA, KEYWORD_QUIET };
const char *const keyword_names[] = {"баней", "дом", "пентхаус", "сауной", "тих"};

// clang-format off
static const struct word_row rows[] = {
    {WORD_NEAR, NEAR_AIRPORT, "аэропорт*|аеропорт*|ауежай+|airport~"},
    {WORD_NEAR, NEAR_CENTER, "центр*|центр|центр* город*|орталык+|кала орталыгы+|центральн* район*|center|centre|city center|city centre|downtown|town center|central"},
    {WORD_NEAR, NEAR_EMBANKMENT, "набережн*|жагалау+|embankment|waterfront|riverside|river side|riverfront"},
    {WORD_NEAR, NEAR_METRO, "метро|метрополитен*|станци* метро|метро+|metro|metro station|subway|subway station|underground|underground station|tube"},
    {WORD_NEAR, NEAR_PARK, "парк*|саябак+|park"},
    {WORD_NEAR, NEAR_STATION, "вокзал*|жд|ж д|ж д вокзал*|жд вокзал*|вокзал+|темиржол+|темир жол вокзал+|station|train station|railway station|railway|bus station|автовокзал*"},

    {WORD_AMENITY, AIR_CONDITIONER, "кондиционер*|кондиционер+|кондер*|кондер|кондей*|кондицион*|сплит систем*|салкындаткыш+|air con|air conditioner|air conditioning|air cond|aircon|aircondition|ac|a c|conditioner"},
    {WORD_AMENITY, BALCONY, "балкон*|балкон+|лоджи*|лоджия|balcony|balconies|loggia"},
    {WORD_AMENITY, CITY_VIEW, "вид* на город|вид* города|видом город*|калага караган|кала керини*|кала коринис+|калага коринис+|city view~|view of the city|view over the city"},
    {WORD_AMENITY, CRIB, "детск* кроват*|детск* кроватк*|дет кроватк*|кроватк*|манеж*|люльк*|бала тосег+|бала тосеги|балалар тосег+|балалар тосеги|балалар кереует+|бала кереует+|бесик+|бала бесик+|crib~|cot|baby cot|baby bed|cradle|baby crib"},
    {WORD_AMENITY, DISHWASHER, "посудомойк*|посудомоечн*|посудомоечн* машин*|ыдыс жугыш+|ыдыс жуатын|ыдыс жуу машина+|dishwasher|dish washer|dishwashing machine"},
    {WORD_AMENITY, ELEVATOR, "лифт*|лифт|лифт+|lift|elevator~"},
    {WORD_AMENITY, FIREPLACE, "камин*|камин+|fireplace|fire place|fireside"},
    {WORD_AMENITY, IRON, "утюг*|утюг|отпариватель|утик+|iron|ironing board"},
    {WORD_AMENITY, KITCHEN, "кухн*|кухонь|кухонн*|ас уй+|ас болме+|асуй+|kitchen~"},
    {WORD_AMENITY, MOUNTAIN_VIEW, "вид* на горы|вид* гор*|вид* на гор*|видом на горы|горы из окна|тауга караган+|тау коринис+|тауга коринис+|таудын коринис+|mountain view~|mountains view|view of the mountains|view of mountains|view on mountains|mountain views"},
    {WORD_AMENITY, PARKING, "парковк*|парковоч*|паркинг*|стоянк*|автостоянк*|машиноместо|место для машин*|гараж*|турак+|колик турагы+|автотурак+|паркинг+|parking|parking space|parking lot|car park|garage"},
    {WORD_AMENITY, PETS_ALLOWED, "кот*|котик*|кошк*|кошеч*|собак*|собачк*|пес|псом|песик*|щен*|питом*|питомц*|животн*|зверь|зверьк*|хомяк*|попуга*"
                                 "|мысык+|мысыгым+|итпен|итим+|итимен|ит|кушик+|жануар+|уй жануар+|pet~|cat~|dog~|puppy|kitten|animal~|pet friendly|petfriendly|dog friendly"},
    {WORD_AMENITY, SELF_CHECK_IN, "самозаезд*|самозаселен*|само заезд*|бесконтактн*|бесконтактн* заселен*|бесконтактн* заезд*|самостоятельн* заселен*|самостоятельн* заезд*|безконтактн* засел*|электронн* замок|кодов* замок"
                                  "|оз бетимен кир*|оз бетинше кир*|оздигинен кир*|озин орналас*|байланыссыз кир*|байланыссыз орналас*|оз бетинше орналасу|self check in|self checkin|selfcheckin|contactless check in|contactless checkin|keyless|key box|lockbox"},
    {WORD_AMENITY, TV, "телевизор*|телевизор|телек*|тв|тиви|теледидар+|теледидар|tv|tele|television|smart tv"},
    {WORD_AMENITY, WASHER, "стиралк*|стиральн*|стиральн* машин*|стиральн* машинк*|машинк* стиральн*|кир жугыш+|кир жуатын+|кир жугыш машина+|washer|washing machine|laundry machine|laundry"},
    {WORD_AMENITY, WIFI, "вай фай*|вай фай+|вайфай*|вайфая|интернет*|интернет+|инет*|инет|wi fi|wifi|internet|fast wifi|вифи"},
    {WORD_AMENITY, WORKPLACE, "рабоч* стол*|рабоч* мест*|рабоч* зон*|письменн* стол*|компьютерн* стол*|место для работы|стол для работы|жумыс орны+|жумыс орн+|жумыс устел+|жумыс устели+|workspace|work space|workplace|work place|desk|working desk|work desk|place to work|working place"},

    {WORD_KEYWORD, KEYWORD_BATH, "баня|баню|бане|баней|бани|банька|баньк*|монша+|моншалы|bath house|bathhouse|banya|rusian bath"},
    {WORD_KEYWORD, KEYWORD_HOUSE, "дом|домом|домик*|домик|коттедж*|котедж|жер уй+|house|houses|whole house|cotage~|villa"},
    {WORD_KEYWORD, KEYWORD_PENTHOUSE, "пентхаус*|пентхаус|пентхаус+|penthouse|pent house"},
    {WORD_KEYWORD, KEYWORD_SAUNA, "саун*|сауна+|sauna"},
    {WORD_KEYWORD, KEYWORD_QUIET, "тих*|потише|тишин*|тыныш+|тыныштык+|quiet|quieter|silent|quite flat|quite place|quite apartment|quite room|quite area|quite street|quite one|calm"},

    /* Expressions that look like amenities, but are not amenities of an apartment. */
    {WORD_NOTHING, 0, "в доме|в новом доме|в жилом доме|дома ли|многоэтажн* дом*|доме|в доме есть|торгов* центр*|бизнес центр*|тц|shopping center|shopping centre|shopping mall|busines center|детск* площадк*|детск* сад*|газ плит*|железн* дорог*"},
};
// clang-format on
const struct word_table word_amenities = {rows, ARRAY_LEN(rows)};
