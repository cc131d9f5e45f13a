// SPDX-License-Identifier: MIT
/* Optional: fetches the page every 10 s and replaces its content, keeping focus, open details and scroll position, and
 * copies commands by their buttons. */
"use strict";

const EVERY_MS = 10000;
const element = (id) => document.getElementById(id);

function replace(fresh) {
    const focused = document.activeElement && document.activeElement.id;
    const open = [...document.querySelectorAll("details[open]")].map((one) => one.id);
    const verdict = element("verdict");

    // The verdict is replaced only if it has changed, because screen readers announce a replacement.
    if (verdict.outerHTML !== fresh.getElementById("verdict").outerHTML) {
        verdict.className = fresh.getElementById("verdict").className;
        verdict.innerHTML = fresh.getElementById("verdict").innerHTML;
        document.title = fresh.title;
    }
    for (const id of ["content", "foot"])
        element(id).replaceWith(document.adoptNode(fresh.getElementById(id)));
    for (const id of open)
        if (element(id)) element(id).open = true;
    if (focused && element(focused)) element(focused).focus({ preventScroll: true });
}

let asking = false;

async function refresh() {
    // Not while text is selected, because a refresh would remove the selection.
    if (asking || document.hidden || !getSelection().isCollapsed) return;
    asking = true;
    try {
        const answer = await fetch(location.href, { cache: "no-store", signal: AbortSignal.timeout(EVERY_MS) });
        const fresh = new DOMParser().parseFromString(await answer.text(), "text/html");
        if (!answer.ok || !fresh.getElementById("content")) throw new Error(answer.status);
        replace(fresh);
        element("stale").hidden = true;
    } catch {
        element("stale").hidden = false;
    }
    asking = false;
}

setInterval(refresh, EVERY_MS);
document.addEventListener("visibilitychange", refresh);

document.addEventListener("click", async (event) => {
    const button = event.target.closest("button.copy");
    if (!button) return;
    const command = button.parentElement.querySelector("code");
    try {
        await navigator.clipboard.writeText(command.textContent);
        element("said").textContent = button.textContent = button.dataset.copied;
    } catch {
        getSelection().selectAllChildren(command); // copying is forbidden: select it for Ctrl-C
    }
});
