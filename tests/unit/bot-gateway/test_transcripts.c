// SPDX-License-Identifier: MIT
/* What a guest sees, as text files: compares each walk of transcript_walks.c in each language with
 * tests/data/transcripts/. Every step and every text for guests is in one of them.
 *
 * gateway_transcripts --write regenerates the files, so that a change can be reviewed as a
 * difference. */
#include "bots/bot.h"
#include "definition.h"
#include "dialogue/product.h"
#include "dialogue/talk.h"
#include "moments.h"
#include "stay_talk.h"
#include "support/scratch.h"
#include "texts/text_key.h"
#include "transcript.h"

enum {
    MARK_LEN = 3, /* bytes of a character in UTF-8 */
    ACTS_MAX = 8, /* to a confirmed booking, after /start */
    STEPS_MAX = 64,
    STAFF = -100, /* chats of others */
    OTHER = 8
};

/* Texts that no walk uses, by the beginnings of their names or of the names of flows: other parts
 * send them, or other people get them. */
static const struct {
    const char *begins, *why;
} elsewhere[] = {
    {"sorry",          "an update that is dead"                                               },
    {"pause",          "another service, or the database, does not answer"                    },
    {"button_foreign", "a button of another token"                                            },
    {"command_",       "the menu of commands, which Telegram shows"                           },
    {"ride_command_",  "the same"                                                             },
    {"notice_",        "what is told of bookings without being asked"                         },
    {"desk",           "the owner's dialogue"                                                 },
    {"button_desk",    "the way to it"                                                        },
    {"staff_",         "the staff chat"                                                       },
    {"channel_",       "calendars of other sites, in the dialogue and chat of owner and staff"},
    {"clash_",         "the same"                                                             },
    {"feed_",          "the same"                                                             },
    {"relay_staff",    "staff answer there, and end the talk"                                 },
    {"relay_button_c", "a button there"                                                       },
    {"person_ended",   "staff end the talk"                                                   },
    {"relay_button_g", "a button of the owner's dialogue"                                     },
    {"relay_long",     "a text of more than 1000 characters"                                  },
    {"relay_one_",     "an album"                                                             },
    {"relay_photo_",   "the owner uses another bot"                                           },
};

/* --- marks: which text was sent --- */

/* Each text begins with a private-use character of Unicode, which is removed from the transcript:
 * U+E000 and the number of the text. */
static struct texts marked[TEXTS];
static bool said[LANGUAGES][TEXTS];
static char mark_bytes[TEXTS][LANGUAGES][4096];

static void mark_texts(void)
{
    _Static_assert(TEXTS < 1 << 12, "a mark for each text");

    memcpy(marked, texts_built_in(), sizeof marked);
    for (int i = 0; i < TEXTS; i++)
        for (int language = 0; language < LANGUAGES; language++) {
            struct slice *text = texts_member_of_language(&marked[i], (enum language)language);
            char *out = mark_bytes[i][language];
            const int length = snprintf(out, sizeof mark_bytes[i][language], "\xEE%c%c%.*s",
                                        0x80 | (i >> 6), 0x80 | (i & 63), SLICE_ARG(*text));
            ck_assert_int_lt(length, sizeof mark_bytes[i][language]);
            *text = slice_of(out);
        }
}

/* TEXTS: there is no mark. */
static int mark_at(const char *at)
{
    const unsigned char *bytes = (const unsigned char *)at;

    return bytes[0] == 0xEE && (bytes[1] & 0xC0) == 0x80 && (bytes[2] & 0xC0) == 0x80
               ? (bytes[1] & 63) << 6 | (bytes[2] & 63)
               : TEXTS;
}

static void note_marks(const char *text, enum language language)
{
    for (; *text != '\0'; text++)
        if (mark_at(text) < TEXTS)
            said[language][mark_at(text)] = true;
}

/* --- the transcript --- */

static char steps_seen[STEPS_MAX][sizeof talk.flow + sizeof talk.step];

/* Without marks; indents the lines after a line break. */
static void put(struct buf *out, struct slice text)
{
    bool begins = false;

    for (size_t i = 0; i < text.len; i++) {
        if (text.len - i >= MARK_LEN && mark_at(text.at + i) < TEXTS) {
            i += MARK_LEN - 1;
            continue;
        }
        buf_text(out, begins && text.at[i] != '\n' ? "  " : "");
        buf_char(out, text.at[i]);
        begins = text.at[i] == '\n';
    }
}

