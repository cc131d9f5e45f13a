# shellcheck shell=bash
# SPDX-License-Identifier: MIT
# What `deploy/tapbot demo` (deploy/lib/demo.sh reads this file) prints to try: one line that books an apartment.

# demo_stay APARTMENT CHECK_IN CHECK_OUT PHONE: the body of a booking.
demo_stay() {
    printf '{"apartment_id":"%s","check_in":"%s","check_out":"%s","guests":2,' "$1" "$2" "$3"
    printf '"guest":{"name":"Айгерим","phone":"%s","language":"ru"}}' "$4"
}

# Another phone each time: a guest may hold three apartments at most.
demo_book() {
    local apartment check_in check_out phone
    IFS='|' read -r apartment check_in check_out < <(demo_psql -d tapbot \
        -f "$TAPBOT_ROOT/services/booking-api/demo/free_apartment.sql")
    phone=$(printf '+7701%07d' $((RANDOM * 300 + RANDOM % 300)))
    if [ -n "$check_out" ]; then
        say "Забронировать квартиру на две ночи:
" "Book an apartment for two nights:
"
        printf '%s\n\n' "curl -sS -w '\n' -X POST $(demo_service_url booking-api)/v1/bookings -H 'X-API-Key: $API_KEY' -H 'Content-Type: application/json' -d '$(demo_stay "$apartment" "$check_in" "$check_out" "$phone")'"
    else
        warn "Свободных квартир не осталось. Начать заново: deploy/tapbot demo stop --purge" \
            "No apartment is free any more. To begin anew: deploy/tapbot demo stop --purge"
    fi
}
demo_book
