package osms

// Severity of a refusal: a refused row is not applied, a warning is.
type Severity string

const (
	Refused Severity = "refused"
	Warning Severity = "warning"
)

// Code names a rule that a row broke.
type Code string

// Codes of refused rows.
const (
	IINMissing          Code = "iin_missing"
	IINLength           Code = "iin_length"
	IINCharacters       Code = "iin_characters"
	IINCheckDigit       Code = "iin_check_digit"
	IINDigitsLost       Code = "iin_digits_lost"
	IINBirthDate        Code = "iin_birth_date"
	BirthDateMismatch   Code = "birth_date_mismatch"
	SexMismatch         Code = "sex_mismatch"
	NameMissing         Code = "name_missing"
	NameLettersLost     Code = "name_letters_lost"
	NameMismatch        Code = "name_mismatch"
	BINMissing          Code = "bin_missing"
	BINStructure        Code = "bin_structure"
	BINCheckDigit       Code = "bin_check_digit"
	OtherRegion         Code = "other_region"
	StudyFormMissing    Code = "study_form_missing"
	StudyFormUnknown    Code = "study_form_unknown"
	StatusUnknown       Code = "status_unknown"
	LeftOnMissing       Code = "left_on_missing"
	DateUnreadable      Code = "date_unreadable"
	DateOrder           Code = "date_order"
	FutureDate          Code = "future_date"
	ConflictingRows     Code = "conflicting_rows"
	FormulaWithoutValue Code = "formula_without_value"
	ErrorCell           Code = "error_cell"
	MergedCell          Code = "merged_cell"
	FieldCount          Code = "field_count"
	ControlCharacter    Code = "control_character"
	OrganisationClosed  Code = "organisation_closed"
	// PersonUnknown: what happened says something of a claim, and the register knows
	// nobody who had one. PersonOfOtherRegion: no organisation of the region that
	// sends the list ever claimed the person.
	PersonUnknown       Code = "person_unknown"
	PersonOfOtherRegion Code = "person_of_other_region"
)

// Codes of warnings.
const (
	DuplicateRow         Code = "duplicate_row"
	IINCleaned           Code = "iin_cleaned"
	NameDiffersElsewhere Code = "name_differs_elsewhere"
	IINRepaired          Code = "iin_repaired"
	IINForeigner         Code = "iin_foreigner"
	NameChanged          Code = "name_changed"
	MixedScript          Code = "mixed_script"
	HiddenRowRead        Code = "hidden_row_read"
)

// Refusal is one fault of one row: an address, the value that stood there, the
// rule, and what else the sentence needs. Message gives the sentence in a
// language.
type Refusal struct {
	Sheet    string // name of the sheet; "" in a CSV
	Cell     string // "D17"; in a CSV column letter and record number
	Row      int
	Field    string // the vocabulary's field name, "iin", "left_on" …
	Code     Code
	Severity Severity
	Value    string // whole; Masked gives what may leave the submitter's file
	// Detail fills the sentence: the expected value, the other row …
	Detail string
}

// FileCode names why a file as a whole is refused.
type FileCode string

const (
	FileUnreadable        FileCode = "unreadable" // the computer could not give its bytes
	FileEmpty             FileCode = "empty"
	FileEncrypted         FileCode = "encrypted"
	FileLegacyXLS         FileCode = "legacy_xls"
	FileUnsupportedFormat FileCode = "unsupported_format"
	FileNotAWorkbook      FileCode = "not_a_workbook"
	FileTruncated         FileCode = "truncated"
	FileDamaged           FileCode = "damaged"
	FileUnsafe            FileCode = "unsafe"
	FileTooLarge          FileCode = "too_large"
	FileTooManyRows       FileCode = "too_many_rows"
	FileNoHeader          FileCode = "no_header"
	FileMissingColumn     FileCode = "missing_column"
	FileDuplicateHeader   FileCode = "duplicate_header"
	FileUnknownKind       FileCode = "unknown_kind"
	FileNoRegion          FileCode = "no_region" // a roster that came through no region's folder
	FileBadEncoding       FileCode = "bad_encoding"
	FileControlTotal      FileCode = "control_total"
	// FileDocumentConflict: a payment document with this reference, payer and
	// date is there already, and says something else.
	FileDocumentConflict FileCode = "document_conflict"
	// FileApproval: nothing with the approved hash is there to be applied.
	FileApproval FileCode = "approval_void"
	// FileHeldRefused: an administrator decided that what was held is not applied.
	FileHeldRefused FileCode = "held_refused"
	// FileUndone: an administrator took the import back.
	FileUndone FileCode = "undone"
)

// FileError refuses a whole file. Where names the part, byte, sheet, row or
// column; Detail completes the sentence (plain words, English).
type FileError struct {
	Code   FileCode
	Where  string
	Detail string
}

func (e *FileError) Error() string {
	s := string(e.Code)
	if e.Where != "" {
		s += " at " + e.Where
	}
	if e.Detail != "" {
		s += ": " + e.Detail
	}
	return s
}

// HoldReason names why a file or an organisation in it waits for an
// administrator.
type HoldReason string

const (
	HoldBreaker             HoldReason = "breaker"
	HoldCutTail             HoldReason = "cut_tail"
	HoldNoRows              HoldReason = "no_rows"
	HoldGrowth              HoldReason = "growth"
	HoldDeclarationConflict HoldReason = "declaration_conflict"
	HoldSecondTable         HoldReason = "second_table"
	HoldVeryHiddenSheet     HoldReason = "very_hidden_sheet"
	HoldProvisionalBIN      HoldReason = "provisional_bin"
	HoldFarFuture           HoldReason = "far_future"
)

// Hold is a reason with the words that explain it. Of one organisation it has
// the hash of the diff that waits, which is what an administrator releases.
type Hold struct {
	Reason HoldReason
	Detail string
	BIN    BIN    // 0: the whole file
	Diff   string // of the organisation
	// What the diff would do there, in persons.
	Joined, Left, Changed int
}

// Outcome is the one named state in which every file seen ends.
type Outcome string

const (
	Applied             Outcome = "applied"
	AppliedWithRefusals Outcome = "applied_with_refusals"
	AlreadyApplied      Outcome = "already_applied"
	Superseded          Outcome = "superseded"
	Held                Outcome = "held"
	FileRefused         Outcome = "refused"
	Waiting             Outcome = "waiting"
)

// Outcomes lists the outcomes in which a file can end.
func Outcomes() []Outcome {
	return []Outcome{Applied, AppliedWithRefusals, AlreadyApplied, Superseded, Held, FileRefused}
}
