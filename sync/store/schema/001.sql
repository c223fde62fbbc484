-- The register, first version. One spelling for SQLite and PostgreSQL; the only
-- difference, the type of bytes, is written BYTES and replaced by the dialect.
--
-- Days are yyyymmdd, months yyyymm, moments whole seconds of Unix time, money
-- tiyn, personal and business numbers integers of up to twelve digits.
-- known_from and known_until are sequences: a row is believed as of sequence s
-- when known_from <= s < known_until; 2147483647 stands for "still".

CREATE TABLE counter (
	name  TEXT PRIMARY KEY,
	value BIGINT NOT NULL
);

-- Who may write now. fence grows with every taking, so that a holder that was
-- paused and lost the lease is refused when it wakes.
CREATE TABLE lease (
	name    TEXT PRIMARY KEY,
	holder  TEXT NOT NULL,
	fence   BIGINT NOT NULL,
	expires BIGINT NOT NULL
);

CREATE TABLE run (
	id       BIGINT PRIMARY KEY,
	job      TEXT NOT NULL,
	month    INTEGER NOT NULL,
	cause    TEXT NOT NULL,
	due      BIGINT,
	started  BIGINT NOT NULL,
	finished BIGINT,
	state    TEXT NOT NULL,
	message  TEXT NOT NULL
);
-- Once for each due time; a run that was cut off does not count.
CREATE UNIQUE INDEX run_once ON run (job, due) WHERE state <> 'interrupted';

-- When the scheduler is next due for a job.
CREATE TABLE schedule (
	job TEXT PRIMARY KEY,
	due BIGINT NOT NULL
);

-- A file is its bytes. The bytes themselves are in the archive, by digest.
CREATE TABLE file (
	sha256 TEXT PRIMARY KEY,
	size   BIGINT NOT NULL,
	name   TEXT NOT NULL,
	seen   BIGINT NOT NULL
);

-- Every file seen ends here with exactly one outcome. report is JSON, packed.
CREATE TABLE arrival (
	id       BIGINT PRIMARY KEY,
	sha256   TEXT NOT NULL,
	name     TEXT NOT NULL,
	region   INTEGER NOT NULL,
	kind     TEXT NOT NULL,
	channel  TEXT NOT NULL,
	received BIGINT NOT NULL,
	run      BIGINT NOT NULL,
	outcome  TEXT NOT NULL,
	sequence BIGINT NOT NULL,
	report   BYTES
);
CREATE INDEX arrival_sha256 ON arrival (sha256);

-- Arrivals that are committed, and whose receipts and drop file are not dealt
-- with yet: what a crash leaves here is finished at the next start.
CREATE TABLE unfinished (
	arrival BIGINT PRIMARY KEY,
	channel TEXT NOT NULL,
	name    TEXT NOT NULL,
	sha256  TEXT NOT NULL
);

-- An import is a file with its declaration. Its sequence is known time.
CREATE TABLE import (
	sequence  BIGINT PRIMARY KEY,
	sha256    TEXT NOT NULL,
	kind      TEXT NOT NULL,
	region    INTEGER NOT NULL,
	mode      TEXT NOT NULL,
	as_at     INTEGER NOT NULL,
	name      TEXT NOT NULL,
	received  BIGINT NOT NULL,
	committed BIGINT NOT NULL,
	run       BIGINT NOT NULL,
	sheets    TEXT NOT NULL,
	columns   TEXT NOT NULL,
	digest    TEXT NOT NULL,
	kept      BYTES
);

