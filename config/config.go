// Package config reads osmsd.yaml. Every key has a default, so that the file
// may be absent or say only what differs; example.yaml shows every key with its
// default and says which of them rest on a decision or an unconfirmed source.
//
// Values come from, the later the stronger: Default, the file, the
// environment. OSMSD_ and the key's path in capitals names a variable
// (OSMSD_TIME_ZONE, OSMSD_INTAKE_POLL). Secrets may come from a file that only
// its owner can read: OSMSD_DATABASE_FILE, OSMSD_DATABASE_PASSWORD_FILE,
// OSMSD_MAIL_PASSWORD_FILE.
//
// The reading is strict: an unknown or repeated key, a number without its
// unit, a yes where true is meant are faults. All faults of a configuration
// are listed together, each with its line. Text is taken as it is written,
// never as YAML would resolve it, so that 060340001234 is a BIN and not an
// octal number.
package config

import (
	"time"

	"osmsd/sync/osms"
)

// Config is the configuration of one home folder. Relative paths are under the
// home.
type Config struct {
	// Database is empty for <home>/registry.db or a postgres:// address. The
	// password is never in it; DSN puts it back.
	Database         string                 `yaml:"database"`
	DatabasePassword Secret                 `yaml:"database_password"`
	Language         string                 `yaml:"language"`
	TimeZone         string                 `yaml:"time_zone"`
	Calendar         string                 `yaml:"calendar"` // file of working days; empty: embedded only
	Folders          Folders                `yaml:"folders"`
	Regions          map[osms.Region]Region `yaml:"regions"`
	Intake           Intake                 `yaml:"intake"`
	Limits           Limits                 `yaml:"limits"`
	Breaker          Breaker                `yaml:"breaker"`
	Rosters          Rosters                `yaml:"rosters"`
	Schedule         map[osms.Job]Task      `yaml:"schedule"`
	Rates            []Rate                 `yaml:"rates"` // in addition to the embedded table: see StateRates
	State            State                  `yaml:"state"`
	Policy           Policy                 `yaml:"policy"`
	Letters          Letters                `yaml:"letters"`
	Law              string                 `yaml:"law"` // folder of legal texts; empty: embedded only
	Providers        []Provider             `yaml:"providers"`
	Cases            Cases                  `yaml:"cases"`
	Requests         Requests               `yaml:"requests"`
	Retention        Retention              `yaml:"retention"`
	Remotes          []Remote               `yaml:"remotes"`
	Console          Console                `yaml:"console"`
	Log              Log                    `yaml:"log"`
	Mail             Mail                   `yaml:"mail"`

	source source
}

// Folders are where files come from and go to.
type Folders struct {
	Inbox      string `yaml:"inbox"`
	Returned   string `yaml:"returned"`
	Letters    string `yaml:"letters"`
	Reports    string `yaml:"reports"`
	Statements string `yaml:"statements"`
	Archive    string `yaml:"archive"`
}

// Region is what is special about the files of one region.
type Region struct {
	// Headers adds column headers to a field: study_form: [Оқу түрі].
	Headers map[string][]string `yaml:"headers"`
	// Values adds texts to a value of a field: study_form: {full_time: [дн.]}.
	Values map[string]map[string][]string `yaml:"values"`
	// Declaration fills what a roster leaves open.
	Declaration Declaration `yaml:"declaration"`
}

// Declaration says what a roster is when neither its title rows nor its name
// do.
type Declaration struct {
	Mode osms.Mode `yaml:"mode"`
	AsAt osms.Date `yaml:"as_at"`
}

// Intake is how drop folders are watched.
type Intake struct {
	Poll time.Duration `yaml:"poll"` // between two looks
	Rest time.Duration `yaml:"rest"` // size and time of a file must stand still so long
}

// Rosters is what is agreed about them with those who send them.
type Rosters struct {
	// CorrectWithin is within how many working days the corrected file of one
	// that was received is awaited: receipts name the day.
	CorrectWithin int `yaml:"correct_within"`
	// DueDay is the working day of a month by which its rosters are due.
	DueDay int `yaml:"due_day"`
}

