package country

// dress is how a roster looks: its format, encoding, language and habits.
type dress struct {
	name string
	// CSV: encoding and delimiter; empty for a workbook.
	encoding  string
	delimiter string
	sep       bool // a "sep=" line first
	unix      bool // LF instead of CRLF
	// Workbook.
	inline   bool // inline strings instead of shared ones
	bare     bool // cells without addresses
	from1904 bool
	bySheet  bool // a sheet a group, or a sheet an organisation
	// Table.
	language string // kk, ru or en
	twoRows  bool   // a Kazakh header over a Russian one
	numbered bool   // a row 1 2 3 … under the header
	total    bool
	filler   bool // numbered rows without a person at the end
	gaps     bool // blank rows between organisations or in the middle
	indented bool // the table begins in column B
	hidden   bool // some rows are filtered away
	formulas bool // row numbers are formulas with stored values
	shuffled bool
	extras   bool // columns nobody asked for
	three    bool // three name columns
	numeric  bool // IINs as numbers that lost their leading zeros
	dates    manner
	// Declaration.
	inTitle    bool // kind and as-at date in title rows
	inName     bool // kind and as-at date in the file's name
	neighbours bool // label and value in two neighbouring cells
	bin        whereBIN
}

// whereBIN says where the BIN of a file of one organisation stands.
type whereBIN uint8

const (
	binInTitle whereBIN = iota
	binInColumn
	binInName
	binInSheet
)

func (d *dress) csv() bool { return d.encoding != "" }

// russianOnly: the code page has no Kazakh letters.
func (d *dress) russianOnly() bool { return d.encoding == "windows-1251" }

// dresses are worn in turn by the units of a country, month by month, so that a
// small country shows every one.
var dresses = [...]dress{
	{name: "shared-ru", language: "ru", inTitle: true, total: true, dates: asSerial},
	{name: "csv-1251", encoding: "windows-1251", delimiter: ";", language: "ru", inName: true, total: true, three: true, dates: asDotted, bin: binInName},
	{name: "inline-kk", inline: true, language: "kk", inTitle: true, three: true, extras: true, dates: asKazakh, numbered: true},
	{name: "two-row-header", language: "kk", twoRows: true, numbered: true, inTitle: true, inName: true, total: true, dates: asDotted},
	{name: "csv-utf8-bom", encoding: "utf-8-bom", delimiter: ";", language: "kk", inTitle: true, total: true, dates: asDotted, shuffled: true},
	{name: "numeric-iin", language: "ru", numeric: true, inTitle: true, extras: true, dates: asSerial, neighbours: true, filler: true},
	{name: "csv-kz1048", encoding: "kz-1048", delimiter: ";", language: "kk", inName: true, total: true, dates: asDotted, bin: binInTitle},
	{name: "sheet-a-group", language: "ru", bySheet: true, inTitle: true, three: true, dates: asSerial},
	{name: "csv-utf16", encoding: "utf-16le", delimiter: "\t", language: "kk", twoRows: true, inTitle: true, total: true, dates: asISO},
	{name: "english", inline: true, language: "en", inTitle: true, inName: true, dates: asISO, shuffled: true},
	{name: "1904", language: "kk", from1904: true, inTitle: true, neighbours: true, total: true, dates: asSerial, numbered: true},
	{name: "csv-comma", encoding: "utf-8", delimiter: ",", language: "ru", unix: true, inName: true, total: true, dates: asRussian, extras: true, bin: binInColumn},
	{name: "filtered", language: "ru", hidden: true, inTitle: true, three: true, dates: asRussian, shuffled: true, formulas: true},
	{name: "csv-sep", encoding: "utf-8-bom", delimiter: ";", sep: true, language: "ru", inTitle: true, neighbours: true, total: true, dates: asRussian, gaps: true},
	{name: "no-addresses", inline: true, bare: true, language: "kk", inName: true, dates: asISO, bin: binInSheet, total: true},
	{name: "indented", language: "ru", indented: true, twoRows: true, inTitle: true, three: true, dates: asDotted, gaps: true, extras: true},
	{name: "csv-numeric", encoding: "utf-8", delimiter: ";", language: "ru", numeric: true, inName: true, total: true, three: true, dates: asDotted, bin: binInTitle},
	{name: "kazakh-words", language: "kk", inTitle: true, three: true, shuffled: true, extras: true, dates: asKazakh, bin: binInColumn, formulas: true},
	{name: "csv-tab", encoding: "utf-8", delimiter: "\t", language: "kk", unix: true, inName: true, inTitle: true, total: true, dates: asISO, shuffled: true},
}

// dressOf is what a unit wears in a month.
func dressOf(unit, month int) *dress { return &dresses[(unit+7*month)%len(dresses)] }

// deltaDressOf is what the late files of a region wear: never a sheet a group.
func deltaDressOf(region, month int) *dress {
	for k := region*3 + month*5; ; k++ {
		if d := &dresses[k%len(dresses)]; !d.bySheet && !d.hidden && !d.numeric {
			return d
		}
	}
}
