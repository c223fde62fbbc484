package statement

import (
	"bytes"
	"crypto/ed25519"
	"crypto/sha256"
	"crypto/x509"
	"encoding/hex"
	"encoding/pem"
	"errors"
	"fmt"
	"io"
	"maps"
	"slices"
)

// ErrKey says that a text is not a key, or not of the kind that signs
// statements.
var ErrKey = errors.New("not an Ed25519 key in PEM")

const (
	privateBlock = "PRIVATE KEY" // PKCS #8
	publicBlock  = "PUBLIC KEY"  // PKIX
)

// Key signs statements: an Ed25519 private key (RFC 8032). It never prints
// itself; it leaves the program only by Encode.
type Key struct{ private ed25519.PrivateKey }

// NewKey makes a key from 32 bytes of a source of randomness.
func NewKey(rand io.Reader) (Key, error) {
	seed := make([]byte, ed25519.SeedSize)
	if _, err := io.ReadFull(rand, seed); err != nil {
		return Key{}, fmt.Errorf("a new key: %w", err)
	}
	return Key{ed25519.NewKeyFromSeed(seed)}, nil
}

// Public is the half of the key that verifies.
func (k Key) Public() ed25519.PublicKey { return k.private.Public().(ed25519.PublicKey) }

// ID names the key.
func (k Key) ID() KeyID { return idOf(k.Public()) }

// IsZero tells that there is no key.
func (k Key) IsZero() bool { return k.private == nil }

// Format prints which key it is, never the key itself, whatever the verb.
func (k Key) Format(f fmt.State, _ rune) {
	if k.IsZero() {
		_, _ = io.WriteString(f, "no key")
		return
	}
	_, _ = io.WriteString(f, "key "+k.ID().String())
}

// MarshalText refuses: a private key has no place in JSON or a log.
func (k Key) MarshalText() ([]byte, error) {
	return nil, errors.New("a private key is written by Encode only")
}

// Encode writes the key as PEM (PKCS #8), as openssl genpkey -algorithm ed25519
// does.
func (k Key) Encode() []byte {
	der, err := x509.MarshalPKCS8PrivateKey(k.private)
	if err != nil { // only for a key of another kind
		panic("statement: " + err.Error())
	}
	return pem.EncodeToMemory(&pem.Block{Type: privateBlock, Bytes: der})
}

// ParseKey reads what Encode or openssl wrote: one private key and nothing
// else. The error is ErrKey and says nothing of the text.
func ParseKey(text []byte) (Key, error) {
	block, rest := pem.Decode(bytes.TrimSpace(text))
	if block == nil || block.Type != privateBlock || len(bytes.TrimSpace(rest)) > 0 {
		return Key{}, ErrKey
	}
	any, err := x509.ParsePKCS8PrivateKey(block.Bytes)
	private, ok := any.(ed25519.PrivateKey)
	if err != nil || !ok {
		return Key{}, ErrKey
	}
	return Key{private}, nil
}

// KeyID names a key: the first eight bytes of the SHA-256 of its public half.
type KeyID [8]byte

func (id KeyID) String() string { return hex.EncodeToString(id[:]) }

func idOf(public ed25519.PublicKey) (id KeyID) {
	sum := sha256.Sum256(public)
	copy(id[:], sum[:])
	return id
}

// Keys are the public keys that statements are verified with: the present one
// and, after a change of keys, those before it, so that older statements still
// verify.
type Keys map[KeyID]ed25519.PublicKey

// NewKeys makes a set of public keys.
func NewKeys(public ...ed25519.PublicKey) Keys {
	keys := Keys{}
	for _, p := range public {
		keys[idOf(p)] = p
	}
	return keys
}

// Encode writes the keys as PEM (PKIX), in the order of their names.
func (k Keys) Encode() []byte {
	var b bytes.Buffer
	for _, id := range slices.SortedFunc(maps.Keys(k), func(a, b KeyID) int { return bytes.Compare(a[:], b[:]) }) {
		der, err := x509.MarshalPKIXPublicKey(k[id])
		if err != nil { // only for a key of another kind
			panic("statement: " + err.Error())
		}
		b.Write(pem.EncodeToMemory(&pem.Block{Type: publicBlock, Bytes: der}))
	}
	return b.Bytes()
}

// ParseKeys reads public keys in PEM, one after another, with any words between
// them. No key at all, or a block that is something else, is ErrKey.
func ParseKeys(text []byte) (Keys, error) {
	keys := Keys{}
	for {
		block, rest := pem.Decode(text)
		if block == nil {
			break
		}
		any, err := x509.ParsePKIXPublicKey(block.Bytes)
		public, ok := any.(ed25519.PublicKey)
		if err != nil || !ok || block.Type != publicBlock {
			return nil, ErrKey
		}
		keys[idOf(public)] = public
		text = rest
	}
	if len(keys) == 0 || bytes.Contains(text, []byte("-----BEGIN")) {
		return nil, ErrKey
	}
	return keys, nil
}