// Limits bound what one file may cost.
type Limits struct {
	File          Bytes `yaml:"file"`
	Part          Bytes `yaml:"part"`  // one inflated part of a workbook
	Ratio         int   `yaml:"ratio"` // inflated : packed
	Entries       int   `yaml:"entries"`
	Sheets        int   `yaml:"sheets"`
	Rows          int   `yaml:"rows"`
	Columns       int   `yaml:"columns"`
	Token         Bytes `yaml:"token"` // one XML token or CSV line
	Cell          int   `yaml:"cell"`  // characters
	Depth         int   `yaml:"depth"`
	Shared        Bytes `yaml:"shared"`
	SharedStrings int   `yaml:"shared_strings"`
	CellFormats   int   `yaml:"cell_formats"`
	BatchFiles    int   `yaml:"batch_files"` // in a .zip of files
	BatchBytes    Bytes `yaml:"batch_bytes"` // what they inflate to together
}

// Breaker says which rosters wait for an administrator. A share or a number of
// times of zero switches its rule off.
type Breaker struct {
	// More than Share per cent and more than Persons enrolments would end.
	Share   int `yaml:"share"`
	Persons int `yaml:"persons"`
	// More than MediumShare per cent of an organisation of MediumSize or more.
	MediumShare int `yaml:"medium_share"`
	MediumSize  int `yaml:"medium_size"`
	// More than SmallShare per cent of an organisation of SmallSize or more.
	SmallShare int `yaml:"small_share"`
	SmallSize  int `yaml:"small_size"`
	// More than GrowthTimes times, and GrowthPersons more, than are held.
	GrowthTimes   int `yaml:"growth_times"`
	GrowthPersons int `yaml:"growth_persons"`
	// Of a CSV that nothing proves whole, TailShare per cent and TailPersons or
	// more are missing at the end of the last roster's order.
	TailShare   int `yaml:"tail_share"`
	TailPersons int `yaml:"tail_persons"`
}

// Task says when a job runs. In the file it may be the cron expression alone,
// or off.
type Task struct {
	Cron string `yaml:"cron"` // empty: never
	// WorkingDay lets it run only on the n-th working day of the month; 0 every
	// time.
	WorkingDay int `yaml:"working_day"`
}

// Rate is the state's contribution of a year, as published.
type Rate struct {
	Year    int       `yaml:"year"`
	Percent osms.Rate `yaml:"percent"`
	Base    osms.Tiyn `yaml:"base_kzt"`
}

// State is the payer as statements name it.
type State struct {
	PayerKK  string   `yaml:"payer_kk"`
	PayerRU  string   `yaml:"payer_ru"`
	PayerBIN osms.BIN `yaml:"payer_bin"`
	// KNP is the payment code of state contributions: it was not found, so it
	// is empty until someone knows it.
	KNP string `yaml:"knp"`
}

// Policy is what the law leaves open. Rules are the ones from the beginning;
// Changes hold from a month on.
type Policy struct {
	Rules   `yaml:",inline"`
	Changes []Change `yaml:"changes"`
}

// Rules are the decisions of a month.
type Rules struct {
	AcademicLeaveDue bool `yaml:"academic_leave_due"`
	Category1First   bool `yaml:"category1_first"`
	GraceMonths      int  `yaml:"grace_months"` // care after the end of entitlement: Art. 5
}

// Change replaces some rules from a month on; what it leaves out stays.
type Change struct {
	Since            osms.Month `yaml:"since"`
	AcademicLeaveDue *bool      `yaml:"academic_leave_due"`
	Category1First   *bool      `yaml:"category1_first"`
	GraceMonths      *int       `yaml:"grace_months"`
}

// At gives the rules that hold in a month.
func (p Policy) At(m osms.Month) Rules {
	r := p.Rules
	for _, c := range p.Changes { // Validate keeps them in order
		if c.Since > m {
			break
		}
		if c.AcademicLeaveDue != nil {
			r.AcademicLeaveDue = *c.AcademicLeaveDue
		}
		if c.Category1First != nil {
			r.Category1First = *c.Category1First
		}
		if c.GraceMonths != nil {
			r.GraceMonths = *c.GraceMonths
		}
	}
	return r
}

// Letters is what a letter prints where the list of organisations has nothing,
// and how letters are made.
type Letters struct {
	Executor string `yaml:"executor"`
	Phone    string `yaml:"phone"`
	// Texts is a folder with an operator's wording; empty: the built-in one.
	Texts string `yaml:"texts"`
	// Covering sends the notifications of an organisation with a covering letter of
	// the akimat.
	Covering bool `yaml:"covering"`
	// DOCX writes the letters about cases also as documents that can be edited.
	DOCX bool `yaml:"docx"`
}

