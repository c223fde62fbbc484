package country

import (
	"strconv"
	"strings"

	"osmsd/sync/osms"
)

// faults are the ways to spoil a row, one code each.
var faults = []fault{
	{"iin_missing", (*slot).guarded, func(x *slot) []hit { return x.one("iin", osms.IINMissing, cell{}) }},
	{"iin_length", (*slot).guarded, func(x *slot) []hit {
		s := x.e.iin.Digits()
		if x.workbook() {
			return x.one("iin", osms.IINLength, words(s[:11]))
		}
		return x.one("iin", osms.IINLength, words(s+"7"))
	}},
	{"iin_characters", (*slot).guarded, func(x *slot) []hit {
		s := x.e.iin.Digits()
		return x.one("iin", osms.IINCharacters, words(s[:7]+"О"+s[8:]))
	}},
	{"iin_check_digit", (*slot).guarded, func(x *slot) []hit {
		s := x.e.iin.Digits()
		return x.one("iin", osms.IINCheckDigit, words(s[:11]+string('0'+(s[11]-'0'+byte(x.draw.between(1, 9)))%10)))
	}},
	{"iin_digits_lost", (*slot).guarded, func(x *slot) []hit { return x.one("iin", osms.IINDigitsLost, words(scientific(x.e.iin))) }},
	{"iin_birth_date", (*slot).guarded, func(x *slot) []hit {
		return x.one("iin", osms.IINBirthDate, words(impossible(x.e.iin, x.draw.n(3))))
	}},
	{"birth_date_mismatch", func(x *slot) bool { return x.has("birth_date") }, func(x *slot) []hit {
		return x.one("birth_date", osms.BirthDateMismatch, dateCell(x.e.birth-10000, x.r.dress.dates))
	}},
	{"sex_mismatch", func(x *slot) bool { return x.has("sex") }, func(x *slot) []hit {
		return x.one("sex", osms.SexMismatch, words(sexWord(!x.e.male, x.r.dress.language, x.r.layout.long)))
	}},
	{"name_missing", func(x *slot) bool { return true }, func(x *slot) []hit {
		x.setName(osms.Name{})
		if x.has("surname") {
			return []hit{{"surname", osms.NameMissing}, {"given_name", osms.NameMissing}}
		}
		return []hit{{"full_name", osms.NameMissing}}
	}},
	{"name_letters_lost", func(x *slot) bool { return lost.Replace(x.e.name.Surname) != x.e.name.Surname }, func(x *slot) []hit {
		n := x.e.name
		n.Surname = lost.Replace(n.Surname)
		x.setName(n)
		return []hit{{x.naming(), osms.NameLettersLost}}
	}},
	{"name_mismatch", func(x *slot) bool { return x.held }, func(x *slot) []hit {
		x.setName(x.stranger())
		return []hit{{x.naming(), osms.NameMismatch}}
	}},
	{"bin_missing", func(x *slot) bool { return x.has("bin") }, func(x *slot) []hit { return x.one("bin", osms.BINMissing, cell{}) }},
	{"bin_structure", func(x *slot) bool { return x.has("bin") }, func(x *slot) []hit {
		return x.one("bin", osms.BINStructure, words(impossibleBIN(x.c.orgs[x.e.claim.org].bin, x.draw.n(3))))
	}},
	{"bin_check_digit", func(x *slot) bool { return x.has("bin") }, func(x *slot) []hit {
		s := x.c.orgs[x.e.claim.org].bin.Digits()
		return x.one("bin", osms.BINCheckDigit, words(s[:11]+string('0'+(s[11]-'0'+1)%10)))
	}},
	{"study_form_missing", func(x *slot) bool { return true }, func(x *slot) []hit {
		return x.one("study_form", osms.StudyFormMissing, cell{})
	}},
	{"study_form_unknown", func(x *slot) bool { return true }, func(x *slot) []hit {
		return x.one("study_form", osms.StudyFormUnknown, words(say(x.r.dress.language, "аралас", "смешанная", "mixed")))
	}},
	{"status_unknown", func(x *slot) bool { return x.has("status") }, func(x *slot) []hit {
		return x.one("status", osms.StatusUnknown, words(say(x.r.dress.language, "нақтылануда", "уточняется", "to be clarified")))
	}},
	{"left_on_missing", (*slot).delta, func(x *slot) []hit {
		x.set("status", words(statusWord(osms.Expelled, x.r.dress.language, x.e.male, false)))
		return x.one("left_on", osms.LeftOnMissing, cell{})
	}},
	{"date_unreadable", func(x *slot) bool { return x.has("enrolled_on") }, func(x *slot) []hit {
		return x.one("enrolled_on", osms.DateUnreadable, words([...]string{"31.02.2025", "сентябрь", "09.2025"}[x.draw.n(3)]))
	}},
	{"date_unreadable birth", func(x *slot) bool { return x.has("birth_date") }, func(x *slot) []hit {
		return x.one("birth_date", osms.DateUnreadable, words([...]string{"30.02.2009", "нет", "осень 2008"}[x.draw.n(3)]))
	}},
	{"date_order", func(x *slot) bool { return x.has("left_on") && x.has("enrolled_on") && x.has("status") }, func(x *slot) []hit {
		x.set("status", words(statusWord(osms.Expelled, x.r.dress.language, x.e.male, false)))
		x.set("enrolled_on", dateCell(x.e.from, x.r.dress.dates))
		return x.one("left_on", osms.DateOrder, dateCell(x.e.from.Add(-40), x.r.dress.dates))
	}},
	{"date_order studying", func(x *slot) bool {
		return x.has("left_on") && x.has("status") && !x.delta() && x.held && x.e.from < x.r.asAt-10000
	}, func(x *slot) []hit {
		return x.one("left_on", osms.DateOrder, dateCell(x.r.asAt.Add(-20), x.r.dress.dates))
	}},
	{"future_date", func(x *slot) bool { return x.has("enrolled_on") }, func(x *slot) []hit {
		if x.has("left_on") {
			x.set("left_on", cell{})
		}
		if x.has("order_date") {
			x.set("order_date", cell{})
		}
		return x.one("enrolled_on", osms.FutureDate, dateCell(x.r.asAt+360000, x.r.dress.dates))
	}},
	{"conflicting_rows", func(x *slot) bool { return !x.delta() }, func(x *slot) []hit {
		x.twin = append([]cell(nil), x.cells...)
		other := osms.FullTime
		if x.e.form == osms.FullTime {
			other = osms.PartTime
		}
		x.twin[x.r.layout.at["study_form"]].text = formWord(other, x.r.dress.language)
		return []hit{{"iin", osms.ConflictingRows}}
	}},
	{"formula_without_value", func(x *slot) bool { return x.workbook() && x.has("enrolled_on") }, func(x *slot) []hit {
		return x.one("enrolled_on", osms.FormulaWithoutValue, cell{kind: uncalculated, text: "VLOOKUP($B2,$A$1:$D$9,3,0)"})
	}},
	{"error_cell", func(x *slot) bool { return x.workbook() && x.has("birth_date") }, func(x *slot) []hit {
		return x.one("birth_date", osms.ErrorCell, cell{kind: failed, text: [...]string{"#N/A", "#REF!"}[x.draw.n(2)]})
	}},
	{"control_character", (*slot).workbook, func(x *slot) []hit {
		n := x.e.name
		n.Surname += "_x0000_"
		x.setName(n)
		return []hit{{x.naming(), osms.ControlCharacter}}
	}},
	// What follows is only planted on people whom nobody holds.
	{"field_count", func(x *slot) bool { return !x.held && !x.workbook() }, func(x *slot) []hit {
		x.cells = append(x.cells, words("артық"), words("х"))
		return []hit{{"iin", osms.FieldCount}}
	}},
	{"other_region", func(x *slot) bool { return !x.held && x.has("bin") && x.c.opt.Regions > 1 }, func(x *slot) []hit {
		x.set("bin", words(x.c.orgs[x.c.regionOrgs[(x.r.region+1)%x.c.opt.Regions][0]].bin.Digits()))
		return []hit{{"iin", osms.OtherRegion}}
	}},
	{"organisation_closed", func(x *slot) bool { return !x.held && x.has("bin") }, func(x *slot) []hit {
		x.set("bin", words(x.c.closedBIN(x.r.region).Digits()))
		return []hit{{"iin", osms.OrganisationClosed}}
	}},
}

