// SPDX-License-Identifier: MIT
#include "config/doc.h"

#include <stdarg.h>
#include <string.h>

#include "base/ascii.h"
#include "base/buf.h"
#include "base/env.h"
#include "base/text.h"

/* --- mistakes --- */

/* Counts a mistake. False: it must not be printed, because DOC_MISTAKES_MAX others were. */
static bool count_mistake(struct doc *doc)
{
    doc->mistakes++;
    if (doc->mistakes == DOC_MISTAKES_MAX + 1)
        fprintf(doc->errors, "%s: and more\n", doc->name);
    return doc->mistakes <= DOC_MISTAKES_MAX;
}

static bool print_error_at_line(struct doc *doc, size_t line, const char *prefix, const char *text)
{
    if (count_mistake(doc))
        fprintf(doc->errors, "%s:%zu: %s%s\n", doc->name, line, prefix, text);
    return false;
}

static size_t line_of_value(struct doc *doc, const struct doc_value *value)
{
    while (!doc_is_present(value))
        value = value->in;
    return yaml_document_get_node(&doc->document, value->node)->start_mark.line + 1;
}

static void print_path(FILE *out, const struct doc_value *value)
{
    if (value->in == NULL)
        return;
    print_path(out, value->in);
    if (value->word == NULL)
        fprintf(out, "[%zu]", value->index);
    else
        fprintf(out, "%s%s", value->in->in != NULL ? "." : "", value->word);
}

bool doc_print_error(struct doc *doc, const struct doc_value *value, const char *format, ...)
{
    va_list args;

    if (!count_mistake(doc))
        return false;
    fprintf(doc->errors, "%s:%zu: ", doc->name, line_of_value(doc, value));
    print_path(doc->errors, value);
    fputs(value->in != NULL ? ": " : "", doc->errors);
    va_start(args, format);
    vfprintf(doc->errors, format, args);
    va_end(args);
    fputc('\n', doc->errors);
    return false;
}

static bool report_out_of_memory(struct doc *doc)
{
    if (!doc->no_memory && count_mistake(doc))
        fprintf(doc->errors, "%s: no memory for it\n", doc->name);
    doc->no_memory = true;
    return false;
}

/* --- the text --- */

/* Prints a syntax error. The parser's messages quote nothing of the text, so no secret is shown. */
static bool print_syntax_error(struct doc *doc, const yaml_parser_t *parser)
{
    if (parser->error == YAML_MEMORY_ERROR)
        return report_out_of_memory(doc);
    const size_t line =
        parser->error == YAML_READER_ERROR ? parser->mark.line : parser->problem_mark.line;
    return print_error_at_line(doc, line + 1, "invalid YAML: ",
                               parser->problem != NULL ? parser->problem : "it cannot be read");
}

/* Counters of the first pass over the text, check_yaml_subset(). */
struct doc_scan {
    size_t nodes, depth, documents;
};

/* Returns why a value is rejected; NULL: it is accepted. */
static const char *reason_to_reject_value(struct doc_scan *scan, const yaml_char_t *anchor,
                                          const yaml_char_t *tag)
{
    scan->nodes++;
    if (anchor != NULL)
        return "anchors are not supported: write the value out";
    if (tag != NULL)
        return "tags are not supported";
    if (scan->depth > DOC_DEPTH_MAX)
        return "lists and mappings are nested too deeply";
    return scan->nodes > DOC_NODES_MAX ? "the file has too many values" : NULL;
}

/* Returns why an event of the parser is rejected; NULL: it is accepted. */
static const char *reason_to_reject_event(struct doc_scan *scan, const yaml_event_t *event)
{
    switch ((int)event->type) {
    case YAML_DOCUMENT_START_EVENT:
        return ++scan->documents > 1 ? "must be one document" : NULL;
    case YAML_ALIAS_EVENT:
        return "aliases are not supported: write the value out";
    case YAML_SCALAR_EVENT:
        return reason_to_reject_value(scan, event->data.scalar.anchor, event->data.scalar.tag);
    case YAML_SEQUENCE_START_EVENT:
        scan->depth++;
        return reason_to_reject_value(scan, event->data.sequence_start.anchor,
                                      event->data.sequence_start.tag);
    case YAML_MAPPING_START_EVENT:
        scan->depth++;
        return reason_to_reject_value(scan, event->data.mapping_start.anchor,
                                      event->data.mapping_start.tag);
    case YAML_SEQUENCE_END_EVENT:
    case YAML_MAPPING_END_EVENT:
        scan->depth--;
        return NULL;
    default:
        return NULL;
    }
}

