package sheet

import (
	"bytes"

	"osmsd/sync/osms"
)

// space is a namespace as far as the reader tells them apart.
type space uint8

const (
	spaceNone          space = iota
	spaceMain                // of spreadsheets
	spaceRelationships       // of _rels parts
	spaceTypes               // of [Content_Types].xml
	spaceCompatibility
	spaceForeign
)

// spaceOf knows the namespaces of the parts that are read, in the Transitional
// and in the Strict spelling.
func spaceOf(uri []byte) space {
	switch string(uri) {
	case "":
		return spaceNone
	case "http://schemas.openxmlformats.org/spreadsheetml/2006/main",
		"http://purl.oclc.org/ooxml/spreadsheetml/main":
		return spaceMain
	case "http://schemas.openxmlformats.org/package/2006/relationships":
		return spaceRelationships
	case "http://schemas.openxmlformats.org/package/2006/content-types":
		return spaceTypes
	case "http://schemas.openxmlformats.org/markup-compatibility/2006":
		return spaceCompatibility
	}
	return spaceForeign
}

// spaces holds the prefixes that are bound where the xmlReader stands.
type spaces struct {
	want   space // the namespace that is delivered
	scopes []scope
	// bare: the root element has no namespace, so elements without one are
	// taken for the main namespace.
	bare bool
	// cdata: the text delivered last came from a CDATA section.
	cdata bool
	// unprefixed is the namespace of names without a prefix.
	unprefixed space
}

type scope struct {
	prefix string
	space  space
}

// bind takes an xmlns attribute.
func (s *xmlReader) bind(a attribute) error {
	if len(s.scopes) == mostScopes {
		return s.fault(osms.FileTooLarge, "more than %d namespaces", mostScopes)
	}
	prefix := ""
	if len(a.name) > 5 {
		if a.name[5] != ':' {
			return nil // an attribute whose name merely begins so
		}
		if prefix = string(a.name[6:]); prefix == "" || len(prefix) > longestName {
			return s.fault(osms.FileDamaged, "a broken namespace declaration")
		}
	}
	value, err := s.unescaped(nil, a.value)
	if err != nil {
		return err
	}
	sc := scope{prefix: prefix, space: spaceOf(bytes.TrimSpace(value))}
	s.scopes = append(s.scopes, sc)
	if prefix == "" {
		s.unprefixed = sc.space
	}
	return nil
}

// unbind forgets the scopes beyond the first n.
func (s *xmlReader) unbind(n int) {
	if n == len(s.scopes) {
		return
	}
	s.scopes = s.scopes[:n]
	s.unprefixed = spaceNone
	for i := n - 1; i >= 0; i-- {
		if s.scopes[i].prefix == "" {
			s.unprefixed = s.scopes[i].space
			break
		}
	}
}

// resolve gives the namespace of a prefix, the newest binding first.
func (s *xmlReader) resolve(prefix []byte) (space, bool) {
	if len(prefix) == 0 {
		return s.unprefixed, true
	}
	for i := len(s.scopes) - 1; i >= 0; i-- {
		if s.scopes[i].prefix == string(prefix) {
			return s.scopes[i].space, true
		}
	}
	return spaceForeign, string(prefix) == "xml"
}
