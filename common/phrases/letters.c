// SPDX-License-Identifier: MIT
#include "phrases/letters.h"

#include "base/ascii.h"
#include "base/text.h"

enum { CYRILLIC_A = 0x430, CYRILLIC_YA = 0x44f };

/* Lower-case letters and the letters to which they are normalised: those that have no
 * decomposition, or that are read otherwise than without their mark. */
static const struct {
    int32_t point;
    int32_t as;
} folds[] = {
    {0x44d, 0x435}, /* э е */
    {0x4d9, 0x430}, /* ә а */
    {0x493, 0x433}, /* ғ г */
    {0x49b, 0x43a}, /* қ к */
    {0x4a3, 0x43d}, /* ң н */
    {0x4e9, 0x43e}, /* ө о */
    {0x4b1, 0x443}, /* ұ у */
    {0x4af, 0x443}, /* ү у */
    {0x4bb, 0x445}, /* һ х */
    {0x456, 0x438}, /* і и */
    {0x454, 0x435}, /* є е */
    {0x491, 0x433}, /* ґ г */
    {0x4b3, 0x445}, /* ҳ х */
    {0xfd,  'u'  }, /* ý: у of the Kazakh alphabet of 2018 */
    {0x131, 'y'  }, /* ı: и or і, after a vowel й */
    {0x259, 'a'  }, /* ə */
    {0x14b, 'n'  }, /* ŋ */
    {0x275, 'o'  }, /* ɵ */
    {0xf8,  'o'  }, /* ø */
    {0x142, 'l'  }, /* ł */
    {0x111, 'd'  }, /* đ */
    {0xdf,  's'  }, /* ß */
};

static uint8_t plain_letter_of(int32_t small)
{
    if (ascii_is_lower(small))
        return (uint8_t)small;
    return small >= CYRILLIC_A && small <= CYRILLIC_YA ? (uint8_t)(LETTER_A + small - CYRILLIC_A)
                                                       : 0;
}

static int32_t fold(int32_t small)
{
    for (size_t i = 0; i < ARRAY_LEN(folds); i++)
        if (folds[i].point == small)
            return folds[i].as;
    return small;
}

uint8_t letter_of(int32_t point)
{
    enum { ASCII_END = 0x80 };
    const int32_t small = text_to_lower(point);
    int32_t folded = small;

    if (small >= ASCII_END) {
        folded = fold(small);
        if (folded == small)
            folded = fold(text_base_letter(small));
    }
    const uint8_t letter = plain_letter_of(folded);
    if (letter != 0 || small < ASCII_END)
        return letter;
    return text_is_letter(small) ? (uint8_t)LETTER_OTHER : 0;
}

bool letter_is_ignored(int32_t point)
{
    return (point >= 0x300 && point <= 0x36f) || point == '\'' || point == 0x2019 ||
           point == 0x2018 || point == '`' || point == 0xad || point == 0x200b || point == 0x200d;
}

void letters_add(struct letters *word, uint8_t letter)
{
    const bool is_pair = word->len == 2 && word->at[0] == word->at[1];

    word->len -= is_pair; /* only a whole word of two equal letters keeps both */
    if (word->len < LETTERS_MAX && (word->len <= 1 || word->at[word->len - 1] != letter))
        word->at[word->len++] = letter;
}

struct letters letters_of(struct slice text)
{
    struct letters word = {0};
    int32_t point;

    for (size_t at = 0; at < text.len;) {
        at += text_decode_composed(text, at, &point);
        const uint8_t letter = letter_of(point);
        if (letter != 0)
            letters_add(&word, letter);
    }
    return word;
}

static bool is_latin(uint8_t letter)
{
    return letter < LETTER_A;
}

bool letters_are_latin(const struct letters *word)
{
    for (size_t i = 0; i < word->len; i++)
        if (!is_latin(word->at[i]))
            return false;
    return word->len > 0;
}

bool letters_equal(const struct letters *a, const struct letters *b)
{
    return a->len == b->len && memcmp(a->at, b->at, a->len) == 0;
}

bool letters_start_with(const struct letters *word, const struct letters *with)
{
    return word->len >= with->len && memcmp(word->at, with->at, with->len) == 0;
}

static uint8_t first_letter_code(const char *cyrillic)
{
    return letters_of(slice_of(cyrillic)).at[0];
}

void letters_unify_script(struct letters *word)
{
    static const char latin[] = "aeopcxykmtbhi";
    static const char *const alike[] = {"а", "е", "о", "р", "с", "х", "у",
                                        "к", "м", "т", "в", "н", "и"};
    bool has_latin = false, has_cyrillic = false;

    for (size_t i = 0; i < word->len; i++) {
        has_latin |= is_latin(word->at[i]);
        has_cyrillic |= !is_latin(word->at[i]);
    }
    if (!has_latin || !has_cyrillic)
        return;
    for (size_t i = 0; i < word->len; i++) {
        const char *found = is_latin(word->at[i]) ? strchr(latin, word->at[i]) : NULL;
        if (found != NULL)
            word->at[i] = first_letter_code(alike[found - latin]);
    }
}