-- What an import said of one organisation (bin 0: of none in particular). kept
-- holds the parsed rows, packed; it can be destroyed, digest stays.
CREATE TABLE import_organisation (
	sequence  BIGINT NOT NULL,
	bin       BIGINT NOT NULL,
	sha256    TEXT NOT NULL,
	region    INTEGER NOT NULL,
	kind      TEXT NOT NULL,
	mode      TEXT NOT NULL,
	as_at     INTEGER NOT NULL,
	speaks    TEXT NOT NULL, -- mode here: a zero return speaks as a delta
	version   BIGINT NOT NULL,
	state     TEXT NOT NULL, -- applied, held, refused, undone
	reason    TEXT NOT NULL,
	diff      TEXT NOT NULL,
	row_count INTEGER NOT NULL,
	digest    TEXT NOT NULL,
	kept      BYTES,
	PRIMARY KEY (sequence, bin)
);
CREATE UNIQUE INDEX import_once ON import_organisation (sha256, region, kind, mode, as_at, bin) WHERE state IN ('applied', 'held');
CREATE INDEX import_organisation_bin ON import_organisation (bin, as_at);

-- Organisations, with their history.
CREATE TABLE organisation (
	bin         BIGINT NOT NULL,
	name_kk     TEXT NOT NULL,
	name_ru     TEXT NOT NULL,
	region      INTEGER NOT NULL,
	district    TEXT NOT NULL,
	level       TEXT NOT NULL,
	address_kk  TEXT NOT NULL,
	address_ru  TEXT NOT NULL,
	head        TEXT NOT NULL,
	executor    TEXT NOT NULL,
	phone       TEXT NOT NULL,
	closed_on   INTEGER NOT NULL,
	provisional INTEGER NOT NULL,
	known_from  BIGINT NOT NULL,
	known_until BIGINT NOT NULL,
	PRIMARY KEY (bin, known_until)
);

-- The version of an organisation is bumped by every import that touches it.
CREATE TABLE organisation_version (
	bin     BIGINT PRIMARY KEY,
	version BIGINT NOT NULL
);

-- Facts: what is believed of a person's study at an organisation, span by span.
CREATE TABLE enrolment (
	bin         BIGINT NOT NULL,
	person      BIGINT NOT NULL,
	first_day   INTEGER NOT NULL,
	from_day    INTEGER NOT NULL,
	until_day   INTEGER NOT NULL,
	ending      TEXT NOT NULL,
	form        TEXT NOT NULL,
	level       TEXT NOT NULL,
	status      TEXT NOT NULL,
	grade       TEXT NOT NULL,
	class_group TEXT NOT NULL,
	speciality  TEXT NOT NULL,
	language    TEXT NOT NULL,
	funding     TEXT NOT NULL,
	surname     TEXT NOT NULL,
	given       TEXT NOT NULL,
	patronymic  TEXT NOT NULL,
	birth       INTEGER NOT NULL,
	fingerprint BIGINT NOT NULL,
	source      BIGINT NOT NULL, -- the import that stated it
	sheet       INTEGER NOT NULL,
	row_number  INTEGER NOT NULL,
	known_from  BIGINT NOT NULL,
	known_until BIGINT NOT NULL
);
CREATE UNIQUE INDEX enrolment_person ON enrolment (person, bin, from_day, known_until);
CREATE INDEX enrolment_held ON enrolment (bin, known_until);

-- Conclusions: in which months the state pays for a person, and who claims it.
CREATE TABLE entitlement (
	person      BIGINT NOT NULL,
	category    TEXT NOT NULL,
	from_month  INTEGER NOT NULL,
	to_month    INTEGER NOT NULL,
	bin         BIGINT NOT NULL,
	region      INTEGER NOT NULL,
	known_from  BIGINT NOT NULL,
	known_until BIGINT NOT NULL
);
CREATE UNIQUE INDEX entitlement_person ON entitlement (person, from_month, known_until);

-- How the number of entitled persons changes from a month on, import by import:
-- a month is assessed from these, not from people.
CREATE TABLE tally (
	sequence BIGINT NOT NULL,
	region   INTEGER NOT NULL,
	category TEXT NOT NULL,
	month    INTEGER NOT NULL,
	change   BIGINT NOT NULL,
	PRIMARY KEY (sequence, region, category, month)
);

-- Two full-time claims with a day in common. number 0: not yet given.
CREATE TABLE overlap (
	person      BIGINT NOT NULL,
	bin_a       BIGINT NOT NULL,
	bin_b       BIGINT NOT NULL,
	from_day    INTEGER NOT NULL,
	until_day   INTEGER NOT NULL,
	number      BIGINT NOT NULL,
	known_from  BIGINT NOT NULL,
	known_until BIGINT NOT NULL,
	PRIMARY KEY (person, bin_a, bin_b, from_day, known_until)
);

