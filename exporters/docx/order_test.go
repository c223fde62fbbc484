package docx

import (
	"encoding/xml"
	"errors"
	"io"
	"slices"
	"strings"
	"testing"
)

// order is what may stand in an element, in the order of its schema (ECMA-376-1,
// clause 17, annex A): word processors take a document whose elements stand
// otherwise for damaged. An element that is not named here may hold anything of
// values.
var order = map[string]string{
	"document": "body", "tr": "trPr tc*", "tc": "tcPr p*", "tbl": "tblPr tblGrid tr*", "tblGrid": "gridCol*", "p": "pPr r* fldSimple*",
	"pPr":       "pStyle keepNext keepLines pageBreakBefore widowControl tabs spacing ind jc rPr",
	"rPr":       "rFonts b bCs i iCs color sz szCs u lang",
	"tblPr":     "tblStyle tblW jc tblInd tblBorders shd tblLayout tblCellMar",
	"tcPr":      "tcW gridSpan tcBorders shd vAlign",
	"trPr":      "cantSplit tblHeader",
	"sectPr":    "footerReference pgSz pgMar",
	"styles":    "docDefaults style*",
	"style":     "name basedOn qFormat pPr rPr",
	"settings":  "zoom defaultTabStop characterSpacingControl compat themeFontLang",
	"ftr":       "p",
	"fldSimple": "r",

	"docDefaults": "rPrDefault pPrDefault", "rPrDefault": "rPr", "pPrDefault": "pPr", "tabs": "tab*", "compat": "compatSetting",
	"tblBorders": "top left bottom right insideH insideV", "tblCellMar": "top left bottom right",
	"body": "any p tbl sectPr", "r": "any rPr t br tab",
}

func TestOrderOfElements(t *testing.T) {
	parts, _ := unzipped(t, written(t, sample()))
	for _, name := range []string{"word/document.xml", "word/styles.xml", "word/settings.xml", "word/footer1.xml"} {
		if wrong := misplaced(t, parts[name]); wrong != "" {
			t.Errorf("%s: %s", name, wrong)
		}
	}
	// The check sees what it is for.
	for _, bad := range []string{`<p><pPr><jc/><spacing/></pPr></p>`, `<p><r/><pPr/></p>`, `<rPr><lang/><sz/></rPr>`, `<tc><p/><tcPr/></tc>`, `<tcPr><shd/><gridSpan/></tcPr>`, `<pPr><jc/><jc/></pPr>`, `<b><p/></b>`} {
		if misplaced(t, bad) == "" {
			t.Errorf("%s passes", bad)
		}
	}
}

// misplaced names the first element that stands where its parent does not allow
// it.
func misplaced(t *testing.T, text string) string {
	t.Helper()
	type open struct {
		name string
		at   int // place of its last child among those that it may have
	}
	var path []open
	for d := xml.NewDecoder(strings.NewReader(text)); ; {
		token, err := d.Token()
		if errors.Is(err, io.EOF) {
			return ""
		} else if err != nil {
			t.Fatal(err)
		}
		switch e := token.(type) {
		case xml.StartElement:
			name := e.Name.Local
			if len(path) > 0 {
				parent := &path[len(path)-1]
				children := strings.Fields(order[parent.name])
				at, again := slices.Index(children, name), false
				if at < 0 {
					at, again = slices.Index(children, name+"*"), true
				}
				loose := len(children) > 0 && children[0] == "any"
				// Runs and fields of a foot alternate.
				alternates := parent.name == "p" && (name == "r" || name == "fldSimple")
				if at < 0 || !loose && !alternates && (at < parent.at || at == parent.at && !again) {
					return parent.name + " has a " + name + " out of place"
				}
				if !alternates {
					parent.at = at
				} else {
					parent.at = 1
				}
			}
			path = append(path, open{name, -1})
		case xml.EndElement:
			path = path[:len(path)-1]
		}
	}
}
