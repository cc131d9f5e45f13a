// SPDX-License-Identifier: MIT
#include "texts/text_check.h"

#include "base/auto.h"
#include "base/text.h"

#include "telegram/text.h"

enum { BYTES_MAX = 128 * 1024, /* of the longest rendered text */ NAME_SHOWN = 32 };

// clang-format off
static const struct {
    const char *code, *russian;
} defects[] = {
    {"blank",             "текст пуст"},
    {"bad_brace",         "скобка { ничего не открывает или } ничего не закрывает; сама скобка пишется дважды: {{"},
    {"unknown_value",     "такого значения у этого текста нет"},
    {"may_be_missing",    "этого значения может не быть: нужно {имя?...{имя}...}"},
    {"part_in_part",      "часть {имя?...} стоит внутри другой такой части"},
    {"open_part",         "часть {имя?...} не закрыта"},
    {"not_a_number",      "формы слова бывают только у числа"},
    {"forms_missing",     "не все формы слова: по-русски их три, по-английски две, по-казахски одна или две"},
    {"value_in_tag",      "скобки внутри тега HTML"},
    {"bad_html",          "HTML, который Telegram не примет"},
    {"several_lines",     "надпись на кнопке может быть только в одну строку"},
    {"too_long",          "с самыми длинными значениями текст слишком длинный"},
    {"control_character", "в тексте есть невидимый управляющий знак"},
    {"not_whole",         "нужно целое число"},
    {"out_of_range",      "число вне границ"},
    {"not_text",          "нужен текст в кавычках"},
};
// clang-format on

const char *text_explain_defect(const char *code)
{
    for (size_t i = 0; i < ARRAY_LEN(defects); i++)
        if (strcmp(defects[i].code, code) == 0)
            return defects[i].russian;
    return code;
}

static bool set_template_fault(const char *code, struct slice name, struct fault *fault)
{
    name.len = name.len < NAME_SHOWN ? name.len : NAME_SHOWN;
    return fault_set(fault, FAULT_INVALID, code, "%.*s", SLICE_ARG(name));
}

/* The rendering of a template to its longest text: with all optional parts, and the longest values
 * and forms. */
struct longest {
    const struct text_key *key;
    enum language language;
    bool html;
    char fill;         /* the character that fills values of texts */
    struct slice part; /* name of the open optional part; absent: none */
    size_t part_at;    /* where the part begins */
    bool in_tag;       /* between '<' and '>' */
    struct buf rendered;
};

static enum telegram_markup get_markup_of_key(const struct text_key *key)
{
    return text_use_limits[key->use].html ? TELEGRAM_HTML : TELEGRAM_PLAIN;
}

/* Checks that the tags of an optional part or a form are balanced, so that the text has balanced
 * tags without it too. */
static bool has_balanced_tags(const struct longest *longest, struct slice piece,
                              struct fault *fault)
{
    return !longest->html || telegram_text_check_html(piece, fault);
}

static const struct text_value_kind *find_value_kind_of_key(const struct longest *longest,
                                                            struct slice name, bool *may_be_missing)
{
    struct slice rest = slice_of(longest->key->values), known;

    while (text_key_cut_value_name(&rest, &known, may_be_missing))
        if (slice_equal(known, name))
            return text_value_find_kind(name);
    return NULL;
}

static void render_longest_value(struct longest *longest, const struct text_value_kind *kind)
{
    if (kind->is_number)
        buf_i64(&longest->rendered, kind->most);
    for (int64_t i = 0; !kind->is_number && i < kind->most; i++) {
        if (longest->html)
            telegram_text_escape(&longest->rendered, (struct slice){&longest->fill, 1});
        else
            buf_char(&longest->rendered, longest->fill);
    }
}

static bool check_forms_and_render_longest(struct longest *longest,
                                           const struct template_piece *piece, struct fault *fault)
{
    static const struct {
        size_t least, most;
    } needed[] = {
        [LANGUAGE_RU] = {3, 3},
        [LANGUAGE_EN] = {2, 2},
        [LANGUAGE_KZ] = {1, 2},
    };
    struct slice forms = piece->forms, rendered = {"", 0};
    size_t count = 0, units = 0;

    for (; forms.at != NULL; count++) {
        const struct slice form = slice_cut(&forms, '|');
        const size_t length = telegram_text_length(form, get_markup_of_key(longest->key));
        if (form.len > 0 && memchr(form.at, '{', form.len) != NULL)
            return set_template_fault("bad_brace", piece->text, fault);
        if (!has_balanced_tags(longest, form, fault))
            return false;
        if (length > units) {
            rendered = form;
            units = length;
        }
    }
    if (count < needed[longest->language].least || count > needed[longest->language].most)
        return set_template_fault("forms_missing", piece->text, fault);
    template_render(rendered, longest->language, NULL, 0, longest->html, &longest->rendered);
    return true;
}

static void render_literal(struct longest *longest, struct slice text)
{
    template_render(text, longest->language, NULL, 0, longest->html, &longest->rendered);
    for (size_t i = 0; longest->html && i < text.len; i++)
        if (text.at[i] == '<' || text.at[i] == '>')
            longest->in_tag = text.at[i] == '<';
}