CREATE TABLE state_rate (
	year       INTEGER NOT NULL,
	percent    BIGINT NOT NULL,
	base       BIGINT NOT NULL,
	unverified INTEGER NOT NULL,
	known_from BIGINT NOT NULL,
	PRIMARY KEY (year, known_from)
);

-- The rules of entitlement, JSON in one spelling: every conclusion that is
-- believed follows from the newest.
CREATE TABLE state_rules (
	known_from BIGINT PRIMARY KEY,
	rules      TEXT NOT NULL
);

-- A frozen month is a sequence and its totals; the list is what was believed.
CREATE TABLE frozen_month (
	month      INTEGER NOT NULL,
	version    INTEGER NOT NULL,
	sequence   BIGINT NOT NULL,
	percent    BIGINT NOT NULL,
	base       BIGINT NOT NULL,
	unverified INTEGER NOT NULL,
	frozen     BIGINT NOT NULL,
	reason     TEXT NOT NULL,
	PRIMARY KEY (month, version)
);
CREATE TABLE frozen_line (
	month    INTEGER NOT NULL,
	version  INTEGER NOT NULL,
	region   INTEGER NOT NULL,
	category TEXT NOT NULL,
	persons  BIGINT NOT NULL,
	amount   BIGINT NOT NULL,
	PRIMARY KEY (month, version, region, category)
);
CREATE TABLE exported_list (
	id       BIGINT PRIMARY KEY,
	month    INTEGER NOT NULL,
	version  INTEGER NOT NULL,
	sequence BIGINT NOT NULL,
	region   INTEGER NOT NULL,
	persons  BIGINT NOT NULL,
	amount   BIGINT NOT NULL,
	digest   TEXT NOT NULL,
	made     BIGINT NOT NULL
);

CREATE TABLE ledger_entry (
	sequence    BIGINT NOT NULL,
	sheet       INTEGER NOT NULL,
	row_number  INTEGER NOT NULL,
	month       INTEGER NOT NULL,
	region      INTEGER NOT NULL,
	category    TEXT NOT NULL,
	persons     BIGINT NOT NULL,
	amount      BIGINT NOT NULL,
	paid_on     INTEGER NOT NULL,
	reference   TEXT NOT NULL,
	known_until BIGINT NOT NULL,
	PRIMARY KEY (sequence, sheet, row_number)
);
CREATE INDEX ledger_entry_month ON ledger_entry (month);

-- The register of letters.
CREATE TABLE letter (
	region    INTEGER NOT NULL,
	year      INTEGER NOT NULL,
	number    BIGINT NOT NULL,
	bin       BIGINT NOT NULL,
	person    BIGINT NOT NULL,
	action    TEXT NOT NULL,
	first_day INTEGER NOT NULL,
	last_day  INTEGER NOT NULL,
	effective INTEGER NOT NULL,
	dated     INTEGER NOT NULL,
	sequence  BIGINT NOT NULL,
	bundle    BIGINT NOT NULL,
	PRIMARY KEY (region, year, number)
);
CREATE INDEX letter_person ON letter (person);
CREATE TABLE letter_bundle (
	id        BIGINT PRIMARY KEY,
	bin       BIGINT NOT NULL,
	region    INTEGER NOT NULL,
	dated     INTEGER NOT NULL,
	from_seq  BIGINT NOT NULL,
	to_seq    BIGINT NOT NULL,
	letters   INTEGER NOT NULL,
	written   INTEGER NOT NULL
);
CREATE INDEX letter_bundle_bin ON letter_bundle (bin, to_seq);

-- The audit chain: digests only, each entry over the one before.
CREATE TABLE audit (
	number BIGINT PRIMARY KEY,
	at     BIGINT NOT NULL,
	what   TEXT NOT NULL,
	digest TEXT NOT NULL,
	chain  TEXT NOT NULL
);