static bool begin_parser(yaml_parser_t *parser, struct slice text)
{
    if (!yaml_parser_initialize(parser))
        return false;
    yaml_parser_set_encoding(parser, YAML_UTF8_ENCODING);
    yaml_parser_set_input_string(parser, (const unsigned char *)text.at, text.len);
    return true;
}

/* Checks the whole text before it is loaded as a document. */
static bool check_yaml_subset(struct doc *doc, struct slice text)
{
    struct doc_scan scan = {0};
    yaml_parser_t parser;
    bool more = true, fine = true;

    if (!begin_parser(&parser, text))
        return report_out_of_memory(doc);
    while (fine && more) {
        yaml_event_t event;
        if (!yaml_parser_parse(&parser, &event)) {
            fine = print_syntax_error(doc, &parser);
            break;
        }
        const char *why = reason_to_reject_event(&scan, &event);
        if (why != NULL)
            fine = print_error_at_line(doc, event.start_mark.line + 1, "", why);
        more = event.type != YAML_STREAM_END_EVENT;
        yaml_event_delete(&event);
    }
    yaml_parser_delete(&parser);
    return fine;
}

bool doc_open(struct doc *doc, struct slice text)
{
    yaml_parser_t parser;

    if (!check_yaml_subset(doc, text))
        return false;
    if (!begin_parser(&parser, text))
        return report_out_of_memory(doc);
    const bool read = yaml_parser_load(&parser, &doc->document);
    if (!read)
        print_syntax_error(doc, &parser);
    yaml_parser_delete(&parser);
    if (read && yaml_document_get_root_node(&doc->document) == NULL) {
        doc_close(doc);
        return print_error_at_line(doc, 1, "", "the file is empty");
    }
    return read;
}

void doc_close(struct doc *doc)
{
    yaml_document_delete(&doc->document);
}

/* --- values --- */

static const yaml_node_t *node_of_value(struct doc *doc, const struct doc_value *value)
{
    return yaml_document_get_node(&doc->document, value->node);
}

struct doc_value doc_root(void)
{
    return (struct doc_value){.node = 1};
}

static struct slice text_of_node(const yaml_node_t *node)
{
    if (node->type != YAML_SCALAR_NODE)
        return SLICE_NONE;
    return (struct slice){(const char *)node->data.scalar.value, node->data.scalar.length};
}

static void print_invalid_key(struct doc *doc, const struct doc_value *map, int key_node,
                              const char *const *known_keys, size_t count)
{
    const struct slice word = text_of_node(yaml_document_get_node(&doc->document, key_node));
    /* The mistake is printed with the line of the key and the path of the mapping. */
    const struct doc_value at = {key_node, map->in, map->word, map->index};

    if (!text_is_slug(word) || word.len > DOC_WORD_MAX) {
        doc_print_error(doc, &at, "has an unknown key");
        return;
    }
    const bool twice = slice_find(word, known_keys, count) < count;

    doc_print_error(doc, &at, twice ? "has the key %.*s twice" : "has an unknown key: %.*s",
                    SLICE_ARG(word));
}

bool doc_is_map(struct doc *doc, const struct doc_value *value)
{
    return doc_is_present(value) && node_of_value(doc, value)->type == YAML_MAPPING_NODE;
}

bool doc_read_map(struct doc *doc, const struct doc_value *map, const char *const *keys,
                  size_t count, struct doc_value *out)
{
    const size_t before = doc->mistakes;

    for (size_t i = 0; i < count; i++)
        out[i] = (struct doc_value){.in = map, .word = keys[i]};
    if (!doc_is_map(doc, map))
        return doc_print_error(doc, map, "must be a mapping, with keys and values");
    const yaml_node_t *node = node_of_value(doc, map);
    for (const yaml_node_pair_t *pair = node->data.mapping.pairs.start;
         pair < node->data.mapping.pairs.top; pair++) {
        const struct slice key = text_of_node(yaml_document_get_node(&doc->document, pair->key));
        const size_t i = slice_find(key, keys, count);
        if (i == count || doc_is_present(&out[i]))
            print_invalid_key(doc, map, pair->key, keys, count);
        else
            out[i].node = pair->value;
    }
    return doc->mistakes == before;
}

