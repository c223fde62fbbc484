package paper

import (
	"cmp"
	"fmt"
	"path"
	"slices"
)

// MaxAttachment is how many bytes a file in a document may have.
const MaxAttachment = 64 << 20

// attachment is a file in the document.
type attachment struct {
	name    string
	content []byte
}

// Attach puts a file into the document. Each must have a name of its own.
func (d *Document) Attach(name string, content []byte) {
	switch {
	case d.err != nil || d.ended:
		return
	case name == "" || slices.ContainsFunc(d.attached, func(a attachment) bool { return a.name == name }):
		d.fail(fmt.Errorf("two files in a document have one name, or one has none"))
	case len(content) > MaxAttachment || len(d.attached) == maxAttachments:
		d.fail(fmt.Errorf("a document holds at most %d files of %d bytes", maxAttachments, MaxAttachment))
	}
	d.attached = append(d.attached, attachment{name, content})
}

// maxAttachments is how many files a document holds.
const maxAttachments = 20

// kindOf is a file's media type by the end of its name, as a PDF's name.
func kindOf(name string) string {
	switch path.Ext(name) {
	case ".json":
		return "application#2Fjson"
	case ".xml":
		return "text#2Fxml"
	case ".csv":
		return "text#2Fcsv"
	case ".txt":
		return "text#2Fplain"
	}
	return "application#2Foctet-stream"
}

// endAttachments writes the files and returns what the catalog says of them.
// They stand outside the object streams, so that Attachment finds them by the
// cross-reference stream alone.
func (d *Document) endAttachments() string {
	if len(d.attached) == 0 {
		return ""
	}
	slices.SortFunc(d.attached, func(a, b attachment) int { return cmp.Compare(unicode16(a.name), unicode16(b.name)) })
	var refs []int
	var names []byte
	for _, a := range d.attached {
		content, spec := d.file.reserve(), d.file.reserve()
		d.file.stream(content, fmt.Sprintf("/Type/EmbeddedFile/Subtype/%s/Params<</Size %d>>", kindOf(a.name), len(a.content)), a.content)
		name := unicode16(a.name)
		d.file.object(spec, fmt.Sprintf("<</Type/Filespec/AFRelationship/Data/F%s/UF%s/EF<</F %d 0 R/UF %d 0 R>>>>", name, name, content, content))
		refs = append(refs, spec)
		names = append(appendRef(append(names, name...), spec), ' ')
	}
	return fmt.Sprintf("/AF%s/Names<</EmbeddedFiles<</Names[%s]>>>>", appendRefs(nil, refs), names)
}
