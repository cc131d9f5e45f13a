// SPDX-License-Identifier: MIT
// The read path of booking-api in idiomatic Node: Fastify with a response
// schema, pg with prepared statements, a key check against hashes in memory, a limit per key, an
// access line per request; SQL over the columns, planned once.
import { createHash, timingSafeEqual } from 'node:crypto'
import Fastify from 'fastify'
import pg from 'pg'

const money = {
  type: ['object', 'null'],
  properties: { amount: { type: 'integer' }, currency: { type: 'string' } }
}
const text = { type: ['string', 'null'] }
const texts = { type: ['object', 'null'], properties: { ru: text, kz: text, en: text } }
const names = { type: 'array', items: { type: 'string' } }
const number = { type: 'integer' }
const flag = { type: 'boolean' }
const flatSchema = {
  type: 'object',
  properties: {
    id: text, code: text, owner_id: text, title: texts, description: texts, city: text, district: text,
    address: text,
    location: { type: ['object', 'null'], properties: { lat: { type: 'number' }, lon: { type: 'number' } } },
    rooms: number, max_guests: number, included_guests: number, amenities: names, photos: names,
    base_price: money, weekend_price: money, extra_guest_fee: money, cleaning_fee: money,
    prepayment_percent: number, min_nights: number, max_nights: number, check_in_time: text,
    check_out_time: text, buffer_days: number, advance_notice_hours: number, booking_window_days: number,
    instant_book: flag, cancellation_policy: text, timezone: text, is_active: flag, version: number,
    created_at: text, updated_at: text
  }
}
const { description, ...listed } = flatSchema.properties
const listSchema = {
  type: 'object',
  properties: { items: { type: 'array', items: { type: 'object', properties: listed } }, next_cursor: text }
}
const LISTED = `id, code, owner_id, title_ru, title_kz, title_en, city, district, address, lat, lon, rooms, max_guests,
  included_guests, amenities, photos, base_price, weekend_price, extra_guest_fee, cleaning_fee, prepayment_percent,
  min_nights, max_nights, check_in_time, check_out_time, buffer_days, advance_notice_hours, booking_window_days,
  instant_book, cancellation_policy, timezone, is_active, version, created_at, updated_at`
const READ = `SELECT ${LISTED}, description_ru, description_kz, description_en FROM apartment WHERE id = $1 AND tenant_id = $2`
const LIST = `SELECT ${LISTED} FROM apartment WHERE tenant_id = $1 AND city = $2 AND is_active ORDER BY id DESC LIMIT $3`

const tenge = (value) => (value === null || value === undefined ? null : { amount: Number(value), currency: 'KZT' })
const flatOf = (row) => ({
  ...row,
  title: { ru: row.title_ru, kz: row.title_kz, en: row.title_en },
  description: { ru: row.description_ru, kz: row.description_kz, en: row.description_en },
  location: row.lat === null ? null : { lat: row.lat, lon: row.lon },
  base_price: tenge(row.base_price),
  weekend_price: tenge(row.weekend_price),
  extra_guest_fee: tenge(row.extra_guest_fee),
  cleaning_fee: tenge(row.cleaning_fee),
  created_at: new Date(row.created_at).toISOString(),
  updated_at: new Date(row.updated_at).toISOString()
})

const pool = new pg.Pool({ connectionString: process.env.DATABASE_URL, max: 10 })
const hash = (key) => createHash('sha256').update(key).digest()
const keys = new Map([[hash(process.env.API_KEY).toString('hex'), { hash: hash(process.env.API_KEY), tokens: 0, at: 0 }]])
const rate = 1_000_000

function callerOf(request) {
  const digest = hash(request.headers['x-api-key'] ?? '')
  const known = keys.get(digest.toString('hex'))
  return known && timingSafeEqual(known.hash, digest) ? known : null
}

function take(caller) {
  const now = performance.now()
  caller.tokens = Math.min(rate, caller.tokens + ((now - caller.at) / 1000) * rate)
  caller.at = now
  caller.tokens -= 1
  return caller.tokens >= 0
}

const app = Fastify({ logger: { level: 'info' }, disableRequestLogging: true })
app.addHook('onRequest', async (request, reply) => {
  const caller = callerOf(request)
  if (!caller) return reply.code(401).send({ code: 'key_unknown' })
  if (!take(caller)) return reply.code(429).send({ code: 'rate_limited' })
  reply.header('API-Version', '1')
  reply.header('X-Request-Id', request.id)
  reply.header('RateLimit', `"default";r=${Math.floor(caller.tokens)};t=1`)
  reply.header('RateLimit-Policy', `"default";q=${rate};w=1`)
})
app.addHook('onResponse', async (request, reply) => {
  request.log.info({ route: request.routeOptions.url, status_code: reply.statusCode, duration_ms: reply.elapsedTime })
})
app.get('/v1/apartments/:id', { schema: { response: { 200: flatSchema } } }, async (request, reply) => {
  const { rows } = await pool.query({ name: 'read', text: READ, values: [request.params.id, process.env.TENANT] })
  if (rows.length === 0) return reply.code(404).send({ code: 'not_found' })
  reply.header('ETag', `"${rows[0].version}"`)
  return flatOf(rows[0])
})
app.get('/v1/apartments', { schema: { response: { 200: listSchema } } }, async (request) => {
  const limit = Number(request.query.limit)
  const { rows } = await pool.query({ name: 'list', text: LIST, values: [process.env.TENANT, request.query.city, limit + 1] })
  const items = rows.slice(0, limit).map(flatOf)
  return { items, next_cursor: rows.length > limit ? Buffer.from(items.at(-1).id).toString('base64url') : null }
})
await app.listen({ host: '127.0.0.1', port: Number(process.env.PORT) })
