package returned_test

import (
	"archive/zip"
	"bytes"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"path"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
)

// files unpacks a package.
func files(t testing.TB, data []byte) (map[string]string, []*zip.File) {
	t.Helper()
	r, err := zip.NewReader(bytes.NewReader(data), int64(len(data)))
	if err != nil {
		t.Fatal(err)
	}
	out := map[string]string{}
	for _, f := range r.File {
		if _, twice := out[f.Name]; twice {
			t.Errorf("%s is in the package twice", f.Name)
		}
		in, err := f.Open()
		if err != nil {
			t.Fatal(err)
		}
		b, err := io.ReadAll(in)
		if err != nil {
			t.Fatalf("%s: %v", f.Name, err)
		}
		out[f.Name] = string(b)
	}
	return out, r.File
}

// packed is the packed bytes of an entry.
func packed(t testing.TB, f *zip.File) []byte {
	t.Helper()
	in, err := f.OpenRaw()
	if err != nil {
		t.Fatal(err)
	}
	b, err := io.ReadAll(in)
	if err != nil {
		t.Fatal(err)
	}
	return b
}

var sequence = strings.Fields(`sheetPr dimension sheetViews sheetFormatPr cols sheetData sheetCalcPr sheetProtection protectedRanges
	scenarios autoFilter sortState dataConsolidate customSheetViews mergeCells phoneticPr conditionalFormatting dataValidations hyperlinks
	printOptions pageMargins pageSetup headerFooter rowBreaks colBreaks customProperties cellWatches ignoredErrors smartTags drawing
	legacyDrawing legacyDrawingHF drawingHF picture oleObjects controls webPublishItems tableParts extLst`)

// complaints gathers what is wrong with a package.
type complaints struct{ list []string }

func (c *complaints) Helper() {}
func (c *complaints) Errorf(format string, args ...any) {
	c.list = append(c.list, fmt.Sprintf(format, args...))
}

// checkPackage holds a package against what it declares. What was wrong with it
// before is not asked for: generators of workbooks have faults of their own.
func checkPackage(t *testing.T, before, after []byte) {
	t.Helper()
	var was, is complaints
	judge(t, &was, before)
	judge(t, &is, after)
	for _, c := range is.list {
		if !slices.Contains(was.list, c) {
			t.Error(c)
		}
	}
}

func judge(tb testing.TB, t *complaints, data []byte) {
	parts, _ := files(tb, data)
	lower := map[string]bool{}
	for name := range parts {
		if lower[strings.ToLower(name)] {
			t.Errorf("%s is there twice but for letter case", name)
		}
		lower[strings.ToLower(name)] = true
	}
	var defaults []string
	for _, m := range regexp.MustCompile(`<Default Extension="([^"]+)" ContentType="([^"]+)"|<Default ContentType="([^"]+)" Extension="([^"]+)"`).FindAllStringSubmatch(parts["[Content_Types].xml"], -1) {
		defaults = append(defaults, m[1]+m[4])
	}
	overridden := map[string]bool{}
	for _, m := range regexp.MustCompile(`PartName="([^"]+)"`).FindAllStringSubmatch(parts["[Content_Types].xml"], -1) {
		name := strings.TrimPrefix(m[1], "/")
		if overridden[strings.ToLower(name)] {
			t.Errorf("two content types for %s", name)
		}
		overridden[strings.ToLower(name)] = true
		if !lower[strings.ToLower(name)] {
			t.Errorf("a content type for %s, which is not there", name)
		}
	}
	extensions := map[string]bool{}
	for _, d := range defaults {
		if extensions[strings.ToLower(d)] {
			t.Errorf("two content types for .%s", d)
		}
		extensions[strings.ToLower(d)] = true
	}
	for name, body := range parts {
		if name != "[Content_Types].xml" && !overridden[strings.ToLower(name)] && !extensions[strings.ToLower(strings.TrimPrefix(path.Ext(name), "."))] {
			t.Errorf("%s has no content type", name)
		}
		if strings.HasSuffix(name, ".rels") {
			checkTargets(t, name, body, lower)
		}
		if strings.HasSuffix(name, ".xml") || strings.HasSuffix(name, ".rels") {
			wellFormed(t, name, body)
		}
		switch {
		case strings.HasPrefix(name, "xl/worksheets/sheet"):
			checkSheet(t, name, body, parts)
		case strings.HasPrefix(name, "xl/comments"):
			seen := map[string]bool{}
			for _, m := range regexp.MustCompile(`<(?:\w+:)?comment ref="([^"]+)"`).FindAllStringSubmatch(body, -1) {
				if seen[m[1]] {
					t.Errorf("%s: two notes on %s", name, m[1])
				}
				seen[m[1]] = true
			}
		case strings.Contains(name, "vmlDrawing"):
			seen := map[string]bool{}
			for _, m := range regexp.MustCompile(`<v:shape id="([^"]+)"`).FindAllStringSubmatch(body, -1) {
				if seen[m[1]] {
					t.Errorf("%s: two shapes %s", name, m[1])
				}
				seen[m[1]] = true
			}
			wellFormed(t, name, body)
		}
	}
	checkStyles(t, parts["xl/styles.xml"])
}