static size_t count_items(const yaml_node_t *node)
{
    return (size_t)(node->data.sequence.items.top - node->data.sequence.items.start);
}

size_t doc_count_items(struct doc *doc, const struct doc_value *list, size_t items_max)
{
    const yaml_node_t *node = node_of_value(doc, list);

    if (node->type == YAML_SEQUENCE_NODE && count_items(node) > 0 && count_items(node) <= items_max)
        return count_items(node);
    doc_print_error(doc, list, "must be a list of 1 to %zu items", items_max);
    return 0;
}

struct doc_value doc_list_item(struct doc *doc, const struct doc_value *list, size_t index)
{
    const yaml_node_t *node = node_of_value(doc, list);

    return (struct doc_value){
        .node = node->data.sequence.items.start[index], .in = list, .index = index};
}

/* --- texts --- */

static bool is_variable_name(struct slice name)
{
    return name.len <= DOC_WORD_MAX && ascii_is_word(name, "_") && !ascii_is_digit(name.at[0]);
}

/* Appends the value of a variable; `expression` is the text between ${ and }. */
static bool expand_variable(struct doc *doc, const struct doc_value *at, struct slice expression,
                            struct buf *out)
{
    const char *dash = expression.len > 0 ? memmem(expression.at, expression.len, ":-", 2) : NULL;
    const struct slice name = {expression.at,
                               dash != NULL ? (size_t)(dash - expression.at) : expression.len};
    char word[DOC_WORD_MAX + 1];

    if (!is_variable_name(name))
        return doc_print_error(doc, at, "must have ${NAME} or ${NAME:-else} where it has ${");
    slice_copy(name, word, sizeof word);
    const char *given = env_get(word);
    if (given == NULL && dash == NULL)
        return doc_print_error(doc, at, "names the variable %s, which is not set", word);
    if (given != NULL)
        buf_text(out, given);
    else
        buf_slice(out, slice_from(expression, name.len + 2));
    return true;
}

static bool expand_variables(struct doc *doc, const struct doc_value *at, struct slice text,
                             struct buf *out)
{
    for (;;) {
        const char *open = text.len > 0 ? memmem(text.at, text.len, "${", 2) : NULL;
        if (open == NULL)
            break;
        const struct slice before = {text.at, (size_t)(open - text.at)};
        struct slice rest = slice_from(text, before.len + 2);
        const struct slice inside = slice_cut(&rest, '}');
        buf_slice(out, before);
        if (rest.at == NULL)
            return doc_print_error(doc, at, "has ${ without }");
        if (!expand_variable(doc, at, inside, out))
            return false;
        text = rest;
    }
    buf_slice(out, text);
    return true;
}

static bool is_printable_line(struct slice text)
{
    return text_is_utf8(text) && !text_has_control(text) &&
           (text.len == 0 || memchr(text.at, '\n', text.len) == NULL);
}

bool doc_read_expanded_text(struct doc *doc, const struct doc_value *value, size_t bytes_max,
                            struct slice *out)
{
    const struct slice raw = text_of_node(node_of_value(doc, value));
    char room[DOC_TEXT_MAX];
    struct buf buf = buf_over(room, sizeof room);

    if (raw.at == NULL)
        return doc_print_error(doc, value, "must be a single value, not a list or mapping");
    if (!expand_variables(doc, value, raw, &buf))
        return false;
    const struct slice text = buf_as_slice(&buf);
    if (text.len == 0 && !buf.failed)
        return doc_print_error(doc, value, "has no value: omit the key, or write one");
    if (buf.failed || text.len > bytes_max || !is_printable_line(text))
        return doc_print_error(doc, value, "must be text of 1 to %zu bytes on one line", bytes_max);
    const struct slice copy = arena_copy(doc->arena, text);
    if (copy.at == NULL)
        return report_out_of_memory(doc);
    *out = copy;
    return true;
}
