# shellcheck shell=bash
# SPDX-License-Identifier: MIT
# What `deploy/tapbot demo` (deploy/lib/demo.sh reads this file) does for search-api: it asks booking-api which flats can
# be had.

demo_search_environment() {
    export BOOKING_URL=${BOOKING_URL:-$(demo_service_url booking-api)}
}

# What people have said in the demo is found, and its words are counted, without which no layout is put right.
demo_search_knows() {
    local url
    url=$(demo_service_url search-api)
    curl -fsS --noproxy '*' "$url/readyz" 2>/dev/null | grep -q '"index":"up"' &&
        curl -fsS --noproxy '*' "$url/metrics" 2>/dev/null | grep -q '^search_lexicon_documents [1-9]'
}

# `deploy/tapbot search` finds from the start.
demo_search_after() {
    local tries=1200
    until demo_search_knows; do
        if [ $((tries -= 1)) -eq 0 ]; then
            warn "Поиск ещё читает сказанное: deploy/tapbot search найдёт не всё, он скажет об этом." \
                "What was said is still being read: deploy/tapbot search misses some of it, and says so."
            return 0
        fi
        sleep 0.05
    done
}