/* Renders a value, forms, or the beginning of an optional part. */
static bool render_value_or_open_part(struct longest *longest, const struct template_piece *piece,
                                      struct fault *fault)
{
    bool may_be_missing;
    const struct text_value_kind *kind =
        find_value_kind_of_key(longest, piece->text, &may_be_missing);

    if (kind == NULL)
        return set_template_fault("unknown_value", piece->text, fault);
    if (longest->in_tag)
        return set_template_fault("value_in_tag", piece->text, fault);
    if (piece->kind == TEMPLATE_IF) {
        if (longest->part.at != NULL)
            return set_template_fault("part_in_part", piece->text, fault);
        longest->part = piece->text;
        longest->part_at = longest->rendered.len;
        return true;
    }
    if (may_be_missing && !slice_equal(piece->text, longest->part))
        return set_template_fault("may_be_missing", piece->text, fault);
    if (piece->kind == TEMPLATE_FORMS)
        return kind->is_number ? check_forms_and_render_longest(longest, piece, fault)
                               : set_template_fault("not_a_number", piece->text, fault);
    render_longest_value(longest, kind);
    return true;
}

static bool close_optional_part(struct longest *longest, struct fault *fault)
{
    const struct slice rendered = buf_as_slice(&longest->rendered);
    const struct slice name = longest->part;

    if (name.at == NULL)
        return set_template_fault("bad_brace", SLICE("}"), fault);
    if (longest->in_tag)
        return set_template_fault("value_in_tag", name, fault);
    longest->part = SLICE_NONE;
    return longest->rendered.failed ||
           has_balanced_tags(longest, slice_from(rendered, longest->part_at), fault);
}

static bool check_and_render_longest(struct longest *longest, struct slice template,
                                     struct fault *fault)
{
    struct template_piece piece;

    while (template_cut_piece(&template, &piece))
        if (piece.kind == TEMPLATE_LITERAL)
            render_literal(longest, piece.text);
        else if (piece.kind == TEMPLATE_BAD)
            return set_template_fault("bad_brace", piece.text, fault);
        else if (!(piece.kind == TEMPLATE_END ? close_optional_part(longest, fault)
                                              : render_value_or_open_part(longest, &piece, fault)))
            return false;
    return longest->part.at == NULL || set_template_fault("open_part", longest->part, fault);
}

static void free_longest(struct longest *longest)
{
    buf_finish(&longest->rendered);
}

/* --- the result --- */

static bool check_limits_of_use(const struct longest *longest, struct fault *fault)
{
    const struct text_use_limits *place = &text_use_limits[longest->key->use];
    const struct slice rendered = buf_as_slice(&longest->rendered);

    if (longest->rendered.failed ||
        telegram_text_length(rendered, get_markup_of_key(longest->key)) > place->most)
        return set_template_fault("too_long", SLICE_NONE, fault);
    if (place->one_line && memchr(rendered.at, '\n', rendered.len) != NULL)
        return set_template_fault("several_lines", SLICE_NONE, fault);
    return !place->html || telegram_text_check_html(rendered, fault);
}

/* Whether the text has visible characters even if all optional values are missing. */
static bool check_visible_without_optional_values(const struct longest *longest,
                                                  struct slice template, struct fault *fault)
{
    struct text_value values[TEXT_VALUES_MAX];
    struct slice rest = slice_of(longest->key->values), name;
    AUTO(buf_finish) struct buf least = BUF(BYTES_MAX), read = BUF(BYTES_MAX);
    size_t count = 0;
    bool may_be_missing;

    while (count < TEXT_VALUES_MAX && text_key_cut_value_name(&rest, &name, &may_be_missing))
        if (!may_be_missing)
            values[count++] =
                (struct text_value){.name = text_value_find_kind(name)->name, .text = SLICE("-")};
    template_render(template, longest->language, values, count, longest->html, &least);
    telegram_text_strip_html(&read, buf_as_slice(&least));
    return !text_is_blank(buf_as_slice(&read)) || set_template_fault("blank", SLICE_NONE, fault);
}

bool text_check_template(const struct text_key *key, enum language language, struct slice template,
                         struct fault *fault)
{
    /* Values are filled with either quote, because each could end an attribute. */
    static const char fills[] = {'"', '\''};

    if (!text_is_utf8(template) || text_has_control(template))
        return set_template_fault("control_character", SLICE_NONE, fault);
    for (size_t i = 0; i < sizeof fills; i++) {
        AUTO(free_longest)
        struct longest longest = {.key = key,
                                  .language = language,
                                  .html = text_use_limits[key->use].html,
                                  .fill = fills[i]};
        buf_init(&longest.rendered, BYTES_MAX);
        if (!check_and_render_longest(&longest, template, fault) ||
            !check_limits_of_use(&longest, fault) ||
            !check_visible_without_optional_values(&longest, template, fault))
            return false;
    }
    return true;
}
