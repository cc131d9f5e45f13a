// SPDX-License-Identifier: MIT
#include "texts/text_key.h"

#include "telegram/text.h"

enum { BUTTON_MAX = 64, NOTICE_MAX = 200 };

enum {
    BOTS_APARTMENTS = 1 << BOT_APARTMENTS,
    BOTS_TAXI = 1 << BOT_TAXI,
    BOTS_ALL = BOTS_APARTMENTS | BOTS_TAXI
};

/* HTML, one line, most */
const struct said_place said_places[SAID_PLACES] = {
    [SAID_MESSAGE] = {true,  false, TELEGRAM_TEXT_MAX},
    [SAID_BUTTON] = {false, true,  BUTTON_MAX       },
    [SAID_NOTICE] = {false, false, NOTICE_MAX       },
};

#define X(text, key, said, bots, values) [text] = {key, said, bots, values},
const struct text_key text_keys[TEXTS] = {TEXTS_EACH(X)};
#undef X

/* name, is a number, most */
static const struct text_value_kind value_kinds[] = {
    {"name",          false, 64  },
    {"bot",           false, 32  },
    {"city",          false, 200 },
    {"check_in",      false, 40  },
    {"check_out",     false, 40  },
    {"dates",         false, 24  },
    {"until",         false, 40  },
    {"arrival",       false, 40  },
    {"support",       false, 200 },
    {"minutes",       true,  60  },
    {"nights",        true,  366 },
    {"guests",        true,  100 },
    {"most",          true,  366 },
    {"title",         false, 200 },
    {"district",      false, 200 },
    {"rooms",         true,  50  },
    {"total",         false, 24  },
    {"deposit",       false, 24  },
    {"paid",          false, 24  },
    {"refund",        false, 24  },
    {"fee",           false, 24  },
    {"policy",        false, 500 },
    {"code",          false, 16  },
    {"payment_info",  false, 300 },
    {"check_in_info", false, 3000},
};

enum text text_key_find(struct slice name)
{
    enum text text = 0;

    while (text < TEXTS && !slice_is(name, text_keys[text].name))
        text++;
    return text;
}

const struct text_value_kind *text_value_kind(struct slice name)
{
    for (size_t i = 0; i < sizeof value_kinds / sizeof value_kinds[0]; i++)
        if (slice_is(name, value_kinds[i].name))
            return &value_kinds[i];
    return NULL;
}

bool text_key_next_value(struct slice *values, struct slice *name, bool *may_be_missing)
{
    *name = slice_cut(values, ' ');
    *may_be_missing = name->len > 0 && name->at[name->len - 1] == '?';
    name->len -= *may_be_missing;
    return name->len > 0;
}

bool text_key_takes(const struct text_key *key, const struct text_value *values, size_t count)
{
    struct slice rest = slice_of(key->values), name;
    size_t found = 0;
    bool may_be_missing;

    while (text_key_next_value(&rest, &name, &may_be_missing)) {
        const struct text_value_kind *kind = text_value_kind(name);
        const struct text_value *value = NULL;
        for (size_t i = 0; i < count && value == NULL; i++)
            if (slice_is(name, values[i].name))
                value = &values[i];
        if (value == NULL && !may_be_missing)
            return false;
        if (value != NULL && (kind == NULL || (value->text.at == NULL) != kind->is_number))
            return false;
        found += value != NULL;
    }
    return found == count;
}
