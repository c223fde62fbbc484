-- Who may use the console and the API.
CREATE TABLE account (
	id       BIGINT PRIMARY KEY,
	login    TEXT NOT NULL UNIQUE, -- in small letters
	name     TEXT NOT NULL,
	role     TEXT NOT NULL,
	region   INTEGER NOT NULL,     -- of an akimat; 0: of all
	language TEXT NOT NULL,
	password TEXT NOT NULL,        -- argon2id with its parameters and salt
	expired  INTEGER NOT NULL,     -- the password must be changed first
	disabled INTEGER NOT NULL,
	created  BIGINT NOT NULL
);

-- What was decided about accounts and tokens: one decision of the chain each.
CREATE TABLE account_change (
	sequence  BIGINT PRIMARY KEY,
	account   BIGINT NOT NULL,
	what      TEXT NOT NULL,
	login     TEXT NOT NULL,
	role      TEXT NOT NULL,
	region    INTEGER NOT NULL,
	detail    TEXT NOT NULL,
	who       TEXT NOT NULL,
	committed BIGINT NOT NULL
);

-- Sessions of the console and tokens of the API: only digests of what the
-- holder shows.
CREATE TABLE session (
	digest  TEXT PRIMARY KEY,
	account BIGINT NOT NULL,
	begun   BIGINT NOT NULL,
	seen    BIGINT NOT NULL
);
CREATE INDEX session_account ON session (account);

CREATE TABLE token (
	id      BIGINT PRIMARY KEY,
	digest  TEXT NOT NULL UNIQUE,
	account BIGINT NOT NULL,
	name    TEXT NOT NULL,
	scopes  TEXT NOT NULL, -- with spaces between
	created BIGINT NOT NULL,
	expires BIGINT NOT NULL,
	used    BIGINT NOT NULL,
	revoked INTEGER NOT NULL
);

-- How much of its allowance a source has used up: see Allowance.
CREATE TABLE allowance (
	source TEXT PRIMARY KEY,
	used   BIGINT NOT NULL, -- thousandths
	at     BIGINT NOT NULL  -- milliseconds
);

-- Keys that the program made for itself.
CREATE TABLE secret (
	name  TEXT PRIMARY KEY,
	value BYTES NOT NULL
);

-- Files that came by the console or the API and are not yet taken.
CREATE TABLE upload (
	id       BIGINT PRIMARY KEY,
	account  BIGINT NOT NULL,
	request  TEXT NOT NULL, -- the sender's idempotency key, '': none
	body     TEXT NOT NULL, -- digest of the whole request under that key
	name     TEXT NOT NULL,
	sha256   TEXT NOT NULL,
	size     BIGINT NOT NULL,
	region   INTEGER NOT NULL,
	kind     TEXT NOT NULL,
	approve  TEXT NOT NULL,
	dry      INTEGER NOT NULL,
	state    TEXT NOT NULL,
	received BIGINT NOT NULL,
	run      BIGINT NOT NULL,
	report   BYTES NOT NULL, -- of a dry run, or what failed
	arrivals TEXT NOT NULL   -- numbers of what became of it
);
CREATE UNIQUE INDEX upload_request ON upload (account, request) WHERE request <> '';
CREATE INDEX upload_waiting ON upload (id) WHERE state = 'waiting';

-- Who began a run, and who made it stop.
ALTER TABLE run ADD COLUMN who TEXT NOT NULL DEFAULT '';
