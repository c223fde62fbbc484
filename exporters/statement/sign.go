package statement

import (
	"crypto/ed25519"
	"crypto/sha256"
	"encoding/base32"
	"encoding/base64"
	"errors"
	"strings"

	"osmsd/sync/osms"
)

// domain begins what is signed, so that a signature over a statement can never
// be taken for one over anything else.
const domain = "osmsd statement 1\n"

// ErrSignature says that a statement's signature has not the form that Sign
// gives it.
var ErrSignature = errors.New("the signature of the statement is not one")

// Sign computes the statement's digest and signs it. Signature is then the
// key's name, 8 bytes, and the Ed25519 signature, 64 bytes, over
// "osmsd statement 1\n" and the digest in hex. A statement that is changed
// afterwards must be signed again.
func Sign(s osms.Statement, k Key) osms.Statement {
	s.Digest = Digest(s)
	id := k.ID()
	s.Signature = append(id[:], ed25519.Sign(k.private, []byte(domain+s.Digest))...)
	return s
}

// mark is a statement's signature taken apart.
type mark struct {
	key       KeyID
	signature []byte // 64 bytes; nil: not signed
}

func markOf(signature []byte) (m mark, err error) {
	switch len(signature) {
	case 0:
	case len(m.key) + ed25519.SignatureSize:
		copy(m.key[:], signature)
		m.signature = signature[len(m.key):]
	default:
		err = ErrSignature
	}
	return m, err
}

func (m mark) signed() bool { return m.signature != nil }

// keyText and text are how JSON and the code of squares write the parts: hex,
// and base64 for file names and links (RFC 4648 §5) without padding.
func (m mark) keyText() string {
	if !m.signed() {
		return ""
	}
	return m.key.String()
}

func (m mark) text() string { return base64.RawURLEncoding.EncodeToString(m.signature) }

// crockford has no I, L, O and U: nobody takes a 1 for an I or an 0 for an O.
var crockford = base32.NewEncoding("0123456789ABCDEFGHJKMNPQRSTVWXYZ").WithPadding(base32.NoPadding)

// code is what a person reads over the telephone: eighty bits of SHA-256 over
// the signature and the key's name, in groups of four.
func (m mark) code() string {
	if !m.signed() {
		return ""
	}
	sum := sha256.Sum256(append(append([]byte{}, m.signature...), m.key[:]...))
	s := crockford.EncodeToString(sum[:10])
	return strings.Join([]string{s[:4], s[4:8], s[8:12], s[12:]}, "-")
}

// Code is the verification code that the documents of a signed statement print:
// 16 signs of Crockford's base 32, in groups of four; "" for one that is not
// signed. Whoever keeps statements finds one by its number and code.
func Code(s osms.Statement) string {
	m, err := markOf(s.Signature)
	if err != nil {
		return ""
	}
	return m.code()
}

// squaresText is what the code of squares holds: nothing that names the person.
func squaresText(s osms.Statement, m mark) string {
	return strings.Join([]string{"OSMSD1", s.Number, s.Digest, m.keyText(), m.text()}, "|")
}
