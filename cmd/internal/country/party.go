package country

import (
	"fmt"

	"osmsd/sync/osms"
)

// party is a payer or a payee.
type party struct {
	name    string
	bin     string
	account string
	bank    string // BIC
	resides string // residence and sector, as payments state them
	sector  string
}

// The Fund is the one that really is; who pays for the state is invented.
var (
	fund = party{"НАО \"Фонд социального медицинского страхования\"", "160940025485", "KZ33125KZT1001313313", "NBRKKZKX", "1", "5"}
	// statePayer registered in 1994, before every organisation of a country.
	statePayer = party{"ГУ \"Плательщик взносов государства на ОСМС\"", inventedBIN(9411, 12345), accountOf(70, 1), "KKMFKZ2A", "1", "1"}
	sentBack   = party{"НАО \"Государственная корпорация\"", "160440007161", accountOf(9, 2), "GCVPKZ2A", "1", "5"}
)

// KNP codes: the state's contributions have that of contributions.
const (
	knpState  = "122"
	knpReturn = "021"
)

// employer is the n-th of the employers, all invented.
func employer(n int) party {
	return party{fmt.Sprintf("ТОО \"Демо-%d\"", n+1), inventedBIN(9412, 20000+2*n), accountOf(601, 1000+n), "HSBKKZKX", "1", "7"}
}

func inventedBIN(month, serial int) string {
	for s := uint64(serial); ; s++ {
		eleven := (uint64(month)*100+40)*100000 + s
		if k, ok := osms.CheckDigit(eleven); ok {
			return osms.BIN(eleven*10 + uint64(k)).Digits()
		}
	}
}

// accountOf makes an account number (IBAN) with its check digits: 98 less the
// remainder by 97 of the number with the country's letters as 2035 behind it.
func accountOf(bank, n int) string {
	body := fmt.Sprintf("%03d%013d", bank, n)
	rest := 0
	for _, d := range body + "203500" {
		rest = (rest*10 + int(d-'0')) % 97
	}
	return fmt.Sprintf("KZ%02d%s", 98-rest, body)
}
