// SPDX-License-Identifier: MIT
// Prints a session of n8n's owner for the REST API, as n8n itself would make it at a login. Runs inside n8n's container, which has
// the key and the way to the database; `deploy/tapbot n8n install` gives it to `node` by standard input. Nobody's password is needed.
const crypto = require('crypto'), fs = require('fs'), path = require('path'), {createRequire} = require('module');

const SECONDS = 600;
const setting = (name) => process.env[name] ?? (process.env[`${name}_FILE`] ? fs.readFileSync(process.env[`${name}_FILE`], 'utf8').trim() : undefined);
const part = (value) => Buffer.from(typeof value === 'string' ? value : JSON.stringify(value)).toString('base64url');
const program = process.env.PATH.split(':').map((folder) => path.join(folder, 'n8n')).find((file) => fs.existsSync(file));
const load = createRequire(fs.realpathSync(program));

function ssl() {
  if (setting('DB_POSTGRESDB_SSL_ENABLED') !== 'true') return false;
  const ca = process.env.DB_POSTGRESDB_SSL_CA_FILE;
  return {rejectUnauthorized: setting('DB_POSTGRESDB_SSL_REJECT_UNAUTHORIZED') !== 'false', ca: ca ? fs.readFileSync(ca, 'utf8') : undefined};
}

// The key by which n8n signs sessions is in its database, encrypted with the instance's key; before its first start it follows from that.
function signingKey(row) {
  const instance = setting('N8N_ENCRYPTION_KEY'), sha256 = (text) => crypto.createHash('sha256').update(text).digest('hex');
  if (setting('N8N_USER_MANAGEMENT_JWT_SECRET')) return setting('N8N_USER_MANAGEMENT_JWT_SECRET');
  if (!row) return sha256([...instance].filter((_, at) => at % 2 === 0).join(''));
  if (row.algorithm === null) return row.value;
  // As n8n-core/encryption/aes-256-gcm: a byte of version, 32 of salt, 16 of authentication, the text. Not by n8n's own code, which
  // takes 100 MB of the container's memory.
  const sealed = Buffer.from(row.value, 'base64');
  if (sealed[0] !== 1) throw new Error(`n8n has another encryption: ${sealed[0]}`);
  const derived = Buffer.from(crypto.hkdfSync('sha256', Buffer.from(sha256(instance), 'hex'), sealed.subarray(1, 33), 'n8n-encryption-v1', 44));
  const opening = crypto.createDecipheriv('aes-256-gcm', derived.subarray(0, 32), derived.subarray(32)).setAuthTag(sealed.subarray(33, 49));
  return Buffer.concat([opening.update(sealed.subarray(49)), opening.final()]).toString('utf8');
}

function signed(told, key) {
  const text = `${part({alg: 'HS256', typ: 'JWT'})}.${part(told)}`;
  return `${text}.${crypto.createHmac('sha256', key).update(text).digest('base64url')}`;
}

async function main() {
  const {Client} = load('pg');
  const client = new Client({host: setting('DB_POSTGRESDB_HOST'), port: setting('DB_POSTGRESDB_PORT'), database: setting('DB_POSTGRESDB_DATABASE'),
    user: setting('DB_POSTGRESDB_USER'), password: setting('DB_POSTGRESDB_PASSWORD'), ssl: ssl(), connectionTimeoutMillis: 10000, statement_timeout: 10000});
  await client.connect();
  const {rows: [owner]} = await client.query(`SELECT * FROM "user" WHERE "roleSlug" = 'global:owner' AND password IS NOT NULL LIMIT 1`);
  const {rows: [key]} = await client.query(`SELECT value, algorithm FROM deployment_key WHERE type = 'signing.jwt' AND status = 'active' LIMIT 1`);
  await client.end();
  if (!owner) return;
  const words = [owner.email, owner.password, ...(owner.mfaEnabled && owner.mfaSecret ? [owner.mfaSecret.substring(0, 3)] : [])];
  const now = Math.floor(Date.now() / 1000);
  const hash = crypto.createHash('sha256').update(words.join(':')).digest('base64').substring(0, 10);
  process.stdout.write(signed({id: owner.id, hash, usedMfa: true, iat: now, exp: now + SECONDS}, signingKey(key)));
}

main().catch((error) => { console.error(String(error.message)); process.exit(1); });
