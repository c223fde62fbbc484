package application

import (
	"strings"

	"osmsd/importers/sheet"
	"osmsd/importers/table"
	"osmsd/sync/osms"
)

// ReadApplications reads a list of applications for service A. A row without a
// readable IIN or without the provider's BIN is refused: nobody could be
// answered. What the list does not say of a document or of the consent, it says
// as no: a column that is missing, an empty cell. The same row twice is one
// application. The error is a *osms.FileError when the file as a whole is
// refused.
func ReadApplications(book *sheet.Book, o Options) (*List[osms.Application], error) {
	return read(book, o, applications)
}

var applications = form[osms.Application, osms.Application]{kind: osms.KindApplications, line: readApplication,
	same: func(a osms.Application) (osms.Application, bool) {
		a.Place = osms.Place{}
		return a, true
	}}

func readApplication(r *row) osms.Application {
	a := osms.Application{Place: r.Place(), Incoming: r.text("number", longestNumber), Received: r.received(),
		Person: r.person(r.Refuse), Name: r.name()}
	stated := false
	if a.BIN, stated = r.organisation("bin"); !stated {
		r.Refuse("bin", osms.BINMissing, "")
	}
	if a.Previous, _ = r.organisation("previous_bin"); a.Previous == a.BIN {
		a.Previous = 0
	}
	a.Form, a.Identity, a.Study = r.present("application_form"), r.present("identity_document"), r.present("study_document")
	a.IdentityUntil, a.StudyDated = r.until("identity_valid_until"), r.day("study_document_date")
	a.Consent = r.yes("consent")
	if text := r.Text("study_form"); !table.BlankText(text) {
		if a.StudyForm = osms.StudyForm(table.Values().Lookup("study_form", text)); a.StudyForm == "" {
			r.Warn("study_form", osms.StudyFormUnknown, "")
		}
	}
	if text := r.Text("level"); !table.BlankText(text) {
		if a.Level = osms.Level(table.Values().Lookup("level", text)); a.Level == "" {
			r.Warn("level", osms.LevelUnknown, "")
		}
	}
	a.EnrolledOn = r.day("enrolled_on")
	return a
}

// until reads the last day of a validity, which may have none.
func (r *row) until(field string) osms.Date {
	if table.Values().Lookup("validity", r.Text(field)) == "forever" {
		return osms.Forever
	}
	return r.day(field)
}

// name reads the name from its own columns, or from one that holds them all. No
// name is a warning: the register knows the person by the IIN. Lost letters
// refuse the row, since the name could only be taken for another.
func (r *row) name() osms.Name {
	_, surname := r.Table.Columns["surname"]
	_, given := r.Table.Columns["given_name"]
	_, full := r.Table.Columns["full_name"]
	var name osms.Name
	field := "full_name"
	switch {
	case surname && given:
		field = "surname"
		name = osms.Name{Surname: r.namePart("surname"), Given: r.namePart("given_name"), Patronymic: r.namePart("patronymic")}
	case full:
		name = table.SplitName(r.namePart("full_name"))
	default:
		return name
	}
	if name.Surname == "" && name.Given == "" {
		r.Warn(field, osms.NameMissing, "")
	}
	return name
}

// namePart reads one cell of a name; a dash, or a text without a letter, is no
// part of it.
func (r *row) namePart(field string) string {
	c := r.Cell(field)
	looked := table.Look(c.Text)
	switch {
	case looked&table.ControlSign != 0:
		r.Refuse(field, osms.ControlCharacter, table.Controls(c.Text))
	case looked&table.Lost != 0:
		r.Refuse(field, osms.NameLettersLost, "")
	case looked&table.Mixed != 0:
		r.Warn(field, osms.MixedScript, table.MixedWord(c.Text))
	}
	if table.BlankText(c.Text) || table.Wordless(c.Text) {
		return ""
	}
	return strings.Clone(table.Beginning(table.Tidy(c.Text), longestText))
}
