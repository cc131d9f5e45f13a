// SPDX-License-Identifier: MIT
// Refusals in Russian. Without this, Directus answers 500 without a word where PostgreSQL refuses a row by a CHECK or a
// right, and in English where it refuses by itself. checks.json is generated from the schema's constraints
// (tests/scenario/directus.py).
import { readFileSync } from "node:fs";

const refusals = JSON.parse(readFileSync(new URL("./checks.json", import.meta.url), "utf8"));
const NOT_HERE = "Здесь так нельзя: цены, даты, деньги и брони меняют в боте или через API.";
const NOT_SUCH = "Такое значение не подходит.";

// Directus recognizes its own errors by the name; its package cannot be imported from an extension's folder.
function refusal(status, code, message, extensions) {
    return Object.assign(new Error(message), { name: "DirectusError", status, code, extensions });
}

function invalid(text, field) {
    return field
        ? refusal(400, "FAILED_VALIDATION", text, { field, path: [], type: "custom" })
        : refusal(400, "INVALID_PAYLOAD", text, { reason: text });
}

// By SQLSTATE. Directus itself turns only duplicates, nulls, foreign keys and two overflows into a 400.
const OF_POSTGRES = {
    23514: (error) => {
        const known = refusals.constraints[error.constraint];
        return invalid(known?.text ?? NOT_SUCH, known?.field);
    },
    "23P01": () => invalid("Эти даты уже заняты."),
    42501: () => refusal(403, "FORBIDDEN", NOT_HERE, {}),
    "428C9": () => refusal(403, "FORBIDDEN", NOT_HERE, {}),
    "22P02": () => invalid(NOT_SUCH),
    22021: () => invalid(NOT_SUCH),
    22007: () => invalid("Такой даты нет."),
    22008: () => invalid("Такой даты нет."),
    // RAISE EXCEPTION of a trigger, whose text is for people.
    P0001: (error) => invalid(error.message.replace(/^.* - /s, "")),
};

// Directus' own refusals, in the answers of REST. The form shows the same sentences by itself.
function inRussian(error) {
    const code = error.extensions?.code;
    if (code === "FORBIDDEN") return { ...error, message: NOT_HERE };
    const known = code === "FAILED_VALIDATION" && error.extensions.type !== "custom" && refusals.fields[error.extensions.field];
    return known ? { ...error, message: known } : error;
}

// A rule that permits null has two conditions, and a value that fits neither is refused twice.
function isFirst(error, i, errors) {
    const same = (other) => other.message === error.message && other.extensions?.field === error.extensions?.field;
    return i === errors.findIndex(same);
}

// A setting is JSON, and people type text without quotation marks.
function quoted(payload) {
    if (typeof payload.setting_value !== "string") return payload;
    try {
        JSON.parse(payload.setting_value);
        return payload;
    } catch {
        return { ...payload, setting_value: JSON.stringify(payload.setting_value) };
    }
}

export const hooks = [
    {
        name: "tapbot-refusals",
        config: ({ filter }) => {
            filter("database.error", (error) => OF_POSTGRES[error?.code]?.(error) ?? error);
            filter("bot_settings.items.update", quoted);
            filter("request.error", (errors) => errors.map(inRussian).filter(isFirst));
        },
    },
];
// POST /tapbot-relations: rows of directus_relations that name the other end of our foreign keys. Directus' own call would
// drop the foreign key and make it again, and may not: our tables are not its own.
async function saveRelations(rows, { services, getSchema }) {
    const service = new services.ItemsService("directus_relations", { schema: await getSchema() });
    for (const row of rows) {
        const { many_collection, many_field } = row;
        const filter = { many_collection: { _eq: many_collection }, many_field: { _eq: many_field } };
        const [there] = await service.readByQuery({ filter, fields: ["id"], limit: 1 });
        if (there) await service.updateOne(there.id, row);
        else await service.createOne(row);
    }
}

export const endpoints = [
    {
        name: "tapbot-relations",
        config: (router, context) => {
            router.post("/", async (request, response, next) => {
                try {
                    if (request.accountability?.admin !== true) throw refusal(403, "FORBIDDEN", NOT_HERE, {});
                    await saveRelations(request.body, context);
                    response.status(204).end();
                } catch (error) {
                    next(error);
                }
            });
        },
    },
];
export const operations = [];
