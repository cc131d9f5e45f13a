# shellcheck shell=bash
# SPDX-License-Identifier: MIT
# What `deploy/tapbot demo` (deploy/lib/demo.sh reads this file) prints to try: one line that books a flat.

# demo_stay FLAT CHECK_IN CHECK_OUT PHONE: the body of a booking.
demo_stay() {
    printf '{"apartment_id":"%s","check_in":"%s","check_out":"%s","guests":2,' "$1" "$2" "$3"
    printf '"guest":{"name":"Айгерим","phone":"%s","language":"ru"}}' "$4"
}

# Another phone each time: a guest may hold three flats at most.
demo_book() {
    local flat check_in check_out phone
    IFS='|' read -r flat check_in check_out < <(demo_psql -d tapbot \
        -f "$TAPBOT_ROOT/services/booking-api/demo/free_flat.sql")
    phone=$(printf '+7701%07d' $((RANDOM * 300 + RANDOM % 300)))
    if [ -n "$check_out" ]; then
        say "Забронировать квартиру на две ночи:
" "Book a flat for two nights:
"
        printf '%s\n\n' "curl -sS -w '\n' -X POST $(demo_service_url booking-api)/v1/bookings -H 'X-API-Key: $API_KEY' -H 'Content-Type: application/json' -d '$(demo_stay "$flat" "$check_in" "$check_out" "$phone")'"
    else
        warn "Свободных квартир не осталось. Начать заново: deploy/tapbot demo stop --purge" \
            "No flat is free any more. To begin anew: deploy/tapbot demo stop --purge"
    fi
}
demo_book
