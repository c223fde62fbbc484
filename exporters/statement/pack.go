package statement

import (
	"archive/zip"
	"bytes"
	"encoding/xml"
	"errors"
	"io"
	"path"
	"strconv"
	"strings"
)

var (
	errBook    = errors.New("not a workbook")
	errDamaged = errors.New("a part of the workbook cannot be read")
	errBounds  = errors.New("the workbook is too large")
	// errOther: the workbook has what a statement's has not: pictures, notes,
	// conditional formats, hidden rows.
	errOther = errors.New("the workbook shows other things")
)

// pack is a workbook's parts, read within bounds.
type pack struct {
	files map[string]*zip.File // by name in lower case
	left  int64
}

// part opens a part; what is read of all of them together has a bound.
func (p *pack) part(name string) ([]byte, error) {
	f := p.files[strings.ToLower(name)]
	if f == nil {
		return nil, errDamaged
	}
	r, err := f.Open()
	if err != nil {
		return nil, errDamaged
	}
	defer r.Close()
	b, err := io.ReadAll(io.LimitReader(r, p.left+1))
	if p.left -= int64(len(b)); p.left < 0 {
		return nil, errBounds
	}
	if err != nil {
		return nil, errDamaged
	}
	if bytes.Count(b, []byte("<")) > mostTags {
		return nil, errBounds
	}
	if bytes.Contains(b, []byte("<!")) && bytes.Contains(bytes.ToUpper(b), []byte("<!DOCTYPE")) {
		return nil, errDamaged
	}
	return b, nil
}

func (p *pack) decode(name string, into any) error {
	b, err := p.part(name)
	if err == nil && xml.Unmarshal(b, into) != nil {
		err = errDamaged
	}
	return err
}

// relations say which part is what, by their own names.
type relations map[string]struct{ kind, part string }

// relations reads the relations of a part in a folder. A name that is there
// twice is damage: one program would take the first, another the last.
func (p *pack) relations(name, folder string) (relations, error) {
	var list struct {
		All []struct {
			ID     string `xml:"Id,attr"`
			Type   string `xml:"Type,attr"`
			Target string `xml:"Target,attr"`
		} `xml:"Relationship"`
	}
	if err := p.decode(name, &list); err != nil {
		return nil, err
	}
	all := relations{}
	for _, r := range list.All {
		if _, twice := all[r.ID]; twice {
			return nil, errDamaged
		}
		target := strings.TrimPrefix(r.Target, "/")
		if target == r.Target {
			target = path.Join(folder, target)
		}
		all[r.ID] = struct{ kind, part string }{path.Base(r.Type), target}
	}
	return all, nil
}

// only gives the one part of a kind; "" and true when there is none.
func (r relations) only(kind string) (part string, ok bool) {
	for _, one := range r {
		if one.kind == kind {
			if part != "" {
				return "", false
			}
			part = one.part
		}
	}
	return part, true
}

// richText is a text in one piece or in runs; a phonetic run is none of it.
type richText struct {
	Text string `xml:"t"`
	Runs []struct {
		Text string `xml:"t"`
	} `xml:"r"`
}

func (r richText) String() string {
	var b strings.Builder
	b.WriteString(r.Text)
	for _, run := range r.Runs {
		b.WriteString(run.Text)
	}
	return unescape(b.String())
}

// unescape reads what escape wrote, and the same of another program.
func unescape(s string) string {
	return code.ReplaceAllStringFunc(s, func(sign string) string {
		n, err := strconv.ParseUint(sign[2:6], 16, 16)
		if err != nil {
			return sign
		}
		return string(rune(n))
	})
}

func (p *pack) sharedStrings(parts relations) (list []string, err error) {
	name, ok := parts.only("sharedStrings")
	if !ok {
		return nil, errOther
	}
	var all struct {
		Items []richText `xml:"si"`
	}
	if name == "" {
		return nil, nil
	}
	if err := p.decode(name, &all); err != nil {
		return nil, err
	}
	for _, item := range all.Items {
		list = append(list, item.String())
	}
	return list, nil
}

// builtIn are the number formats without a text of their own that a saved
// statement can have (ISO/IEC 29500-1, 18.8.30).
var builtIn = map[int]string{0: "general", 2: "0.00", 4: "#,##0.00", 49: "@"}

// formats are the number formats of the cell styles, in their order.
func (p *pack) formats(parts relations) (list []string, err error) {
	name, ok := parts.only("styles")
	if !ok {
		return nil, errOther
	}
	var styles struct {
		Formats []struct {
			ID   int    `xml:"numFmtId,attr"`
			Code string `xml:"formatCode,attr"`
		} `xml:"numFmts>numFmt"`
		Cells []struct {
			ID int `xml:"numFmtId,attr"`
		} `xml:"cellXfs>xf"`
	}
	if err := p.decode(name, &styles); err != nil {
		return nil, err
	}
	for _, c := range styles.Cells {
		code, ok := builtIn[c.ID]
		if !ok {
			code = strconv.Itoa(c.ID)
		}
		for _, f := range styles.Formats {
			if f.ID == c.ID {
				code = strings.ToLower(strings.ReplaceAll(f.Code, `\`, ""))
			}
		}
		list = append(list, code)
	}
	return list, nil
}
