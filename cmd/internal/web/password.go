package web

import (
	"context"
	"crypto/rand"
	"crypto/sha256"
	"crypto/subtle"
	"encoding/base64"
	"encoding/hex"
	"errors"
	"fmt"
	"strings"
	"unicode/utf8"

	"golang.org/x/crypto/argon2"
)

// What a password costs to try: the second recommendation of OWASP for argon2id.
const (
	hashMemory = 19 * 1024 // KiB
	hashPasses = 2
	hashBytes  = 32
	saltBytes  = 16
)

// ShortestPassword is how many characters a password has at least. The longest
// is bounded so that nobody can make the program hash megabytes.
const (
	ShortestPassword = 12
	longestPassword  = 200
)

// Why a password is not taken.
var (
	ErrShortPassword = errors.New("the password is too short")
	ErrLongPassword  = errors.New("the password is too long")
	ErrPoorPassword  = errors.New("the password says the login or repeats itself")
)

// CheckPassword says whether a password may be chosen: it is long, is not made
// of the login, and is not the same few characters over and over.
func CheckPassword(login, password string) error {
	n := utf8.RuneCountInString(password)
	switch {
	case n < ShortestPassword:
		return ErrShortPassword
	case len(password) > longestPassword:
		return ErrLongPassword
	}
	different := map[rune]bool{}
	for _, r := range strings.ToLower(password) {
		different[r] = true
	}
	if len(different) < 5 || login != "" && strings.Contains(strings.ToLower(password), login) && n < len(login)+ShortestPassword {
		return ErrPoorPassword
	}
	return nil
}

// HashPassword makes what is kept of a password.
func HashPassword(password string) string {
	salt := make([]byte, saltBytes)
	rand.Read(salt)
	sum := argon2.IDKey([]byte(password), salt, hashPasses, hashMemory, 1, hashBytes)
	return fmt.Sprintf("$argon2id$v=%d$m=%d,t=%d,p=1$%s$%s", argon2.Version, hashMemory, hashPasses,
		base64.RawStdEncoding.EncodeToString(salt), base64.RawStdEncoding.EncodeToString(sum))
}

// PasswordIs compares a password with what is kept of it. What cannot be read
// fits no password.
func PasswordIs(kept, password string) bool {
	parts := strings.Split(kept, "$")
	if len(parts) != 6 || parts[1] != "argon2id" || len(password) > longestPassword {
		return false
	}
	var version int
	var memory, passes uint32
	var threads uint8
	if _, err := fmt.Sscanf(parts[2]+" "+parts[3], "v=%d m=%d,t=%d,p=%d", &version, &memory, &passes, &threads); err != nil || version != argon2.Version || memory > 1<<20 || passes == 0 || passes > 16 || threads == 0 {
		return false
	}
	salt, err := base64.RawStdEncoding.DecodeString(parts[4])
	if err != nil {
		return false
	}
	sum, err := base64.RawStdEncoding.DecodeString(parts[5])
	if err != nil || len(sum) == 0 {
		return false
	}
	return subtle.ConstantTimeCompare(sum, argon2.IDKey([]byte(password), salt, passes, memory, threads, uint32(len(sum)))) == 1
}

// NewPassword makes a password to be printed once and changed at the first
// login: about 98 bits, without letters that are taken for others.
func NewPassword() string {
	const letters = "abcdefghjkmnpqrstuvwxyz23456789"
	out := make([]byte, 0, 23)
	for len(out) < 23 {
		if len(out)%6 == 5 {
			out = append(out, '-')
			continue
		}
		var b [1]byte
		if rand.Read(b[:]); int(b[0]) < 256/len(letters)*len(letters) {
			out = append(out, letters[int(b[0])%len(letters)])
		}
	}
	return string(out)
}

// passwordIs is PasswordIs with few at once, for each takes memory and time.
func (s *Server) passwordIs(ctx context.Context, kept, password string) (bool, error) {
	select {
	case s.hashing <- struct{}{}:
		defer func() { <-s.hashing }()
	case <-ctx.Done():
		return false, ctx.Err()
	}
	return PasswordIs(kept, password), nil
}

// nobodysPassword takes as long to compare as anybody's, for logins that do not
// exist.
const nobodysPassword = "$argon2id$v=19$m=19456,t=2,p=1$AAAAAAAAAAAAAAAAAAAAAA$AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"

// digestOf is what the store keeps of a session or token.
func digestOf(secret string) string {
	sum := sha256.Sum256([]byte(secret))
	return hex.EncodeToString(sum[:])
}

// newSecret makes the secret of a session or token: 256 bits.
func newSecret() string {
	b := make([]byte, 32)
	rand.Read(b)
	return base64.RawURLEncoding.EncodeToString(b)
}

// NewToken makes the secret of a token of the API, and what is kept of it.
func NewToken() (secret, digest string) {
	secret = "osmsd_" + newSecret()
	return secret, digestOf(secret)
}
