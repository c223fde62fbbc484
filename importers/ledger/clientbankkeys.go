package ledger

import (
	"bytes"
	"strings"

	"osmsd/sync/osms"
)

// clientKey is a key of 1CClientBankExchange, whatever its spelling.
type clientKey uint8

const (
	keyUnknown clientKey = iota
	keyAccountBegin
	keyAccountEnd
	keyDocumentBegin
	keyDocumentEnd
	keyFileEnd

	keyAccount
	keyOpening
	keyReceived
	keySpent
	keyClosing
	keyCurrency
	keyNumber
	keyReference
	keyDated
	keyBooked
	keyDebited
	keyCredited
	keyAmount
	keyIn
	keyOut
	keyPayerAccount
	keyPayerOtherAccount // may be the account of the payer's bank
	keyPayerID
	keyPayerName
	keyPayerShortName
	keyPayerLongName // may begin with the number
	keyPayeeAccount
	keyPayeeOtherAccount
	keyPayeeID
	keyPayeeName
	keyPayeeShortName
	keyPayeeLongName
	keyKNP
	keyPurpose
	keyPurposePart
	keyCount
)

// bounds: the beginning or end of a section or of the file.
func (k clientKey) bounds() bool { return k >= keyAccountBegin && k <= keyFileEnd }

// clientSpellings are the keys of Kazakh and of Russian files.
var clientSpellings = map[clientKey]string{
	keyAccountBegin: "СекцияРасчСчет,СекцияРасчСчёт", keyAccountEnd: "КонецРасчСчет",
	keyDocumentBegin: "СекцияДокумент", keyDocumentEnd: "КонецДокумента", keyFileEnd: "КонецФайла",
	keyAccount: "РасчСчет,РасчетныйСчет,ИИК,НомерСчета", keyOpening: "НачальныйОстаток", keyReceived: "ВсегоПоступило",
	keySpent: "ВсегоСписано", keyClosing: "КонечныйОстаток", keyCurrency: "Валюта,КодВалюты,ВалютаДокумента,ВалютаСчета",
	keyNumber: "НомерДокумента,Номер", keyReference: "Референс,РеференсДокумента,УникальныйНомер",
	keyDated: "ДатаДокумента,Дата", keyBooked: "ДатаОперации,ДатаПроводки", keyDebited: "ДатаСписано,ДатаСписания",
	keyCredited: "ДатаПоступило,ДатаПоступления", keyAmount: "Сумма,СуммаДокумента", keyIn: "СуммаПриход", keyOut: "СуммаРасход",
	keyPayerAccount: "ПлательщикИИК,ПлательщикРасчСчет", keyPayerOtherAccount: "ПлательщикСчет",
	keyPayerID:   "ПлательщикБИН_ИИН,ПлательщикИИН_БИН,ПлательщикИИН,ПлательщикБИН,ПлательщикИНН",
	keyPayerName: "ПлательщикНаименование", keyPayerShortName: "Плательщик1", keyPayerLongName: "Плательщик",
	keyPayeeAccount: "ПолучательИИК,ПолучательРасчСчет", keyPayeeOtherAccount: "ПолучательСчет",
	keyPayeeID:   "ПолучательБИН_ИИН,ПолучательИИН_БИН,ПолучательИИН,ПолучательБИН,ПолучательИНН",
	keyPayeeName: "ПолучательНаименование", keyPayeeShortName: "Получатель1", keyPayeeLongName: "Получатель",
	keyKNP: "КодНазначенияПлатежа,КНП", keyPurpose: "НазначениеПлатежа",
	keyPurposePart: "НазначениеПлатежа1,НазначениеПлатежа2,НазначениеПлатежа3,НазначениеПлатежа4,НазначениеПлатежа5,НазначениеПлатежа6",
}