static void put_act(struct buf *out, const struct act *act, const char *label,
                    enum language language)
{
    buf_text(out, "> ");
    if (label != NULL) {
        buf_text(out, act->key != NULL ? "{" : "[");
        put(out, slice_of(label));
        buf_text(out, act->key != NULL ? "}" : "]");
        buf_text(out, act->old != NULL ? " of an older message" : "");
    } else if (act->share != NULL)
        buf_printf(out, "(%s: %s)", act->foreign ? "somebody else's contact" : "own contact",
                   act->share);
    else if (act->at != NULL)
        buf_printf(out, "(a place: %.2f, %.2f)", act->at->lat, act->at->lon);
    else if (act->sticker)
        buf_text(out, "(a sticker)");
    else if (act->file != UPDATE_NO_FILE)
        buf_text(out, act->file == UPDATE_PHOTO      ? "(a photo)"
                      : act->file == UPDATE_DOCUMENT ? "(a PDF)"
                                                     : "(another file)");
    else
        buf_printf(out, "%s%s", act->edits ? "(an edit) " : "",
                   act->type[language] != NULL ? act->type[language] : act->type[LANGUAGE_RU]);
    buf_text(out, "\n");
}

static void put_buttons(struct buf *out, const struct turn_reply *reply)
{
    for (size_t i = 0; i < reply->button_count; i++) {
        const struct turn_button *button = &reply->buttons[i];
        buf_text(out, i == 0 || button->new_row ? (i == 0 ? "  " : "\n  ") : " ");
        buf_text(out, reply->markup == TURN_KEYS ? "{" : "[");
        put(out, button->label);
        buf_text(out, reply->markup == TURN_KEYS ? "}" : "]");
    }
    buf_text(out, reply->button_count > 0 ? "\n" : "");
}

static void put_reply(struct buf *out, const struct turn_reply *reply)
{
    static const char *const begins[] = {
        [TURN_TEXT] = "< ",  [TURN_EDIT] = "~ ",  [TURN_REPLACE] = "v ",
        [TURN_ALBUM] = "< ", [TURN_VENUE] = "< ", [TURN_ANSWER] = "! "};

    buf_text(out, begins[reply->kind]);
    if (reply->kind == TURN_ALBUM)
        buf_printf(out, "(%zu photos, or else:)\n  ", reply->album.count);
    if (reply->kind == TURN_VENUE)
        buf_printf(out, "(place %.4f, %.4f: %.*s)\n  ", reply->place.lat, reply->place.lon,
                   SLICE_ARG(reply->title));
    if (reply->photo.at != NULL)
        buf_printf(out, "(photo %.*s)\n  ", SLICE_ARG(reply->photo));
    put(out, moments_strip(&talk.arena, reply->text));
    buf_text(out, "\n");
    put_buttons(out, reply);
    if (reply->markup == TURN_NO_KEYS)
        buf_text(out, "  {}\n");
}

/* A turn with calls has answered its tap before them, without a notice. */
static void put_turn(struct buf *out)
{
    const struct turn_message *passed = &talk.output.pass.message;

    for (size_t i = 0; i < talk.output.count; i++) {
        const struct turn_reply *reply = &talk.output.replies[i];
        if (reply->kind != TURN_ANSWER || (reply->text.at != NULL && talk.asked[0] == '\0'))
            put_reply(out, reply);
    }
    if (!talk.output.passes)
        return;
    buf_printf(out, "→ %s%s", passed->to.chat_id == STAFF ? "(staff) " : "",
               passed->reply.photo.at != NULL ? "(photo) " : "");
    put(out, moments_strip(&talk.arena, passed->reply.text));
    buf_text(out, "\n");
    put_buttons(out, &passed->reply);
}

/* Marks of the message for another person. */
static void note_passed(enum language language)
{
    const struct slice text = talk.output.pass.message.reply.text;
    char plain[8192];

    snprintf(plain, sizeof plain, "%.*s", SLICE_ARG(talk.output.passes ? text : SLICE("")));
    note_marks(plain, language);
    for (size_t i = 0; talk.output.passes && i < talk.output.pass.message.reply.button_count; i++) {
        snprintf(plain, sizeof plain, "%.*s",
                 SLICE_ARG(talk.output.pass.message.reply.buttons[i].label));
        note_marks(plain, language);
    }
}

/* --- a walk --- */

/* The button with this action and the beginning of its argument; NULL: there is none. */
static const char *find_button(const struct shown *shown, const char *what, size_t *at)
{
    struct slice wanted = slice_of(what);
    const struct slice action = slice_cut(&wanted, '.');

    for (size_t i = 0; i < shown->count; i++) {
        struct slice data = slice_of(shown->data[i]);
        slice_cut(&data, '.');
        slice_cut(&data, '.');
        if (slice_equal(slice_cut(&data, '.'), action) &&
            (wanted.at == NULL || slice_starts(data, wanted))) {
            *at = i;
            return shown->labels[i];
        }
    }
    return NULL;
}

