package letter

import (
	"cmp"
	"strings"

	"osmsd/sync/osms"
)

// signer is who heads and signs the letters of a bundle: its provider or, where
// none is given, the organisation itself.
func signer(b osms.LetterBundle) osms.Provider {
	if b.Provider != (osms.Provider{}) {
		return b.Provider
	}
	return osms.ProviderOf(b.Organisation)
}

// letterhead gives the provider's blank. What exists in one language only
// stands for both. The telephone stands there for a provider that has an
// office; an organisation's is with its executor.
func (t *Texts) letterhead(p osms.Provider) (h Letterhead) {
	h.Names = t.names(p.BIN, p.NameKK, p.NameRU)
	address, office := inBoth(p.AddressKK, p.AddressRU), inBoth(p.OfficeKK, p.OfficeRU)
	for i := range h.Lines {
		lang := language(i)
		if address[lang] != "" {
			h.Lines[lang] = append(h.Lines[lang], address[lang])
		}
		var last []string
		if p.BIN != 0 { // an akimat's need not be known
			last = append(last, t.word(lang, "label.bin")+" "+p.BIN.Digits())
		}
		if office[lang] != "" {
			h.Lines[lang] = append(h.Lines[lang], t.word(lang, "label.office")+": "+office[lang])
			if p.Phone != "" {
				last = append(last, t.word(lang, "label.phone")+" "+p.Phone)
			}
		}
		if len(last) > 0 {
			h.Lines[lang] = append(h.Lines[lang], strings.Join(last, ", "))
		}
	}
	return h
}

// names gives an organisation's names; one that is known by its number alone is
// called so.
func (t *Texts) names(bin osms.BIN, kazakh, russian string) [2]string {
	n := inBoth(kazakh, russian)
	for lang := range n {
		n[lang] = cmp.Or(n[lang], t.word(language(lang), "organisation.")+" "+bin.Digits())
	}
	return n
}

func (t *Texts) provider(o osms.Organisation) [2]string { return t.names(o.BIN, o.NameKK, o.NameRU) }

// inBoth lets what exists in one language stand for the other.
func inBoth(kazakh, russian string) [2]string {
	return [2]string{cmp.Or(kazakh, russian), cmp.Or(russian, kazakh)}
}

// signature gives the foot of the provider's letters.
func (t *Texts) signature(p osms.Provider) Signature {
	s := Signature{Position: bothOf(inBoth(p.PositionKK, p.PositionRU)), Name: p.Head,
		Signed: "(" + t.both("label.signature") + ")", Seal: t.both("label.seal"),
		Executor: t.both("label.executor") + ": " + cmp.Or(p.Executor, strings.Repeat("_", 20))}
	if s.Position == "" {
		s.Position = t.both("label.head")
	}
	if p.Phone != "" {
		s.Executor += ", " + t.both("label.phone") + " " + p.Phone
	}
	return s
}
