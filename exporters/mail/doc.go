// Package mail writes mails and hands them to an SMTP server.
//
// What a mail says is made here from what it is about: a receipt, a
// reconciliation, a reminder, a day's digest (ForReceipt and its like give a
// Letter). A Letter speaks Kazakh and Russian together or one language; it never
// has personal data in its subject, and its attachments have plain ASCII names.
//
// A mail is sent at least once. Its Message-ID follows from its line in the
// outbox alone, so that one that was sent again, because the connection broke
// before the server's answer came, is recognisably the same.
//
// An error of sending says what to do about it (Fault): try this address later,
// never again, or leave the server alone for now.
package mail