static const char *find_key(const struct shown *shown, const char *key, size_t *at)
{
    const int text = (int)text_key_find(slice_of(key));

    for (size_t i = 0; i < shown->count; i++)
        if (mark_at(shown->labels[i]) == text) {
            *at = i;
            return shown->labels[i];
        }
    return NULL;
}

static bool act_without_button(const struct act *act, enum language language)
{
    const char *words = act->type[language] != NULL ? act->type[language] : act->type[LANGUAGE_RU];
    const struct update_view sticker = {.about = ABOUT_MESSAGE,
                                        .chat_id = talk.user_id,
                                        .user_id = talk.user_id,
                                        .is_private = true,
                                        .message_id = FIELD_ABSENT,
                                        .has_media = true};

    return act->share != NULL ? conversation_share(&talk, act->share, talk.user_id + act->foreign)
           : act->at != NULL  ? conversation_locate(&talk, *act->at)
           : act->sticker     ? conversation_update(&talk, &sticker)
           : act->edits       ? conversation_edit(&talk, words)
           : act->file != UPDATE_NO_FILE ? conversation_send(&talk, act->file, NULL)
                                         : conversation_type(&talk, words);
}

static void note_step(void)
{
    char name[sizeof steps_seen[0]];
    int i = 0;

    snprintf(name, sizeof name, "%s.%s", talk.flow, talk.step);
    while (i < STEPS_MAX - 1 && steps_seen[i][0] != '\0' && strcmp(steps_seen[i], name) != 0)
        i++;
    memcpy(steps_seen[i], name, sizeof name);
}

static void do_act(const struct walk *walk, const struct act *act, enum language language,
                   struct buf *out)
{
    struct scripted instead[ACT_INSTEAD_MAX + 1] = {
        {NULL, 0, NULL}
    };
    const struct shown *shown = act->old != NULL ? &talk.before : &talk.shown;
    const char *named = act->tap != NULL ? act->tap : act->old != NULL ? act->old : act->key;
    static char label[SHOWN_LABEL_MAX];
    size_t i = 0;

    memcpy(instead, act->instead, sizeof act->instead);
    talk.instead = instead;
    conversation_reach(&talk, act->reach & REACH_OTHER ? OTHER : FIELD_ABSENT,
                       act->reach & REACH_STAFF ? STAFF : FIELD_ABSENT);
    talk.relay.talk_is_found = talk.relay.talk_is_open = (act->reach & REACH_TALK) != 0;
    talk.edited =
        (struct relay_edited){.is_changed = act->edits, .to_staff = (act->reach & REACH_TALK) != 0};
    if (!talk.edited.to_staff)
        ck_assert(uuid_parse(SLICE(WORLD_BOOKING_ID), &talk.edited.booking));
    talk.relay.sent[0] = act->reach & REACH_MANY ? relay_limits[0].max : 0;
    label[0] = '\0';
    if (named != NULL) {
        const char *found = (act->key != NULL ? find_key : find_button)(shown, named, &i);
        ck_assert_msg(found != NULL, "%s: no button %s in\n%s", walk->name, named, talk.seen);
        snprintf(label, sizeof label, "%s", found);
    }
    const bool well =
        named != NULL ? conversation_press(&talk, shown, i) : act_without_button(act, language);
    ck_assert_msg(well, "%s: %s: %s", walk->name, named != NULL ? named : "", talk.fault.code);
    if (!act->quiet) {
        buf_text(out, "\n");
        put_act(out, act, named != NULL ? label : NULL, language);
        put_turn(out);
    }
    note_marks(talk.seen, language);
    note_marks(talk.asked, language);
    note_passed(language);
    note_step();
    talk.instead = NULL;
}

static void do_walk(const struct walk *walk, enum language language, struct buf *out)
{
    stay_talk_begin();
    talk.world = transcript_world;
    talk.now = transcript_now + walk->later * INT64_C(3600000000);
    talk.texts = marked;
    talk.language = (int)language;
    talk.has_search = walk->seeks;
    if (walk >= ride_walks && walk < ride_walks + ride_walk_count)
        stay_talk_ride(ride_world);
    if (walk >= drive_walks && walk < drive_walks + drive_walk_count)
        stay_talk_ride(drive_world);
    if (walk->nameless)
        talk.first_name = SLICE(" ");
    buf_printf(out, "\n=== %s ===\n", walk->name);
    for (size_t i = 0; i < walk->count; i++)
        do_act(walk, &walk->acts[i], language, out);
    stay_talk_end();
}

