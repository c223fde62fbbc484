package osms

import (
	"database/sql/driver"
	_ "embed"
	"encoding/csv"
	"fmt"
	"strings"
	"sync"
)

// Region is a first-level region of Kazakhstan by the first two digits of its
// KATO code (63 = East Kazakhstan). The zero value is "no region".
type Region uint8

//go:embed data/regions.csv
var regionsCSV string

// RegionName holds a region's names and the day it exists from (zero: always).
type RegionName struct {
	Region             Region
	KK, RU, EN         string
	Since              Date
	normalKK, normalRU string
	normalEN           string
}

var regionNames = sync.OnceValue(func() []RegionName {
	rows, err := csv.NewReader(strings.NewReader(regionsCSV)).ReadAll()
	if err != nil {
		panic("osms: embedded regions.csv: " + err.Error())
	}
	var names []RegionName
	for _, row := range rows[1:] {
		n, ok := smallInt(row[0][:2])
		if !ok {
			panic("osms: embedded regions.csv: " + row[0])
		}
		since, _ := ParseDate(row[4])
		names = append(names, RegionName{
			Region: Region(n), KK: row[1], RU: row[2], EN: row[3], Since: since,
			normalKK: normalRegion(row[1]), normalRU: normalRegion(row[2]), normalEN: normalRegion(row[3]),
		})
	}
	return names
})

// Regions lists every first-level region in the order of KATO.
func Regions() []RegionName { return regionNames() }

// Known reports whether the region exists in the classifier.
func (r Region) Known() bool { return r.Name().Region != 0 }

// Name gives the region's names; the zero RegionName when it is not known.
func (r Region) Name() RegionName {
	for _, n := range regionNames() {
		if n.Region == r {
			return n
		}
	}
	return RegionName{}
}

// In gives the region's name in a language ("kk", "ru" or "en").
func (r Region) In(lang string) string {
	n := r.Name()
	switch lang {
	case "kk":
		return n.KK
	case "en":
		return n.EN
	}
	return n.RU
}

// ParseRegion reads two KATO digits, a whole KATO code, or a name in any of
// the three languages ("Алматы облысы" is not "Алматы қаласы"; Жетысу/Жетісу
// and Улытау/Ұлытау are the same). The words for region and city may be left
// out where one region only has the name: "Астана", but not "Алматы".
func ParseRegion(s string) (Region, error) {
	s = strings.TrimSpace(s)
	if (len(s) == 2 || len(s) == 9) && strings.Trim(s, "0123456789") == "" {
		n, _ := smallInt(s[:2])
		if r := Region(n); n < 100 && r.Known() {
			return r, nil
		}
		return 0, fmt.Errorf("%q is not the KATO code of a region", s)
	}
	key := normalRegion(s)
	var found Region
	for _, n := range regionNames() {
		for _, name := range []string{n.normalKK, n.normalRU, n.normalEN} {
			switch {
			case key == "":
			case key == name:
				return n.Region, nil
			case key[0] == ' ' && strings.HasSuffix(name, key) && strings.IndexByte(name, ' ') == len(name)-len(key):
				if found != 0 && found != n.Region {
					return 0, fmt.Errorf("%q is a region and a city: say which", s)
				}
				found = n.Region
			}
		}
	}
	if found != 0 {
		return found, nil
	}
	return 0, fmt.Errorf("%q is not a region", s)
}

// normalRegion folds a region's name: case, order of the words "область" and
// "город", abbreviations and the letters that differ between spellings. What
// kind of region it is stands before the first space and may be empty.
func normalRegion(s string) string {
	s = strings.NewReplacer("\u00a0", " ", ".", " ", "ё", "е", "-", " ", "\u2010", " ", "\u2011", " ", "\u2013", " ").Replace(strings.ToLower(s))
	kind := ""
	var words []string
	for _, w := range strings.Fields(s) {
		switch w {
		case "область", "обл", "облысы", "region", "oblast":
			kind = "region"
		case "город", "г", "қаласы", "қ", "city":
			kind = "city"
		default:
			words = append(words, strings.NewReplacer("і", "и", "ы", "и", "y", "i", "ұ", "у", "ү", "у", "қ", "к", "ғ", "г", "ә", "а", "ө", "о", "ң", "н").Replace(w))
		}
	}
	if len(words) == 0 {
		return ""
	}
	return kind + " " + strings.Join(words, " ")
}

// String gives the two digits, or "" for none.
func (r Region) String() string {
	if r == 0 {
		return ""
	}
	return fmt.Sprintf("%02d", uint8(r))
}

// MarshalText gives the two digits.
func (r Region) MarshalText() ([]byte, error) { return []byte(r.String()), nil }

// UnmarshalText reads what MarshalText writes.
func (r *Region) UnmarshalText(text []byte) (err error) {
	*r = 0
	if len(text) > 0 {
		*r, err = ParseRegion(string(text))
	}
	return err
}

// Value stores the region as an integer.
func (r Region) Value() (driver.Value, error) { return int64(r), nil }
