package ledger

import "osmsd/sync/osms"

// purpose is what the text of a payment's purpose says besides its words.
type purpose struct {
	Month    osms.Month  // 0: none, or several
	Region   osms.Region // 0: none, or several
	KNP      string
	Persons  int // declared ("Кол-во потребителей =8"); -1: not stated
	IINs     []osms.IIN
	Returned bool   // "Возврат ошибочных элементов платежа …"
	Reverses string // the reference of the payment that is given back
}

// readPurpose reads the purpose of a payment.
func readPurpose(text string) purpose { return purpose{Persons: -1} }