func wellFormed(t *complaints, name, body string) {
	t.Helper()
	d := xml.NewDecoder(strings.NewReader(body))
	for {
		if _, err := d.Token(); errors.Is(err, io.EOF) {
			return
		} else if err != nil {
			t.Errorf("%s: %v", name, err)
			return
		}
	}
}

func checkTargets(t *complaints, name, body string, lower map[string]bool) {
	t.Helper()
	ids := map[string]bool{}
	for _, tag := range regexp.MustCompile(`<Relationship [^>]*>`).FindAllString(body, -1) {
		value := func(name string) string {
			if m := regexp.MustCompile(` ` + name + `="([^"]*)"`).FindStringSubmatch(tag); m != nil {
				return m[1]
			}
			return ""
		}
		if ids[value("Id")] {
			t.Errorf("%s: the id %s twice", name, value("Id"))
		}
		ids[value("Id")] = true
		if value("TargetMode") == "External" {
			continue
		}
		target := value("Target")
		if !strings.HasPrefix(target, "/") {
			target = path.Join(path.Dir(path.Dir(name)), target)
		}
		if !lower[strings.ToLower(strings.TrimPrefix(path.Clean(target), "/"))] {
			t.Errorf("%s leads to %s, which is not there", name, target)
		}
	}
}

func checkSheet(t *complaints, name, body string, parts map[string]string) {
	t.Helper()
	d := xml.NewDecoder(strings.NewReader(body))
	depth, at, row, column := 0, 0, 0, 0
	formats := strings.Count(between(parts["xl/styles.xml"], "cellXfs"), "xf ")
	for {
		token, err := d.Token()
		if err != nil {
			break
		}
		switch e := token.(type) {
		case xml.EndElement:
			depth--
		case xml.StartElement:
			depth++
			value := func(name string) string {
				for _, a := range e.Attr {
					if a.Name.Local == name {
						return a.Value
					}
				}
				return ""
			}
			switch {
			case depth == 2 && e.Name.Local != "AlternateContent":
				i := slices.Index(sequence, e.Name.Local)
				if i < at {
					t.Errorf("%s: <%s> stands behind <%s>", name, e.Name.Local, sequence[at])
				}
				at = max(i, at)
				if e.Name.Local == "legacyDrawing" && !strings.Contains(parts["xl/worksheets/_rels/"+path.Base(name)+".rels"], `Id="`+value("id")+`"`) {
					t.Errorf("%s: no relationship %s", name, value("id"))
				}
			case e.Name.Local == "row":
				if n, _ := strconv.Atoi(value("r")); n != 0 && n <= row {
					t.Errorf("%s: row %d behind %d", name, n, row)
				} else if n != 0 {
					row = n
				}
				column = 0
			case e.Name.Local == "c" && depth == 4:
				n := 0
				for _, c := range value("r") {
					if c >= 'A' {
						n = n*26 + int(c-'A') + 1
					}
				}
				if n != 0 && n <= column {
					t.Errorf("%s: cell %s behind column %d", name, value("r"), column)
				}
				column = max(n, column)
				if s, _ := strconv.Atoi(value("s")); formats > 0 && s >= formats {
					t.Errorf("%s: %s has the format %d of %d", name, value("r"), s, formats)
				}
			}
		}
	}
}

// between gives what stands in the first element of a name.
func between(xml, name string) string {
	_, after, ok := strings.Cut(xml, "<"+name)
	if !ok {
		return ""
	}
	in, _, _ := strings.Cut(after, "</"+name+">")
	return in
}

func checkStyles(t *complaints, styles string) {
	t.Helper()
	for list, item := range map[string]string{"cellXfs": "<xf ", "fills": "<fill>", "fonts": "<font>"} {
		in := between(styles, list)
		if m := regexp.MustCompile(`^[^>]* count="(\d+)"`).FindStringSubmatch(in); m != nil {
			if n, _ := strconv.Atoi(m[1]); n != strings.Count(in, item) {
				t.Errorf("styles: %d of %s, %d are said", strings.Count(in, item), list, n)
			}
		}
	}
	fills := strings.Count(between(styles, "fills"), "<fill>")
	for _, m := range regexp.MustCompile(`fillId="(\d+)"`).FindAllStringSubmatch(between(styles, "cellXfs"), -1) {
		if n, _ := strconv.Atoi(m[1]); n >= fills {
			t.Errorf("styles: the fill %d of %d", n, fills)
		}
	}
}
