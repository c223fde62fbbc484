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
CREATE INDEX event_person ON event (person, kind);
CREATE INDEX event_ended ON event (known_until) WHERE known_until < 2147483647;
-- The list of events that blocked, or the undo of one; 0: asked directly.
ALTER TABLE person_block ADD COLUMN import BIGINT NOT NULL DEFAULT 0;

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
CREATE INDEX case_file_bin ON case_file (bin, incoming);
CREATE INDEX case_file_received ON case_file (received);

-- The lists of applications whose cases were opened.
CREATE TABLE list_worked (
	sequence BIGINT PRIMARY KEY
);

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
	sequence BIGINT NOT NULL, -- of the decision
	PRIMARY KEY (region, year, serial, number)
);
CREATE INDEX case_step_sequence ON case_step (sequence);

-- The register of letters holds every kind.
ALTER TABLE letter ADD COLUMN kind TEXT NOT NULL DEFAULT 'notification';
CREATE INDEX letter_dated ON letter (dated);

-- What a letter that belongs to no bundle says, as it was issued; texts is the
-- wording that it is printed in.
CREATE TABLE office_letter (
	region   INTEGER NOT NULL,
	year     INTEGER NOT NULL,
	number   BIGINT NOT NULL,
	sequence BIGINT NOT NULL, -- of the decision
	known    BIGINT NOT NULL, -- the sequence up to which the registry was read
	matter   TEXT NOT NULL,   -- the case, the bundle or the event that it is about
	texts    TEXT NOT NULL,
	content  BYTES NOT NULL,
	written  INTEGER NOT NULL,
	PRIMARY KEY (region, year, number)
);
CREATE INDEX office_letter_sequence ON office_letter (sequence);
CREATE INDEX office_letter_matter ON office_letter (matter);
CREATE INDEX office_letter_unwritten ON office_letter (written) WHERE written = 0;
ALTER TABLE letter_bundle ADD COLUMN texts TEXT NOT NULL DEFAULT '';
ALTER TABLE letter_bundle ADD COLUMN provider TEXT NOT NULL DEFAULT ''; -- who signs, as it was; '': the organisation

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
	known        BIGINT NOT NULL, -- the sequence up to which the register was read
	written      INTEGER NOT NULL DEFAULT 0, -- the documents of a listed request are on disk
	content      BYTES NOT NULL DEFAULT ''   -- the statement as it was given; '': none was
);
CREATE INDEX request_unwritten ON request (id) WHERE written = 0;
CREATE INDEX request_person ON request (person, received);
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

-- Letters that were annulled by hand, with the reason.
CREATE TABLE letter_annulment (
	sequence  BIGINT PRIMARY KEY,
	region    INTEGER NOT NULL,
	year      INTEGER NOT NULL,
	number    BIGINT NOT NULL,
	reason    TEXT NOT NULL,
	committed BIGINT NOT NULL,
	run       BIGINT NOT NULL
);
-- Which decision last changed anything, and which the money: what is read as
-- known at it stays true until the next.
INSERT INTO counter (name, value) SELECT 'content', value FROM counter WHERE name = 'sequence';
INSERT INTO counter (name, value) SELECT 'money', value FROM counter WHERE name = 'sequence';
CREATE INDEX request_open ON request (id) WHERE answered = 0;

-- Which dated data a run used.
ALTER TABLE run ADD COLUMN versions TEXT NOT NULL DEFAULT '';
