package workbook

import "osmsd/sync/osms"

// bridgeKind is how a kind of bridge line is called: briefly on tabs and
// charts, and in a sentence in the bridge itself.
type bridgeKind struct {
	kind     osms.BridgeKind
	first    bool // of the first part, frozen − due
	brief    label
	sentence label
}

// bridgeKinds in the order of the identity.
var bridgeKinds = []bridgeKind{
	{osms.BridgeUndone, true,
		label{"Кері алынған файл", "Файл отменён", "File undone"},
		label{"Бекітілгеннен кейін файл кері алынды", "Файл отменён после фиксации списка", "A file was taken back after the freeze"}},
	{osms.BridgeClaimedTwice, true,
		label{"Екі рет мәлімделген", "Заявлен дважды", "Claimed twice"},
		label{"Екі ұйым мәлімдеген адам бойынша дау шешілді", "Разрешён спор: человека заявили две организации", "An overlap of two organisations was settled"}},
	{osms.BridgeMovedRegion, true,
		label{"Өңір ауыстырған", "Сменил регион", "Moved region"},
		label{"Адам бір өңірден екіншісіне ауысты", "Человек перешёл из одного региона в другой", "A person moved from one region to another"}},
	{osms.BridgeCategoryOrRate, true,
		label{"Санат, мөлшерлеме", "Категория, ставка", "Category or rate"},
		label{"Адамның санаты немесе сомасы өзгерді", "Изменилась категория или сумма человека", "The person's category or sum changed"}},
	{osms.BridgeJoinedLate, true,
		label{"Кеш қосылған", "Поступил позже", "Joined late"},
		label{"Қосылғаны бекітілгеннен кейін белгілі болды", "О поступлении узнали после фиксации списка", "Joining became known after the freeze"}},
	{osms.BridgeLeftLate, true,
		label{"Кеш шыққан", "Выбыл позже", "Left late"},
		label{"Шыққаны бекітілгеннен кейін белгілі болды", "О выбытии узнали после фиксации списка", "Leaving became known after the freeze"}},
	{osms.BridgeReturned, false,
		label{"Қайтарылған", "Возвращено", "Returned"},
		label{"Мемлекеттік корпорация төлемді қайтарды", "Платёж возвращён Государственной корпорацией", "Returned by the State Corporation"}},
	{osms.BridgePaidTwice, false,
		label{"Екі рет төленген", "Оплачено дважды", "Paid twice"},
		label{"Бір адам үшін бір ай екі рет төленді", "За одного человека один месяц оплачен дважды", "One person's month was paid twice"}},
	{osms.BridgeOtherMonth, false,
		label{"Басқа айға", "Другой месяц", "Other month"},
		label{"Төлем басқа айға жазылды", "Платёж отнесён на другой месяц", "Posted to another month"}},
	{osms.BridgeOtherRegion, false,
		label{"Басқа өңірге", "Другой регион", "Other region"},
		label{"Төлем басқа өңірге жазылды", "Платёж отнесён на другой регион", "Posted to another region"}},
	{osms.BridgeUnknownPerson, false,
		label{"Белгісіз ЖСН", "Неизвестный ИИН", "Unknown IIN"},
		label{"Тіркелімде жоқ ЖСН үшін төленді", "Оплачено за ИИН, которого нет в регистре", "Paid for an IIN that the register does not know"}},
	{osms.BridgeNotSubmitted, false,
		label{"Ұйым тапсырылмаған", "Организация не подана", "Not submitted"},
		label{"Төлеушінің тізімінде ұйым бойынша жол жоқ", "В списке плательщика нет ни строки по организации", "The payer's list has no line for the organisation"}},
	{osms.BridgeInTransit, false,
		label{"Жолда", "В пути", "In transit"},
		label{"Соңғы үш операциялық күнде жіберілген", "Отправлено за последние три операционных дня", "Sent within the last three operating days"}},
	{osms.BridgeRounding, false,
		label{"Дөңгелектеу", "Округление", "Rounding"},
		label{"Дөңгелектеу айырмасы", "Разница округления", "Rounding"}},
}

// describe finds a kind; one that is not in the list speaks for itself.
func describe(kind osms.BridgeKind) bridgeKind {
	for _, k := range bridgeKinds {
		if k.kind == kind {
			return k
		}
	}
	name := label{string(kind), string(kind), string(kind)}
	return bridgeKind{kind: kind, brief: name, sentence: name}
}
