package letter

import (
	_ "embed"
	"encoding/csv"
	"fmt"
	"slices"
	"strings"
	"sync"

	"osmsd/sync/osms"
)

//go:embed data/basis.csv
var basisCSV string

type datedBasis struct {
	since, until osms.Date
	category     osms.Category // "" for every category
	basis        osms.LegalBasis
}

var bases = sync.OnceValue(func() []datedBasis {
	list, err := parseBases(basisCSV)
	if err != nil {
		panic("letter: embedded basis.csv: " + err.Error())
	}
	return list
})

func parseBases(text string) ([]datedBasis, error) {
	rows, err := csv.NewReader(strings.NewReader(text)).ReadAll()
	if err != nil {
		return nil, err
	}
	var list []datedBasis
	last := map[osms.Category]osms.Date{} // until when each category has a basis
	for _, row := range rows[1:] {
		b := datedBasis{until: osms.Forever, basis: osms.LegalBasis{KK: row[4], RU: row[5], Ours: row[3] == "yes"}, category: osms.Category(row[2])}
		if row[0] != "" {
			if b.since, err = osms.ParseDate(row[0]); err != nil {
				return nil, err
			}
		}
		if row[1] != "" {
			if b.until, err = osms.ParseDate(row[1]); err != nil {
				return nil, err
			}
		}
		of := []osms.Category{b.category}
		if b.category == "" {
			of = categories
		}
		for _, c := range of {
			if !slices.Contains(categories, c) {
				return nil, fmt.Errorf("the basis from %s is for category %q", b.since, c)
			}
			if until, ok := last[c]; ok && b.since != until.Add(1) {
				return nil, fmt.Errorf("the basis of category %s from %s does not follow the one before", c, b.since)
			}
			last[c] = b.until
		}
		list = append(list, b)
	}
	for _, c := range categories {
		if last[c] != osms.Forever {
			return nil, fmt.Errorf("category %s has no basis today", c)
		}
	}
	return list, nil
}

// categories are the grounds that letters are written on.
var categories = []osms.Category{osms.Child, osms.Learner}

// Basis is the act that a letter of a day names for a category of Art. 26; zero
// for a category that has none. Until 10 March 2020 that is
// the regulation of East Kazakhstan's akimat No 181 of 18 June 2018 on the
// Standard of the Minister of Education and Science No 6 of 10 January 2018;
// it was repealed by resolution No 69 of 10 March 2020, whose exact first day
// is not known. After that it is law No 405-V, in our wording: Art. 26(1)(1) for
// a child, Art. 26(1)(13) for a learner of full age.
func Basis(date osms.Date, category osms.Category) osms.LegalBasis {
	for _, b := range bases() {
		if slices.Contains(categories, category) && (b.category == "" || b.category == category) && b.since <= date && date <= b.until {
			return b.basis
		}
	}
	return osms.LegalBasis{}
}
