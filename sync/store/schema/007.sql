-- Casework, letters of every kind, statements.

-- What happened to persons, by lists of events.
CREATE TABLE event (
	sequence    BIGINT NOT NULL,
	sheet       INTEGER NOT NULL,
	row_number  INTEGER NOT NULL,
	person      BIGINT NOT NULL,
	kind        TEXT NOT NULL,
	on_day      INTEGER NOT NULL,
	until_day   INTEGER NOT NULL,
	document    TEXT NOT NULL,
	note        TEXT NOT NULL,
	known_until BIGINT NOT NULL,
	PRIMARY KEY (sequence, sheet, row_number)
);
CREATE INDEX event_person ON event (person);

-- A case of service A: the application as it was received, and what follows from
-- its rule; what was done since is in case_step.
CREATE TABLE case_file (
	region      INTEGER NOT NULL,
	year        INTEGER NOT NULL,
	serial      BIGINT NOT NULL,
	person      BIGINT NOT NULL,
	bin         BIGINT NOT NULL,
	incoming    TEXT NOT NULL,
	received    BIGINT NOT NULL,
	counted     INTEGER NOT NULL,
	deadline    BIGINT NOT NULL,
	days        INTEGER NOT NULL,
	origin      TEXT NOT NULL,  -- list, hand, roster
	sequence    BIGINT NOT NULL, -- the import that brought it; 0: none
	rules       TEXT NOT NULL,  -- version of the legal texts
	application BYTES NOT NULL,
	closed      BIGINT NOT NULL, -- when it was issued or not accepted; 0: open
	PRIMARY KEY (region, year, serial)
);
CREATE INDEX case_file_person ON case_file (person);
CREATE INDEX case_file_open ON case_file (deadline) WHERE closed = 0;
CREATE INDEX case_file_sequence ON case_file (sequence);

CREATE TABLE case_step (
	region  INTEGER NOT NULL,
	year    INTEGER NOT NULL,
	serial  BIGINT NOT NULL,
	number  INTEGER NOT NULL,
	step    TEXT NOT NULL,
	who     TEXT NOT NULL,
	at      BIGINT NOT NULL,
	note    TEXT NOT NULL,
	lacks   TEXT NOT NULL,
	outcome TEXT NOT NULL,
	ground  INTEGER NOT NULL,
	reason  TEXT NOT NULL,
	answer  TEXT NOT NULL,
	left_on INTEGER NOT NULL,
	letter  TEXT NOT NULL,
	updated BIGINT NOT NULL, -- the import that updated the registry
	PRIMARY KEY (region, year, serial, number)
);

-- The register of letters holds every kind; what a letter that is no
-- notification of a change says is kept as it was issued.
ALTER TABLE letter ADD COLUMN kind TEXT NOT NULL DEFAULT 'notification';
ALTER TABLE letter ADD COLUMN content BYTES;
ALTER TABLE letter ADD COLUMN texts TEXT NOT NULL DEFAULT '';
CREATE INDEX letter_dated ON letter (dated);

-- Wordings of letters that an operator gave, as they were when they were taken.
CREATE TABLE letter_texts (
	digest TEXT PRIMARY KEY,
	taken  BIGINT NOT NULL,
	files  BYTES NOT NULL
);

-- Requests of service B with their answers.
CREATE TABLE request (
	id           BIGINT PRIMARY KEY,
	sequence     BIGINT NOT NULL, -- the import that brought it; 0: asked directly
	sheet        INTEGER NOT NULL,
	row_number   INTEGER NOT NULL,
	incoming     TEXT NOT NULL,
	received     BIGINT NOT NULL,
	person       BIGINT NOT NULL,
	from_month   INTEGER NOT NULL,
	to_month     INTEGER NOT NULL,
	confirmed_by TEXT NOT NULL,
	consent      INTEGER NOT NULL,
	answered     BIGINT NOT NULL,
	ground       INTEGER NOT NULL,
	reason       TEXT NOT NULL,
	number       TEXT NOT NULL, -- of the statement or of the refusal
	digest       TEXT NOT NULL,
	known        BIGINT NOT NULL -- the sequence up to which the register was read
);
CREATE INDEX request_person ON request (person);
CREATE INDEX request_number ON request (number);
CREATE INDEX request_sequence ON request (sequence);

-- Who looked at whose data. Append-only.
CREATE TABLE access (
	id     BIGINT PRIMARY KEY,
	at     BIGINT NOT NULL,
	who    TEXT NOT NULL,
	what   TEXT NOT NULL,
	person BIGINT NOT NULL,
	ground TEXT NOT NULL,
	number TEXT NOT NULL
);
CREATE INDEX access_person ON access (person, id);

-- Which decision last changed anything, and which the money: what is read as
-- known at it stays true until the next.
INSERT INTO counter (name, value) SELECT 'content', value FROM counter WHERE name = 'sequence';
INSERT INTO counter (name, value) SELECT 'money', value FROM counter WHERE name = 'sequence';
CREATE INDEX request_open ON request (id) WHERE answered = 0;