var clientKeys = func() map[string]clientKey {
	keys := map[string]clientKey{}
	for key, spellings := range clientSpellings {
		for name := range strings.SplitSeq(spellings, ",") {
			keys[foldKey(name)] = key
		}
	}
	return keys
}()

// foldKey folds a key: case, Latin look-alikes and the signs between its words.
func foldKey(name string) string {
	if len(name) > 200 {
		return ""
	}
	return strings.NewReplacer(" ", "", "_", "", ".", "", "/", "").Replace(osms.FoldName(name))
}

// key reads a key in any case and spelling. The spellings met are remembered, so
// that a long file is read at the speed of a map.
func (x *exchange) key(name []byte) clientKey {
	key, ok := x.keys[string(name)]
	if !ok {
		key = clientKeys[foldKey(string(name))]
		if len(x.keys) < 1000 {
			x.keys[string(name)] = key
		}
	}
	return key
}

// clientRecord is what one section states.
type clientRecord struct {
	line  int
	value [keyCount]string
}

// add keeps a value; false: the same was stated before, and differently.
func (c *clientRecord) add(key clientKey, value string) bool {
	before := &c.value[key]
	switch {
	case value == "" || value == *before:
	case *before == "":
		*before = value
	case key == keyPurpose || key == keyPurposePart:
		*before += " " + value
	default:
		return false
	}
	return true
}

// first is the first of several keys that has a value.
func (c *clientRecord) first(keys ...clientKey) string {
	for _, k := range keys {
		if c.value[k] != "" {
			return c.value[k]
		}
	}
	return ""
}

// amount reads an amount in tenge; stated: there is one.
func (c *clientRecord) amount(key clientKey) (amount osms.Tiyn, stated bool, err error) {
	text := c.value[key]
	if text == "" {
		return 0, false, nil
	}
	amount, err = osms.ParseTiyn(text)
	if err != nil {
		return 0, true, statementError(osms.FileDamaged, c.line, "%q is not an amount", shortened(text))
	}
	return amount, true, nil
}

// day reads a date; none is zero.
func (c *clientRecord) day(key clientKey) (osms.Date, error) {
	text := c.value[key]
	if text == "" {
		return 0, nil
	}
	day := clientDay(text)
	if day == 0 {
		return 0, statementError(osms.FileDamaged, c.line, "%q is not a date", shortened(text))
	}
	return day, nil
}

// clientDay reads 15.10.2026, 15.10.26 or 2026-10-15, with or without an hour.
func clientDay(text string) osms.Date {
	date, hour, _ := strings.Cut(text, " ")
	if strings.Trim(hour, "0123456789:. ") != "" {
		return 0
	}
	parts := strings.FieldsFunc(date, func(r rune) bool { return r == '.' || r == '-' || r == '/' })
	if len(parts) != 3 || len(date) != len(parts[0])+len(parts[1])+len(parts[2])+2 {
		return 0
	}
	if len(parts[0]) == 4 {
		parts[0], parts[2] = parts[2], parts[0]
	}
	if len(parts[2]) == 2 {
		parts[2] = "20" + parts[2]
	}
	if len(parts[0]) > 2 || len(parts[1]) > 2 || len(parts[2]) != 4 {
		return 0
	}
	var n [3]int
	for i, part := range parts {
		for _, c := range []byte(part) {
			if c < '0' || c > '9' {
				return 0
			}
			n[i] = n[i]*10 + int(c-'0')
		}
	}
	day, _ := osms.NewDate(n[2], n[1], n[0])
	return day
}

// shortened keeps a message from repeating a long text.
func shortened(text string) string {
	if runes := []rune(text); len(runes) > 40 {
		return string(runes[:40]) + "…"
	}
	return text
}

// isContinuation reports whether a line that is no known assignment goes on with
// the purpose: it has no sign of equality, or spaces before it.
func isContinuation(name []byte, assigned bool) bool {
	return !assigned || bytes.ContainsAny(bytes.TrimSpace(name), " \u00a0")
}