// stranger is a name of which surname and given name both differ.
func (x *slot) stranger() osms.Name {
	for {
		n := inventName(&x.draw, x.e.male)
		if osms.FoldName(n.Surname) != osms.FoldName(x.e.name.Surname) && osms.FoldName(n.Given) != osms.FoldName(x.e.name.Given) {
			return n
		}
	}
}

// scientific is what a narrow column leaves of a number that was saved as text.
func scientific(iin osms.IIN) string {
	s := strings.TrimLeft(iin.Digits(), "0")
	return s[:1] + "," + s[1:6] + "E+" + strconv.Itoa(len(s)-1)
}

// impossible spoils the birth date or century inside a number and gives it a
// right check digit: 30 February, month 13, or a century of its own.
func impossible(iin osms.IIN, variant int) string {
	s := []byte(iin.Digits()[:11])
	switch variant {
	case 0:
		copy(s[2:], "0230")
	case 1:
		copy(s[2:], "13")
	default:
		s[6] = '8' - (s[6]-'0')%2 // 7 male, 8 female
	}
	return completed(s)
}

// impossibleBIN spoils the month, type or attribute of a BIN.
func impossibleBIN(bin osms.BIN, variant int) string {
	s := []byte(bin.Digits()[:11])
	switch variant {
	case 0:
		copy(s[2:], "99")
	case 1:
		s[4] = '9'
	default:
		s[5] = '9'
	}
	return completed(s)
}

// completed adds the check digit; where there is none the serial goes up by one.
func completed(eleven []byte) string {
	n, _ := strconv.ParseUint(string(eleven), 10, 64)
	for ; ; n++ {
		if k, ok := osms.CheckDigit(n); ok {
			s := strconv.FormatUint(n*10+uint64(k), 10)
			return strings.Repeat("0", 12-len(s)) + s
		}
	}
}
