package statement

import (
	"bytes"
	"compress/zlib"
	"io"

	"osmsd/sync/osms"
)

// attachment is the name under which a PDF carries the statement's JSON.
const attachment = "statement.json"

type writes func(io.Writer, osms.Statement) error

// verifyPDF reads the JSON that the document carries and writes the document
// again from it. Nothing is written for content that nobody signed.
func verifyPDF(file []byte, keys Keys, write writes) (Verified, error) {
	b, err := attached(file)
	if err != nil {
		return Verified{}, err
	}
	s, v, err := verifyJSON(b, keys, PDF)
	if err != nil {
		return v, err
	}
	var again bytes.Buffer
	if err := write(&again, s); err != nil || !bytes.Equal(again.Bytes(), file) {
		return v, &Fault{Reason: ChangedDocument}
	}
	return v, nil
}

// attached finds the first file inside a PDF that may be JSON. It need not
// understand the document: what it is told wrongly does not survive being
// written again.
func attached(file []byte) ([]byte, error) {
	fault := &Fault{Reason: NotStatement}
	for range 16 {
		_, rest, found := bytes.Cut(file, []byte("/EmbeddedFile"))
		if !found {
			break
		}
		file = rest
		head, body, found := bytes.Cut(rest, []byte("stream"))
		if !found || bytes.Contains(head, []byte("endobj")) {
			continue
		}
		body = bytes.TrimPrefix(bytes.TrimPrefix(body, []byte("\r")), []byte("\n"))
		z, err := zlib.NewReader(bytes.NewReader(body))
		if err != nil {
			fault = &Fault{Reason: Damaged}
			continue
		}
		b, err := io.ReadAll(io.LimitReader(z, maxJSON+1))
		switch {
		case len(b) > maxJSON:
			return nil, &Fault{Reason: TooLarge}
		case err != nil:
			fault = &Fault{Reason: Damaged}
		case bytes.HasPrefix(b, []byte("{")):
			return b, nil
		}
	}
	return nil, fault
}
