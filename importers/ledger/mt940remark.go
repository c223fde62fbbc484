package ledger

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// swiftRemark is what a field 86 says of a movement.
type swiftRemark struct {
	text     string // all of it
	purpose  string
	name, id string // of the other side
	value    map[string]string
}

// Widths of the lines into which banks break a field 86 and its subfields.
const (
	swiftWidth    = 65
	subfieldWidth = 27
)

// readSwiftRemark reads a field 86 in one of the three ways in use: free text;
// subfields, 166?20text?32name; tags, /NAME/…/BIN/…/KNP/….
func readSwiftRemark(lines []string) swiftRemark {
	whole := joinWrapped(lines, swiftWidth)
	if sign, ok := subfieldSign(whole); ok {
		return readSubfields(strings.Join(lines, ""), sign)
	}
	r := swiftRemark{text: whole, purpose: whole}
	tags := swiftTags(whole)
	if len(tags) == 0 {
		return r
	}
	r.value = tags
	r.name = firstText(tags["NAME"], tags["NM"], tags["PAYER"], tags["PAYEE"])
	r.id = firstText(tags["IDN"], tags["BIN"], tags["IIN"], tags["IRS"])
	r.purpose = firstText(tags["ASSIGN"], tags["REMI"], tags["PURP"], whole)
	return r
}

func firstText(texts ...string) string {
	for _, t := range texts {
		if t != "" {
			return t
		}
	}
	return ""
}

// subfieldSign is the sign before each subfield: 166?20… or 166~20….
func subfieldSign(s string) (sign string, ok bool) {
	if len(s) < 6 || strings.Trim(s[:3], "0123456789") != "" {
		return "", false
	}
	r, size := utf8.DecodeRuneInString(s[3:])
	if unicode.IsLetter(r) || unicode.IsDigit(r) || unicode.IsSpace(r) || r == '/' || len(s) < 5+size || !isDigit(s[3+size]) || !isDigit(s[4+size]) {
		return "", false
	}
	return s[3 : 3+size], true
}

// readSubfields: 20–29 and 60–63 the purpose, 32 and 33 the name of the other
// side, 10 the number of the order.
func readSubfields(s, sign string) swiftRemark {
	var purpose, name []string
	r := swiftRemark{value: map[string]string{}}
	for i, part := range strings.Split(s[3:], sign) {
		if i == 0 {
			continue
		}
		if len(part) < 2 || !isDigit(part[0]) || !isDigit(part[1]) {
			// The sign stood inside a text.
			if len(purpose) > 0 {
				purpose[len(purpose)-1] += sign + part
			}
			continue
		}
		text := part[2:]
		switch code := part[:2]; {
		case code >= "20" && code <= "29" || code >= "60" && code <= "63":
			purpose = append(purpose, text)
		case code == "32" || code == "33":
			name = append(name, text)
		case code == "10":
			r.value["NUM"] = text
		}
	}
	r.purpose = joinWrapped(purpose, subfieldWidth)
	r.text = r.purpose
	r.name = joinWrapped(name, subfieldWidth)
	tags := swiftTags(r.purpose)
	r.id = firstText(tags["IDN"], tags["BIN"], tags["IIN"], tags["IRS"])
	for tag, value := range tags {
		r.value[tag] = value
	}
	return r
}

// swiftTagNames are the tags that part a remark; another word between slashes is
// text.
var swiftTagNames = map[string]bool{"NAME": true, "NM": true, "PAYER": true, "PAYEE": true, "IDN": true, "BIN": true, "IIN": true, "IRS": true,
	"ASSIGN": true, "REMI": true, "PURP": true, "KNP": true, "NUM": true, "DATE": true, "PERIOD": true, "REF": true, "ACC": true, "IIK": true,
	"IBAN": true, "BIC": true, "SECO": true, "VO": true, "SEND": true, "BCLASS": true, "KATO": true, "CHIEF": true, "MAINBK": true}

// swiftTags reads /TAG/value, a value ending at the next tag. Of a tag that is
// there twice the first counts.
func swiftTags(s string) map[string]string {
	tags := map[string]string{}
	tag, from := "", 0
	keep := func(to int) {
		if tag != "" && tags[tag] == "" && from < to {
			tags[tag] = strings.Trim(s[from:to], " /")
		}
	}
	for at := 0; at < len(s); at++ {
		if s[at] != '/' {
			continue
		}
		end := at + 1
		for end < len(s) && s[end] >= 'A' && s[end] <= 'Z' {
			end++
		}
		if end < len(s) && s[end] == '/' && swiftTagNames[s[at+1:end]] {
			keep(at)
			tag, from = s[at+1:end], end+1
			at = end - 1
		}
	}
	keep(len(s))
	return tags
}
