package sheet

// Book is an opened file. Its rows are read sheet by sheet with Read.
type Book struct {
	Format    string // "xlsx", "xlsm" or "csv"
	Sheets    []Sheet
	Date1904  bool   // day numbers count from 1904
	Macros    bool   // the workbook carries macros, which are ignored
	Encoding  string // of a CSV: "utf-8", "utf-8-bom", "utf-16le", "windows-1251", "kz-1048"
	Delimiter string // of a CSV: ";", "," or TAB

	read  func(sheet int, each func(*Row) error) (Summary, error)
	close func() error
}

// Read delivers the rows of one sheet in order, then drains the part to its
// end and verifies it. Rows delivered before an error must not be used: the
// error (a *osms.FileError) refuses the whole file. An error from each ends the
// reading and is returned as it is.
func (b *Book) Read(sheet int, each func(*Row) error) (Summary, error) {
	return b.read(sheet, each)
}

// Close releases what Open holds; it does not close the source.
func (b *Book) Close() error {
	if b.close == nil {
		return nil
	}
	return b.close()
}