/* Spellings of Cyrillic letters in Latin ones; longer spellings come first. */
static const struct {
    const char *latin;
    const char *cyrillic;
} spellings[] = {
    {"shch", "щ"  },
    {"sch",  "щ"  },
    {"zh",   "ж"  },
    {"kh",   "х"  },
    {"ts",   "ц"  },
    {"ch",   "ч"  },
    {"sh",   "ш"  },
    {"yu",   "ю"  },
    {"ya",   "я"  },
    {"yo",   "е"  },
    {"ju",   "ю"  },
    {"ja",   "я"  },
    {"gh",   "г"  },
    {"ia",   "ия"},
    {"a",    "а"  },
    {"b",    "б"  },
    {"c",    "с"  },
    {"d",    "д"  },
    {"e",    "е"  },
    {"f",    "ф"  },
    {"g",    "г"  },
    {"h",    "х"  },
    {"i",    "и"  },
    {"j",    "ж"  },
    {"k",    "к"  },
    {"l",    "л"  },
    {"m",    "м"  },
    {"n",    "н"  },
    {"o",    "о"  },
    {"p",    "п"  },
    {"q",    "к"  },
    {"r",    "р"  },
    {"s",    "с"  },
    {"t",    "т"  },
    {"u",    "у"  },
    {"v",    "в"  },
    {"w",    "в"  },
    {"x",    "х"  },
    {"y",    "ы"  },
    {"z",    "з"  },
};

static bool is_vowel(uint8_t letter)
{
    return letter < LETTER_A && letter != 0 && strchr("aeiouy", letter) != NULL;
}

/* Converts "y": it is "ы" between consonants, "й" after a vowel, and silent in "ye" unless a
 * consonant precedes. */
static size_t append_transliterated_y(const struct letters *latin, size_t at, struct letters *out)
{
    const bool open = at == 0 || is_vowel(latin->at[at - 1]);

    if (open && at + 1 < latin->len && latin->at[at + 1] == 'e')
        letters_add(out, first_letter_code("е"));
    else
        letters_add(out, first_letter_code(open ? "и" : "ы"));
    return open && at + 1 < latin->len && latin->at[at + 1] == 'e' ? 2 : 1;
}

static size_t append_transliterated(const struct letters *latin, size_t at, bool kazakh,
                                    struct letters *out)
{
    for (size_t i = 0; i < ARRAY_LEN(spellings); i++) {
        const struct slice from = slice_of(spellings[i].latin);
        if (kazakh && from.len > 1 && from.at[0] == 'j')
            continue;
        if (latin->len - at < from.len || memcmp(latin->at + at, from.at, from.len) != 0)
            continue;
        if (slice_is(from, "y"))
            return append_transliterated_y(latin, at, out);
        const struct letters to = letters_of(slice_of(spellings[i].cyrillic));
        for (size_t n = 0; n < to.len; n++)
            letters_add(out, to.at[n]);
        return from.len;
    }
    letters_add(out, latin->at[at]);
    return 1;
}

static struct letters transliterate(const struct letters *latin, bool kazakh)
{
    struct letters out = {0};

    for (size_t at = 0; at < latin->len;)
        at += append_transliterated(latin, at, kazakh, &out);
    return out;
}

struct letters letters_to_cyrillic(const struct letters *latin)
{
    return transliterate(latin, false);
}

struct letters letters_to_kazakh_cyrillic(const struct letters *latin)
{
    return transliterate(latin, true);
}

bool letter_is_vowel(uint8_t letter)
{
    return letter == first_letter_code("а") || letter == first_letter_code("о") ||
           letter == first_letter_code("е") || letter == first_letter_code("и");
}

bool letter_devoice(uint8_t *letter)
{
    const uint8_t soft = *letter;

    if (soft == first_letter_code("г"))
        *letter = first_letter_code("к");
    else if (soft == first_letter_code("б"))
        *letter = first_letter_code("п");
    return *letter != soft;
}

static const char qwerty[] = "`qwertyuiop[]asdfghjkl;'zxcvbnm,.";
static const int32_t jcuken[] = {
    0x451, 0x439, 0x446, 0x443, 0x43a, 0x435, 0x43d, 0x433, 0x448, 0x449, 0x437,
    0x445, 0x44a, 0x444, 0x44b, 0x432, 0x430, 0x43f, 0x440, 0x43e, 0x43b, 0x434,
    0x436, 0x44d, 0x44f, 0x447, 0x441, 0x43c, 0x438, 0x442, 0x44c, 0x431, 0x44e,
};
_Static_assert(sizeof qwerty - 1 == ARRAY_LEN(jcuken), "key by key");

int32_t letter_other_layout(int32_t point)
{
    const int32_t small = text_to_lower(point);

    for (size_t i = 0; i < sizeof qwerty - 1; i++) {
        if (small == qwerty[i])
            return jcuken[i];
        if (small == jcuken[i])
            return qwerty[i];
    }
    return point;
}

uint64_t letters_mask(const uint8_t *at, size_t len)
{
    uint64_t mask = 0;

    for (size_t i = 0; i < len; i++)
        mask |= UINT64_C(1) << (is_latin(at[i]) ? at[i] - 'a' : 26 + at[i] - LETTER_A);
    return mask;
}

static int smaller_of(int a, int b)
{
    return a < b ? a : b;
}

int letters_distance(const uint8_t *a, size_t a_len, const uint8_t *b, size_t b_len,
                     int distance_max)
{
    int rows[3][LETTERS_MAX + 1];
    int *before = rows[0], *last = rows[1], *now = rows[2];

    if ((a_len > b_len ? a_len - b_len : b_len - a_len) > (size_t)distance_max)
        return distance_max + 1;
    for (size_t j = 0; j <= b_len; j++)
        last[j] = (int)j;
    for (size_t i = 1; i <= a_len; i++) {
        int best = now[0] = (int)i;
        for (size_t j = 1; j <= b_len; j++) {
            now[j] = smaller_of(smaller_of(last[j], now[j - 1]) + 1,
                                last[j - 1] + (a[i - 1] != b[j - 1]));
            if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1])
                now[j] = smaller_of(now[j], before[j - 2] + 1);
            best = smaller_of(best, now[j]);
        }
        if (best > distance_max)
            return distance_max + 1;
        int *const oldest = before;
        before = last;
        last = now;
        now = oldest;
    }
    return smaller_of(last[b_len], distance_max + 1);
}