// Provider is who renders service A: with a BIN an organisation of education,
// whose entry in the list of organisations it completes; without one the akimat
// of a region, or of a district or city of it.
type Provider struct {
	BIN        osms.BIN    `yaml:"bin"`
	Region     osms.Region `yaml:"region"`
	District   string      `yaml:"district"`
	NameKK     string      `yaml:"name_kk"`
	NameRU     string      `yaml:"name_ru"`
	AddressKK  string      `yaml:"address_kk"`
	AddressRU  string      `yaml:"address_ru"`
	OfficeKK   string      `yaml:"office_kk"`
	OfficeRU   string      `yaml:"office_ru"`
	PositionKK string      `yaml:"position_kk"`
	PositionRU string      `yaml:"position_ru"`
	Head       string      `yaml:"head"`
	Executor   string      `yaml:"executor"`
	Phone      string      `yaml:"phone"`
}

// Cases is how service A is worked.
type Cases struct {
	// Automatic does every step that nobody did: for offices that sign on paper
	// what the program has prepared. Otherwise people do steps 2, 4 and 5.
	Automatic bool `yaml:"automatic"`
	// Hearing puts the prior hearing before a refusal.
	Hearing bool `yaml:"hearing"`
	// FromRosters makes a case of every change that a roster reports.
	FromRosters bool `yaml:"from_rosters"`
}

// Requests is how service B is answered.
type Requests struct {
	// Key is the file of the key that statements are signed with; it is made when
	// it is missing.
	Key string `yaml:"key"`
}

// Retention is how long content is kept before `osmsd destroy --due` destroys
// it, by class of document.
type Retention struct {
	Originals  Term `yaml:"originals"`  // the bytes of files, in the archive
	Rows       Term `yaml:"rows"`       // the parsed rows of rosters
	Arrivals   Term `yaml:"arrivals"`   // values in the reports on files
	Returned   Term `yaml:"returned"`   // receipts and returned workbooks
	Letters    Term `yaml:"letters"`    // printed letters
	Reports    Term `yaml:"reports"`    // reconciliation workbooks
	Statements Term `yaml:"statements"` // statements
}

// Default is the configuration of a home without osmsd.yaml.
func Default() Config {
	return Config{
		Language: "ru",
		TimeZone: "Asia/Almaty",
		Folders: Folders{Inbox: "inbox", Returned: "returned", Letters: "letters", Reports: "reports",
			Statements: "statements", Archive: "archive"},
		Intake: Intake{Poll: 10 * time.Second, Rest: 5 * time.Second},
		Limits: Limits{File: 256 << 20, Part: 2 << 30, Ratio: 400, Entries: 10_000, Sheets: 255, Rows: 1_048_576, Columns: 256,
			Token: 1 << 20, Cell: 32_767, Depth: 64, Shared: 64 << 20, SharedStrings: 3_000_000, CellFormats: 65_490,
			BatchFiles: 1000, BatchBytes: 1 << 30},
		Breaker: Breaker{Share: 10, Persons: 20, MediumShare: 30, MediumSize: 10, SmallShare: 50, SmallSize: 3,
			GrowthTimes: 10, GrowthPersons: 100, TailShare: 5, TailPersons: 3},
		Rosters: Rosters{CorrectWithin: 3, DueDay: 5},
		Schedule: map[osms.Job]Task{
			osms.JobAssess:    {Cron: "0 6 * * *", WorkingDay: 1},
			osms.JobReconcile: {Cron: "0 7 * * *", WorkingDay: 6},
			osms.JobLetters:   {Cron: "0 8 * * *"},
			osms.JobDeliver:   {Cron: "*/5 * * * *"},
			osms.JobReminders: {Cron: "0 9 * * *", WorkingDay: 6},
			osms.JobCases:     {Cron: "0 9-18 * * *"},
			osms.JobRequests:  {},
			osms.JobMonth:     {},
			osms.JobRemote:    {}, // see defaultRemotes
		},
		State:    State{PayerKK: "Мемлекет (республикалық бюджет)", PayerRU: "Государство (республиканский бюджет)"},
		Policy:   Policy{Rules: Rules{AcademicLeaveDue: true, Category1First: true, GraceMonths: 3}},
		Requests: Requests{Key: "statement.key"},
		Console:  Console{Listen: "127.0.0.1:8080", Idle: 2 * time.Hour, Longest: 12 * time.Hour},
		Log:      Log{Format: "text", Level: "info"},
		Mail:     defaultMail(),
	}
}
