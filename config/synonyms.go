package config

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"osmsd/sync/osms"
)

// fields are the columns of a roster that a region may name in its own way.
var fields = []string{"row_no", "iin", "bin", "full_name", "surname", "given_name", "patronymic", "birth_date", "sex", "organisation",
	"level", "speciality", "grade", "group", "study_form", "language", "funding", "enrolled_on", "left_on", "order", "order_date",
	"status", "region", "note"}

// values are what the texts of a field may mean.
var values = map[string][]string{
	"study_form": {string(osms.FullTime), string(osms.PartTime), string(osms.Evening), string(osms.Distance), string(osms.External)},
	"level":      {string(osms.Secondary), string(osms.TVET), string(osms.PostSecondary), string(osms.Higher), string(osms.Postgraduate)},
	"status": {string(osms.Studying), string(osms.AcademicLeave), string(osms.Expelled), string(osms.Graduated),
		string(osms.TransferredOut)},
	"sex": {string(osms.Male), string(osms.Female)},
}

// checkSynonyms finds unknown fields and values and texts that would mean two
// things.
func (s *source) checkSynonyms(key string, r Region) {
	meaning := map[string]string{}
	for _, field := range slices.Sorted(maps.Keys(r.Headers)) {
		at := key + ".headers." + field
		if !slices.Contains(fields, field) {
			s.add(at, "no such field; the fields are %s", strings.Join(fields, ", "))
		}
		s.texts(at, field, r.Headers[field], meaning)
	}
	for _, field := range slices.Sorted(maps.Keys(r.Values)) {
		at := key + ".values." + field
		known, ok := values[field]
		if !ok {
			s.add(at, "no field with values; they are %s", strings.Join(slices.Sorted(maps.Keys(values)), ", "))
			continue
		}
		meaning := map[string]string{}
		for _, value := range slices.Sorted(maps.Keys(r.Values[field])) {
			if !slices.Contains(known, value) {
				s.add(at+"."+value, "no such value; the values are %s", strings.Join(known, ", "))
			}
			s.texts(at+"."+value, value, r.Values[field][value], meaning)
		}
	}
}

// texts checks one list of synonyms; meaning remembers what each text means.
func (s *source) texts(key, name string, list []string, meaning map[string]string) {
	for i, text := range list {
		at := fmt.Sprintf("%s[%d]", key, i)
		folded := strings.Join(strings.Fields(strings.ToLower(text)), " ")
		other, twice := meaning[folded]
		switch {
		case folded == "":
			s.add(at, "the text is empty")
		case twice && other == name:
			s.add(at, "%q stands twice", text)
		case twice:
			s.add(at, "%q already means %s", text, other)
		}
		meaning[folded] = name
	}
}
