// SPDX-License-Identifier: MIT
// The read path of booking-api as a good engineer would write it in Node: Fastify with a response
// schema, pg with prepared statements, a key check against hashes in memory, a limit per key, an
// access line per request. The SQL is the very statement booking-api sends (SQL_READ).
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
const schema = {
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

const tenge = (value) => (value === null || value === undefined ? null : { amount: Number(value), currency: 'KZT' })
const flatOf = (row) => ({
  ...row,
  title: { ru: row.title_ru, kz: row.title_kz, en: row.title_en },
  description: { ru: row.description_ru, kz: row.description_kz, en: row.description_en },
  // The statement asks for JSON as text; pg would have parsed jsonb just so.
  amenities: JSON.parse(row.amenities),
  photos: JSON.parse(row.photos),
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
app.get('/v1/apartments/:id', { schema: { response: { 200: schema } } }, async (request, reply) => {
  const { rows } = await pool.query({
    name: 'read',
    text: process.env.SQL_READ,
    values: JSON.parse(process.env.SQL_READ_VALUES).map((value) => (value === '$id' ? request.params.id : value))
  })
  if (rows.length === 0) return reply.code(404).send({ code: 'not_found' })
  reply.header('ETag', `"${rows[0].version}"`)
  return flatOf(rows[0])
})
await app.listen({ host: '127.0.0.1', port: Number(process.env.PORT) })
