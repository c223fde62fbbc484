package ledger

import "osmsd/sync/osms"

// turnover is what the amounts of one file come to, whichever way the money
// went. What is more than the country moves is refused, so that the files of
// many years can be added up without the sum running over.
type turnover osms.Tiyn

// mostTurnover is 100 trillion tenge, several times what the state spends in a
// year; nine hundred such files can be added.
const mostTurnover turnover = 10_000_000_000_000_000

// add adds an amount of either sign; false: it is beyond all money.
func (t *turnover) add(amount osms.Tiyn) bool {
	part := turnover(amount)
	if part < 0 {
		part = -part
	}
	if part < 0 || part > mostTurnover-*t {
		return false
	}
	*t += part
	return true
}

const beyondMoney = "the sum of the amounts is beyond all money"
