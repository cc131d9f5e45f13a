# shellcheck shell=bash
# SPDX-License-Identifier: MIT
# The part of `deploy/tapbot demo` for search-api (deploy/lib/demo.sh sources this file): it asks booking-api for
# availability.

demo_search_environment() {
    export BOOKING_URL=${BOOKING_URL:-$(demo_service_url booking-api)}
}

# The messages of the demo are indexed, and the lexicon is ready, which rewrites of keyboard layouts need.
demo_search_knows() {
    local url
    url=$(demo_service_url search-api)
    curl -fsS --max-time 5 --noproxy '*' "$url/readyz" 2>/dev/null | grep -q '"index":"up"' &&
        curl -fsS --max-time 5 --noproxy '*' "$url/metrics" 2>/dev/null | grep -q '^search_lexicon_documents [1-9]'
}

# Waits, so that `deploy/tapbot search` finds everything from the start.
demo_search_after() {
    local tries=300
    until demo_search_knows; do
        if [ $((tries -= 1)) -eq 0 ]; then
            warn "Поиск ещё читает сообщения: deploy/tapbot search пока найдёт не всё и предупредит об этом." \
                "Messages are still being read: deploy/tapbot search may miss some, and warns about it."
            return 0
        fi
        sleep 0.2
    done
}
