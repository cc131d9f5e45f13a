// SPDX-License-Identifier: MIT
// What Directus has no view for: money in tenge (the database has tiyn), photos as pictures, the lines of a price.
import { defineComponent, h, ref } from "vue";

const TIYN = 100;

function tenge(tiyn) {
    if (tiyn === null || tiyn === undefined || tiyn === "") return "—";
    return `${new Intl.NumberFormat("ru-RU").format(Number(tiyn) / TIYN)} ₸`;
}

const money = defineComponent({
    props: { value: { type: [String, Number], default: null } },
    setup: (props) => () => h("div", { style: "padding: 14px 0; font-variant-numeric: tabular-nums" }, tenge(props.value)),
});
const moneyInLine = defineComponent({
    props: { value: { type: [String, Number], default: null } },
    setup: (props) => () => h("span", { style: "font-variant-numeric: tabular-nums" }, tenge(props.value)),
});

const lines = defineComponent({
    props: { value: { type: [Array, Object], default: null } },
    setup: (props) => () =>
        h("table", { style: "border-spacing: 12px 4px" }, (Array.isArray(props.value) ? props.value : []).map((line) =>
            h("tr", [h("td", line.text?.ru ?? line.kind), h("td", line.date ?? ""),
                h("td", { style: "text-align: right" }, tenge(line.amount?.amount))]))),
});

// Photos of owners are in Telegram, and only the bot can fetch them.
function picture(photo, size) {
    const frame = `width: ${size}px; height: ${size}px; object-fit: cover; border-radius: 4px`;
    return photo.startsWith("https://")
        ? h("img", { src: photo, alt: photo, title: photo, loading: "lazy", referrerpolicy: "no-referrer", style: frame })
        : h("span", { title: photo, style: `${frame}; display: inline-flex; font-size: 11px` }, "фото в Telegram");
}

const photos = defineComponent({
    props: { value: { type: Array, default: null }, disabled: { type: Boolean, default: false } },
    emits: ["input"],
    setup(props, { emit }) {
        const address = ref("");
        const all = () => (Array.isArray(props.value) ? props.value : []);
        const set = (list) => emit("input", list);
        const first = (i) => set([all()[i], ...all().filter((_, other) => other !== i)]);
        const remove = (i) => set(all().filter((_, other) => other !== i));
        const add = () => {
            if (!address.value.trim()) return;
            set([...all(), address.value.trim()]);
            address.value = "";
        };
        const button = (title, text, click) => h("button", { type: "button", title, onClick: click, style: "padding: 0 6px" }, text);
        return () =>
            h("div", [
                h("div", { style: "display: flex; flex-wrap: wrap; gap: 12px" }, all().map((photo, i) =>
                    h("div", { style: "text-align: center" }, [picture(photo, 120),
                        props.disabled ? null : h("div", [i > 0 ? button("Сделать первой", "⇤", () => first(i)) : null,
                            button("Убрать", "✕", () => remove(i))])]))),
                props.disabled ? null : h("div", { style: "display: flex; gap: 12px; margin-top: 12px" }, [
                    h("input", { value: address.value, placeholder: "https://… адрес фотографии",
                        style: "flex: 1; padding: 8px; border: 1px solid var(--theme--border-color); border-radius: 4px; background: transparent",
                        onInput: (event) => { address.value = event.target.value; },
                        onKeydown: (event) => { if (event.key === "Enter") add(); } }),
                    button("Добавить фотографию", "Добавить", add)]),
            ]);
    },
});
const photosInLine = defineComponent({
    props: { value: { type: Array, default: null } },
    setup: (props) => () => h("span", { style: "display: inline-flex; gap: 4px" }, (props.value ?? []).slice(0, 3).map((photo) => picture(photo, 28))),
});

export const interfaces = [
    { id: "tapbot-money", name: "Тенге", icon: "payments", component: money, types: ["bigInteger"], options: null },
    { id: "tapbot-photos", name: "Фотографии", icon: "photo_library", component: photos, types: ["json"], options: null },
    { id: "tapbot-lines", name: "Строки цены", icon: "receipt_long", component: lines, types: ["json"], options: null },
];
export const displays = [
    { id: "tapbot-money", name: "Тенге", icon: "payments", component: moneyInLine, types: ["bigInteger"], options: null },
    { id: "tapbot-photos", name: "Фотографии", icon: "photo_library", component: photosInLine, types: ["json"], options: null },
];
