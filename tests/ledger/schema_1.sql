-- A ledger as the first versions made it (schema 1, SQLite), with rows of every kind.
CREATE TABLE accounts (
  account VARCHAR(32) NOT NULL,
  api_url TEXT NOT NULL,
  organization TEXT NOT NULL,
  walked_at VARCHAR(32),
  PRIMARY KEY (account)
);
CREATE TABLE facts (
  name VARCHAR(40) NOT NULL,
  value TEXT NOT NULL,
  PRIMARY KEY (name)
);
CREATE TABLE fingerprints (
  account VARCHAR(32) NOT NULL,
  kind VARCHAR(20) NOT NULL,
  "key" VARCHAR(32) NOT NULL,
  fingerprint VARCHAR(32) NOT NULL,
  at VARCHAR(32),
  sent_at VARCHAR(32) NOT NULL,
  PRIMARY KEY (account, kind, "key")
);
CREATE TABLE imports (
  account VARCHAR(32) NOT NULL,
  number VARCHAR(32) NOT NULL,
  process BIGINT,
  state VARCHAR(10) NOT NULL,
  rows INTEGER NOT NULL,
  opened_at VARCHAR(32) NOT NULL,
  closed_at VARCHAR(32),
  PRIMARY KEY (account, number)
);
CREATE TABLE lists (
  account VARCHAR(32) NOT NULL,
  name VARCHAR(255) NOT NULL,
  list_id BIGINT,
  created_at VARCHAR(32) NOT NULL,
  PRIMARY KEY (account, name)
);
CREATE TABLE people (
  account VARCHAR(32) NOT NULL,
  person VARCHAR(32) NOT NULL,
  brevo_id BIGINT,
  email_blocked BOOLEAN NOT NULL,
  sms_blocked BOOLEAN NOT NULL,
  filled TEXT NOT NULL,
  lists_added TEXT NOT NULL,
  lists_left TEXT NOT NULL,
  seen_at VARCHAR(32) NOT NULL,
  PRIMARY KEY (account, person)
);
CREATE TABLE rejects (
  account VARCHAR(32) NOT NULL,
  stream VARCHAR(255) NOT NULL,
  kind VARCHAR(20) NOT NULL,
  "key" VARCHAR(32) NOT NULL,
  shown_key TEXT NOT NULL,
  reason TEXT NOT NULL,
  line TEXT NOT NULL,
  code VARCHAR(60) NOT NULL,
  hint TEXT NOT NULL,
  first_seen VARCHAR(32) NOT NULL,
  last_seen VARCHAR(32) NOT NULL,
  tries INTEGER NOT NULL,
  closed_at VARCHAR(32),
  fingerprint VARCHAR(32) NOT NULL,
  record TEXT,
  PRIMARY KEY (account, stream, kind, "key")
);
CREATE TABLE sendings (
  account VARCHAR(32) NOT NULL,
  "key" VARCHAR(32) NOT NULL,
  kind VARCHAR(20) NOT NULL,
  name VARCHAR(255) NOT NULL,
  happened_at VARCHAR(40) NOT NULL,
  state VARCHAR(10) NOT NULL,
  at VARCHAR(32) NOT NULL,
  PRIMARY KEY (account, "key")
);
CREATE INDEX ix_sendings_state ON sendings (state);
CREATE TABLE sources (
  account VARCHAR(32) NOT NULL,
  source VARCHAR(32) NOT NULL,
  person VARCHAR(32) NOT NULL,
  platform VARCHAR(60) NOT NULL,
  store VARCHAR(255) NOT NULL,
  stream VARCHAR(255) NOT NULL,
  owner BOOLEAN NOT NULL,
  fingerprint VARCHAR(32) NOT NULL,
  at VARCHAR(32),
  consent TEXT NOT NULL,
  sent_at VARCHAR(32) NOT NULL,
  PRIMARY KEY (account, source)
);
CREATE INDEX ix_sources_person ON sources (person);
CREATE TABLE stores (
  account VARCHAR(32) NOT NULL,
  platform VARCHAR(60) NOT NULL,
  store VARCHAR(255) NOT NULL,
  first_seen VARCHAR(32) NOT NULL,
  PRIMARY KEY (account, platform, store)
);
INSERT INTO facts VALUES ('salt', '000102030405060708090a0b0c0d0e0f'), ('schema_version', '1');
INSERT INTO accounts VALUES ('acc', 'https://api.brevo.com/v3', 'org', NULL);
INSERT INTO stores VALUES ('acc', 'shopify', 'a.myshopify.com', '2026-11-01T00:00:00Z');
INSERT INTO lists VALUES ('acc', 'Newsletter', 7, '2026-11-01T00:00:00Z');
INSERT INTO people VALUES
  ('acc', 'person', 12, 1, 0, '["CITY"]', '[7]', '[]', '2026-11-01T00:00:00Z');
INSERT INTO sources VALUES
  ('acc', 'source', 'person', 'shopify', 'a.myshopify.com', 'customers', 1, 'print',
   '2026-11-01T00:00:00Z', '{"email":["denied",null]}', '2026-11-01T00:00:00Z');
INSERT INTO fingerprints VALUES ('acc', 'order', 'key', 'print', NULL, '2026-11-01T00:00:00Z');
INSERT INTO sendings VALUES
  ('acc', 'sent', 'event', 'order_completed', '2026-11-01T00:00:00Z', 'accepted',
   '2026-11-01T00:00:00Z'),
  ('acc', 'open', 'event', 'order_completed', '2026-11-01T00:00:00Z', 'pending',
   '2026-11-01T00:00:00Z');
INSERT INTO imports VALUES
  ('acc', 'number', 5, 'done', 3, '2026-11-01T00:00:00Z', '2026-11-01T00:00:00Z');
INSERT INTO rejects VALUES
  ('acc', 'customers', 'contact', 'key', 'shown', 'reason', 'line', 'code', 'hint',
   '2026-11-01T00:00:00Z', '2026-11-02T00:00:00Z', 2, NULL, 'print', NULL);