/* --- the files --- */

/* Of each language a file for guests and one for passengers and drivers. */
enum { FILES = 2 * LANGUAGES };

static const char *path_of(int file)
{
    return textf(REPOSITORY "/tests/data/transcripts/%s%s.txt", file < LANGUAGES ? "" : "taxi-",
                 language_names[file % LANGUAGES]);
}

static void do_walks(const struct walk *all, size_t count, enum language language, struct buf *out)
{
    for (size_t i = 0; i < count; i++)
        do_walk(&all[i], language, out);
}

static const char *make(int file)
{
    struct buf *out = &scratch;
    const enum language language = (enum language)(file % LANGUAGES);

    buf_printf(out, "# What a %s sees; tests/data/transcripts/README.md tells how to read it.\n",
               file < LANGUAGES ? "guest" : "passenger or a driver");
    if (file < LANGUAGES) {
        do_walks(walks, walk_count, language, out);
        do_walks(question_walks, question_walk_count, language, out);
        do_walks(relay_walks, relay_walk_count, language, out);
    } else {
        do_walks(ride_walks, ride_walk_count, language, out);
        do_walks(drive_walks, drive_walk_count, language, out);
    }
    return scratch_text();
}

TEST_CASE("write", .setup_once = mark_texts);

TEST_LOOP(transcripts_are_written, 0, FILES)
{
    file_write(path_of(_i), make(_i));
}

/* --- checks --- */

TEST_CASE("transcripts", .setup_once = mark_texts);

TEST_LOOP(transcripts_match_reviewed_files, 0, FILES)
{
    struct slice kept = slice_of(file_read(path_of(_i))), made = slice_of(make(_i));

    for (int line = 1; kept.at != NULL || made.at != NULL; line++) {
        const struct slice one = slice_cut(&kept, '\n'), other = slice_cut(&made, '\n');
        ck_assert_msg(slice_equal(one, other),
                      "%s:%d:\n%.*s\nis now\n%.*s\n(gateway_transcripts --write, then read the "
                      "difference)",
                      path_of(_i), line, SLICE_ARG(one), SLICE_ARG(other));
    }
}

static bool is_elsewhere(const char *name)
{
    for (size_t i = 0; i < ARRAY_LEN(elsewhere); i++)
        if (slice_starts(slice_of(name), slice_of(elsewhere[i].begins)))
            return true;
    return false;
}

TEST_LOOP(every_guest_text_is_used, 0, LANGUAGES)
{
    make(_i);
    make(LANGUAGES + _i);
    for (int text = TEXT_NONE + 1; text < TEXTS; text++)
        if (!said[_i][text] && !is_elsewhere(text_keys[text].name))
            buf_printf(&scratch, " %s", text_keys[text].name);
    const char *missing = scratch_text();
    ck_assert_msg(*missing == '\0', "nobody says%s", missing);
}

static bool was_at(const char *flow, const char *step)
{
    char name[sizeof steps_seen[0]];

    snprintf(name, sizeof name, "%s.%s", flow, step);
    for (int i = 0; i < STEPS_MAX && steps_seen[i][0] != '\0'; i++)
        if (strcmp(steps_seen[i], name) == 0)
            return true;
    return false;
}

static void ck_every_step_is_shown(const struct flow *flow)
{
    for (size_t i = 0; i < flow->step_count; i++)
        ck_assert_msg(is_elsewhere(flow->name) || was_at(flow->name, flow->steps[i]->name),
                      "nobody comes to %s.%s", flow->name, flow->steps[i]->name);
}

TEST(every_step_is_shown)
{
    make(LANGUAGE_RU);
    make(LANGUAGES + LANGUAGE_RU);
    for (int type = 0; type < BOT_TYPES; type++)
        for (size_t i = 0; i < gateway_products[type]->flow_count; i++)
            ck_every_step_is_shown(gateway_products[type]->flows[i]);
}

/* A seat is taken with /start among the updates. */
TEST_LOOP(booking_takes_few_updates, 0, 2)
{
    const struct walk *walk = _i == 0 ? &walks[0] : &ride_walks[0];

    do_walk(walk, LANGUAGE_RU, &scratch);
    ck_has(talk.asked, "/confirm");
    ck_assert_uint_le(walk->count, _i == 0 ? 1 + ACTS_MAX : ACTS_MAX);
}

int main(int count, char **words)
{
    setenv("CK_RUN_CASE", count == 2 && strcmp(words[1], "--write") == 0 ? "write" : "transcripts",
           1);
    return test_run_all();
}
