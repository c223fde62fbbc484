package web

import (
	"context"
	"crypto/aes"
	"crypto/cipher"
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"encoding/binary"

	"osmsd/sync/osms"
	"osmsd/sync/store"
)

// handles stand for persons in addresses, which are kept in histories and logs
// where no personal number may be. A handle is the number, encrypted with a key
// of this registry: it is the same every time, says nothing to anybody else, and
// cannot be made up. It opens nothing: whoever follows it needs a login and a
// role all the same, and the look is written to the access log.
type handles struct {
	aead cipher.AEAD
	key  []byte
}

func newHandles(ctx context.Context, s *store.Store) (*handles, error) {
	fresh := make([]byte, 64)
	rand.Read(fresh)
	key, err := s.Secret(ctx, "handles", fresh)
	if err != nil {
		return nil, err
	}
	block, err := aes.NewCipher(key[:32])
	if err != nil {
		return nil, err
	}
	aead, err := cipher.NewGCM(block)
	return &handles{aead, key[32:]}, err
}

// of gives a person's handle.
func (h *handles) of(person osms.IIN) string {
	plain := binary.BigEndian.AppendUint64(nil, uint64(person))
	mac := hmac.New(sha256.New, h.key)
	mac.Write(plain)
	// Nonces follow from what is encrypted: two persons never share one.
	nonce := mac.Sum(nil)[:h.aead.NonceSize()]
	return base64.RawURLEncoding.EncodeToString(h.aead.Seal(nonce, nonce, plain, nil))
}

// person reads a handle; false for one that was not made here.
func (h *handles) person(handle string) (osms.IIN, bool) {
	b, err := base64.RawURLEncoding.DecodeString(handle)
	if err != nil || len(b) < h.aead.NonceSize() {
		return 0, false
	}
	n := h.aead.NonceSize()
	plain, err := h.aead.Open(nil, b[:n], b[n:], nil)
	if err != nil || len(plain) != 8 {
		return 0, false
	}
	return osms.IIN(binary.BigEndian.Uint64(plain)), true
}

// Sealed words: what stands in an address and is nobody else's business. They are
// encrypted as handles are, and are never taken for one.
var sealedWords = []byte("words")

// seal gives words as they stand in an address; "" stays "".
func (h *handles) seal(words string) string {
	if words == "" {
		return ""
	}
	mac := hmac.New(sha256.New, h.key)
	mac.Write(sealedWords)
	mac.Write([]byte(words))
	nonce := mac.Sum(nil)[:h.aead.NonceSize()]
	return base64.RawURLEncoding.EncodeToString(h.aead.Seal(nonce, nonce, []byte(words), sealedWords))
}

// unseal reads sealed words; false for what was not sealed here.
func (h *handles) unseal(sealed string) (string, bool) {
	if sealed == "" {
		return "", true
	}
	b, err := base64.RawURLEncoding.DecodeString(sealed)
	n := h.aead.NonceSize()
	if err != nil || len(b) < n {
		return "", false
	}
	plain, err := h.aead.Open(nil, b[:n], b[n:], sealedWords)
	return string(plain), err == nil
}
